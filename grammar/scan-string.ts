// Strings and texts in `'''`: their values, their escapes, and what other languages put into quotes. A string with
// interpolations becomes several tokens; the scanner reads the expressions between them like any other text.
import { findBefore, lineEnd, pushToken, reportControls, type Scanner, spanIn } from "./scanner.ts";
import { syntaxDiagnostic } from "./syntax-diagnostic.ts";
import { PlainString, Raw, StringEnd, StringMiddle, StringStart } from "./tokens.ts";

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ['"', '"'],
  ["\\", "\\"],
]);

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = "\\".charCodeAt(0);
const BRACE = "{".charCodeAt(0);

/**
 * Reads from a quote, or from the `)` of an interpolation, to the closing quote, the next `\(` or, as an error, the end
 * of the line.
 */
export function scanStringPiece(scanner: Scanner, start: number): void {
  const { text } = scanner;
  const isFirst = text[start] === '"';
  const end = lineEnd(scanner, start);
  let value = "";
  let at = start + 1;
  let copied = at;
  let hasBrace = false;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    if (code !== BACKSLASH) {
      if (code === BRACE) hasBrace = true;
      at += 1;
    } else if (text[at + 1] === "(") {
      value += text.slice(copied, at);
      reportContent(scanner, start + 1, at, hasBrace);
      scanner.interpolations.push({ open: 0, at });
      pushToken(scanner, isFirst ? StringStart : StringMiddle, start, at + 2, value);
      return;
    } else {
      const read = readEscape(scanner, at, end);
      value += text.slice(copied, at) + read.value;
      at = read.end;
      copied = at;
    }
  }
  value += text.slice(copied, at);
  reportContent(scanner, start + 1, at, hasBrace);
  const isClosed = at < end;
  pushToken(scanner, isFirst ? PlainString : StringEnd, start, isClosed ? at + 1 : at, value);
  if (isClosed) return;
  scanner.diagnostics.push(
    syntaxDiagnostic("unterminated-string", spanIn(scanner, start, Math.max(at, start + 1)), undefined),
  );
  endStringsSilently(scanner);
}

/** Ends every string that is still open with an empty piece. */
export function endStringsSilently(scanner: Scanner): void {
  while (scanner.interpolations.pop() !== undefined) pushToken(scanner, StringEnd, scanner.at, scanner.at, "");
}

function readEscape(scanner: Scanner, at: number, lineEnd: number): { value: string; end: number } {
  const { text } = scanner;
  const code = String.fromCodePoint(text.codePointAt(at + 1) ?? 32);
  const plain = ESCAPES.get(code);
  if (plain !== undefined && at + 1 < lineEnd) return { value: plain, end: at + 2 };
  if (code === "u" && text[at + 2] === "{") {
    let close = at + 3;
    while (close < lineEnd && /[0-9A-Za-z]/.test(text[close]!)) close += 1;
    const digits = text.slice(at + 3, close);
    const end = text[close] === "}" ? close + 1 : close;
    const number = /^[0-9A-Fa-f]{1,6}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
    const isCharacter =
      text[close] === "}" && number >= 0 && number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff);
    if (isCharacter) return { value: String.fromCodePoint(number), end };
    const shown = text.slice(at, Math.min(end, at + 20));
    scanner.diagnostics.push(syntaxDiagnostic("invalid-unicode-escape", spanIn(scanner, at, end), { escape: shown }));
    return { value: "", end };
  }
  const end = at + 1 < lineEnd ? at + 1 + code.length : at + 1;
  const span = spanIn(scanner, at, end);
  const fixes = [
    { title: "Write the backslash as `\\\\`", edits: [{ span: spanIn(scanner, at, at + 1), text: "\\\\" }] },
  ];
  const help = 'The escapes are `\\n`, `\\t`, `\\r`, `\\"`, `\\\\`, `\\u{1F600}` and `\\(expression)`';
  if (at + 1 < lineEnd) {
    scanner.diagnostics.push(
      syntaxDiagnostic("unknown-escape", span, { escape: text.slice(at, end) }, { help, fixes }),
    );
  }
  return { value: text.slice(at, end), end };
}

