// Random well-typed expressions with variables, nested comprehensions and all built-in functions, for the differential test.
import fc, { type GeneratorValue } from "fast-check";
import type { Expr, NumberKind } from "../../../src/expr/expr.ts";
import { BOOL, DURATION, FLOAT, INT, listOf, optionalOf, SIZE, STRING, type Type } from "../../../src/types/type.ts";
import { makeRecord, type Value } from "../../../src/types/value.ts";
import { AT, arithmetic, call, compare, literal, ref } from "../../expr/build.ts";

export const POINT: Type = {
  kind: "record",
  fields: [
    { name: "x", type: INT },
    { name: "label", type: optionalOf(STRING) },
    { name: "inner", type: optionalOf({ kind: "record", fields: [{ name: "m", type: optionalOf(SIZE) }] }) },
  ],
};
export const INTS = listOf(INT);
export const STRINGS = listOf(STRING);
export const POINTS = listOf(POINT);
export const TYPES: readonly Type[] = [
  INT,
  FLOAT,
  BOOL,
  STRING,
  SIZE,
  DURATION,
  INTS,
  STRINGS,
  POINT,
  POINTS,
  listOf(INTS),
  optionalOf(INT),
  optionalOf(STRING),
  optionalOf(POINT),
  listOf(optionalOf(FLOAT)),
  listOf(optionalOf(BOOL)),
];

/** Texts that hurt somewhere. */
export const HOSTILE: readonly string[] = [
  "",
  "a",
  "b",
  "ab",
  '"',
  "\\",
  "\\u003c",
  "\\\\u2028",
  "{{",
  "}}",
  "{{=1+1}}",
  "{{workflow.name}}",
  "$(HOME) $$",
  "\n",
  "\r\n",
  " \u0085\ufeff\u00a0x\u3000",
  "\u0001\u001b\u007f",
  "\u2028\u2029",
  "<&>",
  "'`",
  "007",
  "null",
  "1e3",
  "true",
  "É\u0301ß",
  "\u{1f600}\u{e0067}",
  "\uffff",
  "/a/b//",
  "a,b,,",
];
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);
const whole = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 12 }) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 53 - 1, -(2 ** 53) + 1, 1024, 16 * 2 ** 30, 1e15, 60_000, 5_400_000) },
);
const double = fc
  .oneof(
    { weight: 2, arbitrary: fc.constantFrom(0, 0.5, -2.5, 1e21, 1e-7, 5e-324, 0.1, 1.5, 1e20, 123456789012345680000) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  )
  .map((value) => value + 0);

/** Values of a type; durations within the 292 years of Go. */
export function valuesFor(type: Type): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "int":
    case "size":
      return whole;
    case "duration":
      return whole.map((value) => value % 9_000_000_000_000);
    case "float":
      return double;
    case "bool":
      return fc.boolean();
    case "string":
      return text;
    case "list":
      return fc.array(valuesFor(type.element), { maxLength: 4 });
    case "optional":
      return fc.option(valuesFor(type.inner), { nil: null, freq: 3 });
    case "record":
      return fc.tuple(...type.fields.map((f) => valuesFor(f.type).map((v) => [f.name, v] as const))).map(makeRecord);
    default:
      return fc.constant(null);
  }
}

type Names = ReadonlyMap<string, Type>;
type Make = (type: Type, names?: Names) => Expr;

