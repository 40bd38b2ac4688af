// Checks `script "python" '''…'''`: one interpreter, a text, and no look-alike of an interpolation in it.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ScriptNode, TaskNode } from "../syntax/ast.ts";
import type { CheckContext } from "./context.ts";
import { plainText } from "./plain-text.ts";

const diagnostic = bindDiagnostics(tasks);

/** Checks a `script` statement. */
export function checkScript(context: CheckContext, task: TaskNode, node: ScriptNode): void {
  checkInterpreter(context, node);
  if (node.text.value.trim() === "") {
    context.report(diagnostic("empty-command", node.text.span, { problem: "the script has no text" }));
  }
  const names = new Set(["out", ...task.parameters.map((parameter) => parameter.name.text)]);
  const { file, start } = node.text.span;
  const written = context.module.source.text.slice(start, node.text.span.end);
  for (const match of written.matchAll(/\\\(\s*([A-Za-z_][A-Za-z0-9_]*)[^()\n]*\)/g)) {
    const name = match[1]!;
    if (!names.has(name)) continue;
    const span = { file, start: start + match.index, end: start + match.index + match[0].length };
    context.report(diagnostic("script-interpolation", span, { text: match[0], name }));
  }
}

function checkInterpreter(context: CheckContext, node: ScriptNode): void {
  const { interpreter } = node;
  const text = plainText(interpreter);
  const refuse = (shown: string, problem: string, fixed?: string): void => {
    const fixes =
      fixed === undefined
        ? []
        : [{ title: `Change to \`"${fixed}"\``, edits: [{ span: interpreter.span, text: `"${fixed}"` }] }];
    context.report(diagnostic("bad-interpreter", interpreter.span, { text: shown, problem }, { fixes }));
  };
  if (text === undefined) return;
  if (text.trim() === "") {
    context.report(diagnostic("empty-command", interpreter.span, { problem: "the script names no interpreter" }));
    return;
  }
  if (text.startsWith("#!")) {
    const program = text.slice(2).trim().split(/\s+/).at(-1)!.split("/").at(-1)!;
    refuse(text, `the interpreter is named without \`#!\`: \`"${program}"\``, program);
    return;
  }
  if (/\s/.test(text)) {
    const program = text.trim().split(/\s+/)[0]!;
    refuse(text, `it is the name of one program, without options: \`"${program}"\``, program);
    return;
  }
}
