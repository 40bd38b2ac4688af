// Expressions of Argo against ours: the same text, or both fail, with the real expr-lang and Argo's own replacing of tags.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeData, decodeOutput } from "../../src/emit/argo/expression/decode-output.ts";
import { toTextCode } from "../../src/emit/argo/expression/encode-text.ts";
import { toParameter } from "../../src/emit/argo/expression/parameter.ts";
import { translate } from "../../src/emit/argo/expression/translate.ts";
import { input, tag } from "../../src/emit/argo/terms.ts";
import { evaluate } from "../../src/expr/evaluate.ts";
import type { Expr } from "../../src/expr/expr.ts";
import { decodeJson } from "../../src/types/decode.ts";
import { toJsonText, toText } from "../../src/types/encode.ts";
import { DURATION, SIZE, STRING, type Type } from "../../src/types/type.ts";
import type { Value } from "../../src/types/value.ts";
import { type ExpressionClient, hasGo, startExpressionClient } from "../argo/expr/expression-client.ts";
import { buildExpr, HOSTILE, POINTS, TYPES, valuesFor } from "../emit/argo/expression-builder.ts";

const RUNS = Number(process.env.ARGO_EXPRESSION_RUNS ?? 3000);
const NAMES = new Map(TYPES.map((type, i) => [`p${i}`, type]));
const withGo = test.skipIf(!hasGo());

let client: ExpressionClient;
beforeAll(() => {
  if (hasGo()) client = startExpressionClient();
}, 600_000);
afterAll(() => client?.close());

/** The value of parameter `name`, made by `toParameter`. */
function value(name: string): string {
  return `fromJSON(${input(name)})`;
}

/** The parameters that carry the values, as a task's outputs become them. */
async function carry(values: ReadonlyMap<string, Value>): Promise<Record<string, string>> {
  const parameters: Record<string, string> = {};
  for (const [name, each] of values) {
    const type = NAMES.get(name)!;
    const expression = toParameter(decodeData(value("raw"), type));
    const answer = await client.ask({ expression, parameters: { raw: toJsonText(each, type) } });
    expect(answer.error, `${name}: ${toJsonText(each, type)}`).toBeUndefined();
    parameters[name] = answer.text;
  }
  return parameters;
}

withGo("an expression gives the same text on Argo, or fails in both", { timeout: 600_000 }, async () => {
  const tally = { equal: 0, failed: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const type = g(fc.constantFrom, ...TYPES) as Type;
      const expr = buildExpr(g, type, NAMES, 4);
      const translated = translate(expr, (name) => ({ text: value(name), type: NAMES.get(name)! }));
      if (!translated.ok) {
        tally.refused++;
        return;
      }
      const text = JSON.stringify(expr);
      const used = [...NAMES].filter(([name]) => text.includes(`"${name}"`));
      const values = new Map(used.map(([name, each]) => [name, g(valuesFor, each) as Value]));
      const ours = evaluate(expr, (name) => values.get(name));
      const expression = toTextCode(translated.text, type);
      const tags = tag(expression);
      const parameters = await carry(values);
      const theirs = await client.ask({ expression, parameters });
      const asTag = await client.ask({ template: templateJson({ value: tags }), parameters, strict: ["inputs"] });
      const shown = () => `${tags}\n${JSON.stringify(expr)}\n${JSON.stringify([...values])}\n${JSON.stringify(theirs)}`;
      if (theirs.error?.startsWith("compile:")) {
        // What fails whatever the values are may fail before it runs.
        expect(ours.ok ? theirs.error : "divide by zero", shown()).toContain("divide by zero");
        if (!ours.ok) expect(theirs.error, shown()).toContain("divide by zero");
      } else if (ours.ok) {
        // The letters and the memory that Go does not have fail: they are documented.
        if (/does not know all letters|memory budget/.test(theirs.error ?? "")) return;
        expect(theirs, shown()).toEqual({ text: toText(ours.value, type) });
        expect(JSON.parse(asTag.text), shown()).toEqual({ value: theirs.text });
      } else {
        expect(theirs.error, shown()).toBeDefined();
        expect(asTag.error, shown()).toBeDefined();
      }
      tally[ours.ok ? "equal" : "failed"]++;
    }),
    { numRuns: RUNS },
  );
  expect(tally.equal).toBeGreaterThan(RUNS / 2);
});

/** JSON as the controller writes templates: with `<`, `>` and `&` escaped. */
function templateJson(json: unknown): string {
  return JSON.stringify(json).replace(/[<>&]/g, (found) => `\\u00${found.charCodeAt(0).toString(16)}`);
}

/** The template after its tags were replaced, and after two passes more, which must change nothing. */
async function replaced(json: unknown, parameters: Record<string, string>): Promise<unknown> {
  const first = await client.ask({ template: templateJson(json), parameters, strict: ["inputs"] });
  expect(first.error).toBeUndefined();
  for (const strict of [["inputs"], ["inputs", "tasks", "workflow"]]) {
    const again = await client.ask({ template: first.text, parameters, strict });
    expect(again).toEqual(first);
  }
  return JSON.parse(first.text);
}

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE, HOSTILE.join(""), `${'{{=1}}"\\'.repeat(12_800)}`),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(fc.constantFrom("{", "}", "{{", "}}", "=", "$", "(", "\\", "u003c", '"', "\n", "<", "&"), { maxLength: 12 })
    .map((parts) => parts.join("")),
);

