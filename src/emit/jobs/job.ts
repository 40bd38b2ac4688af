// Jobs that need no driver: one for a single call, one Indexed Job for a map whose items differ only in what the index can say, else one for
// each item. In: a static step. Out: its objects, or why the step cannot be run this way.
import { buildInvocation, type Invocation } from "../../engine/invocation.ts";
import type { Resources } from "../../engine/protocol.ts";
import { evaluateResources } from "../../engine/resources.ts";
import { evaluate } from "../../expr/evaluate.ts";
import type { Lookup } from "../../expr/expr.ts";
import { canonicalJson } from "../../plan/plan-hash.ts";
import type { EmittedObject } from "../emitter.ts";
import { podPath } from "../file-references.ts";
import { LONGEST_INDEXED_NAME } from "../k8s-names.ts";
import { objectLabels, type StepNames, stepAnnotations } from "../labels.ts";
import { namedFiles } from "../map-files.ts";
import { buildPodTemplate, type PodParts } from "../pod.ts";
import type { JsonObject } from "../yaml.ts";
import { configMap, type JobsContext, MOST_DATA, objectMetadata, runObjectName } from "./context.ts";
import { documentBytes, documentMounts, takeDocuments } from "./documents.ts";
import { INDEX_ENV, indexInvocations } from "./index-texts.ts";
import { retryPolicy } from "./retry-policy.ts";
import { scriptName } from "./script-config-map.ts";
import type { DriverReason, StaticItem, StaticStep } from "./static-steps.ts";

/** More Jobs of one map are left to a driver, which starts them one after the other. */
const MOST_JOBS = 200;
/** Bytes of all keys of a map that are kept at its Job. */
const MOST_KEYS = 64 * 1024;

export interface StepProblem {
  readonly message: string;
  readonly at: string;
}

export type StepObjects =
  | { readonly kind: "objects"; readonly objects: readonly EmittedObject[] }
  | { readonly kind: "driver"; readonly reason: DriverReason }
  | { readonly kind: "problem"; readonly problem: StepProblem };

/** One item, evaluated. */
interface Attempt {
  readonly item: StaticItem;
  readonly invocation: Extract<Invocation, { readonly ok: true }>;
  readonly resources: Resources;
  readonly timeout?: number;
  /** Documents, in the order of their paths `/sluice/files/0`, `/sluice/files/1` … */
  readonly files: readonly string[];
  /** References to Files that its pod reads where they are. */
  readonly inputs: readonly string[];
}

/** The objects of a step. */
export function jobObjects(context: JobsContext, step: StaticStep): StepObjects {
  const attempts: Attempt[] = [];
  for (const item of step.items) {
    const attempt = evaluateAttempt(step, item);
    if ("problem" in attempt) return { kind: "problem", problem: attempt.problem };
    attempts.push(attempt);
  }
  if (step.parallel === undefined) return joined([singleJob(context, step, attempts[0]!)]);
  const indexed = indexedJob(context, step, attempts);
  if (indexed) return { kind: "objects", objects: indexed };
  const because = (text: string): StepObjects => ({ kind: "driver", reason: { text, at: step.call.source } });
  if (step.parallel < attempts.length) return because("items with Jobs of their own run a few at a time");
  if (attempts.length > MOST_JOBS) return because(`more than ${MOST_JOBS} items need Jobs of their own`);
  return joined(attempts.map((attempt) => singleJob(context, step, attempt)));

  function joined(parts: readonly (readonly EmittedObject[] | undefined)[]): StepObjects {
    if (parts.includes(undefined)) return because("a document for a pod is larger than a ConfigMap may be");
    return { kind: "objects", objects: parts.flatMap((part) => part ?? []) };
  }
}

function evaluateAttempt(step: StaticStep, item: StaticItem): Attempt | { readonly problem: StepProblem } {
  const { task } = step;
  const inputs = task.parameters.flatMap(({ name, type }) => namedFiles(item.parameters[name] ?? null, type));
  const { parameters, documents: files } = takeDocuments(task, item.parameters, podPath);
  const invocation = buildInvocation(task, parameters, null);
  if (!invocation.ok) return { problem: invocation.failure };
  const lookup: Lookup = (name) => item.parameters[name];
  const resources = evaluateResources(task.resources, lookup, {}, task.source);
  if (!resources.ok) return { problem: resources.failure };
  const base = { item, invocation, resources: resources.resources, files, inputs };
  if (task.timeout === undefined) return base;
  const timeout = evaluate(task.timeout, lookup);
  if (!timeout.ok) return { problem: timeout.failure };
  const value = timeout.value as number;
  if (value > 0) return { ...base, timeout: value };
  return { problem: { message: "The `timeout` of this task must be above zero.", at: task.source } };
}

function singleJob(context: JobsContext, step: StaticStep, attempt: Attempt): readonly EmittedObject[] | undefined {
  const { item } = attempt;
  const names: StepNames = {
    step: step.path,
    instance: item.instance,
    ...(item.key !== undefined && { key: item.key }),
  };
  const parts = item.key === undefined ? [step.path] : [step.path, item.key];
  const name = runObjectName(context, parts, item.instance);
  const data = Object.fromEntries(attempt.files.map((text, position) => [`${position}`, text]));
  const files = filesOf(context, step, `${item.instance}\nfiles`, data, names);
  if (files === undefined) return undefined;
  const template = buildPodTemplate({
    ...podParts(context, step, attempt, names),
    ...(files.name !== undefined && {
      extra: {
        ...documentMounts(files.name, attempt.files.length, (position) => ({ subPath: `${position}` })),
        env: [],
      },
    }),
  });
  const policy = policyFields(step, false);
  const spec = { ...policy, podReplacementPolicy: "Failed", template };
  return [...files.objects, jobObject(context, name, names, spec, commentOf(step, item.key))];
}

