import fc from "fast-check";
import { expect, test } from "vitest";
import type { SyntaxNode } from "../../src/syntax/ast.ts";
import { forEachChild, walk } from "../../src/syntax/children.ts";
import { documentationFor } from "../../src/syntax/comments.ts";
import { MAX_TREE_DEPTH } from "../../src/syntax/limit-depth.ts";
import { parse } from "../../src/syntax/parse.ts";
import { createSourceFile } from "../../src/text/source-file.ts";
import { codesOf, parseText, programs, withoutSpans } from "./tree.ts";

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  forEachChild(node, (child) => children.push(child));
  return children;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "kind" in value;
}

test.each(programs)("%s has no errors", (_, text) => {
  expect(parseText(text).diagnostics).toEqual([]);
});

test.each(programs)("%s: every node is visited, in the order of the text, within its parent", (_, text) => {
  walk(parseText(text).file, (node) => {
    const listed = Object.values(node).flat().filter(isNode);
    const children = childrenOf(node);
    expect(new Set(children)).toEqual(new Set(listed));
    let end = node.span.start;
    for (const child of children) {
      expect(child.span.start).toBeGreaterThanOrEqual(end);
      expect(child.span.end).toBeLessThanOrEqual(node.span.end);
      end = child.span.end;
    }
  });
});

test("walk leaves out what the visitor refuses", () => {
  const kinds: string[] = [];
  walk(parseText("const A = [1, f(2)]").file, (node) => {
    kinds.push(node.kind);
    return node.kind !== "Call";
  });
  expect(kinds).toEqual(["File", "Const", "Name", "List", "Int", "Call"]);
});

function expressionOf(text: string): unknown {
  const { file, diagnostics } = parseText(`const A = ${text}`);
  expect(diagnostics).toEqual([]);
  const [declaration] = file.declarations;
  return declaration?.kind === "Const" ? withoutSpans(declaration.value) : undefined;
}

// A tree as text with all parentheses.
function shapeOf(text: string): string {
  const show = (node: never): string => {
    const { kind, left, right, operator, value, text, name } = node as Record<string, never>;
    if (kind === "Binary") return `(${show(left as never)} ${operator} ${show(right as never)})`;
    if (kind === "Unary") return `(${operator} ${show(value as never)})`;
    if (kind === "Member") return `${show(value as never)}.${show(name as never)}`;
    return String(text ?? kind);
  };
  return show(expressionOf(text) as never);
}

test.each([
  ["a or b and c", "(a or (b and c))"],
  ["not a and b", "((not a) and b)"],
  ["not a == b", "(not (a == b))"],
  ["not not a", "(not (not a))"],
  ["a + b * c - d", "((a + (b * c)) - d)"],
  ["-a * b", "((- a) * b)"],
  ["-a.b", "(- a.b)"],
  ["a ?? b ?? c", "((a ?? b) ?? c)"],
  ["a ?? b..c + d", "(a ?? (b .. (c + d)))"],
  ["a in b and c < d", "((a in b) and (c < d))"],
  ["a - - b", "(a - (- b))"],
  ["a / b % c", "((a / b) % c)"],
])("%s binds as %s", (text, shape) => {
  expect(shapeOf(text)).toBe(shape);
});

test("words with a meaning elsewhere are names, and reserved words are names of fields", () => {
  const words =
    "import from const type enum secret resources task pipeline schedule timeout finally image run args script env pod cache retry exit after max where key parallel batch tolerate by desc take elif".split(
      " ",
    );
  for (const word of words) {
    expect(
      codesOf(`pipeline ${word}(${word}: Int) {\n  let ${word} = ${word}.${word}(${word}: { ${word} })\n}`),
    ).toEqual([]);
  }
  for (const word of "let do yield check if else map for in and or not null true false".split(" ")) {
    expect(codesOf(`type T = { ${word}: Int }\nconst A = { ${word}: b.${word} }`)).toEqual([]);
    expect(codesOf(`const ${word} = 1`)).toEqual(["reserved-word"]);
  }
});

test("numbers, amounts and ranges are told apart", () => {
  expect(expressionOf("4..8")).toMatchObject({
    kind: "Binary",
    left: { kind: "Int", text: "4" },
    right: { text: "8" },
  });
  expect(expressionOf("30s..10min")).toMatchObject({
    left: { number: "30", unit: "s" },
    right: { number: "10", unit: "min" },
  });
  expect(expressionOf("1_000.5e-3")).toEqual({ kind: "Float", text: "1_000.5e-3" });
  expect(expressionOf("1.5Gi")).toEqual({ kind: "Quantity", number: "1.5", unit: "Gi" });
  expect(expressionOf("5µs")).toEqual({ kind: "Quantity", number: "5", unit: "µs" });
});

test("strings know their parts, and nested ones their places", () => {
  const text = 'const A = "a\\n\\u{1F600}\\(f("x\\(y)", (1)))\\"z"';
  expect(expressionOf(text.slice(10))).toMatchObject({
    kind: "String",
    parts: [{ value: "a\n\u{1F600}" }, { kind: "Call" }, { value: '"z' }],
  });
  walk(parseText(text).file, (node) => {
    if (node.kind === "NameExpression") expect(text.slice(node.span.start, node.span.end)).toBe(node.text);
    if (node.kind === "StringText" && node.value === "x") expect(text.slice(node.span.start, node.span.end)).toBe("x");
  });
});

