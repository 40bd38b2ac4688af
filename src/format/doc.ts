// The document algebra of the formatter: a text with places at which lines may be broken. A group is printed on one
// line if it fits; what must break breaks all groups around it, which every document knows from the moment it is built.

export type Doc = string | Concat | Line | Group | Indent | Fill | WhenBroken | LineSuffix | RawLines;

interface Concat {
  readonly kind: "concat";
  readonly parts: readonly Doc[];
  readonly breaks: boolean;
}

/** A place to break: else a blank (`line`), nothing (`softLine`); a `hardLine` always breaks. */
interface Line {
  readonly kind: "line";
  readonly flat: string;
  readonly breaks: boolean;
}

interface Group {
  readonly kind: "group";
  readonly content: Doc;
  readonly breaks: boolean;
}

interface Indent {
  readonly kind: "indent";
  readonly content: Doc;
  readonly breaks: boolean;
}

/** Items and the lines between them in turn; a line breaks only when the next item does not fit. */
export interface Fill {
  readonly kind: "fill";
  readonly parts: readonly Doc[];
  /** The index of the first part that is still to be printed. */
  readonly from: number;
  readonly breaks: boolean;
}

/** A text that is printed only where the group around it is broken. */
interface WhenBroken {
  readonly kind: "whenBroken";
  readonly text: string;
}

/** A text for the end of the line, whatever else comes on it. */
interface LineSuffix {
  readonly kind: "lineSuffix";
  readonly text: string;
}

/** Lines that are printed as they are, without indentation but for the first. */
interface RawLines {
  readonly kind: "rawLines";
  readonly lines: readonly string[];
}

/** Whether a document breaks a line in any case. */
export function breaksOf(doc: Doc): boolean {
  if (typeof doc === "string" || doc.kind === "whenBroken") return false;
  if (doc.kind === "lineSuffix" || doc.kind === "rawLines") return true;
  return doc.breaks;
}

export const line: Doc = { kind: "line", flat: " ", breaks: false };
export const softLine: Doc = { kind: "line", flat: "", breaks: false };
export const hardLine: Doc = { kind: "line", flat: "", breaks: true };

/** Documents one after the other; absent ones are left out. */
export function concat(...parts: readonly (Doc | undefined)[]): Doc {
  return concatAll(parts);
}

/** The same for a list of any length, which could be too long for the arguments of a call. */
export function concatAll(parts: readonly (Doc | undefined)[]): Doc {
  const present = parts.filter((part) => part !== undefined && part !== "") as Doc[];
  return { kind: "concat", parts: present, breaks: present.some(breaksOf) };
}

/** Documents with a separator between them. */
export function join(separator: Doc, parts: readonly Doc[]): Doc {
  return concatAll(parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part])));
}

/** What is printed on one line if it fits; `isBroken` breaks it in any case. */
export function group(content: Doc, isBroken = false): Doc {
  return { kind: "group", content, breaks: isBroken || breaksOf(content) };
}

/** Two columns further to the right, from the next line on. */
export function indent(content: Doc): Doc {
  return { kind: "indent", content, breaks: breaksOf(content) };
}

/** As many items on a line as fit. */
export function fill(parts: readonly Doc[]): Doc {
  return { kind: "fill", parts, from: 0, breaks: parts.some(breaksOf) };
}

/** What is left of a fill behind some of its parts; the parts are not copied, since there may be very many. */
export function restOfFill({ parts, from, breaks }: Fill, printed: number): Fill {
  return { kind: "fill", parts, from: from + printed, breaks };
}

export function whenBroken(text: string): Doc {
  return { kind: "whenBroken", text };
}

export function lineSuffix(text: string): Doc {
  return { kind: "lineSuffix", text };
}

export function rawLines(lines: readonly string[]): Doc {
  return { kind: "rawLines", lines };
}
