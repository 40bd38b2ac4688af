// Folds what is known when compiling: `2 * 512` becomes a literal. Lists and records stay as they are written, since `range(100000)` is shorter
// than what it stands for.
import { evaluate } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import { everyFreeName } from "../expr/names.ts";
import type { Value } from "../types/value.ts";

type Values = ReadonlyMap<string, Value>;

const NOTHING: Values = new Map();

/** The value of an expression that names nothing but `values`; undefined when it names more, or fails. */
export function knownValue(expr: Expr, values: Values): Value | undefined {
  if (expr.op === "literal") return expr.value;
  if (!everyFreeName(expr, (name) => values.has(name))) return undefined;
  const result = evaluate(expr, (name) => values.get(name));
  return result.ok ? result.value : undefined;
}

/** The literal that an expression comes to, when it is known and a number, text, truth value or null; else the expression as it is. */
export function foldScalar(expr: Expr, values: Values = NOTHING): Expr {
  if (expr.op === "literal" || expr.op === "list" || expr.op === "record" || expr.op === "for") return expr;
  const value = knownValue(expr, values);
  return value === undefined || (typeof value === "object" && value !== null) ? expr : { op: "literal", value };
}
