import { expect, test } from "vitest";
import { evaluate } from "../../src/expr/evaluate.ts";
import type { Expr, NumberKind } from "../../src/expr/expr.ts";
import { INT, listOf, SIZE, STRING } from "../../src/types/type.ts";
import type { Value } from "../../src/types/value.ts";
import { AT, arithmetic, compare, field, literal, record, ref, run } from "./build.ts";

type For = Expr & { op: "for" };

function comprehension(source: Value, rest: Partial<For> = {}): Expr {
  return { op: "for", item: "x", source: literal(source), value: ref("x"), at: AT, ...rest };
}

test.each<[number, "+" | "-" | "*" | "/" | "%", number, NumberKind, Value]>([
  [2, "+", 3, "int", 5],
  [2, "*", 0.5, "float", 1],
  [7, "/", 2, "float", 3.5],
  [7, "%", 3, "int", 1],
  [-7, "%", 3, "int", -1],
  [7, "%", -3, "int", 1],
  [-6, "%", 3, "int", 0],
  [2 ** 34, "*", 1.5, "size", 1.5 * 2 ** 34],
  [10, "/", 4, "size", 3],
  [-10, "/", 4, "size", -3],
  [1000, "*", 0.0005, "duration", 1],
  [2 ** 34, "/", 2 ** 33, "float", 2],
])("%d %s %d is right as a %s", (left, operator, right, kind, result) => {
  expect(run(arithmetic(literal(left), operator, literal(right), kind))).toBe(result);
});

test.each<[number, "+" | "-" | "*" | "/" | "%", number, NumberKind, string]>([
  [Number.MAX_SAFE_INTEGER, "+", 1, "int", "the result is outside the range of an Int: ±(2^53−1)"],
  [2 ** 30, "*", 2 ** 30, "int", "the result is outside the range of an Int: ±(2^53−1)"],
  [-Number.MAX_SAFE_INTEGER, "-", 1, "size", "the result is outside the range of a Size: ±(2^53−1) bytes"],
  [2 ** 52, "*", 4, "duration", "the result is outside the range of a Duration: ±(2^53−1) milliseconds"],
  [1e308, "*", 10, "float", "the result is too large for a Float"],
  [1, "/", 0, "float", "division by zero"],
  [1, "/", -0, "size", "division by zero"],
  [1, "%", 0, "int", "division by zero"],
])("%d %s %d fails as a %s, with its place", (left, operator, right, kind, message) => {
  expect(run(arithmetic(literal(left), operator, literal(right), kind))).toBe(`failure: ${message} at main.pipe:3:7`);
});

test("never gives -0", () => {
  const negated: Expr = { op: "negate", value: literal(0), kind: "float", at: AT };
  expect(Object.is(run(negated), 0)).toBe(true);
  expect(Object.is(run(arithmetic(literal(0), "*", literal(-1), "float")), 0)).toBe(true);
  expect(Object.is(run(arithmetic(literal(-4), "%", literal(2), "int")), 0)).toBe(true);
});

test("reads fields, missing ones and those of null as null", () => {
  expect(run(field(ref("r"), "a"), { r: record({ a: 1 }) })).toBe(1);
  expect(run(field(ref("r"), "b"), { r: record({ a: 1 }) })).toBe(null);
  expect(run({ op: "field", value: literal(null), name: "a", optional: true })).toBe(null);
});

test("reads nothing that records of the host have by themselves", () => {
  expect(run(field(literal({ a: 1 }), "constructor"))).toBe(null);
  expect(run(field(literal({}), "__proto__"))).toBe(null);
});

test("an index beyond the end is null, one below zero fails", () => {
  const at = (index: number): Expr => ({ op: "index", value: literal([7, 8]), index: literal(index), at: AT });
  expect(run(at(1))).toBe(8);
  expect(run(at(2))).toBe(null);
  expect(run(at(-1))).toBe("failure: the index -1 is below zero at main.pipe:3:7");
});

test("builds records, a later entry of a name winning", () => {
  const expr: Expr = {
    op: "record",
    entries: [
      { name: "a", value: literal(1) },
      { spread: literal(record({ a: 2, b: 3 })) },
      { name: "b", value: literal(4) },
    ],
  };
  expect(run(expr)).toEqual({ a: 2, b: 4 });
});

test("a field named `__proto__` is a field", () => {
  const made = run({ op: "record", entries: [{ name: "__proto__", value: literal(1) }] });
  expect(Object.keys(made as object)).toEqual(["__proto__"]);
  expect(run({ op: "record", entries: [{ spread: literal(made) }] })).toEqual(made);
});

test("spreads a list of 200,000 items", () => {
  const big = Array.from({ length: 200_000 }, (_, i) => i);
  const made = run({ op: "list", items: [{ value: literal(-1) }, { spread: literal(big) }] });
  expect((made as Value[]).length).toBe(200_001);
});

