import { expect, test } from "vitest";
import { applyFix, findings, onlyDiagnostic } from "../harness/check-source.ts";
import { commandSource, taskSource } from "./task-source.ts";

const SCRIPT = (interpreter: string, text: string) =>
  `image "acme/tool:1"\n  script "${interpreter}" '''\n${text}\n'''`;

test("arguments may be of every type that has a text", () => {
  const head =
    "t(a: Int, b: Float, c: Bool, d: Size, e: Duration, f: File, g: Dir, h: [File], i: { x: Int? }, j: Int?, k: [String])";
  expect(findings(commandSource('"tool", a, b, c, d, e, f, g, h, i, ...opt("-j", j), ...k, "a\\(b)"', head))).toEqual(
    [],
  );
});

test.each([
  ["", "empty-command: []"],
  ['""', 'empty-command: ""'],
  ["3", "shell-in-program: 3"],
  ['"python train.py"', 'shell-in-program: "python train.py"'],
  ['"cat a | wc"', 'shell-in-program: "cat a | wc"'],
  ['"tool", maybe', "not-text: maybe"],
  ['"tool", null', "not-text: null"],
  ['"tool", token', "secret-not-here: token"],
  ['"tool", [token]', "secret-not-here: [token]"],
  ['"tool", ...name', "spread-not-list: ...name"],
  ['"tool", ...maybe', "spread-not-list: ...maybe"],
  ['"tool", ...holes', "not-text: holes"],
  ['"tool", ...files', "unbounded-arguments: ...files"],
  ['"tool", "|", "wc"', 'shell-in-argument: "|"'],
  ['"tool", "$HOME"', 'shell-in-argument: "$HOME"'],
  ['"tool", out', "no-output: out"],
  ['"tool", "a\\(out)"', "no-output: out"],
  ['"tool", nmae', "unknown-name: nmae"],
])("says once what cannot be an argument: %s", (items, expected) => {
  const head = "t(name: String, maybe: Int?, holes: [Int?], files: [File])";
  expect(findings(commandSource(items, head, 'secret token = "hub/token"'))).toEqual([expected]);
});

test.each([
  ['"/opt/My Tool/run", "a"'],
  ['"tool", ...few'],
  ['"tool", "a|b", "x > y", "$", "costs $5"'],
  ['"sh", "-c", "a | b > c"'],
  ['"sh", "-c", "tool \\"$1\\"", "sh", name'],
  ['"bash", "-lc", "tool \\(n) \\(WORD)"'],
  ["program, name"],
])("leaves alone what is meant: %s", (items) => {
  const head = "t(name: String, n: Int, few: [File] max 10, program: File)";
  expect(findings(commandSource(items, head, 'const WORD = "a"'))).toEqual([]);
});

test("data inside a shell's text is a warning with the safe way", () => {
  const found = onlyDiagnostic(commandSource('"bash", "-ec", "tool \\(name)"', "t(name: String)"));
  expect([found.code, found.severity]).toEqual(["shell-injection", "warning"]);
  expect(found.help).toContain('"bash", name]');
});

test.each([
  ['"python -u train.py", "x"', '"python", "-u", "train.py", "x"'],
  ['"tool", "--note", maybe', '"tool", ...opt("--note", maybe)'],
  ['"tool", ...name', '"tool", name'],
])("the fix of %s gives a clean program", (items, fixed) => {
  const text = commandSource(items, "t(name: String, maybe: Int?)");
  const right = applyFix(text, onlyDiagnostic(text));
  expect(right).toContain(`[${fixed}]`);
  expect(findings(right)).toEqual([]);
});

test.each([
  ["out", "which-output: out"],
  ["out.scor", "unknown-output: scor"],
  ["[out]", "which-output: out"],
  ["out.score.x", "no-fields: x"],
])("named outputs have a path each: %s", (use, expected) => {
  const text = commandSource(`"tool", out.score, out.model, ${use}`, "t() -> { score: Float, model: File }");
  expect(findings(text)).toEqual([expected]);
});

test("an unknown output is corrected to the near one", () => {
  const text = commandSource('"tool", out.model, out.modle', "t() -> { model: File }");
  expect(applyFix(text, onlyDiagnostic(text))).toContain("out.model, out.model]");
});

test("a single output has no names", () => {
  const text = commandSource('"tool", out.model', "t() -> File");
  expect(findings(text)).toEqual(["unknown-output: out.model"]);
  expect(findings(applyFix(text, onlyDiagnostic(text)))).toEqual([]);
});

test("an alias of a record is one output", () => {
  expect(findings(commandSource('"tool", out', "t() -> Pair", "type Pair = { a: Int, b: Int }"))).toEqual([]);
});

test.each([
  ['"tool", out.a', ["unused-output: b"]],
  ['"tool"', ["unused-output: a", "unused-output: b"]],
  ['"tool", out.a, "x=\\(out.b)"', []],
  ['"tool", out.a, "-b", out.a, out.b', ["output-passed-twice: out.a"]],
])("each output's path is used once: %s", (items, expected) => {
  expect(findings(commandSource(items, "t() -> { a: Int, b: Int }"))).toEqual(expected);
});

test("a path that is used in env is used", () => {
  expect(findings(taskSource("env { TARGET: out }", { head: "t() -> File" }))).toEqual([]);
});

test.each([
  ["sh", "tool $name > $out", []],
  ["sh", "tool $name > $outfile", ["unused-output: File"]],
  ["sh", "tool \\(name) > $out", ["script-interpolation: \\(name)"]],
  ["python3", "import re, os\nre.sub(r'\\(a\\)', '', os.environ['out'])", []],
  ["sh", "   ", ["unused-output: File", "empty-command: '''\n   \n'''"]],
  ["bash -e", "tool $out", ['bad-interpreter: "bash -e"']],
  ["#!/usr/bin/env python3", "tool $out", ['bad-interpreter: "#!/usr/bin/env python3"']],
  ["", "tool $out", ['empty-command: ""']],
])("checks a script of %s: %s", (interpreter, text, expected) => {
  expect(findings(taskSource("", { head: "t(name: String) -> File", base: SCRIPT(interpreter, text) }))).toEqual(
    expected,
  );
});

test("in a script named outputs are variables of their own", () => {
  const head = "t() -> { score: Float, model: File }";
  expect(findings(taskSource("", { head, base: SCRIPT("sh", "tool $out_score") }))).toEqual(["unused-output: model"]);
});
