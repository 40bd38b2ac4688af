// The Files and Dirs that stand in a plan itself: written in calls, lists and records of the program, found by the types of the places they stand at.

import type { FileResult } from "../backends/file-problem.ts";
import { mapReferences, type ReferenceVisitor } from "../backends/references.ts";
import type { Expr } from "../expr/expr.ts";
import { mapLiterals } from "../plan/map-literals.ts";
import type { ExprArgument, Plan, PlanBlock, PlanNode, PlanPipeline } from "../plan/plan.ts";
import type { Type } from "../types/type.ts";

type Typed = readonly { readonly name: string; readonly type: Type }[];

interface Walk {
  readonly visit: ReferenceVisitor;
  readonly tasks: ReadonlyMap<string, Typed>;
  readonly pipelines: ReadonlyMap<string, Typed>;
  failure: (FileResult<never> & { readonly ok: false }) | undefined;
}

/** The plan with each of them replaced by what the visitor gives; its first failure ends it. */
export function mapPlanFiles(plan: Plan, visit: ReferenceVisitor): FileResult<Plan> {
  const walk: Walk = {
    visit,
    tasks: new Map(plan.tasks.map(({ id, parameters }) => [id, parameters])),
    pipelines: new Map(plan.pipelines.map(({ id, parameters }) => [id, parameters])),
    failure: undefined,
  };
  const pipelines = plan.pipelines.map((pipeline) => mapPipeline(pipeline, walk));
  return walk.failure ?? { ok: true, value: { ...plan, pipelines } };
}

function mapPipeline(pipeline: PlanPipeline, walk: Walk): PlanPipeline {
  const body = mapBlock(pipeline.body, walk);
  return { ...pipeline, body, ...(pipeline.finally && { finally: mapBlock(pipeline.finally, walk) }) };
}

function mapBlock(block: PlanBlock, walk: Walk): PlanBlock {
  const nodes = block.nodes.map((node) => mapNode(node, walk));
  const { yield: given } = block;
  return { ...block, nodes, ...(given && { yield: { ...given, value: mapExpr(given.value, given.type, walk) } }) };
}

function mapNode(node: PlanNode, walk: Walk): PlanNode {
  switch (node.kind) {
    case "let":
      return { ...node, value: mapExpr(node.value, node.type, walk) };
    case "call":
      return { ...node, arguments: mapArguments(node.arguments, walk.tasks.get(node.task), walk) };
    case "pipeline":
      return { ...node, arguments: mapArguments(node.arguments, walk.pipelines.get(node.pipeline), walk) };
    case "map": {
      const input = mapExpr(node.input, { kind: "list", element: node.itemType }, walk);
      return { ...node, input, body: mapBlock(node.body, walk) };
    }
    case "if": {
      const other = node.else && { else: mapBlock(node.else, walk) };
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nobody awaits a node
      return { ...node, then: mapBlock(node.then, walk), ...other };
    }
    case "check":
      return node;
  }
}

function mapArguments(given: readonly ExprArgument[], types: Typed | undefined, walk: Walk): readonly ExprArgument[] {
  return given.map((argument) => {
    const type = types?.find(({ name }) => name === argument.name)?.type;
    return type ? { ...argument, value: mapExpr(argument.value, type, walk) } : argument;
  });
}

function mapExpr(expr: Expr, type: Type, walk: Walk): Expr {
  return mapLiterals(expr, type, (literal, its) => {
    const mapped = mapReferences(literal.value, its, walk.visit);
    if (mapped.ok) return { ...literal, value: mapped.value };
    walk.failure ??= mapped;
    return literal;
  });
}
