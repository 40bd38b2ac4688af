import { expect, test } from "vitest";
import { parseAmount, podAmounts, printAmount } from "../../../../src/backends/kubernetes/preflight/amounts.ts";

test.each([
  ["500m", 0.5],
  ["2", 2],
  ["1e3", 1000],
  ["16Gi", 16 * 2 ** 30],
  ["1.5G", 1.5e9],
  ["24632884Ki", 24632884 * 1024],
  [".5", 0.5],
  ["100n", 1e-7],
])("%s is %d", (text, amount) => {
  expect(parseAmount(text)).toBeCloseTo(amount, 9);
});

test.each(["", "x", "1 Gi", "1KiB", "--1", "Gi"])("%j is no amount", (text) => {
  expect(parseAmount(text)).toBeUndefined();
});

test("amounts are shown in the unit of their resource", () => {
  expect(printAmount("requests.cpu", 0.25)).toBe("250m");
  expect(printAmount("limits.memory", 2 ** 30)).toBe("1Gi");
  expect(printAmount("requests.nvidia.com/gpu", 8)).toBe("8");
  expect(printAmount("memory", -5)).toBe("0");
});

const container = (cpu: string, more: object = {}) => ({ name: cpu, resources: { requests: { cpu } }, ...more });

test("a pod asks for its containers together with its sidecars", () => {
  const spec = { initContainers: [container("100m", { restartPolicy: "Always" })], containers: [container("1")] };
  expect(podAmounts(spec).get("cpu")).toBeCloseTo(1.1);
});

test("an init container counts alone, beside the sidecars before it", () => {
  const side = container("100m", { restartPolicy: "Always" });
  const spec = { containers: [container("1")] };
  expect(podAmounts({ ...spec, initContainers: [container("3"), side] }).get("cpu")).toBeCloseTo(3);
  expect(podAmounts({ ...spec, initContainers: [side, container("3")] }).get("cpu")).toBeCloseTo(3.1);
});

test("a limit without a request is the request", () => {
  const spec = { containers: [{ name: "a", resources: { limits: { memory: "1Gi", "amd.com/gpu": "2" } } }] };
  expect(Object.fromEntries(podAmounts(spec))).toEqual({ memory: 2 ** 30, "amd.com/gpu": 2 });
});
