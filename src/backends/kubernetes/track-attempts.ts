// The attempts of a run while they are in the cluster: what their pods show is followed, what waits is looked after, and each end is told once. In:
// attempts whose Jobs were made. Out: `attempt-ended` events, and warnings about what waits.

import type { AttemptContext } from "../../emit/jobs/attempt-job.ts";
import type { InstanceId, Outcome } from "../../engine/protocol.ts";
import type { BackendSink } from "../backend.ts";
import { type ApiResult, describeProblem, isPassing } from "./api-problem.ts";
import { type ClusterAttempt, leaveJob } from "./attempt.ts";
import { classify, type Failure, type Standing } from "./classify.ts";
import type { ClusterClient } from "./client.ts";
import { deleteObject } from "./create-once.ts";
import { harvest } from "./harvest.ts";
import { isLookDue, look } from "./look.ts";
import type { Pod } from "./objects.ts";
import { hasRunningStep, remember, type Waiting } from "./pod-facts.ts";
import { readWholeLog } from "./read-whole-log.ts";
import { hasFinalizer, retire, retirePod } from "./retire.ts";
import { isShardPod } from "./shard-pod.ts";
import { turnOf } from "./shared-pod.ts";
import { createTimeLimits } from "./time-limit.ts";
import { describeGroup, groupWaiting } from "./waiting-groups.ts";
import { homeOf, jobNameOf, listPodsOf, watchRun } from "./watch-run.ts";

export interface AttemptTracker {
  /** By their own name, until nothing is left of them. */
  readonly attempts: Map<string, ClusterAttempt>;
  /** By the name of their Job, while it is there; of their pod, where that is of a shard. */
  readonly jobs: Map<string, readonly ClusterAttempt[]>;
  /** The Job of an attempt is there now. */
  opened(attempt: ClusterAttempt): void;
  /** Ends an attempt whose Job is there. */
  end(attempt: ClusterAttempt): Promise<void>;
  /** Ends the pod of an attempt without grace. */
  kill(attempt: ClusterAttempt): Promise<void>;
  /** Tells how an attempt ended; the first word counts. */
  report(attempt: ClusterAttempt, outcome: Outcome): void;
  /** Pods as they are now; what is older than what is known is passed over. */
  takePods(pods: readonly Pod[]): void;
  /** From now on, pods of the run whose attempt is not known are nobody's and are removed. */
  removeStrays(): void;
  warn(instance: InstanceId, message: string): void;
  /** The same, once for each `about`. */
  warnOnce(about: string, instance: InstanceId, message: string): void;
  /** Resolves when nothing is followed any more, after the signal. */
  readonly done: Promise<void>;
}

/** Where pods that are nobody's yet go. */
export interface PodSupply {
  /** A pod of a shard as it is now. */
  see(pod: Pod, gone?: boolean): void;
  /** All pods there are. */
  sync(pods: readonly Pod[]): void;
  /** A quota is full: pods that are held back must not take the room of those that could run. */
  giveRoom(): void;
}

export interface TrackerOptions {
  readonly client: ClusterClient;
  readonly context: AttemptContext;
  /** Extra fields in outputs are errors. */
  readonly strict?: boolean;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
  /** The run cannot be driven on. */
  readonly fail: (message: string) => void;
  readonly signal: AbortSignal;
  readonly sink: BackendSink;
  /** What is being ended gets no grace. */
  readonly hurried: () => boolean;
  readonly shards: PodSupply;
}

/** Milliseconds between two looks at what waits. */
const TICK = 1000;
/** Milliseconds after which people are told what an attempt waits for, or that the cluster is away. */
const LONG_WAIT = 15_000;
/** Milliseconds that a pod which is being deleted is given beyond its grace period, and in all where it is to end at once. */
const SILENCE = 60_000;
const HURRIED_SILENCE = 5000;

/** How an attempt ends that we ended. */
export const CANCELLED: Failure = { ok: false, cause: "cancelled" };

