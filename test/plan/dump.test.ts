import { expect, test } from "vitest";
import { dumpPlan } from "../../src/plan/dump.ts";
import { widthOf } from "../../src/plan/text-layout.ts";
import { planOf, TASKS } from "./plan-of.ts";
import { SWEEP, TANGLED } from "./programs.ts";

test("a plan is told on one page", () => {
  expect(
    dumpPlan(planOf(SWEEP)),
  ).toBe(String.raw`pipeline hp_sweep                                                                    main.pipe:27:10
  Trains all, keeps the best.
  epochs  Int = 10
  →       { best: Score?, model: File? }

steps                                                                         waits for    known
  experiments  task discover()                                                             now
  runs         map e in experiments                                           experiments  at run
                 key e.exp_id
                 at most 200 items, 8 at once
  ├─ train     task train(exp: e, epochs)                                                  at run
  └→           train
  check        check len(runs) > 0                                            runs         at run
                 or fail with "discovery found no experiment"
  best         let first([for r in runs by r.score.loss take 1: r])           runs, check  at run
  →            { best: best?.score, model: best?.model }

tasks
  discover() -> [Experiment] max 200
    image     ghcr.io/acme/ml-train:1.8.2
    run       python discover.py --out \(out)
    resources cpu 0.5, memory 512Mi
    retry     evicted 3 times

  train(exp: Experiment, epochs: Int) -> { score: Score, model: File }
    image     ghcr.io/acme/ml-train:1.8.2
    run       python train.py --exp-id \(exp.exp_id) --lr \(exp.lr) --epochs \(epochs) --output
                \(out.score) --model \(out.model)
    resources cpu 4, memory 16Gi, gpu 1
    timeout   6h
    retry     oom     2 times: memory 16Gi → 32Gi → 64Gi
    retry     evicted 5 times

bounds, at most
  pods                             201
  pods, every retry used up      1,604
  pods at once                       8
  cpu at once                 32 cores
  memory at once                 512Gi
  gpus at once                       8
`);
});

test("no line is wider than 100 columns, nor ends in blanks", () => {
  const lines = dumpPlan(planOf(TANGLED, {}, "main_one")).split("\n");
  expect(lines.filter((line) => widthOf(line) > 100 || /\s$/.test(line))).toEqual([]);
});

test("the same program gives the same text", () => {
  expect(dumpPlan(planOf(TANGLED, {}, "main_one"))).toBe(dumpPlan(planOf(TANGLED, {}, "main_one")));
});

test("steps stand in a tree, with both branches of an `if`", () => {
  const text = dumpPlan(
    planOf(
      `${TASKS}pipeline p(n: Int) { let x = if n > 1 { yield work({ name: "a" }) } else { yield 0 } do note("\\(x)") }`,
    ),
  );
  const steps = text
    .slice(text.indexOf("steps"), text.indexOf("\n\ntasks"))
    .split("\n")
    .map((line) => line.replace(/ {2,}/g, "  "));
  expect(steps).toEqual([
    "steps  waits for  known",
    "  x  if n > 1  at submit",
    "  ├─ then",
    '  │  ├─ work  task work(item: { weight: 1, name: "a" }, rate: 0.5)  now',
    "  │  └→  work",
    "  └─ else",
    "  └→  0",
    '  note  task note(text: "\\(x)")  x  at run',
  ]);
});

test("`finally`, called pipelines, schedules, time limits and secrets have their places", () => {
  const text = dumpPlan(
    planOf(`
      secret token = "store/key"
      task t() { image "x:1" run ["t"] env { T: token } cache "v2" timeout 90s }
      pipeline inner() { do t() }
      pipeline p() schedule "0 3 * * *" in "Europe/Berlin" timeout 12h { do inner() } finally { do t() }
    `),
  );
  expect(text).toMatch(/^ {2}schedule {2}0 3 \* \* \* in Europe\/Berlin$/m);
  expect(text).toMatch(/^ {2}timeout {3}12h$/m);
  expect(text).toMatch(/^finally /m);
  expect(text).toMatch(/^pipeline inner \(called\) /m);
  expect(text).toMatch(/^ {4}env {7}T \(secret token\)$/m);
  expect(text).toMatch(/^ {4}timeout {3}90s$/m);
  expect(text).toMatch(/^ {4}cache {5}version "v2"$/m);
  expect(text).toMatch(/^ {2}token {2}store\/key$/m);
});

test("bounds that a parameter or the run decides are said to be open", () => {
  const text = dumpPlan(
    planOf(`
      task t(m: Size) { image "x:1" run ["t"] resources { memory: m } }
      pipeline p(n: Int, m: Size) { do map i in range(n) max n parallel 3 { do t(m + i * 1Mi) } }
    `),
  );
  expect(text).toMatch(/^ {2}pods +not known yet$/m);
  expect(text).toMatch(/^ {2}pods at once +3$/m);
  expect(text).toMatch(/^ {2}memory at once +not known yet$/m);
});

test("what no task asks for is not an amount of 0", () => {
  const text = dumpPlan(planOf(`task t() { image "x:1" run ["t"] resources { cpu: 2 } } pipeline p() { do t() }`));
  expect(text).toMatch(/^ {2}cpu at once +2 cores$/m);
  expect(text).toMatch(/^ {2}memory at once +not requested$/m);
  expect(text).toMatch(/^ {2}gpus at once +not requested$/m);
});

test("characters that would act on a terminal are made visible", () => {
  const plan = planOf(`${TASKS}pipeline p() { do note("a\\u{1B}[31mb\\u{202E}c") }`);
  expect(dumpPlan(plan)).not.toMatch(/\u202e|(?!\n)\p{Cc}/u);
});
