import { expect, test } from "vitest";
import { createOnce, deleteObject, dropFinalizer, seal } from "../../src/backends/kubernetes/create-once.ts";
import { list } from "../../src/backends/kubernetes/list.ts";
import type { ClusterObject, ConfigMap } from "../../src/backends/kubernetes/objects.ts";
import { resourcePath } from "../../src/backends/kubernetes/resource-path.ts";
import { follow } from "../../src/backends/kubernetes/watch.ts";
import { isWatch, type ProxiedRequest } from "../harness/fault-proxy.ts";
import {
  closeAfterTests,
  connect,
  connectThroughFaults,
  forKubectl,
  makeRoot,
  mustCreate,
  suspendedJob,
} from "./cluster-client.ts";
import { bed } from "./harness.ts";

const cluster = bed();
closeAfterTests();

const isPost = ({ method, path }: ProxiedRequest): boolean => method === "POST" && !path.includes("roots");
const configMap = (
  name: string,
  data: Record<string, string> = {},
  labels: Record<string, string> = {},
): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels },
  data,
});

test("an object is created once, however often it is asked for, and belongs to the run's root", async () => {
  const client = await connect(cluster);
  const root = await makeRoot(client, "once");
  const job = seal(suspendedJob("once-a"), root);
  const first = await createOnce(client, "jobs", cluster.namespace, job);
  expect(first).toMatchObject({ kind: "there", again: false });
  const second = await createOnce(client, "jobs", cluster.namespace, job);
  expect(second).toMatchObject({ kind: "there", again: true });
  if (first.kind !== "there" || second.kind !== "there") throw new Error("unexpected");
  expect(second.object.metadata.uid).toBe(first.object.metadata.uid);
  expect(second.object.metadata.ownerReferences).toMatchObject([{ kind: "ConfigMap", ...root }]);
});

test("an object of the same name that is not the same is not taken for ours", async () => {
  const client = await connect(cluster);
  const root = await makeRoot(client, "taken");
  await createOnce(client, "jobs", cluster.namespace, seal(suspendedJob("taken-a"), root));
  const changed = seal(suspendedJob("taken-a", "cluster.test/other:1"), root);
  expect(await createOnce(client, "jobs", cluster.namespace, changed)).toEqual({
    kind: "taken",
    message:
      "the Job `taken-a` of this run is there already, but made from something else: the pipeline or its configuration was changed",
  });
  await cluster.create(forKubectl(suspendedJob("taken-b")));
  expect(await createOnce(client, "jobs", cluster.namespace, seal(suspendedJob("taken-b"), root))).toEqual({
    kind: "taken",
    message: "the Job `taken-b` is there already and does not belong to this run",
  });
});

test("a create whose fate is unknown is neither lost nor done twice", async () => {
  const { client, proxy } = await connectThroughFaults(cluster);
  const root = await makeRoot(client, "unknown");
  const faults = [
    { kind: "reset-before" },
    { kind: "reset-after" },
    { kind: "answer", status: 500, reason: "InternalError" },
    { kind: "answer", status: 429, reason: "TooManyRequests", retryAfter: 0 },
  ] as const;
  for (const [at, fault] of faults.entries()) {
    proxy.inject({ fault, matches: isPost });
    const made = await createOnce(client, "jobs", cluster.namespace, seal(suspendedJob(`unknown-${at}`), root));
    expect([fault.kind, made]).toMatchObject([fault.kind, { kind: "there", again: fault.kind === "reset-after" }]);
  }
  expect(proxy.seen.filter(({ fault }) => fault !== undefined).length).toBe(faults.length);
});

test("a server that is away is waited for, and then said to be away", async () => {
  const { client, proxy } = await connectThroughFaults(cluster, { timeout: 300 });
  const root = await makeRoot(client, "away");
  proxy.inject({ fault: { kind: "stall" }, matches: isPost, times: 99 });
  const job = seal(suspendedJob("away-a"), root);
  const made = await createOnce(client, "jobs", cluster.namespace, job, { patience: 0 });
  expect(made).toMatchObject({ kind: "waiting", message: expect.stringContaining("did not answer in time") });
  proxy.heal();
  expect(await createOnce(client, "jobs", cluster.namespace, job)).toMatchObject({ kind: "there", again: false });
});

