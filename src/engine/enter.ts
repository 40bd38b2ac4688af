// What happens when a node has all it waits for, by its kind. Pure nodes are evaluated here, once; a task call becomes an instance, unless a
// recorded result of the same fingerprint stands for it; a branch, a pipeline and a map open what is inside.
import { evaluate } from "../expr/evaluate.ts";
import type { Lookup } from "../expr/expr.ts";
import type { ExprArgument, PlanCall, PlanCheck, PlanIf, PlanNode, PlanPipelineCall } from "../plan/plan.ts";
import { makeRecord, type RecordValue, type Value } from "../types/value.ts";
import { assertNever } from "../util/assert-never.ts";
import { makeReady, occupy } from "./admission.ts";
import { expandMap } from "./expand-map.ts";
import { expressionParts, type FailureParts, failNode, failScope, makeFailure } from "./failures.ts";
import { fingerprint } from "./fingerprint.ts";
import { joinNode } from "./instance-id.ts";
import { openMap } from "./lanes.ts";
import type { RecordedInstance, RecordedResult } from "./recorded.ts";
import { getTask, prepareInstance, recallFailures } from "./retry.ts";
import { getTable, openScope, releaseChild } from "./scope.ts";
import type { Instance, RunState, Scope } from "./state.ts";

/** Starts a node of a scope; nothing happens in a doomed scope. */
export function enterNode(state: RunState, scope: Scope, index: number): void {
  if (scope.doom !== null) return;
  const node: PlanNode = scope.table.block.nodes[index]!;
  switch (node.kind) {
    case "let": {
      const evaluated = evaluate(node.value, scope.lookup);
      if (evaluated.ok) complete(state, scope, index, evaluated.value);
      else failNode(state, scope, index, expressionParts(evaluated.failure));
      return;
    }
    case "check":
      enterCheck(state, scope, index, node);
      return;
    case "call":
      enterCall(state, scope, index, node);
      return;
    case "if":
      enterIf(state, scope, index, node);
      return;
    case "pipeline":
      enterPipeline(state, scope, index, node);
      return;
    case "map": {
      const expanded = expandMap(node, scope.lookup);
      if (expanded.ok) openMap(state, scope, index, expanded.expansion);
      else failNode(state, scope, index, expressionParts(expanded.failure));
      return;
    }
    default:
      assertNever(node);
  }
}

function complete(state: RunState, scope: Scope, node: number, value: Value): void {
  state.work.push({ kind: "complete", scope, node, value });
}

function enterCheck(state: RunState, scope: Scope, index: number, node: PlanCheck): void {
  const test = evaluate(node.test, scope.lookup);
  if (!test.ok) {
    failNode(state, scope, index, expressionParts(test.failure));
    return;
  }
  if (test.value === true) {
    complete(state, scope, index, null);
    return;
  }
  let message = `The check \`${node.text}\` does not hold.`;
  if (node.message !== undefined) {
    const evaluated = evaluate(node.message, scope.lookup);
    if (!evaluated.ok) {
      failNode(state, scope, index, expressionParts(evaluated.failure));
      return;
    }
    message = String(evaluated.value);
  }
  failNode(state, scope, index, { cause: "check", message, at: node.source });
}

function enterIf(state: RunState, scope: Scope, index: number, node: PlanIf): void {
  const test = evaluate(node.test, scope.lookup);
  if (!test.ok) {
    failNode(state, scope, index, expressionParts(test.failure));
    return;
  }
  const block = test.value === true ? node.then : node.else;
  if (block === undefined) {
    complete(state, scope, index, null);
    return;
  }
  openScope(state, { ...inherited(scope, index), table: getTable(state, block), outer: scope }, []);
}

function enterPipeline(state: RunState, scope: Scope, index: number, node: PlanPipelineCall): void {
  const pipeline = state.pipelines.get(node.pipeline);
  if (pipeline === undefined) throw new Error(`the plan has no pipeline ${node.pipeline}`);
  const values = evaluateArguments(node.arguments, scope.lookup);
  if (!values.ok) {
    failNode(state, scope, index, values.failure);
    return;
  }
  openScope(state, { ...inherited(scope, index), table: getTable(state, pipeline.body), outer: null }, values.entries);
}

function inherited(scope: Scope, index: number) {
  const { lane, group, inFinally, keepFailures } = scope;
  const id = scope.table.block.nodes[index]!.id;
  const owner = { kind: "node", scope, node: index } as const;
  return {
    path: joinNode(scope.path, id),
    staticPath: joinNode(scope.staticPath, id),
    owner,
    lane,
    group,
    inFinally,
    keepFailures,
  };
}

