// Expressions and types. Literals are printed as they were written.
import type {
  ArgumentNode,
  BinaryNode,
  BinaryOperator,
  CallNode,
  EntryNode,
  ExpressionNode,
  FieldNode,
  ForNode,
  NameNode,
  RawNode,
  RecordNode,
  SpreadNode,
  SyntaxNode,
  TypeNode,
} from "../syntax/ast.ts";
import { walk } from "../syntax/children.ts";
import { assertNever } from "../util/assert-never.ts";
import type { Context } from "./context.ts";
import { concat, concatAll, type Doc, group, hardLine, indent, line, rawLines, softLine } from "./doc.ts";
import { layoutList } from "./layout-list.ts";

/** The text of a node as it was written. */
export function sourceOf(node: SyntaxNode, { text }: Context): string {
  return text.slice(node.span.start, node.span.end);
}

/** Lays out any expression, and the `...value` of records and lists. */
export function layoutExpression(node: ExpressionNode | SpreadNode, context: Context): Doc {
  const inner = (child: ExpressionNode) => layoutExpression(child, context);
  switch (node.kind) {
    case "Int":
    case "Float":
    case "Quantity":
    case "Percent":
    case "String":
    case "Bool":
    case "Null":
    case "NameExpression":
    case "ErrorExpression":
      return sourceOf(node, context);
    case "Raw":
      return layoutRaw(node, context);
    case "Parentheses":
      return concat("(", inner(node.value), ")");
    case "Spread":
      return concat("...", inner(node.value));
    case "Unary":
      return concat(node.operator === "not" ? "not " : "-", inner(node.value));
    case "Binary":
      return layoutBinary(node, context);
    case "Member":
      return concat(inner(node.value), node.optional ? "?." : ".", node.name.text);
    case "Index":
      return concat(inner(node.value), "[", inner(node.index), "]");
    case "Call":
      return layoutCall(node, context);
    case "Record":
      return layoutRecord(node, context);
    case "List": {
      const isFilled = node.items.every(isPlain);
      const keepsWithNext = (item: SyntaxNode, next: SyntaxNode) => isFlag(item) && !isFlag(next);
      return layoutList(
        {
          items: node.items,
          open: "[",
          close: "]",
          isFilled,
          keepsWithNext,
          layout: (item) => layoutExpression(item, context),
        },
        context,
      );
    }
    case "For":
      return layoutFor(node, context);
    case "If":
    case "Map":
      return context.layoutControl(node, context);
    default:
      return assertNever(node);
  }
}

const PLAIN: ReadonlySet<SyntaxNode["kind"]> = new Set([
  "Int",
  "Float",
  "Quantity",
  "String",
  "StringText",
  "Bool",
  "Null",
  "NameExpression",
  "Name",
  "Member",
  "Index",
  "Call",
  "Argument",
  "Unary",
  "Binary",
  "Spread",
] as const);

// What may share its line with other items of a list.
function isPlain(item: ExpressionNode | SpreadNode): boolean {
  let isAllPlain = true;
  walk(item, (node) => {
    if (node.kind === "String") return false;
    isAllPlain &&= PLAIN.has(node.kind);
    return isAllPlain;
  });
  return isAllPlain;
}

// `"--out"`: an option, whose value is the next item.
function isFlag(item: SyntaxNode): boolean {
  const text = item.kind === "String" ? item.parts[0] : undefined;
  return text?.kind === "StringText" && text.value.startsWith("-");
}

