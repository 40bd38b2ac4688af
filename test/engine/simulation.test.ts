// Thousands of schedules over generated plans. A failing one prints its seed and path; `SIMULATION_SEED=… npx vitest run test/engine/simulation`
// repeats it, `SIMULATION_RUNS=…` sets how many are tried.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Outcome, Start } from "../../src/engine/protocol.ts";
import type { Expr } from "../../src/expr/expr.ts";
import type { Plan, PlanBlock, PlanNode, PlanPipeline } from "../../src/plan/plan.ts";
import type { Value } from "../../src/types/value.ts";
import {
  block,
  branch,
  call,
  compute,
  exactly,
  letNode,
  list,
  literal,
  map,
  pipeline,
  pipelineCall,
  plan,
  range,
  ref,
  retry,
  task,
} from "../harness/plan-builder.ts";
import { type Faults, NO_FAULTS, type Simulation, simulate } from "../harness/simulated-backend.ts";

type NodeSpec =
  | { readonly kind: "call"; readonly task: number; readonly uses: number }
  | { readonly kind: "let"; readonly uses: number }
  | { readonly kind: "if"; readonly holds: boolean; readonly body: readonly NodeSpec[]; readonly uses: number }
  | { readonly kind: "pipeline"; readonly body: readonly NodeSpec[]; readonly uses: number }
  | {
      readonly kind: "map";
      readonly size: number;
      readonly parallel: number;
      readonly tolerate: number;
      readonly body: readonly NodeSpec[];
      readonly uses: number;
    }
  | {
      readonly kind: "batch";
      readonly size: number;
      readonly batch: number;
      readonly parallel: number;
      readonly tolerate: number;
      readonly uses: number;
    };

const small = fc.nat({ max: 3 });
const leaf: fc.Arbitrary<NodeSpec> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("call" as const), task: fc.nat({ max: 1 }), uses: small }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("let" as const), uses: small }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("batch" as const),
      size: fc.nat({ max: 6 }),
      batch: fc.integer({ min: 1, max: 4 }),
      parallel: fc.nat({ max: 5 }),
      tolerate: fc.nat({ max: 100 }),
      uses: small,
    }),
  },
);

function nodesOf(depth: number): fc.Arbitrary<readonly NodeSpec[]> {
  if (depth === 0) return fc.array(leaf, { minLength: 1, maxLength: 2 });
  const body = nodesOf(depth - 1);
  const inner: fc.Arbitrary<NodeSpec> = fc.oneof(
    { weight: 4, arbitrary: leaf },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("map" as const),
        size: fc.nat({ max: 5 }),
        parallel: fc.nat({ max: 3 }),
        tolerate: fc.nat({ max: 100 }),
        body,
        uses: small,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("if" as const), holds: fc.boolean(), body, uses: small }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("pipeline" as const), body, uses: small }) },
  );
  return fc.array(inner, { minLength: 1, maxLength: 3 });
}

interface Built {
  readonly plan: Plan;
  readonly windows: Map<string, number>;
}

/** Ids are unique in the whole plan, so that a map's window is found by its id. */
function build(specs: readonly NodeSpec[], hasFinally: boolean): Built {
  const windows = new Map<string, number>();
  const others: PlanPipeline[] = [];
  let count = 0;
  const buildBlock = (nodes: readonly NodeSpec[], input: Expr): PlanBlock => {
    const built: PlanNode[] = [];
    // A number: of an earlier call or value of the block, or what comes in from outside.
    const numbers: Expr[] = [input];
    for (const spec of nodes) {
      const id = `n${count++}`;
      const x = numbers[Math.min(spec.uses, numbers.length - 1)]!;
      const after = built.length > 0 && spec.uses === 3 ? [built.at(-1)!.id] : [];
      if (spec.kind === "call") built.push(call(id, `t${spec.task}`, { x }, { after }));
      else if (spec.kind === "let") built.push(letNode(id, compute(x, "+", literal(1)), { after }));
      else if (spec.kind === "if") built.push(branch(id, literal(spec.holds), buildBlock(spec.body, x)));
      else if (spec.kind === "pipeline") {
        others.push(pipeline(`p_${id}`, buildBlock(spec.body, ref(`in_${id}`))));
        built.push(pipelineCall(id, `p_${id}`, { [`in_${id}`]: x }));
      } else {
        const item = `e_${id}`;
        const one = { kind: "call", task: 0, uses: 0 } as const;
        const body = buildBlock(spec.kind === "batch" ? [one] : spec.body, ref(item));
        const items = list(...Array.from({ length: spec.size }, (_, index) => compute(x, "+", literal(index))));
        if (spec.parallel > 0) windows.set(id, spec.parallel);
        built.push({
          ...map(id, { item, items, body: [], after }),
          body,
          ...(spec.parallel > 0 ? { parallel: literal(spec.parallel) } : {}),
          ...(spec.tolerate > 50 ? { tolerate: { percent: spec.tolerate } } : {}),
          ...(spec.kind === "batch" ? { batch: spec.batch } : {}),
        });
      }
      if (spec.kind === "call" || spec.kind === "let") numbers.push(ref(id));
    }
    return block(built, list(...built.map(({ id }) => ref(id))));
  };
  const main = buildBlock(specs, literal(1));
  const oom = retry("oom", 1, { overrides: { memory: range(compute(ref("memory"), "*", literal(2), "size")) } });
  const evicted = retry("evicted", 2, { after: { from: literal(10), to: literal(15) } });
  const parts = { retries: [oom, evicted] };
  const tasks = [
    task("t0", { ...parts, resources: { memory: exactly(2 ** 30) } }),
    task("t1", { ...parts, resources: { cpu: exactly(2), memory: exactly(2 ** 30) } }),
  ];
  const last = hasFinally ? [call("f0", "t0", { x: literal(1) }), call("f1", "t0", { x: ref("f0") })] : undefined;
  const base = plan({ tasks, body: [], others, ...(last === undefined ? {} : { finally: last }) });
  const pipelines = base.pipelines.map((one) => (one.id === "main" ? { ...one, body: main } : one));
  return { plan: { ...base, pipelines }, windows };
}

