// Short constructors of residual expressions, for tests.
import { evaluate } from "../../src/expr/evaluate.ts";
import type { Expr, NumberKind } from "../../src/expr/expr.ts";
import type { Type } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";

export const AT = "main.pipe:3:7";

export function literal(value: Value): Expr {
  return { op: "literal", value };
}

export function ref(name: string): Expr {
  return { op: "ref", name };
}

export function field(value: Expr, name: string): Expr {
  return { op: "field", value, name };
}

export function arithmetic(left: Expr, operator: "+" | "-" | "*" | "/" | "%", right: Expr, kind: NumberKind): Expr {
  return { op: "arithmetic", operator, left, right, kind, at: AT };
}

export function compare(left: Expr, operator: "==" | "!=" | "<" | "<=" | ">" | ">=" | "in", right: Expr): Expr {
  return { op: "compare", operator, left, right };
}

export function call(name: string, types: readonly Type[], ...args: readonly Expr[]): Expr {
  return { op: "call", function: name, arguments: args, types, at: AT };
}

/** A record value from a plain object. */
export function record(fields: Record<string, Value>): Value {
  return makeRecord(Object.entries(fields));
}

/** The value, or the message of the failure. */
export function run(expr: Expr, values: Record<string, Value> = {}): Value {
  const names = new Map(Object.entries(values));
  const evaluated = evaluate(expr, (name) => names.get(name));
  return evaluated.ok ? evaluated.value : `failure: ${evaluated.failure.message} at ${evaluated.failure.at}`;
}
