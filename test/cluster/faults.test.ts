// What can go wrong around a run on a real cluster: requests, watches, pods, Jobs, quotas, other drivers, a strict namespace, and at last the API server
// itself. Each time the run comes to the same result as without; no item is lost or runs twice at once; nothing is left after the run is cleaned.
import { expect, test } from "vitest";
import type { Pod } from "../../src/backends/kubernetes/objects.ts";
import { type Fault, isWatch, type ProxiedRequest } from "../harness/fault-proxy.ts";
import { closeAfterTests, connect, connectThroughFaults } from "./cluster-client.ts";
import { bed } from "./harness.ts";
import { createRun, driveRun } from "./runs.ts";
import { createWitnessedRun, WITNESSED_RESULT, type Witnessed } from "./witness.ts";

const cluster = bed();
closeAfterTests();
// The node must be this machine.
const withWitness = test.runIf(cluster.runsPods && cluster.restartable).concurrent;
const SUCCESS = { kind: "ended", status: "succeeded", result: WITNESSED_RESULT };

/** Says how the run really ended where it was not so. */
const expectSuccess = (ended: unknown) => expect(ended, JSON.stringify(ended)).toMatchObject(SUCCESS);
const LONG = 300_000;

const selector = ({ run }: Witnessed) => `sluice.dev/run=${run.name},app.kubernetes.io/component=task`;

/** The pod of an attempt of an item of the map, running. */
async function podOf(witnessed: Witnessed, key: string, other?: string): Promise<Pod> {
  const found = await cluster.waitFor(
    "pods",
    (object) => {
      const { metadata, status } = object as unknown as Pod;
      const isRunning = status?.phase === "Running" && metadata.deletionTimestamp === undefined;
      return isRunning && metadata.annotations?.["sluice.dev/key"] === key && metadata.name !== other;
    },
    { labels: selector(witnessed) },
  );
  return found as unknown as Pod;
}

/** A further namespace, for what would meet the other tests of this file; the test deletes it. */
async function makeNamespace(name: string, ...labels: readonly string[]): Promise<void> {
  await cluster.kubectl(["create", "namespace", name]);
  await cluster.kubectl(["label", "namespace", name, "app.kubernetes.io/managed-by=sluice-tests", ...labels]);
  await cluster.kubectl(["wait", "--namespace", name, "--for=create", "serviceaccount/default", "--timeout=60s"]);
}

const oneByOne: readonly (readonly [string, Fault])[] = [
  ["is answered with 429", { kind: "answer", status: 429, reason: "TooManyRequests", retryAfter: 1 }],
  ["is answered with 500", { kind: "answer", status: 500, reason: "InternalError" }],
  ["is answered with 503", { kind: "answer", status: 503, reason: "ServiceUnavailable" }],
  ["is cut off before it arrives", { kind: "reset-before" }],
  ["is cut off once it was carried out", { kind: "reset-after" }],
];

withWitness.each(oneByOne)(
  "every other request %s",
  async (_, fault) => {
    const { client, proxy } = await connectThroughFaults(cluster);
    const straight = await connect(cluster);
    const witnessed = await createWitnessedRun(cluster, straight);
    const seen = new Map<string, number>();
    proxy.inject({
      fault,
      times: Number.POSITIVE_INFINITY,
      // Watches have faults of their own.
      matches: (request) => {
        if (isWatch(request)) return false;
        const what = `${request.method} ${request.path.replace(/\?.*/, "")}`;
        const count = (seen.get(what) ?? 0) + 1;
        seen.set(what, count);
        return count % 2 === 1;
      },
    });
    expectSuccess(await driveRun(client, witnessed.run, { leaseDuration: 30 }).ended);
    expect(proxy.seen.filter((request) => request.fault !== undefined).length).toBeGreaterThan(10);
    witnessed.expectRight();
    await witnessed.expectClean();
  },
  LONG,
);

withWitness(
  "requests are never answered",
  async () => {
    const { client, proxy } = await connectThroughFaults(cluster, { timeout: 1500 });
    const witnessed = await createWitnessedRun(cluster, await connect(cluster));
    const isDeed = ({ method, path }: ProxiedRequest): boolean => method !== "GET" && !path.includes("/leases");
    proxy.inject({ fault: { kind: "stall" }, matches: (request) => isDeed(request) && Math.random() < 0.3, times: 8 });
    expectSuccess(await driveRun(client, witnessed.run, { leaseDuration: 30 }).ended);
    witnessed.expectRight();
    await witnessed.expectClean();
  },
  LONG,
);

