// Checked expressions to residual ones. In: an expression and the facts found about it. Out: plain JSON with names resolved, constants and
// enum members as literals, defaults of records filled in. Calls of tasks and pipelines, maps and branches with work in them are handed to
// `hoist`, which makes a plan node and returns a reference to it.
import { findBuiltin } from "../expr/builtins.ts";
import type { Expr, ExprBinding, ExprEntry, NumberKind } from "../expr/expr.ts";
import type {
  BinaryNode,
  BlockNode,
  CallNode,
  ExpressionNode,
  ForNode,
  IfNode,
  MapNode,
  MemberNode,
  NameExpressionNode,
  RecordNode,
  UnaryNode,
} from "../syntax/ast.ts";
import type { Span } from "../text/span.ts";
import { parseQuantityLiteral } from "../types/quantity.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";
import { assertNever } from "../util/assert-never.ts";
import { entryName, entryValue } from "./entry-value.ts";
import type { Facts } from "./program.ts";

export interface Lowering {
  readonly facts: Facts;
  /** "file:line:column" of a place, for what can fail at run time. */
  readonly place: (span: Span) => string;
  readonly hoist: (node: CallNode | MapNode | IfNode) => Expr;
  /** Put the values of `let`s that are known when compiling in the place of their names. */
  readonly inlineConstants?: true;
  /** Called when a name or constant has no value because an error was reported about it. */
  readonly onMissing?: () => void;
}

/** Lowers an expression that was checked without error. */
export function lowerExpression(node: ExpressionNode, lowering: Lowering): Expr {
  switch (node.kind) {
    case "Int":
    case "Float":
      return literal(Number(node.text.replaceAll("_", "")));
    case "Quantity": {
      const found = parseQuantityLiteral(node.number + node.unit);
      return found.ok ? literal(found.value) : missing(lowering);
    }
    case "Percent":
      return literal(Number(node.number) / 100);
    case "String":
      return lowerString(node, lowering);
    case "Raw":
      return literal(node.value);
    case "Bool":
      return literal(node.value);
    case "Null":
      return literal(null);
    case "NameExpression":
      return lowerName(node, lowering);
    case "Parentheses":
      return lowerExpression(node.value, lowering);
    case "Record":
      return lowerRecord(node, lowering);
    case "List":
      return {
        op: "list",
        items: node.items.map((item) =>
          item.kind === "Spread"
            ? { spread: lowerExpression(item.value, lowering) }
            : { value: lowerExpression(item, lowering) },
        ),
      };
    case "For":
      return lowerFor(node, lowering);
    case "If":
      return lowering.facts.effects.has(node) ? lowering.hoist(node) : lowerIf(node, lowering);
    case "Map":
      return lowering.hoist(node);
    case "Binary":
      return lowerBinary(node, lowering);
    case "Unary":
      return lowerUnary(node, lowering);
    case "Member":
      return lowerMember(node, lowering);
    case "Index": {
      const value = lowerExpression(node.value, lowering);
      return { op: "index", value, index: lowerExpression(node.index, lowering), at: lowering.place(node.index.span) };
    }
    case "Call":
      return lowerCall(node, lowering);
    case "ErrorExpression":
      return missing(lowering);
    default:
      return assertNever(node);
  }
}

function literal(value: Value): Expr {
  return { op: "literal", value };
}

function missing(lowering: Lowering): Expr {
  lowering.onMissing?.();
  return literal(null);
}

function lowerString(node: ExpressionNode & { kind: "String" }, lowering: Lowering): Expr {
  const [only] = node.parts;
  if (only === undefined) return literal("");
  if (node.parts.length === 1 && only.kind === "StringText") return literal(only.value);
  return {
    op: "text",
    parts: node.parts.map((part) =>
      part.kind === "StringText"
        ? part.value
        : { value: lowerExpression(part, lowering), type: typeOf(lowering.facts, part) },
    ),
  };
}

function lowerName(node: NameExpressionNode, lowering: Lowering): Expr {
  const symbol = lowering.facts.symbols.get(node);
  if (symbol?.kind === "const") {
    const value = lowering.facts.constants.get(symbol.node);
    return value === undefined ? missing(lowering) : literal(value);
  }
  if (!symbol || !("stage" in symbol)) return missing(lowering);
  if (lowering.inlineConstants && symbol.constant !== undefined) return literal(symbol.constant);
  return { op: "ref", name: symbol.name };
}

function isEnumName(facts: Facts, node: NameExpressionNode): boolean {
  const symbol = facts.symbols.get(node);
  return symbol ? symbol.kind === "enum" : facts.types.get(node)?.kind === "enum";
}

/** So many names are compared one by one sooner than a set of them is made. */
const FEW_ENTRIES = 8;

function writtenName(entry: RecordNode["entries"][number]): string | undefined {
  return entry.kind === "Entry" ? entryName(entry) : undefined;
}

