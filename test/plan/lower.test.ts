import { expect, test } from "vitest";
import { compile } from "../../src/compiler.ts";
import { createMemoryHost } from "../harness/memory-host.ts";
import { bodyOf, compileText, nodeOf, planOf, TASKS } from "./plan-of.ts";

const ids = (text: string) => bodyOf(planOf(TASKS + text)).nodes.map((node) => node.id);
const needs = (text: string) =>
  Object.fromEntries(bodyOf(planOf(TASKS + text)).nodes.map((node) => [node.id, node.needs]));

test("a let of a call, a map or a branch names its node; other calls are named for their task", () => {
  expect(
    ids(`pipeline p() {
      let items = load()
      let runs = map i in items { yield work(i) }
      let some = if len(runs) > 1 { yield work(first(items) ?? { name: "a" }) }
      let total = sum(runs)
      do note("\\(total) \\(some ?? 0)")
      do map i in items { yield work(i) }
    }`),
  ).toEqual(["items", "runs", "some", "total", "note", "map"]);
});

test("names that are made up are unique and differ from every name of the pipeline", () => {
  expect(
    ids(`pipeline p(note_2: String) {
      do note(note_2)
      do note("b")
      do note("c")
      let rates = [for note_4 in [note_2]: note_4]
      do note(first(rates) ?? "")
    }`),
  ).toEqual(["note", "note_3", "note_5", "rates", "note_6"]);
});

test("a call inside of a call comes first", () => {
  const plan = planOf(`${TASKS}task twice(x: Int) -> Int { image "x:1" run ["x", x, out] }
    pipeline p() -> Int { yield twice(twice(work({ name: "a" }))) }`);
  expect(bodyOf(plan).nodes.map(({ id, needs }) => [id, needs])).toEqual([
    ["work", []],
    ["twice", ["work"]],
    ["twice_2", ["twice"]],
  ]);
  expect(bodyOf(plan).yield?.value).toEqual({ op: "ref", name: "twice_2" });
});

test("a node needs what it names, also deep inside of it, and what it comes after, in block order", () => {
  expect(
    needs(`pipeline p() {
      let items = load()
      let more = load()
      let scale = work({ name: "s" })
      let runs = map i in items where len(more) > 0 { let x = if scale > 1 { yield work(i) } yield x }
      do note("done") after runs, items
      check len(items) > 0, "no \\(scale)"
    }`),
  ).toEqual({
    items: [],
    more: [],
    scale: [],
    runs: ["items", "more", "scale"],
    note: ["items", "runs"],
    check: ["items", "scale"],
  });
});

test("what stands in a statement with `after` waits as a whole", () => {
  expect(
    needs(`pipeline p() {
      let items = load()
      let n = work({ name: "a" }) + 1 after items
      do note("\\(n)")
    }`),
  ).toEqual({ items: [], work: ["items"], n: ["items", "work"], note: ["n"] });
});

test("arguments stand in the order of the parameters, defaults filled in", () => {
  const plan =
    planOf(`${TASKS}task two(a: Int, b: Int = 7, c: String? = null) { image "x:1" run ["x", a, b, ...opt("-c", c)] }
    pipeline p() { do two(b: 2, a: 1) do two(3) }`);
  expect(nodeOf(plan, "two", "call").arguments).toEqual([
    { name: "a", value: { op: "literal", value: 1 } },
    { name: "b", value: { op: "literal", value: 2 } },
    { name: "c", value: { op: "literal", value: null } },
  ]);
  expect(nodeOf(plan, "two_2", "call").arguments.map((argument) => argument.value)).toEqual(
    [3, 7, null].map((value) => ({ op: "literal", value })),
  );
});

test("a map without `max` takes 1024 items, and its bound is the smaller of the list's and `max`", () => {
  const plan = planOf(`${TASKS}
    task many() -> [Item] { image "x:1" run ["x", out] }
    pipeline p(n: Int = 3) {
      let a = map i in load() { yield work(i) }
      let b = map i in many() { yield work(i) }
      let c = map i in load() max 10 { yield work(i) }
      let d = map i in [{ name: "x", weight: 1 }, { name: "y", weight: 2 }] { yield work(i) }
      let e = map i in many() max n { yield work(i) }
      do note("\\(len(a) + len(b) + len(c) + len(d) + len(e))")
    }`);
  const mapOf = (id: string) => nodeOf(plan, id, "map");
  expect(mapOf("a").max).toEqual({ op: "literal", value: 1024 });
  expect(["a", "b", "c", "d", "e"].map((id) => mapOf(id).bound)).toEqual([50, 1024, 10, 2, undefined]);
});