const TEMPLATES = [
  { code: "dollar-interpolation", pattern: /\$\{([^{}"\\]*)\}/g },
  { code: "brace-interpolation", pattern: /\{\{([^{}"\\]*)\}\}/g },
] as const;

function reportContent(scanner: Scanner, start: number, end: number, hasBrace: boolean): void {
  reportControls(scanner, start, end);
  if (!hasBrace) return;
  const content = scanner.text.slice(start, end);
  for (const { code, pattern } of TEMPLATES) {
    for (const match of content.matchAll(pattern)) {
      const span = spanIn(scanner, start + match.index, start + match.index + match[0].length);
      const inner = match[1]!.trim();
      const isPath = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(inner);
      const fixes = isPath
        ? [{ title: `Insert the value: \`\\(${inner})\``, edits: [{ span, text: `\\(${inner})` }] }]
        : [];
      const help = "The value of an expression is inserted with `\\(expression)`";
      scanner.diagnostics.push(syntaxDiagnostic(code, span, { text: match[0] }, { help, fixes }));
    }
  }
}

/** Reads a text from `'''` to `'''`. */
export function scanRaw(scanner: Scanner): void {
  const { text, at: start } = scanner;
  const limit = scanner.interpolations.length > 0 ? lineEnd(scanner, start) : text.length;
  const close = findBefore(text, "'''", start + 3, limit);
  const isClosed = close >= 0;
  const end = isClosed ? close : limit;
  reportControls(scanner, start + 3, end);
  pushToken(scanner, Raw, start, isClosed ? end + 3 : end, dedent(text.slice(start + 3, end)));
  if (isClosed) return;
  scanner.diagnostics.push(syntaxDiagnostic("unterminated-raw-text", spanIn(scanner, start, start + 3), undefined));
}

/**
 * The value of a raw text: line breaks as `\n`, the first removed, lines of blanks emptied, the common indentation
 * removed.
 */
export function dedent(content: string): string {
  const lines = content.replaceAll("\r\n", "\n").replace(/^\n/, "").split("\n");
  let common: string | undefined;
  for (const [index, line] of lines.entries()) {
    const indentation = /^[ \t]*/.exec(line)![0];
    if (indentation.length === line.length) lines[index] = "";
    else common = common === undefined ? indentation : commonPrefix(common, indentation);
  }
  const width = common?.length ?? 0;
  return lines.map((line) => line.slice(width)).join("\n");
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"""', '"""'],
  ["'", "'"],
  ["\u201C", '\u201C\u201D"'],
  ["\u2018", "\u2018\u2019'"],
]);

/** Reads what another language would call a string, and reports its quotes. */
export function scanForeignQuotes(scanner: Scanner): void {
  const { text, at: start } = scanner;
  const quote = text.startsWith('"""', start) ? '"""' : text[start]!;
  const isBlock = quote === '"""';
  const limit = isBlock && scanner.interpolations.length === 0 ? text.length : lineEnd(scanner, start);
  const close = isBlock
    ? findBefore(text, quote, start + 3, limit)
    : findAny(text, QUOTES.get(quote)!, start + 1, limit);
  const isClosed = close >= 0;
  const end = isClosed ? close + quote.length : start + quote.length;
  const instead = isBlock ? "'''" : '"';
  const opening = spanIn(scanner, start, start + quote.length);
  const content = isClosed ? text.slice(start + quote.length, close) : "";
  const isSafe = isClosed && !/["\\]|'''/.test(content);
  const edits = [opening, spanIn(scanner, end - quote.length, end)].map((span) => ({ span, text: instead }));
  const fixes = isSafe ? [{ title: `Write \`${instead}\``, edits }] : [];
  scanner.diagnostics.push(
    syntaxDiagnostic("quote-style", isClosed ? spanIn(scanner, start, end) : opening, { quote }, { fixes }),
  );
  pushToken(scanner, isBlock ? Raw : PlainString, start, end, isBlock ? dedent(content) : content);
}

function findAny(text: string, characters: string, from: number, to: number): number {
  for (let at = from; at < to; at++) if (characters.includes(text[at]!)) return at;
  return -1;
}
