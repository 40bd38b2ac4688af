// The Files and Dirs that stand in a plan itself: written in calls, lists and records of the program, found by the types of the places they stand at.

import { mapReferences } from "../backends/references.ts";
import type { Expr } from "../expr/expr.ts";
import { mapLiterals } from "../plan/map-literals.ts";
import type { ExprArgument, Plan, PlanBlock, PlanNode, PlanPipeline, PlanTask } from "../plan/plan.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";

/** Where a File or Dir is named. */
export interface FilePlace {
  /** For people, to begin a sentence: "Argument `data` of `train`". */
  readonly whose: string;
  /** "file:line:column" */
  readonly at: string;
}

/** Gives what stands for a reference from here on. */
export type FileVisitor = (reference: string, kind: "file" | "dir", place: FilePlace) => string;

interface Callee {
  readonly name: string;
  readonly source: string;
  readonly parameters: readonly { readonly name: string; readonly type: Type }[];
}

interface Walk {
  readonly visit: FileVisitor;
  readonly tasks: ReadonlyMap<string, PlanTask>;
  readonly pipelines: ReadonlyMap<string, PlanPipeline>;
}

/** The plan with each of them replaced by what the visitor gives. */
export function mapPlanFiles(plan: Plan, visit: FileVisitor): Plan {
  const walk: Walk = {
    visit,
    tasks: new Map(plan.tasks.map((task) => [task.id, task])),
    pipelines: new Map(plan.pipelines.map((pipeline) => [pipeline.id, pipeline])),
  };
  return { ...plan, pipelines: plan.pipelines.map((pipeline) => mapPipeline(pipeline, walk)) };
}

/** The value with each of its Files and Dirs replaced by what the visitor gives. */
export function mapValueFiles(value: Value, type: Type, place: FilePlace, visit: FileVisitor): Value {
  const mapped = mapReferences(value, type, (reference, kind) => ({ ok: true, value: visit(reference, kind, place) }));
  if (!mapped.ok) throw new Error("a visitor without failures failed");
  return mapped.value;
}

function mapPipeline(pipeline: PlanPipeline, walk: Walk): PlanPipeline {
  const mapped = (block: PlanBlock): PlanBlock => mapBlock(block, pipeline.source, walk);
  return { ...pipeline, body: mapped(pipeline.body), ...(pipeline.finally && { finally: mapped(pipeline.finally) }) };
}

/** `at`: of what the block belongs to. */
function mapBlock(block: PlanBlock, at: string, walk: Walk): PlanBlock {
  const nodes = block.nodes.map((node) => mapNode(node, walk));
  const { yield: given } = block;
  if (!given) return { ...block, nodes };
  const place = { whose: "A value of `yield`", at };
  return { ...block, nodes, yield: { ...given, value: mapExpr(given.value, given.type, place, walk) } };
}

function mapNode(node: PlanNode, walk: Walk): PlanNode {
  switch (node.kind) {
    case "let": {
      const place = { whose: `\`${node.id}\``, at: node.source };
      return { ...node, value: mapExpr(node.value, node.type, place, walk) };
    }
    case "call":
      return { ...node, arguments: mapArguments(node.arguments, walk.tasks.get(node.task), node.source, walk) };
    case "pipeline":
      return { ...node, arguments: mapArguments(node.arguments, walk.pipelines.get(node.pipeline), node.source, walk) };
    case "map": {
      const place = { whose: `The list of map \`${node.id}\``, at: node.source };
      const input = mapExpr(node.input, { kind: "list", element: node.itemType }, place, walk);
      return { ...node, input, body: mapBlock(node.body, node.source, walk) };
    }
    case "if": {
      const other = node.else && { else: mapBlock(node.else, node.source, walk) };
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nobody awaits a node
      return { ...node, then: mapBlock(node.then, node.source, walk), ...other };
    }
    case "check":
      return node;
  }
}

function mapArguments(
  given: readonly ExprArgument[],
  callee: Callee | undefined,
  at: string,
  walk: Walk,
): readonly ExprArgument[] {
  if (callee === undefined) return given;
  return given.map((argument) => {
    const { name } = argument;
    const type = callee.parameters.find((parameter) => parameter.name === name)?.type;
    if (!type) return argument;
    // What a task names in its own body is an argument without a name that anybody wrote (see `lift-task-files.ts`).
    const place = /^\w+$/.test(name)
      ? { whose: `Argument \`${name}\` of \`${callee.name}\``, at }
      : { whose: `\`${name}\` in task \`${callee.name}\``, at: callee.source };
    return { ...argument, value: mapExpr(argument.value, type, place, walk) };
  });
}

function mapExpr(expr: Expr, type: Type, place: FilePlace, walk: Walk): Expr {
  return mapLiterals(expr, type, (literal, its) => ({
    ...literal,
    value: mapValueFiles(literal.value, its, place, walk.visit),
  }));
}
