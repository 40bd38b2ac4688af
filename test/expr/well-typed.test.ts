import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate } from "../../src/expr/evaluate.ts";
import type { Expr } from "../../src/expr/expr.ts";
import { freeNames, substitute } from "../../src/expr/names.ts";
import { decodeJson } from "../../src/types/decode.ts";
import { toJsonText } from "../../src/types/encode.ts";
import { BOOL, FLOAT, INT, listOf, optionalOf, SIZE, STRING, type Type } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { valuesOf } from "../types/arbitrary.ts";
import { AT, arithmetic, call, compare, field, ref } from "./build.ts";

const INTS = listOf(INT);
const POINT: Type = {
  kind: "record",
  fields: [
    { name: "x", type: INT },
    { name: "y", type: optionalOf(FLOAT) },
  ],
};
const NAMES = new Map<string, Type>([
  ["n", INT],
  ["f", FLOAT],
  ["s", STRING],
  ["xs", INTS],
  ["p", POINT],
  ["m", SIZE],
]);
const operator = fc.constantFrom("+", "-", "*", "/", "%" as const);
const comparison = fc.constantFrom("==", "!=", "<", "<=", ">", ">=" as const);

/** Expressions of each type, over the names above. `item` is the variable of the comprehension around, if any. */
const exprs = fc.letrec<Record<"int" | "float" | "bool" | "string" | "size" | "ints" | "point" | "maybe", Expr>>(
  (tie) => ({
    int: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      constant(INT),
      fc.constant(ref("n")),
      fc
        .tuple(
          tie("int"),
          operator.filter((o) => o !== "/"),
          tie("int"),
        )
        .map(([a, o, b]) => arithmetic(a, o, b, "int")),
      tie("int").map((value): Expr => ({ op: "negate", value, kind: "int", at: AT })),
      tie("point").map((value) => field(value, "x")),
      tie("ints").map((xs) => call("len", [INTS], xs)),
      tie("ints").map((xs) => call("sum", [INTS], xs)),
      tie("float").map((x) => call("round", [FLOAT], x)),
      fc.tuple(tie("maybe"), tie("int")).map(([left, right]): Expr => ({ op: "coalesce", left, right })),
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word
      fc.tuple(tie("bool"), tie("int"), tie("int")).map(([a, b, c]): Expr => ({ op: "if", test: a, then: b, else: c })),
      tie("int").map(
        (value): Expr => ({
          op: "let",
          bindings: [{ name: "v", value }],
          body: arithmetic(ref("v"), "*", ref("v"), "int"),
        }),
      ),
    ),
    float: fc.oneof(
      { maxDepth: 4 },
      constant(FLOAT),
      fc.constant(ref("f")),
      fc.tuple(tie("float"), operator, tie("int")).map(([a, o, b]) => arithmetic(a, o, b, "float")),
      fc.tuple(tie("size"), tie("size")).map(([a, b]) => arithmetic(a, "/", b, "float")),
      fc.tuple(tie("int"), tie("float")).map(([a, b]) => call("max", [INT, FLOAT], a, b)),
    ),
    size: fc.oneof(
      { maxDepth: 3 },
      constant(SIZE),
      fc.constant(ref("m")),
      fc
        .tuple(tie("size"), fc.constantFrom("*", "/" as const), tie("float"))
        .map(([a, o, b]) => arithmetic(a, o, b, "size")),
    ),
    bool: fc.oneof(
      { maxDepth: 4 },
      constant(BOOL),
      fc.tuple(tie("int"), comparison, tie("float")).map(([a, o, b]) => compare(a, o, b)),
      fc.tuple(tie("string"), comparison, tie("string")).map(([a, o, b]) => compare(a, o, b)),
      fc.tuple(tie("int"), tie("ints")).map(([a, b]) => compare(a, "in", b)),
      fc
        .tuple(fc.constantFrom("and", "or" as const), tie("bool"), tie("bool"))
        .map(([op, left, right]): Expr => ({ op, left, right })),
      tie("bool").map((value): Expr => ({ op: "not", value })),
    ),
    string: fc.oneof(
      { maxDepth: 3 },
      constant(STRING),
      fc.constant(ref("s")),
      fc.tuple(tie("float"), tie("ints"), tie("point")).map(
        ([a, b, c]): Expr => ({
          op: "text",
          parts: ["<", { value: a, type: FLOAT }, { value: b, type: INTS }, { value: c, type: POINT }],
        }),
      ),
      tie("size").map((x) => call("str", [SIZE], x)),
      fc
        .tuple(tie("string"), tie("string"), tie("string"))
        .map(([a, b, c]) => call("replace", [STRING, STRING, STRING], a, b, c)),
    ),
    ints: fc.oneof(
      { maxDepth: 3 },
      constant(INTS),
      fc.constant(ref("xs")),
      fc
        .tuple(tie("int"), tie("ints"))
        .map(([value, spread]): Expr => ({ op: "list", items: [{ value }, { spread }] })),
      fc.tuple(tie("ints"), tie("int"), tie("int")).map(
        ([source, take, a]): Expr => ({
          op: "for",
          item: "e",
          index: "i",
          source,
          where: compare(ref("e"), "!=", a),
          by: arithmetic(ref("e"), "%", a, "int"),
          descending: true,
          take: call("abs", [INT], take),
          value: arithmetic(ref("e"), "-", ref("i"), "int"),
          at: AT,
        }),
      ),
      fc
        .tuple(tie("ints"), tie("int"))
        .map(([xs, n]) => call("flatten", [listOf(INTS)], call("chunks", [INTS, INT], xs, n))),
      tie("int").map((n) => call("range", [INT], arithmetic(n, "%", { op: "literal", value: 100 }, "int"))),
    ),
    point: fc.oneof(
      { maxDepth: 2 },
      constant(POINT),
      fc.constant(ref("p")),
      fc
        .tuple(tie("int"), tie("point"))
        .map(([value, spread]): Expr => ({ op: "record", entries: [{ spread }, { name: "x", value }] })),
    ),
    maybe: fc.oneof(
      { maxDepth: 3 },
      fc.tuple(tie("ints"), tie("int")).map(([value, index]): Expr => ({ op: "index", value, index, at: AT })),
      tie("ints").map((xs) => call("first", [INTS], xs)),
    ),
  }),
);