test("a full quota is waited for, also where the server hides behind it that the object is there", async () => {
  const client = await connect(cluster);
  const root = await makeRoot(client, "quota");
  const there = seal(suspendedJob("quota-a"), root);
  await createOnce(client, "jobs", cluster.namespace, there);
  const hard = { "count/jobs.batch": "1" };
  await cluster.create(
    forKubectl({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "few" },
      spec: { hard },
    } as ClusterObject),
  );
  // Where no controller counts, the counts are told to it.
  const counted = JSON.stringify({ status: { hard, used: { "count/jobs.batch": "1" } } });
  await cluster.kubectl(["patch", "resourcequota", "few", "--subresource=status", "--type=merge", "--patch", counted]);
  await expect
    .poll(() => createOnce(client, "jobs", cluster.namespace, seal(suspendedJob("quota-b"), root), { patience: 0 }))
    .toMatchObject({ kind: "waiting", message: expect.stringContaining("exceeded quota: few") });
  expect(await createOnce(client, "jobs", cluster.namespace, there)).toMatchObject({ kind: "there", again: true });
  await cluster.kubectl(["delete", "resourcequota", "few"]);
  await expect
    .poll(() => createOnce(client, "jobs", cluster.namespace, seal(suspendedJob("quota-b"), root)))
    .toMatchObject({ kind: "there", again: false });
});

test("what the server refuses is said in its words: fields it does not know, values it does not take, a namespace that is not there", async () => {
  const client = await connect(cluster);
  const root = await makeRoot(client, "refused");
  const unknown = {
    ...suspendedJob("refused-a"),
    spec: { ...(suspendedJob("a") as { spec?: object }).spec, brandNew: 1 },
  };
  expect(await createOnce(client, "jobs", cluster.namespace, seal(unknown, root))).toMatchObject({
    kind: "refused",
    message: expect.stringMatching(
      /^cannot create the Job `refused-a`: .*unknown field "spec\.brandNew".* \(400 BadRequest\)$/,
    ),
  });
  expect(
    await createOnce(client, "configmaps", cluster.namespace, seal(configMap("refused-b", { "a/b": "" }), root)),
  ).toMatchObject({
    kind: "refused",
    message: expect.stringMatching(/`data\[a\/b\]`: Invalid value/),
  });
  expect(await createOnce(client, "jobs", "no-such-namespace", seal(suspendedJob("refused-c"), root))).toMatchObject({
    kind: "refused",
    message: expect.stringContaining('namespaces "no-such-namespace" not found'),
  });
});

test("only our own finalizer is dropped, also when others change the object at the same time", async () => {
  const { client, proxy } = await connectThroughFaults(cluster);
  const root = await makeRoot(client, "finalizer");
  const ours = "sluice.dev/harvest";
  const { metadata, ...rest } = seal(configMap("finalizer-a"), root);
  const made = await mustCreate(client, {
    ...rest,
    metadata: { ...metadata, finalizers: ["example.com/x", ours, "example.com/y"] },
  });
  const path = resourcePath("configmaps", cluster.namespace, "finalizer-a");
  await client.request("PATCH", path, { body: { data: { a: "1" } } });
  proxy.inject({ fault: { kind: "reset-after" }, matches: ({ method }) => method === "PATCH" });
  expect(await dropFinalizer(client, "configmaps", cluster.namespace, made, ours)).toEqual({ ok: true, value: null });
  const found = await client.request<ConfigMap>("GET", path);
  expect(found).toMatchObject({ value: { metadata: { finalizers: ["example.com/x", "example.com/y"] } } });
  await client.request("PATCH", path, { body: { metadata: { finalizers: null } } });
  expect(await deleteObject(client, "configmaps", cluster.namespace, "finalizer-a")).toMatchObject({ ok: true });
  expect(await dropFinalizer(client, "configmaps", cluster.namespace, made, ours)).toEqual({ ok: true, value: null });
});

test("deleting is done when the object is gone, and spares another one of the same name", async () => {
  const client = await connect(cluster);
  const root = await makeRoot(client, "deleting");
  const made = await mustCreate(client, seal(configMap("deleting-a"), root));
  expect(await deleteObject(client, "configmaps", cluster.namespace, "deleting-a", { uid: "other" })).toMatchObject({
    ok: true,
  });
  const path = resourcePath("configmaps", cluster.namespace, "deleting-a");
  expect(await client.request("GET", path)).toMatchObject({ ok: true });
  const uid = made.metadata.uid ?? "";
  for (let time = 0; time < 2; time++)
    expect(await deleteObject(client, "configmaps", cluster.namespace, "deleting-a", { uid })).toMatchObject({
      ok: true,
    });
  expect(await client.request("GET", path)).toMatchObject({ ok: false, status: 404 });
});

