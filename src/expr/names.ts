// Which names an expression sees from outside, and expressions with some of them replaced. Names never shadow each
// other (see `expr.ts`).
import { assertNever } from "../util/assert-never.ts";
import type { Expr } from "./expr.ts";

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
  if (expr.op === "ref") return test(expr.name);
  if (expr.op !== "let" && expr.op !== "for") return everyChild(expr, (child) => everyFreeName(child, test));
  const bound = new Set(expr.op === "let" ? expr.bindings.map(({ name }) => name) : [expr.item, expr.index]);
  return everyChild(expr, (child) => everyFreeName(child, (name) => bound.has(name) || test(name)));
}

/** The expression with each name that `replacements` holds replaced by its expression. */
export function substitute(expr: Expr, replacements: ReadonlyMap<string, Expr>): Expr {
  if (replacements.size === 0) return expr;
  if (expr.op === "ref") return replacements.get(expr.name) ?? expr;
  return mapChildren(expr, (child) => substitute(child, replacements));
}

// Written out rather than by way of `mapChildren`: it is asked of every expression of a plan, and copies nothing.
function everyChild(expr: Expr, test: (child: Expr) => boolean): boolean {
  switch (expr.op) {
    case "literal":
    case "ref":
      return true;
    case "field":
    case "not":
    case "negate":
      return test(expr.value);
    case "index":
      return test(expr.value) && test(expr.index);
    case "record":
      return expr.entries.every((entry) => test("spread" in entry ? entry.spread : entry.value));
    case "list":
      return expr.items.every((item) => test("spread" in item ? item.spread : item.value));
    case "arithmetic":
    case "compare":
    case "and":
    case "or":
    case "coalesce":
      return test(expr.left) && test(expr.right);
    case "if":
      return test(expr.test) && test(expr.then) && test(expr.else);
    case "let":
      return expr.bindings.every(({ value }) => test(value)) && test(expr.body);
    case "for":
      return (
        test(expr.source) &&
        [expr.take, expr.where, expr.by].every((part) => part === undefined || test(part)) &&
        test(expr.value)
      );
    case "text":
      return expr.parts.every((part) => typeof part === "string" || test(part.value));
    case "call":
      return expr.arguments.every((argument) => test(argument));
    default:
      return assertNever(expr);
  }
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
