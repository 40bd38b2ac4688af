// Warns of retries after `oom` that give the next attempt no more memory than the one that was killed.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import { AMOUNTS } from "../plan/plan.ts";
import type { ExpressionNode, RetryNode } from "../syntax/ast.ts";
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
  const before = previousAmounts(context, base);
  for (const [name, entry] of overrides) {
    if (!(AMOUNTS as readonly string[]).includes(name)) continue;
    const { limit } = splitRange(entry.value);
    const reason = findReason(context, name, limit, before, cause);
    if (reason !== undefined) context.report(diagnostic("retry-does-not-grow", entry.value.span, { name, reason }));
  }
}

function findReason(
  context: CheckContext,
  name: string,
  value: ExpressionNode,
  before: ReadonlyMap<string, number>,
  cause: string,
): string | undefined {
  const bare = withoutParentheses(value);
  if (bare.kind === "NameExpression" && bare.text === name && before.has(name))
    return `\`${name}\` is the amount it had`;
  if (cause !== "oom" || (name !== "memory" && name !== "shared_memory")) return undefined;
  const first = before.get(name);
  if (first === undefined || Number.isNaN(first)) return undefined;
  const next = estimate(context, value, before);
  if (next === undefined || next > first) return undefined;
  const text = `\`${textOf(context, value)}\``;
  return next === first ? `${text} is the amount it had` : `${text} is less than the amount it had`;
}

/** Requests of the first attempt; NaN for those that only a run knows. */
function previousAmounts(context: CheckContext, base: ReadonlyMap<string, FlatEntry>): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const name of AMOUNTS) {
    const entry = base.get(name);
    if (!entry) continue;
    const { request } = splitRange(entry.value);
    amounts.set(name, estimate({ ...context, module: entry.module }, request) ?? Number.NaN);
  }
  return amounts;
}
