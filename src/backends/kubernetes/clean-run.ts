// Deletes a run with everything that belongs to it. The steps may be repeated: its root goes last, so that a removal cut short is found again.
// Holds afterwards: no object of the run is left in the namespace. Files in the storage stay.
import type { FileResult } from "../file-problem.ts";
import { type ClusterClient, pause } from "./client.ts";
import { type ListedRun, RUN_LABEL } from "./cluster-run.ts";
import { JOURNAL_LABEL } from "./config-map-journal.ts";
import { deleteObject } from "./create-once.ts";
import { explainProblem, isRightMissing } from "./explain-problem.ts";
import { takeLease } from "./lease.ts";
import { list, type Selection } from "./list.ts";
import type { ClusterObject } from "./objects.ts";
import { releasePods } from "./release.ts";
import { type Resource, resourcePath } from "./resource-path.ts";
import { KEPT_LABEL } from "./retire.ts";

export interface CleanOptions {
  readonly client: ClusterClient;
  readonly run: ListedRun;
  /** Who deletes it, as holder of its Lease. */
  readonly holder: string;
  /** How far it is, beginning with a verb. */
  readonly onStep?: (step: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for pods to end, and then for the rest to go. Default 2 minutes each. */
  readonly patience?: number;
}

const AT_ONCE = 8;
const PATIENCE = 120_000;
/** Milliseconds between two looks. */
const LOOK = 500;

/** Deletes the run, or says why it stays; a run that is being driven does. */
export async function cleanClusterRun(options: CleanOptions): Promise<FileResult<null>> {
  const { client, run, holder } = options;
  const { namespace } = client;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const root = { name: run.name, uid: run.uid };
  const labels = { [RUN_LABEL]: run.name };
  const lease = await takeLease({ client, namespace, name: run.name, holder, root, labels, ...signal });
  if (!lease.ok) return { ok: false, message: `run \`${run.name}\` is not deleted: ${lease.message}` };
  try {
    options.onStep?.("ending its Jobs");
    const ended = await endJobs(options);
    if (!ended.ok) return ended;
  } finally {
    await lease.value.release();
  }
  options.onStep?.("deleting its objects");
  // The Job of a schedule has no label of the run, and owns its root.
  const job = run.startedBy;
  const freed = job && (await deleteObject(client, "jobs", namespace, job.name, { uid: job.uid }));
  if (freed && !freed.ok)
    return { ok: false, message: explainProblem(freed, `delete the Job \`${job.name}\``, client) };
  const applied = await deleteApplied(options);
  if (!applied.ok) return applied;
  const deleted = await deleteObject(client, "configmaps", namespace, run.name, { uid: run.uid });
  if (!deleted.ok)
    return { ok: false, message: explainProblem(deleted, `delete the ConfigMap \`${run.name}\``, client) };
  return waitUntilGone(options);
}

async function endJobs(options: CleanOptions): Promise<FileResult<null>> {
  const { client, run } = options;
  const { namespace, clock } = client;
  const until = clock.now() + (options.patience ?? PATIENCE);
  for (;;) {
    const jobs = await names(options, "jobs", { labelSelector: `${RUN_LABEL}=${run.name}` });
    if (!jobs.ok) return jobs;
    for (let at = 0; at < jobs.value.length; at += AT_ONCE) {
      const group = jobs.value.slice(at, at + AT_ONCE);
      for (const result of await Promise.all(group.map((name) => deleteObject(client, "jobs", namespace, name))))
        if (!result.ok) return { ok: false, message: explainProblem(result, "delete a Job", client) };
    }
    const released = await releasePods(client, run.name);
    if (!released.ok) return released;
    const kept = await names(options, "pods", { labelSelector: `${RUN_LABEL}=${run.name},${KEPT_LABEL}` });
    if (!kept.ok) return kept;
    for (const name of kept.value) await deleteObject(client, "pods", namespace, name);
    const pods = await names(options, "pods", { labelSelector: `${RUN_LABEL}=${run.name}` });
    if (!pods.ok) return pods;
    if (pods.value.length === 0 && jobs.value.length === 0) return { ok: true, value: null };
    options.onStep?.(`waiting for ${pods.value.length} of its pods to end`);
    if (clock.now() >= until) {
      const message = `run \`${run.name}\` is not deleted yet: ${pods.value.length} of its pods, such as \`${pods.value[0]}\`, have not ended; try again later`;
      return { ok: false, message };
    }
    if (!(await pause(clock, LOOK, options.signal))) return { ok: false, message: "it was given up" };
  }
}

/** What somebody applied who compiled the run: it does not belong to the root. */
async function deleteApplied(options: CleanOptions): Promise<FileResult<null>> {
  const { client, run } = options;
  for (const resource of ["configmaps", "podtemplates"] as const) {
    const listed = await list<ClusterObject, ClusterObject>(
      client,
      resourcePath(resource, client.namespace),
      { labelSelector: `${RUN_LABEL}=${run.name}` },
      ({ metadata: { name, uid = "", ownerReferences = [] } }) => ({ metadata: { name, uid, ownerReferences } }),
    );
    if (!listed.ok) {
      if (isRightMissing(listed) && resource === "podtemplates") continue;
      return { ok: false, message: explainProblem(listed, `list ${resource}`, client) };
    }
    for (const { metadata } of listed.value.items) {
      const { name, uid = "", ownerReferences = [] } = metadata;
      if (name === run.name || ownerReferences.length > 0) continue;
      const deleted = await deleteObject(client, resource, client.namespace, name, { uid });
      if (!deleted.ok)
        return { ok: false, message: explainProblem(deleted, `delete \`${name}\` (${resource})`, client) };
    }
  }
  return { ok: true, value: null };
}

/** What belongs to the root is deleted by the cluster itself, a little later. */
async function waitUntilGone(options: CleanOptions): Promise<FileResult<null>> {
  const { client, run } = options;
  const until = client.clock.now() + (options.patience ?? PATIENCE);
  const places: readonly (readonly [Resource, string])[] = [
    ["configmaps", JOURNAL_LABEL],
    ["configmaps", RUN_LABEL],
    ["podtemplates", RUN_LABEL],
    ["leases", RUN_LABEL],
  ];
  for (const [resource, label] of places) {
    for (;;) {
      const left = await names(options, resource, { labelSelector: `${label}=${run.name}` });
      if (!left.ok) return left;
      if (left.value.length === 0) break;
      options.onStep?.(`waiting for the cluster to remove ${left.value.length} objects`);
      if (client.clock.now() >= until) {
        const message = `run \`${run.name}\` is deleted, but the cluster has not removed \`${left.value[0]}\` (${resource}) yet`;
        return { ok: false, message };
      }
      if (!(await pause(client.clock, LOOK, options.signal))) return { ok: false, message: "it was given up" };
    }
  }
  return { ok: true, value: null };
}

async function names(
  { client }: CleanOptions,
  resource: Resource,
  selection: Selection,
): Promise<FileResult<readonly string[]>> {
  const path = resourcePath(resource, client.namespace);
  const listed = await list<ClusterObject, string>(client, path, selection, ({ metadata }) => metadata.name);
  if (listed.ok) return { ok: true, value: listed.value.items };
  // Not every user may look at all kinds; those that nobody keeps on purpose go with the root.
  if (isRightMissing(listed) && (resource === "podtemplates" || resource === "leases")) return { ok: true, value: [] };
  return { ok: false, message: explainProblem(listed, `list ${resource}`, client) };
}
