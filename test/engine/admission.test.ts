import { expect, test } from "vitest";
import type { Capacity } from "../../src/engine/protocol.ts";
import { drive } from "../harness/engine-driver.ts";
import {
  block,
  branch,
  call,
  compare,
  exactly,
  literal,
  type MapParts,
  map,
  plan,
  ref,
  retry,
  task,
} from "../harness/plan-builder.ts";

const tasks = [
  task("a"),
  task("b"),
  task("big", { resources: { cpu: exactly(3) } }),
  task("gpu", { resources: { gpu: literal(1) } }),
];
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const over = (id: string, count: number, parts: Partial<MapParts> = {}) =>
  map(id, { items: literal(numbers(count)), body: [call("t", "a", { x: ref("e") })], result: ref("t"), ...parts });

test("never more items are in flight than `parallel` says, and they start in list order", () => {
  const run = drive(plan({ tasks, body: [over("m", 5, { parallel: literal(2) })] }));
  expect(run.running()).toEqual(['m["0"].t', 'm["1"].t']);
  run.ok('m["1"].t');
  expect(run.running()).toEqual(['m["0"].t', 'm["2"].t']);
});

test("without `parallel` lanes begin only as slots ask for them", () => {
  const run = drive(plan({ tasks, body: [over("m", 1000)] }), { capacity: { slots: 3 } });
  expect(run.running()).toHaveLength(3);
  expect(run.state.maps.get("m")?.running).toBe(3);
});

test("without any limit everything starts at once", () => {
  expect(drive(plan({ tasks, body: [over("m", 100)] })).running()).toHaveLength(100);
});

test("the next task of a lane that is alive goes before a new lane", () => {
  const body = [call("t", "a", { x: ref("e") }), call("u", "b", { x: ref("t") })];
  const run = drive(plan({ tasks, body: [over("m", 5, { body })] }), { capacity: { slots: 1 } });
  run.ok('m["0"].t');
  expect(run.running()).toEqual(['m["0"].u']);
});

test("slots go round between maps and plain calls, so that a wide map does not starve a narrow one", () => {
  const body = [over("wide", 100), over("narrow", 3), call("x", "a", { x: literal(1) })];
  const run = drive(plan({ tasks, body }), { capacity: { slots: 6 } });
  expect(run.running().filter((id) => id.startsWith("narrow"))).toHaveLength(2);
  expect(run.running()).toContain("x");
});

test.each<[string, string, Capacity, number]>([
  ["cpu", "a", { cpu: 4 }, 4],
  ["cpu", "big", { cpu: 8 }, 2],
  ["gpu", "gpu", { gpu: 2, cpu: 100 }, 2],
])("what runs stays within the capacity of %s (task `%s`)", (_, id, capacity, count) => {
  const run = drive(plan({ tasks, body: [over("m", 20, { body: [call("t", id, { x: ref("e") })] })] }), { capacity });
  expect(run.running()).toHaveLength(count);
});

test("fractions of cores fill the capacity exactly", () => {
  const small = task("s", { resources: { cpu: exactly(0.1) } });
  const run = drive(plan({ tasks: [small], body: [over("m", 100, { body: [call("t", "s", { x: ref("e") })] })] }), {
    capacity: { cpu: 1 },
  });
  expect(run.running()).toHaveLength(10);
  for (let count = 0; count < 50; count++) run.ok(run.running()[0]!);
  expect(run.running()).toHaveLength(10);
});

test("tasks that say nothing take the default amounts", () => {
  const options = { capacity: { memory: 100, cpu: 3 }, defaults: { cpu: 0.5, memory: 40 } };
  expect(drive(plan({ tasks, body: [over("m", 20)] }), options).running()).toHaveLength(2);
});

test("nothing passes a request that does not fit yet, so it is not starved", () => {
  const body = [
    call("x", "a", { x: literal(1) }),
    call("y", "big", { x: literal(2) }),
    call("z", "a", { x: literal(3) }),
  ];
  const run = drive(plan({ tasks, body }), { capacity: { cpu: 3 } });
  expect(run.running()).toEqual(["x"]);
  run.ok("x");
  expect(run.running()).toEqual(["y"]);
  run.ok("y");
  expect(run.running()).toEqual(["z"]);
});

test("a request above the whole capacity runs alone, and is reported once per task", () => {
  const run = drive(
    plan({
      tasks,
      body: [over("m", 3, { body: [call("t", "big", { x: ref("e") })] }), call("x", "a", { x: literal(1) })],
    }),
    { capacity: { cpu: 2 } },
  );
  const seen: string[] = [];
  while (run.ended === null) {
    expect(run.running()).toHaveLength(1);
    seen.push(run.running()[0]!);
    run.ok(seen.at(-1)!);
  }
  expect(seen).toHaveLength(4);
  expect(run.reports.filter(({ type }) => type === "oversized")).toEqual([
    { type: "oversized", instance: 'm["0"].t', resource: "cpu", request: 3, capacity: 2 },
  ]);
});

test("more capacity starts more, less capacity stops nothing", () => {
  const run = drive(plan({ tasks, body: [over("m", 10)] }), { capacity: { slots: 0 } });
  expect(run.running()).toEqual([]);
  run.send({ type: "capacity-changed", capacity: { slots: 4 } });
  expect(run.running()).toHaveLength(4);
  run.send({ type: "capacity-changed", capacity: { slots: 2 } });
  expect(run.running()).toHaveLength(4);
  run.ok(run.running()[0]!);
  run.ok(run.running()[0]!);
  expect(run.running()).toHaveLength(2);
});

