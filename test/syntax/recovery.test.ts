import { expect, test } from "vitest";
import { applyFixes } from "../../src/diagnostics/apply-fixes.ts";
import { createSourceFile } from "../../src/text/source-file.ts";
import { codesOf, parseText } from "./tree.ts";

function block(...lines: string[]): string {
  return `pipeline p(xs: [Int]) {\n${lines.map((line) => `  ${line}\n`).join("")}  let last = 1\n}\n\nconst LAST = 1\n`;
}

function task(...lines: string[]): string {
  return `task t() {\n  image "i"\n${lines.map((line) => `  ${line}\n`).join("")}  timeout 5min\n}\n\nconst LAST = 1\n`;
}

// One mistake, one error, and the file goes on behind it.
test.each([
  ["let a = f(1, 2", "missing-closer"],
  ["let a = [1, 2", "missing-closer"],
  ["let a = { a: 1, b: 2", "missing-closer"],
  ["let a = map x in xs { yield f(x)", "missing-closer"],
  ["let a = map x in xs {\n    yield f(x)\n  let b = 2", "missing-closer"],
  ["let a = f(\n    1,\n    2", "missing-closer"],
  ["let a 5", "unexpected-token"],
  ["let = 5", "missing-name"],
  ["let a =", "unexpected-token"],
  ["let a = b.", "unexpected-token"],
  ["let a = 1 + * 2", "unexpected-token"],
  ["let a = (1))", "unknown-statement"],
  ["let a = f(1,, 2)", "extra-comma"],
  ["let a = f(1 2)", "missing-comma"],
  ["let a = { a: 1\n    b: 2 }", "missing-comma"],
  ["if x { do f(x) }", "missing-do"],
  ["f(x)", "missing-do"],
  ["a = 3", "missing-let"],
  ['print "x"', "unknown-statement"],
  ["for x in xs { do f(x) }", "for-statement"],
  ["let a = b ? 1 : 2", "conditional-operator"],
  ["let a = f(x = 1)", "equals-for-colon"],
  ["let a = { x = 1 }", "equals-for-colon"],
  ["let a == 1", "assignment-sign"],
  ["check a = 1", "comparison-sign"],
  ["let a = if b = 1 { yield 1 }", "comparison-sign"],
  ["let a = [for x in xs if x > 1: x]", "foreign-word"],
  ["let a = [x for x in xs]", "comprehension-order"],
  ["let a = map x in xs => f(x)", "missing-block"],
  ["let a = map (x in xs) { yield x }", "map-parentheses"],
  ["let a = map x key x.a in xs { yield x }", "misplaced-clause"],
  ["let a = map x in xs { yield x } parallel 8", "misplaced-clause"],
  ["let a = if b { yield 1 } elif c { yield 2 } else { yield 3 }", "foreign-word"],
  ["let a = if b { 1 }", "missing-yield"],
  ["let a = if b yield 1", "missing-block"],
  ["var a = 1", "foreign-word"],
  ["let a = f() after load(1)", "after-not-a-name"],
  ["let a = f() after b.c", "after-not-a-name"],
  ["do f() after b, load(1)", "after-not-a-name"],
  ["do f() after [b]", "after-not-a-name"],
  ['do f() after "b"', "after-not-a-name"],
  ["do f() after", "unexpected-token"],
  ["do f() after map", "after-not-a-name"],
  ["let a = map x in xs concurrency: 8 { yield f(x) }", "unknown-clause"],
  ["do f() depends_on b", "foreign-word"],
  ["do f() needs: [b]", "foreign-word"],
  ["do f() >> b", "order-sign"],
  ["let a = map x in xs concurrency 8 { yield f(x) }", "unknown-clause"],
  ["let a = map x in xs key x.a paralell 8 { yield f(x) }", "unknown-clause"],
  ["let a = map x in xs quickly 8 { yield f(x) }", "unknown-clause"],
  ["let the-model = 3", "invalid-name"],
  ["let a: Map<String, [Int]> = 3", "map-type"],
  ["let a: dict[str, int] = 3", "map-type"],
  ["let a = not b && c", "foreign-operator"],
  ["let a = !b", "foreign-operator"],
  ["let a = b === c", "foreign-operator"],
  ["let a = 'x'", "quote-style"],
  ["let a = “x”", "quote-style"],
  ["let a = 1;", "semicolon"],
  ["let a = 1 // one", "foreign-comment"],
  ["let a = 7%2", "percent-outside-tolerate"],
  ["let a = 1 < 2 < 3 < 4", "chained-comparison"],
  ["let a = None", "foreign-literal"],
  ["let a = .5", "number-without-zero"],
  ['let a = "abc', "unterminated-string"],
  ['let a = "abc \\(f(1"', "unterminated-string"],
  ['let a = "abc \\(f(1', "unterminated-interpolation"],
  ['let a = "\\()"', "unexpected-token"],
  ["let a = @ 3", "unexpected-character"],
  ["let a: Int[] = 3", "list-type"],
  ["let a: List[Int] = 3", "list-type"],
  ["let a: Int?? = 3", "double-optional"],
  ["let a := 5", "unexpected-token"],
  ["yield 1", "yield-not-last"],
])("in a block, %s: %s", (line, code) => {
  const { file, diagnostics } = parseText(block(line));
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  expect(file.declarations.map(({ kind }) => kind)).toEqual(["Pipeline", "Const"]);
  const [pipeline] = file.declarations;
  expect(pipeline?.kind === "Pipeline" && pipeline.body.statements.at(-1)).toMatchObject({ name: { text: "last" } });
});

