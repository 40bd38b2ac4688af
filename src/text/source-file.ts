// A source text and its lines. Trees hold offsets; lines and columns are computed here, and only when something is printed.

/** One text the compiler reads. `path` is as shown to people: relative to where the user stands, with `/`. */
export interface SourceFile {
  /** The number that spans of this file carry. */
  readonly id: number;
  readonly path: string;
  readonly text: string;
  /** The offset at which each line starts; the first is 0. */
  readonly lineStarts: readonly number[];
}

/** A place for people: both count from 1, the column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function createSourceFile(id: number, path: string, text: string): SourceFile {
  let lineStarts: readonly number[] | undefined;
  return {
    id,
    path,
    text,
    // Nobody asks for them where nothing is wrong.
    get lineStarts() {
      lineStarts ??= findLineStarts(text);
      return lineStarts;
    },
  };
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The position of an offset, clamped to the text. */
export function positionAt(file: SourceFile, offset: number): Position {
  const at = Math.max(0, Math.min(offset, file.text.length));
  let low = 0;
  let high = file.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (file.lineStarts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - file.lineStarts[low]! + 1 };
}

/** The text of a line (from 1) without its line break; empty beyond the end. */
export function lineText(file: SourceFile, line: number): string {
  const start = file.lineStarts[line - 1];
  if (start === undefined) return "";
  const end = file.lineStarts[line] ?? file.text.length + 1;
  return file.text.slice(start, end - 1).replace(/\r$/, "");
}
