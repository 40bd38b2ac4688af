// Warns of retries after `oom` that give the next attempt no more memory than the one that was killed.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ExpressionNode, RetryNode } from "../syntax/ast.ts";
import { AMOUNTS } from "../types/amounts.ts";
import type { CheckContext } from "./context.ts";
import { estimate } from "./estimate.ts";
import { type FlatEntry, flattenRecord, withoutParentheses } from "./flatten-record.ts";
import { splitRange } from "./resolve-resources.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(tasks);

/** Checks one line. `base` holds the task's own entries of `resources`. */
export function checkGrowth(
  context: CheckContext,
  line: RetryNode,
  cause: string,
  base: ReadonlyMap<string, FlatEntry>,
): void {
  const count = estimate(context, line.count);
  if (count === 0) return;
  const overrides = line.overrides ? flattenRecord(context, line.overrides) : new Map<string, FlatEntry>();
  const grows =
    overrides.has("memory") || overrides.has("shared_memory") || overrides.has("node") || overrides.has("accelerator");
  if (cause === "oom" && !grows) {
    context.report(diagnostic("retry-without-growth", line.cause.span, {}));
    return;
  }
  const requests = previousAmounts(context, base, "request");
  const limits = previousAmounts(context, base, "limit");
  for (const [name, entry] of overrides) {
    if (!(AMOUNTS as readonly string[]).includes(name)) continue;
    const { limit } = splitRange(entry.value);
    const reason = isSame(name, limit, requests)
      ? `\`${name}\` is the amount it had`
      : cause === "oom" && (name === "memory" || name === "shared_memory")
        ? findReason(context, limit, requests, limits.get(name))
        : undefined;
    if (reason !== undefined) context.report(diagnostic("retry-does-not-grow", entry.value.span, { name, reason }));
  }
}

function isSame(name: string, value: ExpressionNode, before: ReadonlyMap<string, number>): boolean {
  const bare = withoutParentheses(value);
  return bare.kind === "NameExpression" && bare.text === name && before.has(name);
}

/** Compares limits, as it is the limit that a task was killed at; names in overrides mean requests. */
function findReason(
  context: CheckContext,
  value: ExpressionNode,
  requests: ReadonlyMap<string, number>,
  limit: number | undefined,
): string | undefined {
  const next = estimate(context, value, requests);
  if (limit === undefined || next === undefined || Number.isNaN(limit) || Number.isNaN(next) || next > limit)
    return undefined;
  return `\`${textOf(context, value)}\` is ${next === limit ? "what it had" : "less than what it had"}`;
}

/** Of the first attempt; NaN for those that only a run knows. */
function previousAmounts(
  context: CheckContext,
  base: ReadonlyMap<string, FlatEntry>,
  end: "request" | "limit",
): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const name of AMOUNTS) {
    const entry = base.get(name);
    if (!entry) continue;
    amounts.set(name, estimate({ ...context, module: entry.module }, splitRange(entry.value)[end]) ?? Number.NaN);
  }
  return amounts;
}
