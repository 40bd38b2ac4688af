// What earlier drivers of a run left in the cluster, sorted: attempts that go on and are taken over, Jobs whose end is recorded, and attempts of
// which there is no Job. Those might still get one, when a request of a driver that died is on its way; a Job without pods, made under the same
// name, is a fence against that. Holds afterwards: no attempt that is not taken over can begin.

import {
  type AttemptContext,
  attemptObjectName,
  CACHE_KEY_ANNOTATION,
  FENCE_LABEL,
  fenceJob,
  TASK_ANNOTATION,
} from "../../emit/jobs/attempt-job.ts";
import type { InstanceId } from "../../engine/protocol.ts";
import type { OpenAttempt } from "../backend.ts";
import type { FileResult } from "../file-problem.ts";
import { describeProblem } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";
import { RUN_UID_ANNOTATION, type RunRoot, seal } from "./create-once.ts";
import type { Creator } from "./create-patiently.ts";
import { list } from "./list.ts";
import type { ClusterObject } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";
import { KEPT_LABEL } from "./retire.ts";
import { attemptSelector } from "./watch-run.ts";

export interface FoundJob {
  readonly name: string;
  readonly uid: string;
  /** Plan id; absent on a fence. */
  readonly task?: string;
  readonly cacheKey?: string;
  readonly fence: boolean;
  readonly kept: boolean;
}

export interface Recovered {
  readonly adopted: readonly { readonly instance: InstanceId; readonly attempt: number; readonly job: FoundJob }[];
  /** Jobs of attempts whose end is recorded, or that nobody waits for. */
  readonly left: readonly FoundJob[];
  /** How many Jobs of failed attempts are kept. */
  readonly kept: number;
}

export interface RecoverOptions {
  readonly client: ClusterClient;
  readonly context: AttemptContext;
  readonly root: RunRoot;
  readonly creator: Creator;
  readonly signal: AbortSignal;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
  /** Whether the plan has a task. */
  readonly knows: (task: string) => boolean;
}

/** Sorts; nothing is removed yet. */
export async function recoverAttempts(
  open: readonly OpenAttempt[],
  options: RecoverOptions,
): Promise<FileResult<Recovered>> {
  const { context, creator, root, signal, knows } = options;
  const found = await listJobs(options);
  if (!found.ok) return found;
  const jobs = new Map(found.value.map((job) => [job.name, job]));
  const adopted: Recovered["adopted"][number][] = [];
  const taken = new Set<string>();
  const fence = async ({ instance, attempt }: OpenAttempt): Promise<string | undefined> => {
    const name = attemptObjectName(context, instance, attempt);
    let job = jobs.get(name);
    if (job === undefined) {
      const object = seal(fenceJob(context, instance, attempt) as unknown as ClusterObject, root);
      const made = await creator.create("jobs", object, () => true);
      if (made.kind === "refused") return made.message;
      if (made.kind !== "taken") return undefined;
      // It came through after all.
      const late = await readJob(name, options);
      if (!late.ok) return late.message;
      job = late.value;
    }
    if (job === undefined || job.fence || job.task === undefined || !knows(job.task)) return undefined;
    taken.add(name);
    adopted.push({ instance, attempt, job });
    return undefined;
  };
  for (const problem of await Promise.all(open.map(fence)))
    if (problem !== undefined && !signal.aborted) return { ok: false, message: problem };
  return {
    ok: true,
    value: {
      adopted,
      left: found.value.filter(({ name, fence, kept }) => !taken.has(name) && !fence && !kept),
      kept: found.value.filter(({ kept }) => kept).length,
    },
  };
}

async function listJobs(options: RecoverOptions): Promise<FileResult<readonly FoundJob[]>> {
  const { client, context, root, signal, patience } = options;
  const found = await list<ClusterObject, FoundJob | undefined>(
    client,
    resourcePath("jobs", context.namespace),
    { labelSelector: attemptSelector(context.run) },
    (job) => readFound(job, root),
    { signal, patience },
  );
  if (!found.ok) return { ok: false, message: describeProblem(found, `list the Jobs of run \`${context.run}\``) };
  return { ok: true, value: found.value.items.filter((job) => job !== undefined) };
}

async function readJob(name: string, options: RecoverOptions): Promise<FileResult<FoundJob | undefined>> {
  const { client, context, root, signal, patience } = options;
  const path = resourcePath("jobs", context.namespace, name);
  const job = await client.request<ClusterObject>("GET", path, { signal, patience });
  if (job.ok) return { ok: true, value: readFound(job.value, root) };
  if (job.status === 404) return { ok: true, value: undefined };
  return { ok: false, message: describeProblem(job, `read the Job \`${name}\``) };
}

function readFound({ metadata }: ClusterObject, root: RunRoot): FoundJob | undefined {
  const { name, uid = "", labels = {}, annotations = {} } = metadata;
  // Of an earlier run of this name, which is being removed.
  if (annotations[RUN_UID_ANNOTATION] !== root.uid) return undefined;
  const { [TASK_ANNOTATION]: task, [CACHE_KEY_ANNOTATION]: cacheKey } = annotations;
  return {
    name,
    uid,
    ...(task !== undefined && { task }),
    ...(cacheKey !== undefined && { cacheKey }),
    fence: labels[FENCE_LABEL] !== undefined,
    kept: labels[KEPT_LABEL] !== undefined,
  };
}