const watches: readonly (readonly [string, Fault])[] = [
  ["are too old for the server", { kind: "expire" }],
  ["break off inside of a line", { kind: "cut", lines: 2 }],
  ["break off at once", { kind: "reset-before" }],
];

withWitness.each(watches)(
  "watches %s",
  async (_, fault) => {
    const { client, proxy } = await connectThroughFaults(cluster);
    const witnessed = await createWitnessedRun(cluster, await connect(cluster));
    proxy.inject({ fault, matches: isWatch, times: 12 });
    expectSuccess(await driveRun(client, witnessed.run).ended);
    expect(proxy.seen.some((request) => request.fault !== undefined)).toBe(true);
    witnessed.expectRight();
    await witnessed.expectClean();
  },
  LONG,
);

withWitness(
  "a watch falls silent while its connection stays",
  async () => {
    const { client, proxy } = await connectThroughFaults(cluster);
    const witnessed = await createWitnessedRun(cluster, await connect(cluster));
    const isOfPods = (request: ProxiedRequest): boolean => isWatch(request) && request.path.includes("/pods?");
    proxy.inject({ fault: { kind: "hush", lines: 3 }, matches: isOfPods, times: 1 });
    expectSuccess(await driveRun(client, witnessed.run).ended);
    witnessed.expectRight();
    await witnessed.expectClean();
  },
  LONG,
);

withWitness(
  "pods are evicted, deleted and killed, and a Job is deleted by hand",
  async () => {
    const client = await connect(cluster);
    const witnessed = await createWitnessedRun(cluster, client, { seconds: 3 });
    const driving = driveRun(client, witnessed.run);
    const evicted = (await podOf(witnessed, "a")).metadata;
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: evicted.name } };
    const path = `/api/v1/namespaces/${cluster.namespace}/pods/${evicted.name}/eviction`;
    await cluster.kubectl(["create", "--raw", path, "-f", "-"], JSON.stringify(eviction));
    const jobless = (await podOf(witnessed, "b")).metadata;
    await cluster.kubectl(["delete", "job", jobless.labels?.["batch.kubernetes.io/job-name"] ?? "", "--wait=false"]);
    const again = (await podOf(witnessed, "a", evicted.name)).metadata;
    await cluster.kubectl(["delete", "pod", again.name, "--wait=false"]);
    const killed = (await podOf(witnessed, "c")).metadata;
    await cluster.kubectl(["delete", "pod", killed.name, "--wait=false", "--grace-period=0", "--force"]);
    expectSuccess(await driving.ended);
    const causes = driving.reports.flatMap((report) => (report.type === "instance-retried" ? [report.cause] : []));
    expect(causes.filter((cause) => cause === "evicted").length).toBeGreaterThanOrEqual(4);
    witnessed.expectRight({ stopped: true });
    await witnessed.expectClean();
  },
  LONG,
);

withWitness(
  "a quota leaves no room, then room for one, then for all",
  async () => {
    const namespace = `${cluster.namespace}-narrow`;
    await makeNamespace(namespace);
    try {
      const client = await connect(cluster, { namespace });
      const quota = (jobs: string, pods: string) =>
        cluster.kubectl(
          ["apply", "--namespace", namespace, "--server-side", "-f", "-"],
          JSON.stringify({
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "narrow" },
            spec: { hard: { "count/jobs.batch": jobs, pods } },
          }),
        );
      await quota("0", "1");
      const counted = ["wait", "--namespace", namespace, "quota/narrow", "--timeout=60s"];
      await cluster.kubectl([...counted, "--for=jsonpath={.status.hard.pods}=1"]);
      const witnessed = await createWitnessedRun(cluster, client);
      const driving = driveRun(client, witnessed.run);
      const full = expect.stringContaining("exceeded quota");
      await expect.poll(() => driving.warnings, { timeout: 60_000 }).toEqual([full]);
      await quota("1", "1");
      await expect.poll(() => witnessed.lines().length, { timeout: 120_000 }).toBeGreaterThan(3);
      await quota("9", "9");
      expectSuccess(await driving.ended);
      witnessed.expectRight();
      await witnessed.expectClean();
    } finally {
      await cluster.kubectl(["delete", "namespace", namespace, "--wait=false"]);
    }
  },
  LONG,
);

