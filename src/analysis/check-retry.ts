// Checks the `retry` lines of a task: their causes, budgets, waits and overrides, and that a line can do what it is for.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ExpressionNode, RetryNode, TaskNode } from "../syntax/ast.ts";
import { AMOUNTS } from "../types/amounts.ts";
import { DURATION, FLOAT, INT, RETRY_CAUSES, SIZE } from "../types/type.ts";
import { checkGrowth } from "./check-growth.ts";
import { checkResourceRecord } from "./check-resources.ts";
import { type CheckContext, createScope, type Scope } from "./context.ts";
import { didYouMean, listNames, nearFix } from "./describe.ts";
import { estimate } from "./estimate.ts";
import { type FlatEntry, withoutParentheses } from "./flatten-record.ts";
import { findUnknownAmounts } from "./previous-amounts.ts";
import { resourceEntries, splitRange } from "./resolve-resources.ts";
import { requireStage } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(tasks);

type Cause = (typeof RETRY_CAUSES)[number];

/** What others call these causes. */
const FOREIGN_CAUSES: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  ...["error", "errors", "always", "failure", "failed", "fail", "all", "crash", "on_error", "onerror", "onfailure"].map(
    (name) => [name, "any"] as const,
  ),
  ...["oomkilled", "oom_killed", "oom_kill", "memory", "out_of_memory", "outofmemory"].map(
    (name) => [name, "oom"] as const,
  ),
  ...[
    "preempted",
    "preemption",
    "preempt",
    "spot",
    "eviction",
    "evict",
    "drained",
    "drain",
    "node_lost",
    "lost",
    "disruption",
  ].map((name) => [name, "evicted"] as const),
  ...["deadline", "timed_out", "timedout", "deadlineexceeded", "slow"].map((name) => [name, "timeout"] as const),
  ...["image", "pull", "imagepullbackoff", "pending", "unschedulable", "starterror", "startup"].map(
    (name) => [name, "start"] as const,
  ),
  ...["result", "outputs", "missing_output"].map((name) => [name, "output"] as const),
  ...["storage", "ephemeral", "ephemeral_storage", "disk_full", "no_space"].map((name) => [name, "disk"] as const),
  ...["code", "exit_code", "exitcode", "status"].map((name) => [name, "exit"] as const),
]);

/** Checks all lines, in order. `scope` holds the task's parameters. */
export function checkRetries(context: CheckContext, task: TaskNode, lines: readonly RetryNode[], scope: Scope): void {
  if (lines.length === 0) return;
  const statement = task.statements.find((candidate) => candidate.kind === "Resources");
  const base = statement ? resourceEntries(context, statement.value) : new Map<string, FlatEntry>();
  const overrideScope = createOverrideScope(task, scope, base);
  let any: RetryNode | undefined;
  for (const line of lines) {
    const cause = checkCause(context, line);
    checkCodes(context, line, cause);
    checkCount(context, line.count, scope);
    if (line.after) checkBackoff(context, line.after, scope);
    if (line.overrides && !findUnknownAmounts(context, task, line.overrides, base, scope)) {
      checkResourceRecord(context, line.overrides, overrideScope);
    }
    if (!cause) continue;
    if (any && cause !== "any" && cause !== "evicted") {
      const related = [{ span: any.span, text: "`retry any` stands here" }];
      context.report(diagnostic("retry-hidden", line.cause.span, { cause }, { related }));
    }
    if (cause === "any" && estimate(context, line.count) !== 0) any ??= line;
    if (cause === "timeout" && !task.statements.some((other) => other.kind === "Timeout")) {
      context.report(diagnostic("retry-without-timeout", line.cause.span, { task: task.name.text }));
    }
    checkGrowth(context, line, cause, base);
  }
}

/** In overrides the name of an amount is that of the attempt before; it hides a parameter of the same name. */
function createOverrideScope(task: TaskNode, scope: Scope, base: ReadonlyMap<string, FlatEntry>): Scope {
  const inner = createScope(scope);
  const statement = task.statements.find((candidate) => candidate.kind === "Resources");
  for (const name of AMOUNTS) {
    const entry = base.get(name);
    if (!entry) continue;
    const span = statement?.value.kind === "Record" ? entry.node.span : (statement?.value.span ?? entry.node.span);
    const type = name === "cpu" ? FLOAT : SIZE;
    inner.names.set(name, { kind: "amount", name, type, stage: "run", span, isUsed: false });
  }
  return inner;
}

