// A residual expression of an amount comes in; out goes the least value it can have, as far as that is known before the run.
import type { Expr } from "../expr/expr.ts";

/** The least value of an expression over amounts (numbers of at least 0), or undefined where nothing is known. */
export function lowerBound(expr: Expr): number | undefined {
  switch (expr.op) {
    case "literal":
      return typeof expr.value === "number" ? expr.value : undefined;
    case "if":
      return least([lowerBound(expr.then), lowerBound(expr.else)]);
    case "arithmetic": {
      const [left, right] = [lowerBound(expr.left) ?? 0, lowerBound(expr.right) ?? 0];
      if (expr.operator === "+") return left + right;
      return expr.operator === "*" && left >= 0 && right >= 0 ? left * right : undefined;
    }
    case "call": {
      const [only] = expr.arguments;
      const values =
        expr.arguments.length === 1 && only?.op === "list"
          ? only.items.map((item) => ("value" in item ? lowerBound(item.value) : undefined))
          : expr.arguments.map(lowerBound);
      if (expr.function === "min") return least(values);
      const known = values.filter((value) => value !== undefined);
      return expr.function === "max" && known.length > 0 ? Math.max(...known) : undefined;
    }
    default:
      return undefined;
  }
}

function least(bounds: readonly (number | undefined)[]): number | undefined {
  const known = bounds.filter((bound) => bound !== undefined);
  return known.length === bounds.length && known.length > 0 ? Math.min(...known) : undefined;
}
