// A schedule from `sluice apply` to results, with nobody at hand: the CronJob starts a driver pod of our own image, and that runs the pipeline.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Job } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { runInProcess } from "../harness/in-process.ts";
import { bed } from "./harness.ts";

const cluster = bed();
const { sluice: image } = cluster.images;

test.runIf(cluster.runsPods && image !== undefined)("a schedule starts a run that comes to its results", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-schedule-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = (schedule: string) => `task double(n: Int) -> Int {
  image "${cluster.images.busybox}"
  script "sh" '''
    echo $((n * 2)) > $out
  '''
}
pipeline every(last: Int = 3) -> [Int] ${schedule} {
  yield map n in range(last) { yield double(n) }
}
`;
  writeFileSync(join(folder, "main.pipe"), program('schedule "* * * * *"'));
  writeFileSync(
    join(folder, "sluice.yaml"),
    `default_profile: bed\nprofiles: { bed: { kubernetes: { driver: { image: "${image}" } } } }\n`,
  );
  const sluice = (command: string, ...more: readonly string[]) => {
    const place = ["--namespace", cluster.namespace, "--kubeconfig", cluster.kubeconfig];
    return runInProcess([command, ...place, ...more], folder);
  };
  const applied = await sluice("apply", "-p", "last=4");
  expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining("created   CronJob every\n") });

  // At the next full minute at the latest.
  const started = await cluster.waitFor<V1Job>("job", ({ status }) => (status?.succeeded ?? 0) > 0, {
    labels: "app.kubernetes.io/component=driver",
    seconds: 110,
  });
  const run = started.metadata?.name ?? "";
  const outputs = await sluice("outputs", "--on", "kubernetes", run);
  expect(JSON.parse(outputs.stdout)).toEqual([0, 2, 4, 6]);

  // Without its schedule the pipeline leaves the cluster, and its runs stay.
  writeFileSync(join(folder, "main.pipe"), program(""));
  expect(await sluice("apply")).toMatchObject({ code: 0, stdout: expect.stringContaining("CronJob every\n") });
  expect(await cluster.kubectl(["get", "cronjobs", "-o", "name"])).toBe("");
  expect((await sluice("runs", "--on", "kubernetes")).stdout).toContain(run);

  expect(await sluice("clean", "--on", "kubernetes", run)).toMatchObject({ code: 0 });
  // The driver's pod goes with its Job, a moment later.
  await cluster.kubectl(["wait", "--for=delete", "pods", "--all", "--timeout=60s"]);
  expect(await cluster.kubectl(["get", "jobs,pods,leases", "-o", "name"])).toBe("");
  expect(await cluster.kubectl(["get", "configmaps", "-l", `sluice.dev/run=${run}`, "-o", "name"])).toBe("");
});
