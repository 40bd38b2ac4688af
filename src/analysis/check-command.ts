// Checks what a task runs. After it, every item of `run` and `args` has one text or is a spread list, the program's name is one, and `out` is
// used where it means something.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { CommandNode, ExpressionNode, ListNode, SpreadNode, TaskNode } from "../syntax/ast.ts";
import { printType } from "../types/print.ts";
import type { Type } from "../types/type.ts";
import { checkTextValue, hasText } from "./check-text-value.ts";
import type { CheckContext } from "./context.ts";
import { withoutParentheses } from "./flatten-record.ts";
import { asOutputUse, findOutputUses, type OutputScope, outputPath } from "./output-paths.ts";
import { plainText } from "./plain-text.ts";
import { stageOf } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(tasks);

type Item = ListNode["items"][number];

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "zsh", "ash", "ksh"]);
/** What a shell would make of an argument that consists of this alone. */
const SHELL_WORDS: ReadonlyMap<string, string> = new Map([
  ["|", "a pipe"],
  ["||", "an alternative"],
  ["&&", "the next command"],
  [";", "the end of a command"],
  ["&", "the background"],
  [">", "a redirection"],
  [">>", "a redirection"],
  ["<", "a redirection"],
  ["2>", "a redirection"],
  ["2>&1", "a redirection"],
]);

/** Checks `run [..]` or `args [..]`. */
export function checkCommand(context: CheckContext, task: TaskNode, node: CommandNode, outputs: OutputScope): void {
  const items = node.value.items;
  if (node.form === "run" && items.length === 0) {
    context.report(diagnostic("empty-command", node.value.span, { problem: "the list after `run` is empty" }));
  }
  const inShell = shellOf(items);
  items.forEach((item, index) => {
    if (item.kind === "Spread") checkSpread(context, item, outputs);
    else checkItem(context, item, items[index - 1], outputs);
  });
  if (node.form === "run" && items[0] && items[0].kind !== "Spread") checkProgram(context, items[0], items.length);
  if (inShell) checkShellText(context, inShell);
  else if (node.form === "run" || node.form === "args") warnOfShellWords(context, items);
  warnOfRepeatedPaths(context, task, items);
}

function checkItem(context: CheckContext, item: ExpressionNode, before: Item | undefined, outputs: OutputScope): void {
  const type = outputs.check(context, item);
  if (hasText(type)) return;
  const flag = before && before.kind === "String" ? plainText(before) : undefined;
  checkTextValue(context, item, type, {
    where: "an argument",
    secret: false,
    optional: (text) => {
      if (before === undefined || flag === undefined || !flag.startsWith("-")) {
        return { advice: `write \`...opt("--flag", ${text})\` or \`${text} ?? …\`` };
      }
      const right = `...opt("${flag}", ${text})`;
      const span = { ...item.span, start: before.span.start };
      return { advice: `write \`${right}\``, fix: { title: `Change to \`${right}\``, edits: [{ span, text: right }] } };
    },
  });
}

function checkSpread(context: CheckContext, item: SpreadNode, outputs: OutputScope): void {
  const type = outputs.check(context, item.value);
  if (type.kind === "error") return;
  if (type.kind === "partial") {
    checkTextValue(context, item.value, type, { where: "arguments", secret: false, optional: () => ({ advice: "" }) });
    return;
  }
  if (type.kind !== "list") {
    const fixes = [
      { title: "Remove `...`", edits: [{ span: { ...item.span, end: item.value.span.start }, text: "" }] },
    ];
    const found = `\`${textOf(context, item.value)}\` of type ${printType(type)}`;
    context.report(
      diagnostic("spread-not-list", item.span, { type: found }, { fixes: type.kind === "optional" ? [] : fixes }),
    );
    return;
  }
  const element = type.element;
  if (element.kind === "optional") {
    const text = textOf(context, item.value);
    const right = `[for x in ${text} where x != null: x]`;
    const told = {
      type: `An item of \`${text}\` (${printType(element)})`,
      where: "an argument",
      why: `it may be null; write \`...${right}\``,
    };
    context.report(diagnostic("not-text", item.value.span, told));
    return;
  }
  const fine = checkTextValue(context, item.value, element, {
    where: "an argument",
    secret: false,
    optional: () => ({ advice: "" }),
  });
  if (fine && (element.kind === "file" || element.kind === "dir") && type.max === undefined) {
    context.report(diagnostic("unbounded-arguments", item.span, { type: printType(type) }));
  }
}

/** Types whose values do not name a program. */
const NO_PROGRAMS: ReadonlySet<Type["kind"]> = new Set([
  "int",
  "float",
  "bool",
  "size",
  "duration",
  "list",
  "record",
  "dir",
]);

