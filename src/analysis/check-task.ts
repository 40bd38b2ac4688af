// Checks one task: each of its statements, and that together they say once what runs. In: the task, its signature, and a scope with its
// parameters. After it, all its expressions have types, and what is wrong was reported.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type {
  CacheNode,
  CommandNode,
  RetryNode,
  ScriptNode,
  TaskNode,
  TaskStatementNode,
  TimeoutNode,
} from "../syntax/ast.ts";
import { printType } from "../types/print.ts";
import { DURATION } from "../types/type.ts";
import { checkCommand } from "./check-command.ts";
import { checkEnv } from "./check-env.ts";
import { checkFits } from "./check-fits.ts";
import { checkImage } from "./check-image.ts";
import { checkPod } from "./check-pod.ts";
import { checkResources } from "./check-resources.ts";
import { checkRetries } from "./check-retry.ts";
import { checkScript } from "./check-script.ts";
import type { CheckContext, Scope } from "./context.ts";
import { estimate } from "./estimate.ts";
import { createOutputScope, type OutputScope, reportUnusedOutputs } from "./output-paths.ts";
import type { Signature } from "./program.ts";
import { requireStage } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(tasks);

type Command = CommandNode | ScriptNode;

/** Checks the statements of a task. `scope` holds its parameters, and allows no calls. */
export function checkTask(context: CheckContext, node: TaskNode, signature: Signature, scope: Scope): void {
  const outputs = createOutputScope(node, signature, scope);
  checkOnce(context, node);
  const broken = node.statements.some((statement) => statement.kind === "ErrorTaskStatement");
  const command = checkOneCommand(context, node, broken);
  if (!broken && !node.statements.some((statement) => statement.kind === "Image")) {
    context.report(diagnostic("missing-image", node.name.span, { task: node.name.text }));
  }
  for (const statement of node.statements) checkStatement(context, node, statement, scope, outputs);
  if (node.statements.some(isRetry)) checkRetries(context, node, node.statements.filter(isRetry), scope);
  if (command && !broken && !outputs.misused()) {
    const script = command.kind === "Script" ? command.text.value : undefined;
    reportUnusedOutputs(context, node, signature, outputs.uses, script);
  }
}

function checkStatement(
  context: CheckContext,
  task: TaskNode,
  statement: TaskStatementNode,
  scope: Scope,
  outputs: OutputScope,
): void {
  switch (statement.kind) {
    case "Image":
      checkImage(context, statement, scope);
      return;
    case "Command":
      checkCommand(context, task, statement, outputs);
      return;
    case "Script":
      checkScript(context, task, statement);
      return;
    case "Env":
      checkEnv(context, task, statement, outputs);
      return;
    case "Resources":
      checkResources(context, statement.value, scope);
      return;
    case "Pod":
      checkPod(context, statement, scope);
      return;
    case "Timeout":
      checkTimeout(context, statement, scope);
      return;
    case "Cache":
      checkCache(context, statement, scope);
      return;
    case "Retry":
    case "ErrorTaskStatement":
      return;
  }
}

const WORDS: Readonly<Record<Exclude<TaskStatementNode["kind"], "Retry" | "ErrorTaskStatement">, string>> = {
  Image: "image",
  Command: "run",
  Script: "script",
  Env: "env",
  Resources: "resources",
  Pod: "pod",
  Timeout: "timeout",
  Cache: "cache",
};

function wordOf(statement: TaskStatementNode): string | undefined {
  if (statement.kind === "Retry" || statement.kind === "ErrorTaskStatement") return undefined;
  return statement.kind === "Command" ? statement.form : WORDS[statement.kind];
}

function checkOnce(context: CheckContext, task: TaskNode): void {
  // There are no more of them than words.
  const seen: string[] = [];
  for (const statement of task.statements) {
    const word = wordOf(statement);
    if (word === undefined) continue;
    if (!seen.includes(word)) {
      seen.push(word);
      continue;
    }
    const before = task.statements.find((each) => wordOf(each) === word)!;
    const related = [{ span: before.span, text: `\`${word}\` is first written here` }];
    context.report(diagnostic("repeated-statement", statement.span, { statement: word }, { related }));
  }
}

/** The statement that says what runs. Where there are two of different kinds, the first. */
function checkOneCommand(context: CheckContext, task: TaskNode, broken: boolean): Command | undefined {
  const first = task.statements.find(isCommand);
  if (!first) {
    if (!broken) context.report(diagnostic("missing-command", task.name.span, { task: task.name.text }));
    return undefined;
  }
  const other = task.statements.find((each) => isCommand(each) && wordOf(each) !== wordOf(first));
  if (other) {
    const names = { task: task.name.text, first: wordOf(first)!, second: wordOf(other)! };
    const related = [{ span: first.span, text: `\`${names.first}\` stands here` }];
    context.report(diagnostic("two-commands", other.span, names, { related }));
  }
  return first;
}

function isRetry(statement: TaskStatementNode): statement is RetryNode {
  return statement.kind === "Retry";
}

function isCommand(statement: TaskStatementNode): statement is Command {
  return statement.kind === "Command" || statement.kind === "Script";
}

/** Checks `timeout D` of a task. */
function checkTimeout(context: CheckContext, node: TimeoutNode, scope: Scope): void {
  const type = context.check(context, node.value, scope);
  if (type.kind === "error") return;
  const text = textOf(context, node.value);
  if (type.kind === "int" || type.kind === "float") {
    const right = /^[\d._]+$/.test(text) ? `${text}s` : undefined;
    const fixes =
      right === undefined ? [] : [{ title: `Change to \`${right}\``, edits: [{ span: node.value.span, text: right }] }];
    const hint =
      right === undefined
        ? " A number has no unit."
        : ` A number has no unit; did you mean \`${right}\` or \`${text}min\`?`;
    context.report(diagnostic("bad-timeout", node.value.span, { found: `\`${text}\``, hint }, { fixes }));
    return;
  }
  if (!checkFits(context, node.value, type, DURATION, "`timeout`")) return;
  const value = estimate(context, node.value);
  if (value !== undefined && value <= 0)
    context.report(diagnostic("bad-timeout", node.value.span, { found: `\`${text}\``, hint: "" }));
}

function checkCache(context: CheckContext, node: CacheNode, scope: Scope): void {
  const type = context.check(context, node.value, scope);
  if (type.kind === "error") return;
  if (type.kind === "bool" || type.kind === "string") {
    requireStage(context, node.value, "compile", "`cache`");
    return;
  }
  const found = `\`${textOf(context, node.value)}\` of type ${printType(type)}`;
  const fixes =
    node.value.kind === "Int" || node.value.kind === "Float"
      ? [{ title: "Make it a String", edits: [{ span: node.value.span, text: `"${textOf(context, node.value)}"` }] }]
      : [];
  context.report(diagnostic("bad-cache", node.value.span, { found }, { fixes }));
}
