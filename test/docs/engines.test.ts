// What docs/engines.md says of each engine is what the compiler does.
import { expect, test } from "vitest";
import { ARGO_FEATURES, type Written } from "../../scripts/engines/argo-features.ts";
import { type Compiled, compileFor, ENGINES } from "../../scripts/engines/compile-for.ts";
import { CONSTRUCTS } from "../../scripts/engines/constructs.ts";
import { argo } from "../../src/diagnostics/catalog/argo.ts";

const constructs = CONSTRUCTS.flatMap((group) => group.constructs);
const written = ARGO_FEATURES.filter((feature): feature is Written => "how" in feature);

/** Paths without the indexes of lists, and with `=VALUE` for scalars. */
function pathsOf(value: unknown, path: string, found: string[]): void {
  if (Array.isArray(value)) for (const item of value) pathsOf(item, path, found);
  else if (typeof value === "object" && value !== null) {
    found.push(path);
    for (const [name, entry] of Object.entries(value))
      if (entry !== undefined) pathsOf(entry, `${path}.${name}`, found);
  } else found.push(path, `${path}=${value}`);
}

function codes({ refused }: Compiled): string[] {
  return [...new Set(refused.map(({ code }) => code))];
}

test.each(constructs)("$name: each engine takes it, or refuses it with the code that the table names", (construct) => {
  const stated = ENGINES.map((engine) => [engine, construct.refused?.[engine] ?? "yes"]);
  const found = ENGINES.map((engine) => [
    engine,
    codes(compileFor(engine, construct.program, construct.settings)).join(", ") || "yes",
  ]);
  expect(found).toEqual(stated);
});

test("no construct stands there twice", () => {
  const names = constructs.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test("each code of Argo's refusals is shown by a construct", () => {
  const shown = new Set(constructs.map(({ refused }) => refused?.argo));
  expect(Object.keys(argo).filter((code) => !shown.has(code))).toEqual([]);
});

test.each(written)("$argo: the Workflow holds it", ({ program, settings, kind, holds }) => {
  const compiled = compileFor("argo", program, settings, kind);
  expect(codes(compiled)).toEqual([]);
  const found: string[] = [];
  for (const { object } of compiled.objects) pathsOf(object, "", found);
  const missing = holds.filter((path) => !found.some((each) => each.endsWith(`.${path}`)));
  expect(missing).toEqual([]);
});

test.each(written)("$argo: what is written there stands in what was compiled", ({ how, program, settings, holds }) => {
  const all = `${program}\n${settings ?? ""}\n${holds.join("\n")}`;
  const snippets = [...how.matchAll(/`([^`]+)`/g)].map(([, snippet]) => snippet!);
  expect(snippets.filter((each) => !/…|^--/.test(each) && !all.includes(each))).toEqual([]);
});

test("what is not there and is refused, is refused with that code", () => {
  for (const feature of ARGO_FEATURES) {
    if (!("why" in feature) || !feature.refused) continue;
    expect(codes(compileFor("argo", feature.refused.program))).toEqual([feature.refused.code]);
  }
});
