import fc from "fast-check";
import { expect, test } from "vitest";
import { type BuiltinArgument, checkBuiltin, MOST_ITEMS } from "../../src/expr/builtin.ts";
import { BUILTINS, builtinNames, findBuiltin } from "../../src/expr/builtins.ts";
import { decodeJson } from "../../src/types/decode.ts";
import { toJsonText } from "../../src/types/encode.ts";
import { printType } from "../../src/types/print.ts";
import { joinTypes } from "../../src/types/relate.ts";
import {
  BOOL,
  DURATION,
  ERROR,
  FAILURE,
  FILE,
  FLOAT,
  INT,
  listOf,
  NEVER,
  NONE,
  optionalOf,
  SECRET,
  SIZE,
  STRING,
  type Type,
} from "../../src/types/type.ts";
import type { Value } from "../../src/types/value.ts";
import { typedValues, valuesOf } from "../types/arbitrary.ts";
import { call, literal, record, run } from "./build.ts";

const PARTIAL: Type = { kind: "partial", element: INT };

function recordType(fields: Record<string, Type>): Type {
  return { kind: "record", fields: Object.entries(fields).map(([name, type]) => ({ name, type })) };
}

/** The result's type as text, or the problem. */
function check(name: string, ...args: readonly (Type | BuiltinArgument)[]): unknown {
  const result = checkBuiltin(
    findBuiltin(name)!,
    args.map((arg) => ("kind" in arg ? { type: arg } : arg)),
  );
  return result.ok ? printType(result.type) : result.problem;
}

function constant(type: Type, value: Value): BuiltinArgument {
  return { type, constant: value };
}

/** The type a plain value would have as a literal. */
function typeOf(value: unknown): Type {
  if (typeof value === "string") return STRING;
  if (typeof value === "boolean") return BOOL;
  if (typeof value === "number") return Number.isInteger(value) ? INT : FLOAT;
  if (Array.isArray(value)) return listOf(value.map(typeOf).reduce((a, b) => joinTypes(a, b)!, NEVER));
  return recordType(Object.fromEntries(Object.entries(value as object).map(([name, field]) => [name, typeOf(field)])));
}

test("are those of the contract, each once", () => {
  const contract =
    "len first last flatten chunks range zip grid unique min max sum abs floor ceil round lower upper trim split join replace contains " +
    "starts_with ends_with basename str json json_file opt file dir";
  expect(builtinNames).toEqual(contract.split(" "));
});

