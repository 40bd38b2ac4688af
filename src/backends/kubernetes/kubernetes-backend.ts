// The Kubernetes backend: an attempt is a Job with one pod. Names are fixed, so that an attempt is started once however often and by whomever it is
// tried; the end of each is told from its pod, which is kept until that end is recorded. Closing lets go of everything: pods run on, and the next
// driver takes them over. The items of a batch are pods one after the other: several items in one pod would need a helper inside the image.

import { attemptOutputPath } from "../../emit/collect.ts";
import { type AttemptContext, attemptObjectName, attemptObjects } from "../../emit/jobs/attempt-job.ts";
import type { InstanceId, Start } from "../../engine/protocol.ts";
import type { PlanTask } from "../../plan/plan.ts";
import type { Backend, BackendSink } from "../backend.ts";
import { describeProblem } from "./api-problem.ts";
import { type ClusterAttempt, newAttempt } from "./attempt.ts";
import type { ClusterClient } from "./client.ts";
import type { ClusterCache } from "./cluster-cache.ts";
import { type RunRoot, seal } from "./create-once.ts";
import { createCreator } from "./create-patiently.ts";
import { list } from "./list.ts";
import type { ClusterObject, Pod } from "./objects.ts";
import { recoverAttempts } from "./recover.ts";
import { resourcePath } from "./resource-path.ts";
import { removeDocuments, retire } from "./retire.ts";
import { CANCELLED, trackAttempts } from "./track-attempts.ts";
import { attemptSelector, jobNameOf, projectPod } from "./watch-run.ts";

export interface KubernetesOptions {
  readonly client: ClusterClient;
  readonly context: AttemptContext;
  readonly root: RunRoot;
  /** What a run may have at once. */
  readonly limits: { readonly jobs: number; readonly pods: number; readonly gpus?: number };
  /** Absent: results are neither looked up nor kept. */
  readonly cache?: ClusterCache;
  /** Extra fields in outputs are errors. */
  readonly strict?: boolean;
  /** How many Jobs of failed attempts stay, with their logs, until the run is cleaned. */
  readonly keepFailed: number;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
  /** The run cannot be driven on; called with the sentence that says why. */
  readonly fail: (message: string) => void;
}

/** Milliseconds for which closing waits for what is being removed; the rest is left to the end of the run, or to the next driver. */
const LONGEST_REMOVAL = 5000;

