// A run as a pure state machine: events in, commands out; no clock, no IO, no randomness. The same events give the same commands. Each step
// appends at most one batch of records, which comes before every command that rests on it.
import { evaluate } from "../expr/evaluate.ts";
import type { Plan } from "../plan/plan.ts";
import { makeRecord, type Value } from "../types/value.ts";
import { assertNever } from "../util/assert-never.ts";
import { admit } from "./admission.ts";
import { noteEnded, noteStarted, noteTimer } from "./attempts.ts";
import { enterNode, failInstance } from "./enter.ts";
import {
  doomScope,
  expressionParts,
  failScope,
  flattenFailures,
  makeFailure,
  stopRunning,
  toFailureValue,
} from "./failures.ts";
import { finallyPath } from "./instance-id.ts";
import { closeMap, endLane, makeGroup, replayLanes, settleReplayed } from "./lanes.ts";
import type { Command, Event, FailureReport } from "./protocol.ts";
import { makeQueue } from "./queue.ts";
import { findTouchedLanes } from "./recorded.ts";
import { completeNode, getTable, openScope, releaseChild } from "./scope.ts";
import type { RunOptions, RunState, Scope, Work } from "./state.ts";

const TIMEOUT_TIMER = "timeout";

/** A run that has not started: its first event is `run-started`, or `cancel-requested` when it is to be cancelled at once. */
export function createRun(plan: Plan, options: RunOptions): RunState {
  const pipelines = new Map(plan.pipelines.map((pipeline) => [pipeline.id, pipeline]));
  const pipeline = pipelines.get(plan.pipeline);
  if (pipeline === undefined) throw new Error(`the plan has no pipeline ${plan.pipeline}`);
  const ended = options.recorded?.ended ?? null;
  return {
    plan,
    pipeline,
    options,
    tasks: new Map(plan.tasks.map((task) => [task.id, task])),
    pipelines,
    tables: new Map(),
    touchedLanes: findTouchedLanes(options.recorded, options.adopted),
    retryFailed: options.retryFailed ?? (ended === "failed" || ended === "cancelled"),
    phase: "new",
    time: 0,
    capacity: options.capacity,
    cancels: 0,
    body: null,
    finally: null,
    outcome: null,
    work: [],
    plain: makeGroup(null),
    turns: makeQueue(),
    running: new Map(),
    delayed: new Map(),
    adopting: true,
    adopted: new Map(options.adopted),
    lateResults: new Map(),
    deferred: [],
    held: null,
    used: { slots: 0, cpu: 0, memory: 0, gpu: 0 },
    oversized: new Set(),
    progress: new Map(),
    maps: new Map(),
    records: [],
    commands: [],
  };
}

/** Takes one event into the run, which changes, and says what is to be done, in that order. */
export function step(state: RunState, event: Event): readonly Command[] {
  if (state.phase === "ended") return [];
  state.time = event.time;
  handle(state, event);
  settle(state);
  const { records, commands } = state;
  state.records = [];
  state.commands = [];
  return records.length === 0 ? commands : [{ type: "append", records }, ...commands];
}

function handle(state: RunState, event: Event): void {
  switch (event.type) {
    case "run-started":
      startRun(state);
      return;
    case "attempt-started":
      noteStarted(state, event);
      return;
    case "attempt-ended":
      noteEnded(state, event);
      return;
    case "timer-fired":
      if (event.timer === TIMEOUT_TIMER) {
        timeOut(state);
        return;
      }
      noteTimer(state, event.timer);
      return;
    case "capacity-changed":
      state.capacity = event.capacity;
      return;
    case "cancel-requested":
      cancel(state);
      return;
    default:
      assertNever(event);
  }
}

/** Does all work that follows, then starts what may start, until neither is left. */
function settle(state: RunState): void {
  for (;;) {
    workOff(state);
    const admission = admit(state);
    if (admission.kind === "idle") return;
    if (admission.kind === "failed") failInstance(state, admission.instance, admission.failure);
  }
}

function workOff(state: RunState): void {
  for (let work = state.work.pop(); work !== undefined; work = state.work.pop()) perform(state, work);
}

function perform(state: RunState, work: Work): void {
  switch (work.kind) {
    case "enter":
      enterNode(state, work.scope, work.node);
      return;
    case "complete":
      completeNode(state, work.scope, work.node, work.value);
      return;
    case "close":
      closeScope(state, work.scope);
      return;
    case "close-map":
      closeMap(state, work.map);
      return;
    case "replay":
      replayLanes(state, work.map, work.index);
      return;
    case "settle-replayed":
      settleReplayed(work.map, work.index);
      return;
    case "run-closed":
      if (state.adopted.size > 0) state.held = work;
      else if (work.scope.inFinally) endRun(state);
      else closeBody(state, work.scope, work.value);
      return;
    default:
      assertNever(work);
  }
}

