// Lists in brackets: on one line if they fit, else one item a line with a comma behind each.
import type { SyntaxNode } from "../syntax/ast.ts";
import { danglingComments, withComments } from "./comments.ts";
import type { Context } from "./context.ts";
import { concat, type Doc, fill, group, hardLine, indent, join, line, softLine, whenBroken } from "./doc.ts";

export interface ListParts<N extends SyntaxNode> {
  readonly items: readonly N[];
  readonly open: string;
  readonly close: string;
  /** Whether blanks stand inside the brackets on one line. */
  readonly isSpaced?: boolean;
  /** Whether it is one item a line in any case. */
  readonly isBroken?: boolean;
  /** Whether a list that does not fit has as many items on a line as possible. */
  readonly isFilled?: boolean;
  readonly layout: (item: N) => Doc;
}

/** Lays out a list with the comments between its items. */
export function layoutList<N extends SyntaxNode>(parts: ListParts<N>, { comments, text }: Context): Doc {
  const { items, open, close, layout } = parts;
  const dangling = comments.dangling.get(items);
  if (items.length === 0 && dangling === undefined) return concat(open, close);
  if (items.length === 0) return concat(open, indent(concat(hardLine, danglingComments(dangling!, text))), hardLine, close);
  const edge = parts.isSpaced === true ? line : softLine;
  const isCommented = dangling !== undefined || items.some((item) => comments.leading.has(item) || comments.trailing.has(item));
  if (parts.isFilled === true && !isCommented) {
    const docs = items.flatMap((item, index) => (index === 0 ? [layout(item)] : [line, layout(item)]));
    const separated = docs.map((doc, index) => (index % 2 === 0 && index < docs.length - 1 ? concat(doc, ",") : doc));
    return group(concat(open, indent(concat(edge, fill(separated), whenBroken(","))), edge, close));
  }
  const docs = items.map((item, index) => {
    const separator = index < items.length - 1 ? "," : whenBroken(",");
    return withComments(item, layout(item), comments, text, separator);
  });
  const last = dangling === undefined ? undefined : concat(hardLine, danglingComments(dangling, text));
  const content = concat(open, indent(concat(edge, join(line, docs), last)), edge, close);
  return group(content, parts.isBroken === true || isCommented);
}
