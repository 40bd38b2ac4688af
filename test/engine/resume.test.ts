import { expect, test } from "vitest";
import type { JournalRecord } from "../../src/engine/protocol.ts";
import { foldJournal } from "../../src/engine/recorded.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { drive, prepare, resume } from "../harness/engine-driver.ts";
import {
  call,
  check,
  compare,
  compute,
  exactly,
  literal,
  type MapParts,
  map,
  plan,
  range,
  ref,
  retry,
  task,
} from "../harness/plan-builder.ts";

const tasks = [task("list"), task("a"), task("b")];
const twoSteps = [call("t", "a", { x: ref("e") }), call("u", "b", { x: ref("t") })];

function fanOut(parts: Partial<MapParts> = {}, more: Partial<Parameters<typeof plan>[0]> = {}): Plan {
  const body = [
    call("xs", "list", { x: literal(0) }),
    map("m", { items: ref("xs"), body: twoSteps, result: ref("u"), ...parts }),
  ];
  return plan({ tasks, body, result: ref("m"), ...more });
}

test("recorded results are taken over in the first step, before anything new starts", () => {
  const source = fanOut({ parallel: literal(2) });
  const one = drive(source);
  one.ok("xs", [1, 2, 3]);
  one.ok('m["1"].t', 10);
  one.ok('m["1"].u', 11);
  one.ok('m["2"].t', 20);
  const two = resume(source, one);
  expect(two.records[0]).toMatchObject({ type: "run-resumed", retryFailed: false });
  const types = two.commands.map((command) => (command.type === "report" ? command.report.type : command.type));
  expect(types.lastIndexOf("instance-succeeded")).toBeLessThan(types.indexOf("start"));
  // The attempts that were running are lost: they start again, with the next number.
  expect(two.running()).toEqual(['m["2"].u', 'm["3"].t']);
  expect(two.latest.get('m["2"].u')).toMatchObject({ attempt: 2, parameters: { x: 20 } });
  two.ok('m["2"].u', 21);
  two.ok('m["3"].t', 30);
  two.ok('m["3"].u', 31);
  expect(two.ended?.result).toEqual([11, 21, 31]);
});

test("a complete run is resumed without any start", () => {
  const source = fanOut({}, { finally: [call("f", "a", { x: literal(9) })] });
  const one = drive(source);
  one.ok("xs", [1]);
  one.ok('m["1"].t', 10);
  one.ok('m["1"].u', 11);
  one.ok("finally.f");
  const two = resume(source, one);
  expect(two.starts).toEqual([]);
  expect(two.ended).toEqual({ status: "succeeded", result: [11], failures: [] });
});

test("a crash between any two records loses nothing that was recorded and repeats nothing", () => {
  const source = fanOut({ parallel: literal(2) });
  const one = drive(source);
  one.ok("xs", [1, 2, 3]);
  while (one.ended === null) one.ok(one.running()[0]!, 7);
  for (let count = 1; count <= one.records.length; count++) {
    const two = resume(source, one, {}, count);
    const known = one.records
      .slice(0, count)
      .filter(({ type }) => type === "attempt-ended")
      .map((record) => (record as { instance: string }).instance);
    if (!known.includes("xs")) two.ok("xs", [1, 2, 3]);
    while (two.ended === null) two.ok(two.running()[0]!, 7);
    expect(two.starts.flat().filter((id) => known.includes(id))).toEqual([]);
    expect(two.ended.result).toEqual([7, 7, 7]);
  }
});

test("inputs that changed make a recorded result void", () => {
  const source = (x: number) => plan({ tasks, body: [call("x", "a", { x: literal(x) })] });
  const one = drive(source(1));
  one.ok("x");
  expect(resume(source(1), one).starts).toEqual([]);
  const two = resume(source(2), one);
  expect(two.latest.get("x")?.attempt).toBe(2);
});

test("after the list has changed, items are matched by their keys", () => {
  const one = drive(fanOut());
  one.ok("xs", [1, 2]);
  one.ok('m["2"].t', 20);
  one.ok('m["2"].u', 21);
  const journal = JSON.parse(JSON.stringify(one.records)) as JournalRecord[];
  const list = journal.find((record) => record.type === "attempt-ended");
  Object.assign((list as { outcome: object }).outcome, { value: [3, 2] });
  const two = drive(fanOut(), { recorded: foldJournal(journal).recorded });
  expect(two.records).toContainEqual(expect.objectContaining({ type: "map-expanded", keys: ["3", "2"] }));
  expect(two.running()).toEqual(['m["3"].t']);
  two.ok('m["3"].t', 30);
  two.ok('m["3"].u', 31);
  expect(two.ended?.result).toEqual([31, 21]);
});

