// Whether a value's type fits where it stands, and if not, the message that says what would: each common mistake has its own.

import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics, type DiagnosticExtra } from "../diagnostics/define.ts";
import type { ExpressionNode } from "../syntax/ast.ts";
import { printStructure, printType } from "../types/print.ts";
import { parseQuantityLiteral } from "../types/quantity.ts";
import { explainMismatch, isAssignable, needsDefaults } from "../types/relate.ts";
import type { Type } from "../types/type.ts";
import type { CheckContext } from "./context.ts";
import { addOk, declaredType, listNames, quoteType } from "./describe.ts";
import { plainText } from "./plain-text.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(types);

/** True when `found` may stand where `expected` is wanted; else reports why not. */
export function checkFits(
  context: CheckContext,
  node: ExpressionNode,
  found: Type,
  expected: Type,
  what: string,
): boolean {
  if (isAssignable(found, expected) && !needsDefaults(found, expected)) return true;
  if (found.kind === "secret") {
    context.report(diagnostic("secret-not-here", node.span, { name: textOf(context, node) }));
    return false;
  }
  if (found.kind === "partial") {
    const fixes = expected.kind === "list" ? [addOk(node.span)] : [];
    context.report(diagnostic("partial-as-list", node.span, { what, found: quoteType(found) }, { fixes }));
    return false;
  }
  if (found.kind === "optional" && isAssignable(found.inner, expected)) {
    const instead = "Test it first (`if x != null { … }`) or give a default (`x ?? …`).";
    context.report(diagnostic("maybe-null", node.span, { what, found: quoteType(found), instead }));
    return false;
  }
  if (found.kind === "null") {
    context.report(
      diagnostic("maybe-null", node.span, {
        what,
        found: "`null`",
        instead: `Only an optional type, \`${printType(expected)}?\`, can be null.`,
      }),
    );
    return false;
  }
  if (found.kind === "list" && expected.kind !== "list" && isAssignable(found.element, expected)) {
    const instead = "Run it for each item with `map x in xs { … }`, or take one with `xs[0]` or `first(xs)`.";
    context.report(
      diagnostic("list-for-item", node.span, { what, expected: quoteType(expected), found: quoteType(found), instead }),
    );
    return false;
  }
  if (isAssignable(found, expected)) {
    const text = textOf(context, node);
    const detail = ` It lacks fields that have a default; write \`{ ...${text} }\` to fill them in.`;
    context.report(
      diagnostic(
        "type-mismatch",
        node.span,
        { what, expected: typeText(expected), found: quoteType(found), detail },
        found.kind === "record" ? replace(node, `{ ...${text} }`) : {},
      ),
    );
    return false;
  }
  const hint = hintFor(context, node, found, expected);
  const reasons = explainMismatch(found, expected);
  const detail = hint.detail || reasonText(found, expected, reasons);
  context.report(
    diagnostic(
      "type-mismatch",
      node.span,
      { what, expected: typeText(expected), found: quoteType(found), detail },
      { ...declaredType(context, plainOf(expected)), ...hint.extra },
    ),
  );
  return false;
}

function plainOf(type: Type): Type {
  return type.kind === "optional" ? plainOf(type.inner) : type.kind === "list" ? plainOf(type.element) : type;
}

/** Aliases by name, but with their fields, once, where a reader would want to see them. */
function typeText(type: Type): string {
  if (type.kind === "enum") return `\`${type.name}\` (${listNames(type.members.slice(0, 6))})`;
  return type.kind === "record" && type.name ? `\`${type.name}\` (${printStructure(type)})` : quoteType(type);
}

function reasonText(found: Type, expected: Type, reasons: readonly string[]): string {
  const composite = (type: Type) => type.kind === "record" || type.kind === "list" || type.kind === "optional";
  if (!composite(found) || !composite(expected) || reasons.length === 0) return "";
  return ` (${reasons.slice(0, 3).join("; ")})`;
}

function hintFor(
  context: CheckContext,
  node: ExpressionNode,
  found: Type,
  expected: Type,
): { detail: string; extra: DiagnosticExtra } {
  const wanted = expected.kind === "optional" ? expected.inner : expected;
  const text = textOf(context, node);
  const literal = node.kind === "String" ? plainText(node) : undefined;
  const unquoted = (right: string) => ({ detail: ` Write \`${right}\` without quotes.`, extra: replace(node, right) });
  switch (wanted.kind) {
    case "int":
      if (literal !== undefined && /^-?\d{1,15}$/.test(literal)) return unquoted(literal);
      if (found.kind === "float")
        return { detail: " Choose how to round it: `round(x)`, `floor(x)` or `ceil(x)`.", extra: {} };
      if (found.kind === "string")
        return {
          detail: " A text is never read as a number; declare the value as Int where it comes from.",
          extra: {},
        };
      break;
    case "float":
      if (literal !== undefined && literal.trim() !== "" && Number.isFinite(Number(literal))) return unquoted(literal);
      break;
    case "bool":
      if (literal === "true" || literal === "false") return unquoted(literal);
      if (found.kind === "int") return { detail: " Compare it: `x != 0`.", extra: {} };
      break;
    case "size":
    case "duration":
      return quantityHint(node, text, literal, found, wanted.kind);
    case "string":
      if (["int", "float", "bool", "size", "duration", "enum"].includes(found.kind)) {
        const right =
          node.kind === "Int" || node.kind === "Float" || node.kind === "Bool" ? `"${text}"` : `"\\(${text})"`;
        return {
          detail: ` Write \`${right}\`.`,
          extra: text.includes("\n") || text.includes('"') ? {} : replace(node, right),
        };
      }
      break;
    case "enum": {
      if (literal === undefined || !wanted.members.includes(literal)) break;
      const right = `${wanted.name}.${literal}`;
      return { detail: ` Write \`${right}\`.`, extra: replace(node, right) };
    }
    case "file":
    case "dir":
      if (literal !== undefined) {
        const right = `${wanted.kind}(${text})`;
        return { detail: ` Write \`${right}\`.`, extra: replace(node, right) };
      }
      break;
    case "list":
      if (isAssignable(found, wanted.element))
        return { detail: ` Write \`[${text}]\`.`, extra: replace(node, `[${text}]`) };
      if (found.kind === "list" && isAssignable(found.element, wanted.element) && wanted.max !== undefined) {
        return { detail: ` Declare a bound of at most ${wanted.max} where the list comes from.`, extra: {} };
      }
      break;
    default:
  }
  return { detail: "", extra: {} };
}

function quantityHint(
  node: ExpressionNode,
  text: string,
  literal: string | undefined,
  found: Type,
  kind: "size" | "duration",
): { detail: string; extra: DiagnosticExtra } {
  if (literal !== undefined) {
    const parsed = parseQuantityLiteral(literal.trim());
    if (parsed.ok && parsed.kind === kind)
      return { detail: ` Write \`${literal.trim()}\` without quotes.`, extra: replace(node, literal.trim()) };
  }
  if (found.kind !== "int" && found.kind !== "float") return { detail: "", extra: {} };
  const units = kind === "size" ? "Gi" : "s";
  const right = node.kind === "Int" || node.kind === "Float" ? `${text}${units}` : `${text} * 1${units}`;
  return { detail: ` A number has no unit; did you mean \`${right}\`?`, extra: replace(node, right) };
}

function replace(node: ExpressionNode, text: string): DiagnosticExtra {
  return { fixes: [{ title: `Change to \`${text}\``, edits: [{ span: node.span, text }] }] };
}
