import { expect, test } from "vitest";
import type { PlanTask } from "../../src/plan/plan.ts";
import { largestRequests, retrySchedules } from "../../src/plan/retry-schedule.ts";
import { planOf } from "./plan-of.ts";

function taskOf(statements: string, parameters = ""): PlanTask {
  const argument = parameters === "" ? "" : "4Gi";
  return planOf(
    `task t(${parameters}) { image "x:1" run ["t"${parameters === "" ? "" : ", m"}] ${statements} } pipeline p() { do t(${argument}) }`,
  ).tasks[0]!;
}

const growth = (statements: string, parameters = "") =>
  retrySchedules(taskOf(statements, parameters)).map((schedule) => schedule.growth);

test("memory grows attempt by attempt until it stays", () => {
  expect(growth("resources { memory: 16Gi } retry oom 2 { memory: memory * 2 }")).toEqual([
    [{ amount: "memory", steps: ["16Gi", "32Gi", "64Gi"] }],
  ]);
  expect(growth("resources { memory: 16Gi } retry oom 9 { memory: min(memory * 2, 64Gi) }")).toEqual([
    [{ amount: "memory", steps: ["16Gi", "32Gi", "64Gi"] }],
  ]);
});

test("a long schedule shows its beginning and its end", () => {
  const [schedule] = growth("resources { memory: 1Gi } retry oom 8 { memory: memory * 2 }");
  expect(schedule?.[0]?.steps).toEqual(["1Gi", "2Gi", "4Gi", "8Gi", "…", "256Gi"]);
});

test("where the run decides, the expressions stand", () => {
  expect(growth("resources { memory: m } retry oom 2 { memory: memory * 2 }", "m: Size")).toEqual([
    [{ amount: "memory", steps: ["m", "memory * 2"] }],
  ]);
});

test("delays double from the first to the last, which stands once", () => {
  const delays = (line: string) => retrySchedules(taskOf(line)).map((schedule) => schedule.delays);
  expect(delays("retry exit(1) 20 after 15s..10min")).toEqual([["15s", "30s", "1min", "2min", "…", "10min"]]);
  expect(delays("retry exit(1) 2 after 30s..10min")).toEqual([["30s", "1min"]]);
  expect(delays("retry exit(1) 5 after 10s")).toEqual([["10s"]]);
  expect(delays("retry exit(1) 5")).toEqual([[]]);
});

test("causes are printed as written", () => {
  expect(retrySchedules(taskOf("retry exit(1, 2) 1 retry any 2")).map(({ cause, count }) => [cause, count])).toEqual([
    ["exit(1, 2)", "1"],
    ["any", "2"],
  ]);
});

test("the largest request is that of the worst order of failures", () => {
  const memory = (statements: string) => largestRequests(taskOf(statements)).get("memory");
  const Gi = 2 ** 30;
  expect(memory("resources { memory: 1Gi }")).toBe(Gi);
  expect(memory("resources { memory: 1Gi } retry oom 3 { memory: memory * 2 }")).toBe(8 * Gi);
  // Adding first and doubling then is more than doubling first.
  expect(
    memory("resources { memory: 1Gi } retry oom 1 { memory: memory * 2 } retry exit(9) 1 { memory: memory + 1Gi }"),
  ).toBe(4 * Gi);
  expect(memory("resources { memory: 1Gi } retry oom 1000000 { memory: min(memory * 2, 64Gi) }")).toBe(64 * Gi);
});

test("an amount that the run decides is not bounded, one that is never asked for is not there", () => {
  const requests = largestRequests(taskOf("resources { memory: m, cpu: min(2.0, 4) }", "m: Size"));
  expect([...requests]).toEqual([
    ["cpu", 2],
    ["memory", null],
  ]);
});
