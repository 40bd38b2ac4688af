// Retry lines: which one answers a failed attempt, how long to wait, and what the next attempt gets. The decision depends on the instance and the
// outcome alone, so that it comes out the same when recorded failures are gone through again on resume.
import { evaluate } from "../expr/evaluate.ts";
import type { Expr, Lookup } from "../expr/expr.ts";
import type { PlanRetry, PlanTask } from "../plan/plan.ts";
import { capMessage, type FailureParts } from "./failures.ts";
import type { FailedOutcome, RecordedInstance } from "./recorded.ts";
import { evaluateResources, makeOverrideLookup } from "./resources.ts";
import type { Instance, RunOptions, RunState } from "./state.ts";

export type RetryDecision =
  /** Milliseconds from the failure to the next attempt. */
  { readonly retry: true; readonly delay: number } | { readonly retry: false; readonly failure: FailureParts };

/** The amounts of a task that says nothing: cpu in cores, memory in bytes. */
export function getDefaults(options: RunOptions): { readonly cpu: number; readonly memory: number } {
  return { cpu: options.defaults?.cpu ?? 1, memory: options.defaults?.memory ?? 0 };
}

/** Evaluates the resources and the timeout of an instance, once; the failure where that cannot be done. */
export function prepareInstance(instance: Instance): FailureParts | null {
  if (instance.resources !== null) return null;
  const { task, lookup } = instance;
  const evaluated = evaluateResources(task.resources, lookup, {}, task.source);
  if (!evaluated.ok) return { cause: "expression", ...evaluated.failure };
  if (task.timeout !== undefined) {
    const timeout = evaluate(task.timeout, lookup);
    if (!timeout.ok) return { cause: "expression", ...timeout.failure };
    if (!((timeout.value as number) > 0)) {
      return { cause: "expression", message: "The `timeout` of this task must be above zero.", at: task.source };
    }
    instance.timeout = timeout.value as number;
  }
  instance.resources = evaluated.resources;
  return null;
}

/** Charges the instance with the outcome: uses up budget and grows resources of the instance where a retry line answers the outcome. */
export function decideRetry(state: RunState, instance: Instance, outcome: FailedOutcome, at: string): RetryDecision {
  const final: FailureParts = {
    cause: outcome.cause,
    message: capMessage(outcome.message),
    at,
    exitCode: outcome.exitCode,
    attempts: ++instance.charged,
  };
  if (outcome.retryable === false) return { retry: false, failure: final };
  const { task, lookup } = instance;
  instance.uses ??= task.retries.map(() => 0);
  for (const [index, line] of task.retries.entries()) {
    if (!matches(line, outcome)) continue;
    const count = evaluateNumber(line.count, lookup);
    if (!count.ok) return stop(final, count);
    const used = instance.uses[index]!;
    if (used >= count.value) continue;
    const delay = evaluateDelay(line, used, lookup);
    if (!delay.ok) return stop(final, delay);
    const unprepared = prepareInstance(instance);
    if (unprepared !== null) return stop(final, unprepared);
    const previous = instance.resources ?? {};
    const scope = makeOverrideLookup(previous, getDefaults(state.options), lookup);
    const grown = evaluateResources(line.overrides, scope, previous, line.source);
    if (!grown.ok) return stop(final, grown.failure);
    instance.uses[index] = used + 1;
    instance.resources = grown.resources;
    return { retry: true, delay: delay.value };
  }
  return { retry: false, failure: final };
}

/** The retry itself cannot be worked out; the message says so after that of the attempt. */
function stop(final: FailureParts, reason: { readonly message: string; readonly at: string }): RetryDecision {
  const message = `${reason.message} This was found when the next attempt was prepared, after: ${final.message}`;
  return { retry: false, failure: { ...final, cause: "expression", message, at: reason.at } };
}

function matches(line: PlanRetry, outcome: FailedOutcome): boolean {
  if (line.cause === "any") return outcome.cause !== "evicted";
  if (line.cause !== outcome.cause) return false;
  return line.cause !== "exit" || (outcome.exitCode !== undefined && line.codes.includes(outcome.exitCode));
}

type Numeric =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly message: string; readonly at: string };

function evaluateNumber(expr: Expr, lookup: Lookup): Numeric {
  const evaluated = evaluate(expr, lookup);
  return evaluated.ok ? { ok: true, value: evaluated.value as number } : { ok: false, ...evaluated.failure };
}

function evaluateDelay(line: PlanRetry, used: number, lookup: Lookup): Numeric {
  if (line.after === undefined) return { ok: true, value: 0 };
  const from = evaluateNumber(line.after.from, lookup);
  if (!from.ok) return from;
  const first = Math.max(0, from.value);
  if (line.after.to === undefined) return { ok: true, value: first };
  const to = evaluateNumber(line.after.to, lookup);
  if (!to.ok) return to;
  return { ok: true, value: Math.min(first * 2 ** Math.min(used, 1000), Math.max(first, to.value)) };
}

/** What the records say about an instance that is reached again and has no result of this fingerprint. */
export type PastVerdict =
  | { readonly kind: "go-on" /** Not before this time. */; readonly due: number }
  | { readonly kind: "failed"; readonly failure: FailureParts };

/** Goes through recorded failures again, so that budgets, growth and delay stand where they stood. */
export function recallFailures(state: RunState, instance: Instance, past: RecordedInstance, at: string): PastVerdict {
  const { scope, fingerprint } = instance;
  const recorded = state.options.recorded!;
  let verdict: PastVerdict = { kind: "go-on", due: 0 };
  let life = -1;
  const startAfresh = (): void => {
    instance.uses = null;
    instance.resources = null;
    verdict = { kind: "go-on", due: 0 };
  };
  for (const failure of past.failures) {
    if (failure.fingerprint !== fingerprint) continue;
    if (scope.inFinally && failure.endings !== recorded.endings) continue;
    const isFinal = (verdict as PastVerdict).kind === "failed";
    if (isFinal && life !== failure.life) startAfresh();
    // An attempt after the last budget was used up: a resume had given new ones.
    else if (isFinal) continue;
    life = failure.life;
    const decision = decideRetry(state, instance, failure.outcome, at);
    // A clock that was set back since must not stretch the wait.
    const begin = Math.min(failure.time, state.time);
    verdict = decision.retry
      ? { kind: "go-on", due: begin + decision.delay }
      : { kind: "failed", failure: decision.failure };
    instance.alone = true;
  }
  const lives = recorded.lives + (state.retryFailed ? 1 : 0);
  if ((verdict as PastVerdict).kind === "failed" && !scope.keepFailures && life !== -1 && life < lives) startAfresh();
  return verdict;
}

/** The plan's task by id. */
export function getTask(state: RunState, id: string): PlanTask {
  const task = state.tasks.get(id);
  if (task === undefined) throw new Error(`the plan has no task ${id}`);
  return task;
}
