// The Job of one attempt, as a driver starts it: the pod of the call's PodTemplate with its places filled in. In: an attempt with its values. Out:
// the Job and, where its Files are documents, the ConfigMap they travel in, both of the same name; or why it cannot be started. An attempt's name
// depends on nothing but run, instance and number, so that every driver of the run comes to the same one.

import { innermostKey, nodePath } from "../../engine/instance-id.ts";
import { buildInvocation } from "../../engine/invocation.ts";
import type { InstanceId, Resources } from "../../engine/protocol.ts";
import type { PlanTask } from "../../plan/plan.ts";
import { printDuration } from "../../types/quantity.ts";
import type { RecordValue } from "../../types/value.ts";
import { podPath, referenceProblem } from "../file-references.ts";
import { attemptName } from "../k8s-names.ts";
import { objectLabels, type StepNames, stepAnnotations } from "../labels.ts";
import { namedFiles } from "../map-files.ts";
import { buildPodTemplate, TIMEOUT_ANNOTATION } from "../pod.ts";
import { podOutputPaths } from "../result-class.ts";
import type { JsonObject } from "../yaml.ts";
import { configMap, type JobsContext, lastingName, MOST_DATA, objectMetadata } from "./context.ts";
import { documentBytes, documentMounts, takeDocuments } from "./documents.ts";
import { scriptName } from "./script-config-map.ts";

/** The annotation with the plan's id of the task. */
export const TASK_ANNOTATION = "sluice.dev/task";
/** The annotation with the key under which the result is kept for later runs. */
export const CACHE_KEY_ANNOTATION = "sluice.dev/cache-key";

/** What all attempts of a run share. */
export interface AttemptContext extends JobsContext {
  /** The name that scripts and PodTemplates were made under: the run's own, or that of the program that a schedule starts. */
  readonly program: string;
}

export interface AttemptParts {
  readonly instance: InstanceId;
  readonly attempt: number;
  readonly task: PlanTask;
  readonly parameters: RecordValue;
  readonly resources: Resources;
  /** Milliseconds. */
  readonly timeout?: number;
  /** The folder of its outputs, relative to the storage. */
  readonly outputPath: string;
  readonly cacheKey?: string;
}

export type AttemptObjects =
  | { readonly ok: true; readonly job: JsonObject; readonly documents?: JsonObject }
  | { readonly ok: false; readonly message: string };

/** The name of an attempt's objects. */
export function attemptObjectName(context: JobsContext, instance: InstanceId, attempt: number): string {
  const parts = [context.pipeline.name, nodePath(instance), innermostKey(instance) ?? ""];
  return attemptName(parts, `${context.run}\n${instance}`, attempt);
}

/** The objects of an attempt. */
export function attemptObjects(context: AttemptContext, parts: AttemptParts): AttemptObjects {
  const { task, instance, attempt } = parts;
  const { profile, plan } = context;
  const inputs = task.parameters.flatMap(({ name, type }) => namedFiles(parts.parameters[name] ?? null, type));
  const problem = referenceProblem(inputs, profile);
  if (problem !== undefined) return { ok: false, message: problem };
  const { parameters, documents } = takeDocuments(task, parts.parameters, podPath);
  const invocation = buildInvocation(task, parameters, podOutputPaths(task, profile.results === "collected"));
  if (!invocation.ok) return { ok: false, message: `${invocation.failure.message} (${invocation.failure.at})` };
  const name = attemptObjectName(context, instance, attempt);
  const step = nodePath(instance);
  const key = innermostKey(instance);
  const names: StepNames = { step, instance, attempt, ...(key !== undefined && { key }) };
  // As the process of a task on this machine gets it: with a line end.
  const data = Object.fromEntries(documents.map((text, position) => [`${position}`, `${text}\n`]));
  const bytes = documentBytes(data);
  if (bytes > MOST_DATA) {
    const message = `the documents that \`json_file\` made for it have ${bytes} bytes, more than the ${MOST_DATA} that reach a pod; write large data to a File output instead, and give that`;
    return { ok: false, message };
  }
  const script = scriptName({ ...context, run: context.program }, task);
  const marks = { run: context.run, step, key: key ?? "", attempt: String(attempt) };
  const mounts = documentMounts(name, documents.length, (position) => ({ subPath: `${position}` }));
  const template = buildPodTemplate({
    task,
    secrets: plan.secrets,
    command: invocation.command,
    env: invocation.env,
    resources: parts.resources,
    ...(parts.timeout !== undefined && { timeout: parts.timeout }),
    labels: objectLabels({ pipeline: context.pipeline.name, run: context.run }, "task", names),
    annotations: stepAnnotations(names),
    profile,
    engineImage: context.engineImage,
    ...(script !== undefined && { scriptConfigMap: script }),
    marks,
    outputPath: parts.outputPath,
    inputs,
    driven: true,
    ...(profile.serviceAccount === undefined && { serviceAccount: lastingName(context, "-tasks") }),
    ...(documents.length > 0 && { extra: { ...mounts, env: [] } }),
  });
  const annotations = {
    ...stepAnnotations(names),
    [TASK_ANNOTATION]: task.id,
    ...(parts.cacheKey !== undefined && { [CACHE_KEY_ANNOTATION]: parts.cacheKey }),
    ...(parts.timeout !== undefined && { [TIMEOUT_ANNOTATION]: printDuration(parts.timeout) }),
  };
  const metadata = objectMetadata(context, name, "task", { step: names, annotations });
  const queue = profile.queue;
  const labels = {
    ...(metadata.labels as JsonObject),
    ...(queue !== undefined && { "kueue.x-k8s.io/queue-name": queue }),
  };
  const spec = { backoffLimit: 0, podReplacementPolicy: "Failed", template };
  return {
    ok: true,
    job: { apiVersion: "batch/v1", kind: "Job", metadata: { ...metadata, labels }, spec },
    ...(documents.length > 0 && {
      documents: configMap(objectMetadata(context, name, "items", { step: names }), data, "").object,
    }),
  };
}

/** The label of a Job that only keeps a name taken. */
export const FENCE_LABEL = "sluice.dev/fence";

/** A Job without pods that takes an attempt's name, so that no Job of an earlier driver can still appear under it. */
export function fenceJob(context: JobsContext, instance: InstanceId, attempt: number): JsonObject {
  const names: StepNames = { step: nodePath(instance), instance, attempt };
  const metadata = objectMetadata(context, attemptObjectName(context, instance, attempt), "task", {
    step: names,
    annotations: stepAnnotations(names),
  });
  const labels = { ...(metadata.labels as JsonObject), [FENCE_LABEL]: "true" };
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "none", image: "none" }] } };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...metadata, labels },
    spec: { suspend: true, backoffLimit: 0, template },
  };
}