test.each([
  ['imgae "x"', "unknown-task-statement"],
  ["memory 16Gi", "unknown-task-statement"],
  ['command ["a"]', "foreign-word"],
  ['run ["a", "b"', "missing-closer"],
  ["resources { cpu: 1", "missing-closer"],
  ['run "a b"', "unexpected-token"],
  ['script "sh" "x"', "unexpected-token"],
  ["retry 3", "missing-cause"],
  ["retry oom", "unexpected-token"],
  ['image: "x"', "statement-sign"],
  ['run = ["x"]', "statement-sign"],
  ['env { FOO = "x" }', "equals-for-colon"],
  ['env { "FOO" }', "missing-value"],
  ["script \"a\\(b)\" '''x'''", "text-must-be-plain"],
])("in a task, %s: %s", (line, code) => {
  const { file, diagnostics } = parseText(task(line));
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  expect(file.declarations.map(({ kind }) => kind)).toEqual(["Task", "Const"]);
  const [first] = file.declarations;
  expect(first?.kind === "Task" && first.statements.at(-1)?.kind).toBe("Timeout");
});

test.each([
  ['task t() {\n  image "a"\n\ntask u() {\n}\n', ["missing-closer"]],
  ["task t( {\n}\n", ["unexpected-token"]],
  ["task t(a: ) {}\n", ["unexpected-token"]],
  ["task t(a: Int, b Int, c) {}\n", ["missing-colon", "missing-type"]],
  ["task t(a: Int b: Int) {}\n", ["missing-comma"]],
  ["task t() => Int {}\n", ["result-arrow"]],
  ["task t(): Int {}\n", ["result-arrow"]],
  ["tsk t() {}\n", ["unknown-declaration"]],
  ["foo\n", ["unknown-declaration"]],
  ["let a = 1\n", ["foreign-word"]],
  ["def f(x):\n  return x\n", ["foreign-word"]],
  ['import a from "b"\n', ["import-braces"]],
  ['import a, b from "c"\n', ["import-braces"]],
  ["task train-model(exp-id: Int) {}\n", ["invalid-name", "invalid-name"]],
  ["type A = { exp-id: Int }\n", ["invalid-name"]],
  ["enum E { a b }\n", ["missing-comma"]],
  ["enum E {}\n", ["unexpected-token"]],
  ["enum E { map, in }\n", ["reserved-word", "reserved-word"]],
  ["type A { a: Int }\n", ["unexpected-token"]],
  ["pipeline p {\n  do f()\n}\n", ["unexpected-token"]],
  ["pipeline p() {\n  let a = f() }\n  let b = 1\n}\n", ["unmatched-closer"]],
  ["const A = 5 +\n", ["unexpected-token"]],
  ["const A = (((((\n", ["unexpected-token"]],
  ["const A = '''abc'''\n}\n", ["unmatched-closer"]],
])("at the top, %j: %j", (text, codes) => {
  const { file, diagnostics } = parseText(`${text}\nconst LAST = 1\n`);
  expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  expect(file.declarations.at(-1)).toMatchObject({ kind: "Const", name: { text: "LAST" } });
});

test("independent mistakes are all reported at once", () => {
  const text =
    'task t(a Int) {\n  imgae "x"\n  run [1 2]\n}\n\npipeline p() {\n  f()\n  let a =\n  let b = )\n  yield 1\n  yield 2\n}\ntpye A = Int\n';
  expect(codesOf(text)).toEqual([
    "missing-colon",
    "unknown-task-statement",
    "missing-comma",
    "missing-do",
    "unexpected-token",
    "unexpected-token",
    "yield-not-last",
    "unknown-declaration",
  ]);
});

