// Programs that name files of this machine, compiled and applied with kubectl: their files come along, and the result is that of a run.
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { V1Job } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { runInProcess } from "../harness/in-process.ts";
import { bed, makeVolume } from "./harness.ts";

const cluster = bed();
const { sluice, node, busybox } = cluster.images;
const examples = join(import.meta.dirname, "..", "..", "examples");
/** What the node, which is this machine, shows to pods as a volume. */
const volume = mkdtempSync(join(tmpdir(), "sluice-volume-"));

beforeAll(async () => {
  if (!cluster.runsPods) return;
  chmodSync(volume, 0o777);
  await makeVolume(cluster, "files", volume);
});

afterAll(async () => {
  await cluster.tryKubectl(["delete", "persistentvolume", `${cluster.namespace}-files`, "--wait=false"]);
  rmSync(volume, { recursive: true, force: true });
});

function project(files: Readonly<Record<string, string>>, from?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-compile-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (from !== undefined) cpSync(from, folder, { recursive: true });
  const kubernetes = {
    namespace: cluster.namespace,
    images: { rewrites: { "node:24-slim": node } },
    storage: { pvc: "files" },
    driver: { image: sluice },
  };
  const settings = stringify({ default_profile: "test", profiles: { test: { kubernetes } } });
  for (const [name, text] of Object.entries({ "sluice.yaml": settings, ...files }))
    writeFileSync(join(folder, name), text, { mode: name.endsWith(".sh") ? 0o755 : 0o644 });
  return folder;
}

async function apply(folder: string): Promise<string> {
  const { code, stdout, stderr } = await runInProcess(["compile", "--target", "jobs", "main.pipe"], folder);
  expect(code, stderr).toBe(0);
  await cluster.kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], stdout);
  return stdout;
}

const ended = ({ status }: V1Job): boolean =>
  status?.conditions?.some(({ type }) => type === "Complete" || type === "Failed") ?? false;

test.runIf(cluster.runsPods && sluice !== undefined)(
  "an example with a folder and programs of its own gives the same whether it is compiled and applied, or run on this machine",
  async () => {
    const folder = project({}, join(examples, "wordcount"));
    for (const text of readdirSync(join(folder, "texts")).slice(2)) rmSync(join(folder, "texts", text));
    const where = ["--on", "kubernetes", "--kubeconfig", cluster.kubeconfig];
    const text = await apply(folder);
    const name = /^ +- drive\n +- --plan\n +- (\S+)$/m.exec(text)![1]!;
    const job = await cluster.waitFor<V1Job>(`job/${name}`, ended, { seconds: 200 });
    expect(job.status?.succeeded).toBe(1);
    const outputs = await runInProcess(["outputs", name, ...where], folder);
    const cleaned = await runInProcess(["clean", name, ...where], folder);
    expect(cleaned.code, cleaned.stderr).toBe(0);
    const kinds = "jobs,pods,configmaps,podtemplates,leases";
    expect(await cluster.kubectl(["get", kinds, "-l", `sluice.dev/run=${name}`, "-o", "name"])).toBe("");
    const run = await runInProcess(["run", "-q", "main.pipe"], folder);
    expect(run.code, run.stderr).toBe(0);
    const read = (printed: string, root: string) => {
      const { total, table } = JSON.parse(printed) as { readonly total: unknown; readonly table: string };
      return { total, table: readFileSync(resolve(root, table.replace(/^pvc:/, "")), "utf8") };
    };
    const here = read(run.stdout, folder);
    expect(read(outputs.stdout, volume)).toEqual(here);
    expect(here.table.split("\n").length).toBeGreaterThan(3);
  },
  300_000,
);

test.skipIf(!cluster.runsPods)(
  "Jobs without a driver read files of this machine, and those of the volume where they are",
  async () => {
    writeFileSync(join(volume, "kept.txt"), "kept\n", { mode: 0o644 });
    const folder = project({
      "main.pipe": `task same(here: File, kept: File, n: Int) {
  image "${busybox}"
  run [file("check.sh"), here, kept, n]
  retry evicted 1
}
task each(text: File, bytes: File) {
  image "${busybox}"
  run ["sh", "-c", "grep -q one $0 || grep -q two $0; test $(wc -c < $1) = 3", text, bytes]
  retry evicted 1
}
pipeline main() {
  do map n in range(2) { do same(file("one.txt"), file("pvc:kept.txt"), n) }
  do map text in [file("one.txt"), file("two.txt")] key basename(text) { do each(text, file("bytes.bin")) }
}
`,
      "check.sh": '#!/bin/sh\ngrep -qx one "$1" && grep -qx kept "$2" && test "$3" -lt 2\n',
      "one.txt": "one\n",
      "two.txt": "two\n",
      "bytes.bin": "\0\u0001\n",
    });
    await apply(folder);
    const names = (await cluster.kubectl(["get", "jobs", "-l", "sluice.dev/pipeline=main", "-o", "name"]))
      .trim()
      .split("\n");
    expect(names).toHaveLength(3);
    for (const name of names) {
      const job = await cluster.waitFor<V1Job>(name.replace(".batch", ""), ended, { seconds: 60 });
      expect(job.status?.conditions?.map(({ type }) => type)).toContain("Complete");
    }
  },
);