function checkCause(context: CheckContext, line: RetryNode): Cause | undefined {
  const { text, span } = line.cause;
  if (text === "") return undefined;
  const cause = RETRY_CAUSES.find((known) => known === text);
  if (cause) return cause;
  const foreign =
    FOREIGN_CAUSES.get(text.toLowerCase()) ??
    (RETRY_CAUSES as readonly string[]).find((known) => known === text.toLowerCase());
  if (foreign !== undefined) {
    const right = foreign === "exit" ? "exit(1)" : foreign;
    const fixes = foreign === "exit" ? [] : [{ title: `Change to \`${right}\``, edits: [{ span, text: right }] }];
    context.report(
      diagnostic("unknown-cause", span, { name: text, near: ` Here it is called \`${right}\`.` }, { fixes }),
    );
    return undefined;
  }
  const near = didYouMean(text, RETRY_CAUSES, "The causes are");
  context.report(diagnostic("unknown-cause", span, { name: text, near }, nearFix(text, span, RETRY_CAUSES)));
  return undefined;
}

function checkCodes(context: CheckContext, line: RetryNode, cause: Cause | undefined): void {
  if (cause === "exit" && line.codes.length === 0) {
    const problem = "`exit` names the codes it is for: `exit(75)`. For every failure but an eviction write `any`.";
    context.report(diagnostic("bad-exit-codes", line.cause.span, { problem }));
  }
  if (cause !== undefined && cause !== "exit" && line.codes.length > 0) {
    const problem = `\`${cause}\` has no exit codes; write \`exit(…)\` for codes.`;
    context.report(diagnostic("bad-exit-codes", line.codes[0]!.span, { problem }));
    return;
  }
  const scope = createScope(undefined, { noCalls: "constant" });
  for (const code of line.codes) {
    const type = context.check(context, code, scope, INT, "An exit code");
    if (type.kind === "error" || !requireStage(context, code, "compile", "An exit code")) continue;
    const value = estimate(context, code);
    if (value === undefined || (value >= 1 && value <= 255)) continue;
    const shown = textOf(context, code);
    const problem =
      value === 0
        ? "An exit code of `0` is success, which is never retried."
        : `Exit codes are from 1 to 255, and this is \`${shown}\`.`;
    context.report(diagnostic("bad-exit-codes", code.span, { problem }));
  }
}

function checkCount(context: CheckContext, node: ExpressionNode, scope: Scope): void {
  const type = context.check(context, node, scope, INT, "The number of retries");
  if (type.kind === "error" || !requireStage(context, node, "submit", "The number of retries")) return;
  const value = estimate(context, node);
  if (value !== undefined && value < 0)
    context.report(diagnostic("bad-retry-count", node.span, { found: `\`${textOf(context, node)}\`` }));
}

function checkBackoff(context: CheckContext, node: ExpressionNode, scope: Scope): void {
  const { request: from, limit: to } = splitRange(node);
  const ends = from === to ? [from] : [from, to];
  let fits = true;
  for (const end of ends) {
    if (context.check(context, end, scope, DURATION, "The wait after a failure").kind === "error") fits = false;
    else {
      const value = estimate(context, end);
      if (value === undefined || value >= 0) continue;
      fits = false;
      context.report(
        diagnostic("bad-backoff", end.span, { problem: `A wait cannot be \`${textOf(context, end)}\``, hint: "" }),
      );
    }
  }
  if (!fits || from === to) return;
  const low = estimate(context, from);
  const high = estimate(context, to);
  if (low === 0) {
    const problem = `Doubling \`${textOf(context, from)}\` never gives more`;
    context.report(
      diagnostic("bad-backoff", from.span, { problem, hint: " Begin with a wait above zero, such as `1s`." }),
    );
  } else if (low !== undefined && high !== undefined && low > high) {
    const right = `${textOf(context, to)}..${textOf(context, from)}`;
    const fixes = [{ title: `Change to \`${right}\``, edits: [{ span: withoutParentheses(node).span, text: right }] }];
    const problem = `The first wait is longer than the last one, ${listNames([textOf(context, to)])}`;
    context.report(diagnostic("bad-backoff", node.span, { problem, hint: ` Write \`${right}\`.` }, { fixes }));
  }
}
