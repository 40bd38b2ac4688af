// The conformance suite on a real cluster: the same folders, through the same command line, with the same results.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCases, startCases } from "../harness/conformance.ts";
import { suits } from "../harness/conformance-engine.ts";
import { bed, makeVolume } from "./harness.ts";
import { kubernetesEngine } from "./kubernetes-engine.ts";

/** Milliseconds; a case waits for those before it. */
const PATIENCE = 600_000;

const cluster = bed();
const claim = "files";
const folder = mkdtempSync(join(tmpdir(), "sluice-volume-"));
const engine = kubernetesEngine(cluster, claim);
/** SLUICE_CONFORMANCE_CASES: a regular expression for the names of those to run. */
const chosen = new RegExp(process.env.SLUICE_CONFORMANCE_CASES ?? "");
const cases = findCases().filter(({ name, expected }) => suits(engine, expected) && chosen.test(name));
const ready = Promise.withResolvers<void>();
const runnable = cluster.runsPods && cluster.images.sluice !== undefined && cluster.restartable;
const results = runnable ? startCases(cases, engine, ready.promise) : new Map<string, Promise<string[]>>();

beforeAll(async () => {
  if (!runnable) return;
  chmodSync(folder, 0o777);
  await makeVolume(cluster, claim, folder);
  ready.resolve();
});

afterAll(async () => {
  if (runnable)
    await cluster.tryKubectl(["delete", "persistentvolume", `${cluster.namespace}-${claim}`, "--wait=false"]);
  rmSync(folder, { recursive: true, force: true });
});

test.runIf(runnable).each(cases.map(({ name, expected }) => [expected.section, expected.title, name] as const))(
  "%s: %s (%s)",
  async (_section, _title, name) => {
    expect((await results.get(name)!).join("\n")).toBe("");
  },
  PATIENCE,
);
