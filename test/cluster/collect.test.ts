// Results that a helper collects beside the task: larger than a message, too large, too deep, missing, and of tasks that are over at once.
import { expect, test } from "vitest";
import { DEFAULT_KUBERNETES_PROFILE, type KubernetesProfile } from "../../src/config/kubernetes-profile.ts";
import type { Value } from "../../src/types/value.ts";
import { closeAfterTests, connect } from "./cluster-client.ts";
import { bed } from "./harness.ts";
import { createRun, driveRun } from "./runs.ts";

const cluster = bed();
closeAfterTests();
const { busybox, sluice } = cluster.images;

const profile: Partial<KubernetesProfile> = {
  driver: { ...DEFAULT_KUBERNETES_PROFILE.driver, ...(sluice !== undefined && { image: sluice }) },
};
const withHelpers = test.runIf(cluster.runsPods && sluice !== undefined);

/** Runs a task whose result is this type, written by a script of the shell to $out. */
async function collected(type: string, script: string, settings: Partial<KubernetesProfile> = {}) {
  const client = await connect(cluster);
  const source = `
task work() -> ${type} {
  image "${busybox}"
  retry output 0
  script "sh" '''
    ${script}
  '''
}
pipeline main() -> ${type} {
  let result = work()
  yield result
}`;
  const run = await createRun(client, source, { profile: { ...profile, ...settings } });
  return driveRun(client, run).ended;
}

withHelpers("a list that no message holds comes back whole", async () => {
  const ended = await collected(
    "[Int]",
    `{ echo '[0'; for i in $(seq 1 30000); do echo ",$i"; done; echo ']'; } > $out`,
  );
  expect(ended).toMatchObject({ status: "succeeded", failures: [] });
  expect((ended as { readonly result: Value }).result).toEqual(Array.from({ length: 30_001 }, (_, index) => index));
});

withHelpers.each([
  ["of 50 MB", `head -c 50000000 /dev/zero | tr '\\0' ' ' > $out`, "has 50000000 bytes, more than the 2097152"],
  [
    "of more than a MiB",
    `{ echo -n '["'; head -c 1500000 /dev/zero | tr '\\0' 'x'; echo '"]'; } > $out`,
    "the outputs have 1500004 bytes together, more than the 1048576",
  ],
  ["nested 300 levels deep", `for i in $(seq 300); do echo -n '['; done > $out`, "nested deeper than 200 levels"],
  ["of another type", `echo '[1, "two"]' > $out`, "expected String"],
  ["that is not there", "true", "nothing was written to"],
  ["that is a link to a file of the image", "ln -s /etc/passwd $out", "outside the attempt's folder"],
])("a result %s is the cause `output` with a sentence", async (_, script, sentence) => {
  const ended = await collected("[String]", script);
  expect(ended).toMatchObject({ status: "failed", failures: [{ cause: "output" }] });
  expect(JSON.stringify(ended)).toContain(sentence);
});

withHelpers("tasks that are over at once are not missed", async () => {
  const client = await connect(cluster);
  const source = `
task quick(n: Int) -> [Int] {
  image "${busybox}"
  run ["sh", "-c", "echo [$1] > $0", out, n]
}
pipeline main() -> [[Int]] {
  let all = map n in range(0, 12) { yield quick(n) }
  yield all
}`;
  const run = await createRun(client, source, { profile });
  const ended = await driveRun(client, run).ended;
  expect(ended).toMatchObject({ status: "succeeded", result: Array.from({ length: 12 }, (_, n) => [n]) });
});

withHelpers("with `results: collected` a text of one task is collected, too", async () => {
  const ended = await collected("String", "echo text > $out", { results: "collected", podSecurity: "baseline" });
  expect(ended).toMatchObject({ status: "succeeded", result: "text" });
});
