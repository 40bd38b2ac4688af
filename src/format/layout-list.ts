// Lists in brackets: on one line if they fit, else one item a line with a comma behind each.
import type { SyntaxNode } from "../syntax/ast.ts";
import { danglingComments, withComments } from "./comments.ts";
import type { Context } from "./context.ts";
import {
  breaksOf,
  concat,
  concatAll,
  type Doc,
  fill,
  group,
  hardLine,
  indent,
  join,
  line,
  softLine,
  whenBroken,
} from "./doc.ts";

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
  /** In a filled list, whether an item and the one after it stay on one line. */
  readonly keepsWithNext?: (item: N, next: N) => boolean;
  readonly layout: (item: N) => Doc;
}

/** Lays out a list with the comments between its items. */
export function layoutList<N extends SyntaxNode>(parts: ListParts<N>, { comments, text }: Context): Doc {
  const { items, open, close, layout } = parts;
  const dangling = comments.dangling.get(items);
  if (items.length === 0 && dangling === undefined) return concat(open, close);
  if (items.length === 0)
    return concat(open, indent(concat(hardLine, danglingComments(dangling!, text))), hardLine, close);
  const edge = parts.isSpaced === true ? line : softLine;
  const isCommented =
    dangling !== undefined || items.some((item) => comments.leading.has(item) || comments.trailing.has(item));
  const isFilled = parts.isFilled === true && !isCommented;
  const filling = isFilled ? fill(fillParts(items, parts.keepsWithNext ?? (() => false), layout)) : undefined;
  if (filling !== undefined && !breaksOf(filling)) {
    return group(concat(open, indent(concat(edge, filling, whenBroken(","))), edge, close));
  }
  const docs = items.map((item, index) => {
    const separator = index < items.length - 1 ? "," : whenBroken(",");
    return withComments(item, layout(item), comments, text, separator);
  });
  const last = dangling === undefined ? undefined : concat(hardLine, danglingComments(dangling, text));
  const content = concat(open, indent(concat(edge, join(line, docs), last)), edge, close);
  return group(content, parts.isBroken === true || isCommented);
}

// Units and the lines between them in turn; a unit is an item, or several that stay together, with the commas behind
// them.
function fillParts<N>(
  items: readonly N[],
  keepsWithNext: (item: N, next: N) => boolean,
  layout: (item: N) => Doc,
): Doc[] {
  const parts: Doc[] = [];
  let unit: Doc[] = [];
  for (const [index, item] of items.entries()) {
    const next = items[index + 1];
    unit.push(layout(item), next === undefined ? "" : ",");
    if (next !== undefined && keepsWithNext(item, next)) unit.push(" ");
    else {
      parts.push(concatAll(unit));
      if (next !== undefined) parts.push(line);
      unit = [];
    }
  }
  return parts;
}
