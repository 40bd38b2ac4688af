// The task calls of a plan, each once, however often its pipeline is called: in the order of pipelines and blocks, with what is known of them.
import { finallyPath, joinNode } from "../../engine/instance-id.ts";
import type { Expr } from "../../expr/expr.ts";
import { knownValue } from "../../plan/fold-scalar.ts";
import type { Plan, PlanBlock, PlanCall, PlanNode, PlanPipeline, PlanTask } from "../../plan/plan.ts";
import type { RecordValue, Value } from "../../types/value.ts";
import { holdsFiles } from "../result-class.ts";
import type { KnownParameters } from "../template-values.ts";

export interface TaskCall {
  readonly pipeline: PlanPipeline;
  /** In its pipeline: `runs.train`, `finally.tell`. */
  readonly path: string;
  readonly call: PlanCall;
  readonly task: PlanTask;
  /** Of the innermost map around it. */
  readonly key?: Expr;
  readonly inMap: boolean;
  /** Items that are to share a pod. */
  readonly batch?: number;
  readonly known: KnownParameters;
  /** The arguments that hold Files and are known; `written`: in the call itself. */
  readonly files: readonly { readonly name: string; readonly value: Value; readonly written: boolean }[];
}

interface Around {
  readonly pipeline: PlanPipeline;
  readonly path: string;
  readonly values: Map<string, Value>;
  readonly key?: Expr;
  readonly inMap: boolean;
  readonly batch?: number;
}

/** All calls; `parameters` are those of the pipeline that runs. */
export function taskCalls(plan: Plan, parameters: RecordValue): TaskCall[] {
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const found: TaskCall[] = [];
  for (const pipeline of plan.pipelines) {
    const isMain = pipeline.id === plan.pipeline;
    const around = (): Around => ({
      pipeline,
      path: "",
      values: new Map(isMain ? Object.entries(parameters) : []),
      inMap: false,
    });
    addCalls(pipeline.body, around(), tasks, found);
    if (isMain && pipeline.finally)
      addCalls(pipeline.finally, { ...around(), path: finallyPath(pipeline) }, tasks, found);
  }
  return found;
}

function addCalls(block: PlanBlock, around: Around, tasks: ReadonlyMap<string, PlanTask>, found: TaskCall[]): void {
  for (const node of block.nodes) addNode(node, around, tasks, found);
}

function addNode(node: PlanNode, around: Around, tasks: ReadonlyMap<string, PlanTask>, found: TaskCall[]): void {
  const path = joinNode(around.path, node.id);
  switch (node.kind) {
    case "let": {
      const value = knownValue(node.value, around.values);
      if (value !== undefined) around.values.set(node.id, value);
      return;
    }
    case "map": {
      const { key: _, batch: __, ...outer } = around;
      const own = { ...(node.key && { key: node.key }), ...(node.batch !== undefined && { batch: node.batch }) };
      addCalls(node.body, { ...outer, path, inMap: true, ...own }, tasks, found);
      return;
    }
    case "if":
      addCalls(node.then, { ...around, path }, tasks, found);
      if (node.else) addCalls(node.else, { ...around, path }, tasks, found);
      return;
    case "call": {
      const task = tasks.get(node.task);
      if (!task) throw new Error(`the plan has no task ${node.task}`);
      const all = new Map<string, Value>();
      const texts = new Map<string, Value>();
      const files: { name: string; value: Value; written: boolean }[] = [];
      for (const [position, { name, value }] of node.arguments.entries()) {
        const each = knownValue(value, around.values);
        if (each === undefined) continue;
        if (holdsFiles(task.parameters[position]!.type)) files.push({ name, value: each, written: value.op !== "ref" });
        else texts.set(name, each);
        all.set(name, each);
      }
      const { pipeline, inMap, key, batch } = around;
      const optional = { ...(key && { key }), ...(batch !== undefined && { batch }) };
      found.push({ pipeline, path, call: node, task, inMap, known: { all, texts }, files, ...optional });
      return;
    }
    case "check":
    case "pipeline":
      return;
  }
}
