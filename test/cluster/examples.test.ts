// The examples, compiled for a cluster that keeps files on a volume claim: the API server knows every field of what comes out.
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { runInProcess } from "../harness/in-process.ts";
import { bed } from "./harness.ts";

const cluster = bed();
const examples = join(import.meta.dirname, "..", "..", "examples");
const work = mkdtempSync(join(tmpdir(), "sluice-examples-"));
afterAll(() => rmSync(work, { recursive: true }));

const settings = `default_profile: cluster
profiles:
  cluster:
    kubernetes:
      storage: { pvc: files }
      gpu: { accelerators: { nvidia-a100: { selectors: { accelerator: a100 } } } }
`;

/** Files that the examples have on this machine, at addresses that a pod can read. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  iris: ["-p", "data=s3://bucket/iris.csv", "-p", "ranges=s3://bucket/ranges.json"],
  wordcount: ["-p", "texts=s3://bucket/texts"],
};

test.each(readdirSync(examples))("the server takes every object of examples/%s", async (name) => {
  const folder = join(work, name);
  cpSync(join(examples, name), folder, { recursive: true });
  writeFileSync(join(folder, "sluice.yaml"), settings);
  const command = ["compile", "--target", "jobs", "--namespace", cluster.namespace, ...(parameters[name] ?? [])];
  const { code, stdout, stderr } = await runInProcess([...command, "main.pipe"], folder);
  expect(code, stderr).toBe(0);
  const apply = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
  const said = (await cluster.kubectl(apply, stdout)).trimEnd().split("\n");
  expect(said).toHaveLength(parseAllDocuments(stdout).length);
  expect(said.filter((line) => !line.endsWith("serverside-applied (server dry run)"))).toEqual([]);
});
