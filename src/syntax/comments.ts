// Where comments belong. Comments lie beside the tree: here the documentation of a node is found, and every comment is
// given a place in the lists of the tree (statements, entries, arguments …) so that a printer can put it there again.
import type { BlockNode, CommentNode, FileNode, SyntaxNode } from "./ast.ts";
import { forEachChild } from "./children.ts";

/**
 * The `##` comments directly before a node, each at the end of its line, joined by `\n`; undefined when there are none.
 * `comments` are all of the file, in order.
 */
export function documentationFor(
  node: SyntaxNode,
  comments: readonly CommentNode[],
  sourceText: string,
): string | undefined {
  const lines: string[] = [];
  let start = node.span.start;
  for (let index = countBefore(comments, start) - 1; index >= 0; index--) {
    const comment = comments[index]!;
    const between = sourceText.slice(comment.span.end, start);
    if (!comment.isDocumentation || !/^[ \t\r]*\n[ \t]*$/.test(between)) break;
    lines.unshift(comment.text);
    start = comment.span.start;
  }
  return lines.length === 0 ? undefined : lines.join("\n");
}

function countBefore(comments: readonly CommentNode[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.span.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of every comment, each exactly once. */
export interface AttachedComments {
  /** Above a node, which is an item of a list. */
  readonly leading: ReadonlyMap<SyntaxNode, readonly CommentNode[]>;
  /** Behind a node, on its last line. */
  readonly trailing: ReadonlyMap<SyntaxNode, readonly CommentNode[]>;
  /** After the last item of a list, by the list itself (of a block, by its statements). */
  readonly dangling: ReadonlyMap<readonly SyntaxNode[], readonly CommentNode[]>;
}

/** A list in the tree whose items can have comments. `start` and `end` are where its brackets open and close. */
interface ItemList {
  readonly key: readonly SyntaxNode[];
  readonly items: readonly SyntaxNode[];
  readonly start: number;
  readonly end: number;
}

/** Gives every comment its place: a comment inside something that is no list moves above the item that holds it. */
export function attachComments(file: FileNode, comments: readonly CommentNode[], text: string): AttachedComments {
  const leading = new Map<SyntaxNode, CommentNode[]>();
  const trailing = new Map<SyntaxNode, CommentNode[]>();
  const dangling = new Map<readonly SyntaxNode[], CommentNode[]>();
  const childrenOf = rememberChildren();
  for (const comment of comments) attach(comment);
  return { leading, trailing, dangling };

  function attach(comment: CommentNode): void {
    const at = comment.span.start;
    let list: ItemList = { key: file.declarations, items: file.declarations, start: 0, end: text.length };
    let item: SyntaxNode | undefined;
    let node: SyntaxNode = file;
    for (;;) {
      const own = node === file ? list : listsOf(node, text).find(({ start, end }) => at >= start && at < end);
      if (own !== undefined) list = own;
      const inside = findAround(childrenOf(node), at);
      if (inside === undefined) {
        if (own === undefined) break;
        place(comment, own);
        return;
      }
      if (list.items[countItemsBefore(list.items, at) - 1] === inside) item = inside;
      node = inside;
    }
    if (item === undefined) push(dangling, file.declarations, comment);
    else push(leading, item, comment);
  }

  function place(comment: CommentNode, { key, items }: ItemList): void {
    const at = comment.span.start;
    const next = countItemsBefore(items, at);
    const before = items[next - 1];
    const after = items[next];
    // A `##` documents what follows it, even from the end of the line before.
    const mayTrail = !(comment.isDocumentation && after !== undefined);
    if (mayTrail && before !== undefined && !text.slice(before.span.end, at).includes("\n") && !trailing.has(before)) {
      push(trailing, before, comment);
    } else if (after !== undefined) push(leading, after, comment);
    else push(dangling, key, comment);
  }
}

function push<K>(map: Map<K, CommentNode[]>, key: K, comment: CommentNode): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [comment]);
  else list.push(comment);
}

function rememberChildren(): (node: SyntaxNode) => readonly SyntaxNode[] {
  const known = new Map<SyntaxNode, SyntaxNode[]>();
  return (node) => {
    let children = known.get(node);
    if (children === undefined) {
      const found: SyntaxNode[] = [];
      forEachChild(node, (child) => found.push(child));
      children = found;
      known.set(node, children);
    }
    return children;
  };
}

function countItemsBefore(items: readonly SyntaxNode[], at: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.span.start < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findAround(children: readonly SyntaxNode[], at: number): SyntaxNode | undefined {
  const child = children[countItemsBefore(children, at) - 1];
  return child !== undefined && child.span.end > at ? child : undefined;
}

// Comments before `else` and `finally` count as the first of the block that follows.
function listsOf(node: SyntaxNode, text: string): readonly ItemList[] {
  switch (node.kind) {
    case "Record":
      return [whole(node, node.entries)];
    case "List":
      return [whole(node, node.items)];
    case "RecordType":
      return [whole(node, node.fields)];
    case "Block":
      return [blockList(node, node.span.start)];
    case "Call":
      return [{ key: node.arguments, items: node.arguments, start: node.callee.span.end, end: node.span.end }];
    case "Enum":
      return [{ key: node.members, items: node.members, start: node.name.span.end, end: node.span.end }];
    case "Import":
      return [
        {
          key: node.names,
          items: node.names,
          start: node.span.start,
          end: endOfList(node.names, node.span.start, text),
        },
      ];
    case "Map": {
      const { clauses, source, body } = node;
      return clauses.length === 0
        ? []
        : [{ key: clauses, items: clauses, start: source.span.end, end: body.span.start }];
    }
    case "If": {
      const block = node.else?.kind === "If" ? node.else.then : node.else;
      return block === undefined ? [] : [blockList(block, node.then.span.end, node.else?.span.start)];
    }
    case "Task": {
      const parameters = parameterList(node.parameters, node.name.span.end, text);
      const start = node.result?.span.end ?? parameters.end;
      return [parameters, { key: node.statements, items: node.statements, start, end: node.span.end }];
    }
    case "Pipeline": {
      const parameters = parameterList(node.parameters, node.name.span.end, text);
      return node.finally === undefined ? [parameters] : [parameters, blockList(node.finally, node.body.span.end)];
    }
    default:
      return [];
  }
}

function whole(node: SyntaxNode, items: readonly SyntaxNode[]): ItemList {
  return { key: items, items, start: node.span.start, end: node.span.end };
}

function blockList(block: BlockNode, start: number, end = block.span.end): ItemList {
  const items = block.yield === undefined ? block.statements : [...block.statements, block.yield];
  return { key: block.statements, items, start, end };
}

function parameterList(parameters: readonly SyntaxNode[], start: number, text: string): ItemList {
  return { key: parameters, items: parameters, start, end: endOfList(parameters, start, text) };
}

// The offset behind the bracket that closes a list: after its last item only blanks, commas and comments precede it.
function endOfList(items: readonly SyntaxNode[], start: number, text: string): number {
  let at = items.at(-1)?.span.end ?? start;
  while (at < text.length && text[at] !== ")" && text[at] !== "}") {
    const newline = text[at] === "#" ? text.indexOf("\n", at) : at;
    at = newline < 0 ? text.length : newline + 1;
  }
  return at + 1;
}
