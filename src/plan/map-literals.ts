// Literals inside an expression, found together with their types: only a type tells a File from a String.
import type { Expr } from "../expr/expr.ts";
import type { Type } from "../types/type.ts";

type Literal = Extract<Expr, { readonly op: "literal" }>;

/** The expression with each literal replaced that its type leads to; what is computed otherwise has no Files of its own. */
export function mapLiterals(expr: Expr, type: Type, change: (literal: Literal, type: Type) => Expr): Expr {
  const inner = type.kind === "optional" ? type.inner : type;
  const same = (child: Expr): Expr => mapLiterals(child, type, change);
  switch (expr.op) {
    case "literal":
      return change(expr, type);
    case "list":
      if (inner.kind !== "list") return expr;
      return {
        ...expr,
        items: expr.items.map((item) =>
          "spread" in item ? { spread: same(item.spread) } : { value: mapLiterals(item.value, inner.element, change) },
        ),
      };
    case "record":
      if (inner.kind !== "record") return expr;
      return {
        ...expr,
        entries: expr.entries.map((entry) => {
          if ("spread" in entry) return { spread: same(entry.spread) };
          const field = inner.fields.find(({ name }) => name === entry.name);
          return field ? { ...entry, value: mapLiterals(entry.value, field.type, change) } : entry;
        }),
      };
    case "if":
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nobody awaits an expression
      return { ...expr, then: same(expr.then), else: same(expr.else) };
    case "coalesce":
      return { ...expr, left: same(expr.left), right: same(expr.right) };
    case "let":
      return { ...expr, body: same(expr.body) };
    case "for": {
      if (inner.kind !== "list") return expr;
      const isItem = expr.value.op === "ref" && expr.value.name === expr.item;
      const value = mapLiterals(expr.value, inner.element, change);
      return { ...expr, value, ...(isItem && { source: same(expr.source) }) };
    }
    case "call":
      return {
        ...expr,
        arguments: expr.arguments.map((argument, position) => {
          const its = expr.types[position];
          return its ? mapLiterals(argument, its, change) : argument;
        }),
      };
    default:
      return expr;
  }
}
