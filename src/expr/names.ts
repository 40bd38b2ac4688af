// Which names an expression sees from outside, and expressions with some of them replaced. Names never shadow each
// other (see `expr.ts`).
import type { Expr } from "./expr.ts";

/** The names an expression needs a value for, in the order first met. */
export function freeNames(expr: Expr): Set<string> {
  const found = new Set<string>();
  collect(expr, new Set(), found);
  return found;
}

/** The expression with each name that `replacements` holds replaced by its expression. */
export function substitute(expr: Expr, replacements: ReadonlyMap<string, Expr>): Expr {
  if (replacements.size === 0) return expr;
  if (expr.op === "ref") return replacements.get(expr.name) ?? expr;
  return mapChildren(expr, (child) => substitute(child, replacements));
}

function collect(expr: Expr, bound: ReadonlySet<string>, found: Set<string>): void {
  if (expr.op === "ref") {
    if (!bound.has(expr.name)) found.add(expr.name);
    return;
  }
  if (expr.op === "let" || expr.op === "for") {
    const names = expr.op === "let" ? expr.bindings.map(({ name }) => name) : [expr.item, expr.index ?? expr.item];
    const inner = new Set([...bound, ...names]);
    forEachChild(expr, (child) => collect(child, inner, found));
    return;
  }
  forEachChild(expr, (child) => collect(child, bound, found));
}

/** Calls `visit` with each direct part of an expression, in the order of evaluation. */
export function forEachChild(expr: Expr, visit: (child: Expr) => void): void {
  mapChildren(expr, (child) => {
    visit(child);
    return child;
  });
}

/** The expression with each of its direct parts replaced. */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.op) {
    case "literal":
    case "ref":
      return expr;
    case "field":
    case "not":
    case "negate":
      return { ...expr, value: change(expr.value) };
    case "index":
      return { ...expr, value: change(expr.value), index: change(expr.index) };
    case "record":
      return {
        ...expr,
        entries: expr.entries.map((entry) =>
          "spread" in entry ? { spread: change(entry.spread) } : { ...entry, value: change(entry.value) },
        ),
      };
    case "list":
      return {
        ...expr,
        items: expr.items.map((item) =>
          "spread" in item ? { spread: change(item.spread) } : { value: change(item.value) },
        ),
      };
    case "arithmetic":
    case "compare":
    case "and":
    case "or":
    case "coalesce":
      return { ...expr, left: change(expr.left), right: change(expr.right) };
    case "if":
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nobody awaits an expression
      return { ...expr, test: change(expr.test), then: change(expr.then), else: change(expr.else) };
    case "let":
      return {
        ...expr,
        bindings: expr.bindings.map((binding) => ({ ...binding, value: change(binding.value) })),
        body: change(expr.body),
      };
    case "for":
      return {
        ...expr,
        source: change(expr.source),
        ...(expr.take === undefined ? {} : { take: change(expr.take) }),
        ...(expr.where === undefined ? {} : { where: change(expr.where) }),
        ...(expr.by === undefined ? {} : { by: change(expr.by) }),
        value: change(expr.value),
      };
    case "text":
      return {
        ...expr,
        parts: expr.parts.map((part) => (typeof part === "string" ? part : { ...part, value: change(part.value) })),
      };
    case "call":
      return { ...expr, arguments: expr.arguments.map(change) };
  }
}
