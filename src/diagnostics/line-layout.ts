// One source line as a terminal shows it: tabs as blanks, wide characters measured, what would act on a terminal made visible, and a line
// that is too long cut around the marked part. In: the text and a range of UTF-16 offsets in it. Out: text and columns that line up.
import { displayWidth } from "../util/display-width.ts";
import { printable } from "../util/printable.ts";

const TAB = 4;
/** UTF-16 units kept before and after the mark of a line that no terminal could show whole. */
const REACH = 1000;

export interface LineLayout {
  readonly text: string;
  /** Columns before the mark. */
  readonly start: number;
  /** Columns of the mark; at least 1. */
  readonly width: number;
}

/** One character: what is shown, its columns, and its place in the line. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly end: number;
}

/** Lays out a line of at most `width` columns so that the range from `start` to `end` (or its beginning) is in view. */
export function layOutLine(line: string, start: number, end: number, width: number): LineLayout {
  const base = Math.max(0, start - REACH);
  const limit = Math.min(line.length, end + REACH, start + 4 * REACH);
  const cells = cellsOf(line.slice(base, limit), base);
  const columns: number[] = [];
  let total = 0;
  for (const cell of cells) {
    columns.push(total);
    total += cell.width;
  }
  const columnOf = (offset: number): number => {
    const index = cells.findIndex((cell) => cell.end > offset);
    return index < 0 ? total : columns[index]!;
  };
  const markStart = columnOf(start);
  const markEnd = Math.max(markStart + 1, columnOf(end));
  const cutBefore = base > 0;
  const cutAfter = limit < line.length;
  if (total <= width && !cutBefore && !cutAfter) {
    return { text: cells.map((cell) => cell.text).join(""), start: markStart, width: markEnd - markStart };
  }
  return cutAround(cells, columns, total, { markStart, markEnd, width, cutBefore, cutAfter });
}

interface Cut {
  readonly markStart: number;
  readonly markEnd: number;
  readonly width: number;
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

function cutAround(cells: readonly Cell[], columns: readonly number[], total: number, cut: Cut): LineLayout {
  const room = Math.max(10, cut.width - 2);
  const marked = Math.min(cut.markEnd - cut.markStart, room);
  const from = Math.max(0, Math.min(cut.markStart - Math.floor((room - marked) / 2), total - room));
  const first = columns.findIndex((column) => column >= from);
  let text = "";
  let used = 0;
  let at = Math.max(0, first);
  const origin = columns[at] ?? 0;
  for (; at < cells.length && used + cells[at]!.width <= room; at++) {
    text += cells[at]!.text;
    used += cells[at]!.width;
  }
  const before = origin > 0 || cut.cutBefore ? "…" : "";
  const after = at < cells.length || cut.cutAfter ? "…" : "";
  const start = cut.markStart - origin + before.length;
  return {
    text: before + text + after,
    start,
    width: Math.max(1, Math.min(cut.markEnd - cut.markStart, used + before.length - start + 1)),
  };
}

function cellsOf(text: string, base: number): Cell[] {
  const cells: Cell[] = [];
  let at = base;
  for (const character of text) {
    at += character.length;
    if (character === "\t") cells.push({ text: " ".repeat(TAB), width: TAB, end: at });
    else {
      const shown = printable(character);
      cells.push({ text: shown, width: displayWidth(shown.codePointAt(0)!), end: at });
    }
  }
  return cells;
}
