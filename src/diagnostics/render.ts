// Diagnostics as people read them: the sentence, the place with its source lines, related places, help, and what a fix would make of it.
// In: diagnostics in the order to be shown, and the sources their spans are of. Out: text that ends with a line break, or nothing.
import { positionAt, type SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import { paint } from "../util/paint.ts";
import { printable } from "../util/printable.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { renderFix } from "./render-fix.ts";
import { drawSnippet, lastLine, type Mark, type SnippetOptions } from "./snippet.ts";

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; lines that are longer are cut around what is marked. */
  readonly width: number;
  /** At most so many are shown, errors first; the rest is counted. Default: all. */
  readonly limit?: number;
}

/** All diagnostics, a blank line after each, and how many there are at the end. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
  options: RenderOptions,
): string {
  if (diagnostics.length === 0) return "";
  const byId = new Map(sources.map((source) => [source.id, source]));
  const limit = options.limit ?? diagnostics.length;
  const shown = diagnostics.length <= limit ? diagnostics : mostImportant(diagnostics, limit);
  const blocks = shown.map((diagnostic) => `${renderOne(diagnostic, byId, options).join("\n")}\n`);
  if (shown.length < diagnostics.length)
    blocks.push(`… and ${diagnostics.length - shown.length} more, not shown here\n`);
  return `${blocks.join("\n")}\n${summarizeDiagnostics(diagnostics, options.color)}\n`;
}

/** `2 errors, 1 warning`. */
export function summarizeDiagnostics(diagnostics: readonly Diagnostic[], color: boolean): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const parts: string[] = [];
  if (errors > 0) parts.push(paint(errors === 1 ? "1 error" : `${errors} errors`, "error", color));
  if (warnings > 0) parts.push(paint(warnings === 1 ? "1 warning" : `${warnings} warnings`, "warning", color));
  return parts.join(", ");
}

function mostImportant(diagnostics: readonly Diagnostic[], limit: number): Diagnostic[] {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").slice(0, limit);
  const kept = new Set(errors);
  for (const diagnostic of diagnostics) if (kept.size < limit) kept.add(diagnostic);
  return diagnostics.filter((diagnostic) => kept.has(diagnostic));
}

function renderOne(diagnostic: Diagnostic, sources: ReadonlyMap<number, SourceFile>, options: RenderOptions): string[] {
  const { color } = options;
  const head = paint(`${diagnostic.severity}[${diagnostic.code}]`, diagnostic.severity, color);
  const lines = [`${head}${paint(`: ${printable(diagnostic.message)}`, "strong", color)}`];
  const groups = groupMarks(diagnostic, sources);
  const numbers = groups.map((group) => (group.source.text === "" ? 1 : lastLine(group.source, group.marks)));
  const gutter = String(Math.max(1, ...numbers)).length;
  const snippet: SnippetOptions = { color, width: options.width, style: diagnostic.severity, gutter };
  const indent = " ".repeat(gutter);
  for (const [index, group] of groups.entries()) {
    const arrow = paint(index === 0 ? "-->" : ":::", "place", color);
    lines.push(`${indent}${arrow} ${placeText(group.source, group.marks[0]!.span)}`);
    if (group.source.text !== "") lines.push(...drawSnippet(group.source, group.marks, snippet));
    else if (index > 0) lines.push(`${indent}    ${printable(group.marks[0]!.label)}`);
  }
  if (diagnostic.help !== undefined) {
    const [first = "", ...rest] = printable(diagnostic.help).split("\n");
    lines.push(`${paint("help", "hint", color)}: ${first}`, ...rest.map((line) => `      ${line}`));
  }
  for (const fix of diagnostic.fixes) lines.push(...renderFix(fix, sources, snippet));
  return lines;
}

function placeText(source: SourceFile, span: Span): string {
  const path = printable(source.path);
  if (source.text === "") return path;
  const { line, column } = positionAt(source, span.start);
  return `${path}:${line}:${column}`;
}

interface MarkGroup {
  readonly source: SourceFile;
  readonly marks: Mark[];
}

/** The marks by file, the one of the diagnostic itself first in each group that has it. */
function groupMarks(diagnostic: Diagnostic, sources: ReadonlyMap<number, SourceFile>): MarkGroup[] {
  const groups: MarkGroup[] = [];
  const add = (mark: Mark): void => {
    const source = sources.get(mark.span.file);
    if (!source) return;
    const group = groups.find((one) => one.source === source);
    if (group) group.marks.push(mark);
    else groups.push({ source, marks: [mark] });
  };
  add({ span: diagnostic.span, label: diagnostic.label ?? "", primary: true });
  for (const related of diagnostic.related) add({ span: related.span, label: related.text, primary: false });
  return groups;
}
