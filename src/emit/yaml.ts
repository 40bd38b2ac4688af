// The one YAML writer. In: plain JSON objects with a comment each. Out: one text of YAML documents that readers of YAML 1.1 (Kubernetes) and
// 1.2 take for the same values: what an old reader would turn into another type is quoted, nothing is folded, there are no anchors. Written here
// because loading a library for it takes longer than all of a compilation.

/** JSON as it is written; undefined entries of records are left out. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

export interface YamlDocument {
  /** Lines above the document; none when empty. Control characters become blanks. */
  readonly comment: string;
  readonly value: Json;
  /** Comments above entries of lists inside, by their paths. */
  readonly notes?: readonly YamlNote[];
}

export interface YamlNote {
  readonly path: readonly (string | number)[];
  readonly comment: string;
}

/** Where a collection stands. */
interface Place {
  /** The blanks before its lines. */
  readonly indent: string;
  /** How far it is from the top. */
  readonly depth: number;
  /** Those of its entries, and of what is in them. */
  readonly notes: readonly YamlNote[];
}

/** A name longer than this has to be marked as one. */
const LONGEST_NAME = 1024;

// What readers of YAML 1.1 or 1.2 take for another type than a text. Also what the older readers of Go take for numbers: `0o7`, `0b1`, `1_000`,
// `12:30`.
const NUMBER_LIKE = /^[-+.]?[0-9][0-9_.,:xXoObBa-fA-FeE+-]*$|^[-+]?(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?$/;
const WORD_LIKE = /^(?:y|n|yes|no|on|off|true|false|null|~|<<|=|[-+]?\.inf|\.nan)?$/i;
const TIME_LIKE = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/;
/** Signs that mean something where they stand. */
const SIGNS = /^[\s,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-]\s|^(?:---|\.\.\.)|:\s|\s#|[\s:]$/;
const PRINTABLE_ASCII = /^[ -~]*$/;
/** What most texts look like: they need no closer look. `e0` does: some readers take it for a number. */
const WORD = /^(?!(?:y|n|yes|no|on|off|true|false|null)$|e[-0-9])[A-Za-z/][A-Za-z0-9/._-]*$/i;
/** Characters that are not written as themselves: controls, separators of lines, halves of pairs, marks of byte order. */
const UNPRINTABLE = /[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const UNPRINTABLE_IN_JSON = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** A block scalar cannot hold these, or readers disagree about them. */
const NOT_IN_BLOCKS =
  /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|^\s| $| \n/u;

/** The documents in their order, `---` between them, a line break at the end. */
export function printYaml(documents: readonly YamlDocument[]): string {
  return documents.map(printDocument).join("---\n");
}

function printDocument({ comment, value, notes = [] }: YamlDocument): string {
  const lines = comment === "" ? [] : comment.split("\n").map((line) => `# ${printable(line)}`.trimEnd());
  const place = { indent: "", depth: 0, notes };
  const text = isCollection(value) ? printCollection(value, place) : printScalar(value, "  ");
  return `${lines.map((line) => `${line}\n`).join("")}${text}\n`;
}

function printable(line: string): string {
  return PRINTABLE_ASCII.test(line) ? line : line.replace(/\p{Cc}|\u2028|\u2029/gu, " ");
}

type Collection = readonly Json[] | JsonObject;

/** Whether it takes lines of its own: an empty list or record does not. */
function isCollection(value: Json): value is Collection {
  if (typeof value !== "object" || value === null) return false;
  return isList(value) ? value.length > 0 : Object.values(value).some((entry) => entry !== undefined);
}

function isList(value: Collection): value is readonly Json[] {
  return Array.isArray(value);
}

/** The lines, of which the first is not indented. */
function printCollection(value: Collection, place: Place): string {
  return isList(value) ? printList(value, place) : printRecord(value, place);
}

function entryPlace({ indent, depth, notes }: Place, entry: string | number): Place {
  const inside = notes.length === 0 ? notes : notes.filter(({ path }) => path[depth] === entry);
  return { indent: `${indent}  `, depth: depth + 1, notes: inside };
}

function printList(items: readonly Json[], place: Place): string {
  const { indent } = place;
  const lines = items.map((item, index) => {
    const at = entryPlace(place, index);
    const note = at.notes.find(({ path }) => path.length === at.depth);
    const text = isCollection(item) ? printCollection(item, at) : printScalar(item, at.indent);
    return `${note ? `# ${printable(note.comment)}\n${indent}` : ""}- ${text}`;
  });
  return lines.join(`\n${indent}`);
}

function printRecord(record: JsonObject, place: Place): string {
  const { indent } = place;
  const lines: string[] = [];
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const at = entryPlace(place, name);
    const text = isCollection(value)
      ? `\n${at.indent}${printCollection(value, at)}`
      : ` ${printScalar(value, at.indent)}`;
    const shown = printLine(name);
    lines.push(`${shown.length > LONGEST_NAME ? `? ${shown}\n${indent}` : shown}:${text}`);
  }
  return lines.join(`\n${indent}`);
}

function printScalar(value: Json, indent: string): string {
  if (typeof value !== "string") return Object.is(value, -0) ? "-0" : JSON.stringify(value);
  return value.includes("\n") && !NOT_IN_BLOCKS.test(value) ? printBlock(value, indent) : printLine(value);
}

function printBlock(text: string, indent: string): string {
  const body = text.replace(/\n+$/, "");
  const ends = text.length - body.length;
  const head = ends === 0 ? "|-" : ends === 1 ? "|" : "|+";
  return `${head}\n${indent}${body.replace(/\n+/g, `$&${indent}`)}${"\n".repeat(Math.max(0, ends - 1))}`;
}

/** A text in one line. */
function printLine(text: string): string {
  if (WORD.test(text)) return text;
  const isPlain = PRINTABLE_ASCII.test(text) || !UNPRINTABLE.test(text);
  if (!isPlain || NUMBER_LIKE.test(text) || WORD_LIKE.test(text)) return quote(text);
  if (!SIGNS.test(text) && !TIME_LIKE.test(text)) return text;
  return text.includes('"') && !text.includes("'") ? `'${text}'` : quote(text);
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    UNPRINTABLE_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
