import { expect, test } from "vitest";
import {
  type ClassifyOptions,
  classify,
  type Observation,
  type Standing,
} from "../../../src/backends/kubernetes/classify.ts";
import type { Pod } from "../../../src/backends/kubernetes/objects.ts";
import { type PodEvent, type Remembered, remember } from "../../../src/backends/kubernetes/pod-facts.ts";
import { readTimelines, type Step } from "./observed-timelines.ts";

const OPTIONS: ClassifyOptions = { container: "main", pendingLimit: 600_000 };
const timelines = readTimelines();

/** The standings along a timeline, as a driver that sees every step has them. */
function replay(steps: readonly Step[], observation: Partial<Observation> = {}): Standing[] {
  let pod: Pod | undefined;
  let remembered: Remembered | undefined;
  const events: PodEvent[] = [];
  return steps.map((step) => {
    if ("event" in step) events.push(step.event);
    else {
      pod = step.deleted ? undefined : step.pod;
      remembered = remember(remembered, step.pod);
    }
    return classify({ pod, ...(remembered && { remembered }), events, created: 0, ...observation }, OPTIONS);
  });
}

function standingsOf(name: string, observation: Partial<Observation> = {}): Standing[] {
  const steps = timelines.get(name);
  if (steps === undefined) throw new Error(`no timeline ${name}`);
  return replay(steps, observation);
}

const SUCCEEDED = { kind: "succeeded" };
const failed = (cause: string, message: string | RegExp, more: object = {}) => ({
  kind: "failed",
  outcome: { ok: false, cause, message: expect.stringMatching(message), ...more },
});
const waiting = (reason: string, message: string | RegExp, permanent = false) => ({
  kind: "waiting",
  waiting: { reason, message: expect.stringMatching(message), permanent },
  giveUp: {
    at: permanent ? 0 : 600_000,
    outcome: {
      ok: false,
      cause: "start",
      message: expect.stringMatching(message),
      ...(permanent && { retryable: false }),
    },
  },
});
const beingDeleted = (at: number, cause = "evicted") => ({
  kind: "running",
  giveUp: { at, outcome: { ok: false, cause } },
});

