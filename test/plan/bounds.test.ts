import fc from "fast-check";
import { expect, test } from "vitest";
import { planBounds } from "../../src/plan/bounds.ts";
import type { Plan, PlanBounds, PlanNode } from "../../src/plan/plan.ts";
import * as build from "../harness/plan-builder.ts";

const { block, branch, call, exactly, letNode, literal, map, pipeline, pipelineCall, ref, retry, task } = build;

const one = task("one", { resources: { cpu: exactly(2), memory: exactly(100), gpu: literal(1) } });
const bare = task("bare");

function bounds(body: readonly PlanNode[], parts: Partial<build.PlanParts> = {}): PlanBounds {
  const plan: Plan = build.plan({ tasks: [one, bare], body, ...parts });
  return planBounds("main", plan.pipelines, plan.tasks);
}

const run = (id: string, input: Parameters<typeof call>[2][string] = literal(1)) => call(id, "one", { x: input });
const over = (id: string, bound: number, body: readonly PlanNode[], parts: Partial<build.MapParts> = {}) =>
  map(id, { items: ref("items"), body, bound, ...parts });

test("calls add up, and what does not wait runs at once", () => {
  expect(bounds([run("a"), run("b"), run("c")])).toEqual({
    pods: 3,
    attempts: 3,
    peak: { pods: 3, cpu: 6, memory: 300, gpu: 3 },
  });
});

test("what waits for each other does not run at once, also by way of a pure value", () => {
  expect(bounds([run("a"), letNode("v", ref("a")), run("b", ref("v")), run("c", ref("b"))]).peak.pods).toBe(1);
});

test("a value that several wait for does not make them wait for each other", () => {
  expect(bounds([run("a"), letNode("v", ref("a")), run("b", ref("v")), run("c", ref("v"))]).peak.pods).toBe(2);
});

test("a node goes on with the larger of the chains it waits for", () => {
  const small = run("small");
  const large = over("large", 100, [run("x")]);
  const next = over("next", 100, [run("y", ref("small"))], { items: ref("large") });
  expect(bounds([small, large, next]).peak.pods).toBe(101);
});

test("maps multiply, `parallel` limits what runs at once", () => {
  expect(
    bounds([over("m", 10, [over("n", 5, [run("a")], { parallel: literal(2) })], { parallel: literal(3) })]),
  ).toMatchObject({
    pods: 50,
    peak: { pods: 6, cpu: 12 },
  });
});

test("a list that is shorter than `parallel` decides", () => {
  expect(bounds([over("m", 2, [run("a")], { parallel: literal(8) })]).peak.pods).toBe(2);
});

test("`max` bounds where the list does not; a parameter leaves it open", () => {
  expect(bounds([map("m", { items: ref("xs"), body: [run("a")], max: literal(7) })]).pods).toBe(7);
  expect(bounds([map("m", { items: ref("xs"), body: [run("a")], max: ref("n"), parallel: literal(4) })])).toEqual({
    pods: null,
    attempts: null,
    peak: { pods: 4, cpu: 8, memory: 400, gpu: 4 },
  });
});

test("a map over nothing costs nothing, whatever else is open", () => {
  const inner = map("n", { items: ref("xs"), body: [run("a")], max: ref("n") });
  expect(bounds([over("m", 0, [inner])])).toMatchObject({ pods: 0, peak: { pods: 0 } });
});

test("a batch is a pod, but each item may be tried on its own", () => {
  const retried = task("one", { retries: [retry("exit", 2)] });
  expect(bounds([over("m", 10, [run("a")], { batch: 4 })], { tasks: [retried] })).toMatchObject({
    pods: 3,
    attempts: 30,
    peak: { pods: 3 },
  });
});

test("of two branches the larger counts", () => {
  const node = branch("i", literal(true), block([run("a")]), block([over("m", 4, [run("b")])]));
  expect(bounds([node])).toMatchObject({ pods: 4, peak: { pods: 4 } });
});

test("retries add attempts, and a count that a parameter gives leaves them open", () => {
  const counted = task("one", { retries: [retry("oom", 2), retry("evicted", 3)] });
  expect(bounds([run("a")], { tasks: [counted] })).toMatchObject({ pods: 1, attempts: 6 });
  const open = task("one", { retries: [retry("oom", 0, { count: ref("n") })] });
  expect(bounds([run("a")], { tasks: [open] })).toMatchObject({ pods: 1, attempts: null });
});

test("what grows on retry counts as it can become", () => {
  const memory = {
    op: "arithmetic",
    operator: "*",
    left: ref("memory"),
    right: literal(2),
    kind: "size",
    at: "x:1:1",
  } as const;
  const grown = task("one", {
    resources: { memory: exactly(100) },
    retries: [retry("oom", 2, { overrides: { memory: build.range(memory) } })],
  });
  expect(bounds([run("a")], { tasks: [grown] }).peak).toEqual({ pods: 1, cpu: 0, memory: 400, gpu: 0 });
});

test("`finally` adds pods but runs when all else has ended", () => {
  expect(bounds([run("a"), run("b")], { finally: [run("z")] })).toMatchObject({ pods: 3, peak: { pods: 2 } });
});

test("called pipelines count for each call, in chains of any length", () => {
  const length = 20_000;
  const others = Array.from({ length }, (_, n) =>
    pipeline(`p${n}`, block(n + 1 < length ? [pipelineCall("next", `p${n + 1}`, {})] : [run("a"), run("b")])),
  );
  expect(bounds([pipelineCall("x", "p0", {}), pipelineCall("y", "p0", {})], { others })).toMatchObject({
    pods: 4,
    peak: { pods: 4 },
  });
});

test("a bound beyond exact counting is none", () => {
  let node: PlanNode = run("a");
  for (let depth = 0; depth < 6; depth++) node = over(`m${depth}`, 1024, [node]);
  expect(bounds([node]).pods).toBeNull();
});

test("what may run at once is never underestimated", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 });
  const links = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
  fc.assert(
    fc.property(sizes, links, (pods, pairs) => {
      const needs = pods.map((_, to) => [
        ...new Set(pairs.filter(([from, end]) => end === to && from < to).map(([from]) => from)),
      ]);
      const nodes = pods.map((size, at) =>
        over(`m${at}`, size, [run("a")], { items: build.list(...needs[at]!.map((from) => ref(`m${from}`))) }),
      );
      const before = needs.map(() => new Set<number>());
      needs.forEach((from, at) => {
        for (const each of from) for (const every of [each, ...before[each]!]) before[at]!.add(every);
      });
      let most = 0;
      for (let set = 0; set < 1 << pods.length; set++) {
        const chosen = pods.map((_, at) => at).filter((at) => set & (1 << at));
        const isFree = chosen.every((a) => chosen.every((b) => !before[a]!.has(b)));
        if (isFree)
          most = Math.max(
            most,
            chosen.reduce((sum, at) => sum + pods[at]!, 0),
          );
      }
      const peak = bounds(nodes).peak.pods!;
      expect(peak).toBeGreaterThanOrEqual(most);
      expect(peak).toBeLessThanOrEqual(pods.reduce((sum, size) => sum + size, 0));
    }),
  );
});
