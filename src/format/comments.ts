// Comments as documents: above an item, behind it, or after the last item of a list.
import type { CommentNode, SyntaxNode } from "../syntax/ast.ts";
import type { AttachedComments } from "../syntax/comments.ts";
import { concat, concatAll, type Doc, hardLine, lineSuffix } from "./doc.ts";

/** An item of a list with its comments; `separator` stands between the item and a comment behind it. */
export function withComments(
  node: SyntaxNode,
  doc: Doc,
  comments: AttachedComments,
  text: string,
  separator?: Doc,
): Doc {
  const above = comments.leading.get(node) ?? [];
  const behind = comments.trailing.get(node) ?? [];
  if (above.length === 0 && behind.length === 0) return concat(doc, separator);
  const lines = above.flatMap((comment, index) => {
    const next = above[index + 1]?.span.start ?? node.span.start;
    const isApart = comment.span.end <= next && hasBlankLine(text, comment.span.end, next);
    return [commentText(comment, text), hardLine, isApart ? hardLine : undefined];
  });
  const after = behind.map((comment) => lineSuffix(` ${commentText(comment, text)}`));
  return concatAll([...lines, doc, separator, ...after]);
}

/** The comments after the last item of a list, one a line, blank lines between them kept. */
export function danglingComments(comments: readonly CommentNode[], text: string): Doc {
  return concatAll(
    comments.flatMap((comment, index) => {
      const previous = comments[index - 1];
      if (previous === undefined) return [commentText(comment, text)];
      const isApart = hasBlankLine(text, previous.span.end, comment.span.start);
      return [hardLine, isApart ? hardLine : undefined, commentText(comment, text)];
    }),
  );
}

/** Where an item begins, with the comments above it. */
export function startOf(node: SyntaxNode, comments: AttachedComments): number {
  return Math.min(node.span.start, comments.leading.get(node)?.[0]?.span.start ?? node.span.start);
}

/** Where an item ends, with the comments behind it. */
export function endOf(node: SyntaxNode, comments: AttachedComments): number {
  return Math.max(node.span.end, comments.trailing.get(node)?.at(-1)?.span.end ?? 0);
}

/** Whether an empty line lies between two offsets. */
export function hasBlankLine(text: string, start: number, end: number): boolean {
  return /\n[ \t\r]*\n/.test(text.slice(start, end));
}

function commentText(comment: CommentNode, text: string): string {
  return text.slice(comment.span.start, comment.span.end).trimEnd();
}
