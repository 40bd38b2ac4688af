// The template of a task call: one container, built by the same pod builder as for Jobs, taken apart into the fields of a template. Texts that the
// run decides reach it through `podSpecPatch`, which Argo applies after its last substitution: what is in there is data and nothing else.
import type { InvocationEnv } from "../../engine/invocation.ts";
import type { Expr } from "../../expr/expr.ts";
import { knownValue } from "../../plan/fold-scalar.ts";
import type { PlanCall, PlanTask } from "../../plan/plan.ts";
import { toText } from "../../types/encode.ts";
import type { Type } from "../../types/type.ts";
import type { Value } from "../../types/value.ts";
import { objectName } from "../k8s-names.ts";
import { buildPodTemplate } from "../pod.ts";
import { wholeSeconds } from "../quantities.ts";
import { OUT_FOLDER } from "../result-class.ts";
import { simplify, templateValues } from "../template-values.ts";
import type { Json, JsonObject } from "../yaml.ts";
import { dynamicResources, type Growth } from "./amounts.ts";
import { commandParts, textExpr } from "./command.ts";
import { type ArgoContext, type Binding, refuse, type Scope, templateName, term } from "./context.ts";
import { quoteText } from "./expression/literal.ts";
import { type FileInput, isFile, outPaths, outputParts } from "./files.ts";
import { KEY } from "./keys.ts";
import { hide, input, list, record, tag, unexpanded } from "./terms.ts";

/** Seconds that a deadline is longer than the task's `timeout`: Argo counts from the pod's start, its helpers included. */
const DEADLINE_SLACK = 30;

/** Fields of a pod spec that a template has under the same name. */
const TEMPLATE_FIELDS = new Set([
  "activeDeadlineSeconds",
  "affinity",
  "hostAliases",
  "initContainers",
  "nodeSelector",
  "priorityClassName",
  "schedulerName",
  "securityContext",
  "serviceAccountName",
  "tolerations",
  "volumes",
]);
/** Fields that Argo sets itself, or that stand once for all pods. */
const LEFT_OUT = new Set([
  "automountServiceAccountToken",
  "enableServiceLinks",
  "restartPolicy",
  "imagePullSecrets",
  "containers",
]);

export interface LeafParts {
  readonly call: PlanCall;
  readonly task: PlanTask;
  /** Of the call, in its pipeline: `runs.train`. */
  readonly step: string;
  readonly nameParts: readonly string[];
  readonly files: readonly FileInput[];
  /** The key of the item is an input. */
  readonly keyed: boolean;
  readonly growth?: Growth;
  readonly retryStrategy?: JsonObject;
  /** The number of the attempt is an input. */
  readonly numbered?: boolean;
}

