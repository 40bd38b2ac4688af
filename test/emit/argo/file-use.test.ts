// Files that no task makes: documents written in a call are artifacts, all else is refused.
import { expect, test } from "vitest";
import { compileArgo } from "./compile-argo.ts";

const TASKS = `
task find() -> [Int] max 9 { image "a/b:1" run ["find", out] }
task use(table: File) { image "a/b:1" run ["use", table] }
`;

function problemsOf(body: string, more = ""): string[] {
  return compileArgo(`${TASKS}${more}\npipeline main() {\n${body}\n}\n`).problems.map(({ message }) => message);
}

test.each(["json_file(find())", "json_file({ a: 1 })", "json_file(1)"])(
  "%s in a call is a raw artifact",
  (document) => {
    const { template, problems } = compileArgo(`${TASKS}pipeline main() {\n  do use(${document})\n}\n`);
    expect(problems).toEqual([]);
    expect(template("use").inputs.artifacts).toMatchObject([{ name: "table", raw: { data: expect.any(String) } }]);
  },
);

test("the document of a default is one too, known or not", () => {
  const { template } = compileArgo(
    'task use(table: File = json_file("a")) { image "a/b:1" run ["use", table] }\npipeline main() { do use() }',
  );
  expect(template("use").inputs.artifacts[0].raw).toBeDefined();
});

test.each([
  ["by a name", "let table = json_file(find())\ndo use(table)"],
  ["in a list", "let tables = [for n in range(3): json_file(n)]\ndo map t in tables { do use(t) }"],
  [
    "in a choice",
    "let xs = find()\nlet t = if len(xs) > 1 { yield json_file(xs) } else { yield json_file(1) }\ndo use(t)",
  ],
  ["known before the run", "let tables = [json_file(1)]\ndo map t in tables { do use(t) }"],
])("a document %s is refused", (_, body) => {
  expect(problemsOf(body).filter((message) => message.includes("this `json_file`"))).toHaveLength(1);
});

test("a document in the command of a task is refused", () => {
  const task = 'task own(n: Int) { image "a/b:1" run ["own", json_file(n)] }';
  expect(problemsOf("do own(1)", task)).toEqual([expect.stringContaining("this `json_file`")]);
});

test("a File from outside is refused wherever it is named", () => {
  const inside = 'task own() { image "a/b:1" run ["own", file("pvc:a.bin")] }';
  for (const [body, more] of [
    ['do use(file("pvc:a.bin"))', ""],
    ['let files = [file("pvc:a.bin")]\ndo map f in files { do use(f) }', ""],
    ["do own()", inside],
  ] as const)
    expect(problemsOf(body, more)).toContainEqual(expect.stringContaining("the File `pvc:a.bin`"));
});

test("the key of a File in the result is computed by a task: an output does not know the run", () => {
  const { template } = compileArgo(
    'task make() -> { model: File } { image "a/b:1" run ["make", out.model] }\npipeline main() -> File { yield make().model }',
  );
  const [result] = template("main").outputs.parameters;
  expect(result.valueFrom.expression).toContain('tasks["make-result"]');
  expect(result.valueFrom.expression).not.toContain("workflow.");
});
