// Where a program names Files that no task of it makes. On Argo a File is the key of an artifact of the run, so a File from outside is none, and a
// document of `json_file` reaches a task only as the argument of its call. All else is refused here.
import type { Expr } from "../../expr/expr.ts";
import { mapChildren } from "../../expr/names.ts";
import { mapLiterals } from "../../plan/map-literals.ts";
import type { PlanBlock, PlanNode, PlanTask } from "../../plan/plan.ts";
import { BOOL, listOf, STRING, type Type } from "../../types/type.ts";
import { JSON_FILE_SCHEME, type Value } from "../../types/value.ts";
import { mapFiles } from "../map-files.ts";
import { type ArgoContext, refuse } from "./context.ts";
import { documentOf, isFile } from "./files.ts";

/** Refuses Files that no task makes. */
export function refuseForeignFiles(context: ArgoContext): void {
  for (const task of context.plan.tasks) checkTask(context, task);
  for (const { body, finally: atEnd, source } of context.plan.pipelines) {
    checkBlock(context, body, source);
    if (atEnd) checkBlock(context, atEnd, source);
  }
}

function checkTask(context: ArgoContext, task: PlanTask): void {
  const { command } = task;
  for (const item of command.form === "script" ? [] : command.items)
    checkExpr(context, "spread" in item ? item.spread : item.value, item.type, task.source);
  for (const entry of task.env) if ("value" in entry) checkExpr(context, entry.value, entry.type, task.source);
}

/** `source`: of what the block belongs to, where what it yields is reported. */
function checkBlock(context: ArgoContext, block: PlanBlock, source: string): void {
  for (const node of block.nodes) checkNode(context, node);
  if (block.yield) checkExpr(context, block.yield.value, block.yield.type, source);
}

function checkNode(context: ArgoContext, node: PlanNode): void {
  const check = (expr: Expr | undefined, type: Type): void => {
    if (expr) checkExpr(context, expr, type, node.source);
  };
  switch (node.kind) {
    case "let":
      check(node.value, node.type);
      return;
    case "check":
      check(node.test, BOOL);
      check(node.message, STRING);
      return;
    case "call":
    case "pipeline": {
      const called = node.kind === "call" ? context.tasks.get(node.task) : context.pipelines.get(node.pipeline);
      node.arguments.forEach(({ name, value }) => {
        const type = called?.parameters.find((parameter) => parameter.name === name)?.type;
        if (type === undefined) return;
        const isDocument = node.kind === "call" && isFile(type) && documentOf(value) !== undefined;
        if (!isDocument) check(value, type);
        else if (value.op === "call") for (const each of value.arguments) check(each, STRING);
      });
      return;
    }
    case "if":
      check(node.test, BOOL);
      checkBlock(context, node.then, node.source);
      if (node.else) checkBlock(context, node.else, node.source);
      return;
    case "map":
      check(node.input, listOf(node.itemType));
      check(node.where, BOOL);
      check(node.key, STRING);
      checkBlock(context, node.body, node.source);
      return;
  }
}

function checkExpr(context: ArgoContext, expr: Expr, type: Type, at: string): void {
  mapLiterals(expr, type, (literal, its) => {
    checkValue(context, literal.value, its, at);
    return literal;
  });
  if (callsJsonFile(expr)) refuseDocument(context, at);
}

function checkValue(context: ArgoContext, value: Value, type: Type, at: string): void {
  mapFiles(value, type, (reference) => {
    if (reference.startsWith(JSON_FILE_SCHEME)) refuseDocument(context, at);
    else
      refuse(context, "argo-files", at, {
        what: `the File \`${reference}\``,
        reason: "a File from outside of the run is no artifact of its repository",
        instead: "Let the task read it by its address, a String.",
      });
    return reference;
  });
}

function callsJsonFile(expr: Expr): boolean {
  if (expr.op === "call" && expr.function === "json_file") return true;
  let found = false;
  mapChildren(expr, (child) => {
    found ||= callsJsonFile(child);
    return child;
  });
  return found;
}

function refuseDocument(context: ArgoContext, at: string): void {
  refuse(context, "argo-files", at, {
    what: "this `json_file`",
    reason: "a document reaches a task only as the argument of its call",
    instead: "Write it in the call: `work(json_file(data))`.",
  });
}