/** Makes the template; its name and the names of its inputs, those that the caller gives. */
export function leafTemplate(
  context: ArgoContext,
  parts: LeafParts,
): { readonly name: string; readonly inputs: readonly string[] } {
  const { task, call } = parts;
  const known = knownArguments(parts);
  const out = outPaths(task);
  const staged = parts.files.map(({ parameter, path }) => [parameter, path] as const);
  const values = new Map<string, Value>([...known, ...staged, ...(out === null ? [] : [["out", out] as const])]);
  const scope = leafScope(parts, known);
  const template = templateValues(task, { all: known, texts: values }, out);
  if (!template.ok) {
    refuse(context, "argo-refused", template.failure.at, {
      what: `the call of \`${task.name}\``,
      reason: `it would fail before it starts: ${template.failure.message.replace(/\.$/, "")}`,
      instead: "Give it other values.",
    });
    return { name: "x", inputs: [] };
  }
  const command = commandParts(context, task, values, scope);
  const env = envParts(context, task, values, scope, parts.keyed);
  const amounts = dynamicResources(context, task, known, scope, parts.growth);
  const timeout = timeoutTerm(context, task, known, scope);
  const pod = buildPodTemplate({
    task,
    secrets: context.plan.secrets,
    command: command.fixed,
    env: [...marks(parts), ...env.fixed],
    resources: template.value.resources,
    ...(template.value.timeout !== undefined && { timeout: template.value.timeout }),
    labels: {},
    annotations: {},
    profile: context.profile,
    engineImage: "",
    ...(task.command.form === "script" && { scriptConfigMap: scriptName(context, task) }),
    driven: false,
  }).spec as JsonObject;
  const split = splitPod(pod);
  const container: [string, string][] = [...command.patch, ...env.patch, ...amounts.container];
  const patch: [string, string][] = [
    ...split.patch,
    ...amounts.pod,
    ...timeout,
    ...(container.length === 0
      ? []
      : [["containers", `[${record([["name", '"main"'], ...container])}]`] as [string, string]]),
  ];
  const produced = outputParts(context, task, split);
  const inputs = [
    ...[...scope.keys()],
    ...(parts.growth?.input === undefined ? [] : [parts.growth.input]),
    ...(parts.numbered ? [ATTEMPT] : []),
    ...(parts.keyed ? [KEY] : []),
    ...(produced.needsPrefix ? [FILE_PREFIX] : []),
  ];
  const artifacts = parts.files.map(({ artifact }) => artifact);
  const name = templateName(context, parts.nameParts);
  const body: JsonObject = {
    ...((inputs.length > 0 || artifacts.length > 0) && {
      inputs: {
        ...(inputs.length > 0 && { parameters: inputs.map((each) => ({ name: each })) }),
        ...(artifacts.length > 0 && { artifacts }),
      },
    }),
    ...(produced.outputs && { outputs: produced.outputs }),
    metadata: { labels: { "sluice.dev/step": stepLabel(parts.step) } },
    ...(parts.retryStrategy && { retryStrategy: parts.retryStrategy }),
    ...split.fields,
    ...(patch.length > 0 && { podSpecPatch: tag(hide(`toJson(${record(patch)})`)) }),
    container: produced.container,
  };
  context.templates.push({ name, comment: `${call.source}: ${parts.step}, a pod of ${task.name}`, body });
  return { name, inputs };
}

/** The input that holds the number of the attempt, where attempts are written out. */
export const ATTEMPT = "attempt-number";

/** What a task sees of its place in the run. */
function marks({ step, retryStrategy, numbered, keyed }: LeafParts): InvocationEnv[] {
  const attempt = numbered ? tag(input(ATTEMPT)) : retryStrategy ? tag("string(asInt(retries) + 1)") : "1";
  return [
    { name: "SLUICE_RUN", value: tag("workflow.name") },
    { name: "SLUICE_STEP", value: step },
    ...(keyed ? [] : [{ name: "SLUICE_KEY", value: "" }]),
    { name: "SLUICE_ATTEMPT", value: attempt },
  ];
}

/** The input that holds where the Files of a call are kept, a path that ends in `/`. */
export const FILE_PREFIX = "file-prefix";

/** The ConfigMap with the script of a task: another text or another run, another name. */
export function scriptName(context: ArgoContext, task: PlanTask): string {
  const text = task.command.form === "script" ? task.command.text : "";
  const { run = "", pipeline } = context;
  return objectName([run || pipeline.name, task.id, "script"], `${run && `${run}\n`}${task.id}\n${text}`);
}

function stepLabel(step: string): string {
  return step.length <= 63 ? step : step.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
}

function knownArguments({ call, task }: LeafParts): Map<string, Value> {
  const known = new Map<string, Value>();
  call.arguments.forEach(({ name, value }, position) => {
    if (isFile(task.parameters[position]!.type)) return;
    const each = knownValue(value, new Map());
    if (each !== undefined) known.set(name, each);
  });
  return known;
}

/** What the names of the task's own expressions stand for in its template. */
function leafScope({ task, files }: LeafParts, known: ReadonlyMap<string, Value>): Scope {
  const scope = new Map<string, Binding>();
  for (const { name, type } of task.parameters) {
    if (known.has(name)) continue;
    const staged = files.find((file) => file.parameter === name);
    const term = staged ? quoteText(staged.path) : `fromJSON(${input(name)})`;
    scope.set(name, { term, type, after: [] });
  }
  return scope;
}

