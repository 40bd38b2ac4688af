// The names that nodes and blocks of a plan take from outside of themselves, for drawing and checking plans that are lowered already.

import type { Expr } from "../expr/expr.ts";
import { addFreeNames } from "../expr/names.ts";
import { assertNever } from "../util/assert-never.ts";
import type { PlanBlock, PlanNode } from "./plan.ts";

/** The names that several expressions take from outside. */
export function freeNamesOf(...expressions: readonly (Expr | undefined)[]): Set<string> {
  const found = new Set<string>();
  for (const expr of expressions) if (expr) addFreeNames(expr, found);
  return found;
}

/** The names that a node's expressions take from its block and from around it; what `after` orders is not in here. */
export function freeNamesOfNode(node: PlanNode): Set<string> {
  switch (node.kind) {
    case "call":
    case "pipeline":
      return freeNamesOf(...node.arguments.map((argument) => argument.value));
    case "map": {
      const inner = freeNamesOf(node.where, node.key);
      for (const name of freeNamesOfBlock(node.body)) inner.add(name);
      inner.delete(node.item);
      if (node.index !== undefined) inner.delete(node.index);
      for (const name of freeNamesOf(node.input, node.max, node.parallel)) inner.add(name);
      return inner;
    }
    case "if": {
      const found = freeNamesOf(node.test);
      for (const block of [node.then, node.else])
        if (block) for (const name of freeNamesOfBlock(block)) found.add(name);
      return found;
    }
    case "check":
      return freeNamesOf(node.test, node.message);
    case "let":
      return freeNamesOf(node.value);
    default:
      return assertNever(node);
  }
}

/** The names that a block takes from around it. */
export function freeNamesOfBlock(block: PlanBlock): Set<string> {
  const found = new Set<string>();
  for (const node of block.nodes) for (const name of freeNamesOfNode(node)) found.add(name);
  if (block.yield) addFreeNames(block.yield.value, found);
  for (const node of block.nodes) found.delete(node.id);
  return found;
}