withWitness(
  "a second driver is refused, and one whose Lease is taken away starts nothing more",
  async () => {
    const client = await connect(cluster);
    const witnessed = await createWitnessedRun(cluster, client, { seconds: 2 });
    const first = driveRun(client, witnessed.run);
    await expect.poll(() => witnessed.lines().length, { timeout: 60_000 }).toBeGreaterThan(1);
    const message = expect.stringMatching(/^this run is being driven by /);
    expect(await driveRun(client, witnessed.run).ended).toMatchObject({ kind: "refused", message });
    await podOf(witnessed, "a");
    const spec = { holderIdentity: "somebody else", renewTime: new Date().toISOString().replace("Z", "000Z") };
    const patch = JSON.stringify({ spec });
    await cluster.kubectl(["patch", "lease", witnessed.run.name, "--type=merge", "--patch", patch]);
    expect(await first.ended).toMatchObject({ kind: "interrupted", message: expect.stringContaining("somebody else") });
    expectSuccess(await driveRun(client, witnessed.run).ended);
    witnessed.expectRight();
    await witnessed.expectClean();
  },
  LONG,
);

withWitness(
  "drivers fight over a run",
  async () => {
    const client = await connect(cluster);
    const witnessed = await createWitnessedRun(cluster, client, { seconds: 1 });
    const others = [driveRun(client, witnessed.run), driveRun(client, witnessed.run), driveRun(client, witnessed.run)];
    const ends = await Promise.all(others.map(({ ended }) => ended));
    expect(ends.map(({ kind }) => kind).sort()).toEqual(["ended", "refused", "refused"]);
    expect(ends).toContainEqual(expect.objectContaining(SUCCESS));
    witnessed.expectRight();
    await witnessed.expectClean();
  },
  LONG,
);

test.runIf(cluster.runsPods && cluster.images.sluice !== undefined).concurrent(
  "a namespace admits only what Pod Security calls restricted",
  async () => {
    const namespace = `${cluster.namespace}-strict`;
    await makeNamespace(namespace, "pod-security.kubernetes.io/enforce=restricted");
    try {
      const client = await connect(cluster, { namespace });
      const source = `
task find() -> [Int] { image "${cluster.images.busybox}" run ["sh", "-c", "echo '[1, 2, 3]' > $0", out] }
task work(n: Int) -> Int { image "${cluster.images.busybox}" run ["sh", "-c", "echo $(($1 + 1)) > $0", out, n] }
pipeline main() -> [Int] { yield map n in find() { yield work(n) } }`;
      const image = { driver: { cpu: 0.1, memory: 2 ** 27, image: cluster.images.sluice! } };
      await expect(createRun(client, source, { profile: image })).rejects.toThrow(/violates PodSecurity "restricted/);
      const profile = { ...image, podSecurity: "restricted" as const, pod: { securityContext: { runAsUser: 65534 } } };
      const run = await createRun(client, source, { profile });
      expect(await driveRun(client, run).ended).toMatchObject({ status: "succeeded", result: [2, 3, 4] });
    } finally {
      await cluster.kubectl(["delete", "namespace", namespace, "--wait=false"]);
    }
  },
  LONG,
);

// The last: they meet everybody who uses the cluster.
test.runIf(cluster.restartable && cluster.runsPods)(
  "the node is lost with all that runs on it, and another comes",
  async () => {
    const client = await connect(cluster);
    const witnessed = await createWitnessedRun(cluster, client, { seconds: 8 });
    const driving = driveRun(client, witnessed.run);
    const { metadata } = await podOf(witnessed, "a");
    await cluster.loseNode();
    // The cluster finds out after 40 s that its pods are on no node; they are tried again, and wait for one.
    const isTriedAgain = (object: object) => {
      const { metadata: other, spec, status } = object as Pod;
      const isWaiting = spec?.nodeName === undefined && status?.phase === "Pending";
      return isWaiting && other.annotations?.["sluice.dev/key"] === "a" && other.name !== metadata.name;
    };
    await cluster.waitFor("pods", isTriedAgain, { labels: selector(witnessed), seconds: 110 });
    await cluster.loseNode({ back: true });
    expectSuccess(await driving.ended);
    witnessed.expectRight({ stopped: true });
    await witnessed.expectClean();
  },
  2 * LONG,
);

test.runIf(cluster.restartable && cluster.runsPods).each([0, 8])(
  "the API server is restarted while a run goes on, away for %i seconds",
  async (awaySeconds) => {
    const client = await connect(cluster);
    const witnessed = await createWitnessedRun(cluster, client, { seconds: 2 });
    const driving = driveRun(client, witnessed.run, { leaseDuration: 15 });
    await expect.poll(() => witnessed.lines().length, { timeout: 60_000 }).toBeGreaterThan(2);
    await cluster.restartApiServer({ awaySeconds });
    expectSuccess(await driving.ended);
    witnessed.expectRight();
    await witnessed.expectClean();
  },
  LONG,
);
