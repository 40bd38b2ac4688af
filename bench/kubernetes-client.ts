// Our client against a real API server, the one that KUBECONFIG names, in a namespace that is deleted afterwards: how many Jobs it creates a
// second with the limiter raised, beside the bare HTTP client doing the same; its memory while it holds 10,000 items; the journal.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/backends/clock.ts";
import { type ClusterClient, openClient } from "../src/backends/kubernetes/client.ts";
import { openClusterJournal, readClusterJournal } from "../src/backends/kubernetes/config-map-journal.ts";
import { createOnce, type RunRoot, seal } from "../src/backends/kubernetes/create-once.ts";
import type { ClusterObject } from "../src/backends/kubernetes/objects.ts";
import { resourcePath } from "../src/backends/kubernetes/resource-path.ts";
import { follow } from "../src/backends/kubernetes/watch.ts";
import { megabytes, measureMemory as peakMemory, report } from "./measure.ts";

const ITEMS = 10_000;
const JOBS = 1500;
const RECORDS = 30_000;
const AT_ONCE = 32;
const SELF = import.meta.filename;

if (process.env.KUBECONFIG === undefined) console.log("NOT MEASURED: KUBECONFIG names no cluster");
else if (process.argv[2] === "hold") await hold(process.argv[3] ?? "");
else await measureAll();

async function connect(namespace: string): Promise<ClusterClient> {
  const opened = await openClient({ namespace, limit: { rate: 1e6, burst: 1e6 } });
  if (!opened.ok) throw new Error(opened.message);
  return opened.value;
}

async function measureAll(): Promise<void> {
  const namespace = `sluice-bench-${process.pid}`;
  const client = await connect(namespace);
  await must(client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } }));
  try {
    const root = await makeRoot(client);
    await measureCreation(client, root);
    await measureJournal(client, root);
    await measureMemory(client, root);
  } finally {
    await client.request("DELETE", `/api/v1/namespaces/${namespace}`, { body: { propagationPolicy: "Background" } });
    await client.close();
  }
}

async function measureCreation(client: ClusterClient, root: RunRoot): Promise<void> {
  const create = (prefix: string) => (at: number) =>
    createOnce(client, "jobs", client.namespace, makeJob(`${prefix}-${at}`, root));
  const bare = await bareClient();
  const post = (prefix: string) => (at: number) =>
    bare(resourcePath("jobs", client.namespace), JSON.stringify(makeJob(`${prefix}-${at}`, root)));
  await inParallel(200, create("warm"));
  await inParallel(200, post("warm-bare"));
  const ours: number[] = [];
  const theirs: number[] = [];
  // In turn, so that a change in the machine's speed meets both.
  for (let round = 0; round < 3; round++) {
    ours.push(JOBS / 3 / (await inParallel(JOBS / 3, create(`ours-${round}`))));
    theirs.push(JOBS / 3 / (await inParallel(JOBS / 3, post(`bare-${round}`))));
  }
  const [rate, bareRate] = [middle(ours), middle(theirs)];
  report(`Jobs created, ${AT_ONCE} at once`, `${Math.round(rate)}/s`, ">= 200/s", rate >= 200);
  report(
    "the bare HTTP client doing the same, against ours",
    `${(bareRate / rate).toFixed(2)} x`,
    "<= 1.5 x",
    bareRate / rate <= 1.5,
  );
}

async function measureJournal(client: ClusterClient, root: RunRoot): Promise<void> {
  const place = { client, namespace: client.namespace, run: "bench", root };
  const opened = await openClusterJournal(place);
  if (!opened.ok) throw new Error(opened.message);
  const { journal } = opened.value;
  const record = (at: number) =>
    ({
      type: "attempt-ended",
      instance: `runs["item-${at}"].train`,
      attempt: 1,
      fingerprint: "0".repeat(64),
      outcome: { ok: true, value: at },
      time: at,
    }) as const;
  const began = performance.now();
  // As a driver appends: the next group when the last is durable.
  for (let at = 0; at < RECORDS; at += 15) {
    const written = await journal.append(Array.from({ length: 15 }, (_, next) => record(at + next)));
    if (!written.ok) throw new Error(written.message);
  }
  const groups = RECORDS / 15 / ((performance.now() - began) / 1000);
  await journal.settled();
  journal.close();
  report("groups of records made durable one after the other", `${Math.round(groups)}/s`, ">= 50/s", groups >= 50);
  const reading = performance.now();
  const read = await readClusterJournal(place);
  const wall = performance.now() - reading;
  if (!read.ok || read.value.records.length !== RECORDS) throw new Error("the journal is not whole");
  report(`a journal of ${RECORDS} records read back`, `${Math.round(wall)} ms`, "<= 3000 ms", wall <= 3000);
}