function hash(text: string): number {
  let mixed = 2166136261;
  for (let at = 0; at < text.length; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 16777619);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Most attempts succeed, some after failures that retries get over, some instances never. */
function makeBehaviour(salt: number, hopeless: number): (start: Start, failures: number) => Outcome {
  return ({ instance, parameters }, failures) => {
    const kind = hash(`${salt} ${instance}`) % 100;
    const failed = (cause: "oom" | "evicted" | "exit", exitCode: number): Outcome => ({
      ok: false,
      cause,
      exitCode,
      message: cause,
    });
    if (kind < hopeless) return failed("exit", 1);
    if (kind > 90 && failures < 1) return failed("oom", 137);
    if (kind > 80 && kind <= 90 && failures < 2) return failed("evicted", 143);
    return { ok: true, value: ((parameters.x as number) * 31 + hash(instance)) % 1_000_003 };
  };
}

const percent = (max: number) => fc.oneof(fc.constant(0), fc.nat({ max }));
const faultsOf: fc.Arbitrary<Faults> = fc.record({
  lost: percent(20),
  doubled: percent(30),
  reordered: percent(100),
  crash: percent(10),
  resized: percent(10),
  cancel: percent(3),
  adopted: percent(100),
});

const scenario = fc.record({
  specs: nodesOf(2),
  hasFinally: fc.boolean(),
  faults: faultsOf,
  seed: fc.nat(),
  slots: fc.integer({ min: 1, max: 4 }),
  cpu: fc.integer({ min: 1, max: 6 }),
  failFast: fc.boolean(),
  hopeless: fc.constantFrom(0, 0, 5, 30),
});

/** Without what may depend on the schedule: messages, which count the failures met, and, after fresh budgets, the number of attempts. */
function comparable(value: Value | undefined, retriedFailed: boolean): unknown {
  const drop = (name: string) => name === "message" || (name === "attempts" && retriedFailed);
  return value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (name, part: unknown) => (drop(name) ? 0 : part)));
}

function toSimulation(one: typeof scenario extends fc.Arbitrary<infer T> ? T : never): Simulation {
  const { plan: built, windows } = build(one.specs, one.hasFinally);
  return {
    plan: built,
    seed: one.seed,
    faults: one.faults,
    capacity: { slots: one.slots, cpu: one.cpu },
    failFast: one.failFast,
    windows,
    cores: new Map([
      ["t0", 1],
      ["t1", 2],
    ]),
    behave: makeBehaviour(one.seed % 1000, one.hopeless),
  };
}

const runs = Number(process.env.SIMULATION_RUNS ?? 3000);
const seed = process.env.SIMULATION_SEED;
const settings = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };

// Long runs are asked for by SIMULATION_RUNS; a machine that is busy takes its time too.
const timeout = 60_000 + runs * 20;

test("every schedule of faults keeps the rules and leads to the end of the run without faults", { timeout }, () => {
  fc.assert(
    fc.property(scenario, (one) => {
      const simulation = toSimulation(one);
      const expected = simulate({ ...simulation, faults: NO_FAULTS });
      const actual = simulate(simulation);
      expect(actual.status).toBe(expected.status);
      const { retriedFailed } = actual;
      expect(comparable(actual.result, retriedFailed)).toEqual(comparable(expected.result, retriedFailed));
    }),
    settings,
  );
});

test("equal events give equal commands", { timeout }, () => {
  fc.assert(
    fc.property(scenario, (one) => {
      expect(simulate({ ...toSimulation(one), twin: true }).steps).toBeGreaterThan(0);
    }),
    { ...settings, numRuns: Math.ceil(runs / 10) },
  );
});
