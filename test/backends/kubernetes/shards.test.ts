// Shards over a cluster of a few lines: pods with versions, requests that get lost before or after they were carried out, drivers that die. A failing
// schedule prints its seed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ApiResult, answeredProblem, ownProblem } from "../../../src/backends/kubernetes/api-problem.ts";
import { type ClusterAttempt, newAttempt } from "../../../src/backends/kubernetes/attempt.ts";
import type { ClusterClient, RequestOptions } from "../../../src/backends/kubernetes/client.ts";
import type { Creator } from "../../../src/backends/kubernetes/create-patiently.ts";
import type { FoundShard } from "../../../src/backends/kubernetes/found-job.ts";
import type { ClusterObject, Pod } from "../../../src/backends/kubernetes/objects.ts";
import { type RecoverPodsOptions, recoverShardPods } from "../../../src/backends/kubernetes/recover-shards.ts";
import { attemptOf, isGated } from "../../../src/backends/kubernetes/shard-pod.ts";
import { createShards, type Shards } from "../../../src/backends/kubernetes/shards.ts";
import type { AttemptTracker } from "../../../src/backends/kubernetes/track-attempts.ts";
import { projectPod } from "../../../src/backends/kubernetes/watch-run.ts";
import { DEFAULT_KUBERNETES_PROFILE } from "../../../src/config/kubernetes-profile.ts";
import type { AttemptContext } from "../../../src/emit/jobs/attempt-job.ts";
import type { ShardItem } from "../../../src/emit/jobs/shard-job.ts";
import type { Crowd, Outcome, Start } from "../../../src/engine/protocol.ts";
import type { PlanTask } from "../../../src/plan/plan.ts";
import { makeRandom } from "../../harness/simulated-backend.ts";

const TASK = { id: "work", outputs: [] } as unknown as PlanTask;

interface Job {
  readonly name: string;
  readonly uid: string;
  readonly completions: number;
  parallelism: number;
  made: number;
}