test("a missing bracket shows where it was opened and where it is missed", () => {
  const text = block("let a = f(1,", "  2");
  const [diagnostic] = parseText(text).diagnostics;
  expect(diagnostic?.span.start).toBe(text.indexOf("(1,"));
  expect(diagnostic?.related[0]?.span.start).toBe(text.indexOf("let last"));
  expect(diagnostic?.fixes[0]?.edits[0]).toMatchObject({ text: ")", span: { start: text.indexOf("2") + 1 } });
});

test("a value that is missing at the end of a line is missed there", () => {
  const text = block("let a =");
  const [diagnostic] = parseText(text).diagnostics;
  expect(diagnostic?.message).toBe("Expected a value after `=`, found `let`.");
  expect(diagnostic?.span.start).toBe(text.indexOf("="));
});

test("a name that the file declares is no foreign literal", () => {
  expect(codesOf("const None = 1\nconst A = None")).toEqual([]);
  expect(codesOf("task t(None: Int) {\n  run [None]\n}")).toEqual([]);
});

test("fixes make the text right", () => {
  for (const line of [
    "let a = f(1 2)",
    "a = 3",
    "var a = 1",
    "let a = !b",
    "let a = 'x'",
    "let a = 1;",
    "let a = f(x = 1)",
    "let a = .5",
    "let a = b && c",
    "let a = 7%2",
    "if c { do f() }",
  ]) {
    const text = block(line);
    const edits = parseText(text).diagnostics.flatMap(({ fixes }) => fixes[0]?.edits ?? []);
    const fixed = edits
      .toSorted((a, b) => b.span.start - a.span.start)
      .reduce((result, { span, text }) => result.slice(0, span.start) + text + result.slice(span.end), text);
    expect(codesOf(fixed)).toEqual([]);
  }
});

test("a forgotten word in a list is not reported as one missing comma for each item", () => {
  const codes = codesOf(block("let a = [x in xs where x > 1 by x.q desc take 3: x]"));
  expect(codes.filter((code) => code === "missing-comma")).toHaveLength(3);
  expect(codesOf("const A = [1 2 3 4\n  5 6 7 8]\n")).toHaveLength(6);
});

test.each([
  ["task train-model-2() {}", "task train_model_2() {}"],
  ['import a, b from "c"', 'import { a, b } from "c"'],
  ["pipeline p() {\n  do f() depends_on a\n}", "pipeline p() {\n  do f() after a\n}"],
  ['pipeline p() {\n  do f() after "a"\n}', "pipeline p() {\n  do f() after a\n}"],
  [
    "pipeline p() {\n  do map x in xs workers 8 { do f(x) }\n}",
    "pipeline p() {\n  do map x in xs parallel 8 { do f(x) }\n}",
  ],
  [
    "pipeline p() {\n  do map x in xs paralell 8 { do f(x) }\n}",
    "pipeline p() {\n  do map x in xs parallel 8 { do f(x) }\n}",
  ],
  [
    "pipeline p() {\n  do map x in xs concurency: 8 { do f(x) }\n}",
    "pipeline p() {\n  do map x in xs parallel 8 { do f(x) }\n}",
  ],
  ["const A = 0 < a.lr < 1", "const A = 0 < a.lr and a.lr < 1"],
  ["const A = n * 5%", "const A = n * 0.05"],
  ["const A = 12.5%", "const A = 0.125"],
  ["const A = 150%", "const A = 1.5"],
  ["const A = 100%", "const A = 1.0"],
])("the fix of %j gives a text without mistakes", (text, fixed) => {
  const source = createSourceFile(0, "main.pipe", text);
  expect(applyFixes(parseText(text).diagnostics, [source]).texts.get(0)).toBe(fixed);
  expect(codesOf(fixed)).toEqual([]);
});

test("a comparison whose middle is more than a name gets no fix that would write it twice", () => {
  const { diagnostics } = parseText("const A = 0 < f(x) < 1");
  expect(diagnostics.map(({ code, fixes }) => ({ code, fixes }))).toEqual([{ code: "chained-comparison", fixes: [] }]);
});

test("a call after `after` is told to get a name first", () => {
  const { diagnostics } = parseText('pipeline p() {\n  do f() after load("d")\n}');
  expect(diagnostics[0]?.message).toBe('`after` takes the names of `let`s; `load("d")` is not one.');
  expect(diagnostics[0]?.help).toContain('`let done = load("d")`');
  expect(diagnostics[0]?.fixes).toEqual([]);
});

test("a word that is no clause of a map is answered by the clauses there are", () => {
  const { diagnostics } = parseText("pipeline p() {\n  do map x in xs quickly 8 { do f(x) }\n}");
  expect(diagnostics[0]?.message).toContain("there are `where`, `key`, `max`, `parallel`, `batch`, `tolerate`");
});