type Arguments =
  | { readonly ok: true; readonly entries: readonly (readonly [string, Value])[] }
  | { readonly ok: false; readonly failure: FailureParts };

function evaluateArguments(given: readonly ExprArgument[], lookup: Lookup): Arguments {
  const entries: (readonly [string, Value])[] = [];
  for (const { name, value } of given) {
    const evaluated = evaluate(value, lookup);
    if (!evaluated.ok) return { ok: false, failure: expressionParts(evaluated.failure) };
    entries.push([name, evaluated.value]);
  }
  return { ok: true, entries };
}

function enterCall(state: RunState, scope: Scope, index: number, node: PlanCall): void {
  const values = evaluateArguments(node.arguments, scope.lookup);
  if (!values.ok) {
    failNode(state, scope, index, values.failure);
    return;
  }
  const parameters = makeRecord(values.entries);
  const instance = makeInstance(state, scope, index, node, parameters);
  const past = state.options.recorded?.instances.get(instance.id);
  if (past !== undefined) instance.attempt = past.attempts;
  const result = state.lateResults.get(instance.id) ?? past?.result ?? null;
  if (result !== null && isReusable(state, instance, result)) {
    if (scope.lane === null) state.progress.set(instance.id, "succeeded");
    const attempts = result.attempt;
    state.commands.push({
      type: "report",
      report: { type: "instance-succeeded", instance: instance.id, attempts, reused: true },
    });
    complete(state, scope, index, result.value);
    return;
  }
  scope.live.add(instance);
  const verdict = past === undefined ? null : recallFailures(state, instance, past, node.source);
  if (adopt(state, instance, past)) return;
  if (verdict?.kind === "failed") {
    failInstance(state, instance, verdict.failure);
    return;
  }
  if (verdict !== null && verdict.due > state.time) makeDelayed(state, instance, verdict.due);
  else makeReady(state, instance);
}

function makeInstance(state: RunState, scope: Scope, node: number, call: PlanCall, parameters: RecordValue): Instance {
  const task = getTask(state, call.task);
  return {
    kind: "instance",
    id: joinNode(scope.path, call.id),
    scope,
    node,
    task,
    parameters,
    lookup: (name) => (Object.hasOwn(parameters, name) ? parameters[name] : undefined),
    fingerprint: fingerprint(state.plan, task, parameters),
    state: "ready",
    attempt: 0,
    charged: 0,
    resources: null,
    timeout: null,
    uses: null,
    alone: false,
    stale: false,
    slot: null,
  };
}

/** What `finally` did at an earlier end of the run is done again at the next one, unless that earlier end was a success and nothing happens. */
function isReusable(state: RunState, instance: Instance, result: RecordedResult): boolean {
  if (result.fingerprint !== instance.fingerprint) return false;
  const recorded = state.options.recorded!;
  return !instance.scope.inFinally || result.endings === recorded.endings || recorded.ended === "succeeded";
}

/**
 * An attempt of an earlier driver still runs: it is waited for, in case of other work after it was told to stop; the instance is started anew
 * when it has ended without a result. False when there is none.
 */
function adopt(state: RunState, instance: Instance, past: RecordedInstance | undefined): boolean {
  const attempt = state.adopted.get(instance.id);
  if (attempt === undefined) return false;
  state.adopted.delete(instance.id);
  instance.attempt = Math.max(instance.attempt, attempt);
  const open = past?.open;
  instance.stale = open?.attempt !== attempt || open.fingerprint !== instance.fingerprint;
  if (!instance.stale && prepareInstance(instance) !== null) instance.stale = true;
  occupy(state, [instance]);
  if (instance.stale && state.adopting) state.commands.push({ type: "stop", instance: instance.id, attempt });
  return true;
}

/** An instance has failed for good. */
export function failInstance(state: RunState, instance: Instance, parts: FailureParts): void {
  const { scope } = instance;
  instance.state = "ended";
  if (scope.lane === null) state.progress.set(instance.id, "failed");
  // Before its release, so that the scope is doomed by this failure and not closed without it.
  failScope(state, scope, makeFailure(scope, instance.id, parts));
  releaseChild(state, scope, instance);
}

/** The timer of an instance that waits for its next attempt. */
export function makeDelayed(state: RunState, instance: Instance, due: number): void {
  const timer = `retry ${instance.attempt + 1} ${instance.id}`;
  instance.state = "delayed";
  state.delayed.set(timer, instance);
  if (instance.scope.lane === null) state.progress.set(instance.id, "retrying");
  state.commands.push({ type: "set-timer", timer, due });
}
