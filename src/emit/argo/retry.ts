// Retries. One `retry` line is a `retryStrategy` of the leaf. Several lines have budgets of their own, which Argo's strategy does not know: there the
// attempts are tasks of a dag, each of which looks at the exit codes of all before it.
import { knownValue } from "../../plan/fold-scalar.ts";
import type { PlanRetry, PlanTask } from "../../plan/plan.ts";
import { printDuration } from "../../types/quantity.ts";
import type { JsonObject } from "../yaml.ts";
import type { Growth } from "./amounts.ts";
import { type ArgoContext, type LeafMaker, refuse, templateName } from "./context.ts";
import { quoteText } from "./expression/literal.ts";
import { ATTEMPT } from "./leaf.ts";
import { argoName } from "./task-name.ts";
import { fail, input, list, output, status, tag } from "./terms.ts";

/** Attempts that are written out, the first one included. */
const MOST_ATTEMPTS = 12;
const EVICTED = "143";
const OUT_OF_MEMORY = "137";
/** Of Argo's helper in the pod, when it cannot start the command. */
const NOT_STARTED = "64";

export interface RetryLine {
  readonly line: PlanRetry;
  readonly count: number;
  /** Milliseconds before each further attempt. */
  readonly waits: readonly number[];
}

export type RetryPlan =
  | { readonly kind: "none" }
  | { readonly kind: "strategy"; readonly strategy: JsonObject; readonly growth?: Growth }
  | { readonly kind: "attempts"; readonly lines: readonly RetryLine[]; readonly growth?: Growth };

/** How the retries of a task are kept; what cannot be is refused. */
export function planRetries(context: ArgoContext, task: PlanTask): RetryPlan {
  const lines = task.retries.flatMap((line) => readLine(context, task, line)).filter(({ count }) => count > 0);
  const [only] = lines;
  if (!only) return { kind: "none" };
  const growing = lines.filter(({ line }) => Object.keys(line.overrides).length > 0);
  for (const { line } of growing) {
    const foreign = Object.keys(line.overrides).filter(
      (name) => !["cpu", "memory", "storage", "shared_memory"].includes(name),
    );
    if (foreign.length > 0)
      say(context, line, `a retry with another \`${foreign[0]}\``, "all attempts are placed alike");
  }
  if (lines.length === 1) {
    const expression = causeExpression(only.line);
    if (expression === undefined) return { kind: "none" };
    const strategy = { limit: only.count, expression, ...backoff(only) };
    return {
      kind: "strategy",
      strategy,
      ...(growing.length > 0 && { growth: { line: only.line, steps: only.count, index: "asInt(retries)" } }),
    };
  }
  if (!canUnroll(context, task, lines, growing.length)) return { kind: "none" };
  const [grown] = growing;
  const growth = grown && {
    line: grown.line,
    steps: grown.count,
    index: `asInt(${input("grown-by")})`,
    input: "grown-by",
  };
  return { kind: "attempts", lines, ...(growth && { growth }) };
}

function say(context: ArgoContext, line: PlanRetry, what: string, reason: string, instead?: string): void {
  refuse(context, "argo-retry", line.source, {
    what,
    reason,
    instead: instead ?? "Leave it out, or compile for `--target jobs`.",
  });
}

function readLine(context: ArgoContext, task: PlanTask, line: PlanRetry): RetryLine[] {
  const count = knownValue(line.count, new Map());
  if (count === 0) return [];
  if (["start", "output", "disk"].includes(line.cause)) {
    say(context, line, `\`retry ${line.cause}\``, "this cause cannot be told from others there");
    return [];
  }
  if (typeof count !== "number") {
    say(
      context,
      line,
      `the retries of \`${task.name}\``,
      "how many there are must be known when compiling",
      "Write the number.",
    );
    return [];
  }
  const { after } = line;
  if (after === undefined) return [{ line, count, waits: [] }];
  const [from, to] = [knownValue(after.from, new Map()), after.to && knownValue(after.to, new Map())];
  if (typeof from !== "number" || (after.to !== undefined && typeof to !== "number")) {
    say(context, line, "`after`", "how long it waits must be known when compiling", "Write the durations.");
    return [{ line, count, waits: [] }];
  }
  const most = typeof to === "number" ? Math.max(from, to) : from;
  const waits = Array.from({ length: count }, (_, used) =>
    Math.min(typeof to === "number" ? from * 2 ** Math.min(used, 60) : from, most),
  );
  return [{ line, count, waits: from === 0 ? [] : waits }];
}

const DEADLINE = 'lastRetry.message contains "longer than the specified deadline"';
const KILLED = 'lastRetry.message startsWith "main: OOMKilled"';
/** The helper's words, or the node's: a command that exits with the same code has none. */
const UNSTARTED = `(lastRetry.message startsWith "main: Error (exit code ${NOT_STARTED}): failed to " or lastRetry.message contains "StartError")`;

