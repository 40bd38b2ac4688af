// Operators: arithmetic by kinds of numbers, comparison within one type, conditions, defaults for null.

import { flow } from "../diagnostics/catalog/flow.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics, type DiagnosticExtra } from "../diagnostics/define.ts";
import type { BinaryNode, ExpressionNode, UnaryNode } from "../syntax/ast.ts";
import { isAssignable, joinTypes } from "../types/relate.ts";
import { BOOL, DURATION, ERROR, FLOAT, INT, SIZE, type Type } from "../types/type.ts";
import { type CheckContext, createScope, type Scope } from "./context.ts";
import { quoteType } from "./describe.ts";
import { tryFold } from "./fold.ts";
import { narrow } from "./narrow.ts";
import { stageOf } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(types);
const flowDiagnostic = bindDiagnostics(flow);

export function checkUnary(context: CheckContext, node: UnaryNode, scope: Scope): Type {
  const found = context.check(context, node.value, scope);
  if (found.kind === "error") return ERROR;
  if (node.operator === "not") return requireBool(context, node.value, found, "not") ? BOOL : ERROR;
  if (isNumber(found) || found.kind === "size" || found.kind === "duration") return found;
  context.report(
    diagnostic("wrong-operand", node.value.span, {
      operator: "-",
      expected: "a number",
      found: quoteType(found),
      instead: "",
    }),
  );
  return ERROR;
}

export function checkBinary(context: CheckContext, node: BinaryNode, scope: Scope, expected: Type | undefined): Type {
  switch (node.operator) {
    case "and":
    case "or":
      return checkCondition(context, node, node.operator, scope);
    case "??":
      return checkDefault(context, node, scope, expected);
    case "..":
      context.check(context, node.left, scope);
      context.check(context, node.right, scope);
      context.report(diagnostic("range-not-here", node.span, {}));
      return ERROR;
    case "==":
    case "!=":
      return checkEquality(context, node, node.operator, scope);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return checkOrder(context, node, node.operator, scope);
    case "in":
      return checkIn(context, node, scope);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return checkArithmetic(context, node, node.operator, scope);
  }
}

function checkCondition(context: CheckContext, node: BinaryNode, operator: "and" | "or", scope: Scope): Type {
  const left = context.check(context, node.left, scope);
  const leftIsBool = left.kind === "error" || requireBool(context, node.left, left, operator);
  const inner = createScope(scope, {
    narrowed: narrow(context, node.left, operator === "and"),
    noCalls: "short-circuit",
  });
  const right = context.check(context, node.right, inner);
  const rightIsBool = right.kind === "error" || requireBool(context, node.right, right, operator);
  return leftIsBool && rightIsBool ? BOOL : ERROR;
}

function requireBool(context: CheckContext, node: ExpressionNode, found: Type, operator: string): boolean {
  if (found.kind === "bool") return true;
  const text = textOf(context, node);
  const right =
    found.kind === "int" || found.kind === "float"
      ? `${text} != 0`
      : found.kind === "list"
        ? `len(${text}) > 0`
        : found.kind === "string"
          ? `${text} != ""`
          : found.kind === "optional"
            ? `${text} != null`
            : undefined;
  const extra =
    right && node.kind === "NameExpression"
      ? {
          fixes: [
            {
              title: `Change to \`${right}\``,
              edits: [{ span: node.span, text: operator === "not" ? `(${right})` : right }],
            },
          ],
        }
      : {};
  context.report(
    diagnostic(
      "wrong-operand",
      node.span,
      {
        operator,
        expected: "a condition (Bool)",
        found: quoteType(found),
        instead: right ? ` Write \`${right}\`.` : "",
      },
      extra,
    ),
  );
  return false;
}

function checkDefault(context: CheckContext, node: BinaryNode, scope: Scope, expected: Type | undefined): Type {
  const left = context.check(context, node.left, scope);
  const inner = createScope(scope, { noCalls: "short-circuit" });
  const wanted = left.kind === "optional" ? left.inner : expected;
  const right = context.infer(context, node.right, inner, wanted);
  if (left.kind === "error" || right.kind === "error") return ERROR;
  if (left.kind !== "optional" && left.kind !== "null") {
    context.report(
      diagnostic(
        "never-null",
        node.operatorSpan,
        { operator: "??", type: quoteType(left), instead: "The default would never be used." },
        {
          fixes: [
            { title: "Remove the default", edits: [{ span: { ...node.span, start: node.left.span.end }, text: "" }] },
          ],
        },
      ),
    );
    return ERROR;
  }
  if (left.kind === "null") return right;
  const joined = joinTypes(left.inner, right);
  if (joined) return joined;
  context.check(context, node.right, inner, left.inner, "The default after `??`");
  return ERROR;
}