/** One Job for all items, where each text is the same for all of them or differs by the index alone. */
function indexedJob(
  context: JobsContext,
  step: StaticStep,
  attempts: readonly Attempt[],
): readonly EmittedObject[] | undefined {
  const [first] = attempts;
  if (!first) return undefined;
  const fixed = ({ resources, timeout, files, inputs, invocation }: Attempt) =>
    canonicalJson({ resources, timeout: timeout ?? null, files: files.length, inputs, unset: invocation.unset });
  if (attempts.some((attempt) => fixed(attempt) !== fixed(first))) return undefined;
  const texts = indexInvocations(attempts.map(({ invocation }) => invocation));
  if (!texts) return undefined;
  const names: StepNames = { step: step.path };
  const data: Record<string, string> = {};
  attempts.forEach(({ files }, index) => {
    files.forEach((text, position) => {
      data[`${index}.${position}`] = text;
    });
  });
  const files = filesOf(context, step, `${step.path}\nitems`, data, names);
  if (files === undefined) return undefined;
  const perIndex = (position: number) => ({ subPathExpr: `$(JOB_COMPLETION_INDEX).${position}` });
  const mounts = files.name === undefined ? undefined : documentMounts(files.name, first.files.length, perIndex);
  const env = texts.envUsesIndex ? [INDEX_ENV] : [];
  const template = buildPodTemplate({
    ...podParts(context, step, { ...first, invocation: { ...first.invocation, ...texts.invocation } }, names),
    escaped: true,
    extra: { volumes: mounts?.volumes ?? [], mounts: mounts?.mounts ?? [], env },
  });
  const keys = JSON.stringify(attempts.map(({ item }) => item.key));
  const spec = {
    completions: attempts.length,
    parallelism: Math.min(attempts.length, step.parallel ?? attempts.length),
    completionMode: "Indexed",
    ...policyFields(step, true),
    podReplacementPolicy: "Failed",
    template,
  };
  const name = runObjectName(context, [step.path], step.path, LONGEST_INDEXED_NAME);
  const job = jobObject(
    context,
    name,
    names,
    spec,
    `${commentOf(step)}, one pod for each of ${attempts.length} items`,
    {
      ...(keys.length <= MOST_KEYS && { "sluice.dev/keys": keys }),
    },
  );
  return [...files.objects, job];
}

function policyFields(step: StaticStep, indexed: boolean): JsonObject {
  const known = new Map(Object.entries(step.items[0]!.parameters));
  const policy = retryPolicy(step.task, known, indexed);
  if (!policy.ok) throw new Error("a step whose retries a Job cannot keep was taken for a static one");
  const limit = indexed ? { backoffLimitPerIndex: policy.limit } : { backoffLimit: policy.limit };
  return { ...limit, ...(policy.rules.length > 0 && { podFailurePolicy: { rules: policy.rules } }) };
}

function podParts(context: JobsContext, step: StaticStep, attempt: Attempt, names: StepNames): PodParts {
  const { plan, profile, engineImage } = context;
  const script = scriptName(context, step.task);
  return {
    task: step.task,
    secrets: plan.secrets,
    command: attempt.invocation.command,
    env: attempt.invocation.env,
    resources: attempt.resources,
    ...(attempt.timeout !== undefined && { timeout: attempt.timeout }),
    labels: objectLabels({ pipeline: context.pipeline.name, run: context.run }, "task", names),
    annotations: stepAnnotations(names),
    profile,
    engineImage,
    inputs: attempt.inputs,
    ...(script !== undefined && { scriptConfigMap: script }),
    driven: false,
  };
}

function jobObject(
  context: JobsContext,
  name: string,
  names: StepNames,
  spec: JsonObject,
  comment: string,
  annotations: Readonly<Record<string, string>> = {},
): EmittedObject {
  const metadata = objectMetadata(context, name, "task", {
    step: names,
    annotations: { ...stepAnnotations(names), ...annotations },
  });
  const queue = context.profile.queue;
  const labels = {
    ...(metadata.labels as JsonObject),
    ...(queue !== undefined && { "kueue.x-k8s.io/queue-name": queue }),
  };
  return { comment, object: { apiVersion: "batch/v1", kind: "Job", metadata: { ...metadata, labels }, spec } };
}

function commentOf(step: StaticStep, key?: string): string {
  const item = key === undefined ? "" : ` for ${JSON.stringify(key)}`;
  return `${step.call.source}: ${step.path}, task ${step.task.name}${item}`;
}

interface Files {
  /** Absent when there are none. */
  readonly name?: string;
  readonly objects: readonly EmittedObject[];
}

function filesOf(
  context: JobsContext,
  step: StaticStep,
  identity: string,
  data: Readonly<Record<string, string>>,
  names: StepNames,
): Files | undefined {
  const keys = Object.keys(data);
  if (keys.length === 0) return { objects: [] };
  if (documentBytes(data) > MOST_DATA) return undefined;
  const name = runObjectName(context, [step.path, "files"], `${identity}\n${canonicalJson(data)}`);
  const metadata = objectMetadata(context, name, "items", { step: names });
  return { name, objects: [configMap(metadata, data, `${step.call.source}: documents for ${step.path}`)] };
}
