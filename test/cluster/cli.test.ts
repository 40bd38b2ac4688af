// Runs in a cluster from the command line, as people start, follow, leave, end and remove them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Job, V1Pod } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { type CliResult, type CliSetup, cli, folderWith } from "../cli/run-for-test.ts";
import { bed } from "./harness.ts";

const cluster = bed();
const { busybox } = cluster.images;

const PROGRAM = `task work(n: Int, seconds: Int) -> Int {
  image "${busybox}"
  run ["sh", "-c", "echo working on \\(n); sleep \\(seconds) & wait; [ \\(n) != 7 ] || exit 3; echo -n \\(n * 2) > $0", out]
}

pipeline main(first: Int = 0, count: Int = 3, seconds: Int = 0) -> [Int] {
  let all = map n in range(first, first + count) { yield work(n, seconds) }
  yield all
}
`;

/** Runs `sluice` with these arguments and those that say which cluster. */
function sluice(setup: CliSetup, ...argv: string[]): Promise<CliResult> {
  const env = { KUBECONFIG: cluster.kubeconfig, ...setup.env };
  const on = argv[0] === "release" ? [] : ["--on", "kubernetes"];
  // Where clusters are reached is read from the environment of this process.
  return cli({ ...setup, env }, ...argv, ...on, "--namespace", cluster.namespace);
}

function project(): CliSetup {
  return { cwd: folderWith({ "main.pipe": PROGRAM }) };
}

function events(result: CliResult): Record<string, unknown>[] {
  return result.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function objectsOf(run: string): Promise<string> {
  const kinds = "jobs,pods,configmaps,podtemplates,leases";
  return (await cluster.kubectl(["get", kinds, "-l", `sluice.dev/run=${run}`, "-o", "name"])).trim();
}

/** A signal as soon as the first items are on their way. */
function interruptWhenBegun(setup: CliSetup): CliSetup {
  let sent = false;
  return {
    ...setup,
    onStderr: (text, signal) => {
      if (sent || !/^run \S+ in namespace/m.test(text)) return;
      sent = true;
      void cluster
        .waitFor<V1Pod>("pod", ({ status }) => status?.phase === "Running", {
          labels: "app.kubernetes.io/component=task",
        })
        .then(() => signal("SIGINT"));
    },
  };
}

test.skipIf(!cluster.runsPods)("a run gives its result, is listed, and leaves nothing after clean", async () => {
  const here = project();
  const run = await sluice(here, "run");
  expect(run.stderr).toContain("succeeded");
  expect([run.code, JSON.parse(run.stdout)]).toEqual([0, [0, 2, 4]]);
  const [row] = events(await sluice(here, "runs", "--json"));
  expect(row).toMatchObject({ pipeline: "main", state: "succeeded" });
  const name = String(row!.run);
  expect(JSON.parse((await sluice(here, "outputs", name)).stdout)).toEqual([0, 2, 4]);
  const status = JSON.parse((await sluice(here, "status", name, "--json")).stdout);
  expect(status).toMatchObject({ state: "succeeded", parameters: { count: 3 }, items: { all: 3 }, driver: null });
  const again = await sluice(here, "resume", name);
  expect([again.code, JSON.parse(again.stdout)]).toEqual([0, [0, 2, 4]]);
  expect(again.stderr).toContain("succeeded before");
  const cleaned = await sluice(here, "clean", name);
  expect([cleaned.code, cleaned.stderr]).toEqual([0, `deleted run ${name}\n`]);
  expect(await objectsOf(name)).toBe("");
});

test.skipIf(!cluster.runsPods)("a failure is told with the command that prints the log of its pod", async () => {
  const here = project();
  const run = await sluice(here, "run", "-p", "first=6", "--json");
  expect(run.code).toBe(4);
  const name = String(events(run)[0]!.run);
  expect(events(run).at(-1)).toMatchObject({ type: "run-ended", status: "failed", run: name });
  const status = await sluice(here, "status", name);
  expect(status.stdout).toContain(`log: sluice logs ${name} 'all[7].work' --on kubernetes`);
  expect((await sluice(here, "logs", name, "all[7].work")).stdout).toBe("working on 7\n");
  expect((await sluice(here, "logs", name)).stdout).toContain("all[7].work  attempt 1 (failed)  pod ");
  const gone = await sluice(here, "logs", name, "all[6]");
  expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining("deleted as soon as that is recorded")]);
  expect((await sluice(here, "outputs", name)).code).toBe(4);
  expect((await sluice(here, "clean", name)).code).toBe(0);
  expect(await objectsOf(name)).toBe("");
});