/** Fields of the wanted type that are not written get their default, or null, before the others. */
function lowerRecord(node: RecordNode, lowering: Lowering): Expr {
  const type = lowering.facts.types.get(node);
  const entries: ExprEntry[] = [];
  if (type?.kind === "record") {
    let written: ReadonlySet<string | undefined> | undefined;
    for (const field of type.fields) {
      if (field.default === undefined && field.type.kind !== "optional") continue;
      if (node.entries.length > FEW_ENTRIES) written ??= new Set(node.entries.map(writtenName));
      const isWritten = written
        ? written.has(field.name)
        : node.entries.some((each) => writtenName(each) === field.name);
      if (!isWritten) entries.push({ name: field.name, value: literal(field.default ?? null) });
    }
  }
  for (const entry of node.entries) {
    if (entry.kind === "Spread") entries.push({ spread: lowerExpression(entry.value, lowering) });
    else entries.push({ name: entryName(entry) ?? "", value: lowerExpression(entryValue(entry), lowering) });
  }
  return { op: "record", entries };
}

function lowerFor(node: ForNode, lowering: Lowering): Expr {
  const lower = (inner: ExpressionNode): Expr => lowerExpression(inner, lowering);
  return {
    op: "for",
    item: node.item.text,
    ...(node.index && { index: node.index.text }),
    source: lower(node.source),
    ...(node.where && { where: lower(node.where) }),
    ...(node.by && { by: lower(node.by) }),
    ...(node.descending && { descending: true as const }),
    ...(node.take && { take: lower(node.take) }),
    value: lower(node.value),
    at: lowering.place(node.take?.span ?? node.span),
  };
}

/** A branch without work: its `let`s become bindings. */
function lowerIf(node: IfNode, lowering: Lowering): Expr {
  const otherwise = node.else;
  return {
    op: "if",
    test: lowerExpression(node.test, lowering),
    // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nobody awaits an expression
    then: lowerPureBlock(node.then, lowering),
    else: !otherwise
      ? literal(null)
      : otherwise.kind === "Block"
        ? lowerPureBlock(otherwise, lowering)
        : lowerExpression(otherwise, lowering),
  };
}

function lowerPureBlock(node: BlockNode, lowering: Lowering): Expr {
  const bindings: ExprBinding[] = [];
  for (const statement of node.statements) {
    if (statement.kind === "Let")
      bindings.push({ name: statement.name.text, value: lowerExpression(statement.value, lowering) });
  }
  const body = node.yield ? lowerExpression(node.yield, lowering) : literal(null);
  return bindings.length === 0 ? body : { op: "let", bindings, body };
}

function lowerUnary(node: UnaryNode, lowering: Lowering): Expr {
  const value = lowerExpression(node.value, lowering);
  if (node.operator === "not") return { op: "not", value };
  return { op: "negate", value, kind: numberKind(lowering.facts, node), at: lowering.place(node.span) };
}

function lowerMember(node: MemberNode, lowering: Lowering): Expr {
  const name = node.name.text;
  if (node.value.kind === "NameExpression" && isEnumName(lowering.facts, node.value)) return literal(name);
  const value = lowerExpression(node.value, lowering);
  return node.optional ? { op: "field", value, name, optional: true } : { op: "field", value, name };
}

function lowerBinary(node: BinaryNode, lowering: Lowering): Expr {
  const left = lowerExpression(node.left, lowering);
  const right = lowerExpression(node.right, lowering);
  switch (node.operator) {
    case "and":
    case "or":
      return { op: node.operator, left, right };
    case "??":
      return { op: "coalesce", left, right };
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "in":
      return { op: "compare", operator: node.operator, left, right };
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return {
        op: "arithmetic",
        operator: node.operator,
        left,
        right,
        kind: numberKind(lowering.facts, node),
        at: lowering.place(node.span),
      };
    case "..":
      return missing(lowering);
  }
}

function lowerCall(node: CallNode, lowering: Lowering): Expr {
  const { facts } = lowering;
  if (facts.effects.has(node)) return lowering.hoist(node);
  const path = facts.paths.get(node);
  if (path !== undefined) return literal(path);
  // A function that does not exist was reported.
  if (node.callee.kind !== "NameExpression" || !findBuiltin(node.callee.text)) return missing(lowering);
  return {
    op: "call",
    function: node.callee.text,
    arguments: node.arguments.map((argument) => lowerExpression(argument.value, lowering)),
    types: node.arguments.map((argument) => typeOf(facts, argument.value)),
    at: lowering.place(node.span),
  };
}

function typeOf(facts: Facts, node: ExpressionNode): Type {
  return facts.types.get(node) ?? { kind: "error" };
}

function numberKind(facts: Facts, node: ExpressionNode): NumberKind {
  const kind = facts.types.get(node)?.kind;
  return kind === "int" || kind === "size" || kind === "duration" ? kind : "float";
}
