// The Kubernetes backend: an attempt is a Job with one pod. Names are fixed, so that an attempt is started once however often and by whomever it is
// tried; the end of each is told from its pod, which is kept until that end is recorded. Closing lets go of everything: pods run on, and the next
// driver takes them over. The items of a batch share a Job where they can, and else have theirs one after the other.

import { randomBytes } from "node:crypto";
import { type AttemptContext, attemptObjectName } from "../../emit/jobs/attempt-job.ts";
import type { InstanceId, Start } from "../../engine/protocol.ts";
import type { PlanTask } from "../../plan/plan.ts";
import type { Backend, BackendSink } from "../backend.ts";
import { describeProblem } from "./api-problem.ts";
import { type ClusterAttempt, leaveJob, newAttempt, shareJob } from "./attempt.ts";
import { buildJob, countTogether } from "./build-job.ts";
import type { ClusterClient } from "./client.ts";
import type { ClusterCache } from "./cluster-cache.ts";
import { deleteObject, type RunRoot, seal } from "./create-once.ts";
import { createCreator } from "./create-patiently.ts";
import type { Adopted } from "./found-job.ts";
import { list } from "./list.ts";
import type { ClusterObject, Pod } from "./objects.ts";
import { recoverAttempts } from "./recover.ts";
import { resourcePath } from "./resource-path.ts";
import { removeDocuments, retire, retirePod } from "./retire.ts";
import { isShardPod } from "./shard-pod.ts";
import { createShards } from "./shards.ts";
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
  /** Maps with more items than this have shards. Default 500. */
  readonly largeMap?: number;
  /** Whether no other driver can have the run at this moment. */
  readonly isOurs: () => boolean;
  /** The run cannot be driven on; called with the sentence that says why. */
  readonly fail: (message: string) => void;
}

