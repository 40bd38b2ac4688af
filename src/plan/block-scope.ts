// What the parts of lowering a block hand to each other, so that blocks and the nodes that hold blocks need not know each other's files.
import { withoutParentheses } from "../analysis/flatten-record.ts";
import type { Stage } from "../analysis/program.ts";
import type { Expr } from "../expr/expr.ts";
import type { BlockNode, ExpressionNode } from "../syntax/ast.ts";
import { ERROR, type Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";
import type { Lowering } from "./lowering.ts";
import type { PlanBlock, PlanNode } from "./plan.ts";
import type { UniqueNames } from "./unique-names.ts";

/** What the blocks of one pipeline share. */
export interface BlockScope {
  readonly lowering: Lowering;
  /** Holds every name of the pipeline: ids that are made up are new. */
  readonly names: UniqueNames;
  /** When names are known that are so before the run goes on; those of sibling blocks may be replaced by later ones. */
  readonly stages: Map<string, Stage>;
  /** What the names come to that are known when compiling. */
  readonly values: Map<string, Value>;
}

/** A block with the names it takes from around it, those of `after` included. */
export interface LoweredBlock {
  readonly block: PlanBlock;
  readonly names: ReadonlySet<string>;
}

/** A node that is not put in its place yet: `names` are those it needs, by data; `needs` is still empty, and filled with its block. */
export interface LoweredNode {
  readonly node: PlanNode & { readonly needs: string[] };
  readonly names: ReadonlySet<string>;
}

/** The residue of an expression; calls in it become nodes of the block that is being lowered. */
export type LowerInBlock = (node: ExpressionNode) => Expr;

/** Lowers a block inside of a node. */
export type LowerInnerBlock = (node: BlockNode, scope: BlockScope) => LoweredBlock;

/** The type that checking found for an expression. */
export function typeOf({ facts }: Lowering, node: ExpressionNode): Type {
  return facts.types.get(node) ?? facts.types.get(withoutParentheses(node)) ?? ERROR;
}

const STAGES: readonly Stage[] = ["compile", "submit", "run"];

/** When something that needs these names is known. */
export function latestStage(names: Iterable<string>, stages: ReadonlyMap<string, Stage>): Stage {
  let latest = 0;
  for (const name of names) latest = Math.max(latest, STAGES.indexOf(stages.get(name) ?? "run"));
  return STAGES[latest]!;
}
