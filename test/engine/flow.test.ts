import { expect, test } from "vitest";
import { INT } from "../../src/types/type.ts";
import { makeRecord } from "../../src/types/value.ts";
import { drive, resume } from "../harness/engine-driver.ts";
import {
  block,
  branch,
  call,
  check,
  compare,
  compute,
  failing,
  field,
  letNode,
  list,
  literal,
  map,
  pipeline,
  pipelineCall,
  plan,
  ref,
  task,
} from "../harness/plan-builder.ts";

const tasks = [task("a"), task("b"), task("none", { parameters: {}, outputs: [] })];

test("a call starts when the last node it needs is complete", () => {
  const body = [
    call("x", "a", { x: literal(1) }),
    call("y", "a", { x: literal(2) }),
    call("z", "b", { x: compute(ref("x"), "+", ref("y")) }),
  ];
  const run = drive(plan({ tasks, body, result: ref("z") }));
  expect(run.running()).toEqual(["x", "y"]);
  run.ok("x", 10);
  expect(run.running()).toEqual(["y"]);
  run.ok("y", 5);
  expect(run.latest.get("z")?.parameters).toEqual(makeRecord([["x", 15]]));
  run.ok("z", 7);
  expect(run.ended).toEqual({ status: "succeeded", result: 7, failures: [] });
});

test("`after` orders calls that share no data", () => {
  const body = [call("x", "none", {}), call("y", "none", {}, { after: ["x"] })];
  const run = drive(plan({ tasks, body }));
  expect(run.running()).toEqual(["x"]);
  run.ok("x", null);
  expect(run.running()).toEqual(["y"]);
});

test("an empty pipeline succeeds in its first step, without a result", () => {
  const run = drive(plan({ tasks: [], body: [] }));
  expect(run.ended).toEqual({ status: "succeeded", result: undefined, failures: [] });
  expect(run.records.map(({ type }) => type)).toEqual(["run-started", "run-ended"]);
});

test("the records of a step come in one append before everything that rests on them", () => {
  const run = drive(plan({ tasks, body: [call("x", "a", { x: literal(1) })] }));
  expect(run.commands.map(({ type }) => type)).toEqual(["append", "report", "start"]);
  run.ok("x");
  expect(run.commands.map(({ type }) => type)).toEqual(["append", "report", "end"]);
});

test("a chain of 10,000 values does not overflow the stack", () => {
  const body = [letNode("v0", literal(0))];
  for (let index = 1; index < 10_000; index++)
    body.push(letNode(`v${index}`, compute(ref(`v${index - 1}`), "+", literal(1))));
  // Built without the quadratic search for needs.
  const linked = body.map((node, index) => ({ ...node, needs: index === 0 ? [] : [`v${index - 1}`] }));
  const base = plan({ tasks: [], body: [] });
  const main = pipeline("main", { nodes: linked, yield: { value: ref("v9999"), type: { kind: "int" } } });
  const run = drive({ ...base, pipelines: [main] });
  expect(run.ended?.result).toBe(9999);
});

test("a chain of 10,000 calls with recorded results does not overflow the stack", () => {
  const nodes = Array.from({ length: 10_000 }, (_, index) => ({
    ...call(`c${index}`, "a", { x: index === 0 ? literal(0) : ref(`c${index - 1}`) }),
    needs: index === 0 ? [] : [`c${index - 1}`],
  }));
  const base = plan({ tasks, body: [] });
  const chain = { ...base, pipelines: [pipeline("main", { nodes })] };
  const run = drive(chain);
  for (let index = 0; index < 10_000; index++) run.ok(`c${index}`, index + 1);
  const again = resume(chain, run);
  expect(again.starts).toEqual([]);
  expect(again.ended?.status).toBe("succeeded");
});

test("`if` runs the calls of the chosen branch only", () => {
  const both = (test: boolean) => [
    branch(
      "b",
      literal(test),
      block([call("t", "a", { x: literal(1) })], ref("t")),
      block([call("e", "b", { x: literal(2) })], ref("e")),
    ),
  ];
  const yes = drive(plan({ tasks, body: both(true), result: ref("b") }));
  expect(yes.running()).toEqual(["b.t"]);
  yes.ok("b.t", 4);
  expect(yes.ended?.result).toBe(4);
  expect(drive(plan({ tasks, body: both(false) })).running()).toEqual(["b.e"]);
});