const growing = task("a", {
  resources: { memory: exactly(2 ** 30) },
  retries: [
    retry("oom", 2, { overrides: { memory: range(compute(ref("memory"), "*", literal(2), "size")) } }),
    retry("exit", 1, { codes: [1], after: { from: literal(10_000) } }),
  ],
});
const single = plan({ tasks: [growing], body: [call("x", "a", { x: literal(1) })] });

test("recorded failures keep their use of the budgets and the growth", () => {
  const one = drive(single);
  one.fail("x", { cause: "oom" });
  const two = resume(single, one);
  expect(two.latest.get("x")).toMatchObject({ attempt: 3, resources: { memory: { request: 2 ** 31 } } });
  two.fail("x", { cause: "oom" });
  expect(two.latest.get("x")).toMatchObject({ attempt: 4, resources: { memory: { request: 2 ** 32 } } });
  two.fail("x", { cause: "oom" });
  // The lost attempt is none that failed.
  expect(two.ended?.failures).toMatchObject([{ cause: "oom", attempts: 3 }]);
});

test("what is left of a retry's wait is waited for", () => {
  const one = drive(single);
  one.fail("x", {});
  const due = [...one.timers.values()][0];
  const two = prepare(single, { recorded: foldJournal(one.records).recorded });
  two.time = one.time + 4000;
  two.send({ type: "run-started" });
  expect(two.starts).toEqual([]);
  expect([...two.timers.values()]).toEqual([due]);
  two.fire();
  expect(two.latest.get("x")?.attempt).toBe(2);
});

test("a failure for good stays one when the driver died before the run ended", () => {
  const one = drive(plan({ tasks, body: [call("x", "a", { x: literal(1) }), call("y", "b", { x: literal(1) })] }));
  one.fail("x", { message: "bad" });
  const two = resume(
    plan({ tasks, body: [call("x", "a", { x: literal(1) }), call("y", "b", { x: literal(1) })] }),
    one,
  );
  expect(two.starts).toEqual([]);
  expect(two.ended).toMatchObject({ status: "failed", failures: [{ instance: "x", message: "bad", attempts: 1 }] });
});

test("after the run has ended as failed, what failed for good gets fresh budgets and its first amounts", () => {
  const one = drive(single);
  for (let count = 0; count < 3; count++) one.fail("x", { cause: "oom" });
  expect(one.ended?.status).toBe("failed");
  const two = resume(single, one);
  expect(two.records[0]).toMatchObject({ type: "run-resumed", retryFailed: true });
  expect(two.latest.get("x")).toMatchObject({ attempt: 4, resources: { memory: { request: 2 ** 30 } } });
  two.fail("x", { cause: "oom" });
  // A third driver: one use of the new budget is gone.
  const journal = [...one.records, ...two.records];
  const three = drive(single, { recorded: foldJournal(journal).recorded });
  expect(three.latest.get("x")).toMatchObject({ attempt: 6, resources: { memory: { request: 2 ** 31 } } });
  three.fail("x", { cause: "oom" });
  three.fail("x", { cause: "oom" });
  expect(three.ended?.status).toBe("failed");
});

test("without `retryFailed` an ended run stays as it ended", () => {
  const one = drive(plan({ tasks, body: [call("x", "a", { x: literal(1) })] }));
  one.fail("x");
  expect(
    resume(plan({ tasks, body: [call("x", "a", { x: literal(1) })] }), one, { retryFailed: false }).ended?.status,
  ).toBe("failed");
});

test("tolerated failures in a map that completed stay, those elsewhere are tried again", () => {
  const lanes = { body: [call("t", "a", { x: ref("e") })], result: ref("t"), tolerate: { count: 1 } };
  const source = plan({
    tasks,
    body: [map("m", { items: literal([1, 2]), ...lanes }), call("y", "b", { x: literal(1) }, { after: ["m"] })],
    result: ref("m"),
  });
  const one = drive(source);
  one.fail('m["1"].t');
  one.ok('m["2"].t', 2);
  one.fail("y");
  const two = resume(source, one);
  expect(two.starts).toEqual([["y"]]);
  two.ok("y");
  expect(two.ended).toMatchObject({ status: "succeeded", result: { ok: [2], failed: [{ key: "1", attempts: 1 }] } });
});