interface EnvParts {
  readonly fixed: readonly InvocationEnv[];
  readonly patch: readonly [string, string][];
}

function envParts(
  context: ArgoContext,
  task: PlanTask,
  values: ReadonlyMap<string, Value>,
  scope: Scope,
  keyed: boolean,
): EnvParts {
  const fixed = new Map<string, InvocationEnv>();
  const dynamic = new Map<string, string>();
  if (keyed) dynamic.set("SLUICE_KEY", envEntry("SLUICE_KEY", `fromJSON(${input(KEY)})`));
  const add = (name: string, expr: Expr, type: Type): void => {
    fixed.delete(name);
    dynamic.delete(name);
    const value = simplify(expr, values);
    if (value.op === "literal") {
      if (value.value === null) return;
      const text = toText(value.value, type);
      if (!text.includes("{{")) fixed.set(name, { name, value: text });
      else dynamic.set(name, envEntry(name, quoteText(text)));
      return;
    }
    const inner = type.kind === "optional" ? type.inner : type;
    const entry = envEntry(name, term(context, textExpr(value, inner), scope, task.source));
    // What is null is not set.
    dynamic.set(
      name,
      type.kind === "optional" ? `(${term(context, value, scope, task.source)} == nil ? [] : ${entry})` : entry,
    );
  };
  if (task.command.form === "script") {
    for (const { name, type } of task.parameters) {
      const value = values.get(name);
      add(name, value === undefined ? { op: "ref", name } : { op: "literal", value }, type);
    }
    for (const { name } of task.outputs) {
      const path = `${OUT_FOLDER}/${name ?? "out"}`;
      add(name === null ? "out" : `out_${name}`, { op: "literal", value: path }, { kind: "string" });
    }
  }
  for (const entry of task.env) {
    if ("secret" in entry) {
      dynamic.delete(entry.name);
      fixed.set(entry.name, entry);
    } else add(entry.name, entry.value, entry.type);
  }
  const groups = [...dynamic.values()];
  const env = groups.length === 1 ? groups[0]! : `concat(${groups.join(", ")})`;
  return { fixed: [...fixed.values()], patch: groups.length === 0 ? [] : [["env", env]] };
}

/** A list of one variable, whose text the term is. */
function envEntry(name: string, term: string): string {
  return list([
    record([
      ["name", quoteText(name)],
      ["value", unexpanded(term)],
    ]),
  ]);
}

function timeoutTerm(
  context: ArgoContext,
  task: PlanTask,
  known: ReadonlyMap<string, Value>,
  scope: Scope,
): [string, string][] {
  if (task.timeout === undefined || knownValue(task.timeout, known) !== undefined) return [];
  const milliseconds = term(context, simplify(task.timeout, known), scope, task.source);
  return [["activeDeadlineSeconds", `int(max(1, ceil(${milliseconds} / 1000))) + ${DEADLINE_SLACK}`]];
}

export interface SplitPod {
  readonly container: JsonObject;
  readonly fields: JsonObject;
  readonly patch: readonly [string, string][];
}

/** Takes a pod spec apart: the container, what a template has as fields, and what only a patch can set. */
function splitPod(spec: JsonObject): SplitPod {
  const [task] = spec.containers as readonly JsonObject[];
  const { name: _, terminationMessagePath: __, terminationMessagePolicy: ___, ...container } = task!;
  const fields: Record<string, Json> = {};
  const patch: [string, string][] = [];
  for (const [name, value] of Object.entries(spec)) {
    if (value === undefined || LEFT_OUT.has(name)) continue;
    if (name === "activeDeadlineSeconds") fields[name] = wholeSeconds((value as number) * 1000) + DEADLINE_SLACK;
    else if (TEMPLATE_FIELDS.has(name)) fields[name] = value;
    else patch.push([name, jsonTerm(value)]);
  }
  return { container, fields, patch };
}

function jsonTerm(value: Json | undefined): string {
  if (value === null || value === undefined) return "nil";
  if (typeof value === "string") return quoteText(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return list((value as readonly Json[]).map(jsonTerm));
  return record(Object.entries(value).map(([name, each]) => [name, jsonTerm(each)] as const));
}
