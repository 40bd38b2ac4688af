// `sluice explain`: what a code means, with an example and what sluice says of it.
import { CATALOG, catalogCodes, findCatalogEntry } from "../../diagnostics/catalog.ts";
import { paint } from "../../util/paint.ts";
import { suggest } from "../../util/suggest.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { renderExample } from "../render-example.ts";

export const explain: CommandAction = async (invocation, io) => {
  const { color, columns } = io.stdout;
  const [code] = invocation.operands;
  if (invocation.has("all")) {
    for (const phase of CATALOG) {
      io.stdout.write(`${paint(phase.title, "strong", color)}\n`);
      for (const [name, entry] of phase.codes)
        io.stdout.write(`  ${paint(name, entry.severity, color)}  ${firstSentence(entry.explain)}\n`);
      io.stdout.write("\n");
    }
    return EXIT_OK;
  }
  if (code === undefined)
    throw new UsageError("which code? Name the word in brackets, such as `unknown-task`, or list all with --all");
  const name = code.replace(/^(?:error|warning)?\[(.*)\]$/, "$1");
  const entry = findCatalogEntry(name);
  if (!entry) {
    const near = suggest(name, catalogCodes());
    const hint =
      near.length > 0
        ? `did you mean ${near.map((one) => `\`${one}\``).join(" or ")}?`
        : "`sluice explain --all` lists them";
    throw new UsageError(`there is no code \`${name}\`; ${hint}`);
  }
  io.stdout.write(
    `${paint(`${entry.severity}[${name}]`, entry.severity, color)}\n\n${wrap(entry.explain, Math.min(columns, 100))}\n\n`,
  );
  io.stdout.write(`Example:\n\n${indent(entry.example.trimEnd())}\n`);
  const said = renderExample(entry, { color, width: Math.min(columns, 100) - 2 });
  if (said !== "") io.stdout.write(`\nWhat sluice says:\n\n${indent(said.trimEnd())}\n`);
  return EXIT_OK;
};

function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