/** What the API server and the Job controller do, as far as shards go. `lose`: what becomes of a request. */
function makeCluster(lose: () => "before" | "after" | undefined = () => undefined) {
  let version = 1;
  let time = 1_000_000;
  const timers: { at: number; call: () => void }[] = [];
  const jobs = new Map<string, Job>();
  const pods = new Map<string, Pod>();
  /** Pods that were given away, by attempt. */
  const given = new Map<string, string[]>();
  const watchers = new Set<(pod: Pod, gone: boolean) => void>();
  const show = (pod: Pod, gone = false): void => {
    for (const watcher of watchers) watcher(projectPod(pod), gone);
  };
  const fill = (job: Job): void => {
    const active = [...pods.values()].filter(
      ({ metadata, status }) => metadata.labels?.["batch.kubernetes.io/job-name"] === job.name && status === undefined,
    ).length;
    for (let count = active; count < job.parallelism && job.made < job.completions; count++) {
      const index = job.made++;
      const name = `${job.name}-${index}`;
      const labels = {
        "batch.kubernetes.io/job-name": job.name,
        "batch.kubernetes.io/job-completion-index": String(index),
        "sluice.dev/shard": "true",
      };
      const metadata = { name, uid: `uid-${name}`, labels, finalizers: ["job"], resourceVersion: String(version++) };
      pods.set(name, { metadata, spec: { schedulingGates: [{ name: "sluice.dev/item" }] } });
      show(pods.get(name) as Pod);
    }
  };
  const carryOut = (method: string, path: string, { body }: RequestOptions): ApiResult<unknown> => {
    const [kind, name = ""] = path.split("/").slice(-2);
    if (kind === "jobs") {
      const job = jobs.get(name);
      if (job && method === "PATCH") job.parallelism = (body as { spec: Job }).spec.parallelism;
      return { ok: true, value: job };
    }
    if (path.endsWith("/pods")) {
      return { ok: true, value: { metadata: { resourceVersion: "1" }, items: [...pods.values()] } };
    }
    const pod = pods.get(name);
    if (pod === undefined) return answeredProblem(404, "{}");
    if (method === "GET") return { ok: true, value: pod };
    const { metadata, spec } = body as Pod;
    if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== pod.metadata.resourceVersion)
      return answeredProblem(409, JSON.stringify({ kind: "Status", reason: "Conflict" }));
    const merged: Pod = {
      metadata: {
        ...pod.metadata,
        ...metadata,
        labels: { ...pod.metadata.labels, ...metadata.labels },
        annotations: { ...pod.metadata.annotations, ...metadata.annotations },
        resourceVersion: String(version++),
      },
      spec: spec === undefined ? (pod.spec ?? {}) : {},
    };
    pods.set(name, merged);
    const whose = attemptOf(merged);
    if (isGated(pod) && !isGated(merged) && whose !== undefined) {
      const key = `${whose.instance} ${whose.attempt}`;
      given.set(key, [...(given.get(key) ?? []), name]);
    }
    show(merged);
    return { ok: true, value: merged };
  };
  /** Requests of a driver that is dead and that are still on their way. */
  const late: (() => void)[] = [];
  const makeClient = (isDead: () => boolean): ClusterClient =>
    ({
      clock: {
        now: () => time,
        after: (delay: number, call: () => void) => {
          const timer = { at: time + delay, call };
          timers.push(timer);
          return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
        },
      },
      random: () => 0,
      request: async (method: string, path: string, options: RequestOptions = {}) => {
        await Promise.resolve();
        const fate = lose();
        if (isDead()) {
          late.push(() => carryOut(method, path, options));
          return new Promise(() => {});
        }
        if (fate === "before") return ownProblem("Interrupted", "lost");
        const answer = carryOut(method, path, options);
        return fate === "after" ? ownProblem("Interrupted", "lost") : answer;
      },
    }) as unknown as ClusterClient;
  const creator: Creator = {
    create: async (_, object) => {
      await Promise.resolve();
      const { metadata, spec } = object as unknown as ClusterObject & { spec: Job };
      const { completions, parallelism } = spec;
      const job = { name: metadata.name, uid: `uid-${metadata.name}`, completions, parallelism, made: 0 };
      jobs.set(job.name, job);
      queueMicrotask(() => fill(job));
      return { kind: "there", object: { ...object, metadata: { ...metadata, uid: job.uid } }, again: false };
    },
    poke: () => {},
  };
  return {
    ...{ jobs, pods, given, watchers, late, creator, makeClient },
    /** The pod of an attempt has ended. */
    end: (name: string): void => {
      const pod = pods.get(name);
      if (pod === undefined) return;
      pods.set(name, { ...pod, status: { phase: "Succeeded" } });
      const job = jobs.get(pod.metadata.labels?.["batch.kubernetes.io/job-name"] ?? "");
      if (job !== undefined) fill(job);
    },
    remove: (name: string): void => void jobs.delete(name),
    /** Lets what was begun go as far as it can, and then time pass until the next timer. */
    settle: async (milliseconds = 0): Promise<void> => {
      for (let turn = 0; turn < 40; turn++) await Promise.resolve();
      const until = time + milliseconds;
      for (;;) {
        timers.sort((a, b) => a.at - b.at);
        const [timer] = timers;
        if (timer === undefined || timer.at > until) break;
        timers.shift();
        time = Math.max(time, timer.at);
        timer.call();
        for (let turn = 0; turn < 40; turn++) await Promise.resolve();
      }
      time = until;
    },
  };
}

type Cluster = ReturnType<typeof makeCluster>;

