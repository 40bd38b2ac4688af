// A residual expression of an amount comes in; out goes the largest value it can have, as far as that is known before the run.
import type { Expr } from "../expr/expr.ts";
import { assertNever } from "../util/assert-never.ts";

/** Upper bounds of the names in reach; a name that is missing is not known before the run. */
export type KnownBounds = ReadonlyMap<string, number>;

/** The largest value of an expression over amounts (numbers of at least 0), or undefined where the run decides. */
export function upperBound(expr: Expr, known: KnownBounds = new Map()): number | undefined {
  switch (expr.op) {
    case "literal":
      return typeof expr.value === "number" ? expr.value : undefined;
    case "ref":
      return known.get(expr.name);
    case "arithmetic":
      return arithmeticBound(expr, known);
    case "if":
      return largest([upperBound(expr.then, known), upperBound(expr.else, known)]);
    case "coalesce":
      return largest([upperBound(expr.left, known), upperBound(expr.right, known)]);
    case "let": {
      const inner = new Map(known);
      for (const binding of expr.bindings) {
        const bound = upperBound(binding.value, inner);
        if (bound === undefined) inner.delete(binding.name);
        else inner.set(binding.name, bound);
      }
      return upperBound(expr.body, inner);
    }
    case "call":
      return callBound(expr, known);
    case "negate":
    case "field":
    case "index":
    case "record":
    case "list":
    case "not":
    case "compare":
    case "and":
    case "or":
    case "for":
    case "text":
      return undefined;
    default:
      return assertNever(expr);
  }
}

function largest(bounds: readonly (number | undefined)[]): number | undefined {
  let most = Number.NEGATIVE_INFINITY;
  for (const bound of bounds) {
    if (bound === undefined) return undefined;
    most = Math.max(most, bound);
  }
  return bounds.length > 0 ? most : undefined;
}

// A sum grows with both sides; a product does where no side is negative, which amounts are not. What is taken away or divided by must be
// known exactly.
function arithmeticBound(expr: Extract<Expr, { op: "arithmetic" }>, known: KnownBounds): number | undefined {
  const left = upperBound(expr.left, known);
  if (left === undefined) return undefined;
  const exact = expr.right.op === "literal" && typeof expr.right.value === "number" ? expr.right.value : undefined;
  const right = upperBound(expr.right, known);
  switch (expr.operator) {
    case "+":
      return right === undefined ? undefined : left + right;
    case "*":
      return right === undefined || left < 0 || right < 0 ? undefined : round(left * right, expr.kind);
    case "-":
      return exact === undefined ? undefined : left - exact;
    case "/":
      return exact === undefined || exact <= 0 ? undefined : round(left / exact, expr.kind);
    case "%":
      return undefined;
    default:
      return assertNever(expr.operator);
  }
}

function round(value: number, kind: string): number {
  return kind === "float" ? value : Math.ceil(value);
}

function callBound(expr: Extract<Expr, { op: "call" }>, known: KnownBounds): number | undefined {
  const [first] = expr.arguments;
  const items =
    expr.arguments.length === 1 && first?.op === "list" ? first.items : expr.arguments.map((value) => ({ value }));
  const bounds = items.map((item) => ("value" in item ? upperBound(item.value, known) : undefined));
  if (expr.function === "max") return largest(bounds);
  if (expr.function === "min") {
    const found = bounds.filter((bound) => bound !== undefined);
    return found.length > 0 ? Math.min(...found) : undefined;
  }
  if (expr.function === "ceil" || expr.function === "round" || expr.function === "floor") {
    return bounds[0] === undefined ? undefined : Math.ceil(bounds[0]);
  }
  return undefined;
}