/** When one line answers, as Argo tells causes in a strategy: by message and exit code. */
function causeExpression(line: PlanRetry): string | undefined {
  const evicted = `lastRetry.exitCode == "${EVICTED}" and not (${DEADLINE})`;
  switch (line.cause) {
    case "oom":
      return KILLED;
    case "timeout":
      return DEADLINE;
    case "evicted":
      return evicted;
    case "exit":
      return `lastRetry.exitCode in ${list(line.codes.map((code) => quoteText(String(code))))} and not (${KILLED}) and not (${DEADLINE}) and not ${UNSTARTED}`;
    case "any":
      return `not (${evicted}) and not ${UNSTARTED}`;
    default:
      return undefined;
  }
}

function backoff({ line, waits }: RetryLine): JsonObject {
  const [first] = waits;
  if (first === undefined) return {};
  const duration = printDuration(first);
  if (line.after?.to === undefined) return { backoff: { duration } };
  const most = knownValue(line.after.to, new Map());
  return { backoff: { duration, factor: 2, cap: printDuration(Math.max(first, Number(most))) } };
}

function canUnroll(context: ArgoContext, task: PlanTask, lines: readonly RetryLine[], growing: number): boolean {
  const total = lines.reduce((sum, { count }) => sum + count, 1);
  const [first] = lines;
  const last = lines.at(-1)!;
  const no = (what: string, reason: string, instead?: string): boolean => {
    say(context, first!.line, what, reason, instead);
    return false;
  };
  const what = `these \`retry\` lines of \`${task.name}\` together`;
  if (total > MOST_ATTEMPTS)
    return no(
      what,
      `their budgets make ${total} attempts, and at most ${MOST_ATTEMPTS} are written out`,
      "Give them smaller numbers, or write one line.",
    );
  if (lines.some(({ line }) => line.cause === "timeout"))
    return no(what, "a timeout has the exit code of an eviction there", "Let `retry timeout` be the only line.");
  if (lines.some(({ line }, position) => line.cause === "any" && position !== lines.length - 1))
    return no(what, "lines after `any` would never be asked", "Put `any` last.");
  const codes = lines.flatMap(({ line }) => codesOf(line));
  if (new Set(codes).size < codes.length)
    return no(
      what,
      "two lines answer the same exit code (137 stands for `oom` and 143 for `evicted`)",
      "Name each code in one line.",
    );
  if (growing > 1 || Object.keys(last.line.cause === "any" ? last.line.overrides : {}).length > 0)
    return no(what, "amounts can grow for one cause only, and not for `any`", "Let one line change the amounts.");
  return true;
}

function codesOf(line: PlanRetry): string[] {
  if (line.cause === "oom") return [OUT_OF_MEMORY];
  if (line.cause === "evicted") return [EVICTED];
  return line.codes.map(String);
}

/** The template of a call whose attempts are written out; it takes what the leaf takes. */
export function attemptsTemplate(
  context: ArgoContext,
  parts: {
    readonly task: PlanTask;
    readonly lines: readonly RetryLine[];
    readonly leaf: LeafMaker;
    readonly source: string;
    readonly step: string;
    readonly nameParts: readonly string[];
    readonly growth?: Growth;
    /** Names of the leaf's output parameters. */
    readonly outputs: readonly string[];
  },
): { readonly name: string; readonly inputs: readonly string[] } {
  const { task, lines, growth } = parts;
  const name = templateName(context, parts.nameParts);
  context.shared.add("check");
  const total = lines.reduce((sum, { count }) => sum + count, 1);
  const leaf = parts.leaf([...parts.nameParts, "attempt"]);
  const inputs = leaf.inputs.filter((each) => each !== growth?.input && each !== ATTEMPT);
  const attempt = (number: number): string => `attempt-${number}`;
  const passed = inputs.map((each) => ({ name: each, value: tag(input(each)) }));
  const tasks: JsonObject[] = [];
  const all: string[] = [];
  for (let number = 0; number < total; number++) {
    const codes = list(Array.from({ length: number }, (_, before) => codeTerm(attempt(before))));
    const grown = growth && (number === 0 ? "0" : tag(`toJson(count(${codes}, # in ${codeList(growth.line)}))`));
    const given = [
      ...passed,
      ...(growth?.input === undefined ? [] : [{ name: growth.input, value: grown! }]),
      { name: ATTEMPT, value: String(number + 1) },
    ];
    const previous = attempt(number - 1);
    const failed = `(${previous}.Failed || ${previous}.Errored)`;
    const condition = allowed(lines, codes);
    const wait = number === 0 ? undefined : waitTerm(lines, codes, codeTerm(previous));
    if (wait !== undefined) {
      context.shared.add("wait");
      tasks.push({
        name: `wait-${number}`,
        template: "wait",
        depends: failed.slice(1, -1),
        when: tag(`${condition} and ${wait.test}`),
        arguments: { parameters: [{ name: "duration", value: tag(wait.duration) }] },
      });
    }
    tasks.push({
      name: attempt(number),
      template: leaf.name,
      ...(number > 0 && {
        depends:
          wait === undefined
            ? failed.slice(1, -1)
            : `${failed} && (wait-${number}.Succeeded || wait-${number}.Skipped)`,
        when: tag(condition),
      }),
      ...(given.length > 0 && { arguments: { parameters: given } }),
    });
    const ends =
      number === 0 ? ["Succeeded", "Failed", "Errored"] : ["Succeeded", "Failed", "Errored", "Omitted", "Skipped"];
    all.push(`(${ends.map((end) => `${attempt(number)}.${end}`).join(" || ")})`);
  }
  const statuses = list(Array.from({ length: total }, (_, number) => status(attempt(number))));
  const message = quoteText(`All attempts of \`${task.name}\` failed.`);
  tasks.push({
    name: "end",
    template: "check",
    depends: all.join(" && "),
    arguments: { parameters: [{ name: "ok", value: tag(`"Succeeded" in ${statuses} ? "true" : ${fail(message)}`) }] },
  });
  const body: JsonObject = {
    ...(inputs.length > 0 && { inputs: { parameters: inputs.map((each) => ({ name: each })) } }),
    dag: { tasks },
    ...(parts.outputs.length > 0 && {
      outputs: {
        parameters: parts.outputs.map((each) => ({
          name: each,
          valueFrom: { expression: firstSucceeded(total, attempt, each) },
        })),
      },
    }),
  };
  const comment = `${parts.source}: ${parts.step}, up to ${total} attempts of ${argoName(task.name)}`;
  context.templates.push({ name, comment, body });
  return { name, inputs };
}

