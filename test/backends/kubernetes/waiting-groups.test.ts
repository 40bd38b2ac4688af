import { expect, test } from "vitest";
import type { Job } from "../../../src/backends/kubernetes/look.ts";
import type { Pod } from "../../../src/backends/kubernetes/objects.ts";
import { type PodEvent, tellingEvent, tellingState, type Waiting } from "../../../src/backends/kubernetes/pod-facts.ts";
import { selectWaiting } from "../../../src/backends/kubernetes/read-waiting.ts";
import { describeGroup, groupWaiting } from "../../../src/backends/kubernetes/waiting-groups.ts";
import { readTimelines } from "./observed-timelines.ts";

const timelines = readTimelines();

/** The last reason to wait that a recorded timeline shows. */
function observed(name: string): Waiting {
  const steps = timelines.get(name);
  if (!steps) throw new Error(`no timeline ${name}`);
  const events = steps.flatMap((step) => ("event" in step ? [step.event] : []));
  const states = steps.flatMap((step) => ("pod" in step ? (tellingState(step.pod) ?? []) : []));
  const told = states.at(-1) ?? tellingEvent(events);
  if (!told) throw new Error(`${name} waits for nothing`);
  return told;
}

test.each([
  [
    "unsched",
    /^1 pod waits: 0\/11 nodes are available: 1 Insufficient cpu, 10 node\(s\) had untolerated taint\(s\) \(a\)$/,
  ],
  ["no-pvc", /^1 pod waits: 0\/11 nodes are available: persistentvolumeclaim "nope" not found\. not found \(a\)$/],
  ["img-pull", /^1 pod waits: the image `cluster\.test\/none:1` cannot be pulled: failed to pull and unpack.*\(a\)$/],
  ["no-sa", /^1 pod waits: error looking up service account c\/nope: serviceaccount "nope" not found \(a\)$/],
  ["no-cm-env", /^1 pod waits: configmap "nope" not found \(CreateContainerConfigError\) \(a\)$/],
  ["no-cm-vol", /^1 pod waits: .*configmap "nope" not found \(FailedMount\) \(a\)$/],
] as const)("what a real cluster says of %s is one line", (name, line) => {
  const [group, ...more] = groupWaiting([["a", observed(name)]]);
  expect(more).toEqual([]);
  expect(describeGroup(group!)).toMatch(line);
});

const waiting = (reason: string, message: string): Waiting => ({ reason, message, permanent: false });

test("pods with the same reason share a line, though numbers and names of pods in it differ", () => {
  const gpus = (nodes: number) =>
    waiting(
      "Unschedulable",
      `0/${nodes} nodes are available: ${nodes} Insufficient nvidia.com/gpu. preemption: 0/3 no.`,
    );
  const quota = (pod: string, used: number) =>
    waiting(
      "QuotaExceeded",
      `Error creating: pods "${pod}" is forbidden: exceeded quota: small, requested: pods=1, used: pods=${used}, limited: pods=9`,
    );
  const pull = "cannot resolve";
  const image = [
    waiting("ErrImagePull", `failed to pull and unpack image "acme/tool:9": ${pull}`),
    waiting(
      "ImagePullBackOff",
      `Back-off pulling image "acme/tool:9": ErrImagePull: failed to pull and unpack image "acme/tool:9": ${pull}`,
    ),
  ] as const;
  const groups = groupWaiting([
    ['train["a"]', gpus(3)],
    ["all[1].work", quota("all-1-", 8)],
    ['train["b"]', gpus(4)],
    ["load", image[0]],
    ["all[2].work", quota("all-2-", 9)],
    ["store", image[1]],
    ["other", waiting("CreateContainerConfigError", 'secret "token" not found')],
  ]);
  expect(groups.map(describeGroup)).toEqual([
    '2 pods wait: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu (train["a"])',
    "2 pods wait: exceeded quota: small, requested: pods=1, used: pods=8, limited: pods=9 (all[1].work)",
    '2 pods wait: the image `acme/tool:9` cannot be pulled: failed to pull and unpack image "acme/tool:9": cannot resolve (load)',
    '1 pod waits: secret "token" not found (CreateContainerConfigError) (other)',
  ]);
});

function job(name: string, more: { suspend?: boolean; labels?: Record<string, string>; ended?: boolean } = {}): Job {
  const { suspend, labels = {}, ended = false } = more;
  return {
    metadata: { name, uid: `uid of ${name}`, labels, annotations: { "sluice.dev/instance": `step.${name}` } },
    spec: { ...(suspend !== undefined && { suspend }) },
    status: { conditions: ended ? [{ type: "Complete", status: "True" }] : [] },
  };
}

function pod(name: string, status: Pod["status"]): Pod {
  const labels = { "batch.kubernetes.io/job-name": name };
  const annotations = { "sluice.dev/instance": `step.${name}` };
  return { metadata: { name: `${name}-x`, uid: `uid of ${name}-x`, labels, annotations }, ...(status && { status }) };
}

test("pods that cannot begin and Jobs without pods are found, and only those", () => {
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "no room" }];
  const pods = [
    pod("a", { phase: "Pending", conditions }),
    pod("b", { phase: "Running" }),
    pod("c", {
      phase: "Pending",
      containerStatuses: [{ name: "task", state: { waiting: { reason: "ContainerCreating" } } }],
    }),
  ];
  const queue = { "kueue.x-k8s.io/queue-name": "batch" };
  const jobs = [
    ...["a", "b", "c"].map((name) => job(name)),
    job("queued", { suspend: true, labels: queue }),
    job("fence", { suspend: true, labels: { "sluice.dev/fence": "true" } }),
    job("full"),
    job("over", { ended: true }),
  ];
  const event = (reason: string, message: string): PodEvent[] => [{ type: "Warning", reason, message }];
  const before = selectWaiting(pods, jobs, new Map());
  expect(before.waiting.map(([instance]) => instance)).toEqual(["step.a", "step.queued"]);
  expect(before.unclear).toBe(true);
  const events = new Map([
    ["uid of c-x", event("FailedMount", "volume is missing")],
    ["uid of full", event("FailedCreate", 'Error creating: pods "x-" is forbidden: exceeded quota: q')],
  ]);
  const after = selectWaiting(pods, jobs, events);
  expect(groupWaiting(after.waiting).map(describeGroup)).toEqual([
    "1 pod waits: no room (step.a)",
    "1 pod waits: volume is missing (FailedMount) (step.c)",
    "1 pod waits: queue `batch` has not let it in yet (step.queued)",
    "1 pod waits: exceeded quota: q (step.full)",
  ]);
});