test("a map is static when its items are known before the run", () => {
  const plan = planOf(
    `${TASKS}
    pipeline inner(names: [String]) { do map n in names { do note(n) } }
    pipeline p(names: [String]) {
      let upper_names = [for n in names: upper(n)]
      let a = map n in upper_names where n != "x" { let b = map m in split(n, ",") { do note(m) } }
      let c = map i in load() { do note(i.name) }
      do inner(names) after a, c
    }`,
    {},
    "p",
  );
  expect([nodeOf(plan, "a", "map").static, nodeOf(plan, "b", "map").static, nodeOf(plan, "c", "map").static]).toEqual([
    true,
    true,
    false,
  ]);
  const [map] = plan.pipelines.find((pipeline) => pipeline.id === "inner")!.body.nodes;
  expect(map).toMatchObject({ kind: "map", id: "map", static: false });
});

test("clauses of a map are kept, counts folded", () => {
  const plan = planOf(`${TASKS}const N = 4
    pipeline p() {
      let r = map i, k in load() key "\\(k)-\\(i.name)" parallel N * 2 batch N tolerate 2.5% { yield work(i) }
      let s = map i in load() tolerate (N) { yield work(i) }
      do note("\\(len(r.ok)) \\(len(s.ok))")
    }`);
  expect(nodeOf(plan, "r", "map")).toMatchObject({
    item: "i",
    index: "k",
    parallel: { op: "literal", value: 8 },
    batch: 4,
    tolerate: { percent: 2.5 },
  });
  expect(nodeOf(plan, "s", "map").tolerate).toEqual({ count: 4 });
});

test("numbers that a `let` holds when compiling are put into the clauses", () => {
  const plan = planOf(`${TASKS}
    pipeline p() {
      let few = 2
      let r = map i in load() max few * 10 parallel few batch few + 1 tolerate few { yield work(i) }
      do note("\\(len(r.ok))")
    }`);
  expect(nodeOf(plan, "r", "map")).toMatchObject({
    max: { op: "literal", value: 20 },
    bound: 20,
    parallel: { op: "literal", value: 2 },
    batch: 3,
    tolerate: { count: 2 },
    needs: ["load"],
  });
});

test("`else if` is a branch inside of the other branch", () => {
  const plan = planOf(`${TASKS}
    pipeline p(n: Int) -> Int {
      let x = if n > 2 { yield work({ name: "a" }) } else if n > 1 { yield work({ name: "b" }) } else { yield 0 }
      yield x
    }`);
  const outer = nodeOf(plan, "x", "if");
  expect(outer.else?.nodes.map((node) => [node.kind, node.id])).toEqual([["if", "if"]]);
  expect(outer.else?.yield?.value).toEqual({ op: "ref", name: "if" });
  expect(nodeOf(plan, "if", "if").else).toEqual({
    nodes: [],
    yield: { value: { op: "literal", value: 0 }, type: { kind: "int" } },
  });
});

test("a branch without calls stays an expression", () => {
  const plan = planOf(`${TASKS}pipeline p(n: Int) { let x = if n > 2 { yield "a" } else { yield "b" } do note(x) }`);
  expect(bodyOf(plan).nodes.map((node) => node.kind)).toEqual(["let", "call"]);
});

test("only what is reached is in the plan, sorted", () => {
  const plan = planOf(
    `
    secret used = "s/a"
    secret unused = "s/b"
    task z() { image "x:1" run ["z"] env { T: used } }
    task a() { image "x:1" run ["a"] }
    task never() { image "x:1" run ["n"] env { T: unused } }
    pipeline p() { do z() do q() }
    pipeline q() { do a() }
    pipeline r() { do never() }
  `,
    {},
    "p",
  );
  expect(plan.tasks.map((task) => task.id)).toEqual(["a", "z"]);
  expect(plan.pipelines.map((pipeline) => pipeline.id)).toEqual(["p", "q"]);
  expect(plan.secrets).toEqual([{ name: "used", object: "s", key: "a" }]);
  expect(plan.tasks[1]!.env).toEqual([{ name: "T", secret: "used" }]);
});

test("tasks of one name in two files get ids of their own", () => {
  const plan = planOf(
    `import { inner } from "lib/other.pipe"
    task work_2() { image "x:1" run ["two"] }
    task work() { image "x:1" run ["main"] }
    pipeline p() { do work() do inner() do work_2() }`,
    { "lib/other.pipe": `task work() { image "x:1" run ["other"] } pipeline inner() { do work() }` },
  );
  expect(plan.tasks.map((task) => [task.id, task.name, task.source])).toEqual([
    ["work", "work", "main.pipe:3:10"],
    ["work_2", "work_2", "main.pipe:2:10"],
    ["work_3", "work", "lib/other.pipe:1:6"],
  ]);
  expect(plan.files.map((file) => file.path)).toEqual(["main.pipe", "lib/other.pipe"]);
});

