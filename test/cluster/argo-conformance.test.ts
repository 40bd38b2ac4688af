// The conformance suite on Argo's own controller: a case has the same result there, or the compiler refuses it. Which ones it refuses, and why,
// stands in `test/conformance/argo-refusals.json`, from which the documentation's table is made.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type ConformanceCase, findCases, startCases } from "../harness/conformance.ts";
import { suits } from "../harness/conformance-engine.ts";
import { argoEngine, asOnArgo, makeRepository } from "./argo-engine.ts";
import { bed } from "./harness.ts";

/** Milliseconds; a case waits for those before it. */
const PATIENCE = 2_400_000;
const TABLE = join(import.meta.dirname, "..", "conformance", "argo-refusals.json");

interface Table {
  /** Run by default: one of each kind, since all of them take long on a small machine. */
  readonly chosen: readonly string[];
  /** By case, the first thing that the compiler says. */
  readonly refused: Readonly<Record<string, string>>;
  /** Known differences, by case: these are not run. */
  readonly differs: Readonly<Record<string, string>>;
}

const table = JSON.parse(readFileSync(TABLE, "utf8")) as Table;
const cluster = bed();
const engine = argoEngine(cluster, 4);
/** SLUICE_CONFORMANCE_CASES: a regular expression for the names of those to run instead of the chosen; `.` runs all. */
const wanted = process.env.SLUICE_CONFORMANCE_CASES;
const resumes = ({ steps = [] }: ConformanceCase): boolean => steps.some((step) => step.do === "resume");
const cases = findCases()
  .filter(({ name, expected }) => {
    if (!suits(engine, expected) || resumes(expected) || name in table.differs) return false;
    return wanted === undefined ? table.chosen.includes(name) : new RegExp(wanted).test(name);
  })
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
    expect(refusal).toBe(table.refused[name]);
    if (refusal === undefined) expect(differences.join("\n")).toBe("");
  },
  PATIENCE,
);