const EXPECTED: Readonly<Record<string, object>> = {
  ok: SUCCEEDED,
  exit3: failed("exit", /^exited with code 3; its log ends with:\nsome error$/, { exitCode: 3 }),
  "two-fail": failed("exit", /^exited with code 3; its log is empty$/, { exitCode: 3 }),
  kill9: failed("exit", /^exited with code 137/, { exitCode: 137 }),
  "oom-main": failed("oom", /^was killed because memory ran out/, { exitCode: 137 }),
  "oom-child-137": failed("oom", /memory ran out/, { exitCode: 137 }),
  "oom-child-1": failed("oom", /memory ran out.*\nKilled rc=137$/, { exitCode: 1 }),
  "oom-child-ok": SUCCEEDED,
  "init-fail": failed("exit", /^the container `init` exited with code 4; its log ends with:\ninit broke$/, {
    exitCode: 4,
  }),
  "init-oom": failed("oom", /^the container `init` was killed/, { exitCode: 137 }),
  nocmd: failed("start", /^cannot be started: .*no such file or directory/, { retryable: false }),
  noexec: failed("start", /permission denied/, { retryable: false }),
  "deadline-pod": failed("timeout", "ran longer than its timeout"),
  "deadline-pod-0": failed("timeout", "ran longer than its timeout"),
  "deadline-pod-ign": failed("timeout", "ran longer than its timeout"),
  "deadline-pending": failed(
    "start",
    /^did not start before the deadline of its pod: .*pull policy of Never \(ErrImageNeverPull\)$/,
  ),
  "deadline-unsched": waiting("Unschedulable", /node affinity\/selector/),
  "deadline-job": failed("evicted", "its pod was deleted"),
  evict: failed("evicted", /^its pod was evicted: EvictionByEvictionAPI: Eviction API: evicting$/),
  "evict-0": SUCCEEDED,
  drain: failed("evicted", /EvictionByEvictionAPI/),
  preempt: failed("evicted", /PreemptionByScheduler/),
  nodegone: failed("evicted", /DeletionByPodGC: PodGC: node no longer exists/),
  delpod: failed("evicted", "its pod was deleted"),
  "delpod-0": SUCCEEDED,
  "delpod-force": failed("evicted", "its pod was deleted"),
  "del-bg": failed("evicted", "its pod was deleted"),
  "del-fg": failed("evicted", "its pod was deleted"),
  suspend: failed("evicted", "its pod was deleted"),
  "del-done-bg": SUCCEEDED,
  // The Job is gone without its pod, which runs on.
  "del-default": { kind: "running" },
  "del-orphan": { kind: "running" },
  // No kubelet is left to report: the pod is being deleted for ever.
  taint: beingDeleted(60_130),
  "taint-again": beingDeleted(60_210),
  nonroot: waiting("CreateContainerConfigError", /runAsNonRoot/, true),
  "img-never": waiting("ErrImageNeverPull", /pull policy of Never/),
  "img-pull": waiting("ImagePullBackOff", /failed to resolve reference/),
  "img-invalid": waiting("InvalidImageName", /must be lowercase/, true),
  "no-cm-env": waiting("CreateContainerConfigError", /configmap "nope" not found/),
  "no-cm-key": waiting("CreateContainerConfigError", /couldn't find key k/),
  "no-secret": waiting("CreateContainerConfigError", /secret "nope" not found/),
  "no-cm-vol": waiting("FailedMount", /configmap "nope" not found/),
  "no-cm-volkey": waiting("FailedMount", /non-existent config key: zz/),
  "no-pvc": waiting("Unschedulable", /persistentvolumeclaim "nope" not found/),
  unsched: waiting("Unschedulable", /Insufficient cpu/),
  "no-sa": waiting("FailedCreate", /serviceaccount "nope" not found/, true),
  "no-prio": waiting("FailedCreate", /no PriorityClass with name nope/, true),
  "side-badimg": waiting("ErrImageNeverPull", /pull policy of Never/),
  "side-fail": { kind: "succeeded", sidecar: expect.stringMatching(/^the sidecar `side` exited with code 5/) },
  "side-oom": {
    kind: "succeeded",
    sidecar: expect.stringMatching(/^the sidecar `side` was killed because memory ran out/),
  },
  "side-term-fail": { kind: "succeeded", sidecar: expect.stringMatching(/code 6/) },
  "side-term-oom": { kind: "succeeded", sidecar: expect.stringMatching(/memory ran out/) },
  "side-slow": { kind: "succeeded", sidecar: expect.stringMatching(/code 137/) },
};

test("every recorded timeline has an expected end", () => {
  expect([...timelines.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
});

for (const [name, expected] of Object.entries(EXPECTED)) {
  test(`the timeline ${name} ends as it should`, () => {
    expect(standingsOf(name).at(-1)).toMatchObject(expected);
  });
}

test("an attempt once taken for ended stays so", () => {
  for (const [name, steps] of timelines) {
    const standings = replay(steps);
    const end = standings.findIndex(({ kind }) => kind === "succeeded" || kind === "failed");
    if (end === -1) continue;
    const cause = (standing: Standing | undefined) =>
      standing?.kind === "failed" ? standing.outcome.cause : standing?.kind;
    const causes = standings.slice(end).map(cause);
    expect([name, ...new Set(causes)]).toEqual([name, causes[0]]);
  }
});

test("a driver that sees only the last state comes to the same cause, but for the reason why a container never started", () => {
  for (const [name, steps] of timelines) {
    if (name === "deadline-pending") continue;
    const last = steps.findLast((step) => "pod" in step);
    const standing = replay(steps).at(-1);
    if (last === undefined || standing?.kind !== "failed") continue;
    expect([name, replay([last]).at(-1)]).toEqual([name, standing]);
  }
});

test("what we end ourselves is cancelled, unless it had succeeded first", () => {
  for (const name of ["evict", "delpod", "del-bg", "exit3", "deadline-pod"])
    expect(standingsOf(name, { stopping: true }).at(-1)).toEqual({
      kind: "failed",
      outcome: { ok: false, cause: "cancelled" },
    });
  expect(standingsOf("delpod-0", { stopping: true }).at(-1)).toEqual({ kind: "succeeded" });
  expect(standingsOf("taint", { stopping: true }).at(-1)).toMatchObject(beingDeleted(60_130, "cancelled"));
});

test("a pod that vanished before its end was seen was evicted", () => {
  const remembered: Remembered = { ran: true, disruption: "DeletionByTaintManager" };
  const gone = { pod: undefined, created: 0, remembered };
  expect(classify(gone, OPTIONS)).toMatchObject(failed("evicted", /removed before its end was known: DeletionByTaint/));
  expect(classify({ ...gone, stopping: true }, OPTIONS)).toMatchObject({ outcome: { cause: "cancelled" } });
});

test("a Job that was deleted before it had a pod is evicted or, by us, cancelled", () => {
  const gone = { pod: undefined, created: 0, jobGone: true };
  expect(classify(gone, OPTIONS)).toMatchObject(failed("evicted", /deleted before it began/));
  expect(classify({ ...gone, stopping: true }, OPTIONS)).toMatchObject({ outcome: { cause: "cancelled" } });
});

test("more disk than allowed is the task's fault, a node short of disk is not", () => {
  const status = {
    phase: "Failed",
    reason: "Evicted",
    message: "Pod ephemeral local storage usage exceeds the total limit",
  };
  const pod: Pod = { metadata: { name: "p" }, status };
  expect(classify({ pod, created: 0 }, OPTIONS)).toMatchObject(failed("disk", /usage exceeds/));
  const conditions = [{ type: "DisruptionTarget", status: "True", reason: "TerminationByKubelet" }];
  const pressed: Pod = { metadata: { name: "p" }, status: { ...status, conditions } };
  expect(classify({ pod: pressed, created: 0 }, OPTIONS)).toMatchObject(failed("evicted", /TerminationByKubelet/));
});

test("a full quota is waited for without end, what a policy refuses is not waited for at all", () => {
  const told = (message: string) =>
    classify({ pod: undefined, created: 5, events: [{ type: "Warning", reason: "FailedCreate", message }] }, OPTIONS);
  expect(told('Error creating: pods "x-" is forbidden: exceeded quota: q, requested: pods=1')).toMatchObject({
    waiting: { reason: "QuotaExceeded", permanent: false },
    giveUp: { at: Infinity },
  });
  for (const words of [
    'pods "x-" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
    'pods "x-" is forbidden: failed quota: q: must specify limits.cpu for: main',
    'admission webhook "policy.example" denied the request: no latest tag',
  ])
    expect(told(`Error creating: ${words}`)).toMatchObject({ waiting: { permanent: true }, giveUp: { at: 0 } });
  const passing = 'Error creating: Internal error occurred: failed calling webhook "w": connection refused';
  expect(told(passing)).toMatchObject({ waiting: { permanent: false }, giveUp: { at: 600_005 } });
});

test("an image that does not exist is not waited for", () => {
  const words =
    'failed to pull and unpack image "r.example/a:1": failed to resolve reference "r.example/a:1": r.example/a:1: not found';
  const containerStatuses = [{ name: "main", state: { waiting: { reason: "ErrImagePull", message: words } } }];
  const pod: Pod = { metadata: { name: "p" }, status: { phase: "Pending", containerStatuses } };
  expect(classify({ pod, created: 0 }, OPTIONS)).toMatchObject({ kind: "waiting", waiting: { permanent: true } });
});

test("a sidecar that ran out of memory is not blamed for the task's own failure", () => {
  const pod: Pod = {
    metadata: { name: "p" },
    spec: { initContainers: [{ name: "side", restartPolicy: "Always" }] },
    status: {
      phase: "Failed",
      initContainerStatuses: [{ name: "side", state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }],
      containerStatuses: [{ name: "main", state: { terminated: { exitCode: 2, reason: "Error", message: "no" } } }],
    },
  };
  expect(classify({ pod, created: 0 }, OPTIONS)).toMatchObject(failed("exit", /^exited with code 2/, { exitCode: 2 }));
});

test("a pod that its node refused or lost was evicted, with the node's words", () => {
  const refused: Pod = {
    metadata: { name: "p" },
    status: { phase: "Failed", reason: "OutOfcpu", message: "Pod was rejected: Node didn't have enough resource: cpu" },
  };
  expect(classify({ pod: refused, created: 0 }, OPTIONS)).toMatchObject(
    failed("evicted", /OutOfcpu: Pod was rejected/),
  );
  const terminated = { exitCode: 137, reason: "ContainerStatusUnknown", message: "could not be located" };
  const lost: Pod = {
    metadata: { name: "p" },
    status: { phase: "Failed", containerStatuses: [{ name: "main", state: { terminated } }] },
  };
  expect(classify({ pod: lost, created: 0 }, OPTIONS)).toMatchObject(failed("evicted", /could not be located/));
});

test("what we end because its time ran out took too long, whatever its pod says of it", () => {
  const timed = { ...OPTIONS, timeout: 90_000 };
  const terminated = { exitCode: 9, reason: "Error", message: "got TERM" };
  const status = { phase: "Failed", containerStatuses: [{ name: "main", state: { terminated } }] };
  const pod: Pod = { metadata: { name: "p" }, status };
  const long = failed("timeout", /^ran longer than its timeout of 1m30s and was ended/);
  expect(classify({ pod, created: 0, expired: true }, timed)).toMatchObject(failed("timeout", /ends with:\ngot TERM$/));
  expect(classify({ pod: undefined, created: 0, expired: true, jobGone: true }, timed)).toMatchObject(long);
  const ended: Pod = { metadata: { name: "p" }, status: { phase: "Succeeded" } };
  expect(classify({ pod: ended, created: 0, expired: true }, timed)).toEqual(SUCCEEDED);
  expect(classify({ pod, created: 0, expired: true, stopping: true }, timed)).toMatchObject({
    outcome: { cause: "cancelled" },
  });
});
