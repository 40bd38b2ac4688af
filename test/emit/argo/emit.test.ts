import { expect, test } from "vitest";
import { compileArgo, type Loose } from "./compile-argo.ts";

const TASKS = `
task find() -> [Int] max 9 { image "a/b:1" run ["find", out] }
task work(n: Int) -> Int { image "a/b:1" run ["work", n, out] }
task tell(text: String) { image "a/b:1" run ["tell", text] }
`;

function pipeline(body: string, head = "main()"): string {
  return `${TASKS}\npipeline ${head} {\n${body}\n}\n`;
}

const names = (template: Loose): string[] => template.dag.tasks.map(({ name }: Loose) => name);
const taskOf = (template: Loose, name: string): Loose => template.dag.tasks.find((task: Loose) => task.name === name);
const given = (task: Loose, name: string): string =>
  task.arguments.parameters.find((each: Loose) => each.name === name).value;

test("each kind has its name and place for the spec", () => {
  const source = pipeline("do work(1)", 'main() schedule "0 3 * * *" in "Europe/Berlin"');
  expect(compileArgo(source).workflow).toMatchObject({
    kind: "CronWorkflow",
    metadata: { name: "main" },
    spec: { schedules: ["0 3 * * *"], timezone: "Europe/Berlin", concurrencyPolicy: "Forbid" },
  });
  expect(compileArgo(source, { kind: "Workflow" }).workflow.metadata.generateName).toBe("main-");
  expect(compileArgo(source, { kind: "WorkflowTemplate" }).workflow.spec.entrypoint).toBe("main");
});

test("a parameter is JSON text, a String itself, and is checked before it is read", () => {
  const { workflow, template } = compileArgo(
    pipeline("do work(n)\ndo tell(label)", 'main(n: Int = 4, label: String = "{{x}} 007")'),
  );
  expect(workflow.spec.arguments.parameters).toEqual([
    { name: "n", value: "4" },
    { name: "label", value: "{{x}} 007" },
  ]);
  expect(taskOf(template("main"), "work").depends).toBe("parameters.Succeeded");
  expect(taskOf(template("main"), "tell").depends).toBeUndefined();
});

test("a step waits for what it reads, and for nothing that this implies", () => {
  const { template } = compileArgo(pipeline("let a = work(1)\nlet b = work(a)\ndo tell(str(a + b)) after b"));
  expect(taskOf(template("main"), "tell").depends).toBe("b-result.Succeeded");
});

test("a map loops over indexes, bounds its list and tells keys apart before any item starts", () => {
  const { template } = compileArgo(
    pipeline("let xs = find()\nlet ys = map x in xs max 5 parallel 2 { yield work(x) }\ndo tell(json(ys))"),
  );
  const map = template("ys");
  expect(map.parallelism).toBe(2);
  expect(map.failFast).toBeUndefined();
  expect(taskOf(map, "items").withSequence.count).toBe('{{=len(fromJSON(inputs.parameters["list-items"]))}}');
  expect(given(taskOf(template("main"), "ys"), "list-items")).toContain("len(#) > 5 ? sprig.fail(");
  expect(given(taskOf(template("main"), "ys"), "list-keys")).toContain("The keys of this map are not unique.");
  expect(template("ys-item").outputs.parameters[0].valueFrom.expression).toContain(' ? toJson({"i": asInt');
});

test("a tolerant lane ends well whatever fails in it, and a guard counts", () => {
  const { template } = compileArgo(
    pipeline("let ys = map x in range(4) tolerate 1 { let a = work(x)\nyield work(a) }\ndo tell(json(ys.ok))"),
  );
  const lane = template("ys-item");
  expect(names(lane).at(-1)).toBe("end");
  for (const end of ["Succeeded", "Failed", "Errored", "Skipped", "Omitted"])
    expect(lane.dag.tasks.at(-1).depends).toContain(`.${end}`);
  expect(taskOf(template("ys"), "tolerated").depends).toBe("items.Succeeded || items.Skipped");
});