// A text that begins on its own line is moved with the code; its value does not contain the indentation.
function layoutRaw(node: RawNode, context: Context): Doc {
  const source = sourceOf(node, context);
  if (!/^'''\r?\n/.test(source)) return rawLines(source.replaceAll("\r\n", "\n").split("\n"));
  const lines = node.value.split("\n");
  const isClosedBelow = lines.at(-1) === "";
  if (isClosedBelow) lines.pop();
  const content = lines.flatMap((text) => [hardLine, text]);
  return concat("'''", indent(concatAll(content)), isClosedBelow ? hardLine : undefined, "'''");
}

const CHAINS: Readonly<Record<BinaryOperator, string>> = {
  or: "or",
  and: "and",
  "??": "coalesce",
  "+": "add",
  "-": "add",
  "*": "multiply",
  "/": "multiply",
  "%": "multiply",
  "==": "",
  "!=": "",
  "<": "",
  "<=": "",
  ">": "",
  ">=": "",
  in: "",
  "..": "",
};

function layoutBinary(node: BinaryNode, context: Context): Doc {
  const operands: BinaryNode[] = [];
  let first: ExpressionNode = node;
  // A chain of operators of one strength is laid out as one list.
  while (
    first.kind === "Binary" &&
    (first === node || (CHAINS[first.operator] !== "" && CHAINS[first.operator] === CHAINS[node.operator]))
  ) {
    operands.push(first);
    first = first.left;
  }
  operands.reverse();
  if (node.operator === "..") {
    const isTight = node.left.kind !== "Binary" && node.right.kind !== "Binary";
    return concat(layoutExpression(node.left, context), isTight ? ".." : " .. ", layoutExpression(node.right, context));
  }
  const rest = operands.flatMap(({ operator, right }) => [line, `${operator} `, layoutExpression(right, context)]);
  return group(concat(layoutExpression(first, context), indent(concatAll(rest))));
}

function layoutCall(node: CallNode, context: Context): Doc {
  const callee = layoutExpression(node.callee, context);
  const only = node.arguments.length === 1 ? node.arguments[0] : undefined;
  const { comments } = context;
  const isCommented = only !== undefined && (comments.leading.has(only) || comments.trailing.has(only));
  const isHugged =
    only !== undefined && only.name === undefined && !isCommented && !comments.dangling.has(node.arguments);
  if (isHugged && (only.value.kind === "Record" || only.value.kind === "List" || only.value.kind === "For")) {
    return concat(callee, "(", layoutExpression(only.value, context), ")");
  }
  const layout = (argument: ArgumentNode) =>
    concat(argument.name && `${argument.name.text}: `, layoutExpression(argument.value, context));
  return concat(callee, layoutList({ items: node.arguments, open: "(", close: ")", layout }, context));
}

/** Lays out a record; one whose first entry was on a line of its own stays broken. */
export function layoutRecord(node: RecordNode, context: Context): Doc {
  const isBroken = beginsOnOwnLine(node, node.entries, context);
  const layout = (entry: EntryNode | SpreadNode): Doc => {
    if (entry.kind === "Spread") return layoutExpression(entry, context);
    const name = sourceOf(entry.name, context);
    return entry.value === undefined ? name : concat(name, ": ", layoutExpression(entry.value, context));
  };
  return layoutList({ items: node.entries, open: "{", close: "}", isSpaced: true, isBroken, layout }, context);
}

function beginsOnOwnLine(node: SyntaxNode, items: readonly SyntaxNode[], { text }: Context): boolean {
  const first = items[0];
  return first !== undefined && text.slice(node.span.start, first.span.start).includes("\n");
}

function layoutFor(node: ForNode, context: Context): Doc {
  const inner = (child: ExpressionNode) => layoutExpression(child, context);
  const clause = (word: string, child: ExpressionNode | undefined, after = "") =>
    child === undefined ? undefined : concat(line, `${word} `, inner(child), after);
  const head = concat(
    `for ${node.item.text}${node.index === undefined ? "" : `, ${node.index.text}`} in `,
    inner(node.source),
    clause("where", node.where),
    clause("by", node.by, node.descending ? " desc" : ""),
    clause("take", node.take),
    ":",
  );
  return group(concat("[", indent(concat(softLine, head, indent(concat(line, inner(node.value))))), softLine, "]"));
}

/** Lays out a type. */
export function layoutType(node: TypeNode, context: Context): Doc {
  switch (node.kind) {
    case "NamedType":
      return node.argument === undefined
        ? node.name.text
        : concat(node.name.text, "<", layoutType(node.argument, context), ">");
    case "ListType":
      return concat("[", layoutType(node.element, context), "]", node.max && ` max ${sourceOf(node.max, context)}`);
    case "OptionalType":
      return concat(layoutType(node.inner, context), "?");
    case "RecordType": {
      const isBroken = beginsOnOwnLine(node, node.fields, context);
      const layout = (field: FieldNode) => layoutField(field, context);
      return layoutList({ items: node.fields, open: "{", close: "}", isSpaced: true, isBroken, layout }, context);
    }
    case "ErrorType":
      return sourceOf(node, context);
    default:
      return assertNever(node);
  }
}

/** Lays out `name: Type = default`. */
export function layoutField(
  node: { readonly name: NameNode; readonly type: TypeNode; readonly default?: ExpressionNode },
  context: Context,
): Doc {
  const value = node.default && concat(" = ", layoutExpression(node.default, context));
  return concat(node.name.text, ": ", layoutType(node.type, context), value);
}