/** A driver of the cluster, which has started attempts. */
function makeDriver(cluster: Cluster, { isOurs = (): boolean => true, parallel = 4 } = {}) {
  const closing = new AbortController();
  let dead = false;
  const opened: ClusterAttempt[] = [];
  const reports = new Map<string, Outcome>();
  const ended: string[] = [];
  const tracker = {
    jobs: new Map(),
    takePods: () => {},
    opened: (attempt: ClusterAttempt) => opened.push(attempt),
    end: async (attempt: ClusterAttempt) => void ended.push(attempt.instance),
    report: (attempt: ClusterAttempt, outcome: Outcome) => {
      attempt.state = "ended";
      reports.set(attempt.instance, outcome);
    },
    warnOnce: () => {},
  } as unknown as AttemptTracker;
  const client = cluster.makeClient(() => dead);
  const context = {
    pipeline: { name: "main" },
    namespace: "n",
    run: "main-1",
    profile: DEFAULT_KUBERNETES_PROFILE,
  } as unknown as AttemptContext;
  const shards: Shards = createShards({
    ...{ client, context, root: { name: "main-1", uid: "u" }, creator: cluster.creator, patience: 0, isOurs },
    signal: closing.signal,
    limits: { jobs: 100, pods: 100 },
    largeMap: 10,
    tracker: () => tracker,
    remove: cluster.remove,
  });
  const watcher = (pod: Pod, gone: boolean): void => shards.see(pod, gone);
  cluster.watchers.add(watcher);
  const start = (instance: string, waiting: number) => {
    const attempt = newAttempt({
      name: instance,
      instance,
      attempt: 1,
      task: TASK,
      state: "queued",
      start: { resources: {} } as Start,
    });
    const item: ShardItem = {
      shape: "s",
      template: { spec: { containers: [] } },
      labels: { "sluice.dev/attempt": "1" },
      annotations: { "sluice.dev/instance": instance, "sluice.dev/task": "work" },
    };
    const crowd: Crowd = { waiting, parallel };
    return { attempt, served: shards.start(attempt, item, crowd) };
  };
  return {
    ...{ shards, opened, reports, ended, start, client, context },
    kill: (): void => {
      dead = true;
      cluster.watchers.delete(watcher);
      closing.abort();
    },
  };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `all["${i}"].work`);

test("each attempt gets a pod, a few pods are ready beside them, and the shard goes with its last one", async () => {
  const cluster = makeCluster();
  const driver = makeDriver(cluster);
  const instances = names(12);
  const begun = instances.slice(0, 4).map((instance, at) => driver.start(instance, 11 - at));
  await cluster.settle();
  expect(await Promise.all(begun.map(({ served }) => served))).toEqual([true, true, true, true]);
  expect(cluster.jobs.size).toBe(1);
  expect(cluster.pods.size).toBe(8);
  for (let at = 4; at < 12; at++) {
    const [done] = driver.opened.slice(at - 4);
    cluster.end(done!.job);
    driver.shards.leave(done!);
    const { served } = driver.start(instances[at]!, 11 - at);
    await cluster.settle();
    expect(await served).toBe(true);
  }
  expect([...cluster.given.keys()]).toEqual(instances.map((instance) => `${instance} 1`));
  expect(cluster.jobs.size).toBe(1);
  for (const attempt of driver.opened.slice(8)) driver.shards.leave(attempt);
  expect(cluster.jobs.size).toBe(0);
});

test("what is stopped while it waits gets no pod, and what is stopped while it gets one is ended", async () => {
  const cluster = makeCluster();
  const driver = makeDriver(cluster);
  const [first, second] = [driver.start("a", 11), driver.start("b", 10)];
  first.attempt.state = "ended";
  second.attempt.stopping = true;
  await cluster.settle();
  expect([...cluster.given.keys()]).toEqual(["b 1"]);
  expect(driver.ended).toEqual(["b"]);
});

test("where no pods come, attempts get Jobs of their own, and the pods that are held back are given up", async () => {
  const cluster = makeCluster();
  const driver = makeDriver(cluster);
  const begun = names(4).map((instance, at) => driver.start(instance, 11 - at));
  // A quota lets no pod come.
  await Promise.resolve();
  await Promise.resolve();
  for (const job of cluster.jobs.values()) job.made = job.completions;
  cluster.pods.clear();
  await cluster.settle(9000);
  const answers: boolean[] = [];
  for (const { served } of begun) void served.then((answer) => answers.push(answer));
  await cluster.settle(3000);
  expect(answers).toEqual([false, false, false, false]);
});

test("a full quota ends what is held back: nothing new is served, and no more pods stay than run", async () => {
  const cluster = makeCluster();
  const driver = makeDriver(cluster);
  driver.start("a", 11);
  await cluster.settle();
  Object.assign(driver.opened[0]!, { pod: { metadata: { name: "p" }, spec: { nodeName: "n" } } });
  driver.shards.giveRoom();
  await cluster.settle(2000);
  expect([...cluster.jobs.values()].map(({ parallelism }) => parallelism)).toEqual([1]);
  const start = { attempt: 1, crowd: { waiting: 99 } } as unknown as Start;
  expect(driver.shards.fit(driver.opened[0]!, start, { ok: true, job: {} as ClusterObject })).toBeUndefined();
});