/** Closes a scope that has nothing left to do, and hands its value or its failures to its owner. */
function closeScope(state: RunState, scope: Scope): void {
  if (scope.closed || scope.live.size > 0 || (scope.doom === null && scope.remaining > 0)) return;
  let value: Value = null;
  const { yield: result } = scope.table.block;
  if (scope.doom === null && result !== undefined) {
    const evaluated = evaluate(result.value, scope.lookup);
    // Dooms the scope, which comes back here to close.
    if (!evaluated.ok) {
      failScope(state, scope, makeFailure(scope, scope.path, expressionParts(evaluated.failure)));
      return;
    }
    value = evaluated.value;
  }
  scope.closed = true;
  const { owner } = scope;
  if (owner.kind === "run") {
    state.work.push({ kind: "run-closed", scope, value });
  } else if (owner.kind === "lane") {
    endLane(state, owner.map, owner.index, scope, value);
  } else {
    if (scope.doom === null) state.work.push({ kind: "complete", scope: owner.scope, node: owner.node, value });
    for (const failure of scope.failures) owner.scope.failures.push(failure);
    releaseChild(state, owner.scope, scope);
  }
}

function startRun(state: RunState): void {
  if (state.phase !== "new") return;
  state.phase = "body";
  const { options, pipeline, time } = state;
  const { planHash, parameters, run, recorded } = options;
  state.records.push(
    recorded === undefined
      ? { type: "run-started", run, planHash, parameters, engine: options.engineVersion, time }
      : { type: "run-resumed", retryFailed: state.retryFailed, planHash, parameters, time },
  );
  const values = Object.entries(parameters);
  const body = openRoot(state, pipeline.body, "", values, false);
  state.body = body;
  if (state.cancels > 0) {
    state.records.push({ type: "cancel-requested", time });
    doomScope(state, body, { cause: null });
  }
  if (pipeline.timeout !== undefined && body.doom === null) setTimeLimit(state, body);
  // What is reached takes its adopted attempt over; the others belong to nothing any more.
  workOff(state);
  state.adopting = false;
  for (const { scope, failure } of state.deferred) if (!scope.closed) failScope(state, scope, failure);
  state.deferred = [];
  for (const [instance, attempt] of state.adopted) state.commands.push({ type: "stop", instance, attempt });
}

function setTimeLimit(state: RunState, body: Scope): void {
  const limit = evaluate(state.pipeline.timeout!, body.lookup);
  if (!limit.ok) {
    failScope(state, body, makeFailure(body, "", expressionParts(limit.failure)));
    return;
  }
  state.commands.push({
    type: "set-timer",
    timer: TIMEOUT_TIMER,
    due: state.time + Math.max(0, limit.value as number),
  });
}

function openRoot(
  state: RunState,
  block: Scope["table"]["block"],
  path: string,
  values: Iterable<readonly [string, Value]>,
  inFinally: boolean,
): Scope {
  const parts = {
    path,
    staticPath: path,
    outer: null,
    owner: { kind: "run" },
    lane: null,
    group: state.plain,
  } as const;
  return openScope(state, { ...parts, table: getTable(state, block), inFinally, keepFailures: false }, values);
}

function timeOut(state: RunState): void {
  const { body, pipeline } = state;
  if (state.phase !== "body" || body === null) return;
  if (body.doom === null) {
    const limit = evaluate(pipeline.timeout!, body.lookup);
    const seconds = limit.ok ? ` of ${(limit.value as number) / 1000} s` : "";
    const message = `The run has reached its \`timeout\`${seconds}. What was running is stopped.`;
    failScope(state, body, makeFailure(body, "", { cause: "timeout", message, at: pipeline.source }));
  }
  stopRunning(state);
}

function cancel(state: RunState): void {
  state.cancels++;
  if (state.phase === "new") return;
  state.records.push({ type: "cancel-requested", time: state.time });
  if (state.phase === "body") {
    if (state.cancels > 1) return;
    if (state.body!.doom === null) doomScope(state, state.body!, { cause: null });
    stopRunning(state);
  } else if (state.cancels > 1 && state.finally !== null && state.finally.doom === null) {
    doomScope(state, state.finally, { cause: null });
    stopRunning(state);
  }
}

function closeBody(state: RunState, body: Scope, result: Value): void {
  const status = body.doom === null ? "succeeded" : body.doom.cause === null ? "cancelled" : "failed";
  state.outcome = { status, result, failures: body.failures };
  const block = state.pipeline.finally;
  if (block === undefined || state.cancels > 1) {
    endRun(state);
    return;
  }
  state.phase = "finally";
  state.commands.push({ type: "report", report: { type: "finally-started" } });
  const failures = flattenFailures(body.failures).map(toFailureValue);
  const run = makeRecord([
    ["name", state.options.run],
    ["status", status],
    ["failures", failures],
  ]);
  const values = [...Object.entries(state.options.parameters), ["run", run] as const];
  state.finally = openRoot(state, block, finallyPath(state.pipeline), values, true);
}

function endRun(state: RunState): void {
  const { status, result, failures: own } = state.outcome!;
  const failures: readonly FailureReport[] = flattenFailures([...own, ...(state.finally?.failures ?? [])]);
  const hasResult = status === "succeeded" && state.pipeline.body.yield !== undefined;
  const end = hasResult ? { status, result, failures } : { status, failures };
  state.records.push({ type: "run-ended", ...end, time: state.time });
  state.commands.push({ type: "end", ...end });
  state.phase = "ended";
}
