// The JSON Schema of residual expressions, types and values, as they stand in a plan.
import type { Expr, ExprBinding, NumberKind } from "../expr/expr.ts";
import type { RecordField, Type } from "../types/type.ts";
import {
  arrayOf,
  COUNT,
  NUMBER,
  objectOf,
  oneWordOf,
  optional,
  refer,
  type Schema,
  type Shape,
  TEXT,
  TRUE,
  type Variant,
} from "./schema-shape.ts";

type ExprOf<O extends Expr["op"]> = Variant<Expr, "op", O>;
type TypeOf<K extends Type["kind"]> = Variant<Type, "kind", K>;

const EXPR = refer("Expr");
const TYPE = refer("Type");
const VALUE = refer("Value");
const NUMBER_KINDS: readonly NumberKind[] = ["int", "float", "size", "duration"];
const NUMBER_KIND = oneWordOf(NUMBER_KINDS);

function op(...words: Expr["op"][]): Schema {
  return oneWordOf(words);
}

const TWO_SIDED = op("and", "or", "coalesce");
const twoSided = () => objectOf<ExprOf<"and">>({ op: TWO_SIDED, left: EXPR, right: EXPR });

// One entry for each operation: a new one without its schema does not compile.
const EXPRESSIONS: Readonly<Record<Exclude<Expr["op"], "or" | "coalesce">, Schema>> = {
  literal: objectOf<ExprOf<"literal">>({ op: op("literal"), value: VALUE }),
  ref: objectOf<ExprOf<"ref">>(
    { op: op("ref"), name: TEXT },
    "A parameter, a node's result, an item or index, or a variable.",
  ),
  field: objectOf<ExprOf<"field">>({
    op: op("field"),
    value: EXPR,
    name: TEXT,
    optional: optional(TRUE),
  } satisfies Shape<ExprOf<"field">>),
  index: objectOf<ExprOf<"index">>({ op: op("index"), value: EXPR, index: EXPR, at: TEXT }),
  record: objectOf<ExprOf<"record">>({
    op: op("record"),
    entries: arrayOf({
      oneOf: [
        objectOf<{ name: string; value: Expr }>({ name: TEXT, value: EXPR }),
        objectOf<{ spread: Expr }>({ spread: EXPR }),
      ],
    }),
  }),
  list: objectOf<ExprOf<"list">>({
    op: op("list"),
    items: arrayOf({
      oneOf: [objectOf<{ value: Expr }>({ value: EXPR }), objectOf<{ spread: Expr }>({ spread: EXPR })],
    }),
  }),
  not: objectOf<ExprOf<"not">>({ op: op("not"), value: EXPR }),
  negate: objectOf<ExprOf<"negate">>({ op: op("negate"), value: EXPR, kind: NUMBER_KIND, at: TEXT }),
  arithmetic: objectOf<ExprOf<"arithmetic">>({
    op: op("arithmetic"),
    operator: oneWordOf(["+", "-", "*", "/", "%"] satisfies ExprOf<"arithmetic">["operator"][]),
    left: EXPR,
    right: EXPR,
    kind: NUMBER_KIND,
    at: TEXT,
  }),
  compare: objectOf<ExprOf<"compare">>({
    op: op("compare"),
    operator: oneWordOf(["==", "!=", "<", "<=", ">", ">=", "in"] satisfies ExprOf<"compare">["operator"][]),
    left: EXPR,
    right: EXPR,
  }),
  and: twoSided(),
  // biome-ignore lint/suspicious/noThenProperty: the plan's own word
  if: objectOf<ExprOf<"if">>({ op: op("if"), test: EXPR, then: EXPR, else: EXPR }),
  let: objectOf<ExprOf<"let">>({
    op: op("let"),
    bindings: arrayOf(objectOf<ExprBinding>({ name: TEXT, value: EXPR })),
    body: EXPR,
  }),
  for: objectOf<ExprOf<"for">>({
    op: op("for"),
    item: TEXT,
    index: optional(TEXT),
    source: EXPR,
    where: optional(EXPR),
    by: optional(EXPR),
    descending: optional(TRUE),
    take: optional(EXPR),
    value: EXPR,
    at: TEXT,
  }),
  text: objectOf<ExprOf<"text">>({
    op: op("text"),
    parts: arrayOf({ oneOf: [TEXT, objectOf<{ value: Expr; type: Type }>({ value: EXPR, type: TYPE })] }),
  }),
  call: objectOf<ExprOf<"call">>({
    op: op("call"),
    function: TEXT,
    arguments: arrayOf(EXPR),
    types: arrayOf(TYPE),
    at: TEXT,
  }),
};

type PlainKind =
  | "int"
  | "float"
  | "bool"
  | "string"
  | "size"
  | "duration"
  | "file"
  | "dir"
  | "secret"
  | "null"
  | "never"
  | "none"
  | "error";

// A plan is made of programs without errors, so that the poison type is in none.
const PLAIN: Readonly<Record<Exclude<PlainKind, "error">, true>> = {
  int: true,
  float: true,
  bool: true,
  string: true,
  size: true,
  duration: true,
  file: true,
  dir: true,
  secret: true,
  null: true,
  never: true,
  none: true,
};

const COMPOUND: Readonly<Record<Exclude<Type["kind"], PlainKind>, Schema>> = {
  enum: objectOf<TypeOf<"enum">>({ kind: { const: "enum" }, name: TEXT, members: arrayOf(TEXT) }),
  list: objectOf<TypeOf<"list">>({ kind: { const: "list" }, element: TYPE, max: optional(COUNT) }),
  record: objectOf<TypeOf<"record">>({
    kind: { const: "record" },
    name: optional(TEXT),
    fields: arrayOf(objectOf<RecordField>({ name: TEXT, type: TYPE, default: optional(VALUE) })),
  }),
  optional: objectOf<TypeOf<"optional">>({ kind: { const: "optional" }, inner: TYPE }),
  partial: objectOf<TypeOf<"partial">>({ kind: { const: "partial" }, element: TYPE, max: optional(COUNT) }),
};

/** Each operation is a definition of its own, which keeps a validator's stack small: chains of operators go a thousand levels deep. */
function definitionOf(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Expr`;
}

/** The definitions `Expr`, with one for each operation, `Type` and `Value`. */
export function expressionDefinitions(): Readonly<Record<string, Schema>> {
  return {
    ...Object.fromEntries(Object.entries(EXPRESSIONS).map(([name, schema]) => [definitionOf(name), schema])),
    Expr: {
      oneOf: Object.keys(EXPRESSIONS).map((name) => refer(definitionOf(name))),
      description: "What is left of an expression of the source: names are resolved, constants folded.",
    },
    Type: {
      oneOf: [objectOf<TypeOf<"int">>({ kind: oneWordOf(Object.keys(PLAIN)) }), ...Object.values(COMPOUND)],
      description: "A type of the language.",
    },
    Value: {
      description:
        "A value of the language: sizes are bytes, durations milliseconds, enum members their names, files their paths or URIs.",
      anyOf: [
        { type: "null" },
        { type: "boolean" },
        NUMBER,
        TEXT,
        arrayOf(VALUE),
        { type: "object", additionalProperties: VALUE },
      ],
    },
  };
}
