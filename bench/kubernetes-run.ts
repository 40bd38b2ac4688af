// A whole run on a real cluster, the one that KUBECONFIG names, in a namespace that is deleted afterwards: what the driver itself takes until the first
// item starts; a map of trivial pods beside one hand-written Indexed Job, with a Job for each item and with pods from shards; going on with a run of
// 10,000 recorded items, and its memory. SLUICE_BENCH_IMAGE: an image with `sh` that the nodes have or can pull. SLUICE_BENCH_PODS: how many pods.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackendFactory } from "../src/backends/backend.ts";
import { systemClock } from "../src/backends/clock.ts";
import { driveRecorded } from "../src/backends/drive-recorded.ts";
import { type ClusterClient, openClient } from "../src/backends/kubernetes/client.ts";
import { type ClusterRun, openClusterRun } from "../src/backends/kubernetes/cluster-run.ts";
import { openClusterJournal } from "../src/backends/kubernetes/config-map-journal.ts";
import { executeClusterRun } from "../src/backends/kubernetes/execute-cluster-run.ts";
import { resourcePath } from "../src/backends/kubernetes/resource-path.ts";
import { megabytes, measureMemory as peakMemory, report } from "./measure.ts";

const PODS = Number(process.env.SLUICE_BENCH_PODS ?? 500);
const IMAGE = process.env.SLUICE_BENCH_IMAGE ?? "busybox:1.37";
const ITEMS = 10_000;
const PARALLEL = 20;
const SELF = import.meta.filename;

if (process.env.KUBECONFIG === undefined) console.log("NOT MEASURED: KUBECONFIG names no cluster");
else if (process.argv[2] === "resume") await resume(process.argv[3] ?? "", process.argv[4] ?? "");
else await measureAll();

async function connect(namespace: string): Promise<ClusterClient> {
  const opened = await openClient({ namespace, limit: { rate: 1e6, burst: 1e6 } });
  if (!opened.ok) throw new Error(opened.message);
  return opened.value;
}

async function measureAll(): Promise<void> {
  const namespace = `sluice-bench-${process.pid}`;
  const client = await connect(namespace);
  const made = await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
  if (!made.ok) throw new Error(made.message);
  try {
    if (process.argv[2] !== "map") await measureResume(client);
    // Each beside its neighbours: what else the machine does changes.
    const first = await runIndexedJob(client, "indexed-1");
    const shards = await measureMap(client, "shards", 0);
    const second = await runIndexedJob(client, "indexed-2");
    const jobs = await measureMap(client, "a Job for each item", Infinity);
    const third = await runIndexedJob(client, "indexed-3");
    compare("shards", shards, (first + second) / 2);
    compare("a Job for each item", jobs, (second + third) / 2);
  } finally {
    await client.request("DELETE", `/api/v1/namespaces/${namespace}`, { body: { propagationPolicy: "Background" } });
    await client.close();
  }
}

/** Seconds that a map takes. `largeMap`: from how many items on it has shards. */
async function measureMap(client: ClusterClient, how: string, largeMap: number): Promise<number> {
  const run = await create(
    client,
    `
task count() -> Int { image "${IMAGE}" run ["sh", "-c", "echo ${PODS} > $0", out] }
task work(n: Int) { image "${IMAGE}" run ["true", n] }
pipeline main() {
  let n = count()
  do map i in range(n) parallel ${PARALLEL} { do work(i) }
}`,
  );
  const timed = timeClient(client);
  let discovered = 0;
  const callsBefore = client.calls();
  const ended = await executeClusterRun({
    client: timed.client,
    run,
    engineVersion: "0.0.0",
    largeMap,
    onReport: (each) => {
      if (each.type === "instance-succeeded" && each.instance === "n") discovered = performance.now();
    },
  });
  const over = performance.now();
  if (ended.kind !== "ended" || ended.status !== "succeeded") throw new Error(JSON.stringify(ended).slice(0, 2000));
  const own = timed.ownTime();
  report(
    `${how}: from the end of discovery to the first item's Job, own time`,
    `${own.toFixed(1)} ms`,
    "< 100 ms",
    own < 100,
  );
  const calls = (client.calls() - callsBefore) / PODS;
  const ours = (over - discovered) / 1000;
  report(`${how}: ${PODS} pods, ${PARALLEL} at once`, `${(PODS / ours).toFixed(1)} pods/s`, "-", true);
  report(`${how}: API calls an item, journal and Lease included`, calls.toFixed(2), "-", true);
  for (const [kind, count] of timed.counts)
    if (count > PODS / 10) report(`  of these ${kind}`, (count / PODS).toFixed(2), "-", true);
  return ours;
}

/** Both in seconds. */
function compare(how: string, ours: number, theirs: number): void {
  const ratio = ours / theirs;
  const compared = `${ours.toFixed(1)} s / ${theirs.toFixed(1)} s`;
  report(`${how}, against one Indexed Job: ${compared}`, `${ratio.toFixed(2)} x`, "<= 1.1 x", ratio <= 1.1);
}