/** The first item: the name or path of one program. */
function checkProgram(context: CheckContext, item: ExpressionNode, count: number): void {
  const bare = withoutParentheses(item);
  const type = context.facts.types.get(item) as Type | undefined;
  if (type && NO_PROGRAMS.has(type.kind)) {
    const problem = `a program is named by a String, and this is ${printType(type)}`;
    context.report(diagnostic("shell-in-program", item.span, { text: textOf(context, item), problem }));
    return;
  }
  const text = bare.kind === "String" ? plainText(bare) : undefined;
  if (text === undefined) return;
  if (text.trim() === "") {
    context.report(diagnostic("empty-command", item.span, { problem: "the name of the program is empty" }));
    return;
  }
  const quoted = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  if (/[|&;<>()$`*?]/.test(text)) {
    const problem = "no shell reads a command; write `script \"sh\" '''…'''`";
    context.report(diagnostic("shell-in-program", item.span, { text: quoted, problem }));
    return;
  }
  // "/opt/My Tool/run" is a path with a blank in it.
  const isPath = /^\.{0,2}\//.test(text) && /\s\S*\//.test(text) && count > 1;
  if (!/\s/.test(text) || isPath) return;
  const words = text.trim().split(/\s+/);
  const simple = words.every((word) => !/["'\\]/.test(word));
  const right = words.map((word) => `"${word}"`).join(", ");
  const fixes = simple ? [{ title: `Change to \`${right}\``, edits: [{ span: item.span, text: right }] }] : [];
  const problem = simple ? `each word is an item of its own: \`${right}\`` : "each word is an item of its own";
  context.report(diagnostic("shell-in-program", item.span, { text: quoted, problem }, { fixes }));
}

interface ShellText {
  readonly shell: string;
  readonly text: ExpressionNode;
}

/** `"sh", "-c", text`: the text, and the shell that reads it. */
function shellOf(items: readonly Item[]): ShellText | undefined {
  for (let index = 0; index < items.length - 2; index++) {
    const [program, option, text] = [items[index]!, items[index + 1]!, items[index + 2]!];
    if (program.kind !== "String" || option.kind !== "String" || text.kind === "Spread") continue;
    const shell = plainText(program)?.split("/").at(-1) ?? "";
    if (SHELLS.has(shell) && /^-[a-z]*c$/.test(plainText(option) ?? "")) return { shell, text };
  }
  return undefined;
}

function checkShellText(context: CheckContext, { shell, text }: ShellText): void {
  const bare = withoutParentheses(text);
  if (bare.kind !== "String") return;
  for (const part of bare.parts) {
    if (part.kind === "StringText") continue;
    const type = context.facts.types.get(part);
    const harmless = type && ["int", "float", "bool", "size", "duration", "enum", "error"].includes(type.kind);
    if (harmless || stageOf(context, part).stage === "compile" || findOutputUses(part).length > 0) continue;
    const help = `Hand it over as an argument: \`run ["${shell}", "-c", "… \\"$1\\" …", "${shell}", ${textOf(context, part)}]\`.`;
    context.report(diagnostic("shell-injection", part.span, { shell }, { help }));
  }
}

function warnOfShellWords(context: CheckContext, items: readonly Item[]): void {
  for (const item of items) {
    const text = item.kind === "String" ? plainText(item) : undefined;
    if (text === undefined) continue;
    const word = SHELL_WORDS.get(text);
    const variable = /^\$(\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_][A-Za-z0-9_]*)$/.test(text);
    const means = word ?? (variable ? "a variable" : /^\$\(.*\)$|^`.*`$/.test(text) ? "a command" : undefined);
    if (means !== undefined && item !== items[0])
      context.report(diagnostic("shell-in-argument", item.span, { text, means }));
  }
}

/** Two arguments that are the same output path and nothing else. */
function warnOfRepeatedPaths(context: CheckContext, task: TaskNode, items: readonly Item[]): void {
  if (!task.result) return;
  let seen: Map<string, ExpressionNode> | undefined;
  for (const item of items) {
    if (item.kind === "Spread") continue;
    const bare = withoutParentheses(item);
    const use = asOutputUse(bare);
    if (!use || context.facts.types.get(item)?.kind === "error") continue;
    const path = outputPath(use.name);
    seen ??= new Map();
    const before = seen.get(path);
    if (before) {
      const related = [{ span: before.span, text: "first passed here" }];
      context.report(diagnostic("output-passed-twice", item.span, { path }, { related }));
    } else seen.set(path, bare);
  }
}
