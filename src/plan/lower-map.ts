// Lowers a `map`: its clauses with their defaults, its body, and what is known of its length before the run.
import { withoutParentheses } from "../analysis/flatten-record.ts";
import type { Expr } from "../expr/expr.ts";
import type { ExpressionNode, MapNode } from "../syntax/ast.ts";
import { ERROR, type Type } from "../types/type.ts";
import {
  type BlockScope,
  type LoweredNode,
  type LowerInBlock,
  type LowerInnerBlock,
  latestStage,
  typeOf,
} from "./block-scope.ts";
import { foldScalar, knownValue } from "./fold-scalar.ts";
import { freeNamesOf } from "./free-names.ts";
import type { PlanMap } from "./plan.ts";

/** A map without `max` takes at most so many items. */
const DEFAULT_MAX = 1024;

/** How the block that the map stands in is lowered, and how its body is. */
interface Around {
  readonly expression: LowerInBlock;
  readonly lowerBlock: LowerInnerBlock;
}

/** The map as a node named `wanted`, or `map` with a number. */
export function lowerMap(node: MapNode, wanted: string | undefined, scope: BlockScope, around: Around): LoweredNode {
  const { expression, lowerBlock } = around;
  const { lowering } = scope;
  const clause = (name: MapNode["clauses"][number]["clause"]) =>
    node.clauses.find((each) => each.clause === name)?.value;
  const optional = <K extends "where" | "key">(name: K) => {
    const value = clause(name);
    return (value ? { [name]: expression(value) } : {}) as { readonly [P in K]?: Expr };
  };
  const source = typeOf(lowering, node.source);
  const input = expression(node.source);
  const written = clause("max");
  const count = (value: ExpressionNode): Expr => foldScalar(expression(value), scope.values);
  const max: Expr = written ? count(written) : { op: "literal", value: DEFAULT_MAX };
  const { where } = optional("where");
  const limit = clause("parallel");
  const parallel = limit && count(limit);
  const id = wanted ?? scope.names.take("map");
  const items = freeNamesOf(input);
  for (const name of freeNamesOf(where)) if (name !== node.item.text && name !== node.index?.text) items.add(name);
  const stage = latestStage(items, scope.stages);
  for (const name of [node.item, node.index]) {
    if (!name) continue;
    scope.stages.set(name.text, stage);
    // A sibling block may have given these names to something else.
    scope.values.delete(name.text);
  }
  const { key } = optional("key");
  const body = lowerBlock(node.body, scope);
  const bound = boundOf(source, input, max);
  const lane = freeNamesOf(where, key);
  for (const name of body.names) lane.add(name);
  lane.delete(node.item.text);
  if (node.index) lane.delete(node.index.text);
  const names = freeNamesOf(input, max, parallel);
  for (const name of lane) names.add(name);
  const map: LoweredNode["node"] = {
    kind: "map",
    id,
    source: lowering.place(node.span),
    needs: [],
    item: node.item.text,
    ...(node.index && { index: node.index.text }),
    input,
    itemType: itemTypeOf(source),
    ...(where && { where }),
    ...(key && { key }),
    max,
    ...(parallel && { parallel }),
    ...lowerBatch(clause("batch"), around, scope),
    ...lowerTolerate(clause("tolerate"), around, scope),
    body: body.block,
    ...(bound === undefined ? {} : { bound }),
    type: typeOf(lowering, node),
    static: stage !== "run",
  };
  return { node: map, names };
}

function itemTypeOf(source: Type): Type {
  return source.kind === "list" || source.kind === "partial" ? source.element : ERROR;
}

/** The most items there can be, where that is known before the run. */
function boundOf(source: Type, input: Expr, max: Expr): number | undefined {
  const bounds: number[] = [];
  if (source.kind === "list" && source.max !== undefined) bounds.push(source.max);
  if (input.op === "literal" && Array.isArray(input.value)) bounds.push(input.value.length);
  if (input.op === "list" && input.items.every((item) => "value" in item)) bounds.push(input.items.length);
  if (max.op === "literal" && typeof max.value === "number") bounds.push(max.value);
  return bounds.length > 0 ? Math.min(...bounds) : undefined;
}

function lowerBatch(value: ExpressionNode | undefined, around: Around, scope: BlockScope): Pick<PlanMap, "batch"> {
  return value ? { batch: knownCount(value, around, scope) } : {};
}

function lowerTolerate(
  value: ExpressionNode | undefined,
  around: Around,
  scope: BlockScope,
): Pick<PlanMap, "tolerate"> {
  if (!value) return {};
  const bare = withoutParentheses(value);
  if (bare.kind === "Percent") return { tolerate: { percent: Number(bare.number.replaceAll("_", "")) } };
  return { tolerate: { count: knownCount(value, around, scope) } };
}

function knownCount(node: ExpressionNode, { expression }: Around, scope: BlockScope): number {
  const value = knownValue(expression(node), scope.values);
  if (typeof value === "number") return value;
  throw new Error("a number that checking should have found to be known when compiling");
}