test("an item begins only while no more have failed than may, and tells the others when it fails", () => {
  const body = (clause: string): string => `do map x in range(4) ${clause} { let a = work(x)\ndo work(a) }`;
  const lane = (clause: string): Loose => compileArgo(pipeline(body(clause))).template("map-item");
  const failures =
    'count(keys(workflow?.outputs?.parameters ?? {}), # startsWith "failed-" + inputs.parameters["map-hash"] + "-")';
  for (const [clause, allowed] of [
    ["", "0"],
    ["tolerate 2", "2"],
    ["tolerate 50%", 'asInt(inputs.parameters["map-tolerates"])'],
  ] as const) {
    const [first, ...others] = lane(clause).dag.tasks;
    expect(first.when).toBe(`{{=${failures} <= ${allowed}}}`);
    expect(others.slice(0, -1).filter(({ when }: Loose) => when !== undefined)).toEqual([]);
    expect(others.at(-1)).toMatchObject({ name: "end", template: "failed-item" });
  }
});

test("a command that cannot be started is not tried again", () => {
  const task = (lines: string): string => `task a() { image "a/b:1" run ["a"] ${lines} }\npipeline main() { do a() }`;
  const one = compileArgo(task("retry any 2")).template("a").retryStrategy.expression;
  expect(one).toContain('and not (lastRetry.message startsWith "main: Error (exit code 64): failed to "');
  const several = compileArgo(task("retry exit(3) 1\nretry any 1")).template("a");
  expect(taskOf(several, "attempt-1").when).toContain('# in ["143", "64"])');
});

test("each task sees the key of its item, and an empty one outside of maps", () => {
  const { template } = compileArgo(`${TASKS}
pipeline inner(n: Int) { do work(n) }
pipeline main() {
  do work(1)
  do map x in range(2) key "k\\(x)" { do if x > 0 { do inner(x) } do tell("a") }
}`);
  const fixed = template("work").container.env.find(({ name }: Loose) => name === "SLUICE_KEY");
  expect(fixed).toEqual({ name: "SLUICE_KEY", value: "" });
  const key = '{"name": "SLUICE_KEY", "value": replace(fromJSON(inputs.parameters["item-key"]), "$", "$$")}';
  for (const name of ["inner-work", "map-item-tell"]) expect(template(name).podSpecPatch).toContain(key);
});

test("a File may be read and started by whoever the image runs as", () => {
  const { template } = compileArgo(`
task make() -> { model: File, parts: Dir } { image "a/b:1" run ["make", out.model, out.parts] }
task use(model: File, parts: Dir) { image "a/b:1" run ["use", model, parts] }
pipeline main() { let made = make() do use(made.model, made.parts) }`);
  const [model, parts] = template("use").inputs.artifacts;
  expect(model).toMatchObject({ name: "model", mode: 0o755 });
  expect(model.recurseMode).toBeUndefined();
  expect(parts).toMatchObject({ name: "parts", mode: 0o755, recurseMode: true });
});

test("the scripts of a run are named for it", () => {
  const script = "task s() { image \"a/b:1\" script \"sh\" '''\n  true\n''' }\npipeline main() { do s() }";
  const name = (run?: string): string =>
    compileArgo(script, run === undefined ? {} : { run }).template("s").volumes[0].configMap.name;
  expect(name()).toMatch(/^main-s-script-/);
  expect(name("main-1")).toMatch(/^main-1-s-script-/);
  expect(name("main-2")).not.toBe(name("main-1"));
});

test("an argument of 128 KiB is refused, and where only the run knows it no file is put in its place", () => {
  const long = compileArgo(pipeline(`do tell("${"x".repeat(131_072)}")`));
  expect(long.problems.map(({ message }) => message).join("\n")).toContain("128 KiB");
  const { template } = compileArgo(pipeline("do tell(label)", "main(label: String)"));
  expect(template("tell").podSpecPatch).toContain('len(toBase64(#)) > 174761 ? repeat("x", 131072) :');
});

