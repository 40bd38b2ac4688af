// Which cases of the conformance suite run on Argo, and how they end there: the table in `test/conformance/argo-refusals.json`, from which the
// documentation's is made.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CASES_ROOT, type ConformanceCase, type FoundCase, findCases } from "./conformance.ts";
import type { Need } from "./conformance-engine.ts";

interface Table {
  /** Cases that behave on Argo as on every engine. */
  readonly chosen: readonly string[];
  /** By case, the first thing that the compiler or the command line says. */
  readonly refused: Readonly<Record<string, string>>;
  /** By case, what is different on Argo. */
  readonly differs: Readonly<Record<string, string>>;
}

export const ARGO_TABLE = JSON.parse(readFileSync(join(CASES_ROOT, "..", "argo-refusals.json"), "utf8")) as Table;

/** What Argo does not have, and why. */
export const NOT_ON_ARGO: ReadonlyMap<Need, string> = new Map([
  ["folder", "a pod does not have the files beside main.pipe"],
  ["processes", "pods do not see each other's processes"],
  ["variables", "secrets are Secrets of the namespace, and only their pods may read them"],
  ["edit", "a run of a cluster keeps the program that it began with"],
]);

const resumes = ({ steps = [] }: ConformanceCase): boolean => steps.some((step) => step.do === "resume");

/** The cases that can be run there: they need nothing that Argo does not have, and do not go on with a run, which `sluice` cannot on Argo. */
export function casesForArgo(): FoundCase[] {
  return findCases().filter(
    ({ expected }) => !resumes(expected) && (expected.needs ?? []).every((need) => !NOT_ON_ARGO.has(need)),
  );
}
