import { expect, test } from "vitest";
import { snapshot } from "../../src/engine/snapshot.ts";
import { drive, prepare } from "../harness/engine-driver.ts";
import { call, literal, map, plan, ref, retry, task } from "../harness/plan-builder.ts";

const tasks = [task("a"), task("b", { retries: [retry("any", 1, { after: { from: literal(100) } })] })];
const source = plan({
  tasks,
  body: [
    map("m", {
      items: literal([1, 2, 3, 4, 5]),
      parallel: literal(2),
      tolerate: { count: 5 },
      body: [call("t", "a", { x: ref("e") })],
    }),
    call("x", "b", { x: literal(1) }),
  ],
  finally: [call("f", "a", { x: literal(1) })],
});

test("a snapshot counts the items of maps and tells the state of plain calls", () => {
  expect(snapshot(prepare(source).state)).toEqual({ phase: "new", status: null, maps: [], calls: [], running: 0 });
  const run = drive(source);
  run.ok('m["1"].t');
  run.fail('m["2"].t');
  run.fail("x");
  expect(snapshot(run.state)).toEqual({
    phase: "running",
    status: null,
    maps: [{ map: "m", total: 5, done: 1, failed: 1, running: 2, waiting: 1 }],
    calls: [{ instance: "x", state: "retrying" }],
    running: 2,
  });
});

test("the phase of a snapshot tells failing, cancelling, finally and the end apart", () => {
  const failing = drive(source);
  failing.fail("x");
  failing.fire();
  failing.fail("x");
  expect(snapshot(failing.state)).toMatchObject({ phase: "failing", calls: [{ instance: "x", state: "failed" }] });
  const run = drive(source);
  run.send({ type: "cancel-requested" });
  expect(snapshot(run.state).phase).toBe("cancelling");
  for (const id of run.running()) run.end(id, { ok: false, cause: "cancelled" });
  expect(snapshot(run.state)).toMatchObject({
    phase: "finally",
    status: "cancelled",
    calls: [
      { instance: "x", state: "cancelled" },
      { instance: "finally.f", state: "running" },
    ],
  });
  run.ok("finally.f");
  expect(snapshot(run.state).phase).toBe("ended");
});

test("the instances of a nested map are counted together", () => {
  const inner = map("n", { item: "f", items: ref("e"), body: [call("t", "a", { x: ref("f") })] });
  const outer = map("m", { items: literal([[1, 2], [3]]), key: ref("i"), index: "i", body: [inner] });
  const run = drive(plan({ tasks, body: [outer] }));
  run.ok('m["0"].n["1"].t');
  expect(snapshot(run.state).maps).toMatchObject([
    { map: "m", total: 2 },
    { map: "m.n", total: 3, done: 1, running: 2, waiting: 0 },
  ]);
});
