// What a process is given, from a task and its evaluated parameters: the argument list or the script, and the environment. Pure, so that every
// backend builds the same process. A backend replaces File values by the paths of their staged copies before it calls `buildInvocation`.
import { evaluate } from "../expr/evaluate.ts";
import type { EvaluationFailure, Lookup } from "../expr/expr.ts";
import type { PlanArgument, PlanCommand, PlanTask } from "../plan/plan.ts";
import { toText } from "../types/encode.ts";
import type { Type } from "../types/type.ts";
import { isRecordValue, type RecordValue, type Value } from "../types/value.ts";

/** The value of `out`: the path of the single output, a record of the paths of the named ones, null for a task without result. */
export type OutputPaths = string | RecordValue | null;

/** A variable's text, or the name of the plan's secret whose value it takes. */
export type InvocationEnv =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly secret: string };

/** `run`: argv is the whole command line. `args`: argv follows the image's entrypoint. `script`: the text, for the interpreter. */
export type InvocationCommand =
  | { readonly form: "run" | "args"; readonly argv: readonly string[] }
  | { readonly form: "script"; readonly interpreter: string; readonly text: string };

export type Invocation =
  | {
      readonly ok: true;
      readonly command: InvocationCommand;
      /** No name twice. */
      readonly env: readonly InvocationEnv[];
      /** Variables that must not be set, whatever the surroundings say: parameters of a script that are null. */
      readonly unset: readonly string[];
    }
  | { readonly ok: false; readonly failure: EvaluationFailure };

/** The command line and environment of one attempt; fails where an expression fails, or a text holds a NUL character. */
export function buildInvocation(task: PlanTask, parameters: RecordValue, outputPaths: OutputPaths): Invocation {
  const lookup: Lookup = (name) => {
    if (Object.hasOwn(parameters, name)) return parameters[name];
    return name === "out" && outputPaths !== null ? outputPaths : undefined;
  };
  const command = buildCommand(task.command, lookup);
  if ("failure" in command) return { ok: false, failure: command.failure };
  const env = new Map<string, InvocationEnv>();
  const unset = new Set<string>();
  const set = (name: string, text: string | null): EvaluationFailure | null => {
    if (text === null) {
      env.delete(name);
      unset.add(name);
      return null;
    }
    if (text.includes("\0")) return nulFailure(`The environment variable \`${name}\``, task.source);
    unset.delete(name);
    env.set(name, { name, value: text });
    return null;
  };
  if (task.command.form === "script") {
    for (const [name, text] of scriptVariables(task, parameters, outputPaths)) {
      const failure = set(name, text);
      if (failure !== null) return { ok: false, failure };
    }
  }
  for (const entry of task.env) {
    if ("secret" in entry) {
      unset.delete(entry.name);
      env.set(entry.name, entry);
      continue;
    }
    const evaluated = evaluate(entry.value, lookup);
    if (!evaluated.ok) return { ok: false, failure: evaluated.failure };
    const failure = set(entry.name, textOf(evaluated.value, entry.type));
    if (failure !== null) return { ok: false, failure };
  }
  return { ok: true, command, env: [...env.values()], unset: [...unset] };
}

function buildCommand(
  command: PlanCommand,
  lookup: Lookup,
): InvocationCommand | { readonly failure: EvaluationFailure } {
  if (command.form === "script") return { form: "script", interpreter: command.interpreter, text: command.text };
  const argv: string[] = [];
  for (const item of command.items) {
    const texts = argumentTexts(item, lookup);
    if ("failure" in texts) return texts;
    for (const text of texts.values) {
      if (text.includes("\0")) return { failure: nulFailure(`Argument ${argv.length + 1}`, command.source) };
      argv.push(text);
    }
  }
  return { form: command.form, argv };
}

function argumentTexts(
  item: PlanArgument,
  lookup: Lookup,
): { readonly values: readonly string[] } | { readonly failure: EvaluationFailure } {
  const spread = "spread" in item;
  const evaluated = evaluate(spread ? item.spread : item.value, lookup);
  if (!evaluated.ok) return { failure: evaluated.failure };
  if (!spread) return { values: [toText(evaluated.value, item.type)] };
  const element = elementOf(item.type);
  const values = Array.isArray(evaluated.value) ? (evaluated.value as readonly Value[]) : [];
  return { values: values.map((value) => toText(value, element)) };
}

function elementOf(type: Type): Type {
  if (type.kind === "list") return type.element;
  return type.kind === "optional" ? elementOf(type.inner) : type;
}

/** Null stands for a variable that is not set. */
function scriptVariables(
  task: PlanTask,
  parameters: RecordValue,
  outputPaths: OutputPaths,
): readonly (readonly [string, string | null])[] {
  const variables: (readonly [string, string | null])[] = [];
  for (const { name, type } of task.parameters) {
    // What a compiler added has a name that no variable can have.
    if (/^\w+$/.test(name)) variables.push([name, textOf(parameters[name] ?? null, type)]);
  }
  for (const { name } of task.outputs) {
    const path =
      name === null ? outputPaths : outputPaths !== null && isRecordValue(outputPaths) ? outputPaths[name] : null;
    if (typeof path === "string") variables.push([name === null ? "out" : `out_${name}`, path]);
  }
  return variables;
}

function textOf(value: Value, type: Type): string | null {
  return value === null ? null : toText(value, type);
}

function nulFailure(what: string, at: string): EvaluationFailure {
  return { message: `${what} holds a NUL character, which no process can be given.`, at };
}
