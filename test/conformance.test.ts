// The conformance suite: what the language's reference promises, case by case, through the command line. SLUICE_CONFORMANCE_ENGINE names the
// engine (default: local); cases that need the host's file system run on the local engine only.
import { expect, test } from "vitest";
import { checkCase, findCases, runCase } from "./harness/conformance.ts";

/** Cases at once; each runs a few processes. */
const AT_ONCE = 2;
/** Milliseconds; a case waits for those before it. */
const PATIENCE = 120_000;

const engine = process.env.SLUICE_CONFORMANCE_ENGINE ?? "local";
const cases = findCases();
const suited = cases.filter(({ expected }) => engine === "local" || !(expected.needs ?? []).includes("host"));

/** All results as promises, worked off in order. */
function startAll(): Map<string, Promise<string[]>> {
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return new Map(
    suited.map((found, i) => {
      const result = lanes[i % AT_ONCE]!.then(() => runCase(found, engine));
      lanes[i % AT_ONCE] = result.then(
        () => {},
        () => {},
      );
      return [found.name, result];
    }),
  );
}

const results = startAll();

test.each(suited.map(({ name, expected }) => [expected.section, expected.title, name] as const))(
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
