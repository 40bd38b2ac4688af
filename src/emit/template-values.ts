// A task call as it can be shown before the run: what is known is computed, the rest stands as `\(exp.lr)`. In: the task and the values known of
// its parameters. Out: command line, environment and amounts for `buildPodTemplate`, and annotations for what has no place for a placeholder.
import type { InvocationCommand, InvocationEnv } from "../engine/invocation.ts";
import type { Resources } from "../engine/protocol.ts";
import { evaluateResources } from "../engine/resources.ts";
import type { Expr } from "../expr/expr.ts";
import { mapChildren, substitute } from "../expr/names.ts";
import { foldScalar, knownValue } from "../plan/fold-scalar.ts";
import { AMOUNTS, type PlanArgument, type PlanRange, type PlanResources, type PlanTask } from "../plan/plan.ts";
import { printExpr } from "../plan/print-expr.ts";
import { toText } from "../types/encode.ts";
import type { Type } from "../types/type.ts";
import { isRecordValue, type Value } from "../types/value.ts";
import { lowerBound } from "./lower-bound.ts";
import { TIMEOUT_ANNOTATION } from "./pod.ts";
import { OUT_FOLDER } from "./result-class.ts";

export interface TemplateValues {
  readonly command: InvocationCommand;
  readonly env: readonly InvocationEnv[];
  readonly resources: Resources;
  /** Milliseconds. */
  readonly timeout?: number;
  /** `sluice.dev/memory`: the expression of an amount that the run decides. */
  readonly annotations: Readonly<Record<string, string>>;
}

export type TemplateResult =
  | { readonly ok: true; readonly value: TemplateValues }
  | { readonly ok: false; readonly failure: { readonly message: string; readonly at: string } };

type Known = ReadonlyMap<string, Value>;

const CORES: Type = { kind: "float" };
const COUNT: Type = { kind: "int" };
const SIZE: Type = { kind: "size" };
const DURATION: Type = { kind: "duration" };

/** What is known of a call's parameters. */
export interface KnownParameters {
  /** All whose values are known. */
  readonly all: Known;
  /** Without those that hold Files, whose paths in the pod are those of copies. */
  readonly texts: Known;
}

/** What stands in the template of a call. `out`: the value of the task's `out`. */
export function templateValues(task: PlanTask, parameters: KnownParameters, out: Value): TemplateResult {
  const known = parameters.all;
  const inCommand = new Map(parameters.texts);
  if (out !== null) inCommand.set("out", out);
  const resources = templateResources(task, known);
  if (!resources.ok) return resources;
  const annotations = new Map(resources.annotations);
  const timeout = task.timeout === undefined ? undefined : knownValue(task.timeout, known);
  if (task.timeout !== undefined && timeout === undefined) {
    annotations.set(TIMEOUT_ANNOTATION, placeholder(simplify(task.timeout, known), DURATION));
  }
  if (typeof timeout === "number" && !(timeout > 0)) {
    return { ok: false, failure: { message: "The `timeout` of this task must be above zero.", at: task.source } };
  }
  return {
    ok: true,
    value: {
      command: templateCommand(task, inCommand),
      env: templateEnv(task, inCommand, out),
      resources: resources.resources,
      ...(typeof timeout === "number" && { timeout }),
      annotations: Object.fromEntries(annotations),
    },
  };
}

/** The text of an expression of this type, with `\(e)` for each part that is not known. */
export function placeholder(expr: Expr, type: Type): string {
  if (expr.op === "literal") return toText(expr.value, type);
  if (expr.op !== "text") return `\\(${printExpr(expr, type)})`;
  return expr.parts.map((part) => (typeof part === "string" ? part : placeholder(part.value, part.type))).join("");
}

/** The expression with known names replaced and all that then is known computed. */
export function simplify(expr: Expr, known: Known): Expr {
  const value = knownValue(expr, known);
  if (value !== undefined) return { op: "literal", value };
  const scalars = new Map<string, Expr>();
  for (const [name, each] of known) {
    // What is long stays under its name; its fields are computed below.
    if (typeof each !== "object" || each === null) scalars.set(name, { op: "literal", value: each });
  }
  return foldParts(substitute(expr, scalars), known);
}

function foldParts(expr: Expr, known: Known): Expr {
  const folded = foldScalar(expr, known);
  return folded.op === "literal" ? folded : mapChildren(folded, (child) => foldParts(child, known));
}

function templateCommand(task: PlanTask, known: Known): InvocationCommand {
  const { command } = task;
  if (command.form === "script") return { form: "script", interpreter: command.interpreter, text: command.text };
  return { form: command.form, argv: command.items.flatMap((item) => argumentTexts(item, known)) };
}

