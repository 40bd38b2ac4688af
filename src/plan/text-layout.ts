// Text in columns of a terminal: what is measured are columns, not characters.
import { displayWidth } from "../util/display-width.ts";

// Before the first of these every character takes one column. A text of Latin letters only, as V8 stores them, is found not to fit without being
// looked at.
const NOT_PLAIN = /[\u0300-\uffff]/;

const BLANK = " ".charCodeAt(0);

/** The columns a text takes. */
export function widthOf(text: string): number {
  // Nearly every text is of plain letters, of one column each: only others are taken apart.
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const character of text) width += displayWidth(character.codePointAt(0)!);
  return width;
}

function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text);
}

/** The columns that the widest of the texts takes, at least `least`. */
export function widestOf(texts: Iterable<string>, least = 0): number {
  let most = least;
  for (const text of texts) most = Math.max(most, widthOf(text));
  return most;
}

/** The text with blanks behind it up to `width` columns. */
export function padRight(text: string, width: number): string {
  return text + blanks(width - widthOf(text));
}

/** The text with blanks before it up to `width` columns. */
export function padLeft(text: string, width: number): string {
  return blanks(width - widthOf(text)) + text;
}

// Made once: a table has several for each of its lines.
const BLANKS: readonly string[] = Array.from({ length: 100 }, (_, length) => " ".repeat(length));

function blanks(length: number): string {
  return length <= 0 ? "" : (BLANKS[length] ?? " ".repeat(length));
}

/** The beginning of a text that fits, with `…` in place of the rest. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const character of text) {
    used += displayWidth(character.codePointAt(0)!);
    if (used > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/**
 * The text in at most `lines` lines of `width` columns, broken at blanks, and inside a word only where it takes more than a line; what is left
 * over ends in `…`. Further lines begin with `indent`.
 */
export function wrap(text: string, width: number, lines = Number.POSITIVE_INFINITY, indent = ""): string[] {
  if (text.charCodeAt(0) !== BLANK && widthOf(text) <= width) return [text];
  const room = width - widthOf(indent);
  const found = breakPlain(text, width, room, lines) ?? breakAny(text, width, room, lines);
  const indented = found.map((each, at) => (at === 0 ? each : `${indent}${each}`));
  if (indented.length <= lines) return indented;
  const last = indented[lines - 1]!;
  return [...indented.slice(0, lines - 1), widthOf(last) < width ? `${last}…` : cut(`${last} `, width)];
}

/** Lines of a text of single blanks and words that have one column for each character and fit; of others, undefined. */
function breakPlain(text: string, width: number, room: number, lines: number): string[] | undefined {
  if (text.startsWith(" ") || text.endsWith(" ") || text.includes("  ") || !isPlain(text)) return undefined;
  const found: string[] = [];
  let start = 0;
  for (let left = width; text.length - start > left; left = room) {
    const blank = text.lastIndexOf(" ", start + left);
    if (blank <= start) return undefined;
    found.push(text.slice(start, blank));
    start = blank + 1;
    if (found.length > lines) return found;
  }
  found.push(text.slice(start));
  return found;
}

/** At least one line and, where the text takes more than `lines`, one more than that. */
function breakAny(text: string, width: number, room: number, lines: number): string[] {
  const found: string[] = [];
  let line = "";
  /** The columns that are free in the line. */
  let left = width;
  const end = (): void => {
    found.push(line);
    line = "";
    left = room;
  };
  for (const word of text.split(" ")) {
    let rest = word;
    let needed = widthOf(word);
    if (line !== "" && needed + 1 > left) end();
    if (line !== "") {
      line += " ";
      left--;
    }
    while (needed > left) {
      const [head, tail] = splitAt(rest, left);
      line += head;
      rest = tail;
      needed = widthOf(rest);
      end();
    }
    line += rest;
    left -= needed;
    if (found.length > lines) break;
  }
  if (line !== "" || found.length === 0) end();
  return found;
}

/** The beginning that fits, at least one character, and the rest. */
function splitAt(text: string, width: number): [string, string] {
  let used = 0;
  let at = 0;
  for (const character of text) {
    used += displayWidth(character.codePointAt(0)!);
    if (at > 0 && used > width) break;
    at += character.length;
  }
  return [text.slice(0, at), text.slice(at)];
}
