// YAML (and with it JSON) as data that knows its places. In: a source text. Out: scalars, lists and mappings with spans, or what is wrong
// with the text. No tags, no merge keys, aliases bounded: what comes out is at most a few times what was written.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";

const diagnostic = bindDiagnostics(config);

export type YamlData =
  /** `text`: as written, for numbers whose spelling matters. */
  | {
      readonly kind: "scalar";
      readonly span: Span;
      readonly value: string | number | boolean | null;
      readonly text: string;
      readonly quoted: boolean;
    }
  | { readonly kind: "list"; readonly span: Span; readonly items: readonly YamlData[] }
  | { readonly kind: "mapping"; readonly span: Span; readonly entries: readonly YamlEntry[] };

export interface YamlEntry {
  readonly name: string;
  readonly nameSpan: Span;
  /** Whether the name stands in quotes, which `nameSpan` includes. */
  readonly nameQuoted: boolean;
  readonly value: YamlData;
}

const DEEPEST = 100;
const MOST_ALIASES = 100;

interface Walk {
  readonly source: SourceFile;
  readonly document: Document;
  readonly problems: Diagnostic[];
  aliases: number;
}

/** Reads one YAML document. Without a value there is at least one diagnostic; an empty text is null. */
export function readYaml(source: SourceFile): { value: YamlData | undefined; diagnostics: Diagnostic[] } {
  const whole = { file: source.id, start: 0, end: 0 };
  let document: Document;
  try {
    document = parseDocument(source.text, {
      uniqueKeys: true,
      prettyErrors: false,
      stringKeys: true,
      version: "1.2",
      schema: "core",
    });
  } catch (error) {
    // The library parses nested collections by recursion.
    if (!(error instanceof RangeError)) throw error;
    return {
      value: undefined,
      diagnostics: [diagnostic("config-syntax", whole, { reason: "it is nested too deeply" })],
    };
  }
  const problems = document.errors.slice(0, 5).map((error) => {
    const [start, end] = error.pos;
    return diagnostic("config-syntax", clampSpan(source, start, end), {
      reason: plainReason(error.code, error.message),
    });
  });
  if (problems.length > 0) return { value: undefined, diagnostics: problems };
  const walk: Walk = { source, document, problems: [], aliases: 0 };
  const value = toData(document.contents, walk, 0, whole);
  return walk.problems.length > 0
    ? { value: undefined, diagnostics: walk.problems.slice(0, 5) }
    : { value, diagnostics: [] };
}

/** What a piece of data is, for messages: `the text "x"`, `a list`. */
export function describeYaml(data: YamlData): string {
  if (data.kind !== "scalar") return data.kind === "list" ? "a list" : "a mapping";
  if (data.value === null) return "nothing";
  if (typeof data.value === "string") return `the text \`${shorten(data.value)}\``;
  return typeof data.value === "number" ? `the number \`${shorten(data.text)}\`` : `\`${data.text}\``;
}

/** The text of a scalar that is one. */
export function textOf(data: YamlData | undefined): string | undefined {
  return data?.kind === "scalar" && typeof data.value === "string" ? data.value : undefined;
}

/** The entries of a mapping; none of anything else. */
export function entriesOf(data: YamlData | undefined): readonly YamlEntry[] {
  return data?.kind === "mapping" ? data.entries : [];
}

/** The entry of a name. */
export function findEntry(data: YamlData, name: string): YamlEntry | undefined {
  return entriesOf(data).find((entry) => entry.name === name);
}

/** The data without its places: records without a prototype. */
export function plainData(data: YamlData): unknown {
  switch (data.kind) {
    case "scalar":
      return data.value;
    case "list":
      return data.items.map(plainData);
    case "mapping": {
      const record = Object.create(null) as Record<string, unknown>;
      for (const { name, value } of data.entries) record[name] = plainData(value);
      return record;
    }
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function clampSpan(source: SourceFile, start: number, end: number): Span {
  const length = source.text.length;
  const from = Math.min(Math.max(0, start), length);
  return { file: source.id, start: from, end: Math.min(Math.max(from, end), length) };
}

function toData(node: unknown, walk: Walk, depth: number, around: Span): YamlData {
  if (node === null || node === undefined)
    return { kind: "scalar", span: around, value: null, text: "", quoted: false };
  const span = spanOf(node as Node, walk.source, around);
  const refuse = (reason: string): YamlData => {
    walk.problems.push(diagnostic("config-syntax", span, { reason }));
    return { kind: "scalar", span, value: null, text: "", quoted: false };
  };
  if (depth > DEEPEST) return refuse(`it is nested more than ${DEEPEST} levels deep`);
  if (isAlias(node)) {
    walk.aliases++;
    if (walk.aliases > MOST_ALIASES) return refuse(`it has more than ${MOST_ALIASES} aliases`);
    const target = node.resolve(walk.document);
    return target === undefined
      ? refuse(`there is no anchor \`&${node.source}\``)
      : toData(target, walk, depth + 1, span);
  }
  if (isSeq(node)) return { kind: "list", span, items: node.items.map((item) => toData(item, walk, depth + 1, span)) };
  if (isMap(node)) {
    const entries = node.items.map((pair) => {
      const key = pair.key;
      const nameSpan = spanOf(key as Node, walk.source, span);
      const name = isScalar(key) ? String(key.value ?? "") : String(key);
      const nameQuoted = isScalar(key) && isQuoted(key.type);
      return { name, nameSpan, nameQuoted, value: toData(pair.value, walk, depth + 1, nameSpan) };
    });
    return { kind: "mapping", span, entries };
  }
  if (!isScalar(node)) return refuse("this kind of value is not read here");
  const value: unknown = node.value;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean" && value !== null) {
    return refuse("this kind of value is not read here");
  }
  const text = walk.source.text.slice(span.start, span.end);
  return { kind: "scalar", span, value, text, quoted: isQuoted(node.type) };
}

function isQuoted(type: string | undefined): boolean {
  return type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE";
}

function spanOf(node: Node, source: SourceFile, around: Span): Span {
  const range = node.range;
  return range ? clampSpan(source, range[0], range[1]) : around;
}

function plainReason(code: string, message: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return "this name stands here a second time";
    case "TAB_AS_INDENT":
      return "lines are indented with blanks, not tabs";
    case "MULTIPLE_DOCS":
      return "there is more than one document in the file";
    default: {
      const first = message.split("\n")[0] ?? message;
      const sentence = first.replace(/\.$/, "");
      return sentence.charAt(0).toLowerCase() + sentence.slice(1);
    }
  }
}
