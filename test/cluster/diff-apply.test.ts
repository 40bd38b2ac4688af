// `sluice diff` and `sluice apply` before a real API server, and runs that a schedule starts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listClusterRuns } from "../../src/backends/kubernetes/cluster-run.ts";
import { executeClusterRun } from "../../src/backends/kubernetes/execute-cluster-run.ts";
import { openOrCreateScheduledRun } from "../../src/backends/kubernetes/start-scheduled-run.ts";
import { runInProcess } from "../harness/in-process.ts";
import { closeAfterTests, connect } from "./cluster-client.ts";
import { bed } from "./harness.ts";

const cluster = bed();
closeAfterTests();

/** A folder with one scheduled pipeline; each test has a pipeline of its own. */
function project(pipeline: string, schedule = 'schedule "0 3 * * 1"'): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-apply-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  write(folder, pipeline, schedule);
  return folder;
}

function write(folder: string, pipeline: string, schedule: string): void {
  const text = `task hello(n: Int) {
  image "${cluster.images.busybox}"
  script "sh" '''
    echo $n
  '''
  resources { cpu: 0.05, memory: 16Mi }
}
pipeline ${pipeline}(n: Int = 1)
  ${schedule}
{
  do hello(n)
}
`;
  writeFileSync(join(folder, "main.pipe"), text);
}

function sluice(folder: string, command: string, ...more: readonly string[]) {
  const place = ["--namespace", cluster.namespace, "--kubeconfig", cluster.kubeconfig];
  return runInProcess([command, ...place, ...more], folder);
}

async function names(kind: string, pipeline: string): Promise<string[]> {
  const found = await cluster.kubectl(["get", kind, "-l", `sluice.dev/pipeline=${pipeline}`, "-o", "name"]);
  return found.split("\n").filter((name) => name !== "");
}

async function program(pipeline: string): Promise<string> {
  const path = "{.spec.jobTemplate.spec.template.spec.containers[0].args[2]}";
  return cluster.kubectl(["get", "cronjob", pipeline, "-o", `jsonpath=${path}`]);
}

test("diff and apply agree: what is applied is no difference any more", async () => {
  const folder = project("agree");
  const before = await sluice(folder, "diff");
  expect(before.code).toBe(1);
  expect(before.stdout).toContain("--- /dev/null\n+++ program: CronJob agree\n");
  expect(await names("cronjob,configmap,role,sa", "agree")).toEqual([]);

  const applied = await sluice(folder, "apply");
  expect(applied.stderr).toContain("runs at `0 3 * * 1`");
  expect(applied.code).toBe(0);
  expect(applied.stdout).toContain("created   CronJob agree\n");
  expect(await sluice(folder, "diff")).toMatchObject({ code: 0, stdout: "" });

  const again = await sluice(folder, "apply");
  expect(again.code).toBe(0);
  expect(again.stdout.split("\n").filter((line) => line !== "" && !line.startsWith("unchanged "))).toEqual([]);
});

test("a changed program takes the place of the earlier one, and the dry run says so first", async () => {
  const folder = project("change");
  await sluice(folder, "apply");
  const old = await program("change");
  const dry = await sluice(folder, "apply", "--dry-run", "-p", "n=2");
  expect(dry.stdout).toContain(`pruned    ConfigMap ${old}\n`);
  expect(dry.stdout).toContain("changed   CronJob change\n");
  expect(await program("change")).toBe(old);

  const shown = await sluice(folder, "diff", "-p", "n=2");
  expect(shown.code).toBe(1);
  expect(shown.stdout).toMatch(new RegExp(`^-.* ${old}$`, "m"));
  expect(shown.stdout).toContain(`--- cluster: ConfigMap ${old}\n+++ /dev/null\n`);

  const applied = await sluice(folder, "apply", "-p", "n=2");
  expect(applied.code).toBe(0);
  const now = await program("change");
  expect(now).not.toBe(old);
  const left = await names("configmap,podtemplate", "change");
  expect(left).toContain(`configmap/${now}`);
  // The program, its script and its one PodTemplate.
  expect(left).toHaveLength(3);
});

test("files of this machine come along with a schedule, and go with the program that names them", async () => {
  const folder = project("brings");
  const source = readFileSync(join(folder, "main.pipe"), "utf8");
  const withFile = source
    .replace("hello(n: Int)", "hello(n: Int, data: File)")
    .replace("hello(n)", 'hello(n, file("d.txt"))');
  writeFileSync(join(folder, "main.pipe"), withFile);
  writeFileSync(join(folder, "d.txt"), "first\n");
  expect((await sluice(folder, "diff")).stdout).toMatch(/^\+\s+first$/m);
  expect((await sluice(folder, "apply")).code).toBe(0);
  expect(await sluice(folder, "diff")).toMatchObject({ code: 0, stdout: "" });
  const inputs = async () => (await names("configmap", "brings")).filter((name) => name.includes("brings-inputs-"));
  const [before, ...more] = await inputs();
  expect(more).toEqual([]);
  writeFileSync(join(folder, "d.txt"), "second\n");
  const applied = await sluice(folder, "apply");
  expect(applied.stdout).toContain(`pruned    ConfigMap ${before!.replace("configmap/", "")}\n`);
  const after = await inputs();
  expect(after).toHaveLength(1);
  expect(await cluster.kubectl(["get", after[0]!, "-o", "jsonpath={.data}"])).toContain("second");
});

