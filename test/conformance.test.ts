// The conformance suite: what the language's reference promises, case by case, through the command line, on this machine.
// `test/cluster/conformance.test.ts` runs the same folders on Kubernetes.
import { expect, test } from "vitest";
import { checkCase, findCases, startCases } from "./harness/conformance.ts";
import { LOCAL_ENGINE } from "./harness/conformance-engine.ts";

/** Milliseconds; a case waits for those before it. */
const PATIENCE = 120_000;

const cases = findCases();
const results = startCases(cases, LOCAL_ENGINE);

test.each(cases.map(({ name, expected }) => [expected.section, expected.title, name] as const))(
  "%s: %s (%s)",
  async (_section, _title, name) => {
    expect((await results.get(name)!).join("\n")).toBe("");
  },
  PATIENCE,
);

test.each(cases.map((found) => [found.name, found] as const))(
  "the folder of %s holds what it needs and nothing else",
  (_, found) => {
    expect(checkCase(found)).toEqual([]);
  },
);
