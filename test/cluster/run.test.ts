// Runs on a real cluster, driven from here: results, retries by cause, cancels, drivers that come and go, and what others do to our pods. After
// each, nothing of it is left but what is meant to stay.
import { expect, test } from "vitest";
import type { ClusterRun } from "../../src/backends/kubernetes/cluster-run.ts";
import type { Pod } from "../../src/backends/kubernetes/objects.ts";
import { closeAfterTests, connect, connectThroughFaults } from "./cluster-client.ts";
import { bed, type ClusterObject } from "./harness.ts";
import { createRun, driveRun, readRecords } from "./runs.ts";

const cluster = bed();
closeAfterTests();
const { busybox } = cluster.images;

const selector = (run: ClusterRun) => `sluice.dev/run=${run.name},app.kubernetes.io/component=task`;

/** Waits until nothing of the run's attempts is there; `kept`: so many Jobs stay. */
async function expectNothingLeft(run: ClusterRun, kept = 0): Promise<void> {
  const names = async (kinds: string) =>
    (await cluster.kubectl(["get", kinds, "-l", selector(run), "-o", "name"]))
      .split("\n")
      .filter((line) => line !== "");
  await expect.poll(() => names("jobs,pods"), { timeout: 30_000, interval: 300 }).toHaveLength(kept * 2);
  const pods = await cluster.kubectl([
    "get",
    "pods",
    "-l",
    selector(run),
    "-o",
    "jsonpath={.items[*].metadata.finalizers}",
  ]);
  expect(pods).not.toContain("sluice.dev/harvest");
  const documents = `sluice.dev/run=${run.name},app.kubernetes.io/component=items`;
  expect(await cluster.kubectl(["get", "configmaps", "-l", documents, "-o", "name"])).toBe("");
}

const withPods = test.runIf(cluster.runsPods);

/** A command of the shell; $0 is where the result goes. */
const sh = (script: string, ...more: string[]) => `run ["sh", "-c", ${[`"${script}"`, "out", ...more].join(", ")}]`;

withPods("the result of one task reaches the next", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
type First = { twice: Int, env: String }
task first(n: Int) -> First {
  image "${busybox}"
  env { N: n }
  script "sh" '''
    printf '{"twice": %d, "env": "%s"}' $(($N * 2)) "$SLUICE_RUN $SLUICE_STEP <$SLUICE_KEY> $SLUICE_ATTEMPT" > $out
  '''
}
task second(n: Int) -> String {
  image "${busybox}"
  ${sh("echo got $1 > $0", "n")}
}
type Both = { text: String, env: String }
pipeline main() -> Both {
  let a = first(21)
  let b = second(a.twice)
  yield { text: b, env: a.env }
}`,
  );
  const driving = driveRun(client, run);
  expect(await driving.ended).toEqual({
    kind: "ended",
    status: "succeeded",
    result: { text: "got 42", env: `${run.name} a <> 1` },
    failures: [],
    again: true,
  });
  expect(driving.warnings).toEqual([]);
  await expectNothingLeft(run);
  // Driven again there is nothing to do.
  expect(await driveRun(client, run).ended).toMatchObject({ status: "succeeded", again: false });
});

withPods("a map over what was found gives each item its own memory, and what is computed from all", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
task count() -> Int { image "${busybox}" ${sh("echo 5 > $0")} }
task work(n: Int) -> String {
  image "${busybox}"
  resources { memory: 24Mi + n * 8Mi }
  ${sh("cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>&1 | grep -v No > $0")}
}
task join(texts: [String]) -> String { image "${busybox}" ${sh("echo $* > $0", "...texts")} }
pipeline main() -> String {
  let n = count()
  let all = map i in range(n) key "no \\(i)" parallel 3 { yield work(i) }
  yield join(all)
}`,
  );
  const expected = [0, 1, 2, 3, 4].map((n) => (24 + n * 8) * 1024 * 1024).join(" ");
  const ended = await driveRun(client, run).ended;
  expect(ended).toMatchObject({ status: "succeeded", result: expected });
  await expectNothingLeft(run);
});

