// The nodes that rules look at, found by one walk over each file instead of one for every rule. In: the modules. Out: their nodes by kind.
import type { NodeOfKind, SyntaxNode } from "../syntax/ast.ts";
import { forEachChild } from "../syntax/children.ts";
import type { Module, Program } from "./program.ts";

const KINDS = ["Check", "Command", "Env", "For", "If", "Let", "Map", "MapClause", "Raw", "String"] as const;

export type IndexedKind = (typeof KINDS)[number];

/** The nodes of a kind in a module, in the order of the text, parents first. */
export type NodeIndex = <K extends IndexedKind>(module: Module, kind: K) => readonly NodeOfKind<K>[];

/** Walks all modules once. */
export function indexNodes(program: Program): NodeIndex {
  const byModule = new Map(program.modules.map((module) => [module, indexModule(module)]));
  return <K extends IndexedKind>(module: Module, kind: K) =>
    (byModule.get(module)?.get(kind) ?? []) as readonly NodeOfKind<K>[];
}

function indexModule(module: Module): ReadonlyMap<SyntaxNode["kind"], readonly SyntaxNode[]> {
  const index = new Map<SyntaxNode["kind"], SyntaxNode[]>(KINDS.map((kind) => [kind, []]));
  const visit = (node: SyntaxNode): void => {
    switch (node.kind) {
      // Most nodes by far are these: nobody looks them up, and nothing looked up is in them.
      case "Name":
      case "NameExpression":
      case "StringText":
      case "Int":
      case "Float":
        return;
      case "NamedType":
        if (node.argument) visit(node.argument);
        return;
      case "Member":
        visit(node.value);
        return;
      case "Call":
        if (node.callee.kind !== "NameExpression") visit(node.callee);
        for (let at = 0; at < node.arguments.length; at++) visit(node.arguments[at]!.value);
        return;
    }
    index.get(node.kind)?.push(node);
    forEachChild(node, visit);
  };
  visit(module.file);
  return index;
}