/** The exit code of an attempt that may not have run, as text; nil without one. */
function codeTerm(task: string): string {
  return `(${status(task)} == "" ? "" : tasks["${task}"]?.exitCode)`;
}

function codeList(line: PlanRetry): string {
  return list(codesOf(line).map(quoteText));
}

/** Whether the lines' budgets suffice for all failures so far. */
function allowed(lines: readonly RetryLine[], codes: string): string {
  const any = lines.find(({ line }) => line.cause === "any");
  const named = lines.filter((each) => each !== any);
  const uses = named.map(({ line }) => `count(${codes}, # in ${codeList(line)})`);
  if (!any) {
    const known = list(named.flatMap(({ line }) => codesOf(line)).map(quoteText));
    return [
      `all(${codes}, # in ${known})`,
      ...named.map(({ count }, position) => `${uses[position]} <= ${count}`),
    ].join(" and ");
  }
  const evicted = named.findIndex(({ line }) => line.cause === "evicted");
  const codesNamed = named.flatMap(({ line }) => codesOf(line));
  // What `any` does not answer: evictions, and a command that cannot be started.
  const barred = [EVICTED, NOT_STARTED].filter((code) => !codesNamed.includes(code));
  const others = list([...codesNamed, ...barred].map(quoteText));
  const beyond = named.flatMap(({ count }, position) =>
    position === evicted ? [] : [`max(0, ${uses[position]} - ${count})`],
  );
  const rest = [`count(${codes}, not (# in ${others}))`, ...beyond].join(" + ");
  return [
    ...(barred.length > 0 ? [`none(${codes}, # in ${list(barred.map(quoteText))})`] : []),
    ...(evicted >= 0 ? [`${uses[evicted]} <= ${named[evicted]!.count}`] : []),
    `${rest} <= ${any.count}`,
  ].join(" and ");
}

function waitTerm(
  lines: readonly RetryLine[],
  codes: string,
  last: string,
): { readonly test: string; readonly duration: string } | undefined {
  const waiting = lines.filter(({ waits }) => waits.length > 0);
  if (waiting.length === 0) return undefined;
  const others = list([...lines.flatMap(({ line }) => codesOf(line)), EVICTED].map(quoteText));
  const answers = ({ line }: RetryLine): string =>
    line.cause === "any" ? `not (${last} in ${others})` : `${last} in ${codeList(line)}`;
  const uses = ({ line }: RetryLine): string =>
    line.cause === "any" ? `count(${codes}, not (# in ${others}))` : `count(${codes}, # in ${codeList(line)})`;
  const duration = waiting.reduceRight(
    (rest, each) =>
      `${answers(each)} ? ${list(each.waits.map((wait) => quoteText(printDuration(wait))))}[min(${uses(each)}, ${each.waits.length}) - 1] : ${rest}`,
    '"0"',
  );
  return { test: `(${waiting.map(answers).join(" or ")})`, duration };
}

function firstSucceeded(total: number, attempt: (number: number) => string, name: string): string {
  let text = output(attempt(total - 1), name);
  for (let number = total - 2; number >= 0; number--)
    text = `${status(attempt(number))} == "Succeeded" ? ${output(attempt(number), name)} : ${text}`;
  return text;
}