test("a shard that nobody uses any more goes", async () => {
  const cluster = makeCluster();
  const driver = makeDriver(cluster);
  driver.start("a", 11);
  await cluster.settle();
  const [attempt] = driver.opened;
  await cluster.settle(100_000);
  driver.shards.leave(attempt!);
  await cluster.settle(50_000);
  expect(cluster.jobs.size).toBe(1);
  await cluster.settle(70_000);
  expect(cluster.jobs.size).toBe(0);
});

test("a driver that may have lost the run gives no pod away", async () => {
  const cluster = makeCluster();
  let ours = false;
  const driver = makeDriver(cluster, { isOurs: () => ours });
  driver.start("a", 11);
  await cluster.settle(3000);
  expect(cluster.given.size).toBe(0);
  ours = true;
  await cluster.settle(2000);
  expect(cluster.given.size).toBe(1);
});

test("a request that a dead driver left on its way comes to nothing once another has taken over", async () => {
  const cluster = makeCluster();
  const first = makeDriver(cluster);
  first.start("a", 11);
  await cluster.settle();
  first.start("b", 10);
  first.kill();
  await cluster.settle();
  expect(cluster.late.length).toBe(1);
  expect((await takeOver(cluster, makeDriver(cluster))).map(({ instance }) => instance)).toEqual(["a"]);
  for (const request of cluster.late) request();
  expect([...cluster.given.keys()]).toEqual(["a 1"]);
});

async function takeOver(cluster: Cluster, { client, context, shards, opened }: ReturnType<typeof makeDriver>) {
  const found: FoundShard[] = [...cluster.jobs.values()].map((job) => ({ ...job, shape: "s" }));
  const recovering = recoverShardPods(found, {
    client,
    context,
    mark: "m",
    patience: 0,
  } as unknown as RecoverPodsOptions);
  await cluster.settle();
  const recovered = await recovering;
  if (!recovered.ok) throw new Error(recovered.message);
  const adopted = recovered.value.map(({ instance, job }) => {
    const attempt = newAttempt({ name: instance, instance, attempt: 1, task: TASK, state: "open" });
    return Object.assign(attempt, { job: job.name, shard: job.inShard });
  });
  shards.adopt(found, adopted);
  opened.push(...adopted);
  for (const pod of cluster.pods.values()) shards.see(projectPod(pod));
  return recovered.value;
}

test("under any faults an attempt is given one pod at most, and all are served in the end", {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 40 }), fc.boolean(), async (seed, trouble, dies) => {
      const random = makeRandom(seed);
      let calm = false;
      const cluster = makeCluster(() => {
        if (calm || random(100) >= trouble) return undefined;
        return random(2) === 0 ? "before" : "after";
      });
      const instances = names(30);
      const begun = new Set<string>();
      let driver = makeDriver(cluster);
      const run = (): void => {
        const [instance] = instances.splice(0, 1);
        if (instance === undefined) return;
        begun.add(instance);
        driver.start(instance, instances.length);
      };
      for (let at = 0; at < 4; at++) run();
      for (let turn = 0; turn < 400 && (instances.length > 0 || cluster.given.size < begun.size); turn++) {
        await cluster.settle(random(3) === 0 ? 500 : 0);
        if (dies && random(40) === 0) {
          driver.kill();
          driver = makeDriver(cluster);
          // Lost requests of a recovery are for the client to repeat.
          calm = true;
          const adopted = await takeOver(cluster, driver);
          calm = false;
          const has = new Set(adopted.map(({ instance }) => instance));
          for (const request of cluster.late.splice(0)) if (random(2) === 0) request();
          // What got none gets another attempt, elsewhere.
          for (const instance of begun) if (!has.has(instance)) begun.delete(instance);
          expect(new Set([...cluster.given.keys()].map((key) => key.slice(0, -2)))).toEqual(has);
          for (let at = 0; at < 3; at++) run();
          continue;
        }
        const [done] = driver.opened.splice(0, 1);
        if (done === undefined) continue;
        cluster.end(done.job);
        driver.shards.leave(done);
        run();
      }
      for (const [attempt, pods] of cluster.given) expect(pods, attempt).toHaveLength(1);
      expect(instances).toEqual([]);
      for (const instance of begun) expect(cluster.given.has(`${instance} 1`), instance).toBe(true);
    }),
    { numRuns: 200 },
  );
});
