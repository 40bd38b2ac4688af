// What every part of the layout needs to know.
import type { IfNode, MapNode } from "../syntax/ast.ts";
import type { AttachedComments } from "../syntax/comments.ts";
import type { Doc } from "./doc.ts";

export interface Context {
  /** The text of the file. */
  readonly text: string;
  readonly comments: AttachedComments;
  /** The layout of what has blocks, which have statements, which have expressions again. */
  readonly layoutControl: (node: IfNode | MapNode, context: Context) => Doc;
}
