// What an attempt leaves in the cluster, removed once its end is recorded: our entry among its pod's finalizers, its Job, its documents. Each step
// can be done twice.
import { HARVEST_FINALIZER } from "../../emit/pod.ts";
import type { ApiResult } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";
import { deleteObject, dropFinalizer, type RunRoot } from "./create-once.ts";
import { list } from "./list.ts";
import type { ClusterObject, ObjectMeta, Pod } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";
import { keepingPatch } from "./shard-pod.ts";
import { attemptSelector, projectPod } from "./watch-run.ts";

/** The label of a Job that stays, with the log of its pod, until the run is cleaned. */
export const KEPT_LABEL = "sluice.dev/kept";

export interface RetireOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly signal?: AbortSignal;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
}

export interface Remains {
  /** Of the Job and of the documents. */
  readonly name: string;
  readonly jobUid?: string;
  readonly pod?: Pod;
  readonly hasDocuments: boolean;
  /** The Job stays. */
  readonly keep: boolean;
}

/** Removes what is left of an attempt; gives the first problem. */
export async function retire(remains: Remains, options: RetireOptions): Promise<ApiResult<null>> {
  const { client, namespace, ...limits } = options;
  const { name, jobUid, pod, keep } = remains;
  let result: ApiResult<null> = { ok: true, value: null };
  const note = (each: ApiResult<unknown>): boolean => {
    if (!each.ok && result.ok) result = each;
    return each.ok;
  };
  if (keep) {
    const body = { metadata: { labels: { [KEPT_LABEL]: "true" } } };
    const path = resourcePath("jobs", namespace, name);
    const kept = await client.request("PATCH", path, { ...limits, body, repeatable: true });
    if (kept.ok || kept.status !== 404) note(kept);
  }
  if (pod !== undefined && hasFinalizer(pod))
    note(await dropFinalizer(client, "pods", namespace, pod, HARVEST_FINALIZER, limits));
  if (!keep)
    note(
      await deleteObject(client, "jobs", namespace, name, { ...limits, ...(jobUid !== undefined && { uid: jobUid }) }),
    );
  if (remains.hasDocuments) note(await deleteObject(client, "configmaps", namespace, name, limits));
  return result;
}

/** Lets go of the pod of an attempt that came from a shard. It goes with the shard; `keep`: it stays, with its log, until the run is cleaned. */
export async function retirePod(
  pod: Pod,
  { client, namespace, ...limits }: RetireOptions,
  keep?: RunRoot,
): Promise<ApiResult<null>> {
  const owned = keep && keepingPatch(keep);
  const also = owned && ((known: ObjectMeta): object => ({ ...owned(known), labels: { [KEPT_LABEL]: "true" } }));
  return dropFinalizer(client, "pods", namespace, pod, HARVEST_FINALIZER, { ...limits, also });
}

/** Whether a pod waits for its end to be recorded. */
export function hasFinalizer(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(HARVEST_FINALIZER) ?? false;
}

/** Selects the documents of a run's attempts. */
function documentSelector(run: string): string {
  return `sluice.dev/run=${run},app.kubernetes.io/component=items,sluice.dev/attempt`;
}

/** Removes documents of attempts other than those named. */
export async function removeDocuments(run: string, spare: ReadonlySet<string>, options: RetireOptions): Promise<void> {
  const { client, namespace, ...limits } = options;
  const selection = { labelSelector: documentSelector(run) };
  const path = resourcePath("configmaps", namespace);
  const found = await list<ClusterObject, string>(client, path, selection, ({ metadata }) => metadata.name, limits);
  for (const name of found.ok ? found.value.items : [])
    if (!spare.has(name)) await deleteObject(client, "configmaps", namespace, name, limits);
}

/** After the end of a run: nothing of its attempts stays but the Jobs that are kept. Gives the first problem. */
export async function sweepRun(run: string, options: RetireOptions): Promise<ApiResult<null>> {
  const { client, namespace, ...limits } = options;
  const selection = { labelSelector: attemptSelector(run) };
  const pods = await list<Pod, Pod>(client, resourcePath("pods", namespace), selection, projectPod, limits);
  if (!pods.ok) return pods;
  const isKept = ({ metadata }: ClusterObject): boolean => metadata.labels?.[KEPT_LABEL] !== undefined;
  const jobs = await list<ClusterObject, { readonly name: string; readonly kept: boolean }>(
    client,
    resourcePath("jobs", namespace),
    selection,
    (job) => ({ name: job.metadata.name, kept: isKept(job) }),
    limits,
  );
  if (!jobs.ok) return jobs;
  let result: ApiResult<null> = { ok: true, value: null };
  for (const pod of pods.value.items) {
    if (!hasFinalizer(pod)) continue;
    const dropped = await dropFinalizer(client, "pods", namespace, pod, HARVEST_FINALIZER, limits);
    if (!dropped.ok && result.ok) result = dropped;
  }
  for (const { name, kept } of jobs.value.items) {
    if (kept) continue;
    const deleted = await deleteObject(client, "jobs", namespace, name, limits);
    if (!deleted.ok && result.ok) result = deleted;
  }
  await removeDocuments(run, new Set(), options);
  return result;
}