function checkEquality(context: CheckContext, node: BinaryNode, operator: "==" | "!=", scope: Scope): Type {
  const left = context.check(context, node.left, scope);
  const right = context.check(context, node.right, scope);
  if (left.kind === "error" || right.kind === "error") return ERROR;
  if (left.kind === "null" || right.kind === "null") {
    const [value, type] = left.kind === "null" ? [node.right, right] : [node.left, left];
    if (type.kind !== "optional" && type.kind !== "null" && !narrowedFromOptional(context, value)) {
      const result = operator === "==" ? "false" : "true";
      context.report(
        diagnostic("comparison-never-true", node.span, { text: textOf(context, value), type: quoteType(type), result }),
      );
    }
    return BOOL;
  }
  if (
    left.kind !== "secret" &&
    left.kind !== "partial" &&
    right.kind !== "secret" &&
    right.kind !== "partial" &&
    joinTypes(left, right)
  )
    return BOOL;
  return notComparable(context, node, left, right);
}

/** Whether a condition further out has already ruled null out: then testing again is harmless. */
function narrowedFromOptional(context: CheckContext, node: ExpressionNode): boolean {
  const symbol = node.kind === "NameExpression" ? context.facts.symbols.get(node) : undefined;
  return symbol !== undefined && "type" in symbol && symbol.type.kind === "optional";
}

function checkOrder(context: CheckContext, node: BinaryNode, operator: "<" | "<=" | ">" | ">=", scope: Scope): Type {
  const left = context.check(context, node.left, scope);
  const right = context.check(context, node.right, scope);
  if (left.kind === "error" || right.kind === "error") return ERROR;
  if (
    (isNumber(left) && isNumber(right)) ||
    (left.kind === right.kind && ["size", "duration", "string"].includes(left.kind))
  )
    return BOOL;
  for (const [side, type] of [[node.left, left] as const, [node.right, right] as const]) {
    if (type.kind !== "optional") continue;
    const instead = `Give a default: \`(${textOf(context, side)} ?? …) ${operator} …\`, or test it against null first.`;
    context.report(
      diagnostic("maybe-null", side.span, { what: "A side of a comparison", found: quoteType(type), instead }),
    );
    return ERROR;
  }
  return notComparable(context, node, left, right);
}

function checkIn(context: CheckContext, node: BinaryNode, scope: Scope): Type {
  const left = context.check(context, node.left, scope);
  const right = context.check(context, node.right, scope);
  if (left.kind === "error" || right.kind === "error") return ERROR;
  if (right.kind === "list" && joinTypes(left, right.element)) return BOOL;
  return notComparable(context, node, left, right);
}

function notComparable(context: CheckContext, node: BinaryNode, left: Type, right: Type): Type {
  const extra: DiagnosticExtra[] = [];
  let instead = "";
  for (const [side, own, other] of [[node.left, left, right] as const, [node.right, right, left] as const]) {
    const part = side.kind === "String" && side.parts.length === 1 ? side.parts[0]! : undefined;
    const literal = part?.kind === "StringText" ? part.value : undefined;
    if (literal === undefined || own.kind !== "string") continue;
    const fixed =
      other.kind === "enum" && other.members.includes(literal)
        ? `${other.name}.${literal}`
        : isNumber(other) && literal.trim() !== "" && Number.isFinite(Number(literal))
          ? literal.trim()
          : undefined;
    if (fixed === undefined) continue;
    instead = ` Write \`${fixed}\`.`;
    extra.push({ fixes: [{ title: `Change to \`${fixed}\``, edits: [{ span: side.span, text: fixed }] }] });
  }
  if (node.operator === "in" && right.kind !== "list")
    instead = " The right side of `in` is a list; for texts there is `contains(text, part)`.";
  if (left.kind === "partial" || right.kind === "partial") instead = " Use `.ok` of the tolerant map.";
  if ((left.kind === "size" && isNumber(right)) || (right.kind === "size" && isNumber(left)))
    instead = " Give the number a unit, such as `8Gi`.";
  if ((left.kind === "duration" && isNumber(right)) || (right.kind === "duration" && isNumber(left)))
    instead = " Give the number a unit, such as `30s`.";
  context.report(
    diagnostic(
      "not-comparable",
      node.span,
      { operator: node.operator, left: quoteType(left), right: quoteType(right), instead },
      extra[0] ?? {},
    ),
  );
  return ERROR;
}

