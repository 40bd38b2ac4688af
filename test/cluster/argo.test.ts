// The Argo target and `sluice run --on argo` against Argo itself: its linter, and its controller.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findGoldenCases } from "../harness/goldens.ts";
import { type Finished, runCommand } from "../harness/run-command.ts";
import { bed, type ClusterObject } from "./harness.ts";

const cluster = bed();
const withArgo = test.skipIf(!cluster.runsArgo);
const folder = mkdtempSync(join(tmpdir(), "sluice-argo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const goldens = findGoldenCases()
  .filter(({ kind, folder: each }) => kind === "ok" && existsSync(join(each, "argo.yaml")))
  .map(({ name, folder: each }) => ({ name, path: join(each, "argo.yaml") }))
  .filter(({ path }) => /^kind: /m.test(readFileSync(path, "utf8")));

withArgo("Argo's strict linter has nothing to say of any golden Workflow", () => {
  expect(goldens.length).toBeGreaterThan(7);
  const said = goldens.map(({ name, path }) => {
    try {
      execFileSync("argo-lint", [path], { encoding: "utf8", stdio: "pipe" });
      return "";
    } catch (error) {
      return `${name}: ${(error as { stdout?: string }).stdout}`;
    }
  });
  expect(said.join("")).toBe("");
});

withArgo("what the linter is for: it refuses an unknown field", () => {
  const path = join(folder, "bad.yaml");
  writeFileSync(path, readFileSync(goldens[0]!.path, "utf8").replace(/^ {2}entrypoint:/m, "  entrypiont:"));
  expect(() => execFileSync("argo-lint", [path], { stdio: "pipe" })).toThrow();
});

/** Runs `sluice` in the folder; a program of the same folder is `main.pipe`. */
function sluice(...argv: string[]): Promise<Finished> {
  return runCommand(argv, { cwd: folder, environment: { KUBECONFIG: cluster.kubeconfig }, limit: 110_000 });
}

function write(program: string): void {
  writeFileSync(join(folder, "main.pipe"), program);
  const kubernetes = { namespace: cluster.namespace };
  const settings = { default_profile: "test", profiles: { test: { kubernetes } } };
  writeFileSync(join(folder, "sluice.yaml"), JSON.stringify(settings));
}

function endOf({ stdout }: Finished): {
  status: string;
  result: unknown;
  failures: { instance: string; cause: string }[];
} {
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}

const HOSTILE = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's, not ours
  "\"\\'`$(HOME) $$(HOME) ${HOME} {{x}} {{=1+1}} {{workflow.name}} {{item}} }} {{{{=2}}}}",
  "line\nline\ttab\r\u0001\u0007\u001b\u007f\u0080 -- -lead \u2028\u2029\ufeff\u200b",
  "<&> \\u003c é ü 漢 🫨 \u{e0067} \u{10ffff}",
  "007",
  "null",
  "x".repeat(20_000),
];

withArgo("hostile texts and numbers come out as on this machine, through every way that values take", async () => {
  write(`
type Item = { text: String, n: Int, x: Float, note: String? }
task list(items: String) -> [Item] max 20 {
  image "${cluster.images.busybox}"
  run ["sh", "-c", "printf %s \\"$0\\" > \\"$1\\"", items, out]
}
task through(item: Item) -> { text: String, same: String } {
  image "${cluster.images.busybox}"
  run ["sh", "-c", "printf %s \\"$0\\" > \\"$1\\"; printf %s \\"$V\\" > \\"$2\\"", item.text, out.text, out.same]
  env { V: item.text }
}
pipeline main(texts: [String], first: String) -> { all: [{ text: String, same: String }], xs: [Float], first: String } {
  let items = list(json([for t, i in texts: { text: t, n: i, x: 0.1 * i, note: first }]))
  let all = map item in items key item.n { yield through(item) }
  yield { all, xs: [for item in items: item.x], first: items[0]?.note ?? "" }
}
`);
  writeFileSync(join(folder, "params.json"), JSON.stringify({ texts: HOSTILE, first: HOSTILE[0] }));
  const [local, argo] = await Promise.all([
    sluice("run", "--json", "--params", "params.json"),
    sluice("run", "--json", "--params", "params.json", "--on", "argo"),
  ]);
  expect(local.code, local.stderr).toBe(0);
  expect(argo.code, argo.stderr + argo.stdout).toBe(0);
  expect(JSON.stringify(endOf(argo).result)).toBe(JSON.stringify(endOf(local).result));
});

withArgo("a run is followed, looked at, its logs read, cancelled and cleaned", async () => {
  write(`
task say(name: String) -> String {
  image "${cluster.images.busybox}"
  run ["sh", "-c", "echo \\"hello $0\\"; test \\"$0\\" != b || exit 3; printf %s \\"$0\\" > \\"$1\\"", name, out]
}
task wait() { image "${cluster.images.busybox}" run ["sleep", "600"] }
pipeline main(names: [String], long: Bool = false) -> [String] {
  let said = map name in names key name tolerate 1 { yield say(name) }
  do if long { do wait() }
  yield said.ok
}
`);
  const run = await sluice("run", "--on", "argo", "-p", 'names=["a","b"]');
  expect(run.code, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual(["a"]);
  expect(run.stderr).toContain("said[b].say: failed (tolerated): The task exited with code 3.");
  const name = /^run (\S+) in /.exec(run.stderr)![1]!;
  expect(JSON.parse((await sluice("outputs", name, "--on", "argo")).stdout)).toEqual(["a"]);
  expect((await sluice("status", name, "--on", "argo")).stdout).toMatch(/said\.say +1 of 2 items done, 1 failed/);
  expect((await sluice("logs", name, "said[a]", "--on", "argo")).stdout).toBe("hello a\n");
  expect((await sluice("resume", name, "--on", "argo")).code).toBe(2);

  const started = await sluice("run", "--on", "argo", "--detach", "-p", 'names=["a"]', "-p", "long=true");
  const long = started.stdout.trim();
  await cluster.waitFor(
    `workflow/${long}`,
    (workflow) => /"displayName":"wait.*"phase":"Running"/.test(JSON.stringify(workflow)),
    {
      seconds: 100,
    },
  );
  expect((await sluice("clean", long, "--on", "argo")).stderr).toContain("is running and stays");
  const cancelled = await sluice("cancel", long, "--on", "argo");
  expect(cancelled.stderr).toContain(`run ${long}: cancelled`);
  expect((await sluice("runs", "--on", "argo")).stdout).toMatch(new RegExp(`${long} +cancelled`));
  expect((await sluice("clean", "--all", "--on", "argo")).stderr).toMatch(/\d runs deleted/);
  expect((await sluice("runs", "--on", "argo")).stdout).toBe("");
});

withArgo("Ctrl-C leaves a run to Argo, --force ends it at once, and nothing of it stays after clean", async () => {
  write(`
task wait(n: Int) {
  image "${cluster.images.busybox}"
  script "sh" '''
    echo "key $SLUICE_KEY"
    sleep 600
  '''
}
pipeline left() { do map n in range(2) key "k$(X)\\(n)" { do wait(n) } }
`);
  const go = join(folder, "go");
  const following = runCommand(["run", "--on", "argo"], {
    cwd: folder,
    environment: { KUBECONFIG: cluster.kubeconfig },
    limit: 100_000,
    interrupt: { file: go, signal: "SIGINT" },
  });
  const labels = "sluice.dev/pipeline=left";
  const { metadata } = await cluster.waitFor<ClusterObject>(
    "workflow",
    (workflow) =>
      (
        JSON.stringify(workflow).match(/"type":"Pod"[^{}]*?"phase":"Running"|"phase":"Running"[^{}]*?"type":"Pod"/g) ??
        []
      ).length === 2,
    { labels, seconds: 100 },
  );
  writeFileSync(go, "");
  const left = await following;
  expect(left.code, left.stderr).toBe(6);
  expect(left.stderr).toContain(`run ${metadata!.name} goes on`);
  const run = metadata!.name!;
  expect((await sluice("status", run, "--on", "argo")).stdout).toContain("running (driven by Argo)");
  expect((await sluice("logs", run, "map[k$(X)1].wait", "--on", "argo")).stdout).toBe("key k$(X)1\n");
  const scripts = ["get", "configmaps", "-l", labels, "-o", "name"];
  expect(await cluster.kubectl(scripts)).toContain(run);
  const ended = await sluice("cancel", run, "--force", "--on", "argo");
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain(`run ${run}: cancelled`);
  expect((await sluice("status", run, "--on", "argo")).stdout).not.toContain("failed:");
  expect((await sluice("clean", run, "--on", "argo")).code).toBe(0);
  await cluster.kubectl(["wait", "--for=delete", "configmaps,pods", "-l", labels, "--timeout=60s"]);
  expect(await cluster.kubectl(scripts)).toBe("");
});

withArgo("an argument that no command line takes fails the task, and is never another text", async () => {
  write(`
task make(n: Int) -> String {
  image "${cluster.images.busybox}"
  run ["sh", "-c", "head -c $0 /dev/zero | tr '\\\\0' x > $1", n, out]
}
task count(text: String) -> Int {
  image "${cluster.images.busybox}"
  run ["sh", "-c", "printf %s \\"$0\\" | wc -c > $1", text, out]
  retry any 2
}
pipeline main(n: Int) -> Int { yield count(make(n)) }
`);
  const [fits, tooLong] = await Promise.all(
    [131_000, 131_200].map((n) => sluice("run", "--json", "--on", "argo", "-p", `n=${n}`)),
  );
  expect(endOf(fits!), fits!.stderr).toMatchObject({ status: "succeeded", result: 131_000 });
  expect(endOf(tooLong!).failures).toMatchObject([{ instance: "count", cause: "start", attempts: 1 }]);
});

withArgo("a check and a failed item end the run with the same failures as on this machine", async () => {
  write(`
task pick(n: Int) -> Int {
  image "${cluster.images.busybox}"
  run ["sh", "-c", "test $0 != 2 || exit 4; printf $0 > $1", n, out]
}
pipeline main(top: Int) -> Int {
  check top < 9, "top is \\(top)"
  let all = map n in range(top) { yield pick(n) }
  yield len(all)
}
`);
  for (const top of [3, 9]) {
    const [local, argo] = await Promise.all([
      sluice("run", "--json", "-p", `top=${top}`),
      sluice("run", "--json", "-p", `top=${top}`, "--on", "argo"),
    ]);
    const told = (finished: Finished) => endOf(finished).failures.map(({ instance, cause }) => `${instance} ${cause}`);
    expect([argo.code, local.code]).toEqual([4, 4]);
    expect(told(argo)).toEqual(told(local));
  }
});
