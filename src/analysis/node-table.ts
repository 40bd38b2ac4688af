// Facts about the nodes of a program, in an array by their ids.
import type { SyntaxNode } from "../syntax/ast.ts";

export interface NodeTable<N extends SyntaxNode, T> {
  /** What was noted last about a node; undefined where nothing was. */
  readonly get: (node: N) => T | undefined;
  readonly set: (node: N, value: T) => void;
}

/** An empty table for nodes whose ids are below `count`. */
export function createNodeTable<N extends SyntaxNode, T>(count: number): NodeTable<N, T> {
  const values: (T | undefined)[] = new Array<T | undefined>(count);
  return {
    get: (node) => values[node.id],
    set: (node, value) => {
      values[node.id] = value;
    },
  };
}
