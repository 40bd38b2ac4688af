// Where the printed plan is written, line by line. In: lines and the beginnings of sections. Out: the text, handed on in pieces, so that the
// plan of a very large program never stands in memory as a whole. Sections have an empty line between them; one without lines leaves no trace.
import { printable } from "../util/printable.ts";

/** Lines that are handed on together. */
const PIECE = 1000;

export interface Page {
  /** The next line begins a section. */
  readonly startSection: () => void;
  readonly line: (text: string) => void;
  /** Hands on what is left. */
  readonly end: () => void;
}

/** A page whose text goes to `write`, characters that would act on a terminal made visible. */
export function createPage(write: (text: string) => void): Page {
  let lines: string[] = [];
  let isStarting = false;
  let isEmpty = true;
  const end = (): void => {
    if (lines.length === 0) return;
    lines.push("");
    write(printable(lines.join("\n")));
    lines = [];
  };
  return {
    startSection: () => {
      isStarting = true;
    },
    line: (text) => {
      if (isStarting && !isEmpty) lines.push("");
      isStarting = false;
      isEmpty = false;
      lines.push(text);
      if (lines.length >= PIECE) end();
    },
    end,
  };
}
