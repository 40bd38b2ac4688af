// Files that a task names in its own body become arguments, which are brought to pods.
import { expect, test } from "vitest";
import { compile } from "../../src/compiler.ts";
import { liftTaskFiles } from "../../src/emit/lift-task-files.ts";
import { buildInvocation } from "../../src/engine/invocation.ts";
import type { Plan, PlanNode } from "../../src/plan/plan.ts";
import { makeRecord } from "../../src/types/value.ts";

function planOf(text: string): Plan {
  const host = { readText: () => ({ ok: true as const, text }), resolve: (_: string, path: string) => path };
  const { plan, diagnostics } = compile("main.pipe", host);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return plan!;
}

const TWICE = `
task train(lr: Float) {
  image "node:24"
  run ["node", file("train.mjs"), "--lr", lr, "--data", file("data.csv"), ...[file("a.txt"), file("b.txt")]]
  env { LOG: file("train.mjs") }
}
pipeline main() {
  do train(0.1)
  do map lr in [0.2, 0.3] { yield train(lr) }
}`;

test("each file of a body is one parameter of the task, and an argument of all of its calls", () => {
  const plan = liftTaskFiles(planOf(TWICE.replace("do map lr in [0.2, 0.3] { yield train(lr) }", "do train(0.2)")));
  const [task] = plan.tasks;
  expect(task!.parameters.map(({ name, type }) => [name, type.kind])).toEqual([
    ["lr", "float"],
    ['file("train.mjs")', "file"],
    ['file("data.csv")', "file"],
    ['file("a.txt")', "file"],
    ['file("b.txt")', "file"],
  ]);
  const calls = plan.pipelines[0]!.body.nodes.filter(
    (node): node is PlanNode & { kind: "call" } => node.kind === "call",
  );
  expect(calls).toHaveLength(2);
  for (const call of calls)
    expect(call.arguments.map(({ name }) => name)).toEqual(task!.parameters.map(({ name }) => name));
});

test("the command line is the same as before once the parameters have their values", () => {
  const before = planOf(TWICE.replace("do map lr in [0.2, 0.3] { yield train(lr) }", ""));
  const after = liftTaskFiles(before);
  const files = ["train.mjs", "data.csv", "a.txt", "b.txt"].map((name) => [`file("${name}")`, name] as const);
  const given = makeRecord([["lr", 0.1], ...files]);
  expect(buildInvocation(after.tasks[0]!, given, null)).toEqual(
    buildInvocation(before.tasks[0]!, makeRecord([["lr", 0.1]]), null),
  );
});

test("a script gets no variable for a file of its env", () => {
  const text =
    'task t() {\n  image "node:24"\n  env { DATA: file("d.csv") }\n  script "sh" \'\'\'\n    cat "$DATA"\n  \'\'\'\n}\npipeline main() { do t() }';
  const [task] = liftTaskFiles(planOf(text)).tasks;
  const built = buildInvocation(task!, makeRecord([['file("d.csv")', "/sluice/in/d.csv"]]), null);
  expect(built.ok && built.env).toEqual([{ name: "DATA", value: "/sluice/in/d.csv" }]);
});

test("a plan whose tasks name no files is the same object", () => {
  const plan = planOf('task t() {\n  image "a:1"\n  run ["t"]\n}\npipeline main() { do t() }');
  expect(liftTaskFiles(plan)).toBe(plan);
});