function checkArithmetic(
  context: CheckContext,
  node: BinaryNode,
  operator: "+" | "-" | "*" | "/" | "%",
  scope: Scope,
): Type {
  const left = context.check(context, node.left, scope);
  const right = context.check(context, node.right, scope);
  if (left.kind === "error" || right.kind === "error") return ERROR;
  const result = arithmeticType(operator, left, right);
  if (result) {
    if (operator !== "/" && operator !== "%") return result;
    if (stageOf(context, node.right).stage !== "compile" || tryFold(context, node.right) !== 0) return result;
    context.report(flowDiagnostic("cannot-evaluate", node.span, { problem: "Division by zero." }));
    return ERROR;
  }
  for (const [side, type] of [[node.left, left] as const, [node.right, right] as const]) {
    if (type.kind !== "optional") continue;
    const instead = "Give a default (`x ?? …`) or test it first.";
    context.report(
      diagnostic("maybe-null", side.span, { what: `An operand of \`${operator}\``, found: quoteType(type), instead }),
    );
    return ERROR;
  }
  const { instead, fix } = operandHint(context, node, left, right);
  context.report(
    diagnostic(
      "wrong-operands",
      node.span,
      { operator, left: quoteType(left), right: quoteType(right), instead },
      fix === undefined ? {} : { fixes: [{ title: `Change to \`${fix}\``, edits: [{ span: node.span, text: fix }] }] },
    ),
  );
  return ERROR;
}

/** The type of a calculation, or undefined when the kinds do not go together. Int / Int is Float; `%` is for Int. */
export function arithmeticType(operator: "+" | "-" | "*" | "/" | "%", left: Type, right: Type): Type | undefined {
  if (isNumber(left) && isNumber(right)) {
    const whole = left.kind === "int" && right.kind === "int";
    if (operator === "%") return whole ? INT : undefined;
    return whole && operator !== "/" ? INT : FLOAT;
  }
  for (const amount of [SIZE, DURATION]) {
    const [l, r] = [left.kind === amount.kind, right.kind === amount.kind];
    if (l && r) return operator === "+" || operator === "-" ? amount : operator === "/" ? FLOAT : undefined;
    if (l && isNumber(right)) return operator === "*" || operator === "/" ? amount : undefined;
    if (r && isNumber(left)) return operator === "*" ? amount : undefined;
  }
  return undefined;
}

function operandHint(
  context: CheckContext,
  node: BinaryNode,
  left: Type,
  right: Type,
): { instead: string; fix?: string } {
  const [a, b] = [textOf(context, node.left), textOf(context, node.right)];
  if (node.operator === "+" && (left.kind === "string" || right.kind === "string")) {
    const part = (side: ExpressionNode, text: string) => (side.kind === "String" ? text.slice(1, -1) : `\\(${text})`);
    const fix = `"${part(node.left, a)}${part(node.right, b)}"`;
    return { instead: `Texts are joined by interpolation: \`${fix}\`.`, fix };
  }
  if (node.operator === "+" && left.kind === "list" && right.kind === "list") {
    const fix = `[...${a}, ...${b}]`;
    return { instead: `Lists are joined by spreading: \`${fix}\`.`, fix };
  }
  if (node.operator === "%" && (left.kind === "float" || right.kind === "float")) return { instead: "`%` is for Int." };
  if (["size", "duration"].includes(left.kind) && isNumber(right)) {
    return { instead: `Give the number a unit, such as \`${b}${left.kind === "size" ? "Gi" : "s"}\`.` };
  }
  if (["size", "duration"].includes(right.kind) && isNumber(left)) {
    return { instead: `Give the number a unit, such as \`${a}${right.kind === "size" ? "Gi" : "s"}\`.` };
  }
  return { instead: "It calculates with numbers, and with sizes and durations of one kind." };
}

function isNumber(type: Type): boolean {
  return isAssignable(type, FLOAT) && (type.kind === "int" || type.kind === "float");
}