/** Seconds that one Job of all items takes. */
async function runIndexedJob(client: ClusterClient, name: string): Promise<number> {
  const spec = {
    completions: PODS,
    parallelism: PARALLEL,
    completionMode: "Indexed",
    backoffLimitPerIndex: 0,
    template: {
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        restartPolicy: "Never",
        containers: [{ name: "task", image: IMAGE, command: ["true"] }],
      },
    },
  };
  const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec };
  const began = performance.now();
  const made = await client.request("POST", resourcePath("jobs", client.namespace), { body: job });
  if (!made.ok) throw new Error(made.message);
  const path = resourcePath("jobs", client.namespace, name);
  for (;;) {
    const found = await client.request<{ readonly status?: { readonly succeeded?: number } }>("GET", path);
    if (found.ok && found.value.status?.succeeded === PODS) return (performance.now() - began) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface TimedClient {
  readonly client: ClusterClient;
  /** Milliseconds. */
  readonly ownTime: () => number;
  /** Requests by method and kind of object. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A client that knows how long, after the pod of the first task was seen to succeed, no request was under way until the next Job. */
function timeClient(client: ClusterClient): TimedClient {
  let seen: number | undefined;
  let busySince = 0;
  let busy = 0;
  let away = 0;
  let jobs = 0;
  let own: number | undefined;
  const counts = new Map<string, number>();
  return {
    counts,
    ownTime: () => own ?? Number.NaN,
    client: {
      ...client,
      stream: (path, onText, options) =>
        client.stream(
          path,
          (text) => {
            if (text.includes('"phase":"Succeeded"') && seen === undefined) {
              seen = performance.now();
              busySince = seen;
            }
            return onText(text);
          },
          options,
        ),
      request: async (method, path, options) => {
        const now = performance.now();
        const kind = `${method} ${/\/namespaces\/[^/]+\/(\w+)/.exec(path)?.[1] ?? path}`;
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        if (method === "POST" && path.endsWith("/jobs") && ++jobs === 2 && seen !== undefined)
          own = now - seen - away - (busy > 0 ? now - busySince : 0);
        if (busy++ === 0) busySince = now;
        try {
          return await client.request(method, path, options);
        } finally {
          if (--busy === 0 && seen !== undefined) away += performance.now() - Math.max(busySince, seen);
        }
      },
    },
  };
}

async function measureResume(client: ClusterClient): Promise<void> {
  const source = `
task work(n: Int) -> Int { image "${IMAGE}" run ["sh", "-c", "echo $1 > $0", out, n] }
pipeline main() -> [Int] { yield map i in range(${ITEMS}) max ${ITEMS} parallel 100 { yield work(i) } }`;
  const run = await create(client, source);
  await record(client, run);
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    const program = join(folder, "resume.mjs");
    await bundle(program);
    const began = performance.now();
    const memory = peakMemory([program, "resume", client.namespace, run.name]);
    const wall = performance.now() - began;
    const what = `a run of ${ITEMS} recorded items: process start to the last item's Job`;
    report(what, `${Math.round(wall)} ms`, "< 3000 ms", wall < 3000);
    report(`memory of that driver`, megabytes(memory), "< 250 MB", memory < 250e6);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes what a driver would have written up to the last item but one. */
async function record(client: ClusterClient, run: ClusterRun): Promise<void> {
  const { plan, parameters, planHash, name, namespace, root } = run;
  const opened = await openClusterJournal({ client, namespace, run: name, root });
  if (!opened.ok) throw new Error(opened.message);
  const { journal, records } = opened.value;
  const stop = new AbortController();
  let left = ITEMS - 1;
  const backend: BackendFactory = (sink) => ({
    capacity: () => ({ slots: 1000 }),
    recover: async () => new Map(),
    start: (items) => {
      for (const { instance, attempt } of items) {
        if (left-- <= 0) continue;
        sink.event({ type: "attempt-ended", instance, attempt, outcome: { ok: true, value: left }, time: Date.now() });
      }
      if (left <= 0) setTimeout(() => stop.abort(), 1000);
    },
    stop: () => {},
    hurry: () => {},
    close: async () => {},
  });
  const common = { plan, parameters, planHash, engineVersion: "0.0.0", run: name, journal, records, backend };
  const driven = await driveRecorded({ ...common, clock: systemClock(), detach: stop.signal });
  if (driven.kind !== "detached") throw new Error(JSON.stringify(driven).slice(0, 2000));
  journal.close();
  await journal.settled();
}

/** Goes on with a run until it makes a Job. */
async function resume(namespace: string, name: string): Promise<void> {
  const client = await connect(namespace);
  const opened = await openClusterRun(client, name);
  if (!opened.ok) throw new Error(opened.message);
  const enough = new AbortController();
  let jobs = 0;
  const watched: ClusterClient = {
    ...client,
    request: async (method, path, options) => {
      // The first is the fence of the attempt that was left open.
      if (method === "POST" && path.endsWith("/jobs") && ++jobs === 2) enough.abort();
      return client.request(method, path, options);
    },
  };
  const ended = await executeClusterRun({
    client: watched,
    run: opened.value,
    engineVersion: "0.0.0",
    detach: enough.signal,
  });
  if (ended.kind !== "detached") throw new Error(JSON.stringify(ended).slice(0, 2000));
  await client.close();
}

async function create(client: ClusterClient, source: string): Promise<ClusterRun> {
  const { createRun } = await import("../test/cluster/runs.ts");
  return createRun(client, source);
}

// As it is shipped: bundled, so that only what is used of the packages is loaded.
async function bundle(outfile: string): Promise<void> {
  const { build } = await import("esbuild");
  const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  await build({
    entryPoints: [SELF],
    outfile,
    external: ["esbuild", "../test/cluster/runs.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node22",
    banner: { js: banner },
    logLevel: "error",
  });
}
