// The one YAML writer. In: plain JSON objects with a comment each. Out: one text of YAML documents that readers of YAML 1.1 (Kubernetes) and
// 1.2 take for the same values: what an old reader would turn into another type is quoted, nothing is folded, there are no anchors.
import {
  Document,
  type DocumentOptions,
  isNode,
  isScalar,
  Scalar,
  type SchemaOptions,
  type ToStringOptions,
  visit,
} from "yaml";

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

const DOCUMENT: DocumentOptions & SchemaOptions = { version: "1.2", schema: "core", compat: "yaml-1.1" };
const WRITING: ToStringOptions = { lineWidth: 0, blockQuote: "literal", doubleQuotedAsJSON: true };

// Also what the older readers of Go take for numbers, which the library's list of YAML 1.1 does not hold: `0o7`, `0b1`, `1_000`, `12:30`.
const NUMBER_LIKE = /^[-+.]?[0-9][0-9_.,:xXoObBa-fA-FeE+-]*$/;
/** Words and signs with which a plain text is taken for something else by one reader or another. */
const WORD_LIKE = /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|~|<<|=|\.inf|\.nan)$/i;
/** A block scalar cannot hold these, or readers disagree about them. */
const NOT_IN_BLOCKS =
  /[^\n\t\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|^\s|[ \t]$|[ \t]\n|\t/u;

/** The documents in their order, `---` between them, a line break at the end. */
export function printYaml(documents: readonly YamlDocument[]): string {
  return documents.map(printDocument).join("---\n");
}

function printDocument({ comment, value, notes = [] }: YamlDocument): string {
  const document = new Document(value, { ...DOCUMENT, aliasDuplicateObjects: false, keepUndefined: false });
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === "string") setStyle(node as Scalar<string>);
    },
  });
  for (const note of notes) {
    const node = document.getIn(note.path, true);
    if (isNode(node)) node.commentBefore = ` ${printable(note.comment)}`;
  }
  const text = document.toString(WRITING);
  const lines = comment === "" ? [] : comment.split("\n").map((line) => `# ${printable(line)}`.trimEnd());
  return `${lines.map((line) => `${line}\n`).join("")}${text}`;
}

function printable(line: string): string {
  return line.replace(/\p{Cc}|\u2028|\u2029/gu, " ");
}

function setStyle(node: Scalar<string>): void {
  const { value } = node;
  if (value.includes("\n")) node.type = NOT_IN_BLOCKS.test(value) ? Scalar.QUOTE_DOUBLE : Scalar.BLOCK_LITERAL;
  else if (NUMBER_LIKE.test(value) || WORD_LIKE.test(value)) node.type = Scalar.QUOTE_DOUBLE;
  else if (/[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(value)) {
    node.type = Scalar.QUOTE_DOUBLE;
  }
}