test.each(BUILTINS.map((builtin) => [builtin.name, builtin] as const))(
  "the example of `%s` gives what its documentation says",
  (name, builtin) => {
    const invoke = (...args: Value[]) => run(call(name, args.map(typeOf), ...args.map(literal)));
    const evaluateText = (text: string) => new Function(name, `return ${text}`)(invoke);
    expect(evaluateText(builtin.example.call)).toEqual(evaluateText(builtin.example.result));
    expect(builtin.signature).toMatch(new RegExp(`^${name}\\(`));
    expect(builtin.documentation).toMatch(/\.$|`\.$/);
  },
);

test("accepted arguments give a value of the type that was promised, or a failure, never a throw", () => {
  const lists = [INT, FLOAT, STRING, SIZE, listOf(INT), optionalOf(INT), FAILURE].map((element) => listOf(element));
  const sides = [
    recordType({ a: listOf(INT), b: listOf(STRING) }),
    recordType({ b: listOf(listOf(INT)) }),
    recordType({}),
  ];
  const likely = fc
    .constantFrom(INT, INT, STRING, STRING, FLOAT, SIZE, DURATION, FILE, PARTIAL, ...lists, ...sides)
    .chain((type) => {
      const values = type === INT ? fc.oneof(fc.integer({ min: -2, max: 5 }), fc.maxSafeInteger()) : valuesOf(type);
      return values.map((value) => ({ type, value }));
    });
  const argument = fc.tuple(fc.oneof({ weight: 4, arbitrary: likely }, typedValues), fc.boolean());
  const accepted = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...BUILTINS), fc.array(argument, { minLength: 1, maxLength: 3 }), (builtin, args) => {
      const result = checkBuiltin(
        builtin,
        args.map(([{ type, value }, known]) => (known ? { type, constant: value } : { type })),
      );
      if (!result.ok) return;
      accepted.add(builtin.name);
      const value = run(
        call(
          builtin.name,
          args.map(([{ type }]) => type),
          ...args.map(([arg]) => literal(arg.value)),
        ),
      );
      if (typeof value === "string" && value.startsWith("failure: ")) return;
      expect(decodeJson(toJsonText(value, result.type), result.type, { strict: true })).toMatchObject({ ok: true });
    }),
    { numRuns: 10_000 },
  );
  expect(accepted.size).toBeGreaterThan(BUILTINS.length / 2);
});

test("a poisoned argument gives a poisoned result, and no second error", () => {
  for (const builtin of BUILTINS) {
    const args = new Array(builtin.arity.least).fill({ type: ERROR });
    expect(checkBuiltin(builtin, args)).toEqual({ ok: true, type: ERROR });
  }
});

test("the wrong number of arguments and arguments by name are told apart", () => {
  expect(check("chunks", listOf(INT))).toEqual({ kind: "wrong-count", least: 2, most: 2, found: 1 });
  expect(check("range", INT, INT, INT)).toEqual({ kind: "wrong-count", least: 1, most: 2, found: 3 });
  expect(check("min")).toEqual({ kind: "wrong-count", least: 1, found: 0 });
  expect(check("first", { type: listOf(INT), name: "list" })).toEqual({
    kind: "named-argument",
    index: 0,
    name: "list",
  });
});

test("a tolerant map's result, and what may be null, come with help", () => {
  expect(check("first", PARTIAL)).toMatchObject({
    kind: "wrong-argument",
    index: 0,
    expected: "a list",
    help: expect.stringContaining("`.ok`"),
  });
  expect(check("json", PARTIAL)).toMatchObject({ help: expect.stringContaining("`.ok`") });
  expect(check("len", optionalOf(listOf(INT)))).toMatchObject({ help: expect.stringContaining("`??`") });
  expect(check("str", optionalOf(INT))).toMatchObject({ expected: "a value that is not null" });
});

test.each<[string, readonly (Type | BuiltinArgument)[], string]>([
  ["first", [listOf(FAILURE)], "Failure?"],
  ["first", [listOf(optionalOf(INT))], "Int?"],
  ["first", [listOf(NEVER)], "null"],
  ["flatten", [listOf(listOf(INT, 3), 4)], "[Int] max 12"],
  ["flatten", [listOf(listOf(INT), 4)], "[Int]"],
  ["flatten", [listOf(listOf(INT), 0)], "[Int] max 0"],
  ["flatten", [listOf(NEVER)], "[]"],
  ["chunks", [listOf(INT, 10), constant(INT, 4)], "[[Int] max 4] max 3"],
  ["chunks", [listOf(INT, 3), constant(INT, 4)], "[[Int] max 3] max 1"],
  ["chunks", [listOf(INT, 0), constant(INT, 4)], "[[Int] max 0] max 0"],
  ["chunks", [listOf(INT), constant(INT, 4)], "[[Int] max 4]"],
  ["chunks", [listOf(INT, 10), INT], "[[Int] max 10] max 10"],
  ["range", [constant(INT, 3)], "[Int] max 3"],
  ["range", [constant(INT, 3), constant(INT, 10)], "[Int] max 7"],
  ["range", [constant(INT, 3), constant(INT, 1)], "[Int] max 0"],
  ["range", [INT], "[Int]"],
  ["zip", [recordType({ a: listOf(INT, 5), b: listOf(STRING, 3) })], "[{ a: Int, b: String }] max 3"],
  ["zip", [recordType({ a: listOf(INT), b: listOf(STRING, 3) })], "[{ a: Int, b: String }] max 3"],
  ["grid", [recordType({ a: listOf(INT, 5), b: listOf(STRING, 3) })], "[{ a: Int, b: String }] max 15"],
  ["grid", [recordType({ a: listOf(INT), b: listOf(STRING, 3) })], "[{ a: Int, b: String }]"],
  ["unique", [listOf(INT, 5)], "[Int] max 5"],
  ["min", [INT, FLOAT], "Float"],
  ["max", [SIZE, SIZE, SIZE], "Size"],
  ["max", [listOf(DURATION)], "Duration?"],
  ["sum", [listOf(SIZE)], "Size"],
  ["sum", [listOf(NEVER)], "Int"],
  ["abs", [DURATION], "Duration"],
  ["round", [INT], "Int"],
  ["split", [STRING, STRING], "[String]"],
  ["opt", [STRING, optionalOf(INT)], "[String] max 2"],
  ["json_file", [listOf(FAILURE)], "File"],
  ["file", [constant(STRING, "a.csv")], "File"],
])("`%s` of %j is a %s", (name, args, type) => {
  expect(check(name, ...args)).toBe(type);
});

test.each<[string, readonly (Type | BuiltinArgument)[], object]>([
  ["first", [STRING], { kind: "wrong-argument", index: 0, expected: "a list", found: STRING }],
  ["flatten", [listOf(INT)], { kind: "wrong-argument", index: 0, expected: "a list of lists" }],
  [
    "flatten",
    [listOf(optionalOf(listOf(INT)))],
    { help: "Leave out the nulls first: `flatten([for x in xs where x != null: x])`." },
  ],
  ["chunks", [listOf(INT), STRING], { kind: "wrong-argument", index: 1, expected: "`Int`" }],
  [
    "chunks",
    [listOf(INT), constant(INT, 0)],
    { kind: "wrong-value", index: 1, message: "`chunks` needs a size of 1 or more, not 0" },
  ],
  ["range", [FLOAT], { kind: "wrong-argument", index: 0 }],
  ["range", [constant(INT, MOST_ITEMS + 1)], { kind: "wrong-value", index: 0 }],
  [
    "zip",
    [listOf(INT)],
    { kind: "wrong-argument", expected: "a record of lists", help: "Write `zip({ a: as, b: bs })`." },
  ],
  [
    "zip",
    [recordType({ a: listOf(INT), b: INT })],
    { kind: "wrong-field", index: 0, field: "b", expected: "a list", found: INT },
  ],
  ["zip", [recordType({})], { kind: "wrong-value", message: "`zip` needs at least one list" }],
  ["grid", [recordType({})], { kind: "wrong-value", message: "`grid` needs at least one list" }],
  ["min", [INT], { kind: "wrong-argument", expected: "two or more values, or one list" }],
  ["max", [SIZE, INT], { kind: "mixed-kinds", index: 1, first: SIZE, found: INT }],
  ["max", [INT, FLOAT, STRING], { kind: "mixed-kinds", index: 2, first: INT, found: STRING }],
  ["max", [listOf(BOOL)], { kind: "wrong-argument", index: 0 }],
  ["sum", [listOf(STRING)], { kind: "wrong-argument", index: 0 }],
  ["join", [listOf(INT), STRING], { kind: "wrong-argument", help: expect.stringContaining("str(x)") }],
  ["split", [STRING, constant(STRING, "")], { kind: "wrong-value", index: 1 }],
  ["replace", [STRING, constant(STRING, ""), STRING], { kind: "wrong-value", index: 1 }],
  ["contains", [listOf(STRING), STRING], { kind: "wrong-argument", help: "For lists write `x in xs`." }],
  ["str", [SECRET], { kind: "wrong-argument", help: "A secret can only be the value of an `env` entry." }],
  ["json", [recordType({ a: listOf(SECRET) })], { kind: "wrong-argument" }],
  ["str", [NONE], { kind: "wrong-argument", help: "It has no value." }],
  ["file", [STRING], { kind: "not-constant", index: 0 }],
  ["file", [constant(STRING, "")], { kind: "wrong-value", index: 0 }],
  ["file", [INT], { kind: "wrong-argument", index: 0 }],
])("`%s` of %j is refused", (name, args, problem) => {
  expect(check(name, ...args)).toMatchObject(problem);
});

test("`zip` of lists known to differ is refused at compile time, with both names and lengths", () => {
  const lists = record({ a: [1, 2], b: ["x"] });
  const type = recordType({ a: listOf(INT), b: listOf(STRING) });
  const message = "`zip` needs lists of one length, but `a` has 2 items and `b` has 1";
  expect(check("zip", constant(type, lists))).toEqual({ kind: "wrong-value", index: 0, message });
  expect(run(call("zip", [type], literal(lists)))).toBe(`failure: ${message} at main.pipe:3:7`);
});

test("`grid` changes its last field fastest and is empty when a side is", () => {
  const type = recordType({ b: listOf(INT), a: listOf(STRING) });
  expect(run(call("grid", [type], literal(record({ b: [1, 2], a: ["x", "y"] }))))).toEqual([
    { b: 1, a: "x" },
    { b: 1, a: "y" },
    { b: 2, a: "x" },
    { b: 2, a: "y" },
  ]);
  expect(run(call("grid", [type], literal(record({ b: [1, 2], a: [] }))))).toEqual([]);
});

test("`grid` follows the order of declaration even for names that look like numbers", () => {
  const type = recordType({ a: listOf(INT) });
  const fields = [
    { name: "b", type: listOf(INT) },
    { name: "1", type: listOf(INT) },
  ];
  expect(run(call("grid", [{ ...type, fields } as Type], literal(record({ 1: [1, 2], b: [3, 4] }))))).toEqual([
    { b: 3, 1: 1 },
    { b: 3, 1: 2 },
    { b: 4, 1: 1 },
    { b: 4, 1: 2 },
  ]);
});

test("`first`, `last`, `min` and `max` of an empty list are null, `sum` is 0", () => {
  const empty = [listOf(INT)];
  for (const name of ["first", "last", "min", "max"]) expect(run(call(name, empty, literal([])))).toBe(null);
  expect(run(call("sum", empty, literal([])))).toBe(0);
});

test("`unique` compares deeply and keeps the first", () => {
  const items = [
    record({ a: 1, b: null }),
    record({ a: 1 }),
    record({ a: -0 }),
    record({ a: 0 }),
    record({ a: "1" } as never),
  ];
  expect(run(call("unique", [listOf(recordType({ a: INT }))], literal(items)))).toEqual([items[0], items[2], items[4]]);
});

test("`len` of a string counts characters, not UTF-16 units", () => {
  expect(run(call("len", [STRING], literal("a😀é")))).toBe(3);
});

test("rounding goes away from zero at halves, and fails beyond Int", () => {
  const round = (x: number) => run(call("round", [FLOAT], literal(x)));
  expect([0.5, 1.5, -0.5, -1.5, 0.49999999999999994, 2.4].map(round)).toEqual([1, 2, -1, -2, 0, 2]);
  expect(round(1e300)).toBe("failure: the result is outside the range of an Int: ±(2^53−1) at main.pipe:3:7");
  expect(Object.is(run(call("ceil", [FLOAT], literal(-0.5))), 0)).toBe(true);
});

test("`sum` fails where it leaves its range", () => {
  expect(run(call("sum", [listOf(INT)], literal([Number.MAX_SAFE_INTEGER, 1])))).toContain(
    "outside the range of an Int",
  );
  expect(run(call("sum", [listOf(FLOAT)], literal([1e308, 1e308])))).toContain("too large for a Float");
});

test("`replace` takes both texts literally", () => {
  expect(run(call("replace", [STRING, STRING, STRING], literal("a.b"), literal("."), literal("$&$1")))).toBe("a$&$1b");
});

test("empty separators fail when they come at run time", () => {
  expect(run(call("split", [STRING, STRING], literal("ab"), literal("")))).toContain("not empty");
  expect(run(call("replace", [STRING, STRING, STRING], literal("ab"), literal(""), literal("x")))).toContain(
    "not empty",
  );
});

test("lists too long for memory are failures", () => {
  expect(run(call("range", [INT], literal(1e15)))).toContain("at most 1000000");
  const side = Array.from({ length: 2000 }, (_, i) => i);
  expect(
    run(call("grid", [recordType({ a: listOf(INT), b: listOf(INT) })], literal(record({ a: side, b: side })))),
  ).toContain("4000000 items");
});

test("texts too long for memory are failures", () => {
  const long = "a".repeat(20_000);
  expect(run(call("replace", [STRING, STRING, STRING], literal(long), literal("a"), literal(long)))).toContain(
    "longer than",
  );
  expect(run(call("join", [listOf(STRING), STRING], literal(new Array(20_000).fill("")), literal(long)))).toContain(
    "longer than",
  );
});

test("`opt` gives nothing for null and the text of anything else", () => {
  const opt = (type: Type, value: Value) => run(call("opt", [STRING, type], literal("--x"), literal(value)));
  expect(opt(optionalOf(SIZE), null)).toEqual([]);
  expect(opt(optionalOf(SIZE), 2 ** 30)).toEqual(["--x", "1Gi"]);
  expect(opt(STRING, "")).toEqual(["--x", ""]);
  expect(opt(FILE, "/staged/a.csv")).toEqual(["--x", "/staged/a.csv"]);
});

test.each([
  ["s3://b/raw/part-1.csv", "part-1.csv"],
  ["a/b/", "b"],
  ["plain", "plain"],
  ["/", ""],
  ["", ""],
])("`basename` of %j is %j", (path, name) => {
  expect(run(call("basename", [STRING], literal(path)))).toBe(name);
});

test("`basename` of a file that `json_file` makes is not its content", () => {
  expect(run(call("basename", [FILE], literal('json:{"a":"/x"}')))).toBe("data.json");
});
