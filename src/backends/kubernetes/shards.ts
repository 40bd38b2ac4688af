// Shards: the pods of large maps come from a few Indexed Jobs instead of a Job each. The seam to the engine stays as it is: it starts attempts one by
// one, as its window allows, and knows nothing of shards. A shard is a supply of pods made ahead and held back by a gate; a start takes one that is free,
// writes the attempt into it and opens the gate in one request, conditional on the pod as it was seen. So `parallel`, retries, tolerance and cancelling
// are what they are everywhere, and what the journal says began is begun at most once: a pod is given away once, and an attempt that was not
// given a pod before its driver died cannot get one later (see `recover-shards.ts`). Whatever a shard cannot serve gets a Job of its own.
import { randomBytes } from "node:crypto";
import type { AttemptContext } from "../../emit/jobs/attempt-job.ts";
import { MOST_IN_SHARD, type ShardItem, shardItem, shardJob } from "../../emit/jobs/shard-job.ts";
import type { JsonObject } from "../../emit/yaml.ts";
import { nodePath } from "../../engine/instance-id.ts";
import type { Crowd, Start } from "../../engine/protocol.ts";
import { describeProblem, isPassing } from "./api-problem.ts";
import type { ClusterAttempt } from "./attempt.ts";
import type { BuiltJob } from "./build-job.ts";
import { type ClusterClient, pause, waitBefore } from "./client.ts";
import { type RunRoot, seal } from "./create-once.ts";
import type { Creator } from "./create-patiently.ts";
import type { FoundShard } from "./found-job.ts";
import type { ClusterObject, Pod } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";
import { attemptOf, givingPatch, indexOf, isGated } from "./shard-pod.ts";
import { type AttemptTracker, CANCELLED, type PodSupply } from "./track-attempts.ts";
import { jobNameOf, projectPod } from "./watch-run.ts";

export interface ShardsOptions {
  readonly client: ClusterClient;
  readonly context: AttemptContext;
  readonly root: RunRoot;
  readonly creator: Creator;
  readonly signal: AbortSignal;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
  readonly limits: { readonly jobs: number; readonly pods: number; readonly gpus?: number };
  /** Maps with more items than this have shards. Default 500. */
  readonly largeMap?: number;
  /** Whether no other driver can have the run at this moment. */
  readonly isOurs: () => boolean;
  readonly tracker: () => AttemptTracker;
  /** Removes the Job of a shard. */
  readonly remove: (name: string, uid: string) => void;
}

export interface Shards extends PodSupply {
  /** The attempt as an item of a shard, where one would serve it. */
  fit(attempt: ClusterAttempt, start: Start, made: Extract<BuiltJob, { readonly ok: true }>): ShardItem | undefined;
  /** Starts it there; false when it is to have a Job of its own after all. */
  start(attempt: ClusterAttempt, item: ShardItem, crowd: Crowd): Promise<boolean>;
  /** Goes on with shards of an earlier driver. */
  adopt(found: readonly FoundShard[], open: readonly ClusterAttempt[]): void;
  /** Nothing is left to be done for an attempt. */
  leave(attempt: ClusterAttempt): void;
}

interface Entry {
  readonly attempt: ClusterAttempt;
  readonly item: ShardItem;
  /** When it began to wait. */
  readonly since: number;
  readonly done: (served: boolean) => void;
}

interface Shard {
  readonly name: string;
  uid: string | undefined;
  readonly shape: string;
  readonly completions: number;
  /** The highest index of a pod seen: pods are made in the order of their indexes. */
  highest: number;
  readonly known: Set<string>;
  free: Pod[];
  readonly queue: Entry[];
  readonly open: Set<ClusterAttempt>;
  lastPod: number;
  /** Items of its map that had not begun when one started last. */
  waiting: number;
  /** When one of its pods was used last. */
  used: number;
  /** It is looked at again in a while. */
  leaving: boolean;
  /** It serves nobody any more. */
  closed: boolean;
  narrowed: boolean;
}