test("no task that others wait for is named by a word of the language in which Argo reads what they wait for", () => {
  const { template } = compileArgo(
    pipeline("let contains = work(1)\ndo if contains > 0 { do work(2) }\ndo work(3) after contains"),
  );
  expect(names(template("main"))).toEqual(expect.arrayContaining(["contains-step", "contains-step-result", "if-step"]));
  expect(template("main").dag.tasks.map(({ depends }: Loose) => depends)).toContain("contains-step.Succeeded");
});

test("a condition is evaluated where it may fail, and only its truth decides", () => {
  const { template } = compileArgo(
    pipeline("let x = work(1)\nlet y = if 10 / x > 2 { yield work(2) }\ndo tell(json(y))"),
  );
  expect(taskOf(template("y"), "then").when).toBe('{{=inputs.parameters["if-test"] == "true"}}');
  expect(template("y").outputs.parameters[0].valueFrom.expression).toContain(': "null"');
});

test("one retry line is a strategy, several are attempts with one budget each", () => {
  const one = compileArgo(
    'task a() { image "a/b:1" run ["a"] retry exit(75) 2 after 1s..4s }\npipeline main() { do a() }',
  );
  expect(one.template("a").retryStrategy).toMatchObject({
    limit: 2,
    backoff: { duration: "1s", factor: 2, cap: "4s" },
  });
  const several = compileArgo(
    'task a() { image "a/b:1" run ["a"] resources { memory: 1Gi } retry oom 1 { memory: memory * 2 } retry evicted 2 }\npipeline main() { do a() }',
  );
  expect(names(several.template("a"))).toEqual(["attempt-0", "attempt-1", "attempt-2", "attempt-3", "end"]);
  expect(several.template("a-attempt").podSpecPatch).toContain('["1Gi", "2Gi"][asInt(inputs.parameters["grown-by"])]');
});

test("what is known of a command stands in the container, with nothing for Kubernetes to expand", () => {
  const { template } = compileArgo(pipeline('do tell("costs $(X)")'));
  expect(template("tell").container.command).toEqual(["tell", "costs $$(X)"]);
  expect(template("tell").podSpecPatch).toBeUndefined();
});

test("a text with braces never stands in a template", () => {
  const { text, template } = compileArgo(pipeline('do tell("{{workflow.name}}")'));
  expect(text).not.toContain("{{workflow.name}}");
  expect(template("tell").container.command).toEqual(["tell"]);
});

test("a script travels in a ConfigMap", () => {
  const { text, template } = compileArgo(
    "task s() { image \"a/b:1\" script \"sh\" '''\n  echo {{=1+1}}\n''' }\npipeline main() { do s() }",
  );
  expect(text).toContain("kind: ConfigMap");
  expect(template("s").container.command).toEqual(["sh", "/sluice/script"]);
  expect(JSON.stringify(template("s"))).not.toContain("1+1");
});

test.each([
  ["batch", pipeline("do map x in range(4) batch 2 { do work(x) }"), "argo-refused"],
  [
    "a parallel that the run decides",
    pipeline("do map x in range(4) parallel w { do work(x) }", "main(w: Int = 2)"),
    "argo-refused",
  ],
  [
    "a Failure as a result",
    `${TASKS}pipeline main() -> [Failure] { let r = map x in range(4) tolerate 1 { yield work(x) } yield r.failed }`,
    "argo-failure",
  ],
  [
    "more than twelve attempts",
    'task a() { image "a/b:1" run ["a"] retry evicted 20 retry exit(1) 1 }\npipeline main() { do a() }',
    "argo-retry",
  ],
])("refuses %s and emits nothing", (_, source, code) => {
  const { text, problems } = compileArgo(source);
  expect(problems.map((problem) => problem.code)).toContain(code);
  expect(text).toBe("");
});

test("more than 200 tasks of a block are refused", () => {
  const body = Array.from({ length: 201 }, (_, n) => `do tell("${n}")`).join("\n");
  expect(
    compileArgo(pipeline(body))
      .problems.map(({ message }) => message)
      .join("\n"),
  ).toContain("200");
});
