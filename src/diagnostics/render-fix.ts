// A fix as people see it: what it does, and the lines as they would be after it, with the new text marked.
import { positionAt, type SourceFile } from "../text/source-file.ts";
import { paint } from "../util/paint.ts";
import { printable } from "../util/printable.ts";
import type { Fix, TextEdit } from "./diagnostic.ts";
import { layOutLine } from "./line-layout.ts";
import { gutter, type SnippetOptions } from "./snippet.ts";

const MAX_LINES = 6;

interface Insertion {
  readonly start: number;
  readonly end: number;
  readonly sign: "+" | "~";
}

/** The title of a fix and the edited lines of the file it edits first. */
export function renderFix(fix: Fix, sources: ReadonlyMap<number, SourceFile>, options: SnippetOptions): string[] {
  const lines = [`${paint("fix", "good", options.color)}: ${printable(fix.title)}`];
  const file = fix.edits[0]?.span.file;
  const source = file === undefined ? undefined : sources.get(file);
  if (!source) return lines;
  const edits = fix.edits.filter((edit) => edit.span.file === file).toSorted((a, b) => a.span.start - b.span.start);
  return [...lines, ...editedLines(source, edits, options)];
}

function editedLines(source: SourceFile, edits: readonly TextEdit[], options: SnippetOptions): string[] {
  const firstLine = positionAt(source, edits[0]!.span.start).line;
  const lastEnd = Math.max(...edits.map((edit) => edit.span.end));
  const from = source.lineStarts[firstLine - 1]!;
  const to = source.lineStarts[positionAt(source, lastEnd).line] ?? source.text.length + 1;
  let text = "";
  let at = from;
  const insertions: Insertion[] = [];
  for (const edit of edits) {
    text += source.text.slice(at, edit.span.start);
    const sign = edit.span.start === edit.span.end ? "+" : "~";
    if (edit.text !== "") insertions.push({ start: text.length, end: text.length + edit.text.length, sign });
    text += edit.text;
    at = edit.span.end;
  }
  text += source.text.slice(at, Math.max(at, to - 1));
  const lines: string[] = [gutter("", options)];
  let offset = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (index === MAX_LINES) {
      lines.push(paint("...", "place", options.color));
      break;
    }
    const marks = insertions.filter((mark) => mark.start < offset + line.length + 1 && mark.end > offset);
    lines.push(...editedLine(line.replace(/\r$/, ""), firstLine + index, offset, marks, options));
    offset += line.length + 1;
  }
  return lines;
}

function editedLine(
  line: string,
  number: number,
  offset: number,
  marks: readonly Insertion[],
  options: SnippetOptions,
): string[] {
  const room = Math.max(30, options.width - options.gutter - 4);
  const start = marks.length > 0 ? Math.max(0, marks[0]!.start - offset) : 0;
  const end = marks.length > 0 ? Math.min(line.length, marks.at(-1)!.end - offset) : 1;
  const shown = layOutLine(line, start, end, room);
  const lines = [gutter(String(number), options, shown.text)];
  if (marks.length === 0 || line.trim() === "") return lines;
  let row = "";
  const shift = shown.start - layOutLine(line, start, end, Number.POSITIVE_INFINITY).start;
  for (const mark of marks) {
    if (line.slice(Math.max(0, mark.start - offset), mark.end - offset).trim() === "") continue;
    const one = layOutLine(
      line,
      Math.max(0, mark.start - offset),
      Math.min(line.length, mark.end - offset),
      Number.POSITIVE_INFINITY,
    );
    row = row.padEnd(Math.max(0, one.start + shift)) + mark.sign.repeat(one.width);
  }
  if (row !== "") lines.push(gutter("", options, paint(row.slice(0, room), "good", options.color)));
  return lines;
}
