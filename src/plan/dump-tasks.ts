// The tasks of a plan for people: what runs, with which resources, and what happens when it fails.
import type { Expr } from "../expr/expr.ts";
import { printType } from "../types/print.ts";
import type { Type } from "../types/type.ts";
import type { Page } from "./page.ts";
import { AMOUNTS, type PlanCommand, type PlanResources, type PlanTask } from "./plan.ts";
import { printExpr, printPlaceholder } from "./print-expr.ts";
import { amountType, type RetrySchedule, retrySchedules } from "./retry-schedule.ts";
import { padRight, widestOf, wrap } from "./text-layout.ts";

const WIDTH = 100;
const LABEL = 10;
const LINES = 3;

/** The lines of all tasks under a heading, an empty one between two of them. */
export function dumpTasks(tasks: readonly PlanTask[], page: Page): void {
  page.line("tasks");
  // Tasks that name the same resources block share its amounts.
  const printed = new Map<PlanResources, string>();
  const resourcesOf = ({ resources }: PlanTask): string => {
    const known = printed.get(resources) ?? printResources(resources);
    printed.set(resources, known);
    return known;
  };
  let isFirst = true;
  for (const task of tasks) {
    if (!isFirst) page.line("");
    isFirst = false;
    dumpTask(task, resourcesOf(task), page);
  }
}

/** Its signature, then a labelled line for all it says. */
function dumpTask(task: PlanTask, resources: string, page: Page): void {
  const signature = `${task.id}(${printParameters(task.parameters)})${printResult(task)}`;
  for (const line of wrap(signature, WIDTH - 2, LINES, "    ")) page.line(`  ${line}`);
  say("image", task.image ?? "none: runs only as a process of this machine", page);
  say(task.command.form, printCommand(task.command), page);
  if (task.env.length > 0) say("env", task.env.map(printVariable).join(", "), page);
  if (resources !== "") say("resources", resources, page);
  if (task.timeout) say("timeout", printExpr(task.timeout, { kind: "duration" }), page);
  const schedules = retrySchedules(task);
  const cause = widestOf(schedules.map((schedule) => schedule.cause));
  for (const schedule of schedules) say("retry", printSchedule(schedule, cause), page);
  if (task.cache)
    say("cache", task.cache.version === undefined ? "on" : `version ${JSON.stringify(task.cache.version)}`, page);
  if (task.pod !== undefined) say("pod", printExpr({ op: "literal", value: task.pod }), page);
}

function say(label: string, text: string, page: Page): void {
  let before = label;
  for (const line of wrap(text, WIDTH - 4 - LABEL, LINES, "  ")) {
    page.line(`    ${padRight(before, LABEL)}${line}`);
    before = "";
  }
}

function printVariable(entry: PlanTask["env"][number]): string {
  return "secret" in entry
    ? `${entry.name} (secret ${entry.secret})`
    : `${entry.name}=${printPlaceholder(entry.value, entry.type)}`;
}

function printParameters(parameters: readonly { readonly name: string | null; readonly type: Type }[]): string {
  let text = "";
  for (const { name, type } of parameters) text += `${text === "" ? "" : ", "}${name}: ${printType(type)}`;
  return text;
}

function printResult(task: PlanTask): string {
  const [single] = task.outputs;
  if (!single) return "";
  if (single.name === null) return ` -> ${printType(single.type)}`;
  return ` -> { ${printParameters(task.outputs)} }`;
}

function printCommand(command: PlanCommand): string {
  if (command.form === "script") {
    const first = command.text.split("\n").find((line) => line.trim() !== "") ?? "";
    return `${command.interpreter}: ${first.trim()}${command.text.trim().includes("\n") ? " …" : ""}`;
  }
  let text = "";
  let isFirst = true;
  for (const item of command.items) {
    const printed =
      "spread" in item ? `\\(...${printExpr(item.spread, item.type)})` : printArgument(item.value, item.type);
    text += isFirst ? printed : ` ${printed}`;
    isFirst = false;
  }
  return text;
}

// Placeholders stand bare; a plain text that a reader could take for several arguments is quoted.
function printArgument(value: Expr, type: Type): string {
  const text = printPlaceholder(value, type);
  const isPlain = value.op === "literal" || value.op === "text";
  return isPlain && (text === "" || /[\s"]/.test(text)) ? JSON.stringify(text) : text;
}

/** Amounts and selectors in the language's notation: `cpu 4..8, memory 16Gi, gpu 1`. */
export function printResources(resources: PlanResources): string {
  const texts: string[] = [];
  for (const amount of AMOUNTS) {
    const range = resources[amount];
    if (!range) continue;
    const type = amountType(amount);
    const print = (expr: Expr) => (type.kind === "size" ? printExpr(expr, type) : printExpr(expr));
    const request = print(range.request);
    const limit = range.limit === range.request ? request : print(range.limit);
    texts.push(`${amount} ${request === limit ? request : `${request}..${limit}`}`);
  }
  if (resources.gpu) texts.push(`gpu ${printExpr(resources.gpu)}`);
  if (resources.accelerator) texts.push(`accelerator ${printPlaceholder(resources.accelerator)}`);
  for (const { name, count } of resources.devices ?? []) texts.push(`${name} ${printExpr(count)}`);
  for (const { name, value } of resources.node ?? []) texts.push(`node ${name}=${printPlaceholder(value)}`);
  if (resources.tolerations !== undefined)
    texts.push(`tolerations ${printExpr({ op: "literal", value: resources.tolerations })}`);
  if (resources.priority) texts.push(`priority ${printPlaceholder(resources.priority)}`);
  return texts.join(", ");
}

function printSchedule({ cause, count, delays, growth }: RetrySchedule, width: number): string {
  const times = count === "1" ? "once" : count === "0" ? "never" : `${count} times`;
  const waiting = delays.length > 0 ? `, after ${delays.join(", ")}` : "";
  if (delays.length === 0 && growth.length === 0) return `${padRight(cause, width)} ${times}`;
  const grown = growth.map(({ amount, steps }) => `${amount} ${steps.join(" → ")}`).join("; ");
  return `${padRight(cause, width)} ${times}${waiting}${grown === "" ? "" : `: ${grown}`}`;
}