test("a list comes whole through pages", async () => {
  const client = await connect(cluster);
  const root = await makeRoot(client, "pages");
  const names = Array.from({ length: 23 }, (_, at) => `pages-${String(at).padStart(2, "0")}`);
  await Promise.all(names.map((name) => mustCreate(client, seal(configMap(name, {}, { page: "yes" }), root))));
  const path = resourcePath("configmaps", cluster.namespace);
  const listed = await list(client, path, { labelSelector: "page=yes" }, ({ metadata }) => metadata.name, { page: 5 });
  expect(listed).toMatchObject({ ok: true, value: { items: names } });
});

test("through cuts, resets, expiries and overload a watch sees every object once there and once gone", async () => {
  const direct = await connect(cluster);
  const { client, proxy } = await connectThroughFaults(cluster, { random: () => 0 });
  const root = await makeRoot(direct, "followed");
  const path = resourcePath("configmaps", cluster.namespace);
  const present = new Set<string>();
  const troubles: string[] = [];
  const stop = new AbortController();
  const following = follow(client, path, {
    labelSelector: "followed=yes",
    silence: 1000,
    page: 7,
    project: ({ metadata }: ClusterObject) => metadata.name,
    sync: (items) => {
      present.clear();
      for (const item of items) present.add(item);
    },
    change: (type, item) => {
      if (type === "DELETED") present.delete(item);
      else present.add(item);
    },
    trouble: ({ reason }) => troubles.push(reason),
    signal: stop.signal,
  });
  const faults = [
    { kind: "cut", lines: 2 },
    { kind: "expire" },
    { kind: "answer", status: 429, reason: "TooManyRequests", retryAfter: 0 },
    { kind: "hush", lines: 1 },
    { kind: "reset-before" },
    { kind: "answer", status: 500, reason: "InternalError" },
    { kind: "cut", lines: 0 },
  ] as const;
  proxy.inject(...faults.map((fault) => ({ fault, matches: isWatch })));
  const names = Array.from({ length: 30 }, (_, at) => `followed-${at}`);
  for (const name of names) {
    await mustCreate(direct, seal(configMap(name, {}, { followed: "yes" }), root));
    // Each fault that lets lines through needs lines to let through.
    if (proxy.seen.filter(({ fault }) => fault !== undefined).length < faults.length)
      await expect.poll(() => present.has(name), { timeout: 20_000 }).toBe(true);
  }
  await expect.poll(() => present.size, { timeout: 20_000 }).toBe(names.length);
  for (const name of names.slice(0, 10)) await deleteObject(direct, "configmaps", cluster.namespace, name);
  await expect.poll(() => [...present].sort(), { timeout: 20_000 }).toEqual(names.slice(10).sort());
  stop.abort();
  await following;
  expect(proxy.seen.filter(({ fault }) => fault !== undefined).length).toBe(faults.length);
  for (const reason of ["Interrupted", "Expired", "TooManyRequests", "TimedOut", "InternalError"])
    expect(troubles).toContain(reason);
});

test.runIf(process.env.KUBECONFIG !== undefined)(
  "a restart of the API server loses no write and no event",
  async () => {
    if (!cluster.restartable) return;
    const client = await connect(cluster, { patience: 60_000 });
    const root = await makeRoot(client, "restarted");
    const seen = new Set<string>();
    const stop = new AbortController();
    const following = follow(client, resourcePath("configmaps", cluster.namespace), {
      labelSelector: "restarted=yes",
      project: ({ metadata }: ClusterObject) => metadata.name,
      sync: (items) => {
        for (const item of items) seen.add(item);
      },
      change: (_, item) => seen.add(item),
      signal: stop.signal,
    });
    let restarted = false;
    const restart = cluster.restartApiServer({ awaySeconds: 1 }).then(() => {
      restarted = true;
    });
    const names: string[] = [];
    for (let at = 0; !restarted || names.length < 20; at++) {
      const name = `restarted-${at}`;
      await mustCreate(client, seal(configMap(name, {}, { restarted: "yes" }), root));
      names.push(name);
      await new Promise((done) => setTimeout(done, 50));
    }
    await restart;
    await expect.poll(() => names.filter((name) => !seen.has(name)), { timeout: 30_000 }).toEqual([]);
    stop.abort();
    await following;
  },
);
