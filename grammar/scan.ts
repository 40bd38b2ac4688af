// In: a source text. Out: its tokens, its comments, and what is wrong with single characters. Afterwards the tokens are
// in order, do not overlap, and every string piece knows its value; whatever could not be read has been reported and is
// not among them, or stands there as the token that was most likely meant. One pass, one step per character.
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import type { CommentNode } from "../src/syntax/ast.ts";
import type { SourceFile } from "../src/text/source-file.ts";
import { foreignOperatorAt } from "./foreign.ts";
import { endStringsSilently, scanForeignQuotes, scanRaw, scanStringPiece } from "./scan-string.ts";
import {
  hasControls,
  lineEnd,
  nameOfCharacter,
  pushToken,
  pushWord,
  reportControls,
  type Scanner,
  spanIn,
} from "./scanner.ts";
import { syntaxDiagnostic } from "./syntax-diagnostic.ts";
import { TokenList } from "./token-list.ts";
import { Float, Int, type Kind, loneSymbols, Percent, Quantity, symbols, symbolsByStart } from "./tokens.ts";

export interface Scanned {
  readonly tokens: TokenList;
  readonly comments: readonly CommentNode[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a whole text; never throws. */
export function scan(source: SourceFile): Scanned {
  const { text, id } = source;
  const scanner: Scanner = {
    text,
    file: id,
    at: text.startsWith("\uFEFF") ? 1 : 0,
    startsLine: true,
    tokens: new TokenList(text),
    comments: [],
    diagnostics: [],
    interpolations: [],
    line: { start: 0, end: -1 },
    lastCommentClose: text.lastIndexOf("*/"),
    hasControls: hasControls(text),
  };
  while (scanner.at < text.length) scanNext(scanner);
  endInterpolations(scanner);
  return scanner;
}

const NON_ASCII_WORD = /[\p{L}\p{M}\p{N}_]+/uy;
const NUMBER = /[0-9]+(?:_+[0-9]+)*(\.[0-9]+(?:_+[0-9]+)*)?([eE][+-]?[0-9]+)?/y;
const UNIT = /[\p{L}_][\p{L}\p{N}_]*/uy;

function matchAt(pattern: RegExp, scanner: Scanner, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(scanner.text);
}

// What an ASCII character begins.
const OTHER = 0;
const BLANK = 1;
const NEWLINE = 2;
const LETTER = 3;
const DIGIT = 4;
const classes = new Uint8Array(128);
for (const character of " \t\r") classes[character.charCodeAt(0)] = BLANK;
classes["\n".charCodeAt(0)] = NEWLINE;
for (const [first, last] of ["AZ", "az", "__"]) classes.fill(LETTER, first!.charCodeAt(0), last!.charCodeAt(0) + 1);
classes.fill(DIGIT, "0".charCodeAt(0), "9".charCodeAt(0) + 1);

const DOT = ".".charCodeAt(0);
const EQUALS = "=".charCodeAt(0);

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? classes[code]! : OTHER;
}

function scanNext(scanner: Scanner): void {
  const { text, at } = scanner;
  switch (classAt(text, at)) {
    case BLANK:
      do scanner.at += 1;
      while (classAt(text, scanner.at) === BLANK);
      break;
    case NEWLINE:
      endInterpolations(scanner);
      scanner.startsLine = true;
      scanner.at = at + 1;
      break;
    case LETTER:
      scanWord(scanner);
      break;
    case DIGIT:
      scanNumber(scanner);
      break;
    default:
      scanOther(scanner);
  }
}

function scanOther(scanner: Scanner): void {
  const { text, at } = scanner;
  const code = text.charCodeAt(at);
  if (scanner.interpolations.length === 0) {
    const lone = loneSymbols[code] ?? symbolBefore(code, text.charCodeAt(at + 1));
    if (lone !== undefined) {
      pushToken(scanner, lone, at, at + 1);
      return;
    }
  }
  const character = text[at];
  if (character === "#") {
    scanComment(scanner);
  } else if (character === '"') {
    if (text.startsWith('"""', at)) scanForeignQuotes(scanner);
    else scanStringPiece(scanner, at);
  } else if (character === "'" && text.startsWith("'''", at)) {
    scanRaw(scanner);
  } else {
    scanSign(scanner);
  }
}

// The signs that stand most often before a blank or a word, and begin a longer one otherwise.
function symbolBefore(code: number, next: number): Kind | undefined {
  if (next > 127) return undefined;
  const follows = classes[next]!;
  if (code === DOT && follows >= LETTER) return symbols.Dot;
  return code === EQUALS && follows === BLANK ? symbols.Assign : undefined;
}

function scanWord(scanner: Scanner): void {
  const { text, at: start } = scanner;
  let end = start + 1;
  while (end < text.length && classAt(text, end) >= LETTER) end += 1;
  if (end < text.length && text.charCodeAt(end) > 127) {
    scanInvalidName(scanner);
    return;
  }
  pushWord(scanner, end);
}

function scanInvalidName(scanner: Scanner): void {
  const start = scanner.at;
  const word = matchAt(NON_ASCII_WORD, scanner, start)?.[0];
  if (word === undefined) {
    scanUnknown(scanner);
    return;
  }
  const end = start + word.length;
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(word);
  if (!isPlain)
    scanner.diagnostics.push(
      syntaxDiagnostic("invalid-name", spanIn(scanner, start, end), { name: word.slice(0, 40) }),
    );
  pushWord(scanner, end);
}

function scanNumber(scanner: Scanner): void {
  const start = scanner.at;
  const number = matchAt(NUMBER, scanner, start)!;
  const end = start + number[0].length;
  const unitEnd = endOfUnit(scanner, end);
  if (unitEnd > end) pushToken(scanner, Quantity, start, unitEnd, scanner.text.slice(end, unitEnd));
  else if (scanner.text[end] === "%") pushToken(scanner, Percent, start, end + 1, number[0]);
  else pushToken(scanner, number[1] === undefined && number[2] === undefined ? Int : Float, start, end);
}

// Compiling a pattern with classes of Unicode takes longer than reading a small file, so ASCII does without.
function endOfUnit(scanner: Scanner, start: number): number {
  const { text } = scanner;
  let end = start;
  if (classAt(text, end) === LETTER) while (end < text.length && classAt(text, end) >= LETTER) end += 1;
  if (!(text.charCodeAt(end) > 127)) return end;
  return start + (matchAt(UNIT, scanner, start)?.[0].length ?? 0);
}

function scanComment(scanner: Scanner): void {
  const start = scanner.at;
  const end = lineEnd(scanner, start);
  const isDocumentation = scanner.text[start + 1] === "#";
  const text = scanner.text.slice(start + (isDocumentation ? 2 : 1), end);
  scanner.comments.push({ span: spanIn(scanner, start, end), text: text.replace(/^ /, "").trimEnd(), isDocumentation });
  reportControls(scanner, start, end);
  scanner.at = end;
}

function scanSign(scanner: Scanner): void {
  const { text, at } = scanner;
  const foreign = foreignOperatorAt(text, at);
  if (foreign !== undefined) scanForeignOperator(scanner, foreign);
  else if (text.startsWith("//", at) || text.startsWith("/*", at)) scanForeignComment(scanner);
  else if (text[at] === "'" || text[at] === "\u201C" || text[at] === "\u2018") scanForeignQuotes(scanner);
  else if (closesInterpolation(scanner)) scanStringPiece(scanner, at);
  else if (!scanSymbol(scanner)) scanInvalidName(scanner);
}

function closesInterpolation(scanner: Scanner): boolean {
  const innermost = scanner.interpolations.at(-1);
  if (innermost === undefined) return false;
  const character = scanner.text[scanner.at];
  if (character === "(") innermost.open += 1;
  if (character !== ")") return false;
  innermost.open -= 1;
  if (innermost.open >= 0) return false;
  scanner.interpolations.pop();
  return true;
}

function scanSymbol(scanner: Scanner): boolean {
  const { text, at } = scanner;
  for (const { text: sign, kind } of symbolsByStart.get(text[at]!) ?? []) {
    if (!text.startsWith(sign, at)) continue;
    pushToken(scanner, kind, at, at + sign.length);
    return true;
  }
  if (text[at] !== ";") return false;
  const span = spanIn(scanner, at, at + 1);
  const fixes = [{ title: "Remove `;`", edits: [{ span, text: "" }] }];
  scanner.diagnostics.push(syntaxDiagnostic("semicolon", span, undefined, { fixes }));
  scanner.at = at + 1;
  return true;
}

function scanForeignOperator(
  scanner: Scanner,
  foreign: { found: string; instead: string; edit: string; kind: Kind },
): void {
  const { found, instead, edit, kind } = foreign;
  const span = spanIn(scanner, scanner.at, scanner.at + found.length);
  const fixes = [{ title: `Write \`${instead}\``, edits: [{ span, text: edit }] }];
  scanner.diagnostics.push(syntaxDiagnostic("foreign-operator", span, { found, instead }, { fixes }));
  pushToken(scanner, kind, span.start, span.end);
}

function scanForeignComment(scanner: Scanner): void {
  const start = scanner.at;
  const found = scanner.text.slice(start, start + 2);
  const close = found === "/*" && start < scanner.lastCommentClose ? scanner.text.indexOf("*/", start + 2) : -1;
  const end = close < 0 ? lineEnd(scanner, start) : close + 2;
  const span = spanIn(scanner, start, start + 2);
  const isLine = found === "//" && scanner.interpolations.length === 0;
  const fixes = isLine ? [{ title: "Begin the comment with `#`", edits: [{ span, text: "#" }] }] : [];
  scanner.diagnostics.push(syntaxDiagnostic("foreign-comment", span, { found }, { fixes }));
  if (scanner.text.slice(start, end).includes("\n")) endInterpolations(scanner);
  scanner.at = end;
}

// A run of characters without meaning is one mistake.
function scanUnknown(scanner: Scanner): void {
  const start = scanner.at;
  let end = start;
  while (end < scanner.text.length && isUnknown(scanner.text, end))
    end += scanner.text.codePointAt(end)! > 0xffff ? 2 : 1;
  if (end === start) end += 1;
  const character = scanner.text.slice(start, Math.min(end, start + 20));
  const span = spanIn(scanner, start, end);
  const isBlank = /^[\p{Z}\uFEFF]+$/u.test(character);
  const isInvisible = isBlank || /^[\p{C}\uFFFD]/u.test(character);
  const fixes = isBlank ? [{ title: "Write a blank", edits: [{ span, text: " " }] }] : [];
  const code = isInvisible ? "control-character" : "unexpected-character";
  const shown = isInvisible ? nameOfCharacter(character) : character;
  scanner.diagnostics.push(syntaxDiagnostic(code, span, { character: shown }, { fixes }));
  scanner.at = end;
}

function isUnknown(text: string, at: number): boolean {
  const character = String.fromCodePoint(text.codePointAt(at)!);
  if (/^[\sA-Za-z0-9_"'#;/]$/.test(character) && character.charCodeAt(0) < 128) return false;
  if (/^[\p{L}\p{M}\p{N}\u201C\u2018]$/u.test(character)) return false;
  return (
    !symbolsByStart.get(character)?.some(({ text: sign }) => text.startsWith(sign, at)) &&
    foreignOperatorAt(text, at) === undefined
  );
}

// An interpolation ends with the line of its string, so that a forgotten `)` costs one line and not the file.
function endInterpolations(scanner: Scanner): void {
  const { interpolations } = scanner;
  const innermost = interpolations.at(-1);
  if (innermost === undefined) return;
  const span = spanIn(scanner, innermost.at, lineEnd(scanner, innermost.at));
  scanner.diagnostics.push(syntaxDiagnostic("unterminated-interpolation", span, undefined));
  endStringsSilently(scanner);
}
