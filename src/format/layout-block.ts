// Blocks, their statements, `if` and `map`. What the user wrote on one line stays there if it fits: a block of one
// statement, the clauses of a `map`.
import type {
  BlockNode,
  ExpressionNode,
  IfNode,
  MapClauseNode,
  MapNode,
  NameNode,
  StatementNode,
  SyntaxNode,
} from "../syntax/ast.ts";
import { assertNever } from "../util/assert-never.ts";
import { danglingComments, endOf, hasBlankLine, startOf, withComments } from "./comments.ts";
import type { Context } from "./context.ts";
import { concat, concatAll, type Doc, group, hardLine, indent, join, line } from "./doc.ts";
import { layoutExpression, layoutType, sourceOf } from "./layout-expression.ts";

/** One line of a body: a statement of a block or a task. */
export interface BodyLine {
  readonly node: SyntaxNode;
  readonly doc: Doc;
}

/**
 * Lays out lines in braces, one below the other; one blank line between two is kept. `key` is the list that comments
 * know.
 */
export function layoutBody(lines: readonly BodyLine[], key: readonly SyntaxNode[], { comments, text }: Context): Doc {
  const parts: Doc[] = [];
  let end: number | undefined;
  const startLine = (start: number) => {
    if (end !== undefined && hasBlankLine(text, end, start)) parts.push(hardLine);
    parts.push(hardLine);
  };
  for (const { node, doc } of lines) {
    startLine(startOf(node, comments));
    parts.push(withComments(node, doc, comments, text));
    end = endOf(node, comments);
  }
  const dangling = comments.dangling.get(key);
  if (dangling !== undefined) {
    startLine(dangling[0]!.span.start);
    parts.push(danglingComments(dangling, text));
  }
  return parts.length === 0 ? "{}" : concat("{", indent(concatAll(parts)), hardLine, "}");
}

/** Lays out a block, one statement a line. */
export function layoutBlock(node: BlockNode, context: Context): Doc {
  return layoutBody(linesOf(node, context), node.statements, context);
}

function linesOf(node: BlockNode, context: Context): BodyLine[] {
  const lines: BodyLine[] = node.statements.map((statement) => ({
    node: statement,
    doc: layoutStatement(statement, context),
  }));
  if (node.yield !== undefined)
    lines.push({ node: node.yield, doc: concat("yield ", layoutExpression(node.yield, context)) });
  return lines;
}

/** Lays out `if` and `map`. */
export function layoutControl(node: IfNode | MapNode, context: Context): Doc {
  if (node.kind === "Map") return layoutMap(node, context);
  const isInline = !sourceOf(node, context).includes("\n") && blocksOf(node).every(hasOneLine);
  return group(layoutIf(node, context, isInline ? layoutInlineBlock : layoutBlock));
}

type BlockLayout = (block: BlockNode, context: Context) => Doc;

function layoutIf(node: IfNode, context: Context, layout: BlockLayout): Doc {
  const head = concat("if ", layoutExpression(node.test, context), " ", layout(node.then, context));
  if (node.else === undefined) return head;
  const otherwise = node.else.kind === "If" ? layoutIf(node.else, context, layout) : layout(node.else, context);
  return concat(head, " else ", otherwise);
}

function blocksOf(node: IfNode): BlockNode[] {
  if (node.else === undefined) return [node.then];
  return [node.then, ...(node.else.kind === "If" ? blocksOf(node.else) : [node.else])];
}

function hasOneLine(block: BlockNode): boolean {
  return block.statements.length + (block.yield === undefined ? 0 : 1) <= 1;
}

// Its lines break with the group around it.
function layoutInlineBlock(node: BlockNode, context: Context): Doc {
  const [only] = linesOf(node, context);
  return only === undefined ? "{}" : concat("{", indent(concat(line, only.doc)), line, "}");
}

function layoutMap(node: MapNode, context: Context): Doc {
  const { comments, text } = context;
  const index = node.index === undefined ? "" : `, ${node.index.text}`;
  const head = concat(`map ${node.item.text}${index} in `, layoutExpression(node.source, context));
  const isInline = hasOneLine(node.body) && !sourceOf(node.body, context).includes("\n");
  const body = isInline ? group(layoutInlineBlock(node.body, context)) : layoutBlock(node.body, context);
  const last = node.clauses.at(-1);
  if (last === undefined) return concat(head, " ", body);
  const clauses = node.clauses.map((clause) => withComments(clause, layoutClause(clause, context), comments, text));
  const dangling = comments.dangling.get(node.clauses);
  const end = dangling === undefined ? undefined : concat(hardLine, danglingComments(dangling, text));
  const isBroken = text.slice(node.source.span.end, last.span.end).includes("\n") || dangling !== undefined;
  return concat(group(concat(head, indent(concat(line, join(line, clauses), end)), line), isBroken), body);
}

function layoutClause(clause: MapClauseNode, context: Context): Doc {
  return concat(`${clause.clause} `, layoutExpression(clause.value, context));
}

function layoutStatement(node: StatementNode, context: Context): Doc {
  switch (node.kind) {
    case "Let": {
      const type = node.type && concat(": ", layoutType(node.type, context));
      return concat(
        "let ",
        node.name.text,
        type,
        " = ",
        layoutExpression(node.value, context),
        layoutAfter(node.after),
      );
    }
    case "Do":
      return concat("do ", layoutExpression(node.value, context), layoutAfter(node.after));
    case "Check": {
      const message = node.message && concat(",", line, layoutExpression(node.message, context));
      return group(concat("check ", layoutExpression(node.test, context), message && indent(message)));
    }
    case "ErrorStatement":
      return sourceOf(node, context);
    default:
      return assertNever(node);
  }
}

function layoutAfter(names: readonly NameNode[]): Doc | undefined {
  return names.length === 0 ? undefined : ` after ${names.map(({ text }) => text).join(", ")}`;
}

/** Lays out ` word value`, or nothing where there is no value. */
export function layoutClauseOf(word: string, value: ExpressionNode | undefined, context: Context): Doc | undefined {
  return value && concat(` ${word} `, layoutExpression(value, context));
}
