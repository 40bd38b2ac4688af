// The command line of a task: what is known stands in its template, all else in a patch of its pod, where it is data and nothing else.
import type { InvocationCommand } from "../../engine/invocation.ts";
import type { Expr } from "../../expr/expr.ts";
import type { PlanArgument, PlanTask } from "../../plan/plan.ts";
import { toText } from "../../types/encode.ts";
import type { Type } from "../../types/type.ts";
import type { Value } from "../../types/value.ts";
import { simplify } from "../template-values.ts";
import { type ArgoContext, refuse, type Scope, term } from "./context.ts";
import { quoteText } from "./expression/literal.ts";
import { list, unexpanded } from "./terms.ts";

/** Bytes of one argument, the zero at its end not counted. */
const LONGEST_ARGUMENT = 131_071;

interface CommandParts {
  readonly fixed: InvocationCommand;
  readonly patch: readonly [string, string][];
}

/** The command of a task, or what is refused of it. */
export function commandParts(
  context: ArgoContext,
  task: PlanTask,
  values: ReadonlyMap<string, Value>,
  scope: Scope,
): CommandParts {
  const { command } = task;
  if (command.form === "script")
    return { fixed: { form: "script", interpreter: command.interpreter, text: command.text }, patch: [] };
  if (command.form === "args") {
    refuse(context, "argo-refused", command.source, {
      what: "`args`",
      reason: "its helper has to know the program that the image starts, and would ask the registry for it",
      instead: 'Write the whole command line: `run ["program", …]`.',
    });
    return { fixed: { form: "run", argv: [] }, patch: [] };
  }
  const items = command.items.map((item) => argumentParts(item, values));
  const [program, ...rest] = items;
  const texts = program?.texts;
  if (texts === undefined || texts.length === 0 || texts[0]!.includes("{{")) {
    refuse(context, "argo-refused", command.source, {
      what: "this command line",
      reason: "the program that it starts must be known when compiling, and be written without `{{`",
      instead: "Begin it with the name of the program.",
    });
    return { fixed: { form: "run", argv: [] }, patch: [] };
  }
  const fixed = [...texts, ...rest.flatMap((item) => item.texts ?? [])];
  const long = fixed.find((text) => new TextEncoder().encode(text).length > LONGEST_ARGUMENT);
  if (long !== undefined) {
    refuse(context, "argo-refused", command.source, {
      what: "this command line",
      reason: "one of its arguments has 128 KiB or more, which no command line takes",
      instead: "Hand it over as a File, for example with `json_file`.",
    });
  }
  if (rest.every((item) => item.texts) && !fixed.some((text) => text.includes("{{")))
    return { fixed: { form: "run", argv: fixed }, patch: [] };
  const groups = argumentTerms(
    context,
    [{ expr: undefined, texts: texts.slice(1), spread: false }, ...rest],
    scope,
    command.source,
  );
  return { fixed: { form: "run", argv: [texts[0]!] }, patch: [["args", `map(${groups}, ${AS_ARGUMENT})`]] };
}

/**
 * `#` for the command line. In the place of a text of 128 KiB and more Argo's helper would put the name of a file; the system refuses one that is
 * just as long as the helper leaves, and so the task is not started. Four characters of base64 are three bytes.
 */
const AS_ARGUMENT = `len(toBase64(#)) > ${Math.floor((LONGEST_ARGUMENT / 3) * 4)} ? repeat("x", ${LONGEST_ARGUMENT + 1}) : ${unexpanded("#")}`;

interface ArgumentParts {
  /** When known. */
  readonly texts: readonly string[] | undefined;
  /** Of a text, or with `spread` of a list of texts. */
  readonly expr: Expr | undefined;
  readonly spread: boolean;
}

function argumentParts(item: PlanArgument, values: ReadonlyMap<string, Value>): ArgumentParts {
  if (!("spread" in item)) {
    const value = simplify(item.value, values);
    if (value.op === "literal") return { texts: [toText(value.value, item.type)], expr: undefined, spread: false };
    return { texts: undefined, expr: textExpr(value, item.type), spread: false };
  }
  const { type } = item;
  const listType = type.kind === "optional" ? type.inner : type;
  const element: Type = listType.kind === "list" ? listType.element : { kind: "string" };
  const value = simplify(item.spread, values);
  if (value.op === "literal") {
    const each = Array.isArray(value.value) ? (value.value as readonly Value[]) : [];
    return { texts: each.map((text) => toText(text, element)), expr: undefined, spread: true };
  }
  // No name of the program has a dash.
  const one = "each-argument";
  const expr: Expr = {
    op: "for",
    item: one,
    source: value,
    value: textExpr({ op: "ref", name: one }, element),
    at: "",
  };
  return { texts: undefined, expr, spread: true };
}

/** The text of a value. */
export function textExpr(value: Expr, type: Type): Expr {
  return type.kind === "string" ? value : { op: "text", parts: [{ value, type }] };
}

function argumentTerms(context: ArgoContext, items: readonly ArgumentParts[], scope: Scope, at: string): string {
  const groups: string[] = [];
  let single: string[] = [];
  for (const { texts, expr, spread } of items) {
    if (texts) single.push(...texts.map(quoteText));
    else if (!spread) single.push(term(context, expr!, scope, at));
    else {
      if (single.length > 0) groups.push(list(single));
      single = [];
      groups.push(term(context, expr!, scope, at));
    }
  }
  if (single.length > 0) groups.push(list(single));
  return groups.length === 1 ? groups[0]! : `concat(${groups.join(", ")})`;
}
