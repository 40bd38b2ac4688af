// Failures and what they doom. A failure dooms its scope and, as far as no map tolerates it, everything around it, up to the run: nothing new
// starts there, what waits is dropped, what runs may end. The walk up and the walk down are loops.
import type { EvaluationFailure } from "../expr/expr.ts";
import type { Cause } from "../types/type.ts";
import { makeRecord, type RecordValue } from "../types/value.ts";
import { joinNode } from "./instance-id.ts";
import type { FailureReport, InstanceId } from "./protocol.ts";
import { releaseChild } from "./scope.ts";
import type { Doom, Failure, Instance, MapRun, RunState, Scope } from "./state.ts";

/** Longer messages are cut, since a failure per item may have to be kept. In UTF-16 units. */
const MESSAGE_LIMIT = 4096;
/** Failures of single items that a failed map keeps beside its own. */
const WITHIN_LIMIT = 100;

/** The message, cut in its middle where it is too long. */
export function capMessage(message: string): string {
  if (message.length <= MESSAGE_LIMIT) return message;
  const half = MESSAGE_LIMIT / 2 - 16;
  return `${message.slice(0, half)}\n[… cut …]\n${message.slice(-half)}`;
}

export interface FailureParts {
  readonly cause: Cause;
  readonly message: string;
  readonly at: string;
  readonly exitCode?: number | undefined;
  readonly attempts?: number;
}

/** The failure of an instance in a scope. */
export function makeFailure(scope: Scope, instance: InstanceId, parts: FailureParts): Failure {
  const { cause, message, at, exitCode, attempts } = parts;
  const report: FailureReport = {
    instance,
    key: scope.lane?.key ?? "",
    index: scope.lane?.index ?? 0,
    cause,
    exit_code: exitCode ?? null,
    message: capMessage(message),
    attempts: attempts ?? 0,
    at,
  };
  return { report, within: [] };
}

/** A node that failed without an attempt: an expression, a check, a map that cannot be laid out. */
export function failNode(state: RunState, scope: Scope, node: number, parts: FailureParts): void {
  const id = joinNode(scope.path, scope.table.block.nodes[node]!.id);
  failScope(state, scope, makeFailure(scope, id, parts));
}

/** The parts of a failed evaluation. */
export function expressionParts(failure: EvaluationFailure): FailureParts {
  return { cause: "expression", message: failure.message, at: failure.at };
}

/** Something in the scope failed for good. While the run is being cancelled that is no failure. */
export function failScope(state: RunState, scope: Scope, failure: Failure): void {
  if (isCancelled(state, scope)) {
    doomScope(state, scope, { cause: null });
    return;
  }
  if (state.adopting && state.adopted.size > 0) {
    state.deferred.push({ scope, failure });
    return;
  }
  scope.failures.push(failure);
  spread(state, scope, failure);
  const tolerated = isBorne(scope);
  state.commands.push({ type: "report", report: { type: "instance-failed", failure: failure.report, tolerated } });
}

function isCancelled(state: RunState, scope: Scope): boolean {
  const root = scope.inFinally ? state.finally : state.body;
  return root?.doom?.cause === null;
}

/** Dooms the scope and what is around it, outwards until a map bears it or the run is doomed. */
function spread(state: RunState, scope: Scope, failure: Failure): void {
  let current = scope;
  let cause = failure;
  for (;;) {
    if (current.doom === null) doomScope(state, current, { cause });
    else if (current !== scope) return;
    const { owner } = current;
    if (owner.kind === "run") {
      if (!current.inFinally) reportFailing(state, current, cause);
      return;
    }
    if (owner.kind === "node") {
      current = owner.scope;
      continue;
    }
    const { map, index } = owner;
    countFailed(map, index, cause);
    if (map.failed.size <= map.allowed || map.doom !== null) return;
    cause = summarize(map);
    doomMap(state, map, { cause });
    current = map.scope;
  }
}

/** True when a map around the scope bears its failure. */
function isBorne(scope: Scope): boolean {
  let { owner } = scope;
  while (owner.kind !== "run") {
    if (owner.kind === "lane" && owner.map.failed.size <= owner.map.allowed) return true;
    owner = owner.kind === "lane" ? owner.map.scope.owner : owner.scope.owner;
  }
  return false;
}

