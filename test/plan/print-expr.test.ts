import { expect, test } from "vitest";
import type { Expr } from "../../src/expr/expr.ts";
import { printDurationLiteral, printExpr, printPlaceholder, printValue } from "../../src/plan/print-expr.ts";
import { bodyOf, planOf } from "./plan-of.ts";

/** The residue of an expression over `n: Int`, `s: String`, `m: Size`, `d: Duration`, `xs: [R]`, `r: R?`, `b: Bool`, printed. */
function printed(text: string): string {
  const plan = planOf(`
    enum Split { train, test }
    type R = { a: Int, s: String?, split: Split = Split.train }
    task t() { image "x:1" run ["t"] }
    pipeline p(n: Int, s: String, m: Size, d: Duration, xs: [R], r: R?, b: Bool, f: Float) {
      let probe = ${text}
      let used = json({ n, s, m, d, xs, r, b, f, probe })
      check used != ""
      do t()
    }`);
  const probe = bodyOf(plan).nodes.find((node) => node.id === "probe");
  if (probe?.kind !== "let") throw new Error("the probe is no pure value");
  return printExpr(probe.value, probe.type);
}

const SAME = [
  "n + 1 * 2 - n",
  "(n + 1) * (2 - n)",
  "n - (n - 1)",
  "f / (f * 2.5)",
  "-n + -(n * 2)",
  "not b and n > 1 or b",
  "not (b or n == 1) and (b or b)",
  "n in [1, n, 3]",
  's == "a\\"b\\\\c\\n"',
  '"x-\\(n)-\\(s)"',
  "[for x, i in xs where x.a > i by x.s desc take 3: { a: x.a, i }]",
  "[...range(n), 4]",
  "{ a: n, s }",
  "r?.a ?? n",
  "first(xs)?.a",
  "xs[n + 1]?.split",
  "(m + 16Gi) * 2",
  "min(m, 512Mi)",
  "max(d, 90min) + 1h",
  "if b { yield n } else { yield 2 }",
  "(if b { yield n } else { yield 2 }) + 1",
];

test.each(SAME)("`%s` is printed as it is written", (text) => {
  expect(printed(text)).toBe(text);
});

test("what the compiler knows is printed as its value", () => {
  expect(printed("2 * 3")).toBe("6");
  expect(printed("2 * 8Gi")).toBe("16Gi");
  expect(printed("max(1h, 90min)")).toBe("90min");
});

test("values are printed by their types", () => {
  expect(printValue(17179869184, { kind: "size" })).toBe("16Gi");
  expect(printValue(5400000, { kind: "duration" })).toBe("90min");
  expect(printValue("train", { kind: "enum", name: "Split", members: ["train"] })).toBe("Split.train");
  expect(printValue([1, 2], { kind: "list", element: { kind: "float" } })).toBe("[1.0, 2.0]");
  expect(printValue({ "a b": null, __proto__x: true })).toBe('{ "a b": null, __proto__x: true }');
  expect(printValue("tab\u0001\u2028")).toBe('"tab\\u{1}\\u{2028}"');
});

test("a duration is a literal in the largest unit that divides it", () => {
  expect([0, 1, 1000, 90_000, 60_000, 86_400_000, 90_061_000].map(printDurationLiteral)).toEqual([
    "0s",
    "1ms",
    "1s",
    "90s",
    "1min",
    "1d",
    "90061s",
  ]);
});

test("a placeholder shows what is known and what is not", () => {
  const field: Expr = { op: "field", value: { op: "ref", name: "exp" }, name: "lr" };
  expect(printPlaceholder(field)).toBe("\\(exp.lr)");
  expect(printPlaceholder({ op: "literal", value: "a b" })).toBe("a b");
  expect(printPlaceholder({ op: "text", parts: ["lr=", { value: field, type: { kind: "float" } }] })).toBe(
    "lr=\\(exp.lr)",
  );
});