test.skipIf(!cluster.runsPods)("Ctrl-C leaves the run to the cluster, and resume takes over what runs", async () => {
  const here = project();
  const left = await sluice(interruptWhenBegun(here), "run", "-p", "seconds=4");
  expect(left.code).toBe(6);
  const name = /sluice resume (\S+) --on kubernetes --namespace \S+/.exec(left.stderr)![1]!;
  expect(left.stderr).toContain(`sluice cancel ${name} --on kubernetes --namespace ${cluster.namespace}`);
  expect((await sluice(here, "status", name)).stdout).toContain("interrupted");
  const resumed = await sluice(here, "resume", name);
  expect([resumed.code, JSON.parse(resumed.stdout)]).toEqual([0, [0, 2, 4]]);
  // Nothing was started a second time.
  const jobs = await cluster.kubectl(["get", "events", "--field-selector=reason=SuccessfulCreate", "-o", "name"]);
  expect(jobs).not.toBe("");
  await sluice(here, "clean", name);
  expect(await objectsOf(name)).toBe("");
});

test.skipIf(!cluster.runsPods)("cancel ends a run that nobody drives, and resume goes on with it", async () => {
  const here = project();
  const left = await sluice(interruptWhenBegun(here), "run", "-p", "seconds=20");
  const name = /sluice resume (\S+)/.exec(left.stderr)![1]!;
  const cancelled = await sluice(here, "cancel", name, "--force");
  expect([cancelled.code, cancelled.stderr]).toEqual([0, expect.stringContaining(`run ${name} cancelled`)]);
  expect((await sluice(here, "cancel", name)).stderr).toBe(`run ${name} has ended already: cancelled\n`);
  expect((await sluice(here, "outputs", name)).code).toBe(5);
  const again = await sluice(interruptWhenBegun(here), "resume", name);
  expect(again.code).toBe(6);
  expect((await sluice(here, "cancel", name, "--force")).code).toBe(0);
  await sluice(here, "clean", name);
  expect(await objectsOf(name)).toBe("");
});

test.skipIf(!cluster.runsPods)("cancel --force takes the run from a driver that gives no sign of life", async () => {
  const here = project();
  const name = (await sluice(here, "run", "--detach", "-q", "-p", "seconds=600")).stdout.trim();
  const running = ({ status }: V1Pod): boolean => status?.phase === "Running";
  const tasks = `app.kubernetes.io/component=task,sluice.dev/run=${name}`;
  await cluster.waitFor<V1Pod>("pod", running, { labels: tasks });
  // Nobody starts another one, and the Lease has just been renewed.
  await cluster.kubectl(["delete", "job", name, "--cascade=orphan"]);
  const drivers = ["-l", `app.kubernetes.io/component=driver,sluice.dev/run=${name}`];
  await cluster.kubectl(["delete", "pod", ...drivers, "--grace-period=0", "--force"]);
  const cancelled = await sluice(here, "cancel", name, "--force");
  // Where the machine is slow, its Lease has run out by now.
  expect(cancelled.stderr).toMatch(/gives no sign of life|is gone|nobody drives/);
  expect(cancelled.code).toBe(0);
  expect(cancelled.stderr).toContain(`run ${name} cancelled`);
  await cluster.tryKubectl(["wait", "--for=delete", "pod", "-l", tasks, "--timeout=25s"]);
  expect((await cluster.kubectl(["get", "pods", "-l", tasks, "-o", "name"])).trim()).toBe("");
  expect((await sluice(here, "clean", name)).code).toBe(0);
  expect(await objectsOf(name)).toBe("");
});