const typedExprs = fc.oneof(
  ...(
    [
      ["int", INT],
      ["float", FLOAT],
      ["bool", BOOL],
      ["string", STRING],
      ["size", SIZE],
      ["ints", INTS],
      ["point", POINT],
      ["maybe", optionalOf(INT)],
    ] as const
  ).map(([name, type]) => exprs[name].map((expr) => ({ expr, type: type as Type }))),
);
const environments = fc
  .tuple(...[...NAMES].map(([name, type]) => valuesOf(type).map((value): [string, Value] => [name, value])))
  .map((entries) => new Map<string, Value>(entries));

function constant(type: Type): fc.Arbitrary<Expr> {
  const small = type.kind === "int" ? fc.integer({ min: -3, max: 10 }) : valuesOf(type);
  // No literal of a plan is -0: the sign is an operation, and none gives -0.
  const plain = fc
    .oneof(small, valuesOf(type))
    .filter((value) => !JSON.stringify([value], markNegativeZero).includes("negative zero"));
  return plain.map((value): Expr => ({ op: "literal", value }));
}

test("a well-typed expression gives a value of its type or a failure with a place, and never throws", () => {
  fc.assert(
    fc.property(typedExprs, environments, ({ expr, type }, names) => {
      const evaluated = evaluate(expr, (name) => names.get(name));
      if (!evaluated.ok) {
        expect(evaluated.failure.at).toBe(AT);
        expect(evaluated.failure.message).not.toBe("");
        return;
      }
      expect(decodeJson(toJsonText(evaluated.value, type), type, { strict: true })).toMatchObject({ ok: true });
    }),
    { numRuns: 2000 },
  );
});

function markNegativeZero(_: string, value: unknown): unknown {
  return Object.is(value, -0) ? "negative zero" : value;
}

test("an expression means the same after it went through JSON, and with its names replaced by their values", () => {
  fc.assert(
    fc.property(typedExprs, environments, ({ expr }, names) => {
      const expected = evaluate(expr, (name) => names.get(name));
      expect(evaluate(JSON.parse(JSON.stringify(expr)), (name) => names.get(name))).toEqual(expected);
      const literals = new Map([...names].map(([name, value]): [string, Expr] => [name, { op: "literal", value }]));
      const closed = substitute(expr, literals);
      expect([...freeNames(closed)]).toEqual([]);
      expect(evaluate(closed, () => undefined)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("records made by evaluation inherit nothing", () => {
  const made = makeRecord([["a", 1]]);
  expect("constructor" in made).toBe(false);
  expect("toString" in made).toBe(false);
  expect("__proto__" in made).toBe(false);
});
