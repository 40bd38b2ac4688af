// What a Workflow's state says of the program's steps. In: the plan and the nodes by name. Out: each step that has begun with how it went, the maps
// with their items, and the failures, all by our instance ids. The names of nodes are those that the Argo target gives to tasks.
import { taskName } from "../../emit/argo/task-name.ts";
import { joinKey, joinNode } from "../../engine/instance-id.ts";
import type { FailureReport, InstanceId } from "../../engine/protocol.ts";
import { knownValue } from "../../plan/fold-scalar.ts";
import type { Plan, PlanBlock, PlanCall, PlanMap, PlanNode, PlanTask } from "../../plan/plan.ts";
import { printDuration } from "../../types/quantity.ts";
import { describeExpressionFailure, describePodFailure } from "./describe-failure.ts";
import { itemKeys } from "./item-keys.ts";
import { hasEnded, parameterOf, type WorkflowNode } from "./workflow.ts";

export interface TracedCall {
  readonly instance: InstanceId;
  readonly state: "running" | "succeeded" | "failed";
  /** The nodes of its attempts, in order. */
  readonly attempts: readonly WorkflowNode[];
  /** Set with `failed`. */
  readonly failure?: FailureReport;
  /** Inside of a map that tolerates failures. */
  readonly tolerated: boolean;
}

export interface TracedMap {
  readonly instance: InstanceId;
  readonly count: number;
  readonly done: number;
  readonly failed: number;
  /** Items that have begun and not ended. */
  readonly running: number;
  readonly state: "running" | "succeeded" | "failed";
}

export interface Trace {
  readonly calls: readonly TracedCall[];
  readonly maps: readonly TracedMap[];
  /** Those that no map tolerates, in the order of the program. */
  readonly failures: readonly FailureReport[];
  readonly inFinally: boolean;
}

/** Where a walk is: the node of a dag, and what an item of a map around it is. */
interface Spot {
  readonly dag: string;
  readonly path: InstanceId;
  readonly key: string;
  readonly index: number;
  readonly tolerated: boolean;
}

type Parts = Pick<FailureReport, "cause" | "message" | "at"> & {
  readonly exitCode?: number;
  readonly attempts?: number;
};

interface Walk {
  readonly plan: Plan;
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
  readonly calls: TracedCall[];
  readonly maps: TracedMap[];
  readonly failures: FailureReport[];
}

/** Reads the state of the Workflow `name`. */
export function traceWorkflow(plan: Plan, name: string, nodes: ReadonlyMap<string, WorkflowNode>): Trace {
  const walk: Walk = { plan, nodes, calls: [], maps: [], failures: [] };
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline);
  if (!pipeline) throw new Error(`the plan has no pipeline ${plan.pipeline}`);
  const spot: Spot = { dag: name, path: "", key: "", index: 0, tolerated: false };
  const { source } = pipeline;
  walkOther(walk, spot, "parameters", { cause: "expression", at: source });
  walkBlock(walk, pipeline.body, spot, source);
  const exit = `${name}.onExit`;
  const inFinally = pipeline.finally !== undefined && nodes.has(exit);
  if (pipeline.finally && inFinally) walkBlock(walk, pipeline.finally, { ...spot, dag: exit, path: "finally" }, source);
  const { calls, maps, failures } = walk;
  return { calls, maps, failures, inFinally };
}

function walkBlock(walk: Walk, block: PlanBlock, spot: Spot, at: string): void {
  for (const node of block.nodes) walkNode(walk, node, spot);
  walkOther(walk, spot, "yield", { cause: "expression", at });
}

