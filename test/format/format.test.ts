import fc from "fast-check";
import { expect, test } from "vitest";
import { scan } from "../../grammar/scan.ts";
import { StringEnd, StringMiddle, StringStart } from "../../grammar/tokens.ts";
import { format } from "../../src/format/format.ts";
import { parse } from "../../src/syntax/parse.ts";
import { createSourceFile } from "../../src/text/source-file.ts";
import { codesOf, parseText, programs, withoutSpans } from "../syntax/tree.ts";

function formatText(text: string): string {
  const source = createSourceFile(0, "main.pipe", text);
  const { file, comments } = parse(source);
  return format(file, comments, source);
}

function commentTexts(text: string): string[] {
  return parseText(text)
    .comments.map(({ text, isDocumentation }) => `${isDocumentation}${text}`)
    .sort();
}

function expectFaithful(text: string): void {
  const formatted = formatText(text);
  expect(codesOf(formatted).filter((code) => !code.endsWith("-interpolation"))).toEqual([]);
  expect(withoutSpans(parseText(formatted).file)).toEqual(withoutSpans(parseText(text).file));
  expect(commentTexts(formatted)).toEqual(commentTexts(text));
  expect(formatText(formatted)).toBe(formatted);
}

test.each(programs)("%s keeps its tree and its comments, and is stable", (_, text) => {
  expectFaithful(text);
});

test.each(["objects.pipe", "per_shard.pipe"])("%s is in the style already", (name) => {
  const text = programs.find(([program]) => program === name)?.[1] ?? "";
  expect(formatText(text)).toBe(text);
});

test("no line is wider than 100 columns where it can be broken", () => {
  for (const [, text] of programs) {
    for (const line of formatText(text)
      .split("\n")
      .filter((line) => !line.includes("#"))) {
      expect(line.length).toBeLessThanOrEqual(100);
    }
  }
});

test("an empty file stays empty, and one of comments keeps them", () => {
  expect(formatText("")).toBe("");
  expect(formatText(" \n\n")).toBe("");
  expect(formatText("\n# a\n\n\n# b")).toBe("# a\n\n# b\n");
});

test("declarations stand apart, but short ones of a kind may stay together", () => {
  expect(formatText("const A = 1\nconst B = 2\ntype T = Int\n\n\n\nconst C = 3")).toBe(
    "const A = 1\nconst B = 2\n\ntype T = Int\n\nconst C = 3\n",
  );
});

test("one blank line between statements is kept, more are not", () => {
  expect(formatText("pipeline p() {\n\n  do a()\n\n\n  do b()\n  do c()\n\n}")).toBe(
    "pipeline p() {\n  do a()\n\n  do b()\n  do c()\n}\n",
  );
});

test("Windows line ends become plain ones", () => {
  expect(formatText("const A = 1\r\n# b\r\nconst B = '''\r\n  x\r\n'''\r\n")).toBe(
    "const A = 1\n\n# b\nconst B = '''\n  x\n'''\n",
  );
});

test("a text moves with the code and keeps its value", () => {
  const text = "task t() {\n      script \"sh\" '''\n  a\n    b\n\n  c\n'''\n}\n";
  expect(formatText(text)).toBe("task t() {\n  script \"sh\" '''\n    a\n      b\n\n    c\n  '''\n}\n");
  expectFaithful(text);
});

test("a comment in the middle of an expression moves above its statement", () => {
  expect(formatText("pipeline p() {\n  let a = 1 + # why\n    2\n}")).toBe(
    "pipeline p() {\n  # why\n  let a = 1 + 2\n}\n",
  );
});

test("comments before `else` and `finally` go into the block that follows", () => {
  const text =
    "pipeline p(a: Bool) {\n  let b = if a { yield 1 } # one\n  else { yield 2 }\n}\n# two\nfinally { do f() }";
  expect(formatText(text)).toContain("else {\n    # one\n    yield 2\n  }");
  expect(formatText(text)).toContain("} finally {\n  # two\n  do f()\n}");
});

test("long lists of plain items fill their lines and keep an option with its value", () => {
  const items = Array.from({ length: 12 }, (_, index) => `"--option-${index}", value_${index}`);
  const lines = formatText(`task t() {\n  run [${items.join(", ")}]\n}`).split("\n");
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  expect(lines.some((line) => /"--option-\d+",$/.test(line))).toBe(false);
});

test("a comment among the arguments of an item breaks the list around it", () => {
  const text = 'task t() {\n  run ["a", ...opt("--b", c\n# why\n), "d"]\n}\n';
  expect(formatText(text)).toContain('    ...opt(\n      "--b",\n      c,\n      # why\n    ),\n    "d",\n');
  expectFaithful(text);
});

test("the clauses of a map stay on lines of their own once one is", () => {
  const text = "pipeline p(xs: [Int]) {\n  let a = map x in xs\n    key x { yield f(x) }\n}\n";
  expect(formatText(text)).toBe("pipeline p(xs: [Int]) {\n  let a = map x in xs\n    key x\n  { yield f(x) }\n}\n");
});

// The tokens of a program with other blanks, line breaks and comments between them.
function respace(text: string, gaps: readonly number[]): string {
  const { tokens } = scan(createSourceFile(0, "main.pipe", text));
  let open = 0;
  let result = "";
  for (const [index, token] of tokens.entries()) {
    const gap = open > 0 ? 0 : (gaps[index % gaps.length] ?? 0);
    const next = [" ", "\n", " # note\n", "\n# own line\n", "\n\n\n", "\n## documentation\n\n"][gap] ?? " ";
    result += token.kind === StringMiddle || token.kind === StringEnd ? "" : next;
    result += token.image;
    if (token.kind === StringStart) open += 1;
    if (token.kind === StringEnd) open -= 1;
  }
  return result;
}

test("any spacing and any comments: the same tree, every comment once, stable", () => {
  const gaps = fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.constantFrom(...programs.map(([, text]) => text)), gaps, (text, gaps) => {
      expectFaithful(respace(text, gaps));
    }),
    { numRuns: 150 },
  );
});

test("an edited program without errors keeps its tree and is stable", () => {
  const edit = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 4 }),
    insert: fc.constantFrom("", " ", "\n", "(", ")", "-", "a", "1", ", ", "#", "[]", "{}", "not ", "x."),
  });
  let checked = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...programs.map(([, text]) => text)),
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      (text, edits) => {
        let edited = text;
        for (const { at, length, insert } of edits) {
          const start = at % (edited.length + 1);
          edited = edited.slice(0, start) + insert + edited.slice(start + length);
        }
        if (parseText(edited).diagnostics.some(({ severity }) => severity === "error")) return;
        checked += 1;
        expectFaithful(edited);
      },
    ),
    { numRuns: 400 },
  );
  expect(checked).toBeGreaterThan(10);
});

test("a very long list is formatted in time proportional to its length", () => {
  const text = `const A = [${"f(x), ".repeat(20_000)}1]\n`;
  const lines = formatText(text).split("\n");
  expect(lines.length).toBeGreaterThan(1000);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});
