// Which names an expression sees from outside, and expressions with some of them replaced. Names never shadow each
// other (see `expr.ts`).
import { assertNever } from "../util/assert-never.ts";
import type { Expr, ExprEntry, ExprItem } from "./expr.ts";

/** The names an expression needs a value for, in the order first met. */
export function freeNames(expr: Expr): Set<string> {
  const found = new Set<string>();
  addFreeNames(expr, found);
  return found;
}

/** Adds the names an expression needs a value for to `found`, in the order first met. */
export function addFreeNames(expr: Expr, found: Set<string>): void {
  everyFreeName(expr, (name) => {
    found.add(name);
    return true;
  });
}

/** Whether `test` holds for all names an expression needs a value for; asked in the order of evaluation, until it does not. */
export function everyFreeName(expr: Expr, test: (name: string) => boolean): boolean {
  // Written out rather than by way of `mapChildren`: it is asked of every expression of a plan, and copies nothing.
  switch (expr.op) {
    case "literal":
      return true;
    case "ref":
      return test(expr.name);
    case "field":
    case "not":
    case "negate":
      return everyFreeName(expr.value, test);
    case "index":
      return everyFreeName(expr.value, test) && everyFreeName(expr.index, test);
    case "record":
    case "list":
      return everyFreeNameOfParts(expr.op === "list" ? expr.items : expr.entries, test);
    case "arithmetic":
    case "compare":
    case "and":
    case "or":
    case "coalesce":
      return everyFreeName(expr.left, test) && everyFreeName(expr.right, test);
    case "if":
      return everyFreeName(expr.test, test) && everyFreeName(expr.then, test) && everyFreeName(expr.else, test);
    case "let":
      return everyFreeNameOfLet(expr, test);
    case "for":
      return everyFreeNameOfFor(expr, test);
    case "text":
      for (const part of expr.parts) if (typeof part !== "string" && !everyFreeName(part.value, test)) return false;
      return true;
    case "call":
      for (const argument of expr.arguments) if (!everyFreeName(argument, test)) return false;
      return true;
    default:
      return assertNever(expr);
  }
}

// What follows makes functions, which `everyFreeName` itself must not: it would then allocate at every call.

function everyFreeNameOfParts(parts: readonly (ExprEntry | ExprItem)[], test: (name: string) => boolean): boolean {
  for (const part of parts) if (!everyFreeName("spread" in part ? part.spread : part.value, test)) return false;
  return true;
}

function everyFreeNameOfLet(expr: Extract<Expr, { op: "let" }>, test: (name: string) => boolean): boolean {
  const bound = new Set(expr.bindings.map(({ name }) => name));
  const outer = (name: string) => bound.has(name) || test(name);
  return expr.bindings.every(({ value }) => everyFreeName(value, outer)) && everyFreeName(expr.body, outer);
}

function everyFreeNameOfFor(expr: Extract<Expr, { op: "for" }>, test: (name: string) => boolean): boolean {
  const outer = (name: string) => name === expr.item || name === expr.index || test(name);
  return (
    everyFreeName(expr.source, outer) &&
    [expr.take, expr.where, expr.by].every((part) => part === undefined || everyFreeName(part, outer)) &&
    everyFreeName(expr.value, outer)
  );
}

/** The expression with each name that `replacements` holds replaced by its expression. */
export function substitute(expr: Expr, replacements: ReadonlyMap<string, Expr>): Expr {
  if (replacements.size === 0) return expr;
  if (expr.op === "ref") return replacements.get(expr.name) ?? expr;
  return mapChildren(expr, (child) => substitute(child, replacements));
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