/** Begins to follow the run's pods. */
export function trackAttempts(options: TrackerOptions): AttemptTracker {
  const { client, context, signal, sink, patience } = options;
  const { namespace, profile, run } = context;
  const { clock } = client;
  const attempts = new Map<string, ClusterAttempt>();
  const jobs = new Map<string, readonly ClusterAttempt[]>();
  const told = new Set<string>();
  const waits = new Map<InstanceId, Waiting>();
  const ending = new Set<string>();
  let sorted = false;
  let looking = Promise.resolve();
  let ticker: (() => void) | undefined;
  let awaySince: number | undefined;

  const warn = (instance: InstanceId, message: string): void => {
    if (!signal.aborted) sink.warning({ instance, message });
  };
  const warnOnce = (about: string, instance: InstanceId, message: string): void => {
    if (told.has(about)) return;
    told.add(about);
    warn(instance, message);
  };
  const watching = watchRun({
    client,
    namespace,
    run,
    signal,
    sync: (pods) => {
      awaySince = undefined;
      const seen = new Set<ClusterAttempt>();
      options.shards.sync(pods);
      for (const pod of pods) for (const attempt of takePod(pod)) seen.add(attempt);
      for (const attempt of attempts.values()) if (attempt.pod && !seen.has(attempt)) losePod(attempt);
    },
    change: (pod, gone) => {
      awaySince = undefined;
      if (!gone) {
        takePod(pod);
        return;
      }
      options.shards.see(pod, true);
      for (const attempt of [...(jobs.get(homeOf(pod)) ?? [])])
        if (attempt.pod?.metadata.uid === pod.metadata.uid) losePod(attempt);
    },
    trouble: (problem) => {
      if (problem.status === 410) return;
      if (!isPassing(problem)) {
        options.fail(describeProblem(problem, "watch the pods of the run"));
        return;
      }
      awaySince ??= clock.now();
      if (clock.now() - awaySince >= LONG_WAIT)
        warnOnce(`away ${awaySince}`, "", `${describeProblem(problem, "watch the pods of the run")}; trying on`);
    },
  });

  const limits = createTimeLimits({
    client,
    namespace,
    signal,
    patience,
    silence: SILENCE,
    remove: (attempt) => deleteJob(attempt),
  });

  function takePod(pod: Pod): readonly ClusterAttempt[] {
    if (isShardPod(pod)) options.shards.see(pod);
    const members = [...(jobs.get(homeOf(pod)) ?? [])];
    if (members.length === 0 && sorted && hasFinalizer(pod)) removeStray(pod);
    for (const attempt of members) {
      // A Job whose pod was lost to it may have made another one: the first is the attempt.
      const known = attempt.pod;
      if (known !== undefined && (known.metadata.uid !== pod.metadata.uid || isOlder(pod, known))) continue;
      attempt.pod = pod;
      attempt.remembered = remember(attempt.remembered, pod);
      if (pod.metadata.deletionTimestamp !== undefined) attempt.deleting ??= clock.now();
      evaluate(attempt);
    }
    return members;
  }

  function losePod(attempt: ClusterAttempt): void {
    attempt.pod = undefined;
    evaluate(attempt);
  }

  function removeStray(pod: Pod): void {
    if (isShardPod(pod)) {
      void deletePod(pod).then(() => retirePod(pod, { client, namespace, signal, patience }));
      return;
    }
    void retire(
      { name: jobNameOf(pod), pod, hasDocuments: false, keep: false },
      { client, namespace, signal, patience },
    );
  }

  function evaluate(attempt: ClusterAttempt): void {
    if (attempt.state !== "open" || signal.aborted) return;
    const turn = turnOf(attempt, clock.now());
    if (turn === "behind") {
      if (isPodOver(attempt)) giveBack(attempt);
      return;
    }
    if (turn === "done") {
      void finish(attempt, { kind: "succeeded" });
      return;
    }
    limits.follow(attempt);
    if (attempt.shared && attempt.stopping && !attempt.jobGone && attempt.pod !== undefined) void end(attempt);
    const { pod, remembered, events, stopping, expired, timeout, jobGone, created } = attempt;
    const standing = classify(
      {
        pod,
        events,
        stopping,
        expired,
        jobGone,
        created,
        ...(remembered !== undefined && { remembered }),
      },
      {
        container: attempt.container,
        pendingLimit: profile.pendingLimit,
        silenceLimit: SILENCE,
        ...(timeout !== undefined && { timeout }),
      },
    );
    switch (standing.kind) {
      case "succeeded":
        void finish(attempt, standing);
        return;
      case "failed":
        report(attempt, standing.outcome);
        return;
      case "running":
        if (standing.giveUp !== undefined && isOver(attempt)) report(attempt, standing.giveUp.outcome);
        return;
      case "waiting":
        if (!attempt.stopping) tellWait(attempt, standing);
        if (standing.waiting.reason === "QuotaExceeded") options.shards.giveRoom();
        if (!attempt.stopping && clock.now() >= standing.giveUp.at) void giveUp(attempt, standing.giveUp.outcome);
        return;
    }
  }

  /** Whether what has not begun in a pod cannot begin any more. */
  function isPodOver(attempt: ClusterAttempt): boolean {
    const { pod, remembered, jobGone } = attempt;
    if (pod === undefined) return remembered !== undefined || jobGone;
    if (pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded") return true;
    return pod.metadata.deletionTimestamp !== undefined && isOver(attempt);
  }

  /** Its pod ended before its turn came: it starts in another one, or counts as never begun. */
  function giveBack(attempt: ClusterAttempt): void {
    if (attempt.stopping) report(attempt, CANCELLED);
    else if (attempt.start === undefined) report(attempt, { ok: false, cause: "lost" });
    else {
      leaveJob(attempt);
      attempt.told?.();
    }
  }

  /** Whether nobody is left to say that a pod which is being deleted has ended. Clocks differ: what counts is when we saw it. */
  function isOver({ pod, deleting }: ClusterAttempt): boolean {
    if (pod?.spec?.nodeName === undefined) return true;
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    return deleting !== undefined && clock.now() - deleting >= (options.hurried() ? HURRIED_SILENCE : grace + SILENCE);
  }

  function tellWait(attempt: ClusterAttempt, { waiting }: Extract<Standing, { readonly kind: "waiting" }>): void {
    const quota = waiting.reason === "QuotaExceeded";
    if (waiting.message === "" || (!quota && clock.now() - attempt.created < LONG_WAIT)) return;
    if (waiting.reason === "NoPod" || waiting.reason === "Pending") return;
    waits.set(attempt.instance, waiting);
  }

  async function finish(
    attempt: ClusterAttempt,
    { sidecar }: Extract<Standing, { readonly kind: "succeeded" }>,
  ): Promise<void> {
    const { pod, task } = attempt;
    if (pod === undefined) return;
    attempt.state = "ending";
    const { outcome, warnings } = await harvest(pod, {
      task,
      always: profile.results === "collected",
      strict: options.strict ?? false,
      container: attempt.container,
      ...(sidecar !== undefined && { sidecar }),
      readLog: (container) => readWholeLog(options, namespace, pod, container),
    });
    for (const warning of warnings) warn(attempt.instance, warning);
    report(attempt, !outcome.ok && attempt.stopping ? CANCELLED : outcome);
  }

  async function giveUp(attempt: ClusterAttempt, outcome: Failure): Promise<void> {
    attempt.state = "ending";
    // Before the end is told, so that it does not start when the next attempt has.
    await deleteJob(attempt);
    report(attempt, attempt.stopping ? CANCELLED : outcome);
  }

  async function deleteJob(attempt: ClusterAttempt): Promise<void> {
    const { jobUid, job: name } = attempt;
    if (attempt.shard !== undefined) {
      attempt.jobGone = attempt.pod === undefined || (await deletePod(attempt.pod)).ok;
      return;
    }
    const deleted = await deleteObject(client, "jobs", namespace, name, {
      signal,
      patience,
      priority: "first",
      ...(jobUid !== undefined && { uid: jobUid }),
    });
    if (deleted.ok) for (const each of attempt.mates) each.jobGone = true;
    else warn(attempt.instance, describeProblem(deleted, `delete the Job \`${name}\``));
  }

  async function end(attempt: ClusterAttempt): Promise<void> {
    // Its pod goes on for others, until its turn comes.
    const others = attempt.mates.some((each) => each.state === "open" && !each.stopping);
    if (others && turnOf(attempt, clock.now()) !== "turn") return;
    if (ending.has(attempt.job)) return;
    ending.add(attempt.job);
    await deleteJob(attempt);
    ending.delete(attempt.job);
    if (attempt.pod === undefined) {
      // The controller may have made one just before.
      const pods = await listPodsOf(client, namespace, attempt.job, signal);
      for (const pod of pods ?? []) takePod(pod);
    }
    if (options.hurried()) await killPod(attempt);
    evaluate(attempt);
  }

  async function deletePod({ metadata: { name, uid } }: Pod, grace?: 0): Promise<ApiResult<null>> {
    const limits = { signal, patience, priority: "first", ...(uid !== undefined && { uid }) } as const;
    return deleteObject(client, "pods", namespace, name, { ...limits, ...(grace === 0 && { grace }) });
  }

  async function killPod({ pod }: ClusterAttempt): Promise<void> {
    if (pod !== undefined) await deletePod(pod, 0);
  }

  function report(attempt: ClusterAttempt, outcome: Outcome): void {
    if (attempt.state === "ended" || attempt.state === "retiring" || signal.aborted) return;
    attempt.state = "ended";
    limits.release(attempt);
    attempt.outcome = outcome;
    const { instance, attempt: number } = attempt;
    sink.event({ type: "attempt-ended", instance, attempt: number, outcome, time: clock.now() });
    attempt.told?.();
  }

  /** Looks after what waits, as long as something does. */
  function tick(): void {
    if (ticker !== undefined || signal.aborted) return;
    if (![...attempts.values()].some(({ state }) => state === "open")) return;
    ticker = clock.after(TICK, () => {
      ticker = undefined;
      for (const attempt of attempts.values()) {
        if (attempt.state !== "open") continue;
        evaluate(attempt);
        if (attempt.state !== "open" || (attempt.pod && hasRunningStep(attempt.pod))) continue;
        if (!isLookDue(attempt, clock.now()) || turnOf(attempt, clock.now()) === "behind") continue;
        attempt.looked = clock.now();
        looking = looking.then(() => lookAt(attempt));
      }
      for (const group of groupWaiting(waits)) warnOnce(`wait ${group.id}`, "", describeGroup(group));
      waits.clear();
      tick();
    });
  }

  async function lookAt(attempt: ClusterAttempt): Promise<void> {
    if (signal.aborted || attempt.state !== "open") return;
    await look(attempt, { client, namespace, signal, found: (pods) => pods.forEach(takePod) });
    // What it shows of the Job holds for all that are in it.
    const { jobGone, remembered } = attempt;
    for (const each of [...attempt.mates]) {
      if (jobGone) each.jobGone = true;
      each.remembered ??= remembered;
      evaluate(each);
    }
  }

  signal.addEventListener("abort", () => ticker?.(), { once: true });
  return {
    attempts,
    jobs,
    opened: (attempt) => {
      evaluate(attempt);
      tick();
    },
    end,
    kill: killPod,
    report,
    takePods: (pods) => {
      for (const pod of pods) takePod(pod);
    },
    removeStrays: () => {
      sorted = true;
    },
    warn,
    warnOnce,
    done: watching,
  };
}

/** Versions of one kind's objects grow. */
function isOlder(pod: Pod, known: Pod): boolean {
  return Number(pod.metadata.resourceVersion) < Number(known.metadata.resourceVersion);
}
