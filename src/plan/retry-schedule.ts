// What the `retry` lines of a task come to, unrolled: the delays and amounts of each further attempt, for display, and the largest amounts any
// order of failures can lead to, for the bounds.
import { evaluate } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import { everyFreeName } from "../expr/names.ts";
import type { Type } from "../types/type.ts";
import type { PlanRetry, PlanTask } from "./plan.ts";
import { printDurationLiteral, printExpr, printValue } from "./print-expr.ts";
import { upperBound } from "./upper-bound.ts";

/** The amounts that a retry may change and a name in its expressions may mean, in the order they are shown. */
const GROWING = ["cpu", "memory", "storage", "shared_memory", "gpu"] as const;
export type Growing = (typeof GROWING)[number];

/** One `retry` line, unrolled. All texts are in the language's notation. */
export interface RetrySchedule {
  /** `oom`, `exit(75, 76)`. */
  readonly cause: string;
  /** How many further attempts, as a number or an expression. */
  readonly count: string;
  /** The waiting time before each further attempt; of a long schedule the first ones, `…` and the last. Empty without `after`. */
  readonly delays: readonly string[];
  /** The amount of the first attempt and of each further one while it changes; where a run-time value decides, the expressions. */
  readonly growth: readonly { readonly amount: Growing; readonly steps: readonly string[] }[];
}

const SHOWN = 6;
const MOST_STEPS = 2000;

/** The type of an amount, for printing it. */
export function amountType(amount: Growing): Type {
  return { kind: amount === "cpu" ? "float" : amount === "gpu" ? "int" : "size" };
}

/** An amount in the notation of the language: `16Gi`, `0.5`. */
function printAmount(amount: Growing, value: number): string {
  const type = amountType(amount);
  return type.kind === "size" ? printValue(value, type) : String(value);
}

/** The cause of a `retry` line as written. */
function printCause(retry: PlanRetry): string {
  return retry.cause === "exit" ? `exit(${retry.codes.join(", ")})` : retry.cause;
}

/** The `retry` lines of a task in their order, each as if no other cause came between. */
export function retrySchedules(task: PlanTask): RetrySchedule[] {
  return task.retries.map((retry) => ({
    cause: printCause(retry),
    count: printExpr(retry.count),
    delays: delaysOf(retry),
    growth: growthOf(task, retry),
  }));
}

/** The request of an amount, or undefined where the task says nothing. */
function requestOf(resources: PlanTask["resources"], amount: Growing): Expr | undefined {
  return amount === "gpu" ? resources.gpu : resources[amount]?.request;
}

function literalNumber(expr: Expr): number | undefined {
  return expr.op === "literal" && typeof expr.value === "number" ? expr.value : undefined;
}

const NO_STEPS: readonly string[] = [];
const NO_GROWTH: RetrySchedule["growth"] = [];

function delaysOf(retry: PlanRetry): readonly string[] {
  if (!retry.after) return NO_STEPS;
  const duration: Type = { kind: "duration" };
  const from = literalNumber(retry.after.from);
  if (!retry.after.to) return [printExpr(retry.after.from, duration)];
  const to = literalNumber(retry.after.to);
  const count = literalNumber(retry.count);
  if (from === undefined || to === undefined || count === undefined) {
    return [printExpr(retry.after.from, duration), "…", printExpr(retry.after.to, duration)];
  }
  const delays: string[] = [];
  for (let delay = from; delays.length < count; delay = Math.min(delay * 2, to)) {
    delays.push(printDurationLiteral(Math.min(delay, to)));
    // From here on every delay is the longest one.
    if (delay >= to || delay === 0) break;
  }
  return shorten(delays);
}

function shorten(steps: readonly string[]): string[] {
  return steps.length <= SHOWN ? [...steps] : [...steps.slice(0, SHOWN - 2), "…", steps.at(-1)!];
}

function growthOf(task: PlanTask, retry: PlanRetry): RetrySchedule["growth"] {
  if (!changesAmounts(retry)) return NO_GROWTH;
  const changed = GROWING.filter((amount) => requestOf(retry.overrides, amount));
  const count = literalNumber(retry.count);
  const values = new Map<string, number>();
  for (const amount of GROWING) {
    const request = requestOf(task.resources, amount);
    const value = request && literalNumber(request);
    if (value !== undefined) values.set(amount, value);
  }
  const steps = new Map<Growing, string[]>(changed.map((amount) => [amount, firstStep(task, amount)]));
  if (
    count === undefined ||
    !changed.every((amount) => everyFreeName(requestOf(retry.overrides, amount)!, (name) => values.has(name)))
  ) {
    for (const amount of changed)
      steps.get(amount)!.push(printExpr(requestOf(retry.overrides, amount)!, amountType(amount)));
  } else {
    for (let attempt = 0; attempt < Math.min(count, MOST_STEPS); attempt++) {
      const next = nextAmounts(retry, changed, values);
      if (!next || changed.every((amount) => next.get(amount) === values.get(amount))) break;
      for (const amount of changed) {
        if (values.get(amount) !== next.get(amount)) steps.get(amount)!.push(printAmount(amount, next.get(amount)!));
        values.set(amount, next.get(amount)!);
      }
    }
  }
  return changed.map((amount) => ({ amount, steps: shorten(steps.get(amount)!) }));
}