test("an `if` without `else` is null when its test is false", () => {
  const body = [branch("b", literal(false), block([call("t", "a", { x: literal(1) })], ref("t")))];
  expect(drive(plan({ tasks, body, result: ref("b") })).ended?.result).toBeNull();
});

test("a branch sees the names around it", () => {
  const body = [
    letNode("v", literal(3)),
    branch("b", literal(true), block([call("t", "a", { x: ref("v") })], ref("t"))),
  ];
  expect(drive(plan({ tasks, body })).latest.get("b.t")?.parameters.x).toBe(3);
});

test("a pipeline call sees its parameters only, and its instances are named inside it", () => {
  const inner = pipeline("inner", block([call("t", "a", { x: ref("n") })], ref("t")));
  const body = [pipelineCall("p", "inner", { n: literal(6) })];
  const run = drive(plan({ tasks, body, result: ref("p"), others: [inner] }));
  expect(run.latest.get("p.t")?.parameters.x).toBe(6);
  run.ok("p.t", 8);
  expect(run.ended?.result).toBe(8);
});

test("a check that does not hold fails the run with its message", () => {
  const one = drive(plan({ tasks, body: [check("c", literal(false), literal("too few"))] }));
  expect(one.ended?.failures).toMatchObject([
    { instance: "c", cause: "check", message: "too few", at: "test.pipe:1:1", attempts: 0 },
  ]);
  const other = drive(plan({ tasks, body: [check("c", literal(false))] }));
  expect(other.ended?.failures[0]?.message).toContain("`a > b`");
  expect(drive(plan({ tasks, body: [check("c", literal(true))] })).ended?.status).toBe("succeeded");
});

test.each([
  ["a value", [letNode("v", failing)], "v"],
  ["an argument", [call("v", "a", { x: failing })], "v"],
  ["a check's test", [check("v", failing)], "v"],
  ["a check's message", [check("v", literal(false), failing)], "v"],
  ["an `if` test", [branch("v", failing, block([]))], "v"],
  ["a map's list", [map("v", { items: failing, body: [] })], "v"],
])("a failed evaluation of %s fails its node with cause `expression`", (_, body, instance) => {
  const run = drive(plan({ tasks, body }));
  expect(run.ended?.status).toBe("failed");
  expect(run.ended?.failures).toMatchObject([{ instance, cause: "expression", attempts: 0 }]);
});

test("a result that cannot be evaluated fails the run", () => {
  const run = drive(plan({ tasks, body: [], result: failing }));
  expect(run.ended).toMatchObject({ status: "failed", failures: [{ instance: "", cause: "expression" }] });
});

test("names such as `__proto__` and `constructor` are names like any other", () => {
  const proto = task("p", { parameters: { constructor: INT } });
  const body = [call("__proto__", "p", { constructor: literal(1) }), letNode("toString", ref("__proto__"))];
  const run = drive(plan({ tasks: [proto], body, result: list(ref("toString")) }));
  expect(run.latest.get("__proto__")?.parameters.constructor).toBe(1);
  run.ok("__proto__", 5);
  expect(run.ended?.result).toEqual([5]);
});

test("late, doubled and unknown events change nothing", () => {
  const run = drive(plan({ tasks, body: [call("x", "a", { x: literal(1) }), call("y", "b", { x: ref("x") })] }));
  const ended = { type: "attempt-ended", instance: "x", attempt: 1, outcome: { ok: true, value: 1 } } as const;
  run.send({ ...ended, attempt: 7 });
  run.send({ ...ended, instance: "nowhere" });
  run.send({ type: "timer-fired", timer: "nothing" });
  run.send({ type: "run-started" });
  run.send({ type: "attempt-started", instance: "y", attempt: 1, handle: 5 });
  expect(run.commands).toEqual([]);
  expect(run.running()).toEqual(["x"]);
  run.ok("x", 1);
  run.send({ ...ended, outcome: { ok: false, cause: "exit", message: "no" } });
  expect(run.commands).toEqual([]);
  run.ok("y", 2);
  run.send(ended);
  expect(run.commands).toEqual([]);
  expect(run.ended?.status).toBe("succeeded");
});