test.skipIf(!cluster.runsPods)("status says what pods wait for, and where", async () => {
  const task = (name: string, more: string): string => `task ${name}(n: Int) { ${more} run ["true"] }\n`;
  const here = {
    cwd: folderWith({
      "main.pipe": `${task("nowhere", `image "${busybox}" resources { node: { "no": "such" } }`)}${task("missing", 'image "cluster.test/none:1"')}
pipeline main() { do map n in range(2) { do nowhere(n) } do missing(1) }
`,
    }),
  };
  const name = (await sluice(here, "run", "--detach", "-q")).stdout.trim();
  await cluster.waitFor<V1Pod>(
    "pod",
    ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === "ImagePullBackOff",
    { labels: `app.kubernetes.io/component=task,sluice.dev/run=${name}` },
  );
  const { stdout } = await sluice(here, "status", name);
  expect(stdout).toMatch(
    /^waiting +2 pods wait: 0\/1 nodes are available: .*node affinity\/selector \(map\["?0"?\]\.nowhere\)$/m,
  );
  expect(stdout).toMatch(/^ +1 pod waits: the image `cluster\.test\/none:1` cannot be pulled: .*\(missing\)$/m);
  const { waiting } = JSON.parse((await sluice(here, "status", name, "--json")).stdout);
  expect(waiting).toMatchObject([
    { count: 2, reason: "Unschedulable" },
    { count: 1, example: "missing" },
  ]);
  expect((await sluice(here, "cancel", name, "--force")).code).toBe(0);
  expect((await sluice(here, "clean", name)).code).toBe(0);
});

test.skipIf(!cluster.runsPods)(
  "a detached run is driven in the cluster; a driver that is killed is replaced; nobody else may drive it; cancel ends it",
  async () => {
    const here = project();
    const started = await sluice(here, "run", "--detach", "-p", "seconds=12");
    expect(started.code).toBe(0);
    const name = started.stdout.trim();
    const drivers = { labels: `app.kubernetes.io/component=driver,sluice.dev/run=${name}` };
    const first = await cluster.waitFor<V1Pod>("pod", ({ status }) => status?.phase === "Running", drivers);
    await cluster.waitFor<V1Pod>("pod", ({ status }) => status?.phase === "Running", {
      labels: `app.kubernetes.io/component=task,sluice.dev/run=${name}`,
    });
    const refused = await sluice(here, "resume", name);
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining("is being driven by the driver pod")]);
    await cluster.kubectl(["delete", "pod", first.metadata!.name!, "--grace-period=0", "--force"]);
    await cluster.waitFor<V1Pod>(
      "pod",
      ({ metadata, status }) => metadata?.name !== first.metadata!.name && status?.phase === "Running",
      drivers,
    );
    await cluster.waitFor<V1Job>(`job/${name}`, ({ status }) => status?.succeeded === 1, { seconds: 90 });
    expect(JSON.parse((await sluice(here, "outputs", name)).stdout)).toEqual([0, 2, 4]);

    const second = (await sluice(here, "run", "--detach", "-q", "-p", "seconds=60")).stdout.trim();
    await cluster.waitFor<V1Pod>("pod", ({ status }) => status?.phase === "Running", {
      labels: `app.kubernetes.io/component=task,sluice.dev/run=${second}`,
    });
    const cancelled = await sluice(here, "cancel", second, "--force");
    expect([cancelled.code, cancelled.stderr]).toEqual([0, expect.stringContaining(`run ${second}: cancelled`)]);
    // Its Job has ended for good.
    await cluster.waitFor<V1Job>(`job/${second}`, ({ status }) =>
      (status?.conditions ?? []).some(({ type }) => type === "Failed"),
    );
    const resumed = await sluice(here, "resume", second, "--detach", "-q");
    expect(resumed.stdout).toBe(`${second}\n`);
    // Whether its driver has begun already or not.
    expect((await sluice(here, "cancel", second, "--force")).code).toBe(0);
    expect((await sluice(here, "status", second)).stdout).toContain("cancelled");
    const cleaned = await sluice(here, "clean", name, second);
    expect([cleaned.code, cleaned.stderr]).toEqual([0, expect.stringContaining("2 runs deleted")]);
    expect([await objectsOf(name), await objectsOf(second)]).toEqual(["", ""]);
  },
  240_000,
);

test.skipIf(!cluster.runsPods)("a log is followed from before its pod begins to its end", async () => {
  const here = project();
  const name = (await sluice(here, "run", "--detach", "-q", "-p", "seconds=3", "-p", "count=1")).stdout.trim();
  await cluster.waitFor<V1Job>("job", () => true, {
    labels: `app.kubernetes.io/component=task,sluice.dev/run=${name}`,
  });
  const followed = await sluice(here, "logs", name, "all[0]", "--follow");
  expect([followed.code, followed.stdout]).toEqual([0, "working on 0\n"]);
  await cluster.waitFor<V1Job>(`job/${name}`, ({ status }) => status?.succeeded === 1);
  await sluice(here, "clean", name);
});

