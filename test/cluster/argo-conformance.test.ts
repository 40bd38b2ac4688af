// The conformance suite on Argo's own controller: a case has the same result there, or the compiler refuses it, or it is known to differ. Which is
// which stands in `test/conformance/argo-refusals.json`; a case that stands in the wrong place fails here.
import { beforeAll, expect, test } from "vitest";
import { ARGO_TABLE, casesForArgo } from "../harness/argo-suite.ts";
import { startCases } from "../harness/conformance.ts";
import { argoEngine, asOnArgo, makeRepository } from "./argo-engine.ts";
import { bed } from "./harness.ts";

/** Milliseconds; a case waits for those before it. */
const PATIENCE = 3_600_000;

const cluster = bed();
const engine = argoEngine(cluster, 4);
/** SLUICE_CONFORMANCE_CASES: a regular expression for the names of those to run instead of all. */
const wanted = new RegExp(process.env.SLUICE_CONFORMANCE_CASES ?? ".");
const cases = casesForArgo()
  .filter(({ name }) => wanted.test(name))
  .map(asOnArgo);
const ready = Promise.withResolvers<void>();
const results = cluster.runsArgo ? startCases(cases, engine, ready.promise) : new Map<string, Promise<string[]>>();

beforeAll(async () => {
  if (cluster.runsArgo) await makeRepository(cluster);
  ready.resolve();
});

const titles = cases.map(({ name, expected }) => [expected.section, expected.title, name, expected] as const);
test.runIf(cluster.runsArgo).each(titles)(
  "%s: %s (%s)",
  async (_section, _title, name, expected) => {
    const differences = await results.get(name)!;
    const refusal = engine.refused.get(expected);
    expect(refusal).toBe(ARGO_TABLE.refused[name]);
    if (refusal !== undefined) return;
    if (name in ARGO_TABLE.differs) expect(differences, "it does not differ any more").not.toEqual([]);
    else expect(differences.join("\n")).toBe("");
  },
  PATIENCE,
);