test("a start in a map says how many items of the map have not begun, and how many may be under way", () => {
  const run = drive(plan({ tasks, body: [over("m", 4, { parallel: literal(2) }), call("x", "a", { x: literal(1) })] }));
  const crowd = (id: string) => run.latest.get(id)?.crowd;
  expect(crowd("x")).toBeUndefined();
  expect([crowd('m["0"].t'), crowd('m["1"].t')]).toEqual([
    { waiting: 3, parallel: 2 },
    { waiting: 2, parallel: 2 },
  ]);
  run.ok('m["1"].t');
  expect(crowd('m["2"].t')).toEqual({ waiting: 1, parallel: 2 });
  const free = drive(plan({ tasks, body: [over("m", 2)] }));
  expect(free.latest.get('m["1"].t')?.crowd).toEqual({ waiting: 0 });
});

test("a retried item and one that goes on after a crash count the items that have not begun, whatever began", () => {
  const retried = task("a", { retries: [retry("oom", 1)] });
  const run = drive(plan({ tasks: [retried], body: [over("m", 5, { parallel: literal(2) })] }));
  run.ok('m["0"].t');
  run.fail('m["1"].t', { cause: "oom" });
  expect(run.latest.get('m["1"].t')).toMatchObject({ attempt: 2, crowd: { waiting: 2 } });
});

test("`batch n` puts n items into one start, the last one smaller", () => {
  const run = drive(plan({ tasks, body: [over("m", 5, { batch: 2 })], result: ref("m") }), { capacity: { slots: 10 } });
  expect(run.starts).toEqual([['m["0"].t', 'm["1"].t'], ['m["2"].t', 'm["3"].t'], ['m["4"].t']]);
  for (const [index, id] of run.running().entries()) run.ok(id, index * 10);
  expect(run.ended?.result).toEqual([0, 10, 20, 30, 40]);
});

test("a batch holds one slot until its last item has ended", () => {
  const run = drive(plan({ tasks, body: [over("m", 4, { batch: 2 })] }), { capacity: { slots: 1 } });
  expect(run.starts).toHaveLength(1);
  run.ok('m["0"].t');
  expect(run.starts).toHaveLength(1);
  run.ok('m["1"].t');
  expect(run.starts).toHaveLength(2);
});

test("with a window, batches stay whole: the next one waits until the window holds it", () => {
  const run = drive(plan({ tasks, body: [over("m", 12, { batch: 4, parallel: literal(4) })] }));
  while (run.ended === null) run.ok(run.running()[0]!);
  expect(run.starts.map((items) => items.length)).toEqual([4, 4, 4]);
});

test("a window smaller than the batch bounds it", () => {
  const run = drive(plan({ tasks, body: [over("m", 5, { batch: 4, parallel: literal(2) })] }));
  while (run.ended === null) run.ok(run.running()[0]!);
  expect(run.starts.map((items) => items.length)).toEqual([2, 2, 1]);
});

test("out of memory inside a batch: finished items stay, the one in flight is retried alone, the rest go back uncharged", () => {
  const retried = task("a", { retries: [retry("oom", 1)] });
  const run = drive(plan({ tasks: [retried], body: [over("m", 4, { batch: 4 })], result: ref("m") }));
  run.ok('m["0"].t', 1);
  run.fail('m["1"].t', { cause: "oom" });
  run.end('m["2"].t', { ok: false, cause: "lost" });
  run.end('m["3"].t', { ok: false, cause: "lost" });
  expect(run.starts.slice(1)).toEqual([['m["1"].t'], ['m["2"].t', 'm["3"].t']]);
  expect(run.latest.get('m["2"].t')?.attempt).toBe(2);
  run.ok('m["1"].t', 2);
  run.fail('m["2"].t', { cause: "oom" });
  run.end('m["3"].t', { ok: false, cause: "lost" });
  run.ok('m["2"].t', 3);
  run.ok('m["3"].t', 4);
  expect(run.ended).toMatchObject({ status: "succeeded", result: [1, 2, 3, 4] });
});

test("a batch takes the largest of its items' amounts", () => {
  const sized = task("s", { resources: { cpu: { request: ref("x"), limit: ref("x") } } });
  const body = [
    over("m", 4, {
      batch: 2,
      items: literal([1, 3, 2, 2]),
      key: ref("i"),
      index: "i",
      body: [call("t", "s", { x: ref("e") })],
    }),
  ];
  expect(drive(plan({ tasks: [sized], body }), { capacity: { cpu: 4 } }).starts).toHaveLength(1);
  expect(drive(plan({ tasks: [sized], body }), { capacity: { cpu: 5 } }).starts).toHaveLength(2);
});

test("items of a batch without a call are complete without a start", () => {
  const body = [branch("b", compare(ref("e"), ">", literal(2)), block([call("t", "a", { x: ref("e") })], ref("t")))];
  const run = drive(plan({ tasks, body: [over("m", 6, { batch: 2, body, result: ref("b") })] }));
  expect(run.starts).toEqual([['m["3"].b.t', 'm["4"].b.t'], ['m["5"].b.t']]);
});

test("an item of a batch whose amounts cannot be evaluated fails alone", () => {
  const sized = task("s", { resources: { gpu: ref("x") } });
  const body = [
    over("m", 3, {
      batch: 3,
      items: literal([1, -1, 2]),
      tolerate: { count: 1 },
      body: [call("t", "s", { x: ref("e") })],
    }),
  ];
  const run = drive(plan({ tasks: [sized], body }));
  expect(run.starts).toEqual([['m["1"].t', 'm["2"].t']]);
});