function walkNode(walk: Walk, node: PlanNode, spot: Spot): void {
  const own = `${spot.dag}.${taskName(node.id)}`;
  const path = joinNode(spot.path, node.id);
  const here = { ...spot, dag: own, path };
  switch (node.kind) {
    case "call":
      walkCall(walk, node, here);
      break;
    case "let":
    case "check": {
      const found = walk.nodes.get(own);
      const cause = node.kind === "check" ? "check" : "expression";
      if (found && isFailure(found))
        fail(walk, here, { cause, at: node.source, message: describeExpressionFailure(found) });
      break;
    }
    case "if":
      walkArguments(walk, here, node.source);
      walkBlock(walk, node.then, { ...here, dag: `${own}.then` }, node.source);
      if (node.else) walkBlock(walk, node.else, { ...here, dag: `${own}.else` }, node.source);
      break;
    case "pipeline":
      walkArguments(walk, here, node.source);
      walkBlock(walk, walk.plan.pipelines.find(({ id }) => id === node.pipeline)!.body, here, node.source);
      break;
    case "map":
      walkMap(walk, node, here);
  }
}

function walkCall(walk: Walk, node: PlanCall, here: Spot): void {
  const found = walk.nodes.get(here.dag);
  if (!found || ["Skipped", "Omitted"].includes(found.phase ?? "")) return;
  const task = walk.plan.tasks.find(({ id }) => id === node.task)!;
  const attempts = attemptsOf(walk, found);
  // Ended by the end of the run: neither a result nor a failure.
  if (
    /shut ?down with strategy|stopped with strategy|^Step exceeded its deadline/i.test(
      (attempts.at(-1) ?? found).message ?? "",
    )
  )
    return;
  const { path: instance, tolerated } = here;
  const result = walk.nodes.get(`${here.dag}-result`);
  if (attempts.length === 0 && isFailure(found)) {
    fail(walk, here, { cause: "expression", at: node.source, message: describeExpressionFailure(found) });
    return;
  }
  const broken = isFailure(found) ? podFailure(task, attempts.at(-1) ?? found) : undefined;
  const unreadable = result && isFailure(result) ? describeExpressionFailure(result) : undefined;
  const parts: Parts | undefined =
    broken !== undefined
      ? { ...broken, at: node.source }
      : unreadable !== undefined
        ? { cause: "output", at: node.source, message: unreadable }
        : undefined;
  if (parts) {
    const failure = fail(walk, here, { ...parts, attempts: Math.max(1, attempts.length) });
    walk.calls.push({ instance, state: "failed", attempts, failure, tolerated });
    return;
  }
  // What a task wrote is read by a task of its own.
  const done = found.phase === "Succeeded" && (result === undefined || result.phase === "Succeeded");
  walk.calls.push({ instance, state: done ? "succeeded" : "running", attempts, tolerated });
}

/** The attempts of a call: pods of a Retry, tasks of a dag that has them written out, or the one pod. */
function attemptsOf({ nodes }: Walk, found: WorkflowNode): WorkflowNode[] {
  const inRow = (name: (number: number) => string): WorkflowNode[] => {
    const row: WorkflowNode[] = [];
    for (let number = 0; ; number++) {
      const each = nodes.get(name(number));
      if (each?.type !== "Pod") return row;
      row.push(each);
    }
  };
  if (found.type === "Pod") return [found];
  if (found.type === "Retry") return inRow((number) => `${found.name}(${number})`);
  return found.type === "DAG" ? inRow((number) => `${found.name}.attempt-${number}`) : [];
}

function podFailure(task: PlanTask, node: WorkflowNode): Omit<Parts, "at"> {
  const timeout = task.timeout && knownValue(task.timeout, new Map());
  return describePodFailure(node, typeof timeout === "number" ? printDuration(timeout) : undefined);
}

