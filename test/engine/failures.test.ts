import { expect, test } from "vitest";
import { FAILURE } from "../../src/types/type.ts";
import { makeRecord } from "../../src/types/value.ts";
import { drive, prepare } from "../harness/engine-driver.ts";
import {
  block,
  branch,
  call,
  check,
  compare,
  failing,
  letNode,
  literal,
  type MapParts,
  map,
  plan,
  ref,
  retry,
  task,
} from "../harness/plan-builder.ts";

const tasks = [task("a"), task("b")];
const lane = [call("t", "a", { x: ref("e") })];

function mapPlan(
  items: readonly number[],
  parts: Partial<MapParts> = {},
  more: Parameters<typeof plan>[0]["body"] = [],
) {
  return plan({
    tasks,
    body: [map("m", { items: literal(items), body: lane, result: ref("t"), ...parts }), ...more],
    result: ref("m"),
  });
}

test("an untolerated failure starts nothing new, lets running attempts end and keeps their results", () => {
  const run = drive(mapPlan([1, 2, 3, 4], { parallel: literal(2) }));
  run.fail('m["1"].t');
  expect(run.running()).toEqual(['m["2"].t']);
  expect(run.reports.filter(({ type }) => type === "run-failing")).toHaveLength(1);
  expect(run.ended).toBeNull();
  run.ok('m["2"].t', 5);
  expect(run.records.filter(({ type }) => type === "attempt-ended")).toHaveLength(2);
  expect(run.ended?.status).toBe("failed");
  expect(run.stops).toEqual([]);
});

test("a failed map says how many items failed of how many, and names the first", () => {
  const run = drive(mapPlan([1, 2, 3]));
  run.fail('m["2"].t', { message: "no disk" });
  run.fail('m["1"].t');
  run.ok('m["3"].t');
  expect(run.ended?.failures.map(({ instance }) => instance)).toEqual(['m["1"].t', 'm["2"].t', "m"]);
  expect(run.ended?.failures[2]?.message).toBe(
    "2 of 3 items failed. The first failure is that of item `2` (index 1): no disk",
  );
  expect(run.ended?.failures[1]).toMatchObject({ key: "2", index: 1, cause: "exit", exit_code: 1, attempts: 1 });
});

test("with `failFast` a failure also stops what is running, which then counts as cancelled", () => {
  const run = drive(mapPlan([1, 2, 3]), { failFast: true });
  run.fail('m["1"].t');
  expect(run.stops).toEqual(['m["2"].t', 'm["3"].t']);
  run.end('m["2"].t', { ok: false, cause: "cancelled" });
  run.ok('m["3"].t', 1);
  expect(run.ended).toMatchObject({ status: "failed", failures: [{ instance: 'm["1"].t' }, { instance: "m" }] });
});

test("other nodes of a failing run start nothing either", () => {
  const run = drive(mapPlan([1], {}, [call("x", "a", { x: literal(1) }), call("y", "b", { x: ref("x") })]));
  run.fail('m["1"].t');
  run.ok("x");
  expect(run.running()).toEqual([]);
  expect(run.ended?.status).toBe("failed");
});

test("a tolerated failure is absent from `ok`, null in `all` and present in `failed`", () => {
  const run = drive(mapPlan([1, 2, 3], { tolerate: { count: 1 } }));
  run.ok('m["3"].t', 30);
  run.fail('m["2"].t', { cause: "oom", exitCode: 137, message: "killed" });
  run.ok('m["1"].t', 10);
  const failed = makeRecord(
    Object.entries({ key: "2", index: 1, cause: "oom", exit_code: 137, message: "killed", attempts: 1 }),
  );
  expect(run.ended).toEqual({
    status: "succeeded",
    result: makeRecord([
      ["ok", [10, 30]],
      ["failed", [failed]],
      ["all", [10, null, 30]],
    ]),
    failures: [],
  });
  expect(run.records.filter(({ type }) => type === "map-ended")).toMatchObject([{ instance: "m", failed: [1] }]);
  expect(run.reports).toContainEqual(expect.objectContaining({ type: "instance-failed", tolerated: true }));
});

test("`tolerate 100%` may leave `ok` empty, with `failed` in list order", () => {
  const run = drive(mapPlan([1, 2], { tolerate: { percent: 100 } }));
  run.fail('m["2"].t');
  run.fail('m["1"].t');
  expect(run.ended).toMatchObject({
    status: "succeeded",
    result: { ok: [], failed: [{ key: "1" }, { key: "2" }], all: [null, null] },
  });
});

test("crossing the tolerance starts no more, lets running items end, then fails the map", () => {
  const run = drive(mapPlan([1, 2, 3, 4, 5], { tolerate: { count: 1 }, parallel: literal(3) }));
  run.fail('m["1"].t');
  expect(run.running()).toEqual(['m["2"].t', 'm["3"].t', 'm["4"].t']);
  run.fail('m["2"].t');
  expect(run.running()).toEqual(['m["3"].t', 'm["4"].t']);
  run.ok('m["3"].t');
  run.fail('m["4"].t');
  expect(run.ended?.failures.at(-1)?.message).toMatch(
    /^3 of 5 items failed \(`tolerate` allows 1\)\. .* item `1` \(index 0\)/,
  );
  expect(run.records.filter(({ type }) => type === "map-ended")).toEqual([]);
});