/** Makes the backend of one run. */
export function createKubernetesBackend(options: KubernetesOptions, sink: BackendSink): Backend {
  const { client, context, root, patience } = options;
  const { namespace, run } = context;
  const { clock } = client;
  const tasks = new Map<string, PlanTask>(context.plan.tasks.map((task) => [task.id, task]));
  const closing = new AbortController();
  const { signal } = closing;
  /** What is over is removed to the end, also when nothing new is begun any more. */
  const leaving = new AbortController();
  const removals = new Set<Promise<void>>();
  const retireOptions = { client, namespace, signal: leaving.signal, patience };
  let kept = 0;
  let hurried = false;
  const tracker = trackAttempts({ ...options, signal, sink, hurried: () => hurried });
  const { attempts, report, warn } = tracker;
  const creator = createCreator({
    client,
    namespace,
    signal,
    waiting: (message) =>
      tracker.warnOnce(`create ${message.replace(/`[^`]*`/g, "")}`, "", `waiting to start more: ${message}`),
  });

  async function begin(attempt: ClusterAttempt, start: Start): Promise<void> {
    const { task, instance } = attempt;
    const cache = task.cache === undefined ? undefined : options.cache;
    attempt.cacheKey = await cache?.keyOf(task, start.parameters);
    if (cache !== undefined && attempt.cacheKey !== undefined) {
      const { found, warning } = await cache.find(attempt.cacheKey);
      if (warning !== undefined) warn(instance, warning);
      if (found !== undefined) {
        attempt.cacheKey = undefined;
        report(attempt, { ok: true, value: found.value, cachedFrom: found.run });
        return;
      }
    }
    const objects = attemptObjects(context, {
      ...start,
      task,
      outputPath: attemptOutputPath(run, instance, start.attempt),
      ...(attempt.cacheKey !== undefined && { cacheKey: attempt.cacheKey }),
    });
    if (!objects.ok) {
      report(attempt, { ok: false, cause: "start", message: objects.message, retryable: false });
      return;
    }
    attempt.hasDocuments = objects.documents !== undefined;
    if (objects.documents !== undefined) {
      const documents = seal(objects.documents as unknown as ClusterObject, root);
      const made = await creator.create("configmaps", documents, () => !attempt.stopping);
      if (made.kind === "refused" || made.kind === "taken") refuse(attempt, made.message);
      if (made.kind !== "there") return;
    }
    const made = await creator.create("jobs", seal(objects.job as unknown as ClusterObject, root), () => {
      if (attempt.state === "queued") attempt.state = "creating";
      return attempt.state === "creating" && !attempt.stopping;
    });
    if (made.kind === "refused" || made.kind === "taken") refuse(attempt, made.message);
    // Stopped while it waited for room.
    if (made.kind === "unwanted" && attempt.stopping) report(attempt, CANCELLED);
    if (made.kind !== "there") return;
    attempt.jobUid = made.object.metadata.uid;
    attempt.created = clock.now();
    attempt.state = "open";
    if (attempt.stopping) void tracker.end(attempt);
    tracker.opened(attempt);
  }

  function refuse(attempt: ClusterAttempt, message: string): void {
    report(attempt, attempt.stopping ? CANCELLED : { ok: false, cause: "start", message, retryable: false });
  }

  async function runSlot(slot: readonly ClusterAttempt[]): Promise<void> {
    for (const attempt of slot) {
      if (signal.aborted) return;
      if (attempt.state !== "queued" || attempt.start === undefined) continue;
      const ended = new Promise<void>((resolve) => {
        attempt.told = resolve;
      });
      await begin(attempt, attempt.start);
      await ended;
    }
  }

  async function remove(attempt: ClusterAttempt): Promise<void> {
    const { outcome, name, jobUid, pod, hasDocuments, cacheKey, instance } = attempt;
    if (outcome?.ok && cacheKey !== undefined && options.cache !== undefined) {
      const keeping = await options.cache.keep(cacheKey, outcome.value);
      if (!keeping.ok) warn(instance, keeping.message);
    }
    const failed = outcome !== undefined && !outcome.ok && outcome.cause !== "cancelled" && outcome.cause !== "lost";
    // A pod that is being deleted has no log for long.
    const stays = pod !== undefined && pod.metadata.deletionTimestamp === undefined && !attempt.jobGone;
    const keep = failed && stays && kept < options.keepFailed;
    if (keep) kept += 1;
    if (jobUid !== undefined || hasDocuments) {
      const uid = jobUid === undefined ? {} : { jobUid };
      const left = await retire({ name, ...uid, ...(pod && { pod }), hasDocuments, keep }, retireOptions);
      if (!left.ok && !signal.aborted) warn(instance, describeProblem(left, `remove the Job \`${name}\``));
    }
    if (attempts.get(name) === attempt) attempts.delete(name);
    creator.poke();
  }

  async function listRunPods(): Promise<readonly Pod[]> {
    const selection = { labelSelector: attemptSelector(run) };
    const path = resourcePath("pods", namespace);
    const found = await list<Pod, Pod>(client, path, selection, projectPod, { signal, patience });
    if (found.ok) return found.value.items;
    options.fail(describeProblem(found, "list the pods of the run"));
    return [];
  }

  function find(instance: InstanceId, attempt: number): ClusterAttempt | undefined {
    return attempts.get(attemptObjectName(context, instance, attempt));
  }

  return {
    capacity: () => ({
      slots: Math.min(options.limits.jobs, options.limits.pods),
      ...(options.limits.gpus !== undefined && { gpu: options.limits.gpus }),
    }),
    recover: async (open) => {
      const knows = (task: string): boolean => tasks.has(task);
      const found = await recoverAttempts(open, { client, context, root, creator, signal, patience, knows });
      if (!found.ok) {
        options.fail(found.message);
        return new Map();
      }
      const { adopted, left } = found.value;
      kept = found.value.kept;
      for (const { instance, attempt: number, job } of adopted) {
        const task = tasks.get(job.task ?? "");
        if (task === undefined) continue;
        const attempt = newAttempt({
          name: job.name,
          instance,
          attempt: number,
          task,
          state: "open",
        });
        attempt.jobUid = job.uid;
        attempt.cacheKey = job.cacheKey;
        attempt.hasDocuments = true;
        attempt.created = clock.now();
        attempts.set(job.name, attempt);
      }
      // After they are known: what the watch has shown before was passed over.
      const pods = await listRunPods();
      tracker.takePods(pods);
      for (const { name, uid } of left) {
        const pod = pods.find((each) => jobNameOf(each) === name);
        void retire({ name, jobUid: uid, ...(pod && { pod }), hasDocuments: false, keep: false }, retireOptions);
      }
      tracker.removeStrays();
      void removeDocuments(run, new Set(adopted.map(({ job }) => job.name)), retireOptions);
      for (const { job } of adopted) tracker.opened(attempts.get(job.name)!);
      return new Map(adopted.map(({ instance, attempt }) => [instance, attempt]));
    },
    start: (items) => {
      if (signal.aborted) return;
      tracker.removeStrays();
      const slot = items.map((start) => {
        const task = tasks.get(start.task);
        if (task === undefined) throw new Error(`the plan has no task ${start.task}`);
        const name = attemptObjectName(context, start.instance, start.attempt);
        const attempt = newAttempt({
          name,
          instance: start.instance,
          attempt: start.attempt,
          task,
          start,
          state: "queued",
        });
        attempts.set(name, attempt);
        return attempt;
      });
      void runSlot(slot);
    },
    stop: (instance, number) => {
      const attempt = find(instance, number);
      if (attempt === undefined || attempt.stopping) return;
      attempt.stopping = true;
      if (attempt.state === "queued") report(attempt, CANCELLED);
      else if (attempt.state === "open") void tracker.end(attempt);
    },
    recorded: (instance, number) => {
      const attempt = find(instance, number);
      if (attempt?.state !== "ended") return;
      attempt.state = "retiring";
      const removal: Promise<void> = remove(attempt).finally(() => removals.delete(removal));
      removals.add(removal);
    },
    hurry: () => {
      hurried = true;
      for (const attempt of attempts.values())
        if (attempt.stopping && attempt.state === "open") void tracker.kill(attempt);
    },
    close: async () => {
      closing.abort();
      await tracker.done;
      const late = client.clock.after(LONGEST_REMOVAL, () => leaving.abort());
      await Promise.all(removals);
      late();
      leaving.abort();
    },
  };
}
