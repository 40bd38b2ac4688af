// Keeps trees shallow enough for the recursion of every later phase. Brackets are bounded by the parser; chains such as
// `a + b + …` or `a.b.c…` are read by loops and make trees as deep as they are long.

import type { Span } from "../text/span.ts";
import { type DeclarationNode, type FileNode, makeNode, type SyntaxNode } from "./ast.ts";
import { forEachChild } from "./children.ts";

/** The deepest tree that later phases see, counted in nodes from a declaration down. */
export const MAX_TREE_DEPTH = 1000;

/** Replaces each declaration that is deeper than `MAX_TREE_DEPTH` by an error node, and tells where it is too deep. */
export function limitDepth(file: FileNode): { file: FileNode; tooDeep: readonly Span[] } {
  const tooDeep: Span[] = [];
  const declarations = file.declarations.map((declaration): DeclarationNode => {
    const place = findTooDeep(declaration);
    if (place === undefined) return declaration;
    tooDeep.push(place);
    return makeNode("ErrorDeclaration", declaration.span, declaration.id, {});
  });
  return tooDeep.length === 0
    ? { file, tooDeep }
    : { file: makeNode("File", file.span, file.id, { declarations }), tooDeep };
}

// How many nodes can lie in each other for each character of text: most nodes are longer than what is in them, and those
// that are not (an argument and its value) do not lie in each other.
const NODES_PER_CHARACTER = 3;

// Nearly all nodes are too short to hold a tree that is too deep, and are left out with all that is in them.
function findTooDeep(root: SyntaxNode): Span | undefined {
  let level: SyntaxNode[] = [];
  let below: SyntaxNode[] = [];
  let depth = 1;
  const visit = (node: SyntaxNode): void => {
    const length = node.span.end - node.span.start;
    if (depth + (length + 1) * NODES_PER_CHARACTER > MAX_TREE_DEPTH) below.push(node);
  };
  visit(root);
  for (; below.length > 0; depth++) {
    level = below;
    if (depth > MAX_TREE_DEPTH) return level[0]!.span;
    below = [];
    for (const node of level) forEachChild(node, visit);
  }
  return undefined;
}