async function measureMemory(client: ClusterClient, root: RunRoot): Promise<void> {
  await inParallel(ITEMS, (at) => createOnce(client, "jobs", client.namespace, makeJob(`item-${at}`, root, "item")));
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    const program = join(folder, "hold.mjs");
    await bundle(program);
    const memory = peakMemory([program, "hold", client.namespace]);
    report(`memory while following ${ITEMS} Jobs`, megabytes(memory), "< 250 MB", memory < 250e6);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// As it is shipped: bundled, so that only what is used of the packages is loaded.
async function bundle(outfile: string): Promise<void> {
  const { build } = await import("esbuild");
  const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  await build({
    entryPoints: [SELF],
    outfile,
    external: ["esbuild"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node22",
    banner: { js: banner },
    logLevel: "error",
  });
}

/** What a driver holds: the standing of each item, from a list of all of them and the changes since. */
async function hold(namespace: string): Promise<void> {
  const client = await connect(namespace);
  const held = new Map<string, string>();
  const stop = new AbortController();
  await follow(client, resourcePath("jobs", namespace), {
    labelSelector: "bench=item",
    project: ({ metadata }: ClusterObject) => [metadata.name, metadata.resourceVersion ?? ""] as const,
    sync: (items) => {
      for (const [name, version] of items) held.set(name, version);
      if (held.size !== ITEMS) throw new Error(`${held.size} items`);
      systemClock().after(500, () => stop.abort());
    },
    change: (_, [name, version]) => held.set(name, version),
    signal: stop.signal,
  });
  await client.close();
}

async function makeRoot(client: ClusterClient): Promise<RunRoot> {
  const body = { metadata: { name: "root" } };
  const made = await must(
    client.request<ClusterObject>("POST", resourcePath("configmaps", client.namespace), { body }),
  );
  return { name: "root", uid: made.metadata.uid ?? "" };
}

function makeJob(name: string, root: RunRoot, bench = "speed"): ClusterObject {
  const resources = { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "1", memory: "128Mi" } };
  const env = Array.from({ length: 6 }, (_, at) => ({ name: `VARIABLE_${at}`, value: `value ${at} of ${name}` }));
  const container = {
    name: "main",
    image: "busybox:1.37",
    command: ["python", "train.py", "--key", name],
    env,
    resources,
  };
  const labels = { bench };
  const spec = {
    suspend: true,
    backoffLimit: 0,
    template: { metadata: { labels }, spec: { restartPolicy: "Never", containers: [container] } },
  };
  return seal({ apiVersion: "batch/v1", kind: "Job", metadata: { name, labels }, spec } as ClusterObject, root);
}

/** Seconds for so many calls, a few at once. */
async function inParallel(count: number, call: (at: number) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const result = await call(next++);
      if (typeof result === "object" && result !== null && "kind" in result && result.kind !== "there")
        throw new Error(JSON.stringify(result));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return (performance.now() - began) / 1000;
}

async function bareClient(): Promise<(path: string, body: string) => Promise<void>> {
  const { Agent, request } = await import("undici");
  const { KubeConfig } = await import("@kubernetes/client-node");
  const configuration = new KubeConfig();
  configuration.loadFromDefault();
  const cluster = configuration.getCurrentCluster();
  const user = configuration.getCurrentUser();
  const read = (data?: string, file?: string): string | undefined =>
    data ? Buffer.from(data, "base64").toString() : file ? readFileSync(file, "utf8") : undefined;
  const ca = read(cluster?.caData, cluster?.caFile);
  const cert = read(user?.certData, user?.certFile);
  const key = read(user?.keyData, user?.keyFile);
  const connect = {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    rejectUnauthorized: cluster?.skipTLSVerify !== true,
  };
  const dispatcher = new Agent({ connect, connections: AT_ONCE, allowH2: false });
  const headers = { "content-type": "application/json", ...(user?.token && { authorization: `Bearer ${user.token}` }) };
  return async (path, body) => {
    const answer = await request(`${cluster?.server}${path}?fieldValidation=Strict`, {
      method: "POST",
      headers,
      body,
      dispatcher,
    });
    const made: unknown = JSON.parse(await answer.body.text());
    if (answer.statusCode !== 201) throw new Error(JSON.stringify(made));
  };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

async function must<T>(
  result: Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }>,
): Promise<T> {
  const settled = await result;
  if (!settled.ok) throw new Error(settled.message);
  return settled.value;
}
