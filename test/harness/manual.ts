// The parts of docs/language.md that are made from code, and the example programs of the manual's pages.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BUILTINS } from "../../src/expr/builtins.ts";

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const MANUAL_PATH = root("docs/language.md");
export const TUTORIAL_PATH = root("docs/tutorial.md");

/** docs/language.md with the table of built-in functions and the grammar as they are today. */
export function renderManual(): string {
  const text = readFileSync(MANUAL_PATH, "utf8");
  const grammar = readFileSync(root("grammar/pipe.ebnf"), "utf8").trimEnd();
  return replacePart(replacePart(text, "built-ins", renderBuiltins()), "grammar", `\`\`\`ebnf\n${grammar}\n\`\`\``);
}

function renderBuiltins(): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const rows = BUILTINS.map(
    ({ signature, documentation, example }) =>
      `| \`${cell(signature)}\` | ${cell(documentation)} | \`${cell(example.call)}\` → \`${cell(example.result)}\` |`,
  );
  return ["| function | | example |", "|---|---|---|", ...rows].join("\n");
}

function replacePart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the manual has no place for ${name}`);
  return `${text.slice(0, from)}${begin}\n${part}\n${text.slice(to)}`;
}

export interface ManualExample {
  /** Of the line on which it begins. */
  readonly line: number;
  readonly kind: "program" | "statements" | "error";
  /** For errors: the code that must be reported, and no other. */
  readonly code?: string;
  readonly text: string;
}

/** The blocks of a page marked `pipe`, `pipe statements` or `pipe error=CODE`, in order. */
export function findExamples(page: string): ManualExample[] {
  const examples: ManualExample[] = [];
  const lines = page.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const head = /^```pipe(?: (statements)| error=([a-z-]+))?$/.exec(lines[i]!);
    if (!head) {
      if (lines[i]!.startsWith("```pipe"))
        throw new Error(`line ${i + 1}: \`${lines[i]}\` is no known kind of example`);
      continue;
    }
    const end = lines.indexOf("```", i);
    const text = `${lines.slice(i + 1, end).join("\n")}\n`;
    examples.push({
      line: i + 1,
      kind: head[2] ? "error" : head[1] ? "statements" : "program",
      ...(head[2] ? { code: head[2] } : {}),
      text,
    });
    i = end;
  }
  return examples;
}