test("an end that comes before its start counts, and the handle of a running attempt is written down", () => {
  const run = drive(plan({ tasks, body: [call("x", "a", { x: literal(1) }), call("y", "b", { x: literal(1) })] }));
  run.send({ type: "attempt-started", instance: "y", attempt: 1, handle: 77 });
  run.ok("x", 1);
  run.send({ type: "attempt-started", instance: "x", attempt: 1, handle: 78 });
  const handles = run.records.filter(({ type }) => type === "attempt-handle");
  expect(handles).toMatchObject([{ instance: "y", attempt: 1, handle: 77 }]);
});

test("a map over nothing gives an empty list at once, and what depends on it runs", () => {
  const body = [
    map("m", { items: list(), body: [call("t", "a", { x: ref("e") })], result: ref("t") }),
    call("next", "b", { x: literal(1) }, { after: ["m"] }),
  ];
  const run = drive(plan({ tasks, body, result: ref("m") }));
  expect(run.running()).toEqual(["next"]);
  run.ok("next", 1);
  expect(run.ended?.result).toEqual([]);
});

test("a tolerant map over nothing gives an empty Partial", () => {
  const body = [
    map("m", { items: list(), tolerate: { percent: 100 }, body: [call("t", "a", { x: ref("e") })], result: ref("t") }),
  ];
  expect(drive(plan({ tasks, body, result: ref("m") })).ended?.result).toEqual(
    makeRecord([
      ["ok", []],
      ["failed", []],
      ["all", []],
    ]),
  );
});

test("nested maps keep the outer length", () => {
  const inner = map("n", { item: "f", items: ref("e"), body: [call("t", "a", { x: ref("f") })], result: ref("t") });
  const outer = map("m", {
    items: literal([[], [1, 2], []]),
    key: ref("i"),
    index: "i",
    body: [inner],
    result: ref("n"),
  });
  const run = drive(plan({ tasks, body: [outer], result: ref("m") }));
  expect(run.running()).toEqual(['m["1"].n["1"].t', 'm["1"].n["2"].t']);
  for (const id of run.running()) run.ok(id, 9);
  expect(run.ended?.result).toEqual([[], [9, 9], []]);
});

test("results stand in list order, whatever finished first, and `null` items stay", () => {
  const body = [map("m", { items: literal([1, 2, 3]), body: [call("t", "a", { x: ref("e") })], result: ref("t") })];
  const run = drive(plan({ tasks, body, result: ref("m") }));
  run.ok('m["3"].t', 30);
  run.ok('m["1"].t', null);
  run.ok('m["2"].t', 20);
  expect(run.ended?.result).toEqual([null, 20, 30]);
});

test("a lane's second task does not wait for other lanes", () => {
  const body = [call("t", "a", { x: ref("e") }), call("u", "b", { x: ref("t") })];
  const run = drive(plan({ tasks, body: [map("m", { items: literal([1, 2]), body, result: ref("u") })] }));
  run.ok('m["2"].t');
  expect(run.running()).toEqual(['m["1"].t', 'm["2"].u']);
});

test("a map whose calls are behind an `if` may run none of them", () => {
  const body = [branch("b", compare(ref("e"), ">", literal(2)), block([call("t", "a", { x: ref("e") })], ref("t")))];
  const run = drive(
    plan({ tasks, body: [map("m", { items: literal([1, 2, 3]), body, result: ref("b") })], result: ref("m") }),
  );
  expect(run.running()).toEqual(['m["3"].b.t']);
  run.ok('m["3"].b.t', 5);
  expect(run.ended?.result).toEqual([null, null, 5]);
});

test("the keys of a map are written down before its first item starts", () => {
  const body = [map("m", { items: literal([1, 2]), body: [call("t", "a", { x: ref("e") })] })];
  const run = drive(plan({ tasks, body }));
  expect(run.records.map(({ type }) => type)).toEqual([
    "run-started",
    "map-expanded",
    "attempt-started",
    "attempt-started",
  ]);
  expect(run.records[1]).toMatchObject({ instance: "m", keys: ["1", "2"] });
});

test("fields of earlier results reach later calls", () => {
  const body = [call("x", "a", { x: literal(1) }), call("y", "b", { x: field(ref("x"), "loss") })];
  const run = drive(plan({ tasks, body }));
  run.ok("x", makeRecord([["loss", 3]]));
  expect(run.latest.get("y")?.parameters.x).toBe(3);
});
