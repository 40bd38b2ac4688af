// What `sluice compile --target jobs` prints, put before a real API server, and Jobs without a driver run to their end.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Job, V1Pod } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { findGoldenCases, jobsCommand } from "../harness/goldens.ts";
import { runInProcess } from "../harness/in-process.ts";
import { bed } from "./harness.ts";

const cluster = bed();
const goldens = findGoldenCases().filter(({ kind }) => kind === "ok");

async function compile(folder: string, command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runInProcess([...command, "--namespace", cluster.namespace], folder);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

test.each(goldens.map(({ name, folder }) => [name, folder] as const))(
  "the objects of %s pass the strict dry run of the server",
  async (_, folder) => {
    const text = await compile(folder, jobsCommand(folder));
    const args = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
    const { exitCode, stderr } = await cluster.tryKubectl(args, text);
    // What a program says in its own `pod` may be warned of.
    const ours = stderr.split("\n").filter((line) => line !== "" && !line.includes("topologySpreadConstraints"));
    expect(ours).toEqual([]);
    expect(exitCode).toBe(0);
  },
);

test("pods of a restricted profile keep the Pod Security Standard of that name", async () => {
  const label = "pod-security.kubernetes.io/warn";
  await cluster.kubectl(["label", "namespace", cluster.namespace, `${label}=restricted`]);
  onTestFinished(async () => void (await cluster.kubectl(["label", "namespace", cluster.namespace, `${label}-`])));
  const warnings = async (name: string) => {
    const { folder } = goldens.find((golden) => golden.name === name)!;
    const text = await compile(folder, jobsCommand(folder));
    return (await cluster.tryKubectl(["apply", "--server-side", "--dry-run=server", "-f", "-"], text)).stderr;
  };
  expect(await warnings("ok/cluster-profile")).toBe("");
  expect(await warnings("ok/static-jobs")).toContain("would violate PodSecurity");
});

test("what was applied and has not changed is not different", async () => {
  const { folder } = goldens.find(({ name }) => name === "ok/cluster-profile")!;
  const text = await compile(folder, jobsCommand(folder));
  await cluster.kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], text);
  onTestFinished(async () => void (await cluster.kubectl(["delete", "--wait=false", "-f", "-"], text)));
  const again = await cluster.tryKubectl(["diff", "--server-side", "-f", "-"], text);
  expect(again.stdout).toBe("");
  expect(again.exitCode).toBe(0);
});

test.skipIf(!cluster.runsPods)(
  "Jobs without a driver give each item its arguments, variables and documents",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-compile-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const image = cluster.images.busybox;
    writeFileSync(
      join(folder, "main.pipe"),
      `task index(n: Int, data: File) {
  image "${image}"
  run ["sh", "-c", "test \\"$0 $1\\" = \\"n=$V \\\\$(V) \\\\$\\\\$x\\" && grep -q \\"\\\\\\"n\\\\\\":$V}\\" \\"$2\\"", "n=\\(n)", "$(V) $$x", data]
  env { V: n }
  resources { cpu: 0.05, memory: 16Mi }
}
task text(text: String) {
  image "${image}"
  script "sh" '''
    test "$text" = 'it is $(text) "quoted" $$'
  '''
  resources { cpu: 0.05, memory: 16Mi, shared_memory: 1Mi }
}
pipeline check_jobs() {
  do map n in range(3) { do index(n, json_file({ n })) }
  do text("it is $(text) \\"quoted\\" $$")
}
`,
    );
    const text = await compile(folder, ["compile", "--target", "jobs", "main.pipe"]);
    await cluster.kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], text);
    const labels = "app.kubernetes.io/component=task";
    const finished = (job: V1Job) =>
      job.status?.conditions?.some(({ type }) => type === "Complete" || type === "Failed") ?? false;
    const names = (await cluster.kubectl(["get", "jobs", "-l", labels, "-o", "name"])).trim().split("\n");
    expect(names).toHaveLength(2);
    for (const name of names) {
      const job = await cluster.waitFor<V1Job>(name.replace(".batch", ""), finished, { seconds: 100 });
      const pods = JSON.parse(await cluster.kubectl(["get", "pods", "-l", labels, "-o", "json"])) as { items: V1Pod[] };
      const states = pods.items.map(({ status }) => JSON.stringify(status?.containerStatuses?.[0]?.state));
      expect(
        job.status?.conditions?.map(({ type }) => type),
        states.join("\n"),
      ).toContain("Complete");
    }
  },
);
