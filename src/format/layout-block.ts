// Blocks, their statements, `if` and `map`. What the user wrote on one line stays there if it fits: a block of one statement, the clauses of
// a `map`.
import type { BlockNode, ExpressionNode, IfNode, MapClauseNode, MapNode, NameNode, StatementNode, SyntaxNode } from "../syntax/ast.ts";
import { assertNever } from "../util/assert-never.ts";
import { danglingComments, endOf, hasBlankLine, startOf, withComments } from "./comments.ts";
import type { Context } from "./context.ts";
import { concat, type Doc, group, hardLine, indent, line } from "./doc.ts";
import { layoutExpression, layoutType, sourceOf } from "./layout-expression.ts";

/** Lays out `{ … }`, one statement a line. */
export function layoutBlock(node: BlockNode, context: Context): Doc {
  const docs = lineDocs(node, context);
  const dangling = context.comments.dangling.get(node.statements);
  return layoutLines(docs, dangling === undefined ? undefined : danglingOf(node.statements, docs.at(-1)?.node, context));
}

export interface LineDoc {
  readonly node: SyntaxNode;
  readonly doc: Doc;
}

/** Lays out lines in braces: blank lines between them are kept, at most one. */
export function layoutLines(lines: readonly LineDoc[], last: Doc | undefined, gaps: readonly boolean[] = []): Doc {
  if (lines.length === 0 && last === undefined) return "{}";
  const parts = lines.flatMap(({ doc }, index) => [hardLine, gaps[index] === true ? hardLine : undefined, doc]);
  const end = last === undefined ? undefined : concat(lines.length === 0 ? hardLine : undefined, last);
  return concat("{", indent(concat(...parts, end)), hardLine, "}");
}
