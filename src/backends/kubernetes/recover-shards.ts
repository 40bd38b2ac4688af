// What earlier drivers left in shards. A pod that was given away says whose it is. One that was not might still be, by a request of a driver that died
// and that is on its way: that request is for the pod as it was, so each such pod is changed first. A driver that lives gives no pods away once it may
// have lost the run. Holds afterwards: an attempt that has no pod gets none.

import type { AttemptContext } from "../../emit/jobs/attempt-job.ts";
import { SHARD_LABEL } from "../../emit/jobs/shard-job.ts";
import type { FileResult } from "../file-problem.ts";
import { describeProblem } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";
import type { Adopted, FoundJob, FoundShard } from "./found-job.ts";
import { list } from "./list.ts";
import type { Pod } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";
import { attemptOf, isGated } from "./shard-pod.ts";
import { attemptSelector, jobNameOf, projectPod } from "./watch-run.ts";

/** The annotation that changes when a driver takes pods over. */
const TAKEN_ANNOTATION = "sluice.dev/taken-over";
const AT_ONCE = 16;

export interface RecoverPodsOptions {
  readonly client: ClusterClient;
  readonly context: AttemptContext;
  readonly signal: AbortSignal;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
  /** Unlike that of any other driver. */
  readonly mark: string;
}

/** The attempts that have a pod in these shards. */
export async function recoverShardPods(
  shards: readonly FoundShard[],
  options: RecoverPodsOptions,
): Promise<FileResult<readonly Adopted[]>> {
  if (shards.length === 0) return { ok: true, value: [] };
  const { client, context, signal, patience } = options;
  const names = new Set(shards.map(({ name }) => name));
  const found = await list<Pod, Pod>(
    client,
    resourcePath("pods", context.namespace),
    { labelSelector: `${attemptSelector(context.run)},${SHARD_LABEL}` },
    projectPod,
    { signal, patience },
  );
  if (!found.ok) return { ok: false, message: describeProblem(found, "list the pods of the run") };
  const pods = found.value.items.filter((pod) => names.has(jobNameOf(pod)));
  const gated = pods.filter(isGated);
  const given = pods.filter((pod) => !isGated(pod));
  for (let at = 0; at < gated.length; at += AT_ONCE) {
    for (const changed of await Promise.all(gated.slice(at, at + AT_ONCE).map((pod) => change(pod, options)))) {
      if (!changed.ok) return changed;
      if (changed.value !== undefined && !isGated(changed.value)) given.push(changed.value);
    }
  }
  return { ok: true, value: given.flatMap((pod) => readAdopted(pod)) };
}

function readAdopted(pod: Pod): readonly Adopted[] {
  const whose = attemptOf(pod);
  if (whose === undefined) return [];
  const { instance, attempt, ...parts } = whose;
  const { name, uid = "" } = pod.metadata;
  const job: FoundJob = { name, uid, ...parts, items: [], fence: false, kept: false, inShard: jobNameOf(pod) };
  return [{ instance, attempt, job }];
}

/** Makes another version of a pod; gives it as it is then, undefined when it is gone. */
async function change(
  pod: Pod,
  { client, context, signal, patience, mark }: RecoverPodsOptions,
): Promise<FileResult<Pod | undefined>> {
  const { name, uid } = pod.metadata;
  const path = resourcePath("pods", context.namespace, name);
  const body = { metadata: { uid, annotations: { [TAKEN_ANNOTATION]: mark } } };
  const changed = await client.request<Pod>("PATCH", path, { body, signal, patience, repeatable: true });
  if (changed.ok) return { ok: true, value: projectPod(changed.value) };
  // Another pod of this name is not the one that was seen.
  if (changed.status === 404 || changed.status === 409) return { ok: true, value: undefined };
  return { ok: false, message: describeProblem(changed, `take over the pod \`${name}\``) };
}
