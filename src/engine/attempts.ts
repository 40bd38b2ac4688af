// What backends tell about attempts. An event that does not concern the running attempt of its instance (late, doubled, unknown) changes nothing.
import { makeReady, vacate } from "./admission.ts";
import { failInstance, makeDelayed } from "./enter.ts";
import { capMessage, dropInstance } from "./failures.ts";
import type { Event, Outcome } from "./protocol.ts";
import type { FailedOutcome } from "./recorded.ts";
import { decideRetry } from "./retry.ts";
import { releaseChild } from "./scope.ts";
import type { Instance, RunState } from "./state.ts";

type Started = Extract<Event, { readonly type: "attempt-started" }>;
type Ended = Extract<Event, { readonly type: "attempt-ended" }>;

/** Writes down how the backend finds the attempt again. */
export function noteStarted(state: RunState, event: Started): void {
  const { instance: id, attempt, handle, time } = event;
  if (handle === undefined || state.running.get(id)?.attempt !== attempt) return;
  state.records.push({ type: "attempt-handle", instance: id, attempt, handle, time });
}

/** Takes the end of an attempt: a result, a failure that is retried or not, or an end that counts as none. */
export function noteEnded(state: RunState, event: Ended): void {
  const instance = state.running.get(event.instance);
  if (state.adopted.get(event.instance) === event.attempt) releaseAdopted(state, event);
  if (instance === undefined || instance.attempt !== event.attempt) return;
  const outcome: Outcome = instance.stale ? { ok: false, cause: "lost" } : capOutcome(event.outcome);
  instance.stale = false;
  vacate(state, instance);
  const { id, attempt, fingerprint, scope } = instance;
  state.records.push({ type: "attempt-ended", instance: id, attempt, fingerprint, outcome, time: event.time });
  if (outcome.ok) {
    succeed(state, instance, outcome);
    return;
  }
  if (outcome.cause === "cancelled" || outcome.cause === "lost") {
    if (scope.doom !== null) dropInstance(state, instance);
    else makeReady(state, instance);
    return;
  }
  fail(state, instance, outcome);
}

/** An attempt of an earlier driver that nobody waits for has ended; a result that it still gave is kept. */
function releaseAdopted(state: RunState, event: Ended): void {
  const { instance, attempt, outcome, time } = event;
  const open = state.options.recorded?.instances.get(instance)?.open;
  if (open?.attempt === attempt) {
    const { fingerprint } = open;
    state.records.push({ type: "attempt-ended", instance, attempt, fingerprint, outcome: capOutcome(outcome), time });
    const endings = state.options.recorded?.endings ?? 0;
    if (outcome.ok) state.lateResults.set(instance, { fingerprint, value: outcome.value, attempt, endings });
  }
  state.adopted.delete(instance);
  if (state.adopted.size > 0 || state.held === null) return;
  state.work.push(state.held);
  state.held = null;
}

function capOutcome(outcome: Outcome): Outcome {
  return "message" in outcome ? { ...outcome, message: capMessage(outcome.message) } : outcome;
}

function succeed(state: RunState, instance: Instance, outcome: Extract<Outcome, { readonly ok: true }>): void {
  const { id, attempt, scope } = instance;
  instance.state = "ended";
  if (scope.lane === null) state.progress.set(id, "succeeded");
  const report = { type: "instance-succeeded", instance: id, attempts: attempt, reused: false } as const;
  const { cachedFrom } = outcome;
  state.commands.push({ type: "report", report: cachedFrom === undefined ? report : { ...report, cachedFrom } });
  state.work.push({ kind: "complete", scope, node: instance.node, value: outcome.value });
  releaseChild(state, scope, instance);
}

function fail(state: RunState, instance: Instance, outcome: FailedOutcome): void {
  const { scope } = instance;
  const at = scope.table.block.nodes[instance.node]!.source;
  if (scope.doom !== null) {
    if (scope.doom.cause === null) {
      dropInstance(state, instance);
      return;
    }
    const { cause, message, exitCode } = outcome;
    failInstance(state, instance, { cause, message, at, exitCode, attempts: ++instance.charged });
    return;
  }
  const decision = decideRetry(state, instance, outcome, at);
  if (!decision.retry) {
    failInstance(state, instance, decision.failure);
    return;
  }
  instance.alone = true;
  const { cause, message } = outcome;
  const { delay } = decision;
  const report = {
    type: "instance-retried",
    instance: instance.id,
    attempt: instance.attempt + 1,
    cause,
    message,
    delay,
  } as const;
  state.commands.push({ type: "report", report });
  if (delay > 0) makeDelayed(state, instance, state.time + delay);
  else makeReady(state, instance);
}

/** The wait of an instance is over. */
export function noteTimer(state: RunState, timer: string): void {
  const instance = state.delayed.get(timer);
  if (instance === undefined) return;
  state.delayed.delete(timer);
  if (instance.state === "delayed") makeReady(state, instance);
}
