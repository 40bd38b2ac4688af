// Text in columns of a terminal: what is measured are columns, not characters.
import { displayWidth } from "../util/display-width.ts";

/** The columns a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += displayWidth(character.codePointAt(0)!);
  return width;
}

/** The text with blanks behind it up to `width` columns. */
export function padRight(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** The text with blanks before it up to `width` columns. */
export function padLeft(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
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

/** The text in at most `lines` lines of `width` columns, broken at blanks; what is left over ends in `…`. Further lines begin with `indent`. */
export function wrap(text: string, width: number, lines = Number.POSITIVE_INFINITY, indent = ""): string[] {
  const found: string[] = [];
  let line = "";
  const words = text.split(" ");
  for (const [position, word] of words.entries()) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line.trim() === "" || widthOf(longer) <= width) {
      line = line.trim() === "" ? `${found.length > 0 ? indent : ""}${word}` : longer;
      continue;
    }
    if (found.length + 1 >= lines) return [...found, cut(`${line} ${words.slice(position).join(" ")}`, width)];
    found.push(cut(line, width));
    line = `${indent}${word}`;
  }
  return [...found, cut(line, width)];
}
