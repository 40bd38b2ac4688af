// Closures of expr-lang know their own element, `#`, and nothing of the closures around them. So whatever an inner one needs of the
// variables outside is put into its element: `map([[a, b, value]], … #[0] … #[2] …)[0]`.
import type { Expr } from "../../../expr/expr.ts";
import { freeNames } from "../../../expr/names.ts";
import type { Type } from "../../../types/type.ts";
import { isNullable } from "./parameter.ts";
import type { ArgoScope, Code } from "./scope.ts";

/** Where an expression is translated: the variables that the closure at hand can read, and the names outside. */
export interface Closure {
  readonly bound: ReadonlyMap<string, Code>;
  readonly scope: ArgoScope;
  readonly translate: (expr: Expr, closure: Closure) => Code;
}

/** Code that is never nil unless expr-lang expects that it may be. */
export function safe(text: string, type: Type): Code {
  return { text, type, risky: false };
}

/** Code of which expr-lang may think that it is always a text. */
export function risky(text: string, type: Type): Code {
  return { text, type, risky: isNullable(type) };
}

/** Whether an expression needs no name: expr-lang then computes parts of it ahead. */
export function isFixed(expr: Expr): boolean {
  return freeNames(expr).size === 0;
}

/** The variables of the closure that the expressions read, in the order first met. */
export function capturedNames(closure: Closure, exprs: readonly (Expr | undefined)[]): string[] {
  const names = new Set<string>();
  for (const expr of exprs) if (expr !== undefined) for (const name of freeNames(expr)) names.add(name);
  return [...names].filter((name) => closure.bound.has(name));
}

/**
 * The value, computed once, for the use of `use`, which reads it as `self` and translates `dependents` in the closure it
 * is given.
 */
export function bindOnce(
  closure: Closure,
  value: Code,
  dependents: readonly Expr[],
  use: (inner: Closure, self: Code) => Code,
): Code {
  const names = capturedNames(closure, dependents);
  if (names.length === 0) {
    const used = use({ ...closure, bound: new Map() }, risky("#", value.type));
    return { ...used, text: `map([${value.text}], ${used.text})[0]` };
  }
  const captured = names.map((name) => closure.bound.get(name)!);
  const bound = new Map(names.map((name, i) => [name, risky(`#[${i}]`, captured[i]!.type)]));
  const used = use({ ...closure, bound }, risky(`#[${names.length}]`, value.type));
  const elements = [...captured.map(({ text }) => text), value.text];
  return { ...used, text: `map([[${elements.join(", ")}]], ${used.text})[0]` };
}

/**
 * A list whose elements carry `captured` along: `[captured, item, position]` for each item. A map is filled in place,
 * since growing a list copies it each time.
 */
export function withCaptured(captured: readonly string[], list: string): string {
  const filled =
    `reduce(concat([[${captured.join(", ")}]], ${list}), ` +
    `#index == 0 ? sprig.dict("-1", #) : sprig.set(#acc, string(#index - 1), [#acc["-1"], #, #index - 1]), {})`;
  return `map(sortBy(toPairs(${filled}), int(#[0])), #[1])[1:]`;
}