function argumentTexts(item: PlanArgument, known: Known): readonly string[] {
  if (!("spread" in item)) return [placeholder(simplify(item.value, known), item.type)];
  const value = knownValue(item.spread, known);
  if (value === undefined) return [`\\(...${printExpr(simplify(item.spread, known), item.type)})`];
  const list = item.type.kind === "optional" ? item.type.inner : item.type;
  const element: Type = list.kind === "list" ? list.element : { kind: "string" };
  return Array.isArray(value) ? value.map((each: Value) => toText(each, element)) : [];
}

function templateEnv(task: PlanTask, known: Known, out: Value): InvocationEnv[] {
  const env = new Map<string, InvocationEnv>();
  const set = (name: string, value: string): void => void env.set(name, { name, value });
  if (task.command.form === "script") {
    for (const { name, type } of task.parameters) {
      const value = known.get(name);
      if (value !== null) set(name, value === undefined ? `\\(${name})` : toText(value, type));
    }
    for (const { name } of task.outputs) {
      const path = name !== null && out !== null && isRecordValue(out) ? out[name] : out;
      set(name === null ? "out" : `out_${name}`, typeof path === "string" ? path : OUT_FOLDER);
    }
  }
  for (const entry of task.env) {
    if ("secret" in entry) env.set(entry.name, entry);
    else {
      const value = simplify(entry.value, known);
      if (value.op === "literal" && value.value === null) env.delete(entry.name);
      else set(entry.name, placeholder(value, entry.type));
    }
  }
  return [...env.values()];
}

type ResourcesResult =
  | { readonly ok: true; readonly resources: Resources; readonly annotations: ReadonlyMap<string, string> }
  | Extract<TemplateResult, { readonly ok: false }>;

// Quantities take no placeholders: where the run decides, the least that can be asked for stands, and the expression in an annotation.
function templateResources(task: PlanTask, known: Known): ResourcesResult {
  const annotations = new Map<string, string>();
  const say = (name: string, text: string): void =>
    void annotations.set(`sluice.dev/${name.replaceAll("_", "-")}`, text);
  const asked = task.resources;
  const ranges: { [A in (typeof AMOUNTS)[number]]?: PlanRange } = {};
  for (const amount of AMOUNTS) {
    const range = asked[amount];
    if (!range) continue;
    const type = amount === "cpu" ? CORES : SIZE;
    const [request, limit] = [simplify(range.request, known), simplify(range.limit, known)];
    ranges[amount] = leastRange(request, limit, LEAST[amount]);
    if (request.op === "literal" && limit.op === "literal") continue;
    const [low, high] = [placeholder(request, type), placeholder(limit, type)];
    say(amount, low === high ? low : `${low}..${high}`);
  }
  const number = (name: string, expr: Expr): Expr => {
    const value = simplify(expr, known);
    if (value.op === "literal") return value;
    say(name, placeholder(value, COUNT));
    return { op: "literal", value: Math.max(0, Math.floor(lowerBound(value) ?? 0)) };
  };
  const text = (name: string, expr: Expr): Expr | undefined => {
    const value = simplify(expr, known);
    if (value.op === "literal") return value;
    say(name, placeholder(value, { kind: "string" }));
    return undefined;
  };
  const node = asked.node?.flatMap(({ name, value }) => {
    const selected = text(`node.${annotationPart(name)}`, value);
    return selected === undefined ? [] : [{ name, value: selected }];
  });
  const accelerator = asked.accelerator && text("accelerator", asked.accelerator);
  const priority = asked.priority && text("priority", asked.priority);
  const least: PlanResources = {
    ...ranges,
    ...(asked.gpu && { gpu: number("gpu", asked.gpu) }),
    ...(accelerator && { accelerator }),
    ...(asked.devices && {
      devices: asked.devices.map(({ name, count }) => ({
        name,
        count: number(`device.${annotationPart(name)}`, count),
      })),
    }),
    ...(node && { node }),
    ...(asked.tolerations !== undefined && { tolerations: asked.tolerations }),
    ...(priority && { priority }),
  };
  const evaluated = evaluateResources(least, () => undefined, {}, task.source);
  return evaluated.ok ? { ok: true, resources: evaluated.resources, annotations } : evaluated;
}

/** What a pod can ask for at least: cores, bytes. */
const LEAST = { cpu: 0.001, memory: 4 * 1024 * 1024, storage: 1, shared_memory: 1 };

function leastRange(request: Expr, limit: Expr, least: number): PlanRange {
  const fixed = (expr: Expr) => (expr.op === "literal" && typeof expr.value === "number" ? expr.value : undefined);
  const bound = (expr: Expr) => fixed(expr) ?? Math.max(least, lowerBound(expr) ?? 0);
  const high = fixed(limit) ?? Math.max(bound(limit), bound(request));
  const low = fixed(request) ?? Math.min(bound(request), high);
  return { request: { op: "literal", value: low }, limit: { op: "literal", value: high } };
}

/** A part of an annotation's name. */
function annotationPart(name: string): string {
  return name
    .replace(/[^A-Za-z0-9.-]/g, "-")
    .slice(0, 50)
    .replace(/[^A-Za-z0-9]+$/, "");
}