test("a lane whose check or value fails is a failed item that may be tolerated", () => {
  const body = [
    check("c", compare(ref("e"), "!=", literal(1)), literal("one")),
    letNode("v", ref("e")),
    call("t", "a", { x: ref("v") }, { after: ["c"] }),
  ];
  const run = drive(mapPlan([1, 3], { body, tolerate: { count: 1 } }));
  run.ok('m["3"].t', 3);
  expect(run.ended?.result).toMatchObject({
    ok: [3],
    failed: [{ key: "1", cause: "check", message: "one", attempts: 0 }],
  });
});

test("an inner map that fails fails its lane, which the outer map may tolerate", () => {
  const inner = map("n", {
    item: "f",
    items: literal([7, 8, 9]),
    parallel: literal(2),
    body: [call("t", "a", { x: ref("f") })],
    result: ref("t"),
  });
  const run = drive(mapPlan([1, 2], { body: [inner], result: ref("n"), tolerate: { count: 1 } }));
  run.fail('m["1"].n["8"].t', { message: "bad" });
  // The lane is held until what runs in it has ended.
  expect(run.running()).toEqual(['m["1"].n["7"].t', 'm["2"].n["7"].t', 'm["2"].n["8"].t']);
  run.ok('m["1"].n["7"].t');
  for (const key of ["7", "8", "9"]) run.ok(`m["2"].n["${key}"].t`, 1);
  expect(run.ended?.status).toBe("succeeded");
  expect(run.ended?.result).toMatchObject({ ok: [[1, 1, 1]], failed: [{ key: "1", index: 0, cause: "exit" }] });
  const message = expect.stringMatching(/^1 of 3 items failed\. .*item `8` \(index 1\): bad$/);
  expect(run.ended?.result).toMatchObject({ failed: [{ message }] });
});

test("a failed lane holds its place in the window until its other attempts have ended", () => {
  const body = [call("t", "a", { x: ref("e") }), call("u", "b", { x: ref("e") })];
  const run = drive(mapPlan([1, 2], { body, result: ref("u"), parallel: literal(1), tolerate: { count: 1 } }));
  run.fail('m["1"].t');
  expect(run.running()).toEqual(['m["1"].u']);
  run.ok('m["1"].u');
  expect(run.running()).toEqual(['m["2"].t', 'm["2"].u']);
});

test("a failure in a branch is that of the scope around it", () => {
  const run = drive(
    plan({
      tasks,
      body: [branch("b", literal(true), block([call("t", "a", { x: literal(1) }), letNode("v", ref("t"))]))],
    }),
  );
  run.fail("b.t");
  expect(run.ended).toMatchObject({ status: "failed", failures: [{ instance: "b.t" }] });
});

test("a map that cannot be laid out starts nothing", () => {
  const run = drive(mapPlan([1, 1]));
  expect(run.starts).toEqual([]);
  expect(run.ended).toMatchObject({ status: "failed", failures: [{ instance: "m", cause: "expression" }] });
  expect(drive(mapPlan([1, 2], { max: literal(1) })).starts).toEqual([]);
});

test("no retry is started while the run is failing", () => {
  const retried = [task("a", { retries: [retry("any", 5)] }), task("b")];
  const body = [call("x", "a", { x: literal(1) }), call("y", "b", { x: literal(1) })];
  const run = drive(plan({ tasks: retried, body }));
  run.fail("y");
  run.fail("x");
  expect(run.ended?.failures.map(({ instance }) => instance)).toEqual(["y", "x"]);
});

test("a retry that waits is dropped when the run turns failing", () => {
  const waiting = [task("a", { retries: [retry("any", 5, { after: { from: literal(1000) } })] }), task("b")];
  const run = drive(
    plan({ tasks: waiting, body: [call("x", "a", { x: literal(1) }), call("y", "b", { x: literal(1) })] }),
  );
  run.fail("x");
  run.fail("y");
  expect(run.ended?.status).toBe("failed");
});

test("long messages are cut", () => {
  const run = drive(plan({ tasks, body: [call("x", "a", { x: literal(1) })] }));
  run.fail("x", { message: `begin${"x".repeat(100_000)}end` });
  const message = run.ended?.failures[0]?.message ?? "";
  expect(message.length).toBeLessThanOrEqual(4096);
  expect(message).toMatch(/^begin.*end$/s);
  expect(JSON.stringify(run.records).length).toBeLessThan(20_000);
});