test("fields that others own are named with their owner, and taken only by force", async () => {
  const folder = project("conflict");
  await sluice(folder, "apply");
  const patch = JSON.stringify({ spec: { schedule: "5 5 * * *" } });
  await cluster.kubectl(["patch", "cronjob", "conflict", "--field-manager=someone", "--type=merge", "-p", patch]);
  const refused = await sluice(folder, "apply");
  expect(refused.code).toBe(7);
  expect(refused.stderr).toContain("others own fields of the CronJob `conflict` that would change: `.spec.schedule`");
  expect(refused.stderr).toContain("someone");
  expect(refused.stderr).toContain("nothing was changed");
  expect((await sluice(folder, "diff")).code).toBe(7);
  expect((await sluice(folder, "diff", "--force-conflicts")).stdout).toMatch(/^-\s+schedule: 5 5/m);
  expect((await sluice(folder, "apply", "--force-conflicts")).stdout).toContain("changed   CronJob conflict\n");
  expect((await sluice(folder, "diff")).code).toBe(0);
});

test("an object of the same name that is somebody else's is left alone", async () => {
  const folder = project("foreign");
  await cluster.kubectl(["create", "serviceaccount", "foreign-driver"]);
  const refused = await sluice(folder, "apply");
  expect(refused.code).toBe(7);
  expect(refused.stderr).toContain("the ServiceAccount `foreign-driver` is there already and does not belong");
  expect(await names("cronjob,configmap,role,sa", "foreign")).toEqual([]);
});

test("a pipeline without a schedule is for `run`; one that lost its schedule leaves the cluster", async () => {
  const folder = project("loses", "");
  expect(await sluice(folder, "apply")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("sluice run --on kubernetes"),
  });
  write(folder, "loses", 'schedule "0 3 * * 1"');
  await sluice(folder, "apply");
  write(folder, "loses", "");
  const removed = await sluice(folder, "apply");
  expect(removed.code).toBe(0);
  expect(removed.stdout).toContain("pruned    CronJob loses\n");
  expect(await names("cronjob,configmap,podtemplate", "loses")).toEqual([]);
});

test("mistakes in the program are no difference", async () => {
  const folder = project("mistake", "nonsense");
  expect((await sluice(folder, "diff")).code).toBe(2);
  expect((await sluice(folder, "apply")).code).toBe(1);
});

test("a start of the schedule is a run of its own, which keeps its program for as long as it is there", async () => {
  const folder = project("starts");
  await sluice(folder, "apply");
  const old = await program("starts");
  const job = "starts-1";
  await cluster.kubectl(["create", "job", job, "--from=cronjob/starts"]);
  await cluster.kubectl(["patch", "job", job, "--type=merge", "-p", '{"spec":{"suspend":true}}']);
  const client = await connect(cluster);

  const first = await openOrCreateScheduledRun(client, { program: old, job });
  if (!first.ok) throw new Error(first.message);
  expect(first.value).toMatchObject({ name: job, program: old, parameters: { n: 1 }, pipeline: "starts" });
  const again = await openOrCreateScheduledRun(client, { program: old, job });
  expect(again).toEqual(first);
  const runs = await listClusterRuns(client);
  expect(runs.ok && runs.value.filter(({ pipeline }) => pipeline === "starts").map(({ name }) => name)).toEqual([job]);

  const applied = await sluice(folder, "apply", "-p", "n=2");
  expect(applied.code).toBe(0);
  expect(applied.stdout).not.toContain("pruned");
  expect(await names("configmap", "starts")).toContain(`configmap/${old}`);

  await cluster.kubectl(["delete", "job", job]);
  await cluster.kubectl(["wait", "--for=delete", `configmap/${job}`, "--timeout=60s"]);
  expect((await sluice(folder, "apply", "-p", "n=2")).stdout).toContain(`pruned    ConfigMap ${old}\n`);
});

test.skipIf(!cluster.runsPods)(
  "a run that a schedule started is driven to its end, with the pods of its program",
  async () => {
    const folder = project("driven");
    await sluice(folder, "apply");
    const job = "driven-1";
    await cluster.kubectl(["create", "job", job, "--from=cronjob/driven"]);
    await cluster.kubectl(["patch", "job", job, "--type=merge", "-p", '{"spec":{"suspend":true}}']);
    const client = await connect(cluster);
    const opened = await openOrCreateScheduledRun(client, { program: await program("driven"), job });
    if (!opened.ok) throw new Error(opened.message);
    const warnings: string[] = [];
    const onWarning = ({ message }: { readonly message: string }) => void warnings.push(message);
    const driven = await executeClusterRun({ client, run: opened.value, engineVersion: "test", onWarning });
    expect(driven, warnings.join("\n")).toMatchObject({ kind: "ended", status: "succeeded" });
  },
);

test("a Job that has not made its run yet keeps its program too, and one whose program is gone says so", async () => {
  const folder = project("early");
  await sluice(folder, "apply");
  const old = await program("early");
  await cluster.kubectl(["create", "job", "early-1", "--from=cronjob/early"]);
  await cluster.kubectl(["patch", "job", "early-1", "--type=merge", "-p", '{"spec":{"suspend":true}}']);
  expect((await sluice(folder, "apply", "-p", "n=2")).stdout).not.toContain("pruned");
  const client = await connect(cluster);
  const missing = await openOrCreateScheduledRun(client, { program: "early-gone", job: "early-1" });
  expect(missing).toEqual({
    ok: false,
    message: expect.stringContaining("`early-gone` is not in the cluster any more"),
  });
  expect(await names("configmap", "early")).toContain(`configmap/${old}`);
});

test("a ConfigMap that is no run of the program is not taken for one", async () => {
  const client = await connect(cluster);
  await cluster.kubectl(["create", "configmap", "other"]);
  const refused = await openOrCreateScheduledRun(client, { program: "p", job: "other" });
  expect(refused).toEqual({ ok: false, message: "the ConfigMap `other` does not belong to a run of program `p`" });
});
