// The state of the scanner, and the small steps that its parts share.
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import type { CommentNode } from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";
import { syntaxDiagnostic } from "./syntax-diagnostic.ts";
import type { TokenList } from "./token-list.ts";
import type { Kind } from "./tokens.ts";

/** Where the scanner stands; its parts advance `at` and append to the lists. */
export interface Scanner {
  readonly text: string;
  readonly file: number;
  at: number;
  startsLine: boolean;
  readonly tokens: TokenList;
  readonly comments: CommentNode[];
  readonly diagnostics: Diagnostic[];
  /**
   * One entry for each string whose interpolation is being read: the parentheses open in it, and where its `\(` stands.
   */
  readonly interpolations: { open: number; readonly at: number }[];
  /** The stretch of the text for which the end of the line is known to be `end`; a long line is searched once. */
  line: { readonly start: number; readonly end: number };
  /** Where the last block comment of another language ends. */
  readonly lastCommentClose: number;
  /** Whether there is a control character anywhere; mostly there is none, and nothing needs to be searched for them. */
  readonly hasControls: boolean;
}

/** The span of a piece of the text being scanned. */
export function spanIn(scanner: Scanner, start: number, end: number): Span {
  return { file: scanner.file, start, end };
}

/** Appends a token and moves behind it. */
export function pushToken(scanner: Scanner, kind: Kind, start: number, end: number, value?: string): void {
  scanner.tokens.push(kind, start, end, scanner.startsLine, value);
  scanner.startsLine = false;
  scanner.at = end;
}

/** Appends the word from here to before `end`, and moves behind it. */
export function pushWord(scanner: Scanner, end: number): void {
  scanner.tokens.pushWord(scanner.at, end, scanner.startsLine);
  scanner.startsLine = false;
  scanner.at = end;
}

/** The offset at which the line of `at` ends, before its line break. */
export function lineEnd(scanner: Scanner, at: number): number {
  const { text, line } = scanner;
  if (at >= line.start && at <= line.end) return line.end;
  const newline = text.indexOf("\n", at);
  const end = newline < 0 ? text.length : newline > at && text[newline - 1] === "\r" ? newline - 1 : newline;
  scanner.line = { start: at, end };
  return end;
}

/** The first place of `part` from `from` on that lies before `to`; -1 when there is none. */
export function findBefore(text: string, part: string, from: number, to: number): number {
  const index = to === text.length ? text.indexOf(part, from) : text.slice(from, to).indexOf(part);
  return to === text.length || index < 0 ? index : index + from;
}

/** How a message names an invisible character. */
export function nameOfCharacter(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that must not occur
const CONTROLS = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F\u202A-\u202E\u2066-\u2069]+/g;

/** Whether a text has control characters that must not occur in it. */
export function hasControls(text: string): boolean {
  return text.search(CONTROLS) >= 0;
}

/** Reports the control characters in a string, a text or a comment. */
export function reportControls(scanner: Scanner, start: number, end: number): void {
  if (!scanner.hasControls) return;
  for (const match of scanner.text.slice(start, end).matchAll(CONTROLS)) {
    const at = start + match.index;
    const span = spanIn(scanner, at, at + match[0].length);
    scanner.diagnostics.push(syntaxDiagnostic("control-character", span, { character: nameOfCharacter(match[0]) }));
  }
}
