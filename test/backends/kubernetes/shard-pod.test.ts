import { expect, test } from "vitest";
import type { Pod } from "../../../src/backends/kubernetes/objects.ts";
import { selectWaiting } from "../../../src/backends/kubernetes/read-waiting.ts";
import { attemptOf, givingPatch, keepingPatch } from "../../../src/backends/kubernetes/shard-pod.ts";
import { homeOf, projectPod } from "../../../src/backends/kubernetes/watch-run.ts";

const POD: Pod = {
  metadata: {
    name: "s-7-x",
    uid: "u",
    resourceVersion: "5",
    labels: {
      "batch.kubernetes.io/job-name": "s",
      "sluice.dev/shard": "true",
      "batch.kubernetes.io/job-completion-index": "7",
    },
    finalizers: ["batch.kubernetes.io/job-tracking"],
    ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "s", uid: "j" }],
  },
  spec: { schedulingGates: [{ name: "sluice.dev/item" }, { name: "other.io/gate" }] },
  status: { phase: "Pending" },
};

test("a pod is given away if it is as it was seen: our gate goes, our finalizer comes, those of others stay", () => {
  const labels = { "sluice.dev/attempt": "1" };
  const annotations = { "sluice.dev/instance": "a", "sluice.dev/task": "t", "sluice.dev/timeout": "5s" };
  expect(givingPatch(projectPod(POD), { labels, annotations })).toEqual({
    metadata: {
      ...{ uid: "u", resourceVersion: "5", labels, annotations },
      finalizers: ["batch.kubernetes.io/job-tracking", "sluice.dev/harvest"],
    },
    spec: { schedulingGates: [{ name: "other.io/gate" }] },
  });
  const given = { ...POD, metadata: { ...POD.metadata, labels: { ...POD.metadata.labels, ...labels }, annotations } };
  expect(attemptOf(projectPod(POD))).toBeUndefined();
  expect(attemptOf(projectPod(given))).toEqual({ instance: "a", attempt: 1, task: "t", timeout: 5000 });
});

test("attempts are found by their pod, and one that is kept belongs to the run as well", () => {
  expect(homeOf(projectPod(POD))).toBe("s-7-x");
  const root = { name: "main-1", uid: "r" };
  const { ownerReferences = [] } = POD.metadata;
  const kept = { ownerReferences: [...ownerReferences, { apiVersion: "v1", kind: "ConfigMap", ...root }] };
  expect(keepingPatch(root)(projectPod(POD).metadata)).toEqual(kept);
  expect(keepingPatch(root)({ ...POD.metadata, ...kept })).toEqual(kept);
});

test("a pod that is nobody's does not wait", () => {
  expect(selectWaiting([POD], [], new Map())).toEqual({ waiting: [], unclear: false });
});