withGo("hostile data goes through parameters and tags unchanged, and no later pass finds a tag in it", async () => {
  const expression = { value: tag(toParameter(decodeOutput(input("raw"), STRING))) };
  const patch = { podSpecPatch: tag(`toJson({"args": map([${value("s")}], replace(#, "$", "$$"))})`) };
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const outer = (await replaced(expression, { raw: text })) as { value: string };
      expect(JSON.parse(outer.value)).toBe(text);
      const next = (await replaced({ value: tag(toParameter(value("s"))) }, { s: outer.value })) as { value: string };
      expect(next).toEqual(outer);
      // The patch is applied after the last pass.
      const last = await client.ask({
        template: templateJson(patch),
        parameters: { s: next.value },
        strict: ["inputs"],
      });
      expect(JSON.parse(JSON.parse(last.text).podSpecPatch)).toEqual({ args: [text.replaceAll("$", "$$$$")] });
    }),
    { numRuns: 500 },
  );
});

withGo("a text of the program survives in a tag", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const translated = translate({ op: "literal", value: { a: [text], b: text } }, () => undefined);
      const result = translated.ok ? toParameter(translated.text) : "";
      const { value } = (await replaced({ value: tag(result) }, {})) as { value: string };
      expect(JSON.parse(value)).toEqual({ a: [text], b: text });
      const plain = translate({ op: "literal", value: text }, () => undefined);
      const answer = await client.ask({ expression: plain.ok ? plain.text : "", parameters: {} });
      expect(answer).toEqual({ text });
    }),
    { numRuns: 500 },
  );
});

withGo("what a task wrote is decoded as everywhere, with defaults, or fails", async () => {
  const type: Type = {
    kind: "record",
    fields: [
      { name: "points", type: POINTS },
      { name: "size", type: SIZE, default: 1024 },
      { name: "wait", type: { kind: "optional", inner: DURATION } },
      { name: "split", type: { kind: "enum", name: "Split", members: ["train", "test"] }, default: "test" },
      { name: "most", type: { kind: "list", element: { kind: "float" }, max: 2 }, default: [] },
    ],
  };
  const texts = [
    '{"points":[]}',
    '{"points":[{"x":1}],"size":"1.5Gi","wait":"1h30m","split":"train","most":[1,2.5e0]}',
    '{"points":[{"x":-0,"label":"{{x}}","extra":1,"inner":{}}],"size":4096,"wait":null}',
    '{"points":[{"x":1.5}]}',
    '{"points":[{"x":9007199254740992}]}',
    '{"points":[{"x":"1"}]}',
    '{"points":{}}',
    '{"points":[null]}',
    '{"points":[],"split":"other"}',
    '{"points":[],"split":1}',
    '{"points":[],"most":[1,2,3]}',
    '{"points":[],"most":["1"]}',
    '{"points":[],"wait":30}',
    "[]",
    "null",
    "",
    "{",
    ...[
      "0.1G",
      "500M",
      "1e3",
      "1E",
      "0.1",
      "1000m",
      "1500m",
      "-2Ki",
      "1GB",
      "",
      ".",
      "Gi",
      "+5",
      "9Pi",
      "8Ei",
      "1.Mi",
      "0.0035M",
      "4.35k",
      "1e-1",
      "100n",
    ].map((size) => `{"points":[],"size":"${size}"}`),
    ...[
      "0",
      "0s",
      "1.5h",
      "300ms",
      "-1m30s",
      "1d",
      "5",
      "1h0",
      "1us",
      "1000us",
      ".5s",
      "0.1ms",
      "1.0000001h",
      "2540400h10m10.000000000s",
      "",
    ].map((wait) => `{"points":[],"wait":"${wait}"}`),
  ];
  for (const text of texts) {
    const ours = decodeJson(text, type);
    const answer = await client.ask({
      expression: toTextCode(decodeOutput(input("raw"), type), type),
      parameters: { raw: text },
    });
    if (ours.ok) expect(answer, text).toEqual({ text: toJsonText(ours.value, type) });
    else expect(answer.error ?? answer.text, text).toMatch(/expected|unexpected end|cannot|invalid/);
  }
});

withGo("lists of thousands of items are sorted, numbered and nested in time", async () => {
  const items = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 101);
  const expr: Expr = {
    op: "for",
    item: "x",
    index: "i",
    source: { op: "ref", name: "xs" },
    by: { op: "ref", name: "x" },
    descending: true,
    value: {
      op: "for",
      item: "y",
      source: { op: "list", items: [{ value: { op: "ref", name: "x" } }] },
      value: { op: "list", items: [{ value: { op: "ref", name: "i" } }, { value: { op: "ref", name: "y" } }] },
      at: "a:1:1",
    },
    at: "a:1:1",
  };
  const type: Type = { kind: "list", element: { kind: "list", element: { kind: "list", element: { kind: "int" } } } };
  const translated = translate(expr, () => ({ text: value("xs"), type: { kind: "list", element: { kind: "int" } } }));
  const ours = evaluate(expr, () => items);
  const answer = await client.ask({
    expression: translated.ok ? toTextCode(translated.text, type) : "",
    parameters: { xs: JSON.stringify(items) },
  });
  expect(answer).toEqual({ text: ours.ok ? toText(ours.value, type) : "" });
});
