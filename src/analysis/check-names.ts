// Names that leave the program: those of tasks and pipelines go into object names in the cluster, those of a script's parameters and outputs
// into the environment of a process.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { PipelineNode, TaskNode } from "../syntax/ast.ts";
import type { CheckContext } from "./context.ts";

const diagnostic = bindDiagnostics(tasks);

/** Characters of a task's or pipeline's name; an object name has 63, the rest is the runtime's. */
const LONGEST_NAME = 40;

const PROCESS_NAMES: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "USER",
  "SHELL",
  "PWD",
  "OLDPWD",
  "TMPDIR",
  "HOSTNAME",
  "LANG",
  "TERM",
  "IFS",
  "ENV",
  "BASH_ENV",
  "NODE_OPTIONS",
  "PYTHONPATH",
  "PYTHONHOME",
]);
const LOADER_PREFIXES = ["LD_", "DYLD_"];
const RUNTIME_PREFIXES = ["KUBERNETES_", "SLUICE_"];

/** Why an environment variable may not have this name; undefined when it may. Case counts. */
export function findReservation(name: string): string | undefined {
  if (PROCESS_NAMES.has(name)) return "every process reads that variable";
  if (LOADER_PREFIXES.some((prefix) => name.startsWith(prefix))) return "the loader of every program reads it";
  if (RUNTIME_PREFIXES.some((prefix) => name.startsWith(prefix))) return "the runtime sets variables of such names";
  if (name === "out" || name.startsWith("out_")) return "`out` stands for the paths of the results";
  return undefined;
}

/** Whether Kubernetes takes it as the name of an environment variable. */
export function isEnvironmentName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name);
}

/** Checks the declaration's own name, and of a task the names that its parameters and outputs have in the process. */
export function checkNames(context: CheckContext, declaration: TaskNode | PipelineNode): void {
  const { text, span } = declaration.name;
  if (text.length > LONGEST_NAME) {
    const kind = declaration.kind === "Task" ? "task" : "pipeline";
    context.report(diagnostic("name-too-long", span, { kind, name: text, length: text.length }));
  }
  if (declaration.kind === "Task") checkParameterNames(context, declaration);
}

function checkParameterNames(context: CheckContext, task: TaskNode): void {
  const isScript = task.statements.some((statement) => statement.kind === "Script");
  for (const { name } of task.parameters) {
    const why = isScript
      ? findReservation(name.text)
      : task.result && name.text === "out"
        ? findReservation("out")
        : undefined;
    if (why === undefined) continue;
    const what = isScript
      ? "a parameter of a task with `script`, where it becomes an environment variable"
      : "a parameter";
    context.report(diagnostic("reserved-name", name.span, { name: name.text, what, why }));
  }
}
