// A piece of a source file with marks under it: numbered lines, carets for the place itself, dashes for related places, labels behind them.
// In: places of one file. Out: lines of text, without the line that names the file.
import { lineText, positionAt, type SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import { paint, type Style } from "../util/paint.ts";
import { printable } from "../util/printable.ts";
import { layOutLine } from "./line-layout.ts";

export interface Mark {
  readonly span: Span;
  readonly label: string;
  readonly primary: boolean;
}

export interface SnippetOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Style of the primary mark. */
  readonly style: Style;
  /** Digits of the widest line number. */
  readonly gutter: number;
}

/** A marked stretch of lines: the source line it starts on and its last. */
interface Placed {
  readonly mark: Mark;
  readonly first: number;
  readonly last: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

const MAX_LINES = 8;

/** The last line number that the marks need, for the width of the gutter. */
export function lastLine(source: SourceFile, marks: readonly Mark[]): number {
  return Math.max(...marks.map((mark) => place(source, mark).last));
}

/** Lines of the snippet, an empty gutter line first. */
export function drawSnippet(source: SourceFile, marks: readonly Mark[], options: SnippetOptions): string[] {
  const placed = marks
    .map((mark) => place(source, mark))
    .sort((a, b) => a.first - b.first || a.startColumn - b.startColumn);
  const lines = [gutter("", options)];
  let before = 0;
  let at = 0;
  while (at < placed.length) {
    const here = placed[at]!;
    if (before > 0 && here.first === before + 2) lines.push(numbered(source, before + 1, 0, 0, options).line);
    else if (before > 0 && here.first > before + 1) lines.push(paint("...", "place", options.color));
    if (here.last > here.first) {
      lines.push(...drawMultiLine(source, here, options));
      before = here.last;
      at++;
      continue;
    }
    const same: Placed[] = [];
    while (at < placed.length && placed[at]!.first === here.first && placed[at]!.last === here.first)
      same.push(placed[at++]!);
    if (here.first !== before)
      lines.push(numbered(source, here.first, here.startColumn - 1, here.endColumn - 1, options).line);
    for (const one of same) lines.push(underline(source, one, options));
    before = here.first;
  }
  return lines;
}

function place(source: SourceFile, mark: Mark): Placed {
  const textEnd = source.text.trimEnd().length;
  // Beyond the last line that has text there is nothing to show: the mark goes behind that text.
  if (mark.span.start > textEnd)
    return place(source, { ...mark, span: { ...mark.span, start: textEnd, end: textEnd } });
  const start = positionAt(source, mark.span.start);
  const end = positionAt(source, Math.max(mark.span.start, mark.span.end));
  // A range that ends with a line break ends on the line before it.
  if (end.line > start.line && end.column === 1) {
    const last = end.line - 1;
    return { mark, first: start.line, last, startColumn: start.column, endColumn: lineText(source, last).length + 1 };
  }
  return { mark, first: start.line, last: end.line, startColumn: start.column, endColumn: end.column };
}

function roomFor(options: SnippetOptions): number {
  return Math.max(30, options.width - options.gutter - 4);
}

function numbered(source: SourceFile, line: number, start: number, end: number, options: SnippetOptions, bar = "") {
  const layout = layOutLine(lineText(source, line), start, end, roomFor(options) - bar.length);
  return { line: gutter(String(line), options, bar + layout.text), layout };
}

function underline(source: SourceFile, placed: Placed, options: SnippetOptions): string {
  const start = placed.startColumn - 1;
  const layout = layOutLine(lineText(source, placed.first), start, placed.endColumn - 1, roomFor(options));
  const style = placed.mark.primary ? options.style : "place";
  const marks = (placed.mark.primary ? "^" : "-").repeat(layout.width);
  return gutter("", options, " ".repeat(layout.start) + paint(withLabel(marks, placed.mark), style, options.color));
}

function drawMultiLine(source: SourceFile, placed: Placed, options: SnippetOptions): string[] {
  const style = placed.mark.primary ? options.style : "place";
  const sign = placed.mark.primary ? "^" : "-";
  const bar = `${paint("|", style, options.color)} `;
  const firstStart = placed.startColumn - 1;
  const first = layOutLine(lineText(source, placed.first), firstStart, firstStart + 1, roomFor(options) - 2);
  const lines = [
    gutter(String(placed.first), options, `  ${first.text}`),
    gutter("", options, paint(` ${"_".repeat(first.start + 1)}${sign}`, style, options.color)),
  ];
  const between: number[] = [];
  for (let line = placed.first + 1; line < placed.last && between.length < MAX_LINES; line++) between.push(line);
  const shown = placed.last - placed.first - 1 > MAX_LINES - 2 ? between.slice(0, 2) : between;
  for (const line of shown) lines.push(plain(source, line, bar, options));
  if (shown.length < placed.last - placed.first - 1) {
    lines.push(`${paint("...".padEnd(options.gutter + 3), "place", options.color)}${bar.trimEnd()}`);
  }
  const endAt = Math.max(0, placed.endColumn - 2);
  const last = layOutLine(lineText(source, placed.last), endAt, endAt + 1, roomFor(options) - 2);
  lines.push(gutter(String(placed.last), options, bar + last.text));
  lines.push(
    gutter("", options, paint(withLabel(`|${"_".repeat(last.start + 1)}${sign}`, placed.mark), style, options.color)),
  );
  return lines;
}

function plain(source: SourceFile, line: number, bar: string, options: SnippetOptions): string {
  const layout = layOutLine(lineText(source, line), 0, 1, roomFor(options) - 2);
  return gutter(String(line), options, bar + layout.text);
}

function withLabel(marks: string, mark: Mark): string {
  return mark.label === "" ? marks : `${marks} ${printable(mark.label)}`;
}

/** One line behind the gutter. */
export function gutter(number: string, options: Pick<SnippetOptions, "color" | "gutter">, text = ""): string {
  const head = paint(`${number.padStart(options.gutter + 1)} |`, "place", options.color);
  return text === "" ? head : `${head} ${text}`.trimEnd();
}
