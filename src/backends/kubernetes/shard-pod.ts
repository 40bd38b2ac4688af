// What a pod of a shard says of itself: whether it is nobody's yet, whose attempt it is, and which of its shard it is.
import { CACHE_KEY_ANNOTATION, TASK_ANNOTATION } from "../../emit/jobs/attempt-job.ts";
import { ITEM_GATE, SHARD_LABEL } from "../../emit/jobs/shard-job.ts";
import { HARVEST_FINALIZER, TIMEOUT_ANNOTATION } from "../../emit/pod.ts";
import type { InstanceId } from "../../engine/protocol.ts";
import { parseDuration } from "../../types/quantity.ts";
import type { RunRoot } from "./create-once.ts";
import type { ObjectMeta, Pod } from "./objects.ts";

const INDEX_LABEL = "batch.kubernetes.io/job-completion-index";
const ATTEMPT_LABEL = "sluice.dev/attempt";
const INSTANCE_ANNOTATION = "sluice.dev/instance";

/** Whose attempt a pod is. */
export interface PodAttempt {
  readonly instance: InstanceId;
  readonly attempt: number;
  /** Plan id. */
  readonly task: string;
  readonly cacheKey?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Whether a pod comes from a shard. */
export function isShardPod(pod: Pod): boolean {
  return pod.metadata.labels?.[SHARD_LABEL] !== undefined;
}

/** Whether a pod of a shard is nobody's yet. */
export function isGated(pod: Pod): boolean {
  return pod.spec?.schedulingGates?.some(({ name }) => name === ITEM_GATE) ?? false;
}

/** Which of its shard's pods it is, from 0; -1 where it does not say. */
export function indexOf(pod: Pod): number {
  return Number(pod.metadata.labels?.[INDEX_LABEL] ?? -1);
}

/** Whose attempt a pod of a shard is; undefined while it is nobody's. */
export function attemptOf(pod: Pod): PodAttempt | undefined {
  const { labels = {}, annotations = {} } = pod.metadata;
  const { [INSTANCE_ANNOTATION]: instance, [TASK_ANNOTATION]: task, [CACHE_KEY_ANNOTATION]: cacheKey } = annotations;
  const attempt = Number(labels[ATTEMPT_LABEL]);
  if (instance === undefined || task === undefined || !Number.isInteger(attempt)) return undefined;
  const timeout = parseDuration(annotations[TIMEOUT_ANNOTATION] ?? "");
  return {
    ...{ instance, attempt, task },
    ...(cacheKey !== undefined && { cacheKey }),
    ...(timeout.ok && { timeout: timeout.value }),
  };
}

/** What is kept of a shard's pod besides what is kept of every pod. */
export function projectShardPod({ metadata, spec }: Pod): {
  readonly metadata: Pick<ObjectMeta, "labels" | "annotations" | "ownerReferences">;
  readonly spec: Pick<NonNullable<Pod["spec"]>, "schedulingGates">;
} {
  const { labels = {}, annotations = {}, ownerReferences } = metadata;
  const kept = [TIMEOUT_ANNOTATION, TASK_ANNOTATION, CACHE_KEY_ANNOTATION, INSTANCE_ANNOTATION];
  return {
    metadata: {
      labels: pick(labels, [SHARD_LABEL, INDEX_LABEL, ATTEMPT_LABEL]),
      annotations: pick(annotations, kept),
      ...(ownerReferences && { ownerReferences }),
    },
    spec: { ...(spec?.schedulingGates && { schedulingGates: spec.schedulingGates }) },
  };
}

function pick(record: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = record[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** The merge patch that makes a pod an attempt's, if it is still as it is known. */
export function givingPatch(
  { metadata, spec }: Pod,
  { labels, annotations }: { readonly labels: object; readonly annotations: object },
): object {
  const { uid, resourceVersion, finalizers = [] } = metadata;
  const gates = spec?.schedulingGates?.filter(({ name }) => name !== ITEM_GATE) ?? [];
  return {
    metadata: { uid, resourceVersion, labels, annotations, finalizers: [...finalizers, HARVEST_FINALIZER] },
    spec: { schedulingGates: gates.length === 0 ? null : gates },
  };
}

/** What a pod gets that is to stay when its shard goes: it belongs to the run. */
export function keepingPatch(root: RunRoot): (known: ObjectMeta) => object {
  return ({ ownerReferences = [] }) => {
    const owners = ownerReferences.filter(({ uid }) => uid !== root.uid);
    return { ownerReferences: [...owners, { apiVersion: "v1", kind: "ConfigMap", ...root }] };
  };
}