withPods("what ran out of memory is tried again with more of it", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
task hungry() -> String {
  image "${busybox}"
  resources { memory: 40Mi }
  retry oom 3 { memory: memory * 2 }
  ${sh("dd if=/dev/zero of=/dev/null bs=100M count=1 && echo attempt $SLUICE_ATTEMPT > $0")}
}
pipeline main() -> String { yield hungry() }`,
  );
  const driving = driveRun(client, run);
  expect(await driving.ended).toMatchObject({ status: "succeeded", result: "attempt 3" });
  const causes = driving.reports.flatMap((report) => (report.type === "instance-retried" ? [report.cause] : []));
  expect(causes).toEqual(["oom", "oom"]);
  await expectNothingLeft(run, 2);
});

withPods("a failure says how it came about, and others are tolerated", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
task work(n: Int) -> String {
  image "${busybox}"
  timeout 500ms + 1min * (n - 1) * (n - 1)
  ${sh("echo item $1; if [ $1 = 1 ]; then trap 'exit 0' TERM; sleep 60 & wait; elif [ $1 = 2 ]; then exit 7; elif [ $1 = 4 ]; then exit 0; fi; echo $1 > $0", "n")}
}
type Ends = { ok: [String], failed: [String] }
pipeline main() -> Ends {
  let all = map i in range(5) tolerate 3 { yield work(i) }
  yield { ok: all.ok, failed: [for f in all.failed: f.message] }
}`,
  );
  const ended = await driveRun(client, run).ended;
  expect(ended).toMatchObject({
    status: "succeeded",
    result: {
      ok: ["0", "3"],
      failed: [
        expect.stringMatching(/^ran longer than its timeout of 500ms and was ended$/),
        expect.stringMatching(/^exited with code 7; its log ends with:\nitem 2$/),
        "output `out`: `/sluice/out` is empty, or nothing was written to it",
      ],
    },
  });
  await expectNothingLeft(run, 3);
});

withPods(
  "items of a batch share pods, one that fails is tried again alone, those behind it have not begun",
  async () => {
    const client = await connect(cluster);
    const run = await createRun(
      client,
      `
task work(n: Int) -> Int {
  image "${busybox}"
  timeout 1min
  retry exit(3) 1
  ${sh("if [ $1 = 2 ] && [ $SLUICE_ATTEMPT = 1 ]; then exit 3; fi; echo $1 > $0; if [ $1 = 5 ]; then exit 7; fi", "n")}
}
type Ends = { ok: [Int], failed: [String] }
pipeline main() -> Ends {
  let all = map i in range(8) batch 8 tolerate 1 { yield work(i) }
  yield { ok: all.ok, failed: [for f in all.failed: f.message] }
}`,
    );
    const pods = new Set<string>();
    const names = (pod: ClusterObject): boolean => pods.add(pod.metadata?.name ?? "").size === 4;
    const four = cluster.waitFor("pods", names, { labels: selector(run), seconds: 120 });
    const driving = driveRun(client, run);
    const ended = await driving.ended;
    // All eight, the third again, those behind it, and those behind the sixth.
    await four;
    expect(driving.warnings).toEqual([]);
    expect(ended).toMatchObject({
      status: "succeeded",
      result: { ok: [0, 1, 2, 3, 4, 6, 7], failed: [expect.stringMatching(/^exited with code 7/)] },
    });
    const ends = (await readRecords(client, run)).filter(({ type }) => type === "attempt-ended");
    expect(ends).toHaveLength(9);
    await expectNothingLeft(run, 2);
  },
);

