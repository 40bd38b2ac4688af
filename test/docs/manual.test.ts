// The manual says what is true: its examples check, its generated parts are up to date.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ProgramHost } from "../../src/analysis/load-program.ts";
import { compile } from "../../src/compiler.ts";
import { builtinNames } from "../../src/expr/builtins.ts";
import { findExamples, MANUAL_PATH, type ManualExample, renderManual, TUTORIAL_PATH } from "../harness/manual.ts";

const manual = readFileSync(MANUAL_PATH, "utf8");
const examples = findExamples(manual);
const [wholeProgram] = examples;

function problems(text: string): string[] {
  const host: ProgramHost = {
    readText: (path) => (path === "main.pipe" ? { ok: true, text } : { ok: false, reason: "it does not exist" }),
    resolve: (_, path) => path,
  };
  return compile("main.pipe", host)
    .diagnostics.filter(({ code }) => code !== "which-pipeline")
    .map(({ code, message }) => `${code}: ${message}`);
}

/** Statements stand in a pipeline beside the declarations of the manual's first program. */
function programOf({ kind, text }: ManualExample): string {
  if (kind !== "statements") return text;
  const declarations = wholeProgram!.text.slice(0, wholeProgram!.text.indexOf("pipeline hp_sweep"));
  return `${declarations}pipeline example() {\n${text}}\n`;
}

test.each(examples.filter(({ kind }) => kind !== "error").map((example) => [example.line, example] as const))(
  "the example on line %i of the manual checks without a warning",
  (_, example) => {
    const found = problems(programOf(example));
    expect(found.filter((problem) => !problem.startsWith("unused-"))).toEqual([]);
  },
);

test.each(examples.filter(({ kind }) => kind === "error").map((example) => [example.line, example] as const))(
  "the wrong example on line %i of the manual gives the error it shows",
  (_, example) => {
    expect(problems(example.text).map((problem) => problem.split(":")[0])).toEqual([example.code]);
  },
);

test("the generated parts of the manual are up to date (`npm run golden:update` writes them)", () => {
  expect(renderManual()).toBe(manual);
});

test.each(builtinNames)("the manual lists the built-in function %s", (name) => {
  expect(manual).toContain(`| \`${name}(`);
});

test.each(findExamples(readFileSync(TUTORIAL_PATH, "utf8")).map((example) => [example.line, example] as const))(
  "the example on line %i of the tutorial does what the page says",
  (_, example) => {
    const found = problems(example.text);
    if (example.kind === "error") expect(found.map((problem) => problem.split(":")[0])).toEqual([example.code]);
    else expect(found).toEqual([]);
  },
);
