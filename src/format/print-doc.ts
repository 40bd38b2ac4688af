// In: a document and a width. Out: its text. A stack stands in for recursion, and measuring a group stops at the width,
// so the time is proportional to the size of the document.
import { assertNever } from "../util/assert-never.ts";
import { type Doc, type Fill, restOfFill } from "./doc.ts";

interface Command {
  readonly doc: Doc;
  readonly indentation: number;
  readonly isFlat: boolean;
}

/** The width of a line, in UTF-16 units. */
export const LINE_WIDTH = 100;

/** Prints a document that begins in column 0. Lines do not end in blanks, but for those of raw lines. */
export function printDoc(root: Doc): string {
  const output: string[] = [];
  const stack: Command[] = [{ doc: root, indentation: 0, isFlat: false }];
  let suffix = "";
  let column = 0;
  let pendingBlanks = 0;

  function write(text: string): void {
    if (text === "") return;
    output.push(" ".repeat(pendingBlanks), text);
    pendingBlanks = 0;
    column += text.length;
  }

  function breakLine(indentation: number): void {
    output.push(suffix, "\n");
    suffix = "";
    pendingBlanks = indentation;
    column = indentation;
  }

  function printFill(doc: Fill, indentation: number, isFlat: boolean): void {
    const { parts, from } = doc;
    const [item, separator, next] = [parts[from], parts[from + 1], parts[from + 2]];
    if (item === undefined) return;
    const itemFits = isFlat || fits([{ doc: item, indentation, isFlat: true }], [], LINE_WIDTH - column);
    if (separator !== undefined) {
      const pair = [next ?? "", separator, item].map((doc) => ({ doc, indentation, isFlat: true }));
      const pairFits = isFlat || fits(pair, [], LINE_WIDTH - column);
      stack.push({ doc: restOfFill(doc, 2), indentation, isFlat }, { doc: separator, indentation, isFlat: pairFits });
    }
    stack.push({ doc: item, indentation, isFlat: itemFits });
  }

  function printGroup(
    { content, breaks }: { content: Doc; breaks: boolean },
    indentation: number,
    isFlat: boolean,
  ): void {
    const flat = { doc: content, indentation, isFlat: true };
    const isFitting = !breaks && (isFlat || fits([flat], stack, LINE_WIDTH - column));
    stack.push({ ...flat, isFlat: isFitting });
  }

  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { doc, indentation, isFlat } = command;
    if (typeof doc === "string") write(doc);
    else if (doc.kind === "concat") pushParts(stack, doc.parts, command);
    else if (doc.kind === "indent") stack.push({ doc: doc.content, indentation: indentation + 2, isFlat });
    else if (doc.kind === "group") printGroup(doc, indentation, isFlat);
    else if (doc.kind === "fill") printFill(doc, indentation, isFlat);
    else if (doc.kind === "whenBroken") write(isFlat ? "" : doc.text);
    else if (doc.kind === "lineSuffix") suffix += doc.text;
    else if (doc.kind === "rawLines") printRawLines(doc.lines);
    else if (doc.kind !== "line") assertNever(doc);
    else if (isFlat && !doc.breaks) write(doc.flat);
    else breakLine(indentation);
  }
  output.push(suffix);
  return output.join("");

  function printRawLines(lines: readonly string[]): void {
    for (const [index, text] of lines.entries()) {
      if (index > 0) breakLine(0);
      write(text);
    }
  }
}

function pushParts(stack: Command[], parts: readonly Doc[], { indentation, isFlat }: Command): void {
  for (let index = parts.length - 1; index >= 0; index--) stack.push({ doc: parts[index]!, indentation, isFlat });
}

// One part after the other: a line is mostly full long before the fill ends.
function pushFirst(stack: Command[], doc: Fill, { indentation, isFlat }: Command): void {
  const first = doc.parts[doc.from];
  if (first === undefined) return;
  stack.push({ doc: restOfFill(doc, 1), indentation, isFlat }, { doc: first, indentation, isFlat });
}

// Whether commands (the last first) and what follows them up to the next line break fit into `width` columns.
function fits(commands: readonly Command[], following: readonly Command[], width: number): boolean {
  const stack = [...commands];
  let rest = following.length;
  let left = width;
  while (left >= 0) {
    const command = stack.pop() ?? following[--rest];
    if (command === undefined) return true;
    const { doc, indentation, isFlat } = command;
    if (typeof doc === "string") left -= doc.length;
    else if (doc.kind === "concat") pushParts(stack, doc.parts, command);
    else if (doc.kind === "fill") pushFirst(stack, doc, command);
    else if (doc.kind === "indent") stack.push({ doc: doc.content, indentation, isFlat });
    else if (doc.kind === "group") stack.push({ doc: doc.content, indentation, isFlat: isFlat && !doc.breaks });
    else if (doc.kind === "whenBroken") left -= isFlat ? 0 : doc.text.length;
    else if (doc.kind === "rawLines") return left >= (doc.lines[0]?.length ?? 0);
    else if (doc.kind !== "line") continue;
    else if (!isFlat || doc.breaks) return true;
    else left -= doc.flat.length;
  }
  return false;
}