withPods("a driver that comes later takes over what shares a pod", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
task work(n: Int) -> Int {
  image "${busybox}"
  ${sh("sleep 2; echo $1 > $0; if [ $1 = 2 ] && [ $SLUICE_ATTEMPT = 1 ]; then exit 3; fi", "n")}
  retry exit(3) 1
}
pipeline main() -> [Int] { yield map i in range(5) batch 5 { yield work(i) } }`,
  );
  const first = driveRun(client, run);
  await expect
    .poll(() => first.reports.filter(({ type }) => type === "instance-succeeded"), { timeout: 20_000 })
    .toHaveLength(1);
  expect(await first.detach()).toEqual({ kind: "detached" });
  expect(await driveRun(client, run).ended).toMatchObject({ status: "succeeded", result: [0, 1, 2, 3, 4] });
  const ends = (await readRecords(client, run)).flatMap((record) =>
    record.type === "attempt-ended" ? [record.outcome.ok ? "ok" : record.outcome.cause] : [],
  );
  // Those behind the one that failed count as never begun, since only the first driver knew how to start them.
  expect(ends.sort()).toEqual(["exit", "lost", "lost", "ok", "ok", "ok", "ok", "ok"]);
  await expectNothingLeft(run, 1);
});

withPods("a run that is cancelled ends its pods, and `finally` still runs", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
task wait() { image "${busybox}" run ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"] }
task tell(text: String) -> String { image "${busybox}" ${sh("echo $1 > $0", "text")} }
pipeline main() {
  do wait()
} finally {
  do tell("\\(run.status)")
}`,
  );
  const driving = driveRun(client, run);
  await cluster.waitFor("pods", (pod) => (pod as unknown as Pod).status?.phase === "Running", {
    labels: selector(run),
  });
  await cluster.kubectl(["annotate", "configmap", run.name, "sluice.dev/cancel=cancel"]);
  expect(await driving.ended).toMatchObject({ kind: "ended", status: "cancelled" });
  await expectNothingLeft(run);
});

withPods("a driver lets go, and the next one takes over what runs: no attempt is made twice", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
task work(n: Int) -> Int { image "${busybox}" ${sh("sleep $1; echo $1 > $0", "n")} }
pipeline main() -> [Int] { yield map n in [0, 4, 5] parallel 3 { yield work(n) } }`,
  );
  const first = driveRun(client, run);
  await expect
    .poll(() => first.reports.filter(({ type }) => type === "instance-succeeded"), { timeout: 20_000 })
    .toHaveLength(1);
  expect(await driveRun(client, run).ended).toMatchObject({
    kind: "refused",
    message: expect.stringMatching(/^this run is being driven by /),
  });
  expect(await first.detach()).toEqual({ kind: "detached" });
  const second = driveRun(client, run);
  expect(await second.ended).toMatchObject({ status: "succeeded", result: [0, 4, 5] });
  const records = await readRecords(client, run);
  const started = records.flatMap((record) => (record.type === "attempt-started" ? [record.instance] : []));
  expect(started.sort()).toEqual(
    ['map["0"].work', 'map["4"].work', 'map["5"].work'].map((id) => expect.stringContaining(id.slice(3))),
  );
  await expectNothingLeft(run);
});

withPods("an attempt that was recorded and never made is fenced off and made anew", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
task work() -> String { image "${busybox}" ${sh("echo $SLUICE_ATTEMPT > $0")} }
pipeline main() -> String { yield work() }`,
  );
  const quota = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "none" },
    spec: { hard: { "count/jobs.batch": "0" } },
  };
  await cluster.create(quota as never);
  await cluster.waitFor(
    "resourcequota/none",
    (object) => "hard" in ((object as never as { status?: object }).status ?? {}),
  );
  const first = driveRun(client, run);
  await expect.poll(() => first.warnings, { timeout: 20_000 }).toEqual([expect.stringContaining("exceeded quota")]);
  await first.detach();
  await cluster.kubectl(["delete", "resourcequota", "none"]);
  const second = driveRun(client, run);
  expect(await second.ended).toMatchObject({ status: "succeeded", result: "2" });
  await expectNothingLeft(run);
});

