// All tables of the catalogue in one, for `explain` and the manual.
import { argo } from "./catalog/argo.ts";
import { config } from "./catalog/config.ts";
import { flow } from "./catalog/flow.ts";
import { jobs } from "./catalog/jobs.ts";
import { names } from "./catalog/names.ts";
import { plan } from "./catalog/plan.ts";
import { rules } from "./catalog/rules.ts";
import { syntaxDiagnostics } from "./catalog/syntax.ts";
import { tasks } from "./catalog/tasks.ts";
import { types } from "./catalog/types.ts";
import type { CatalogEntry } from "./define.ts";

/** What is known of a code without the parameters of its sentence. */
export type CatalogFacts = Omit<CatalogEntry<never>, "message">;

export interface CatalogPhase {
  /** What the phase is about, as a heading. */
  readonly title: string;
  readonly codes: ReadonlyMap<string, CatalogFacts>;
}

/** The phases in the order in which a file goes through them. */
export const CATALOG: readonly CatalogPhase[] = [
  { title: "How it is written", codes: tableOf(syntaxDiagnostics) },
  { title: "Names and files", codes: tableOf(names) },
  { title: "Types", codes: tableOf(types) },
  { title: "The flow of a pipeline", codes: tableOf(flow) },
  { title: "Tasks", codes: tableOf(tasks) },
  { title: "Advice", codes: tableOf(rules) },
  { title: "What runs", codes: tableOf(plan) },
  { title: "What a cluster can run", codes: tableOf(jobs) },
  { title: "What Argo cannot keep", codes: tableOf(argo) },
  { title: "Configuration, parameters and secrets", codes: tableOf(config) },
];

/** The entry of a code; undefined for a word that is none. */
export function findCatalogEntry(code: string): CatalogFacts | undefined {
  for (const phase of CATALOG) {
    const entry = phase.codes.get(code);
    if (entry) return entry;
  }
  return undefined;
}

/** All codes, sorted. */
export function catalogCodes(): string[] {
  return CATALOG.flatMap((phase) => [...phase.codes.keys()]).sort();
}

function tableOf(table: Readonly<Record<string, CatalogFacts>>): ReadonlyMap<string, CatalogFacts> {
  return new Map(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}
