// Checks expressions. In: an expression, the scope it stands in, perhaps the type that is wanted. Out: its type, noted in the facts; what is
// wrong is reported once, at the innermost place, and gives the poison type. Constructs have files of their own (`check-call`, `check-map`, …).

import { names } from "../diagnostics/catalog/names.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ExpressionNode, NameExpressionNode, QuantityNode, StringNode } from "../syntax/ast.ts";
import { parseQuantityLiteral } from "../types/quantity.ts";
import { BOOL, DURATION, ERROR, FLOAT, INT, NULL, SECRET, SIZE, STRING, type Type } from "../types/type.ts";
import { checkIndex, checkMember } from "./check-access.ts";
import { checkCall } from "./check-call.ts";
import { checkFits } from "./check-fits.ts";
import { checkFor } from "./check-for.ts";
import { checkIf } from "./check-if.ts";
import { checkList, checkRecord } from "./check-literals.ts";
import { checkMap } from "./check-map.ts";
import { checkBinary, checkUnary } from "./check-operators.ts";
import { type CheckContext, findLocal, localNames, type Scope } from "./context.ts";
import { describeKind, didYouMean, nearFix, quoteType } from "./describe.ts";
import { narrowedType } from "./narrow.ts";
import type { GlobalSymbol } from "./program.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics({ ...names, ...types });

/** Checks an expression that must have a value, of type `expected` if that is given; the type it then has. */
export function checkExpression(
  context: CheckContext,
  node: ExpressionNode,
  scope: Scope,
  expected?: Type,
  what = "The value",
): Type {
  const found = inferExpression(context, node, scope, expected);
  if (found.kind === "none") {
    context.report(
      diagnostic("no-value", node.span, {
        what: node.kind === "Call" || node.kind === "NameExpression" ? `\`${textOf(context, node)}\`` : "This",
        instead: "Use `do` to run it, or give its task a result type (`-> Type`) or its block a `yield`.",
      }),
    );
    return note(context, node, ERROR);
  }
  if (!expected || checkFits(context, node, found, expected, what)) return found;
  return note(context, node, ERROR);
}

/** Checks an expression; its type may be `none`. `expected` only guides: literals take their field and item types from it. */
export function inferExpression(context: CheckContext, node: ExpressionNode, scope: Scope, expected?: Type): Type {
  return note(context, node, infer(context, node, scope, expected));
}

function note(context: CheckContext, node: ExpressionNode, type: Type): Type {
  context.facts.types.set(node, type);
  return type;
}

function infer(context: CheckContext, node: ExpressionNode, scope: Scope, expected: Type | undefined): Type {
  switch (node.kind) {
    case "Int":
      return checkInt(context, node);
    case "Float":
      return checkFloat(context, node);
    case "Quantity":
      return checkQuantity(context, node, expected);
    case "Percent":
      return ERROR; // The parser has reported it: only `tolerate` takes one.
    case "String":
      return checkString(context, node, scope);
    case "Raw":
      return STRING;
    case "Bool":
      return BOOL;
    case "Null":
      return NULL;
    case "NameExpression":
      return checkName(context, node, scope);
    case "Parentheses":
      return context.infer(context, node.value, scope, expected);
    case "Record":
      return checkRecord(context, node, scope, expected);
    case "List":
      return checkList(context, node, scope, expected);
    case "For":
      return checkFor(context, node, scope, expected);
    case "If":
      return checkIf(context, node, scope, expected);
    case "Map":
      return checkMap(context, node, scope);
    case "Binary":
      return checkBinary(context, node, scope, expected);
    case "Unary":
      return checkUnary(context, node, scope);
    case "Member":
      return checkMember(context, node, scope);
    case "Index":
      return checkIndex(context, node, scope);
    case "Call":
      return checkCall(context, node, scope);
    case "ErrorExpression":
      return ERROR;
  }
}

function checkInt(context: CheckContext, node: ExpressionNode & { kind: "Int" }): Type {
  if (Number.isSafeInteger(Number(node.text.replaceAll("_", "")))) return INT;
  const shown = node.text.length > 40 ? `${node.text.slice(0, 40)}…` : node.text;
  const fix = { title: "Make it a String", edits: [{ span: node.span, text: `"${node.text.replaceAll("_", "")}"` }] };
  context.report(
    diagnostic(
      "number-out-of-range",
      node.span,
      { text: shown, instead: "Int holds ±(2^53−1); an identifier this long belongs in a String." },
      { fixes: [fix] },
    ),
  );
  return ERROR;
}

function checkFloat(context: CheckContext, node: ExpressionNode & { kind: "Float" }): Type {
  if (Number.isFinite(Number(node.text.replaceAll("_", "")))) return FLOAT;
  context.report(
    diagnostic("number-out-of-range", node.span, { text: node.text, instead: "Float holds at most about 1.8e308." }),
  );
  return ERROR;
}

function checkQuantity(context: CheckContext, node: QuantityNode, expected: Type | undefined): Type {
  const text = node.number + node.unit;
  const found = parseQuantityLiteral(text);
  if (found.ok) return found.kind === "size" ? SIZE : DURATION;
  const suggestions = found.suggestions.toSorted((a, b) => Number(spells(b, expected)) - Number(spells(a, expected)));
  const fitting = suggestions.some((right) => spells(right, expected))
    ? suggestions.filter((right) => spells(right, expected))
    : suggestions;
  const or = fitting.map((right) => `\`${right}\``).join(" or ");
  context.report(
    diagnostic(
      "unknown-unit",
      node.span,
      { text, problem: found.problem, instead: or && ` Write ${or}.` },
      {
        fixes: fitting.map((right) => ({ title: `Change to \`${right}\``, edits: [{ span: node.span, text: right }] })),
      },
    ),
  );
  return ERROR;
}

