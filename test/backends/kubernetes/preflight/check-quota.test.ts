import { expect, test } from "vitest";
import {
  checkLimitRanges,
  checkQuotas,
  type ResourceQuota,
} from "../../../../src/backends/kubernetes/preflight/check-quota.ts";
import type { PodShape, PodSpec } from "../../../../src/backends/kubernetes/preflight/pod-shape.ts";
import type { PlanBounds } from "../../../../src/plan/plan.ts";

function pod(requests: Record<string, string>, limits = requests, spec: Partial<PodSpec> = {}): PodShape {
  const containers = [{ name: "task", resources: { requests, limits } }];
  return { name: "p", who: "step `train`", labels: {}, annotations: {}, spec: { containers, ...spec } };
}

const bounds = (peak: Partial<PlanBounds["peak"]>): PlanBounds => ({
  pods: 10,
  attempts: 10,
  peak: { pods: 4, cpu: 4, memory: 2 ** 32, gpu: 0, ...peak },
});

const quota = (hard: Record<string, string>, used: Record<string, string> = {}, spec = {}): ResourceQuota => ({
  metadata: { name: "q" },
  spec: { hard, ...spec },
  status: { hard, used },
});

const look = (each: ResourceQuota, shape: PodShape, peak: Partial<PlanBounds["peak"]> = {}) =>
  checkQuotas([each], [shape], bounds(peak), "nvidia.com/gpu");

test("one pod that is larger than the quota is an error", () => {
  const found = look(quota({ "limits.memory": "1Gi" }), pod({ memory: "512Mi" }, { memory: "2Gi" }));
  expect(found).toMatchObject([{ code: "quota-too-small", severity: "error" }]);
  expect(found[0]?.message).toBe("step `train` asks for 2Gi of limits.memory, and quota `q` allows 1Gi in all");
});

test("room for less than runs at once is a warning that says how much there is", () => {
  const found = look(quota({ pods: "10", "requests.cpu": "8" }, { pods: "7", "requests.cpu": "1" }), pod({ cpu: "1" }));
  expect(found.map(({ code, severity, message }) => ({ code, severity, message }))).toEqual([
    {
      code: "quota-below-peak",
      severity: "warning",
      message: "quota `q` has 3 of 10 pods left, and the run uses up to 4 at once: steps that find no room wait",
    },
  ]);
});

test("what only the run knows is not checked", () => {
  const found = look(quota({ "count/jobs.batch": "10" }), pod({}), { pods: null });
  expect(found).toMatchObject([{ severity: "not-checked", message: expect.stringContaining("known only in the run") }]);
});

test("graphics processors are counted under the profile's resource", () => {
  const found = look(quota({ "requests.nvidia.com/gpu": "2" }), pod({ "nvidia.com/gpu": "1" }), { gpu: 4 });
  expect(found).toMatchObject([{ code: "quota-below-peak", severity: "warning" }]);
});

test.each([
  [{ scopes: ["Terminating"] }, {}, 0],
  [{ scopes: ["Terminating"] }, { activeDeadlineSeconds: 5 }, 1],
  [{ scopes: ["NotTerminating"] }, { activeDeadlineSeconds: 5 }, 0],
  [{ scopes: ["BestEffort"] }, {}, 0],
  [{ scopes: ["NotBestEffort"] }, {}, 1],
  [
    { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
    { priorityClassName: "high" },
    1,
  ],
  [{ scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } }, {}, 0],
] as const)("a quota counts only pods of its scope: %j %j", (scope, spec, count) => {
  expect(look(quota({ pods: "1" }, {}, scope), pod({ cpu: "1" }, { cpu: "1" }, spec))).toHaveLength(count);
});

test("a LimitRange's bounds hold for each container and for the pod", () => {
  const range = (type: string, more: object) => [{ metadata: { name: "l" }, spec: { limits: [{ type, ...more }] } }];
  const shape = pod({ memory: "64Mi" }, { memory: "2Gi" });
  expect(
    checkLimitRanges(range("Container", { min: { memory: "128Mi" }, max: { memory: "1Gi" } }), [shape]),
  ).toMatchObject([
    { code: "limit-range", message: expect.stringContaining("at least 128Mi for each container") },
    { code: "limit-range", message: expect.stringContaining("at most 1Gi for each container") },
  ]);
  expect(checkLimitRanges(range("Pod", { max: { memory: "4Gi" } }), [shape])).toEqual([]);
  expect(checkLimitRanges(range("PersistentVolumeClaim", { max: { storage: "1" } }), [shape])).toEqual([]);
});
