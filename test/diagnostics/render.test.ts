import fc from "fast-check";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { renderDiagnostics } from "../../src/diagnostics/render.ts";
import { createSourceFile } from "../../src/text/source-file.ts";

const PLAIN = { color: false, width: 80 };

function problem(start: number, end: number, extra: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: "some-code",
    severity: "error",
    message: "Something is wrong.",
    span: { file: 0, start, end },
    related: [],
    fixes: [],
    ...extra,
  };
}

function render(text: string, ...diagnostics: Diagnostic[]): string[] {
  return renderDiagnostics(diagnostics, [createSourceFile(0, "main.pipe", text)], PLAIN).split("\n");
}

/** The text above the first run of the sign in the rendered lines. */
function marked(lines: readonly string[], sign: string): string {
  const row = lines.findIndex((line) => new RegExp(`\\| +${sign === "^" ? "\\^" : sign}`).test(line));
  const start = lines[row]!.indexOf(sign);
  return lines[row - 1]!.slice(start, lines[row]!.lastIndexOf(sign) + 1);
}

test("a diagnostic shows code, sentence, place, the marked text and its label", () => {
  const lines = render("task a() {}\n  do trian(x)\n", problem(17, 22, { label: "not known" }));
  expect(lines).toEqual([
    "error[some-code]: Something is wrong.",
    " --> main.pipe:2:6",
    "   |",
    " 2 |   do trian(x)",
    "   |      ^^^^^ not known",
    "",
    "1 error",
    "",
  ]);
});

test("related places of the same file stand in the same snippet, gaps are marked", () => {
  const text = "task train() {}\n\n\n\n  do trian()\n";
  const lines = render(
    text,
    problem(24, 29, { related: [{ span: { file: 0, start: 5, end: 10 }, text: "declared here" }] }),
  );
  expect(lines.slice(2, 8)).toEqual([
    "   |",
    " 1 | task train() {}",
    "   |      ----- declared here",
    "...",
    " 5 |   do trian()",
    "   |      ^^^^^",
  ]);
});

test("a related place in another file has a snippet of its own", () => {
  const sources = [
    createSourceFile(0, "main.pipe", "do x()"),
    createSourceFile(1, "lib/tasks.pipe", "task x(a: Int) {}"),
  ];
  const related = [{ span: { file: 1, start: 5, end: 6 }, text: "declared here" }];
  const text = renderDiagnostics([problem(3, 4, { related })], sources, PLAIN);
  expect(text).toContain(" ::: lib/tasks.pipe:1:6\n   |\n 1 | task x(a: Int) {}\n   |      - declared here");
});

test("wide characters and tabs move the carets", () => {
  const text = '\tlet x = "日本語" + wrong';
  const at = text.indexOf("wrong");
  const lines = render(text, problem(at, at + 5));
  // Four columns for the tab, two for each of the three wide characters.
  expect(lines[4]).toBe(`   | ${" ".repeat(4 + '"let x = '.length + 6 + '" + '.length)}^^^^^`);
});

test("a long line is cut around the mark on both sides", () => {
  const text = `let a = "${"x".repeat(500)}" + wrong + "${"y".repeat(500)}"`;
  const at = text.indexOf("wrong");
  const lines = render(text, problem(at, at + 5));
  expect(lines[3]!.length).toBeLessThanOrEqual(80);
  expect(lines[3]).toMatch(/^ 1 \| ….*wrong.*…$/);
  expect(marked(lines, "^")).toBe("wrong");
});

test("a range over several lines is drawn as a bracket, its middle left out", () => {
  const text = `let a = map x in xs {\n${"  let b = 1\n".repeat(20)}}\n`;
  const lines = render(text, problem(8, text.length - 1, { label: "this map" }));
  expect(lines[3]).toBe("  1 |   let a = map x in xs {");
  expect(lines[4]).toBe("    |  _________^");
  expect(lines.at(-4)).toBe("    | |_^ this map");
  expect(lines.length).toBeLessThan(14);
});

test("a place at the end of the file is shown behind its last text", () => {
  const lines = render("task a() {\n\n\n", problem(13, 13, { label: "`}` is missing" }));
  expect(lines.slice(3, 5)).toEqual([" 1 | task a() {", "   |           ^ `}` is missing"]);
});

test("a fix shows the line as it would be and marks what is new", () => {
  const fixes = [{ title: "write `train`", edits: [{ span: { file: 0, start: 3, end: 8 }, text: "train" }] }];
  const lines = render("do trian(x)", problem(3, 8, { fixes }));
  expect(lines.slice(5, 9)).toEqual(["fix: write `train`", "   |", " 1 | do train(x)", "   |    ~~~~~"]);
});

test("a fix that only inserts or removes is shown too", () => {
  const insert = { title: "insert", edits: [{ span: { file: 0, start: 2, end: 2 }, text: " now" }] };
  const remove = { title: "remove", edits: [{ span: { file: 0, start: 2, end: 4 }, text: "" }] };
  const lines = render("do x()", problem(0, 2, { fixes: [insert, remove] }));
  expect(lines).toContain(" 1 | do now x()");
  expect(lines).toContain(" 1 | do()");
});

test("characters that act on a terminal are made visible in source, message and label", () => {
  const lines = render("let a\u202e = \u001b[31m1", problem(4, 5, { message: "bad \u001b[2J", label: "\u0007" })).join(
    "\n",
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
  expect(lines).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(lines).toContain("bad ␛[2J");
});

test("only so many are shown, errors first, the others are counted", () => {
  const many = Array.from({ length: 5 }, (_, at) =>
    problem(at, at + 1, { severity: at < 3 ? "warning" : "error", message: `m${at}` }),
  );
  const text = renderDiagnostics(many, [createSourceFile(0, "a.pipe", "abcdef")], { ...PLAIN, limit: 3 });
  expect(text).toContain("m3");
  expect(text).toContain("m4");
  expect(text).toContain("m0");
  expect(text).not.toContain("m1");
  expect(text).toContain("and 2 more");
  expect(text.trimEnd().endsWith("2 errors, 3 warnings")).toBe(true);
});

test("a file that could not be read is named without a snippet", () => {
  expect(render("", problem(0, 0)).slice(0, 3)).toEqual([
    "error[some-code]: Something is wrong.",
    " --> main.pipe",
    "",
  ]);
});

test("any text with any places is rendered, in lines of bounded width", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.nat(320),
      fc.nat(320),
      fc.string({ maxLength: 10 }),
      (text, a, b, inserted) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const span = { file: 0, start: Math.min(start, text.length), end: Math.min(end, text.length) };
        const fixes = [{ title: "fix", edits: [{ span, text: inserted }] }];
        const rendered = renderDiagnostics(
          [problem(start, end, { fixes, related: [{ span, text: "here" }] })],
          [createSourceFile(0, "a", text)],
          PLAIN,
        );
        expect(rendered.endsWith("1 error\n")).toBe(true);
        for (const line of rendered.split("\n")) expect(line.length).toBeLessThan(200);
      },
    ),
  );
});