test("`and`, `or`, `??` and `if` leave alone what does not decide", () => {
  const broken = arithmetic(literal(1), "/", literal(0), "float");
  expect(run({ op: "and", left: literal(false), right: broken })).toBe(false);
  expect(run({ op: "or", left: literal(true), right: broken })).toBe(true);
  expect(run({ op: "coalesce", left: literal(0), right: broken })).toBe(0);
  expect(run({ op: "coalesce", left: literal(null), right: literal(2) })).toBe(2);
  // biome-ignore lint/suspicious/noThenProperty: the plan's own word
  expect(run({ op: "if", test: literal(true), then: literal(1), else: broken })).toBe(1);
});

test("compares and looks for items", () => {
  expect(run(compare(literal("a"), "<", literal("b")))).toBe(true);
  expect(run(compare(literal(2), ">=", literal(2)))).toBe(true);
  expect(run(compare(literal([1]), "!=", literal([1])))).toBe(false);
  expect(run(compare(literal(record({ a: 1 })), "in", literal([record({ a: 1 })])))).toBe(true);
  expect(run(compare(literal(3), "in", literal([1, 2])))).toBe(false);
  expect(run({ op: "not", value: literal(true) })).toBe(false);
});

test("bindings see the earlier ones, null values too", () => {
  const expr: Expr = {
    op: "let",
    bindings: [
      { name: "a", value: literal(null) },
      { name: "b", value: { op: "coalesce", left: ref("a"), right: ref("outer") } },
    ],
    body: { op: "list", items: [{ value: ref("a") }, { value: ref("b") }] },
  };
  expect(run(expr, { outer: 5 })).toEqual([null, 5]);
});

test("filters, then counts the index, then sorts, then takes", () => {
  const expr = comprehension([5, 1, 4, 2], {
    index: "i",
    where: compare(ref("x"), "<", literal(5)),
    by: ref("x"),
    take: literal(2),
    value: { op: "list", items: [{ value: ref("x") }, { value: ref("i") }] },
  });
  expect(run(expr)).toEqual([
    [1, 0],
    [2, 2],
  ]);
});

test("sorting is stable, nulls come last in both directions, and -0 equals 0", () => {
  const items = [
    [2, "a"],
    [null, "b"],
    [-0, "c"],
    [0, "d"],
    [2, "e"],
    [null, "f"],
    [1, "g"],
  ];
  const by: Expr = { op: "index", value: ref("x"), index: literal(0), at: AT };
  const value: Expr = { op: "index", value: ref("x"), index: literal(1), at: AT };
  expect(run(comprehension(items, { by, value }))).toEqual(["c", "d", "g", "a", "e", "b", "f"]);
  expect(run(comprehension(items, { by, value, descending: true }))).toEqual(["a", "e", "g", "c", "d", "b", "f"]);
});

test("`take 0` is empty, `take` beyond the end is everything, `take -1` fails", () => {
  expect(run(comprehension([1, 2], { take: literal(0) }))).toEqual([]);
  expect(run(comprehension([1, 2], { take: literal(9) }))).toEqual([1, 2]);
  expect(run(comprehension([1, 2], { take: literal(-1) }))).toBe(
    "failure: `take` needs zero or more, not -1 at main.pipe:3:7",
  );
});

test("comprehensions nest, each with its own item", () => {
  const inner: Expr = {
    op: "for",
    item: "y",
    source: ref("x"),
    value: arithmetic(ref("y"), "*", ref("n"), "int"),
    at: AT,
  };
  expect(run(comprehension([[1, 2], [3]], { value: inner }), { n: 10 })).toEqual([[10, 20], [30]]);
});

test("interpolates values as the texts arguments have", () => {
  const expr: Expr = {
    op: "text",
    parts: [
      "m=",
      { value: literal(2 ** 34), type: SIZE },
      " ",
      { value: literal("a b"), type: STRING },
      { value: literal([1]), type: listOf(INT) },
    ],
  };
  expect(run(expr)).toBe("m=16Gi a b[1]");
});

test("a failure deep inside comes out with its own place", () => {
  const evaluated = evaluate(
    comprehension([1, 0], { value: { ...arithmetic(literal(1), "/", ref("x"), "float"), at: "lib.pipe:9:1" } as Expr }),
    () => undefined,
  );
  expect(evaluated).toEqual({ ok: false, failure: { message: "division by zero", at: "lib.pipe:9:1" } });
});

test("a name without a value is our bug, not a failure", () => {
  expect(() => evaluate(ref("missing"), () => undefined)).toThrow("missing");
});

test("chains of 1,000 operators evaluate", () => {
  let expr: Expr = literal(0);
  for (let i = 0; i < 1000; i++) expr = arithmetic(expr, "+", literal(1), "int");
  expect(run(expr)).toBe(1000);
});

test("sorts and filters 100,000 items in seconds, even on a busy machine", () => {
  const items = Array.from({ length: 100_000 }, (_, i) => record({ id: `item-${(i * 7919) % 100_000}`, n: i }));
  const started = performance.now();
  const sorted = run(
    comprehension(items, {
      where: compare(field(ref("x"), "n"), ">=", literal(0)),
      by: field(ref("x"), "id"),
      value: field(ref("x"), "n"),
    }),
  );
  expect((sorted as Value[]).length).toBe(100_000);
  expect(performance.now() - started).toBeLessThan(5000);
});