test("what the namespace refuses is told before anything is made", async () => {
  const here = project();
  const label = "pod-security.kubernetes.io/enforce";
  await cluster.kubectl(["label", "namespace", cluster.namespace, `${label}=restricted`]);
  onTestFinished(async () => void (await cluster.kubectl(["label", "namespace", cluster.namespace, `${label}-`])));
  const before = (await sluice(here, "runs")).stdout;
  for (const options of [[], ["--dry-run"], ["--detach"]]) {
    const refused = await sluice(here, "run", ...options);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain("cannot start pods of `all.work`");
    expect(refused.stderr).toContain("violates PodSecurity");
  }
  expect((await sluice(here, "runs")).stdout).toBe(before);
});

test("a run that cannot be made whole is taken back", async () => {
  const here = project();
  const used = (await cluster.kubectl(["get", "configmaps", "-o", "name"])).trim().split("\n").length;
  await cluster.kubectl(["create", "quota", "few", `--hard=count/podtemplates=0,count/configmaps=${used + 5}`]);
  onTestFinished(async () => void (await cluster.kubectl(["delete", "quota", "few"])));
  await cluster.waitFor(
    "resourcequota/few",
    (quota) => "status" in quota && JSON.stringify(quota.status).includes("used"),
  );
  const before = (await sluice(here, "runs")).stdout;
  const refused = await sluice(here, "run");
  expect(refused.code).toBe(7);
  expect(refused.stderr).toContain("exceeded quota");
  expect(refused.stderr).toContain("nothing was started");
  expect((await sluice(here, "runs")).stdout).toBe(before);
});

test("a user without rights is told which are missing, and one whose token is not accepted to log in", async () => {
  const here = project();
  await cluster.kubectl(["create", "serviceaccount", "nobody"]);
  const token = (await cluster.kubectl(["create", "token", "nobody"])).trim();
  const config = JSON.parse(await cluster.kubectl(["config", "view", "--raw", "--minify", "-o", "json"])) as {
    users: { user: unknown }[];
  };
  const login = (user: object): string => {
    const path = join(here.cwd, `login-${Object.values(user)[0]?.length}`);
    mkdirSync(here.cwd, { recursive: true });
    writeFileSync(path, JSON.stringify({ ...config, users: config.users.map((each) => ({ ...each, user })) }));
    return path;
  };
  const weak = await sluice(here, "runs", "--kubeconfig", login({ token }));
  expect(weak.code).toBe(7);
  expect(weak.stderr).toContain(
    `a Role in namespace \`${cluster.namespace}\` must allow you to \`list\` \`configmaps\``,
  );
  const expired = await sluice(here, "run", "--kubeconfig", login({ token: "expired" }));
  expect(expired.code).toBe(7);
  expect(expired.stderr).toContain("log in again");
});

test("a namespace that is not there is named, with what to do", async () => {
  const here = project();
  for (const command of ["runs", "run"]) {
    const missing = await cli(
      here,
      command,
      "--on",
      "kubernetes",
      "--kubeconfig",
      cluster.kubeconfig,
      "--namespace",
      "nope",
    );
    expect([missing.code, missing.stderr]).toEqual([7, expect.stringContaining("kubectl create namespace nope")]);
  }
});

test.skipIf(!cluster.runsPods)("release lets go of pods that wait for a driver, and nothing else", async () => {
  const here = project();
  const left = await sluice(interruptWhenBegun(here), "run", "-p", "seconds=3");
  const name = /sluice resume (\S+)/.exec(left.stderr)![1]!;
  const labels = `app.kubernetes.io/component=task,sluice.dev/run=${name}`;
  await cluster.waitFor<V1Pod>("pod", ({ status }) => status?.phase === "Succeeded", { labels });
  const released = await sluice(here, "release", name);
  expect([released.code, released.stderr]).toEqual([0, `3 pods of run ${name} let go\n`]);
  const pods = await cluster.kubectl(["get", "pods", "-l", labels, "-o", "jsonpath={.items[*].metadata.finalizers}"]);
  expect(pods).not.toContain("sluice.dev/harvest");
  expect((await sluice(here, "release", name)).stderr).toBe(`0 pods of run ${name} let go\n`);
  await sluice(here, "clean", name);
  expect(await objectsOf(name)).toBe("");
});