test("`finally` runs after success and failure alike, and sees how the run ended", () => {
  const notify = task("notify", { parameters: { status: { kind: "string" }, name: { kind: "string" } }, outputs: [] });
  const last = [
    call("n", "notify", {
      status: { op: "field", value: ref("run"), name: "status" },
      name: { op: "field", value: ref("run"), name: "name" },
    }),
  ];
  const source = plan({ tasks: [...tasks, notify], body: [call("x", "a", { x: literal(1) })], finally: last });
  const good = drive(source);
  good.ok("x");
  expect(good.latest.get("finally.n")?.parameters).toEqual(
    makeRecord([
      ["status", "succeeded"],
      ["name", "r1"],
    ]),
  );
  const bad = drive(source);
  bad.fail("x");
  expect(bad.latest.get("finally.n")?.parameters.status).toBe("failed");
  bad.fail("finally.n");
  expect(bad.ended).toMatchObject({ status: "failed", failures: [{ instance: "x" }, { instance: "finally.n" }] });
  good.fail("finally.n");
  expect(good.ended).toMatchObject({ status: "succeeded", failures: [{ instance: "finally.n" }] });
});

test("`finally` gets the failures as values", () => {
  const notify = task("notify", { parameters: { all: { kind: "list", element: FAILURE } }, outputs: [] });
  const last = [call("n", "notify", { all: { op: "field", value: ref("run"), name: "failures" } })];
  const run = drive(plan({ tasks: [...tasks, notify], body: [letNode("v", failing)], finally: last }));
  expect(run.latest.get("finally.n")?.parameters.all).toMatchObject([
    { key: "", index: 0, cause: "expression", exit_code: null },
  ]);
  expect(JSON.stringify(run.latest.get("finally.n")?.parameters)).not.toContain("instance");
});

test("cancel stops what runs, waits for its end, runs `finally` and ends as cancelled, not failed", () => {
  const source = plan({
    tasks,
    body: [map("m", { items: literal([1, 2, 3]), body: lane, tolerate: { percent: 100 }, parallel: literal(2) })],
    finally: [call("f", "b", { x: literal(0) })],
  });
  const run = drive(source);
  run.send({ type: "cancel-requested" });
  expect(run.stops).toEqual(['m["1"].t', 'm["2"].t']);
  expect(run.records.at(-1)?.type).toBe("cancel-requested");
  run.ok('m["1"].t', 1);
  run.end('m["2"].t', { ok: false, cause: "exit", exitCode: 143, message: "terminated" });
  expect(run.running()).toEqual(["finally.f"]);
  run.ok("finally.f");
  expect(run.ended).toEqual({ status: "cancelled", result: undefined, failures: [] });
  expect(run.records).toContainEqual(
    expect.objectContaining({ type: "attempt-ended", outcome: { ok: true, value: 1 } }),
  );
});

test("a second cancel stops `finally` too", () => {
  const run = drive(
    plan({
      tasks,
      body: [call("x", "a", { x: literal(1) })],
      finally: [call("f", "b", { x: literal(0) }), call("g", "b", { x: ref("f") })],
    }),
  );
  run.send({ type: "cancel-requested" });
  run.end("x", { ok: false, cause: "cancelled" });
  run.send({ type: "cancel-requested" });
  expect(run.stops).toEqual(["x", "finally.f"]);
  run.end("finally.f", { ok: false, cause: "cancelled" });
  expect(run.ended).toEqual({ status: "cancelled", result: undefined, failures: [] });
});

test("a second cancel before `finally` leaves it out", () => {
  const run = drive(
    plan({ tasks, body: [call("x", "a", { x: literal(1) })], finally: [call("f", "b", { x: literal(0) })] }),
  );
  run.send({ type: "cancel-requested" });
  run.send({ type: "cancel-requested" });
  run.end("x", { ok: false, cause: "cancelled" });
  expect(run.ended?.status).toBe("cancelled");
});

test("a run that is cancelled before it starts runs `finally` only", () => {
  const run = prepare(
    plan({ tasks, body: [call("x", "a", { x: literal(1) })], finally: [call("f", "b", { x: literal(0) })] }),
  );
  run.send({ type: "cancel-requested" });
  run.send({ type: "run-started" });
  expect(run.starts).toEqual([["finally.f"]]);
  run.ok("finally.f");
  expect(run.ended?.status).toBe("cancelled");
});

test("the pipeline's timeout stops what runs and fails the run", () => {
  const run = drive(plan({ tasks, body: [call("x", "a", { x: literal(1) })], timeout: literal(60_000) }));
  expect(run.timers.get("timeout")).toBe(run.time + 60_000);
  run.fire();
  expect(run.stops).toEqual(["x"]);
  run.end("x", { ok: false, cause: "cancelled" });
  expect(run.ended).toMatchObject({ status: "failed", failures: [{ instance: "", cause: "timeout" }] });
  expect(run.ended?.failures[0]?.message).toContain("60 s");
});

test("the pipeline's timeout also stops a run that is failing, and leaves `finally` alone", () => {
  const run = drive(
    plan({
      tasks,
      body: [call("x", "a", { x: literal(1) }), call("y", "a", { x: literal(2) })],
      timeout: literal(60_000),
      finally: [call("f", "b", { x: literal(0) })],
    }),
  );
  run.fail("x");
  run.fire();
  expect(run.stops).toEqual(["y"]);
  run.end("y", { ok: false, cause: "cancelled" });
  run.send({ type: "timer-fired", timer: "timeout" });
  expect(run.stops).toEqual(["y"]);
  run.ok("finally.f");
  expect(run.ended?.failures.map(({ instance }) => instance)).toEqual(["x"]);
});
