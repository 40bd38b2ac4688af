import { expect, test } from "vitest";
import type { PlanTask } from "../../src/plan/plan.ts";
import { INT } from "../../src/types/type.ts";
import { drive } from "../harness/engine-driver.ts";
import {
  call,
  compute,
  exactly,
  failing,
  literal,
  map,
  plan,
  range,
  ref,
  retry,
  type TaskParts,
  task,
} from "../harness/plan-builder.ts";

const GIB = 2 ** 30;
const doubled = { memory: range(compute(ref("memory"), "*", literal(2), "size")) };

function run(parts: TaskParts, capacity = {}) {
  return drive(plan({ tasks: [task("a", parts)], body: [call("x", "a", { x: literal(3) })], result: ref("x") }), {
    capacity,
  });
}

const memory = (driver: ReturnType<typeof run>) => driver.latest.get("x")?.resources.memory?.request;

test("a failure without a matching line is for good", () => {
  const one = run({ retries: [retry("oom", 2)] });
  one.fail("x");
  expect(one.ended).toMatchObject({ status: "failed", failures: [{ attempts: 1, exit_code: 1 }] });
});

test("a retry grows the previous attempt's amounts until its budget is used up", () => {
  const one = run({ resources: { memory: exactly(GIB) }, retries: [retry("oom", 2, { overrides: doubled })] });
  expect(memory(one)).toBe(GIB);
  one.fail("x", { cause: "oom" });
  expect(memory(one)).toBe(2 * GIB);
  one.fail("x", { cause: "oom" });
  expect(memory(one)).toBe(4 * GIB);
  expect(one.latest.get("x")?.attempt).toBe(3);
  one.fail("x", { cause: "oom", exitCode: 137 });
  expect(one.ended?.failures).toMatchObject([{ cause: "oom", exit_code: 137, attempts: 3 }]);
});

test("out of memory, then eviction, then success: the third attempt keeps the second's memory and evictions use their own budget", () => {
  const one = run({
    resources: { memory: exactly(GIB) },
    retries: [retry("oom", 1, { overrides: doubled }), retry("evicted", 1)],
  });
  one.fail("x", { cause: "oom" });
  one.fail("x", { cause: "evicted" });
  expect(memory(one)).toBe(2 * GIB);
  one.fail("x", { cause: "oom" });
  expect(one.ended?.failures).toMatchObject([{ cause: "oom", attempts: 3 }]);
});

test("the first line that matches and has budget left applies, then the next", () => {
  const first = retry("oom", 1, { overrides: { cpu: exactly(2) } });
  const second = retry("any", 1, { overrides: { cpu: exactly(3) } });
  const one = run({ retries: [first, second] });
  one.fail("x", { cause: "oom" });
  expect(one.latest.get("x")?.resources.cpu?.request).toBe(2);
  one.fail("x", { cause: "oom" });
  expect(one.latest.get("x")?.resources.cpu?.request).toBe(3);
  one.fail("x", { cause: "oom" });
  expect(one.ended?.status).toBe("failed");
});

test("`any` does not match evictions", () => {
  const one = run({ retries: [retry("any", 5)] });
  one.fail("x", { cause: "evicted" });
  expect(one.ended?.failures).toMatchObject([{ cause: "evicted" }]);
});

test("`exit(…)` matches its codes only, and a kill without the kernel's mark is exit 137", () => {
  const retries = [retry("exit", 9, { codes: [75, 137] })];
  const one = run({ retries });
  one.fail("x", { exitCode: 75 });
  one.fail("x", { exitCode: 137 });
  expect(one.latest.get("x")?.attempt).toBe(3);
  one.fail("x", { exitCode: 1 });
  expect(one.ended?.status).toBe("failed");
  const other = run({ retries });
  other.fail("x", { cause: "oom", exitCode: 137 });
  expect(other.ended?.status).toBe("failed");
});

test("a budget of zero is legal and gives no retry", () => {
  const one = run({ retries: [retry("oom", 0)] });
  one.fail("x", { cause: "oom" });
  expect(one.ended?.status).toBe("failed");
});

test("what cannot succeed by trying again is not retried", () => {
  const one = run({ retries: [retry("any", 5), retry("start", 5)] });
  one.fail("x", { cause: "start", retryable: false, message: "no such command" });
  expect(one.ended?.failures).toMatchObject([{ cause: "start", attempts: 1, message: "no such command" }]);
});

test("a lost attempt costs no budget and is started anew", () => {
  const one = run({ retries: [] });
  for (let count = 0; count < 5; count++) one.end("x", { ok: false, cause: "lost" });
  expect(one.latest.get("x")?.attempt).toBe(6);
  one.ok("x", 1);
  expect(one.ended?.status).toBe("succeeded");
});

test("an attempt that somebody else cancelled is started anew", () => {
  const one = run({});
  one.end("x", { ok: false, cause: "cancelled" });
  expect(one.running()).toEqual(["x"]);
});

