// In: the tree of a file without syntax errors, its comments and its text. Out: the text in the one style of the
// language. Afterwards the text has the same tree and the same comments, and formatting it again changes nothing.
import type { CommentNode, DeclarationNode, FileNode } from "../syntax/ast.ts";
import { type AttachedComments, attachComments } from "../syntax/comments.ts";
import type { SourceFile } from "../text/source-file.ts";
import { danglingComments, endOf, hasBlankLine, startOf, withComments } from "./comments.ts";
import { layoutDeclaration } from "./layout.ts";
import { printDoc } from "./print-doc.ts";

/**
 * Formats a file; `comments` are all of its comments, in order. The result ends with a line break unless it is empty.
 */
export function format(file: FileNode, comments: readonly CommentNode[], source: SourceFile): string {
  const attached = attachComments(file, comments, source.text);
  const parts: string[] = [];
  let previous: { readonly node: DeclarationNode; readonly isShort: boolean } | undefined;
  for (const node of file.declarations) {
    const doc = layoutDeclaration(node, { text: source.text, comments: attached });
    const printed = printDoc(doc);
    const isShort = !printed.includes("\n");
    if (previous !== undefined) {
      const isTogether = isRun(previous.node, node, attached, source.text) && previous.isShort && isShort;
      parts.push(isTogether ? "\n" : "\n\n");
    }
    const isCommented = attached.leading.has(node) || attached.trailing.has(node);
    parts.push(isCommented ? printDoc(withComments(node, doc, attached, source.text)) : printed);
    previous = { node, isShort };
  }
  const last = attached.dangling.get(file.declarations);
  if (last !== undefined) {
    if (previous !== undefined) {
      const isApart = hasBlankLine(source.text, endOf(previous.node, attached), last[0]!.span.start);
      parts.push(isApart ? "\n\n" : "\n");
    }
    parts.push(printDoc(danglingComments(last, source.text)));
  }
  return parts.length === 0 ? "" : `${parts.join("")}\n`;
}

function isRun(before: DeclarationNode, after: DeclarationNode, comments: AttachedComments, text: string): boolean {
  return before.kind === after.kind && !hasBlankLine(text, endOf(before, comments), startOf(after, comments));
}