function same(a: Type, b: Type): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** An expression of a type over the names. */
export function buildExpr(g: GeneratorValue, type: Type, names: Names, depth: number): Expr {
  let count = names.size;
  const build = (wanted: Type, known: Names, left: number): Expr => {
    const fitting = [...known].filter(([, each]) => same(each, wanted)).map(([name]) => name);
    const pick = g(fc.integer, { min: 0, max: 99 });
    if (fitting.length > 0 && (left <= 0 ? pick < 70 : pick < 25)) return ref(g(fc.constantFrom, ...fitting));
    if (left <= 0 || pick < 35) return constant(wanted);
    const make: Make = (other, inner = known) => build(other, inner, left - 1);
    const options = [...shared(wanted, make, known), ...own(wanted, make)];
    return options[g(fc.integer, { min: 0, max: options.length - 1 })]!();
  };
  const constant = (wanted: Type): Expr => literal(g(valuesFor, wanted) as Value);
  const fresh = (prefix: string) => `${prefix}${count++}`;
  const coin = () => g(fc.boolean);

  const shared = (wanted: Type, make: Make, known: Names): (() => Expr)[] => [
    // biome-ignore lint/suspicious/noThenProperty: the plan's own word
    () => ({ op: "if", test: make(BOOL), then: make(wanted), else: make(wanted) }),
    () => {
      const bound = g(fc.constantFrom, ...TYPES);
      const name = fresh("v");
      return {
        op: "let",
        bindings: [{ name, value: make(bound) }],
        body: make(wanted, new Map([...known, [name, bound]])),
      };
    },
    ...(wanted.kind === "optional"
      ? [
          () => make(wanted.inner),
          () => literal(null),
          () => ({ op: "index", value: make(listOf(wanted.inner)), index: make(INT), at: AT }) as Expr,
          () => call(coin() ? "first" : "last", [listOf(wanted.inner)], make(listOf(wanted.inner))),
        ]
      : [() => ({ op: "coalesce", left: make(optionalOf(wanted)), right: make(wanted) }) as Expr]),
    ...(wanted.kind === "list" ? listOptions(wanted, make, known) : []),
  ];

  const listOptions = (wanted: Type & { kind: "list" }, make: Make, known: Names): (() => Expr)[] => [
    () => ({
      op: "list",
      items: [{ value: make(wanted.element) }, { spread: make(wanted) }, { value: make(wanted.element) }],
    }),
    () => ({ op: "list", items: [{ spread: make(wanted) }, { spread: make(wanted) }] }),
    () => call("unique", [wanted], make(wanted)),
    () => call("flatten", [listOf(wanted)], make(listOf(wanted))),
    () => call("flatten", [listOf(wanted)], call("chunks", [wanted, INT], make(wanted), make(INT))),
    ...[0, 1, 2].map(() => (): Expr => {
      const from = g(fc.constantFrom, INT, STRING, POINT, INTS, optionalOf(FLOAT), optionalOf(BOOL));
      const [item, index] = [fresh("e"), coin() ? fresh("i") : undefined];
      const inWhere: Names = new Map([...known, [item, from]]);
      const inValue: Names = index === undefined ? inWhere : new Map([...inWhere, [index, INT]]);
      const by = g(fc.constantFrom, INT, STRING, BOOL, optionalOf(FLOAT), optionalOf(STRING), optionalOf(BOOL));
      return {
        op: "for",
        item,
        ...(index === undefined ? {} : { index }),
        source: make(listOf(from)),
        ...(coin() ? { where: make(BOOL, inWhere) } : {}),
        ...(coin() ? { by: make(by, inValue), ...(coin() ? { descending: true as const } : {}) } : {}),
        ...(coin() ? { take: g(fc.boolean) ? call("len", [INTS], make(INTS)) : make(INT) } : {}),
        value: make(wanted.element, inValue),
        at: AT,
      };
    }),
  ];

  const own = (wanted: Type, make: Make): (() => Expr)[] => {
    switch (wanted.kind) {
      case "int":
        return [
          () => arithmetic(make(INT), g(fc.constantFrom, "+", "-", "*", "%"), make(INT), "int"),
          () => ({ op: "negate", value: make(INT), kind: "int", at: AT }),
          () => ({ op: "field", value: make(POINT), name: "x" }),
          () => {
            const of = g(fc.constantFrom, STRING, INTS, STRINGS);
            return call("len", [of], make(of));
          },
          () => call("sum", [INTS], make(INTS)),
          () => call(g(fc.constantFrom, "round", "floor", "ceil"), [FLOAT], make(FLOAT)),
          () => call("abs", [INT], make(INT)),
          () => call(g(fc.constantFrom, "min", "max"), [INT, INT], make(INT), make(INT)),
        ];
      case "float":
        return [
          () => arithmetic(make(FLOAT), g(fc.constantFrom, "+", "-", "*", "/"), make(coin() ? INT : FLOAT), "float"),
          () => arithmetic(make(INT), "/", make(INT), "float"),
          () => arithmetic(make(SIZE), "/", make(SIZE), "float"),
          () => call("max", [INT, FLOAT], make(INT), make(FLOAT)),
        ];
      case "size":
      case "duration":
        return [
          () => arithmetic(make(wanted), g(fc.constantFrom, "+", "-"), make(wanted), wanted.kind as NumberKind),
          () => arithmetic(make(wanted), g(fc.constantFrom, "*", "/"), make(FLOAT), wanted.kind as NumberKind),
          () =>
            call("sum", [listOf(wanted)], { op: "list", items: [{ value: make(wanted) }, { value: make(wanted) }] }),
          () => call("min", [wanted, wanted], make(wanted), make(wanted)),
        ];
      case "bool":
        return [
          () => compare(make(INT), g(fc.constantFrom, "<", "<=", ">", ">="), make(FLOAT)),
          () => compare(make(STRING), g(fc.constantFrom, "<", "<=", ">", ">="), make(STRING)),
          () => {
            const of = g(fc.constantFrom, ...TYPES);
            return compare(make(of), g(fc.constantFrom, "==", "!="), make(of));
          },
          () =>
            compare(make(optionalOf(STRING)), g(fc.constantFrom, "==", "!="), coin() ? literal(null) : make(STRING)),
          () => {
            const of = g(fc.constantFrom, INT, STRING, POINT, optionalOf(STRING), INTS);
            return compare(make(of), "in", make(listOf(of)));
          },
          () => ({ op: coin() ? "and" : "or", left: make(BOOL), right: make(BOOL) }),
          () => ({ op: "not", value: make(BOOL) }),
          () =>
            call(
              g(fc.constantFrom, "contains", "starts_with", "ends_with"),
              [STRING, STRING],
              make(STRING),
              make(STRING),
            ),
        ];
      case "string":
        return [
          () => {
            const of = g(fc.constantFrom, ...TYPES);
            return {
              op: "text",
              parts: [
                g(valuesFor, STRING) as string,
                { value: make(of), type: of },
                "<",
                { value: make(STRING), type: STRING },
              ],
            };
          },
          () => {
            const of = g(fc.constantFrom, ...TYPES);
            return call(coin() ? "json" : "str", [of], make(of));
          },
          () => call("replace", [STRING, STRING, STRING], make(STRING), make(STRING), make(STRING)),
          () => call("join", [STRINGS, STRING], make(STRINGS), make(STRING)),
          () => call(g(fc.constantFrom, "trim", "basename", "lower", "upper"), [STRING], make(STRING)),
        ];
      case "list":
        return same(wanted, STRINGS)
          ? [
              () => call("split", [STRING, STRING], make(STRING), make(STRING)),
              () => {
                const of = g(fc.constantFrom, optionalOf(INT), optionalOf(STRING), optionalOf(POINT));
                return call("opt", [STRING, of], make(STRING), make(of));
              },
            ]
          : same(wanted, INTS)
            ? [
                () => call("range", [INT], arithmetic(make(INT), "%", literal(20), "int")),
                () => call("range", [INT, INT], make(INT), arithmetic(make(INT), "%", literal(20), "int")),
              ]
            : same(wanted, POINTS)
              ? [() => sides("zip", make), () => sides("grid", make)]
              : [];
      case "record":
        return [
          () => ({
            op: "record",
            entries: [
              { name: "label", value: make(optionalOf(STRING)) },
              { spread: make(POINT) },
              { name: "x", value: make(INT) },
            ],
          }),
          () => ({ op: "record", entries: [{ name: "x", value: make(INT) }] }),
          () => ({ op: "record", entries: [{ name: "x", value: make(INT) }, { spread: make(optionalOf(POINT)) }] }),
        ];
      case "optional":
        return wanted.inner.kind === "string"
          ? [
              () => ({ op: "field", value: make(POINT), name: "label" }),
              () => ({ op: "field", value: make(optionalOf(POINT)), name: "label", optional: true }),
            ]
          : wanted.inner.kind === "int"
            ? [
                () => call(coin() ? "min" : "max", [INTS], make(INTS)),
                () => ({ op: "field", value: make(optionalOf(POINT)), name: "x", optional: true }),
              ]
            : [];
      default:
        return [() => literal(null)];
    }
  };

  /** Points from the rows of `zip` or `grid`. */
  const sides = (name: "zip" | "grid", make: Make): Expr => {
    const lists: Type = {
      kind: "record",
      fields: [
        { name: "x", type: INTS },
        { name: "label", type: STRINGS },
      ],
    };
    const value: Expr = {
      op: "record",
      entries: [
        { name: "x", value: make(INTS) },
        { name: "label", value: make(STRINGS) },
      ],
    };
    return call(name, [lists], value);
  };

  return build(type, names, depth);
}
