// The Job of attempts that are about to start: of one, or of several that share a pod. In: attempts with what the engine says of them. Out: objects to
// create, or how the attempt ends that cannot be started.
import { attemptOutputPath } from "../../emit/collect.ts";
import { type AttemptContext, type AttemptParts, attemptObjects } from "../../emit/jobs/attempt-job.ts";
import { fitsAnnotation, joinJobs, mostInPod } from "../../emit/jobs/shared-job.ts";
import type { Start } from "../../engine/protocol.ts";
import { canonicalJson } from "../../plan/plan-hash.ts";
import type { ClusterAttempt } from "./attempt.ts";
import type { Failure } from "./classify.ts";
import type { ClusterObject } from "./objects.ts";

export interface Startable {
  readonly attempt: ClusterAttempt;
  readonly start: Start;
}

export type BuiltJob =
  | { readonly ok: true; readonly job: ClusterObject; readonly documents?: ClusterObject }
  | { readonly ok: false; readonly attempt: ClusterAttempt; readonly outcome: Failure };

/** The Job of these attempts, in their order; the first that cannot be started stands for all. */
export function buildJob(context: AttemptContext, items: readonly Startable[]): BuiltJob {
  const built: { parts: AttemptParts; job: Extract<ReturnType<typeof attemptObjects>, { ok: true }> }[] = [];
  for (const { attempt, start } of items) {
    const { cacheKey, task, instance } = attempt;
    const parts: AttemptParts = {
      ...start,
      task,
      outputPath: attemptOutputPath(context.run, instance, start.attempt),
      ...(cacheKey !== undefined && { cacheKey }),
    };
    const objects = attemptObjects(context, parts);
    if (!objects.ok) {
      const outcome: Failure = { ok: false, cause: "start", message: objects.message, retryable: false };
      return { ok: false, attempt, outcome };
    }
    built.push({ parts, job: objects });
  }
  const [only, ...more] = built;
  if (only === undefined) throw new Error("a Job is of no attempts");
  if (more.length > 0) {
    const job = joinJobs(built.map(({ parts, job: objects }) => ({ parts, job: objects.job })));
    return { ok: true, job: job as unknown as ClusterObject };
  }
  const { job, documents } = only.job;
  return {
    ok: true,
    job: job as unknown as ClusterObject,
    ...(documents !== undefined && { documents: documents as unknown as ClusterObject }),
  };
}

/** How many of those that wait, from the first on, may start in one pod. */
export function countTogether(waiting: readonly ClusterAttempt[], { profile }: AttemptContext): number {
  const [first] = waiting;
  if (first?.start === undefined || first.state !== "queued") return 1;
  const most = mostInPod(first.task, profile);
  const resources = canonicalJson(first.start.resources);
  let count = 1;
  for (let next = waiting[count]; count < most && next !== undefined; next = waiting[count]) {
    const { start, state, task } = next;
    if (start === undefined || state !== "queued" || task !== first.task) break;
    if (canonicalJson(start.resources) !== resources) break;
    count += 1;
  }
  while (count > 1 && !fitsAnnotation(waiting.slice(0, count))) count -= 1;
  return count;
}