/** A map with more items than this has shards. */
const LARGE_MAP = 500;
/** A shard is made for this part of a large map's items at least; fewer that are left over have Jobs. */
const SMALLEST_PART = 0.2;
/** Pods that are held back at most, beside those that run. */
const MOST_AHEAD = 50;
/** Milliseconds without a new pod after which those that wait get Jobs. */
const STARVED = 10_000;
/** Milliseconds after which a shard that nobody uses goes: its map may have failed. */
const IDLE = 60_000;
const TICK = 1000;

/** Makes the shards of a run; none is there yet. */
export function createShards(options: ShardsOptions): Shards {
  const { client, context, root, creator, signal, patience, limits, largeMap = LARGE_MAP } = options;
  const { namespace, profile } = context;
  const { clock } = client;
  const shards = new Map<string, Shard>();
  /** By shape: how often it was met, and whether it is that of a large map. */
  const shapes = new Map<string, { met: number; large: boolean }>();
  let off = profile.queue !== undefined;
  let ticking = false;

  function supplyOf({ closed, free, completions, highest, queue }: Shard): number {
    return closed ? 0 : free.length + completions - 1 - highest - queue.length;
  }

  function findShard(shape: string): Shard | undefined {
    for (const shard of shards.values()) if (shard.shape === shape && supplyOf(shard) > 0) return shard;
    return undefined;
  }

  function make(attempt: ClusterAttempt, item: ShardItem, { waiting, parallel = Infinity }: Crowd): Shard {
    const completions = Math.min(MOST_IN_SHARD, waiting + 1);
    // Pods that ask for scarce things are made for no more than can have them.
    const gpu = attempt.start?.resources.gpu ?? 0;
    const scarce = gpu > 0 && limits.gpus !== undefined ? Math.max(1, Math.floor(limits.gpus / gpu)) : Infinity;
    const window = Math.min(parallel, limits.jobs, limits.pods, scarce);
    const ahead = gpu > 0 ? 0 : Math.min(window, MOST_AHEAD);
    const job = shardJob(context, {
      task: attempt.task,
      step: nodePath(attempt.instance),
      item,
      identity: randomBytes(8).toString("hex"),
      completions,
      parallelism: Math.min(completions, limits.pods, window + ahead),
    }) as unknown as ClusterObject;
    const shard = newShard(job.metadata.name, item.shape, completions, clock.now());
    shards.set(shard.name, shard);
    void create(shard, job);
    return shard;
  }

  async function create(shard: Shard, job: ClusterObject): Promise<void> {
    const isWanted = (): boolean => shard.queue.some(({ attempt }) => attempt.state === "queued");
    const made = await creator.create("jobs", seal(job, root), isWanted);
    if (made.kind === "there") {
      shard.uid = made.object.metadata.uid;
      shard.lastPod = clock.now();
      tick();
      return;
    }
    if (made.kind === "refused") off = true;
    shards.delete(shard.name);
    close(shard);
  }

  function serve(shard: Shard): void {
    while (shard.free.length > 0 && shard.queue.length > 0 && options.isOurs() && !signal.aborted) {
      const entry = shard.queue.shift();
      if (entry === undefined) return;
      // Stopped while it waited.
      if (entry.attempt.state !== "queued") entry.done(true);
      else void give(shard, entry, shard.free.shift() as Pod);
    }
    retire(shard);
  }

  async function give(shard: Shard, entry: Entry, pod: Pod): Promise<void> {
    const { attempt, item } = entry;
    const tracker = options.tracker();
    attempt.state = "creating";
    shard.open.add(attempt);
    // Before it is its own, so that the pod is known when it shows.
    tracker.jobs.set(pod.metadata.name, attempt.mates);
    const given = await tryToGive(pod, attempt, item);
    if (given.kind === "given") {
      Object.assign(attempt, { job: pod.metadata.name, shard: shard.name, reached: true, created: clock.now() });
      attempt.state = "open";
      tracker.takePods([given.pod]);
      if (attempt.stopping) void tracker.end(attempt);
      tracker.opened(attempt);
      entry.done(true);
      return;
    }
    tracker.jobs.delete(pod.metadata.name);
    shard.open.delete(attempt);
    if (signal.aborted) return;
    attempt.state = "queued";
    Object.assign(attempt, { pod: undefined, remembered: undefined, deleting: undefined });
    if (attempt.stopping) {
      tracker.report(attempt, CANCELLED);
      entry.done(true);
    } else if (given.kind === "lost" && !shard.closed) shard.queue.unshift(entry);
    else {
      // Its own Job tells what is wrong, if it is with the attempt.
      entry.done(false);
      if (given.kind === "refused") {
        off = true;
        close(shard);
      }
    }
    serve(shard);
  }

  type Given = { readonly kind: "given"; readonly pod: Pod } | { readonly kind: "lost" | "refused" };

  async function tryToGive(free: Pod, attempt: ClusterAttempt, item: ShardItem): Promise<Given> {
    const path = resourcePath("pods", namespace, free.metadata.name);
    let known = free;
    for (let failures = 0; ; failures++) {
      const body = givingPatch(known, item);
      const answer = await client.request<Pod>("PATCH", path, { body, signal, patience, repeatable: true });
      if (answer.ok) return { kind: "given", pod: projectPod(answer.value) };
      if (answer.status === 404 || signal.aborted) return { kind: "lost" };
      const conflict = answer.status === 409;
      if (!conflict && !isPassing(answer)) {
        options.tracker().warnOnce("give", attempt.instance, describeProblem(answer, "give a pod to an item"));
        return { kind: "refused" };
      }
      if (!conflict) await pause(clock, waitBefore(answer, failures, client.random), signal);
      // It may have been carried out, and only the answer was lost.
      const found = await client.request<Pod>("GET", path, { signal, patience });
      if (!found.ok) {
        if (found.status === 404 || signal.aborted) return { kind: "lost" };
        continue;
      }
      const now = projectPod(found.value);
      if (now.metadata.uid !== known.metadata.uid) return { kind: "lost" };
      const whose = attemptOf(now);
      if (!isGated(now))
        return whose?.instance === attempt.instance && whose.attempt === attempt.attempt
          ? { kind: "given", pod: now }
          : { kind: "lost" };
      if (now.metadata.deletionTimestamp !== undefined) return { kind: "lost" };
      known = now;
    }
  }

  /** It makes no further pods than are needed, and those who wait for one go elsewhere. */
  function close(shard: Shard): void {
    shard.closed = true;
    shard.free = [];
    for (const { done } of shard.queue.splice(0)) done(false);
    retire(shard);
    tick();
  }

  function retire(shard: Shard): void {
    const { name, uid, queue, open, waiting } = shard;
    if (uid === undefined || queue.length > 0 || open.size > 0 || !shards.has(name)) return;
    const { used } = shard;
    if (!shard.closed && waiting > 0 && supplyOf(shard) > 0 && clock.now() - used < IDLE) {
      if (!shard.leaving) lookAgain(shard);
      return;
    }
    shards.delete(name);
    options.remove(name, uid);
  }

  function lookAgain(shard: Shard): void {
    shard.leaving = true;
    const takeBack = clock.after(IDLE, () => {
      shard.leaving = false;
      signal.removeEventListener("abort", takeBack);
      retire(shard);
    });
    signal.addEventListener("abort", takeBack, { once: true });
  }

  /** Lets go of the pods that are held back. The controller takes those first that have no node, so that all others must have one. */
  async function narrow(shard: Shard): Promise<void> {
    if ([...shard.open].some(({ pod }) => pod?.spec?.nodeName === undefined)) return;
    shard.narrowed = true;
    const body = { spec: { parallelism: shard.open.size } };
    await client.request("PATCH", resourcePath("jobs", namespace, shard.name), { body, signal, repeatable: true });
  }

  function tick(): void {
    if (ticking || signal.aborted) return;
    const busy = [...shards.values()].some(({ queue, closed, narrowed }) => queue.length > 0 || (closed && !narrowed));
    if (!busy) return;
    ticking = true;
    const takeBack = clock.after(TICK, () => {
      ticking = false;
      signal.removeEventListener("abort", takeBack);
      const now = clock.now();
      for (const shard of [...shards.values()]) {
        serve(shard);
        const [head] = shard.queue;
        const starved = head !== undefined && now - Math.max(head.since, shard.lastPod) >= STARVED;
        if (starved && shard.uid !== undefined && shard.free.length === 0) close(shard);
        if (shard.closed && !shard.narrowed) void narrow(shard);
      }
      tick();
    });
    signal.addEventListener("abort", takeBack, { once: true });
  }

  return {
    fit: (attempt, start, made) => {
      const { crowd } = start;
      if (off || crowd === undefined || start.attempt !== 1) return undefined;
      const large = crowd.waiting >= largeMap;
      if (!large && shapes.size === 0 && shards.size === 0) return undefined;
      const { job, documents } = made as { readonly job: unknown; readonly documents?: unknown };
      const item = shardItem(attempt.task, job as JsonObject, documents as JsonObject | undefined);
      if (item === undefined) return undefined;
      for (const shard of shards.values()) if (shard.shape === item.shape) shard.waiting = crowd.waiting;
      const met = shapes.get(item.shape) ?? { met: 0, large: false };
      met.met += 1;
      met.large ||= large;
      if (met.large || shapes.has(item.shape)) shapes.set(item.shape, met);
      if (findShard(item.shape) !== undefined) return item;
      // The second of its kind shows that it is not the only one.
      return met.large && met.met > 1 && crowd.waiting >= largeMap * SMALLEST_PART ? item : undefined;
    },
    start: (attempt, item, crowd) =>
      new Promise((done) => {
        const shard = findShard(item.shape) ?? make(attempt, item, crowd);
        shard.waiting = crowd.waiting;
        shard.used = clock.now();
        shard.queue.push({ attempt, item, since: clock.now(), done });
        serve(shard);
        tick();
      }),
    see: (pod, gone = false) => {
      const shard = shards.get(jobNameOf(pod));
      const { uid = "", deletionTimestamp } = pod.metadata;
      if (shard === undefined) return;
      shard.highest = Math.max(shard.highest, indexOf(pod));
      const at = shard.free.findIndex(({ metadata }) => metadata.uid === uid);
      if (gone || !isGated(pod) || deletionTimestamp !== undefined) {
        if (at >= 0) shard.free.splice(at, 1);
        return;
      }
      if (at >= 0) shard.free[at] = pod;
      else if (!shard.known.has(uid) && !shard.closed) {
        shard.known.add(uid);
        shard.free.push(pod);
        shard.lastPod = clock.now();
        serve(shard);
      }
    },
    sync: (pods) => {
      const there = new Set(pods.map(({ metadata }) => metadata.uid));
      for (const shard of shards.values()) shard.free = shard.free.filter(({ metadata }) => there.has(metadata.uid));
    },
    adopt: (found, open) => {
      for (const { name, uid, shape, completions } of found) {
        const shard = newShard(name, shape, completions, clock.now());
        shard.uid = uid;
        // Until an item of its map starts.
        shard.waiting = Infinity;
        for (const attempt of open) if (attempt.shard === name) shard.open.add(attempt);
        shards.set(name, shard);
        retire(shard);
        shapes.set(shape, { met: 1, large: true });
      }
    },
    leave: (attempt) => {
      const shard = shards.get(attempt.shard ?? "");
      if (!shard?.open.delete(attempt)) return;
      shard.used = clock.now();
      retire(shard);
    },
    giveRoom: () => {
      if (off) return;
      off = true;
      for (const shard of [...shards.values()]) close(shard);
    },
  };
}

function newShard(name: string, shape: string, completions: number, now: number): Shard {
  return {
    ...{ name, shape, completions, uid: undefined, highest: -1, known: new Set<string>(), free: [], queue: [] },
    ...{
      open: new Set<ClusterAttempt>(),
      lastPod: now,
      waiting: Infinity,
      used: now,
      leaving: false,
      closed: false,
      narrowed: false,
    },
  };
}