test("failed items of a map that did not complete are all tried again, within its window", () => {
  const body = [call("t", "a", { x: ref("e") }), call("u", "b", { x: ref("t") })];
  const source = plan({
    tasks,
    body: [
      map("m", {
        items: literal([1, 2, 3, 4, 5]),
        body,
        result: ref("u"),
        parallel: literal(2),
        tolerate: { count: 2 },
      }),
    ],
    result: ref("m"),
  });
  const one = drive(source);
  while (one.ended === null) {
    const [id] = one.running();
    if (id!.endsWith("u")) one.fail(id!);
    else one.ok(id!, 5);
  }
  expect(one.ended.status).toBe("failed");
  const two = resume(source, one);
  expect(two.running()).toEqual(['m["1"].u', 'm["2"].u']);
  while (two.ended === null) two.ok(two.running()[0]!, 6);
  expect(two.ended.result).toMatchObject({ ok: [6, 6, 6, 6, 6], failed: [] });
  // The recorded first tasks were not run again.
  expect(two.starts.flat().filter((id) => id.endsWith(".t"))).toEqual(
    ['m["5"].t'].filter((id) => !one.starts.flat().includes(id)),
  );
  expect(two.state.maps.get("m")).toEqual({ total: 5, done: 5, failed: 0, running: 0 });
});

test("a cancelled run is resumed with what it had", () => {
  const source = plan({
    tasks,
    body: [call("x", "a", { x: literal(1) }), call("y", "b", { x: ref("x") })],
    result: ref("y"),
    finally: [call("f", "a", { x: literal(0) })],
  });
  const one = drive(source);
  one.ok("x", 3);
  one.send({ type: "cancel-requested" });
  one.end("y", { ok: false, cause: "cancelled" });
  one.ok("finally.f");
  const two = resume(source, one);
  expect(two.running()).toEqual(["y"]);
  two.ok("y", 4);
  // `finally` belongs to the end: it runs again at this one.
  expect(two.running()).toEqual(["finally.f"]);
  two.ok("finally.f");
  expect(two.ended).toMatchObject({ status: "succeeded", result: 4 });
});

test("a driver that died in `finally` does not repeat what `finally` had done", () => {
  const source = plan({
    tasks,
    body: [],
    finally: [call("f", "a", { x: literal(0) }), call("g", "b", { x: ref("f") })],
  });
  const one = drive(source);
  one.ok("finally.f", 1);
  expect(resume(source, one).running()).toEqual(["finally.g"]);
});

test("a driver that is killed while cancelling leaves the mark", () => {
  const one = drive(single);
  one.send({ type: "cancel-requested" });
  expect(foldJournal(one.records).recorded.cancelRequested).toBe(true);
});

test("an attempt that still runs is taken over instead of being started again", () => {
  const one = drive(single, { capacity: { slots: 1 } });
  const folded = foldJournal(one.records);
  expect([...folded.open]).toMatchObject([["x", { attempt: 1 }]]);
  const two = drive(single, { recorded: folded.recorded, adopted: new Map([["x", 1]]), capacity: { slots: 1 } });
  expect(two.starts).toEqual([]);
  two.send({ type: "attempt-ended", instance: "x", attempt: 1, outcome: { ok: true, value: 5 } });
  expect(two.ended?.status).toBe("succeeded");
});

test("a taken over attempt of other inputs is stopped, and the instance starts when it has ended", () => {
  const source = (x: number) => plan({ tasks, body: [call("x", "a", { x: literal(x) })], result: ref("x") });
  const { recorded } = foldJournal(drive(source(1)).records);
  const two = drive(source(2), { recorded, adopted: new Map([["x", 1]]) });
  expect(two.stops).toEqual(["x"]);
  expect(two.starts).toEqual([]);
  two.send({ type: "attempt-ended", instance: "x", attempt: 1, outcome: { ok: true, value: 5 } });
  expect(two.latest.get("x")).toMatchObject({ attempt: 2, parameters: { x: 2 } });
});