function reportFailing(state: RunState, root: Scope, cause: Failure): void {
  if (state.phase !== "body" || root.doom?.cause !== cause) return;
  state.commands.push({ type: "report", report: { type: "run-failing", failure: cause.report } });
  if (state.options.failFast) stopRunning(state);
}

/** Of what failed in a doomed scope, what doomed it; else the first. Undefined when nothing in it failed. */
export function findDecisive(scope: Scope): Failure | undefined {
  const cause = scope.doom?.cause?.report.instance;
  return scope.failures.find((failure) => failure.report.instance === cause) ?? scope.failures[0];
}

/** Counts an item as failed, once. */
export function countFailed(map: MapRun, index: number, failure: Failure): void {
  if (map.failed.has(index)) return;
  // A tolerated failure keeps nothing but its report.
  const kept =
    map.failed.size < WITHIN_LIMIT || failure.within.length === 0 ? failure : { report: failure.report, within: [] };
  map.failed.set(index, kept);
  map.progress.failed++;
}

/** The failure of a map whose items failed beyond what it tolerates, as far as is known now. */
export function summarize(map: MapRun): Failure {
  const count = map.items.length;
  const [firstIndex, first] = map.failed.entries().next().value!;
  const failed = map.failed.size;
  const tolerance = map.node.tolerate === undefined ? "" : ` (\`tolerate\` allows ${map.allowed})`;
  const message =
    `${failed} of ${count} ${count === 1 ? "item" : "items"} failed${tolerance}. ` +
    `The first failure is that of item \`${map.keys[firstIndex]}\` (index ${firstIndex}): ${first.report.message}`;
  const { cause, exit_code, attempts } = first.report;
  const failure = makeFailure(map.scope, map.id, {
    cause,
    message,
    at: map.node.source,
    exitCode: exit_code ?? undefined,
    attempts,
  });
  const within = [...map.failed].sort(([a], [b]) => a - b).slice(0, WITHIN_LIMIT);
  return { report: failure.report, within: within.map(([, item]) => item) };
}

/** Asks for the end of every running attempt. */
export function stopRunning(state: RunState): void {
  for (const { id, attempt } of state.running.values()) state.commands.push({ type: "stop", instance: id, attempt });
}

/** From now on nothing starts in the scope and in what is inside; what waits there is dropped. Closes what has nothing running. */
export function doomScope(state: RunState, scope: Scope, doom: Doom): void {
  doomAll(state, [scope], doom);
}

function doomMap(state: RunState, map: MapRun, doom: Doom): void {
  map.doom = doom;
  doomAll(state, [...map.lanes.values()], doom);
}

function doomAll(state: RunState, stack: Scope[], doom: Doom): void {
  for (let scope = stack.pop(); scope !== undefined; scope = stack.pop()) {
    if (scope.doom !== null) continue;
    scope.doom = doom;
    for (const child of scope.live) {
      if (child.kind === "scope") stack.push(child);
      else if (child.kind === "instance") {
        if (child.state === "ready" || child.state === "delayed") dropInstance(state, child);
      } else {
        if (child.doom === null) child.doom = doom;
        for (const lane of child.lanes.values()) stack.push(lane);
        if (child.lanes.size === 0) state.work.push({ kind: "close-map", map: child });
      }
    }
    if (scope.live.size === 0) state.work.push({ kind: "close", scope });
  }
}

/** Takes a waiting instance out of the run. */
export function dropInstance(state: RunState, instance: Instance): void {
  instance.state = "ended";
  if (instance.scope.lane === null) state.progress.set(instance.id, "cancelled");
  releaseChild(state, instance.scope, instance);
}

/** The failures as a flat list, what is inside before what sums it up. */
export function flattenFailures(failures: readonly Failure[]): readonly FailureReport[] {
  const reports: FailureReport[] = [];
  const stack = failures.map((failure) => ({ failure, opened: false })).reverse();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { failure, opened } = top;
    if (opened || failure.within.length === 0) reports.push(failure.report);
    else {
      stack.push({ failure, opened: true });
      for (const inner of failure.within.toReversed()) stack.push({ failure: inner, opened: false });
    }
  }
  return reports;
}

/** A failure as values of the language see it. */
export function toFailureValue(report: Omit<FailureReport, "instance" | "at">): RecordValue {
  const { key, index, cause, exit_code, message, attempts } = report;
  return makeRecord(Object.entries({ key, index, cause, exit_code, message, attempts }));
}
