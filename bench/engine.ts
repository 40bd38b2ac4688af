// The engine alone, with a simulated backend that ends every attempt at once: milliseconds for 10,000 and 100,000 items, cost per item, memory.
// Run with `node bench/engine.ts`.
import type { Event } from "../src/engine/protocol.ts";
import { createRun, step } from "../src/engine/run.ts";
import { makeRecord } from "../src/types/value.ts";
import { call, field, literal, map, plan, ref, task } from "../test/harness/plan-builder.ts";

const WINDOW = 64;

const runs = map("runs", {
  items: ref("numbers"),
  max: literal(1_000_000),
  body: [call("first", "work", { x: ref("e") }), call("second", "work", { x: ref("first") })],
  result: ref("second"),
  tolerate: { percent: 50 },
});
const fanOut = plan({
  tasks: [task("list"), task("work")],
  body: [call("numbers", "list", { x: literal(0) }), runs],
  result: field(ref("runs"), "ok"),
});

function measure(items: number): { milliseconds: number; events: number; megabytes: number } {
  const list = Array.from({ length: items }, (_, index) => index);
  const options = {
    run: "bench",
    planHash: "bench",
    parameters: makeRecord([]),
    capacity: { slots: WINDOW },
    engineVersion: "bench",
  };
  const begin = performance.now();
  const state = createRun(fanOut, options);
  const events: Event[] = [{ type: "run-started", time: 0 }];
  let count = 0;
  let peak = 0;
  let ok = false;
  for (let event = events.pop(); event !== undefined; event = events.pop()) {
    if (++count % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed);
    for (const command of step(state, event)) {
      if (command.type === "end")
        ok = command.status === "succeeded" && (command.result as readonly unknown[]).length === items;
      if (command.type !== "start") continue;
      for (const { instance, attempt, task: id, parameters } of command.items) {
        const value = id === "list" ? list : (parameters.x as number) + 1;
        events.push({ type: "attempt-ended", instance, attempt, outcome: { ok: true, value }, time: count });
      }
    }
  }
  if (!ok) throw new Error("the run did not give its result");
  return { milliseconds: performance.now() - begin, events: count, megabytes: peak / 2 ** 20 };
}

measure(1_000);
const small = measure(10_000);
const large = measure(100_000);
for (const [name, { milliseconds, events, megabytes }] of Object.entries({ "10,000": small, "100,000": large })) {
  console.log(
    `${name} items: ${milliseconds.toFixed(0)} ms, ${events} events, heap at most ${megabytes.toFixed(0)} MiB`,
  );
}
console.log(`cost per item, 100,000 against 10,000: ${(large.milliseconds / small.milliseconds / 10).toFixed(2)}`);