withPods(
  "what others do to pods and Jobs costs no result",
  async () => {
    const client = await connect(cluster);
    const run = await createRun(
      client,
      `
task work(n: Int) -> String {
  image "${busybox}"
  ${sh("if [ $SLUICE_ATTEMPT = 1 ]; then trap 'exit 1' TERM; sleep 60 & wait; fi; echo $1 on $SLUICE_ATTEMPT > $0", "n")}
}
pipeline main() -> [String] { yield map n in range(3) parallel 3 { yield work(n) } }`,
    );
    const driving = driveRun(client, run);
    const podOf = async (key: string) => {
      const running = (pod: object) => {
        const { metadata, status } = pod as Pod;
        return status?.phase === "Running" && metadata.annotations?.["sluice.dev/key"] === key;
      };
      const pod = (await cluster.waitFor("pods", running, { labels: selector(run) })) as unknown as Pod;
      return { pod: pod.metadata.name, job: pod.metadata.labels?.["batch.kubernetes.io/job-name"] ?? "" };
    };
    const [evicted, jobless, deleted] = [await podOf("0"), await podOf("1"), await podOf("2")];
    const eviction = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name: evicted.pod, namespace: cluster.namespace },
    };
    const path = `/api/v1/namespaces/${cluster.namespace}/pods/${evicted.pod}/eviction`;
    await cluster.kubectl(["create", "--raw", path, "-f", "-"], JSON.stringify(eviction));
    await cluster.kubectl(["delete", "job", jobless.job, "--wait=false"]);
    await cluster.kubectl(["delete", "pod", deleted.pod, "--wait=false", "--grace-period=1"]);
    expect(await driving.ended).toMatchObject({ status: "succeeded", result: ["0 on 2", "1 on 2", "2 on 2"] });
    const causes = driving.reports.flatMap((report) => (report.type === "instance-retried" ? [report.cause] : []));
    expect(causes).toEqual(["evicted", "evicted", "evicted"]);
    await expectNothingLeft(run);
  },
  180_000,
);

withPods(
  "documents reach a pod as files and go with it, and the items of a batch run one after the other",
  async () => {
    const client = await connect(cluster);
    const run = await createRun(
      client,
      `
task read(data: File, more: [File]) -> String { image "${busybox}" ${sh("cat $* | tr -d '\\\\n' > $0", "data", "...more")} }
task same(text: String, n: Int) -> String { image "${busybox}" ${sh("echo $1 $2 > $0", "text", "n")} }
task join(texts: [String]) -> String { image "${busybox}" ${sh("echo $* > $0", "...texts")} }
pipeline main() -> String {
  let a = read(json_file([1]), [json_file("x"), json_file(true)])
  let all = map n in range(3) batch 3 { yield same(a, n) }
  yield join(all)
}`,
      { profile: { storage: { kind: "pvc", claim: "none" } } },
    );
    // The claim that Files would be read from is missing, which is told while the pod waits for it.
    const driving = driveRun(client, run);
    await expect
      .poll(() => driving.warnings, { timeout: 40_000 })
      .toEqual([expect.stringMatching(/claim "none" not found/)]);
    await driving.detach();
    await cluster.create(
      {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: `${cluster.namespace}-none` },
        spec: {
          accessModes: ["ReadWriteMany"],
          capacity: { storage: "1Mi" },
          storageClassName: "",
          persistentVolumeReclaimPolicy: "Delete",
          hostPath: { path: "/tmp", type: "Directory" },
          claimRef: { name: "none", namespace: cluster.namespace },
        },
      } as never,
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "none" },
        spec: {
          accessModes: ["ReadWriteMany"],
          storageClassName: "",
          volumeName: `${cluster.namespace}-none`,
          resources: { requests: { storage: "1Mi" } },
        },
      } as never,
    );
    const ended = await driveRun(client, run).ended;
    await cluster.kubectl(["delete", "pv", `${cluster.namespace}-none`, "--wait=false"]);
    expect(ended).toMatchObject({ status: "succeeded", result: '[1]"x"true 0 [1]"x"true 1 [1]"x"true 2' });
    await expectNothingLeft(run);
  },
  120_000,
);

