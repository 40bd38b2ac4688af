// Folds what is known without any name: `2 * 512` becomes a literal. Lists and records stay as they are written, since `range(100000)` is
// shorter than what it stands for.
import { evaluate } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import { freeNames } from "../expr/names.ts";

/** The literal that a closed expression comes to, when it is a number, text, truth value or null; else the expression as it is. */
export function foldScalar(expr: Expr): Expr {
  if (
    expr.op === "literal" ||
    expr.op === "list" ||
    expr.op === "record" ||
    expr.op === "for" ||
    freeNames(expr).size > 0
  )
    return expr;
  const result = evaluate(expr, () => undefined);
  if (!result.ok || (typeof result.value === "object" && result.value !== null)) return expr;
  return { op: "literal", value: result.value };
}