test.each([
  ["'''\n  a\n    b\n\n  c\n  '''", "a\n  b\n\nc\n"],
  ["'''\r\n  a\r\n  b'''", "a\nb"],
  ["'''a\n  b'''", "a\n  b"],
  ["'''\n\ta\n\t b\n'''", "a\n b\n"],
  ["''''''", ""],
  ["'''\n\n  a'''", "\na"],
])("the text %j has the value %j", (text, value) => {
  expect(expressionOf(text)).toEqual({ kind: "Raw", value });
});

test("a byte order mark and Windows line ends are fine", () => {
  expect(codesOf("\uFEFFconst A = 1\r\n# b\r\nconst B = 2\r\n")).toEqual([]);
});

test("a type may be optional, bounded and nested", () => {
  expect(parseText("type A = [[Partial<Int>?] max N] max 3").diagnostics).toEqual([]);
});

test("documentation is what stands directly above", () => {
  const text = "## not this\n\n## one\n## two\ntask t(\n  ## three\n  a: Int,\n  # four\n  b: Int,\n) {}";
  const { file, comments } = parseText(text);
  const [task] = file.declarations;
  if (task?.kind !== "Task") throw new Error("expected a task");
  expect(documentationFor(task, comments, text)).toBe("one\ntwo");
  expect(documentationFor(task.parameters[0]!, comments, text)).toBe("three");
  expect(documentationFor(task.parameters[1]!, comments, text)).toBeUndefined();
});

function depthOf(root: SyntaxNode): number {
  let level: SyntaxNode[] = [root];
  let depth = 0;
  for (; level.length > 0; depth++) level = level.flatMap(childrenOf);
  return depth;
}

const LONG = 20_000;
test.each([
  ["(".repeat(LONG)],
  ["[".repeat(LONG)],
  ["{a:".repeat(LONG)],
  [`${"(".repeat(LONG)}1${")".repeat(LONG)}`],
  [`1${" + 1".repeat(LONG)}`],
  [`a${".b".repeat(LONG)}`],
  [`a${"[0]".repeat(LONG)}`],
  ["-".repeat(LONG)],
  [`${"not ".repeat(LONG)}a`],
  ['"\\('.repeat(LONG)],
  ["if a { yield ".repeat(LONG)],
  [`if a { yield 1 }${" else if a { yield 1 }".repeat(LONG)}`],
  ["map x in y { yield ".repeat(LONG)],
  ["f(".repeat(LONG)],
])("depth is an error, not a crash: %.20s…", (text) => {
  for (const program of [`const A = ${text}`, `type A = ${text}`, `pipeline p() {\n  let a = ${text}`]) {
    const { file, diagnostics } = parseText(program);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(depthOf(file)).toBeLessThanOrEqual(MAX_TREE_DEPTH + 1);
  }
});

test("nesting up to the limit is fine", () => {
  expect(codesOf(`const A = ${"(".repeat(98)}1${")".repeat(98)}`)).toEqual([]);
  expect(codesOf(`const A = 1${" + 1".repeat(900)}`)).toEqual([]);
});

test("time grows with the length of the text, whatever is wrong with it", () => {
  for (const piece of [
    '"',
    "'",
    '"""',
    "'''",
    "{",
    "}",
    "let a = (\n",
    "task t(\n",
    "imgae 1\n",
    "/*",
    "${",
    '"a" ',
    "@ ",
  ]) {
    const start = performance.now();
    parseText(piece.repeat(20_000));
    expect(performance.now() - start).toBeLessThan(5000);
  }
});

test("any text gives a tree, and an error unless it is in order", () => {
  const pieces = fc.array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        ..."let do yield check if else map for in and or not null true task pipeline const type image run ( ) [ ] { } , : . ?. .. ... ?? ? = == => -> \" ''' ' \\( \\ # ## \n \t ; // 1 1Gi 1% x \0".split(
          " ",
        ),
        " ",
        "\n",
      ),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(pieces, (pieces) => {
      const text = pieces.join("");
      const { file, diagnostics } = parseText(text);
      expect(file.span).toEqual({ file: 0, start: 0, end: text.length });
      let hasErrorNode = false;
      walk(file, (node) => {
        hasErrorNode ||= node.kind.startsWith("Error");
        expect(node.span.start).toBeLessThanOrEqual(node.span.end);
      });
      if (hasErrorNode) expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
      for (const { span } of diagnostics) {
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeLessThanOrEqual(text.length);
        expect(span.start).toBeLessThanOrEqual(span.end);
      }
    }),
    { numRuns: 1500 },
  );
});

test("a token taken out of a program never makes the parser throw, and one mistake gives few errors", () => {
  const gone = fc.record({ program: fc.nat({ max: programs.length - 1 }), at: fc.nat() });
  fc.assert(
    fc.property(gone, ({ program, at }) => {
      const text = programs[program]![1];
      const words = [...text.matchAll(/[A-Za-z_]+|[^\sA-Za-z_]/g)];
      const word = words[at % words.length]!;
      const { diagnostics } = parseText(text.slice(0, word.index) + text.slice(word.index + word[0].length));
      expect(diagnostics.length).toBeLessThanOrEqual(6);
    }),
    { numRuns: 500 },
  );
});

test.each(programs)("every node of %s has an id of its own, from the first to that of the file", (_, text) => {
  const { file } = parse(createSourceFile(0, "main.pipe", text), 100);
  const ids: number[] = [];
  walk(file, (node) => ids.push(node.id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(Math.min(...ids)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...ids)).toBe(file.id);
});