/** Ends that say nothing of the attempt itself. */
const FREE = new Set(["cancelled", "lost"]);
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
  const removals = new Set<Promise<unknown>>();
  const leavingLimits = { signal: leaving.signal, patience };
  const retireOptions = { client, namespace, ...leavingLimits };
  let kept = 0;
  let hurried = false;
  const creator = createCreator({
    client,
    namespace,
    signal,
    waiting: (message) => {
      tracker.warnOnce(`create ${message.replace(/`[^`]*`/g, "")}`, "", `waiting to start more: ${message}`);
      if (message.includes("exceeded quota")) shards.giveRoom();
    },
  });
  const shards = createShards({
    ...options,
    creator,
    signal,
    tracker: () => tracker,
    remove: (name, uid) => track(deleteObject(client, "jobs", namespace, name, { ...leavingLimits, uid })),
  });
  const tracker = trackAttempts({ ...options, signal, sink, hurried: () => hurried, shards });
  const { attempts, report, warn } = tracker;

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
    const made = buildJob(context, [{ attempt, start }]);
    if (!made.ok) {
      report(attempt, made.outcome);
      return;
    }
    const item = shards.fit(attempt, start, made);
    if (item !== undefined && start.crowd !== undefined && (await shards.start(attempt, item, start.crowd))) return;
    attempt.hasDocuments = made.documents !== undefined;
    if (made.documents !== undefined) {
      const created = await creator.create("configmaps", seal(made.documents, root), () => !attempt.stopping);
      if (created.kind === "refused" || created.kind === "taken") refuse(attempt, created.message);
      if (created.kind !== "there") return;
    }
    await createJob([attempt], made.job);
  }

  async function beginTogether(group: readonly ClusterAttempt[]): Promise<void> {
    const items = group.flatMap((attempt) => (attempt.start === undefined ? [] : [{ attempt, start: attempt.start }]));
    let made = buildJob(context, items);
    while (!made.ok) {
      const { attempt: wrong, outcome } = made;
      report(wrong, outcome);
      items.splice(
        items.findIndex(({ attempt }) => attempt === wrong),
        1,
      );
      if (items.length === 0) return;
      made = buildJob(context, items);
    }
    const members = items.map(({ attempt }) => attempt);
    if (members.length > 1) shareJob(members);
    await createJob(members, made.job);
  }

  async function createJob(members: ClusterAttempt[], job: ClusterObject): Promise<void> {
    const [first] = members;
    if (first === undefined) return;
    // Before it is there, so that its pod is known when it appears.
    tracker.jobs.set(first.job, first.mates);
    const made = await creator.create("jobs", seal(job, root), () => {
      for (const attempt of members) if (attempt.state === "queued") attempt.state = "creating";
      return members.every(({ state, stopping }) => state === "creating" && !stopping);
    });
    if (made.kind !== "there") {
      tracker.jobs.delete(first.job);
      for (const attempt of [...members]) {
        if (made.kind === "refused" || made.kind === "taken") refuse(attempt, made.message);
        // Stopped while it waited for room.
        else if (attempt.stopping) report(attempt, CANCELLED);
        else if (attempt.state === "creating" && members.some(({ stopping }) => stopping)) {
          leaveJob(attempt);
          attempt.told?.();
        }
      }
      return;
    }
    first.reached = true;
    for (const attempt of members) {
      attempt.jobUid = made.object.metadata.uid;
      attempt.created = clock.now();
      attempt.state = "open";
    }
    for (const attempt of [...members]) {
      if (attempt.stopping) void tracker.end(attempt);
      tracker.opened(attempt);
    }
  }

  function refuse(attempt: ClusterAttempt, message: string): void {
    report(attempt, attempt.stopping ? CANCELLED : { ok: false, cause: "start", message, retryable: false });
  }

  async function runSlot(slot: readonly ClusterAttempt[]): Promise<void> {
    const waiting = [...slot];
    while (waiting.length > 0 && !signal.aborted) {
      const group = waiting.splice(0, countTogether(waiting, context));
      const running = group.filter(({ state, start }) => state === "queued" && start !== undefined);
      const ended = running.map(
        (attempt) =>
          new Promise<void>((resolve) => {
            attempt.told = resolve;
          }),
      );
      const [only, ...more] = running;
      if (more.length > 0) await beginTogether(running);
      else if (only?.start !== undefined) await begin(only, only.start);
      await Promise.all(ended);
      // What did not get its turn.
      waiting.unshift(...running.filter(({ state }) => state === "queued"));
    }
  }

  /** Removes what is left of the attempts of one Job. */
  async function remove(members: readonly ClusterAttempt[]): Promise<void> {
    const [first] = members;
    if (first === undefined) return;
    for (const { outcome, cacheKey, instance } of members) {
      if (!outcome?.ok || cacheKey === undefined || options.cache === undefined) continue;
      const keeping = await options.cache.keep(cacheKey, outcome.value);
      if (!keeping.ok) warn(instance, keeping.message);
    }
    const { job: name, jobUid, pod, hasDocuments, jobGone } = first;
    const failed = members.some(({ outcome }) => outcome?.ok === false && !FREE.has(outcome.cause));
    // A pod that is being deleted has no log for long.
    const stays = pod !== undefined && pod.metadata.deletionTimestamp === undefined && !jobGone;
    const keep = failed && stays && kept < options.keepFailed;
    if (keep) kept += 1;
    if (first.shard !== undefined) {
      const left = pod && (await retirePod(pod, retireOptions, keep ? root : undefined));
      if (left?.ok === false && !signal.aborted) warn(first.instance, describeProblem(left, "let go of its pod"));
      shards.leave(first);
    } else if (jobUid !== undefined || hasDocuments) {
      const uid = jobUid === undefined ? {} : { jobUid };
      const left = await retire({ name, ...uid, ...(pod && { pod }), hasDocuments, keep }, retireOptions);
      if (!left.ok && !signal.aborted) warn(first.instance, describeProblem(left, `remove the Job \`${name}\``));
    }
    if (tracker.jobs.get(name) === first.mates) tracker.jobs.delete(name);
    for (const attempt of members) if (attempts.get(attempt.name) === attempt) attempts.delete(attempt.name);
    creator.poke();
  }

  /** Closing waits for it. */
  function track(work: Promise<unknown>): void {
    const removal: Promise<unknown> = work.finally(() => removals.delete(removal));
    removals.add(removal);
  }

  function adoptAll(adopted: readonly Adopted[]): ClusterAttempt[] {
    const found: ClusterAttempt[] = [];
    const byJob = Map.groupBy(adopted, ({ job }) => job);
    for (const [job, members] of byJob) {
      const task = tasks.get(job.task ?? "");
      if (task === undefined) continue;
      const shared = job.items.flatMap((item) => {
        const open = members.some(({ instance, attempt }) => instance === item.instance && attempt === item.attempt);
        return open ? [item] : [];
      });
      const items = shared.length > 0 ? shared : members;
      const made = items.map((item) => {
        const { instance, attempt } = item;
        const timeout = "timeout" in item ? item.timeout : job.timeout;
        const name = attemptObjectName(context, instance, attempt);
        const one = newAttempt({
          ...{ name, instance, attempt, task, state: "open" as const },
          ...(timeout !== undefined && { timeout }),
        });
        one.jobUid = job.uid;
        one.cacheKey = job.cacheKey;
        one.hasDocuments = shared.length === 0 && job.inShard === undefined;
        if (job.inShard !== undefined) Object.assign(one, { shard: job.inShard, job: job.name });
        return one;
      });
      if (shared.length > 0)
        shareJob(
          made,
          job.name,
          shared.map(({ container }) => container),
        );
      found.push(...made);
    }
    return found;
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
      const mark = randomBytes(8).toString("hex");
      const found = await recoverAttempts(open, { ...retireOptions, signal, context, root, creator, mark, knows });
      if (!found.ok) {
        options.fail(found.message);
        return new Map();
      }
      const { adopted, left } = found.value;
      kept = found.value.kept;
      for (const attempt of adoptAll(adopted)) {
        attempt.created = clock.now();
        attempts.set(attempt.name, attempt);
        tracker.jobs.set(attempt.job, attempt.mates);
      }
      shards.adopt(found.value.shards, [...attempts.values()]);
      // After they are known: what the watch has shown before was passed over.
      const pods = await listRunPods();
      tracker.takePods(pods);
      for (const { name, uid } of left) {
        const pod = pods.find((each) => jobNameOf(each) === name);
        void retire({ name, jobUid: uid, ...(pod && { pod }), hasDocuments: false, keep: false }, retireOptions);
      }
      tracker.removeStrays();
      // Of shards there may be some whose ends are recorded.
      tracker.takePods(pods.filter(isShardPod));
      void removeDocuments(run, new Set(adopted.map(({ job }) => job.name)), retireOptions);
      for (const attempt of [...attempts.values()]) tracker.opened(attempt);
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
          ...(start.timeout !== undefined && { timeout: start.timeout }),
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
      if (!attempt.mates.every(({ state }) => state === "retiring")) return;
      track(remove(attempt.mates));
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