test("places are relative to the folder of the main file", () => {
  const files = {
    "a/b/main.pipe": `import { t } from "../t.pipe"\npipeline p() { do t() }`,
    "a/t.pipe": `task t() { image "x:1" run ["t"] }`,
  };
  const { plan } = compile("a/b/main.pipe", createMemoryHost(files));
  expect(plan?.tasks[0]?.source).toBe("../t.pipe:1:6");
  expect(plan?.pipelines[0]?.source).toBe("main.pipe:2:10");
});

test("a task holds all it says, with defaults where it says nothing", () => {
  const plan = planOf(`
    resources big { cpu: 2..4, memory: 8Gi }
    ## Does it.
    task t(n: Int) -> { a: Int, b: File } {
      image "x:\\(n_of)"
      run ["t", n, ...opt("--m", "x"), out.a, out.b]
      env { N: n }
      resources { ...big, memory: 2 * 16Gi, gpu: 1 }
      retry oom 2 after 1s..1min { memory: memory * 2 }
      retry exit(3, 4) n_of
      timeout 2 * 3h
      cache "v1"
    }
    const n_of = 1
    task bare() { image "x:1" script "sh" '''
      echo
    ''' }
    pipeline p() { let x = t(1) do bare() after x }`);
  const [bare, t] = plan.tasks;
  expect(t).toMatchObject({
    documentation: "Does it.",
    image: "x:1",
    outputs: [
      { name: "a", type: { kind: "int" } },
      { name: "b", type: { kind: "file" } },
    ],
    resources: {
      cpu: { request: { value: 2 }, limit: { value: 4 } },
      memory: { request: { value: 34359738368 }, limit: { value: 34359738368 } },
      gpu: { value: 1 },
    },
    retries: [
      { cause: "oom", count: { value: 2 }, after: { from: { value: 1000 }, to: { value: 60000 } } },
      { cause: "exit", codes: [3, 4], count: { value: 1 } },
    ],
    timeout: { op: "literal", value: 21600000 },
    cache: { version: "v1" },
  });
  expect(t!.retries[0]!.overrides.memory?.request).toMatchObject({
    op: "arithmetic",
    left: { op: "ref", name: "memory" },
  });
  expect(bare!.retries).toMatchObject([
    { cause: "evicted", codes: [], count: { op: "literal", value: 3 }, overrides: {} },
  ]);
  expect(bare!.command).toMatchObject({ form: "script", interpreter: "sh" });
});

test("the pipeline that no other calls runs, whatever the order", () => {
  const text = `task t() { image "x:1" run ["t"] } pipeline inner() { do t() } pipeline outer() { do inner() }`;
  expect(planOf(text).pipeline).toBe("outer");
  expect(planOf(text, {}, "inner").pipeline).toBe("inner");
});

test("several pipelines that could run are listed", () => {
  const { plan, diagnostics } = compileText(
    `task t() { image "x:1" run ["t"] } pipeline a() { do t() } pipeline b() { do t() }`,
  );
  expect(plan).toBeUndefined();
  expect(diagnostics.map((found) => found.code)).toEqual(["which-pipeline"]);
  expect(diagnostics[0]!.message).toContain("`a`, `b`");
});

test("an unknown pipeline is answered with the near name", () => {
  const host = createMemoryHost({ "main.pipe": `task t() { image "x:1" run ["t"] } pipeline nightly() { do t() }` });
  const { plan, diagnostics } = compile("main.pipe", host, { pipeline: "nigthly" });
  expect(plan).toBeUndefined();
  expect(diagnostics[0]).toMatchObject({ code: "unknown-pipeline", help: expect.stringContaining("nightly") });
});

test("a file without a pipeline has no plan and nothing wrong", () => {
  expect(compileText(`task t() { image "x:1" run ["t"] }`)).toMatchObject({ diagnostics: [] });
});

test("`finally` sees the parameters and `run`", () => {
  const plan = planOf(
    `${TASKS}pipeline p(who: String) { let x = load() do note(who) after x } finally { do note("\\(run.status) \\(who)") }`,
  );
  const [node] = plan.pipelines[0]!.finally!.nodes;
  expect(node).toMatchObject({ id: "note_2", kind: "call", needs: [] });
});

test("ten thousand tasks in a chain are lowered in a moment", () => {
  const count = 10_000;
  const tasks = Array.from(
    { length: count },
    (_, n) => `task t${n}(x: Int) -> Int { image "x:1" run ["t", x, out] }`,
  ).join("\n");
  const calls = Array.from({ length: count }, (_, n) => `  let v${n} = t${n}(${n === 0 ? "0" : `v${n - 1}`})`).join(
    "\n",
  );
  const compilation = compileText(`${tasks}\npipeline p() -> Int {\n${calls}\n  yield v${count - 1}\n}`);
  expect(compilation.plan?.tasks).toHaveLength(count);
  expect(compilation.plan?.bounds).toMatchObject({ pods: count, peak: { pods: 1 } });
}, 20_000);
