import { expect, test } from "vitest";
import { type ClusterAttempt, leaveJob, newAttempt, shareJob } from "../../../src/backends/kubernetes/attempt.ts";
import { countTogether } from "../../../src/backends/kubernetes/build-job.ts";
import type { ContainerState, Pod } from "../../../src/backends/kubernetes/objects.ts";
import { turnIn, turnOf } from "../../../src/backends/kubernetes/shared-pod.ts";
import { DEFAULT_KUBERNETES_PROFILE } from "../../../src/config/kubernetes-profile.ts";
import type { AttemptContext } from "../../../src/emit/jobs/attempt-job.ts";
import type { Start } from "../../../src/engine/protocol.ts";
import type { PlanTask } from "../../../src/plan/plan.ts";

const ended = (exitCode: number, reason = exitCode === 0 ? "Completed" : "Error"): ContainerState => ({
  terminated: { exitCode, reason },
});
const waiting: ContainerState = { waiting: { reason: "PodInitializing" } };
const running: ContainerState = { running: {} };

/** A pod of three attempts. */
function podWith(phase: string, ...[one = waiting, two = waiting, three = waiting]: ContainerState[]): Pod {
  return {
    metadata: { name: "p" },
    spec: { initContainers: [{ name: "sluice-x" }, { name: "item-1" }, { name: "item-2" }] },
    status: {
      phase,
      initContainerStatuses: [
        { name: "sluice-x", state: ended(0) },
        { name: "item-1", state: one },
        { name: "item-2", state: two },
      ],
      containerStatuses: [{ name: "task", state: three }],
    },
  };
}

const turns = (pod: Pod) => ["item-1", "item-2", "task"].map((container) => turnIn(pod, container));

test.each([
  ["nothing has begun", podWith("Pending"), ["turn", "behind", "behind"]],
  ["the second runs", podWith("Pending", ended(0), running), ["done", "turn", "behind"]],
  ["the second failed", podWith("Failed", ended(0), ended(3)), ["done", "turn", "behind"]],
  ["the last runs", podWith("Running", ended(0), ended(0), running), ["done", "done", "turn"]],
  ["all ended well", podWith("Succeeded", ended(0), ended(0), ended(0)), ["done", "done", "done"]],
  ["the pod ended between two", podWith("Failed", ended(0), waiting), ["done", "behind", "behind"]],
  ["its node did not take it", podWith("Failed"), ["turn", "behind", "behind"]],
  ["the second cannot be started", podWith("Failed", ended(0), ended(128, "StartError")), ["done", "turn", "behind"]],
  ["its node lost the first", podWith("Failed", ended(0, "ContainerStatusUnknown")), ["turn", "behind", "behind"]],
])("of those that share a pod one has its turn: %s", (_, pod, expected) => {
  expect(turns(pod)).toEqual(expected);
});

function makeAttempts(count: number, task: object = { parameters: [], outputs: [], resources: {} }): ClusterAttempt[] {
  const shared = task as PlanTask;
  return Array.from({ length: count }, (_, i) => {
    const instance = `all["${i}"].work`;
    const start = { instance, attempt: 1, resources: {} } as unknown as Start;
    return newAttempt({ name: `a${i}`, instance, attempt: 1, task: shared, state: "queued", start });
  });
}

test("those that share a pod are known by their containers, and one that leaves is as it was", () => {
  const attempts = makeAttempts(3);
  shareJob(attempts);
  expect(attempts.map(({ job, container }) => [job, container])).toEqual([
    ["a0", "item-1"],
    ["a0", "item-2"],
    ["a0", "task"],
  ]);
  const third = attempts[2]!;
  Object.assign(third, { pod: podWith("Failed"), jobUid: "u", state: "open" });
  leaveJob(third);
  expect(attempts).toHaveLength(2);
  expect(third).toMatchObject({ job: "a2", container: "task", state: "queued", shared: false, pod: undefined });
  expect(third.mates).toEqual([third]);
});

test("without a pod the first waits for it, and only those whose turn had come are struck by its loss", () => {
  const [first, second, third] = makeAttempts(3) as [ClusterAttempt, ClusterAttempt, ClusterAttempt];
  shareJob([first, second, third]);
  const all = () => [first, second, third].map((each) => turnOf(each, 5));
  expect(all()).toEqual(["turn", "behind", "behind"]);
  const pod = podWith("Pending", ended(0), running);
  for (const each of first.mates) each.pod = pod;
  expect(all()).toEqual(["done", "turn", "behind"]);
  expect(second.created).toBe(5);
  for (const each of first.mates) Object.assign(each, { pod: undefined, remembered: { ran: true } });
  expect([second, third].map((each) => turnOf(each, 6))).toEqual(["turn", "behind"]);
});

test("equal requests share a pod, up to what a pod can tell of its results", () => {
  const context = { profile: DEFAULT_KUBERNETES_PROFILE } as AttemptContext;
  const count = (task: object, attempts = makeAttempts(30, { parameters: [], resources: {}, ...task })) =>
    countTogether(attempts, context);
  const output = (kind: string) => [{ name: null, type: { kind } }];
  expect(count({ outputs: [] })).toBe(20);
  expect(count({ outputs: output("int") })).toBe(20);
  // Three messages of 4 KiB are all that the node keeps whole.
  expect(count({ outputs: output("string") })).toBe(3);
  expect(count({ outputs: output("file") })).toBe(1);
  expect(count({ outputs: [], cache: {} })).toBe(1);
  expect(count({ outputs: [], parameters: [{ name: "f", type: { kind: "file" } }] })).toBe(1);
  expect(count({ outputs: [], pod: { containers: [{ lifecycle: {} }] } })).toBe(1);
  const attempts = makeAttempts(5);
  Object.assign(attempts[2]!, { start: { ...attempts[2]!.start, resources: { gpu: 1 } } });
  expect(countTogether(attempts, context)).toBe(2);
});