test("an attempt that belongs to nothing any more is stopped", () => {
  const { recorded } = foldJournal(drive(single).records);
  const two = drive(plan({ tasks, body: [call("z", "a", { x: literal(1) })] }), {
    recorded,
    adopted: new Map([["x", 1]]),
  });
  expect(two.stops).toEqual(["x"]);
  expect(two.running()).toEqual(["z"]);
});

test("an attempt that is being stopped is waited for before its instance starts again, and before the run ends", () => {
  const source = plan({
    tasks,
    body: [call("x", "a", { x: literal(1) })],
    finally: [call("f", "a", { x: literal(1) })],
  });
  const one = drive(source);
  one.send({ type: "cancel-requested" });
  one.end("x", { ok: false, cause: "cancelled" });
  // The driver dies while `finally` runs; the next one goes on with the body.
  const two = drive(source, { recorded: foldJournal(one.records).recorded, adopted: new Map([["finally.f", 1]]) });
  expect(two.stops).toEqual(["finally.f"]);
  two.ok("x");
  expect(two.ended).toBeNull();
  expect(two.running()).toEqual([]);
  two.send({ type: "attempt-ended", instance: "finally.f", attempt: 1, outcome: { ok: false, cause: "cancelled" } });
  expect(two.latest.get("finally.f")?.attempt).toBe(2);
  two.ok("finally.f");
  expect(two.ended?.status).toBe("succeeded");
});

test("what ran beside a failed call of the same item is taken over and keeps the item's place in the window", () => {
  const body = [call("t", "a", { x: ref("e") }), call("u", "b", { x: ref("e") })];
  const parts = { items: literal([1, 2]), body, result: ref("u"), parallel: literal(1), tolerate: { count: 1 } };
  const source = plan({ tasks, body: [map("m", parts)], result: ref("m") });
  const one = drive(source);
  one.fail('m["1"].t');
  const { recorded } = foldJournal(one.records);
  const two = drive(source, { recorded, adopted: new Map([['m["1"].u', 1]]) });
  expect(two.stops).toEqual([]);
  expect(two.starts).toEqual([]);
  two.send({ type: "attempt-ended", instance: 'm["1"].u', attempt: 1, outcome: { ok: true, value: 1 } });
  expect(two.running()).toEqual(['m["2"].t', 'm["2"].u']);
});

test("items that were running in a batch are taken over one by one", () => {
  const source = plan({
    tasks,
    body: [
      map("m", { items: literal([1, 2, 3]), batch: 3, body: [call("t", "a", { x: ref("e") })], result: ref("t") }),
    ],
    result: ref("m"),
  });
  const one = drive(source);
  one.ok('m["1"].t', 1);
  const two = drive(source, { recorded: foldJournal(one.records).recorded, adopted: new Map([['m["2"].t', 1]]) });
  expect(two.starts).toEqual([['m["3"].t']]);
  two.send({ type: "attempt-ended", instance: 'm["2"].t', attempt: 1, outcome: { ok: true, value: 2 } });
  two.ok('m["3"].t', 3);
  expect(two.ended?.result).toEqual([1, 2, 3]);
});

test("a check that failed is evaluated again on resume", () => {
  const source = (bound: number) =>
    plan({
      tasks,
      body: [call("x", "a", { x: literal(1) }), check("c", compare(ref("x"), ">", literal(bound)))],
      result: ref("x"),
    });
  const one = drive(source(9));
  one.ok("x", 5);
  expect(one.ended?.status).toBe("failed");
  expect(resume(source(9), one).ended?.status).toBe("failed");
  expect(resume(source(1), one).ended).toMatchObject({ status: "succeeded", result: 5 });
});

test("folding tells the start, the parameters of the latest driver and the end", () => {
  const one = drive(single);
  expect(foldJournal([])).toMatchObject({ start: null, end: null, planHash: null });
  expect(foldJournal(one.records)).toMatchObject({ start: { run: "r1" }, planHash: "p1", end: null });
  one.ok("x");
  expect(foldJournal(one.records).end).toEqual({ status: "succeeded", failures: [] });
  const two = prepare(single, { recorded: foldJournal(one.records).recorded, planHash: "p2" });
  two.send({ type: "run-started" });
  expect(foldJournal([...one.records, two.records[0]!])).toMatchObject({ planHash: "p2", end: null });
});
