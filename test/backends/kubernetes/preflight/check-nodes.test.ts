import { expect, test } from "vitest";
import { type ClusterNode, checkNodes } from "../../../../src/backends/kubernetes/preflight/check-nodes.ts";
import type { PodShape, PodSpec } from "../../../../src/backends/kubernetes/preflight/pod-shape.ts";

const node = (name: string, more: Partial<ClusterNode> = {}): ClusterNode => ({
  name,
  labels: { "kubernetes.io/hostname": name },
  taints: [],
  allocatable: { cpu: "4", memory: "16Gi" },
  images: [],
  ...more,
});

const gpuNode = node("g", {
  labels: { "gpu.product": "A100", disktype: "ssd" },
  taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
  allocatable: { cpu: "8", memory: "64Gi", "nvidia.com/gpu": "2" },
});

function pod(requests: Record<string, string>, spec: Partial<PodSpec> = {}, who = "step `train`"): PodShape {
  const containers = [{ name: "task", resources: { requests } }];
  return { name: "p", who, labels: {}, annotations: {}, spec: { containers, ...spec } };
}

const look = (nodes: readonly ClusterNode[], each: PodShape, growth: Record<string, number> = {}) =>
  checkNodes(nodes, [each], new Map([[each, new Map(Object.entries(growth))]]));

test("nothing is said of a pod that one node is right for", () => {
  expect(look([node("a"), gpuNode], pod({ cpu: "4" }))).toEqual([]);
  const tolerations = [{ key: "nvidia.com/gpu", operator: "Exists" }];
  expect(look([node("a"), gpuNode], pod({ "nvidia.com/gpu": "2" }, { tolerations }))).toEqual([]);
});

test("a label that no node has is told with the values there are, or a near name", () => {
  const [value] = look([node("a"), gpuNode], pod({}, { nodeSelector: { disktype: "nvme" } }));
  expect(value).toMatchObject({
    code: "no-matching-node",
    severity: "error",
    help: "values of `disktype` here are `ssd`",
  });
  const [name] = look([gpuNode], pod({}, { nodeSelector: { disktyp: "ssd" } }));
  expect(name).toMatchObject({ code: "no-matching-node", help: "Did you mean `disktype`?" });
});

test("labels that are never on one node are told together", () => {
  const [found] = look(
    [node("a"), gpuNode],
    pod({}, { nodeSelector: { "kubernetes.io/hostname": "a", disktype: "ssd" } }),
  );
  expect(found?.message).toContain("no node has all of them");
});

test("a taint is told with the toleration that would be right, and only where the pod could else run", () => {
  const [found, ...more] = look([node("a"), gpuNode], pod({ "nvidia.com/gpu": "1" }));
  expect(more).toEqual([]);
  expect(found).toMatchObject({ code: "taint-not-tolerated", severity: "error" });
  expect(found?.message).toContain("`nvidia.com/gpu=present:NoSchedule`");
  expect(found?.help).toContain('{ key: "nvidia.com/gpu", operator: "Equal", value: "present", effect: "NoSchedule" }');
});

test("a toleration of another value or effect does not help", () => {
  for (const toleration of [
    { key: "nvidia.com/gpu", operator: "Equal", value: "other" },
    { key: "nvidia.com/gpu", operator: "Exists", effect: "NoExecute" },
  ])
    expect(look([gpuNode], pod({}, { tolerations: [toleration] }))).toHaveLength(1);
  expect(look([gpuNode], pod({}, { tolerations: [{ operator: "Exists" }] }))).toEqual([]);
});

test("a node that is cordoned is a warning", () => {
  const cordoned = node("a", { taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }] });
  expect(look([cordoned], pod({}))).toMatchObject([{ code: "taint-not-tolerated", severity: "warning" }]);
});

test("an amount that no node has is told with the largest there is", () => {
  const [found] = look([node("a")], pod({ memory: "32Gi" }));
  expect(found).toMatchObject({ code: "no-large-node", severity: "error" });
  expect(found?.message).toBe(
    "step `train` asks for 32Gi of `memory`, and the largest node that it may run on has 16Gi",
  );
});

test("a device that no node offers is told with those that are", () => {
  const [found] = look([gpuNode], pod({ "amd.com/gpu": "1" }));
  expect(found).toMatchObject({ code: "no-large-node", help: "nodes have `nvidia.com/gpu`" });
});

test("where nodes are added as they are needed, the pods wait", () => {
  const pool = node("a", { labels: { "karpenter.sh/nodepool": "default" } });
  const [found] = look([pool], pod({ "nvidia.com/gpu": "1" }));
  expect(found).toMatchObject({ severity: "warning" });
  expect(found?.message).toContain("until the cluster adds such a node");
});

test("what a task may grow to by retries is a warning of its own", () => {
  expect(look([node("a")], pod({ memory: "8Gi" }), { memory: 2 ** 34 })).toEqual([]);
  expect(look([node("a")], pod({ memory: "8Gi" }), { memory: 2 ** 35 })).toMatchObject([
    { code: "growth-too-large", severity: "warning", message: expect.stringContaining("32Gi of memory") },
  ]);
});

test.each([
  ["In", ["ssd"], true],
  ["In", ["hdd"], false],
  ["NotIn", ["ssd"], false],
  ["Exists", [], true],
  ["DoesNotExist", [], false],
] as const)("required node affinity counts: %s %j", (operator, values, fits) => {
  const nodeSelectorTerms = [{ matchExpressions: [{ key: "disktype", operator, values }] }];
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
  const tolerations = [{ operator: "Exists" }];
  expect(look([gpuNode], pod({}, { affinity, tolerations })).length === 0).toBe(fits);
});