/** Whether a literal is of the wanted type. */
function spells(text: string, expected: Type | undefined): boolean {
  const found = parseQuantityLiteral(text);
  const wanted = expected?.kind === "optional" ? expected.inner.kind : expected?.kind;
  return found.ok ? found.kind === wanted : wanted === "int" || wanted === "float";
}

function checkString(context: CheckContext, node: StringNode, scope: Scope): Type {
  for (const part of node.parts) {
    if (part.kind === "StringText") continue;
    const type = context.check(context, part, scope);
    if (type.kind !== "optional" && type.kind !== "null" && type.kind !== "partial" && type.kind !== "secret") continue;
    const instead =
      type.kind === "partial"
        ? "Use `.ok`, `.failed` or `len(….ok)`."
        : type.kind === "secret"
          ? "Secrets go into `env` only."
          : "Give a default: `\\(x ?? …)`.";
    context.report(diagnostic("not-printable", part.span, { type: quoteType(type), instead }));
  }
  return STRING;
}

function checkName(context: CheckContext, node: NameExpressionNode, scope: Scope): Type {
  const local = findLocal(scope, node.text);
  if (local) {
    local.isUsed = true;
    context.facts.symbols.set(node, local);
    return narrowedType(scope, node) ?? local.type;
  }
  const global = context.module.globals.get(node.text);
  if (!global) return reportUnknown(context, node, scope);
  context.facts.symbols.set(node, global);
  switch (global.kind) {
    case "const":
      return context.declarations.constant(global).type;
    case "secret":
      context.facts.usedSecrets.add(global.node);
      return SECRET;
    case "enum":
    case "type":
    case "task":
    case "pipeline":
    case "resources":
      return reportNotValue(context, node, global);
  }
}

/** Reports a name that means nothing here. */
function reportUnknown(context: CheckContext, node: NameExpressionNode, scope: Scope): Type {
  if (node.text === "") return ERROR;
  const globals = [...context.module.globals.values()].filter(
    (symbol) => symbol.kind === "const" || symbol.kind === "enum",
  );
  const locals = localNames(scope);
  const candidates = [...locals, ...globals.map((symbol) => symbol.name)];
  const later = scope.later?.(node.text);
  if (later) {
    context.report(
      diagnostic(
        "used-before-declared",
        node.span,
        { name: node.text },
        { related: [{ span: later, text: "declared here" }] },
      ),
    );
    return ERROR;
  }
  const outside = scope.outside?.(node.text);
  if (outside || node.text === "run" || node.text === "out") {
    const known = outside
      ? " It belongs to the pipeline's own block, which may have failed before it; `finally` sees the parameters and `run`."
      : node.text === "run"
        ? " `run` is known in `finally` only: there it says how the run ended."
        : " `out` is known in the command and `env` of a task only: the path where it writes its result.";
    context.report(
      diagnostic(
        "unknown-name",
        node.span,
        { name: node.text, known },
        outside ? { related: [{ span: outside, text: "declared here" }] } : {},
      ),
    );
    return ERROR;
  }
  const foreign = FOREIGN_NAMES.get(node.text);
  if (foreign && !candidates.includes(foreign)) {
    context.report(
      diagnostic(
        "unknown-name",
        node.span,
        { name: node.text, known: ` Did you mean \`${foreign}\`?` },
        {
          fixes: [{ title: `Change to \`${foreign}\``, edits: [{ span: node.span, text: foreign }] }],
        },
      ),
    );
    return ERROR;
  }
  const declared = (name: string) =>
    findLocal(scope, name)?.span ?? globals.find((symbol) => symbol.name === name)?.node.name.span;
  context.report(
    diagnostic(
      "unknown-name",
      node.span,
      { name: node.text, known: didYouMean(node.text, candidates, "Known here:") },
      nearFix(node.text, node.span, candidates, declared),
    ),
  );
  return ERROR;
}

/** Values of other languages. */
const FOREIGN_NAMES: ReadonlyMap<string, string> = new Map([
  ["True", "true"],
  ["False", "false"],
  ["None", "null"],
  ["nil", "null"],
  ["undefined", "null"],
]);

function reportNotValue(context: CheckContext, node: NameExpressionNode, global: GlobalSymbol): Type {
  const name = node.text;
  const instead =
    global.kind === "task" || global.kind === "pipeline"
      ? `Call it: \`${name}(…)\`.`
      : global.kind === "enum"
        ? `Choose a member: ${global.node.members
            .slice(0, 3)
            .map((member) => `\`${name}.${member.text}\``)
            .join(", ")}.`
        : global.kind === "resources"
          ? `It stands in \`resources ${name}\` or \`resources { ...${name} }\`.`
          : "It stands after `:`.";
  context.report(
    diagnostic(
      "not-a-value",
      node.span,
      { name, kind: describeKind(global.kind), instead },
      {
        related: [{ span: global.node.name.span, text: `\`${name}\` is declared here` }],
      },
    ),
  );
  return ERROR;
}
