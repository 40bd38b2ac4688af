// Large maps on a real cluster: their pods come from Indexed Jobs. What a run comes to is the same as with a Job for each item, whatever happens to it.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleanClusterRun } from "../../src/backends/kubernetes/clean-run.ts";
import type { ClusterClient } from "../../src/backends/kubernetes/client.ts";
import type { ClusterRun } from "../../src/backends/kubernetes/cluster-run.ts";
import type { Pod } from "../../src/backends/kubernetes/objects.ts";
import { listTaskPods, readPodLog } from "../../src/backends/kubernetes/pod-logs.ts";
import type { JournalRecord } from "../../src/engine/protocol.ts";
import { makeTestFolder } from "../backends/local-harness.ts";
import { type ProxiedRequest, readUpstream, startFaultProxy } from "../harness/fault-proxy.ts";
import { closeAfterTests, connect, connectThroughFaults } from "./cluster-client.ts";
import type { DriveArguments } from "./drive-program.ts";
import { bed } from "./harness.ts";
import { createRun, driveRun, readRecords } from "./runs.ts";

const cluster = bed();
closeAfterTests();
const withPods = test.runIf(cluster.runsPods).concurrent;
const LONG = 300_000;
/** So that maps of a few items are large. */
const largeMap = 10;

/** Counts what is asked of the cluster. */
function counting(client: ClusterClient) {
  const counts = new Map<string, number>();
  const request: ClusterClient["request"] = (method, path, options) => {
    const kind = `${method} ${/\/namespaces\/[^/]+\/(\w+)/.exec(path)?.[1] ?? path}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return client.request(method, path, options);
  };
  return { client: { ...client, request }, count: (kind: string) => counts.get(kind) ?? 0 };
}

/** The most attempts of the map that were under way at once, and that each began once. */
function peakOf(records: readonly JournalRecord[]): number {
  const open = new Set<string>();
  let most = 0;
  for (const record of records) {
    if (record.type === "attempt-started") open.add(record.instance);
    if (record.type === "attempt-ended") open.delete(record.instance);
    most = Math.max(most, open.size);
  }
  return most;
}

async function expectClean(client: ClusterClient, run: ClusterRun): Promise<void> {
  expect(await cleanClusterRun({ client, run, holder: "the test" })).toEqual({ ok: true, value: null });
  const kinds = "configmaps,jobs,pods,podtemplates,leases";
  const what = ["-l", `sluice.dev/run=${run.name}`, "--namespace", run.namespace];
  expect((await cluster.kubectl(["get", kinds, "-o", "name", ...what])).trim()).toBe("");
}

withPods(
  "arguments, variables, keys and documents reach the items as they are, with two requests an item",
  async () => {
    const { client, count } = counting(await connect(cluster));
    const run = await createRun(
      client,
      `
type Line = { text: String }
task work(n: Int, file: File) -> String {
  image "${cluster.images.busybox}"
  env { WORD: "$(HOME) $$ \\(n)" }
  script "sh" '''
    tr -d '\\n"' < $file > /tmp/line
    printf '%s|%s|%s|%s' "$SLUICE_KEY" "$n" "$WORD" "$(cat /tmp/line)" > $out
  '''
}
pipeline main() -> [String] {
  yield map i in range(24) parallel 6 key "key $(x) \\(i)" { yield work(i, json_file({ text: "t\\(i)" })) }
}`,
    );
    const ended = await driveRun(client, run, { largeMap }).ended;
    const result = Array.from({ length: 24 }, (_, i) => `key $(x) ${i}|${i}|$(HOME) $$ ${i}|{text:t${i}}`);
    expect(ended, JSON.stringify(ended)).toMatchObject({ status: "succeeded", result });
    // The first item's own, and the shard.
    expect(count("POST jobs")).toBe(2);
    expect(count("PATCH pods")).toBeLessThanOrEqual(2 * 24 + 4);
    expect(peakOf(await readRecords(client, run))).toBe(6);
    await expectClean(client, run);
  },
  LONG,
);

withPods(
  "items that fail are retried in Jobs of their own, others are tolerated or run out of time, and their logs stay until the run is cleaned",
  async () => {
    const client = await connect(cluster);
    const run = await createRun(
      client,
      `
task work(n: Int) -> Int {
  image "${cluster.images.busybox}"
  timeout 20s
  retry exit(7) 1
  pod { terminationGracePeriodSeconds: 1 }
  script "sh" '''
    echo log of $n
    case $n.$SLUICE_ATTEMPT in 5.1|9.1) exit 7;; 11.*) exit 3;; 13.*) sleep 600;; esac
    echo $n > $out
  '''
}
pipeline main() -> [Int?] { let all = map i in range(24) parallel 6 tolerate 2 { yield work(i) } yield all.all }`,
    );
    const driving = driveRun(client, run, { largeMap });
    const ended = await driving.ended;
    const result = Array.from({ length: 24 }, (_, i) => (i === 11 || i === 13 ? null : i));
    expect(ended, JSON.stringify(ended)).toMatchObject({ status: "succeeded", result });
    const causes = driving.reports.flatMap((each) => (each.type === "instance-failed" ? [each.failure.cause] : []));
    expect(causes.sort()).toEqual(["exit", "timeout"]);
    const retried = driving.reports.flatMap((report) => (report.type === "instance-retried" ? [report.instance] : []));
    expect(retried.sort()).toEqual(['all["5"].work', 'all["9"].work']);
    expect(peakOf(await readRecords(client, run))).toBe(6);
    const pods = await listTaskPods(client, run.name);
    if (!pods.ok) throw new Error(pods.message);
    const failed = pods.value.find(({ instance }) => instance === 'all["11"].work');
    let log = "";
    await readPodLog(client, failed?.name ?? "", (text) => (log += text));
    expect(log).toBe("log of 11\n");
    await expectClean(client, run);
  },
  LONG,
);

// The node must be this machine.
test.runIf(cluster.runsPods && cluster.restartable).concurrent(
  "drivers are killed while they give pods away: no item is lost or runs twice",
  async () => {
    const client = await connect(cluster);
    const folder = mkdtempSync(join(tmpdir(), "sluice-shards-"));
    chmodSync(folder, 0o777);
    const pod = {
      containers: [{ volumeMounts: [{ name: "witness", mountPath: "/witness" }] }],
      volumes: [{ name: "witness", hostPath: { path: folder, type: "Directory" } }],
    };
    const run = await createRun(
      client,
      `
task work(n: Int) -> Int {
  image "${cluster.images.busybox}"
  run ["sh", "-c", "echo begin $1 >> /witness/log; echo $1 > $0; echo end $1 >> /witness/log", out, n]
}
pipeline main() -> [Int] { yield map i in range(40) parallel 6 { yield work(i) } }`,
      { profile: { pod } },
    );
    const isGift = ({ method, path }: ProxiedRequest): boolean => method === "PATCH" && path.includes("/pods/");
    await killAt(client, run.name, "before", (seen) => seen === 9, isGift);
    await killAt(client, run.name, "after", (seen) => seen === 15, isGift);
    const ended = await driveRun(client, run, { largeMap }).ended;
    const result = Array.from({ length: 40 }, (_, i) => i);
    expect(ended, JSON.stringify(ended)).toMatchObject({ status: "succeeded", result });
    const lines = readFileSync(join(folder, "log"), "utf8").trimEnd().split("\n");
    const expected = result.flatMap((n) => [`begin ${n}`, `end ${n}`]);
    expect(lines.toSorted()).toEqual(expected.toSorted());
    await expectClean(client, run);
    rmSync(folder, { recursive: true, force: true });
  },
  LONG,
);

/** Drives the run in a process of its own, which is killed at one of its requests. */
async function killAt(
  client: ClusterClient,
  run: string,
  when: "before" | "after",
  isDue: (seen: number) => boolean,
  counts: (request: ProxiedRequest) => boolean,
): Promise<void> {
  const proxy = await startFaultProxy(readUpstream(cluster.kubeconfig));
  const kubeconfig = join(makeTestFolder(), "kubeconfig");
  writeFileSync(kubeconfig, proxy.kubeconfig);
  const given: DriveArguments = { kubeconfig, namespace: client.namespace, run, leaseDuration: 3, largeMap };
  const program = join(import.meta.dirname, "drive-program.ts");
  const driver = spawn(process.execPath, ["--no-warnings", program, JSON.stringify(given)], { stdio: "inherit" });
  let seen = 0;
  let struck = false;
  const act = (): void => {
    struck = true;
    driver.kill("SIGKILL");
  };
  proxy.inject({ fault: { kind: "strike", when, act }, matches: (request) => counts(request) && isDue(++seen) });
  await new Promise((resolve) => driver.on("close", resolve));
  await proxy.close();
  expect(struck).toBe(true);
}

withPods(
  "requests that give pods away are lost, before or after they were carried out",
  async () => {
    const { client, proxy } = await connectThroughFaults(cluster);
    const run = await createRun(
      await connect(cluster),
      `
task work(n: Int) -> Int { image "${cluster.images.busybox}" run ["sh", "-c", "echo $1 > $0", out, n] }
pipeline main() -> [Int] { yield map i in range(20) parallel 5 { yield work(i) } }`,
    );
    const isGift = ({ method, path }: ProxiedRequest): boolean => method === "PATCH" && path.includes("/pods/");
    for (const [kind, turn] of [
      ["reset-before", 0],
      ["reset-after", 1],
    ] as const) {
      let seen = 0;
      const matches = (request: ProxiedRequest): boolean => isGift(request) && seen++ % 4 === turn;
      proxy.inject({ fault: { kind }, matches, times: Number.POSITIVE_INFINITY });
    }
    const ended = await driveRun(client, run, { largeMap, leaseDuration: 30 }).ended;
    const result = Array.from({ length: 20 }, (_, i) => i);
    expect(ended, JSON.stringify(ended)).toMatchObject({ status: "succeeded", result });
    expect(proxy.seen.filter(({ fault }) => fault !== undefined).length).toBeGreaterThan(10);
    const records = await readRecords(client, run);
    expect(records.filter(({ type }) => type === "attempt-started")).toHaveLength(20);
    await expectClean(await connect(cluster), run);
  },
  LONG,
);

withPods(
  "a run that is cancelled ends what runs, and nothing that waits begins",
  async () => {
    const client = await connect(cluster);
    const run = await createRun(
      client,
      `
task work(n: Int) { image "${cluster.images.busybox}" run ["sh", "-c", "trap 'exit 1' TERM; sleep 300 & wait", n] }
pipeline main() { do map i in range(24) parallel 5 { do work(i) } }`,
    );
    const driving = driveRun(client, run, { largeMap });
    const isRunning = (object: object): boolean => (object as Pod).status?.phase === "Running";
    await cluster.waitFor("pods", isRunning, {
      labels: `sluice.dev/run=${run.name},sluice.dev/shard`,
    });
    driving.cancel();
    expect(await driving.ended).toMatchObject({ status: "cancelled" });
    const started = (await readRecords(client, run)).filter(({ type }) => type === "attempt-started");
    expect(started).toHaveLength(5);
    await expectClean(client, run);
  },
  LONG,
);

withPods(
  "a quota that shards would fill with pods that are held back is left to those that can run",
  async () => {
    const namespace = `${cluster.namespace}-narrow`;
    await cluster.kubectl(["create", "namespace", namespace]);
    await cluster.kubectl(["label", "namespace", namespace, "app.kubernetes.io/managed-by=sluice-tests"]);
    try {
      await cluster.kubectl([
        "wait",
        "--namespace",
        namespace,
        "--for=create",
        "serviceaccount/default",
        "--timeout=60s",
      ]);
      const quota = {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "narrow" },
        spec: { hard: { pods: "4" } },
      };
      await cluster.kubectl(["create", "--namespace", namespace, "-f", "-"], JSON.stringify(quota));
      const client = await connect(cluster, { namespace });
      const run = await createRun(
        client,
        `
task work(n: Int) -> Int { image "${cluster.images.busybox}" retry exit(7) 1
  run ["sh", "-c", "[ $1.$SLUICE_ATTEMPT = 3.1 ] && exit 7; echo $1 > $0", out, n] }
pipeline main() -> [Int] { yield map i in range(20) parallel 3 { yield work(i) } }`,
      );
      const ended = await driveRun(client, run, { largeMap }).ended;
      expect(ended, JSON.stringify(ended)).toMatchObject({ status: "succeeded" });
      await expectClean(client, run);
    } finally {
      await cluster.kubectl(["delete", "namespace", namespace, "--wait=false"]);
    }
  },
  LONG,
);
