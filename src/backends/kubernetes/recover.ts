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
import { SHAPE_ANNOTATION } from "../../emit/jobs/shard-job.ts";
import { ITEMS_ANNOTATION, readItems, type SharedItem } from "../../emit/jobs/shared-job.ts";
import { TIMEOUT_ANNOTATION } from "../../emit/pod.ts";
import { parseDuration } from "../../types/quantity.ts";
import type { OpenAttempt } from "../backend.ts";
import type { FileResult } from "../file-problem.ts";
import { describeProblem } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";
import { RUN_UID_ANNOTATION, type RunRoot, seal } from "./create-once.ts";
import type { Creator } from "./create-patiently.ts";
import type { Adopted, FoundJob, FoundShard } from "./found-job.ts";
import { list } from "./list.ts";
import type { Job } from "./look.ts";
import type { ClusterObject } from "./objects.ts";
import { recoverShardPods } from "./recover-shards.ts";
import { resourcePath } from "./resource-path.ts";
import { KEPT_LABEL } from "./retire.ts";

import { attemptSelector } from "./watch-run.ts";

export interface Recovered {
  readonly adopted: readonly Adopted[];
  readonly shards: readonly FoundShard[];
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
  /** Unlike that of any other driver. */
  readonly mark: string;
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
  const shards = found.value.flatMap(({ shard }) => (shard === undefined ? [] : [shard]));
  const pods = await recoverShardPods(shards, options);
  if (!pods.ok) return pods;
  const inShards = new Map(pods.value.map((each) => [itemKey(each), each]));
  // First no attempt can begin any more that has not: what is there then is all there will be.
  const fence = async ({ instance, attempt }: OpenAttempt): Promise<string | undefined> => {
    const name = attemptObjectName(context, instance, attempt);
    if (jobs.has(name) || inShards.has(itemKey({ instance, attempt }))) return undefined;
    const object = seal(fenceJob(context, instance, attempt) as unknown as ClusterObject, root);
    const made = await creator.create("jobs", object, () => true);
    if (made.kind === "refused") return made.message;
    if (made.kind !== "taken") return undefined;
    // It came through after all.
    const late = await readJob(name, options);
    if (!late.ok) return late.message;
    if (late.value !== undefined) jobs.set(name, late.value);
    return undefined;
  };
  for (const problem of await Promise.all(open.map(fence)))
    if (problem !== undefined && !signal.aborted) return { ok: false, message: problem };
  const homes = findHomes([...jobs.values()]);
  const adopted: Adopted[] = [];
  const taken = new Set<string>();
  for (const { instance, attempt } of open) {
    const own = jobs.get(attemptObjectName(context, instance, attempt));
    const key = itemKey({ instance, attempt });
    const job = inShards.get(key)?.job ?? (own === undefined || own.fence ? homes.get(key) : own);
    if (job?.task === undefined || !knows(job.task)) continue;
    taken.add(job.name);
    adopted.push({ instance, attempt, job });
  }
  return {
    ok: true,
    value: {
      adopted,
      shards,
      left: found.value.filter(({ name, fence, kept, shard }) => !taken.has(name) && !fence && !kept && !shard),
      kept: found.value.filter(({ kept }) => kept).length,
    },
  };
}

/**
 * Where attempts are that share the Job of another one. One that was behind an attempt which failed is in a later Job as well, with fewer attempts:
 * that is the one it may run in.
 */
function findHomes(jobs: readonly FoundJob[]): Map<string, FoundJob> {
  const homes = new Map<string, FoundJob>();
  for (const job of jobs) {
    if (job.kept || job.fence) continue;
    for (const item of job.items) {
      const key = itemKey(item);
      const known = homes.get(key);
      if (known === undefined || job.items.length < known.items.length) homes.set(key, job);
    }
  }
  return homes;
}

function itemKey({ instance, attempt }: Pick<SharedItem, "instance" | "attempt">): string {
  return `${attempt} ${instance}`;
}

async function listJobs(options: RecoverOptions): Promise<FileResult<readonly FoundJob[]>> {
  const { client, context, root, signal, patience } = options;
  const found = await list<Job, FoundJob | undefined>(
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
  const job = await client.request<Job>("GET", path, { signal, patience });
  if (job.ok) return { ok: true, value: readFound(job.value, root) };
  if (job.status === 404) return { ok: true, value: undefined };
  return { ok: false, message: describeProblem(job, `read the Job \`${name}\``) };
}

function readFound({ metadata, spec }: Job, root: RunRoot): FoundJob | undefined {
  const { name, uid = "", labels = {}, annotations = {} } = metadata;
  // Of an earlier run of this name, which is being removed.
  if (annotations[RUN_UID_ANNOTATION] !== root.uid) return undefined;
  const { [TASK_ANNOTATION]: task, [CACHE_KEY_ANNOTATION]: cacheKey } = annotations;
  const timeout = parseDuration(annotations[TIMEOUT_ANNOTATION] ?? "");
  const shape = annotations[SHAPE_ANNOTATION];
  return {
    name,
    uid,
    ...(shape !== undefined && { shard: { name, uid, shape, completions: spec?.completions ?? 0 } }),
    ...(task !== undefined && { task }),
    ...(cacheKey !== undefined && { cacheKey }),
    ...(timeout.ok && { timeout: timeout.value }),
    items: readItems(annotations[ITEMS_ANNOTATION]),
    fence: labels[FENCE_LABEL] !== undefined,
    kept: labels[KEPT_LABEL] !== undefined,
  };
}
