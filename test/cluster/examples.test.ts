// The examples on a cluster that keeps files on a volume claim: the API server takes every object of a run, in a dry run.
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
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

test.each(readdirSync(examples))(
  "the server takes every object of a run of examples/%s, its files among them",
  async (name) => {
    const folder = join(work, name);
    cpSync(join(examples, name), folder, { recursive: true });
    writeFileSync(join(folder, "sluice.yaml"), settings);
    const where = ["--on", "kubernetes", "--namespace", cluster.namespace, "--kubeconfig", cluster.kubeconfig];
    const { code, stderr } = await runInProcess(["run", "--dry-run", ...where, "main.pipe"], folder);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("nothing was started");
  },
);