function walkMap(walk: Walk, node: PlanMap, here: Spot): void {
  const found = walk.nodes.get(here.dag);
  if (!found || ["Skipped", "Omitted"].includes(found.phase ?? "")) return;
  const keys = itemKeys(node, found);
  if (keys === undefined) {
    walkArguments(walk, here, node.source);
    return;
  }
  const before = walk.failures.length;
  const position = walk.maps.length;
  const crossed = walk.nodes.get(`${here.dag}.tolerated`);
  const isCrossed = crossed !== undefined && isFailure(crossed);
  const tolerated = here.tolerated || (node.tolerate !== undefined && !isCrossed);
  let [done, failed, running] = [0, 0, 0];
  for (const [index, key] of keys.entries()) {
    const dag = `${here.dag}.items(${index}:${index})`;
    const lane = walk.nodes.get(dag);
    const end = lane && endOfItem(lane);
    // An item that came too late was not started.
    if (!lane || end === "off") continue;
    const known = walk.failures.length;
    const calls = walk.calls.length;
    walkBlock(walk, node.body, { dag, path: joinKey(here.path, key), key, index, tolerated }, node.source);
    const bad = walk.failures.length > known || walk.calls.slice(calls).some(({ state }) => state === "failed");
    if (bad || end === "failed" || (isFailure(lane) && lane.message)) failed++;
    // Without a failure of its own it was ended with the run.
    else if (isFailure(lane)) continue;
    else if (hasEnded(lane.phase)) done++;
    else running++;
  }
  const lost = isCrossed || (isFailure(found) && failed > 0);
  if (lost) {
    const first = walk.failures[before];
    const allowed = isCrossed
      ? ` ${/\(`tolerate` allows [^)]*\)/.exec(crossed.message ?? "")?.[0] ?? ""}`.trimEnd()
      : "";
    const { cause, exit_code, attempts } = first ?? { cause: "expression", exit_code: null, attempts: 0 };
    const what = keys.length === 1 ? "item" : "items";
    fail(walk, here, {
      cause,
      at: node.source,
      attempts,
      ...(exit_code !== null && { exitCode: exit_code }),
      message: `${failed} of ${keys.length} ${what} failed${allowed}.${first ? ` The first failure is that of item \`${first.key}\` (index ${first.index}): ${first.message}` : ""}`,
    });
  }
  const state = lost ? "failed" : found.phase === "Succeeded" ? "succeeded" : "running";
  // Above the maps inside of it.
  walk.maps.splice(position, 0, { instance: here.path, count: keys.length, done, failed, running, state });
}

/** What the lane of an item says of its end; `off`: it was not started, because others had failed before. */
function endOfItem({ outputs }: WorkflowNode): "well" | "failed" | "off" | undefined {
  const text = parameterOf(outputs?.parameters, "v");
  if (text === undefined) return undefined;
  if (/^\{"i":\d+,"ok":true,/.test(text)) return "well";
  try {
    return (JSON.parse(text) as { readonly off?: boolean }).off === true ? "off" : "failed";
  } catch {
    return undefined;
  }
}

/** A step whose arguments could not be computed; nothing of it has begun. */
function walkArguments(walk: Walk, here: Spot, at: string): void {
  const found = walk.nodes.get(here.dag);
  if (found && isFailure(found) && found.type === "Skipped")
    fail(walk, here, { cause: "expression", at, message: describeExpressionFailure(found) });
}

/** A task that is no step of the program. */
function walkOther(walk: Walk, spot: Spot, name: string, parts: Pick<Parts, "cause" | "at">): void {
  const found = walk.nodes.get(`${spot.dag}.${name}`);
  if (found && isFailure(found)) fail(walk, spot, { ...parts, message: describeExpressionFailure(found) });
}

function fail(walk: Walk, { path, key, index, tolerated }: Spot, parts: Parts): FailureReport {
  const { cause, message, at, exitCode = null, attempts = 0 } = parts;
  const report = { instance: path, key, index, cause, exit_code: exitCode, message, attempts, at };
  if (!tolerated) walk.failures.push(report);
  return report;
}

/** A dag that only holds a failure is none itself; the caller looks at what is in it. */
function isFailure({ phase }: WorkflowNode): boolean {
  return phase === "Failed" || phase === "Error";
}
