// Names of amounts in the override record of a `retry` line: they mean what the attempt before had, so the task must have set them.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { RecordNode, SyntaxNode, TaskNode } from "../syntax/ast.ts";
import { walk } from "../syntax/children.ts";
import { AMOUNTS } from "../types/amounts.ts";
import { type CheckContext, findLocal, type Scope } from "./context.ts";

const diagnostic = bindDiagnostics(tasks);

/** Reports amounts that no attempt had; true when there was one. `base` holds the amounts the task sets. */
export function findUnknownAmounts(
  context: CheckContext,
  task: TaskNode,
  overrides: RecordNode,
  base: ReadonlyMap<string, unknown>,
  scope: Scope,
): boolean {
  let found = false;
  const use = (name: string, node: SyntaxNode): void => {
    if (!(AMOUNTS as readonly string[]).includes(name) || base.has(name)) return;
    if (findLocal(scope, name) || context.module.globals.has(name)) return;
    found = true;
    context.report(diagnostic("unknown-previous-amount", node.span, { name, task: task.name.text }));
  };
  walk(overrides, (node) => {
    if (node.kind === "NameExpression") use(node.text, node);
    if (node.kind === "Entry" && !node.value && node.name.kind === "Name") use(node.name.text, node.name);
  });
  return found;
}