test("`after` waits for a fixed time, without holding a slot", () => {
  const waiting: PlanTask = task("a", { retries: [retry("any", 3, { after: { from: literal(5000) } })] });
  const body = [call("x", "a", { x: literal(1) }), call("y", "a", { x: literal(2) })];
  const one = drive(plan({ tasks: [waiting], body }), { capacity: { slots: 1 } });
  one.fail("x");
  expect(one.timers.get("retry 2 x")).toBe(one.time + 5000);
  expect(one.running()).toEqual(["y"]);
  one.fire();
  expect(one.running()).toEqual(["y"]);
  one.ok("y");
  expect(one.running()).toEqual(["x"]);
});

test("a retry that waits holds its lane in the window", () => {
  const waiting = task("a", { retries: [retry("any", 3, { after: { from: literal(5000) } })] });
  const body = [map("m", { items: literal([1, 2]), parallel: literal(1), body: [call("t", "a", { x: ref("e") })] })];
  const one = drive(plan({ tasks: [waiting], body }));
  one.fail('m["1"].t');
  expect(one.running()).toEqual([]);
  one.fire();
  expect(one.running()).toEqual(['m["1"].t']);
});

test("`after` doubles from the first to the second, by the uses of its own line", () => {
  const doubling = retry("any", 9, { after: { from: literal(1000), to: literal(5000) } });
  const one = run({ retries: [retry("oom", 1), doubling] });
  const delays: number[] = [];
  one.fail("x", { cause: "oom" });
  for (let count = 0; count < 5; count++) {
    one.fail("x");
    delays.push([...one.timers.values()][0]! - one.time);
    one.fire();
  }
  expect(delays).toEqual([1000, 2000, 4000, 5000, 5000]);
});

test("a timer that fires twice starts one attempt", () => {
  const one = run({ retries: [retry("any", 9, { after: { from: literal(10) } })] });
  one.fail("x");
  const timer = one.fire();
  one.send({ type: "timer-fired", timer });
  expect(one.starts).toEqual([["x"], ["x"]]);
});

test("retries are reported with the number of the next attempt", () => {
  const one = run({ retries: [retry("oom", 1)] });
  one.fail("x", { cause: "oom", message: "killed" });
  expect(one.reports).toContainEqual({
    type: "instance-retried",
    instance: "x",
    attempt: 2,
    cause: "oom",
    message: "killed",
    delay: 0,
  });
});

test("amounts are evaluated on the task's parameters", () => {
  const one = run({
    resources: {
      cpu: range(ref("x"), compute(ref("x"), "*", literal(2))),
      gpu: literal(1),
      node: [{ name: "disk", value: literal("ssd") }],
    },
  });
  expect(one.latest.get("x")?.resources).toEqual({
    cpu: { request: 3, limit: 6 },
    gpu: 1,
    node: [{ name: "disk", value: "ssd" }],
  });
});

test("the attempt's timeout comes with its start, and must be above zero", () => {
  expect(run({ timeout: literal(5000) }).latest.get("x")?.timeout).toBe(5000);
  expect(run({}).latest.get("x")).not.toHaveProperty("timeout");
  expect(run({ timeout: literal(0) }).ended?.failures).toMatchObject([{ cause: "expression", attempts: 0 }]);
});

test.each<[string, TaskParts["resources"], RegExp]>([
  ["a request above its limit", { cpu: range(literal(4), literal(2)) }, /`cpu` requests 4.*limit of 2/],
  ["a negative amount", { cpu: exactly(-1) }, /`cpu` is -1/],
  ["a fraction of a GPU", { gpu: literal(0.5) }, /`gpu` is 0.5.*whole number/],
  ["memory without a unit", { memory: exactly(512) }, /less than the least possible 4Mi/],
  ["a failed evaluation", { storage: range(failing) }, /./],
])("%s is a failure of the instance, before any attempt", (_, resources, message) => {
  const one = run({ resources: resources! });
  expect(one.starts).toEqual([]);
  expect(one.ended).toMatchObject({
    status: "failed",
    failures: [{ instance: "x", cause: "expression", attempts: 0 }],
  });
  expect(one.ended?.failures[0]?.message).toMatch(message);
});

test("a retry whose amounts cannot be worked out fails with both messages", () => {
  const one = run({ retries: [retry("oom", 2, { overrides: { cpu: exactly(-2) } })] });
  one.fail("x", { cause: "oom", message: "killed for memory" });
  expect(one.ended?.failures[0]).toMatchObject({ cause: "expression", attempts: 1 });
  expect(one.ended?.failures[0]?.message).toMatch(/`cpu` is -2.*killed for memory/);
});

test("in an override a resource's name means the previous amount even where a parameter has that name", () => {
  const named = task("a", {
    parameters: { memory: INT },
    resources: { memory: exactly(GIB) },
    retries: [retry("oom", 1, { overrides: doubled })],
  });
  const one = drive(plan({ tasks: [named], body: [call("x", "a", { memory: literal(7) })] }));
  one.fail("x", { cause: "oom" });
  expect(one.latest.get("x")?.resources.memory?.request).toBe(2 * GIB);
});