function firstStep(task: PlanTask, amount: Growing): string[] {
  const request = requestOf(task.resources, amount);
  return request ? [printExpr(request, amountType(amount))] : [];
}

/** The amounts after one more failure; undefined when an expression fails. */
function nextAmounts(
  retry: PlanRetry,
  changed: readonly Growing[],
  values: ReadonlyMap<string, number>,
): Map<Growing, number> | undefined {
  const next = new Map<Growing, number>();
  for (const amount of changed) {
    const result = evaluate(requestOf(retry.overrides, amount)!, (name) => values.get(name));
    if (!result.ok || typeof result.value !== "number") return undefined;
    next.set(amount, result.value);
  }
  return next;
}

/** Whether a `retry` line gives the next attempt other amounts. */
export function changesAmounts(retry: PlanRetry): boolean {
  for (const amount of GROWING) if (requestOf(retry.overrides, amount) !== undefined) return true;
  return false;
}

/**
 * The largest request that any order of failures within the budgets can lead to, by amount; an amount the task never asks for is missing, and
 * null is one that the run decides.
 */
export function largestRequests(task: PlanTask): Map<Growing, number | null> {
  const growing = task.retries.filter(changesAmounts);
  const asked = GROWING.filter((amount) =>
    [task.resources, ...growing.map((retry) => retry.overrides)].some((each) => requestOf(each, amount)),
  );
  const first = new Map<string, number>();
  for (const amount of asked) {
    const request = requestOf(task.resources, amount);
    const bound = request ? upperBound(request) : 0;
    if (bound !== undefined) first.set(amount, bound);
  }
  const reached = growing.length === 0 ? [first] : everyOrder(first, growing);
  return new Map(asked.map((amount) => [amount, largestOf(amount, first, growing, reached)]));
}

type Reached = readonly ReadonlyMap<string, number>[];

// Every state that some order of failures leads to; undefined where there are too many, or a budget is not known.
function everyOrder(first: ReadonlyMap<string, number>, growing: readonly PlanRetry[]): Reached | undefined {
  const budgets = growing.map((retry) => literalNumber(retry.count));
  if (budgets.some((budget) => budget === undefined)) return undefined;
  const states = [{ amounts: first, left: budgets as readonly number[] }];
  const seen = new Set<string>();
  for (let at = 0; at < states.length; at++) {
    if (states.length > MOST_STEPS) return undefined;
    const { amounts, left } = states[at]!;
    growing.forEach((retry, line) => {
      if (left[line]! <= 0) return;
      const next = {
        amounts: boundsAfter(retry, amounts),
        left: left.map((count, each) => (each === line ? count - 1 : count)),
      };
      if (growing.length === 1 && sameAmounts(amounts, next.amounts)) return;
      const key = JSON.stringify([next.left, ...next.amounts]);
      if (seen.has(key)) return;
      seen.add(key);
      states.push(next);
    });
  }
  return states.map((state) => state.amounts);
}

function boundsAfter(retry: PlanRetry, amounts: ReadonlyMap<string, number>): Map<string, number> {
  const next = new Map(amounts);
  for (const amount of GROWING) {
    const override = requestOf(retry.overrides, amount);
    if (!override) continue;
    const bound = upperBound(override, amounts);
    if (bound === undefined) next.delete(amount);
    else next.set(amount, bound);
  }
  return next;
}

function sameAmounts(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return GROWING.every((amount) => a.get(amount) === b.get(amount));
}

function largestOf(
  amount: Growing,
  first: ReadonlyMap<string, number>,
  growing: readonly PlanRetry[],
  reached: Reached | undefined,
): number | null {
  const bounds = reached
    ? reached.map((amounts) => amounts.get(amount))
    : [
        first.get(amount),
        ...growing
          .map((retry) => requestOf(retry.overrides, amount))
          .filter((each) => each)
          .map((each) => upperBound(each!)),
      ];
  let most = 0;
  for (const bound of bounds) {
    if (bound === undefined) return null;
    most = Math.max(most, bound);
  }
  return most;
}
