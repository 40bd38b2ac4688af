// Whether an expression can fail: what cannot may stand in the output of a template, where a failure would leave the workflow running for ever.
import type { Expr } from "../../expr/expr.ts";

/** Functions that never fail for arguments of their types. */
const TOTAL = new Set([
  "len",
  "first",
  "last",
  "lower",
  "upper",
  "trim",
  "contains",
  "starts_with",
  "ends_with",
  "opt",
  "json",
  "str",
]);

/** Whether the evaluation of the expression always gives a value. */
export function isTotal(expr: Expr): boolean {
  switch (expr.op) {
    case "literal":
    case "ref":
      return true;
    case "field":
    case "not":
      return isTotal(expr.value);
    case "record":
      return expr.entries.every((entry) => isTotal("spread" in entry ? entry.spread : entry.value));
    case "list":
      return expr.items.every((item) => isTotal("spread" in item ? item.spread : item.value));
    case "compare":
    case "and":
    case "or":
    case "coalesce":
      return isTotal(expr.left) && isTotal(expr.right);
    case "if":
      return isTotal(expr.test) && isTotal(expr.then) && isTotal(expr.else);
    case "text":
      return expr.parts.every((part) => typeof part === "string" || isTotal(part.value));
    case "call":
      return TOTAL.has(expr.function) && expr.arguments.every(isTotal);
    default:
      return false;
  }
}