withPods(
  "a pod that the namespace does not let in fails at once, and a template that was changed starts nothing",
  async () => {
    const client = await connect(cluster);
    const run = await createRun(
      client,
      `
task large() { image "${busybox}" resources { memory: 64Mi } run ["true"] }
pipeline main() { do large() }`,
    );
    const limits = { limits: [{ type: "Container", max: { memory: "48Mi" } }] };
    await cluster.create({ apiVersion: "v1", kind: "LimitRange", metadata: { name: "small" }, spec: limits } as never);
    const ended = await driveRun(client, run).ended;
    await cluster.kubectl(["delete", "limitrange", "small"]);
    expect(ended).toMatchObject({
      status: "failed",
      failures: [
        { cause: "start", attempts: 1, message: expect.stringMatching(/maximum memory usage per Container is 48Mi/) },
      ],
    });
    await expectNothingLeft(run);
    const [name = ""] = run.templates.values();
    const change = [{ op: "replace", path: "/template/spec/containers/0/image", value: "other:1" }];
    await cluster.kubectl(["patch", "podtemplate", name, "--type=json", "--patch", JSON.stringify(change)]);
    const message = expect.stringContaining(
      `\`${name}\` was changed after the run was made: \`template.spec.containers[0].image\``,
    );
    expect(await driveRun(client, run).ended).toEqual({ kind: "refused", message });
  },
);

withPods("while the server cannot be reached the run waits, and goes on", async () => {
  const { client, proxy } = await connectThroughFaults(cluster);
  const run = await createRun(
    client,
    `
task work(n: Int) -> String { image "${busybox}" ${sh("sleep 2; echo $1 > $0", "n")} }
task join(texts: [String]) -> String { image "${busybox}" ${sh("echo $* > $0", "...texts")} }
pipeline main() -> String {
  let all = map n in range(3) parallel 3 { yield work(n) }
  yield join(all)
}`,
  );
  const driving = driveRun(client, run, { leaseDuration: 60 });
  await cluster.waitFor("pods", (pod) => (pod as unknown as Pod).status?.phase === "Running", {
    labels: selector(run),
  });
  proxy.inject({ fault: { kind: "reset-before" }, times: 1000 });
  await new Promise((resolve) => setTimeout(resolve, 6000));
  proxy.heal();
  expect(await driving.ended).toMatchObject({ status: "succeeded", result: "0 1 2" });
  await expectNothingLeft(run);
});

withPods("what the cluster refuses fails at once in the cluster's words", async () => {
  const client = await connect(cluster);
  const run = await createRun(
    client,
    `
task odd(name: String) { image "${busybox}" resources { node: { disk: name } } run ["true"] }
pipeline main(name: String) { do odd(name) }`,
    { parameters: { name: "no label!" } },
  ).catch((error: Error) => error.message);
  expect(run).toContain("no label!");
});

withPods("a kept result is taken by a later run", async () => {
  const client = await connect(cluster);
  const source = `
task work(n: Int) -> String { image "${busybox}" cache "v1" ${sh("date +%s%N > $0; cat /proc/sys/kernel/random/uuid >> $0", "n")} }
pipeline main() -> String { yield work(1) }`;
  const first = await createRun(client, source);
  const made = await driveRun(client, first).ended;
  const cached = () => cluster.kubectl(["get", "configmaps", "-l", "app.kubernetes.io/component=cache", "-o", "name"]);
  await expect.poll(cached, { timeout: 20_000 }).toMatch(/^configmap\/sluice-cache-[0-9a-f]{64}\n$/);
  const second = await createRun(client, source);
  const driving = driveRun(client, second);
  expect(await driving.ended).toEqual(made);
  expect(driving.reports).toContainEqual(
    expect.objectContaining({ type: "instance-succeeded", cachedFrom: first.name }),
  );
  await expectNothingLeft(first);
});
