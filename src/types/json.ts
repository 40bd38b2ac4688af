// JSON text comes in; its data goes out, or one error with its place. Stricter and more exact than `JSON.parse`: a
// number that is not a plain safe integer keeps its text, a key given twice is an error, nesting is bounded, and what
// other languages write (`NaN`, `'a'`, a trailing comma) is named.

/**
 * JSON data. `parseJson` makes objects maps, so that any key is safe; data from elsewhere may have plain objects. A
 * number whose text matters (`1.0`, `1e3`, beyond ±(2^53−1)) is a `NumberText`.
 */
export type Json =
  | null
  | boolean
  | string
  | number
  | NumberText
  | readonly Json[]
  | ReadonlyMap<string, Json>
  | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A number as written: a class, so that no object of the user's can be taken for one. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export interface JsonError {
  /** Where in the data: `$.items[3]`. */
  readonly path: string;
  readonly message: string;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
}

export type ParsedJson =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: JsonError };

/** Arrays and objects within each other: far more than any type can have. */
const MOST_LEVELS = 200;

/** Parses a whole text as one JSON document. */
export function parseJson(text: string): ParsedJson {
  const reader: Reader = { text, at: 0, problem: undefined, offset: 0, path: [] };
  skipSpace(reader);
  if (reader.at === text.length) return failed(reader, "nothing here: expected a JSON value", 0);
  const value = readValue(reader, 0);
  if (value === undefined) return failed(reader, reader.problem ?? "not JSON", reader.offset);
  skipSpace(reader);
  if (reader.at < text.length)
    return failed(reader, `unexpected ${quoteAt(text, reader.at)} after the end of the JSON value`, reader.at);
  return { ok: true, value };
}

/** A path in JSON data for people: `$.items[3]["odd key"]`. */
export function printPath(path: readonly (string | number)[]): string {
  let text = "$";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += /^[A-Za-z_]\w*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  }
  return text;
}

interface Reader {
  readonly text: string;
  at: number;
  /** The first error; readers return undefined after it. */
  problem: string | undefined;
  offset: number;
  /** Filled from the inside outwards once there is a problem. */
  readonly path: (string | number)[];
}

function failed(reader: Reader, message: string, offset: number): ParsedJson {
  return { ok: false, error: { path: printPath(reader.path.reverse()), message, offset } };
}

function problem(reader: Reader, message: string, offset: number): undefined {
  reader.problem = message;
  reader.offset = offset;
  return undefined;
}

function skipSpace(reader: Reader): void {
  const { text } = reader;
  for (;;) {
    const unit = text.charCodeAt(reader.at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    reader.at++;
  }
}

function readValue(reader: Reader, level: number): Json | undefined {
  const { text, at } = reader;
  switch (text.charCodeAt(at)) {
    case 0x22:
      return readString(reader);
    case 0x7b:
      return level === MOST_LEVELS ? tooDeep(reader) : readObject(reader, level + 1);
    case 0x5b:
      return level === MOST_LEVELS ? tooDeep(reader) : readArray(reader, level + 1);
    case 0x74:
      return readWord(reader, "true", true);
    case 0x66:
      return readWord(reader, "false", false);
    case 0x6e:
      return readWord(reader, "null", null);
    default:
      return readNumber(reader);
  }
}

function tooDeep(reader: Reader): undefined {
  return problem(reader, `nested deeper than ${MOST_LEVELS} levels`, reader.at);
}

function readWord<T extends Json>(reader: Reader, word: string, value: T): T | undefined {
  const { text, at } = reader;
  if (!text.startsWith(word, at) || isWordUnit(text.charCodeAt(at + word.length))) return unexpected(reader);
  reader.at += word.length;
  return value;
}

function readArray(reader: Reader, level: number): Json[] | undefined {
  const start = reader.at++;
  const items: Json[] = [];
  skipSpace(reader);
  if (reader.text.charCodeAt(reader.at) === 0x5d) {
    reader.at++;
    return items;
  }
  for (;;) {
    const item = readValue(reader, level);
    if (item === undefined) {
      reader.path.push(items.length);
      return undefined;
    }
    items.push(item);
    const more = readSeparator(reader, 0x5d, start);
    if (more === undefined) return undefined;
    if (!more) return items;
  }
}

function readObject(reader: Reader, level: number): Map<string, Json> | undefined {
  const start = reader.at++;
  const entries = new Map<string, Json>();
  skipSpace(reader);
  if (reader.text.charCodeAt(reader.at) === 0x7d) {
    reader.at++;
    return entries;
  }
  for (;;) {
    const keyAt = reader.at;
    if (reader.text.charCodeAt(keyAt) !== 0x22) return wrongKey(reader, start);
    const key = readString(reader);
    if (key === undefined) return undefined;
    if (entries.has(key)) return problem(reader, `the key ${quote(JSON.stringify(key))} is given twice`, keyAt);
    skipSpace(reader);
    if (reader.text.charCodeAt(reader.at) !== 0x3a)
      return expected(reader, `\`:\` after the key ${quote(JSON.stringify(key))}`);
    reader.at++;
    skipSpace(reader);
    const value = readValue(reader, level);
    if (value === undefined) {
      reader.path.push(key);
      return undefined;
    }
    entries.set(key, value);
    const more = readSeparator(reader, 0x7d, start);
    if (more === undefined) return undefined;
    if (!more) return entries;
  }
}

/** After an item: true when another follows, false at the closing bracket. */
function readSeparator(reader: Reader, close: number, start: number): boolean | undefined {
  skipSpace(reader);
  const { text } = reader;
  const unit = text.charCodeAt(reader.at);
  if (unit === close) {
    reader.at++;
    return false;
  }
  if (unit !== 0x2c) {
    return reader.at >= text.length
      ? problem(reader, `the text ends inside the ${bracketed(text, start)}`, reader.at)
      : expected(reader, `\`,\` or \`${String.fromCharCode(close)}\``);
  }
  const comma = reader.at++;
  skipSpace(reader);
  if (text.charCodeAt(reader.at) === close)
    return problem(reader, `a comma before \`${String.fromCharCode(close)}\` is not JSON`, comma);
  return true;
}

function wrongKey(reader: Reader, start: number): undefined {
  const { text, at } = reader;
  if (at >= text.length) return problem(reader, `the text ends inside the ${bracketed(text, start)}`, at);
  return problem(reader, `expected a key in double quotes, found ${quoteAt(text, at)}`, at);
}

function bracketed(text: string, start: number): string {
  return text[start] === "[" ? "array opened by `[`" : "object opened by `{`";
}

function expected(reader: Reader, what: string): undefined {
  const { text, at } = reader;
  return problem(
    reader,
    at >= text.length ? endsBefore(text, what) : `expected ${what}, found ${quoteAt(text, at)}`,
    at,
  );
}

function readString(reader: Reader): string | undefined {
  const { text } = reader;
  const start = ++reader.at;
  let value = "";
  let from = start;
  for (;;) {
    const unit = text.charCodeAt(reader.at);
    if (unit === 0x22) {
      const rest = text.slice(from, reader.at++);
      return value === "" ? rest : value + rest;
    }
    if (unit === 0x5c) {
      value += text.slice(from, reader.at);
      const escaped = readEscape(reader);
      if (escaped === undefined) return undefined;
      value += escaped;
      from = reader.at;
    } else if (unit < 0x20) {
      const name = unit === 0x0a || unit === 0x0d ? "line break" : unit === 0x09 ? "tab" : "control character";
      return problem(reader, `a ${name} inside a string; JSON writes it as \`${escapeOf(unit)}\``, reader.at);
    } else if (reader.at >= text.length) {
      return problem(reader, `the text ends inside the string ${quoteAt(text, start - 1)}`, start - 1);
    } else {
      reader.at++;
    }
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function readEscape(reader: Reader): string | undefined {
  const { text, at } = reader;
  const simple = ESCAPES.get(text[at + 1] ?? "");
  if (simple !== undefined) {
    reader.at += 2;
    return simple;
  }
  const hex = text.slice(at + 2, at + 6);
  if (text[at + 1] === "u" && /^[0-9A-Fa-f]{4}$/.test(hex)) {
    reader.at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }
  return problem(reader, `${quote(text.slice(at, at + 2))} is not an escape of JSON`, at);
}

function escapeOf(unit: number): string {
  return JSON.stringify(String.fromCharCode(unit)).slice(1, -1);
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

function readNumber(reader: Reader): Json | undefined {
  const { text, at } = reader;
  // Most numbers are short whole ones.
  const negative = text.charCodeAt(at) === 0x2d;
  let end = negative ? at + 1 : at;
  const first = end;
  let value = 0;
  for (let digit = text.charCodeAt(end) - 48; digit >= 0 && digit <= 9; digit = text.charCodeAt(++end) - 48)
    value = value * 10 + digit;
  const digits = end - first;
  if (
    digits > 0 &&
    digits <= 15 &&
    !isWordUnit(text.charCodeAt(end)) &&
    (digits === 1 || text.charCodeAt(first) !== 0x30)
  ) {
    reader.at = end;
    return negative ? 0 - value : value;
  }
  return readLongNumber(reader);
}

function readLongNumber(reader: Reader): Json | undefined {
  const { text, at } = reader;
  NUMBER.lastIndex = at;
  const match = NUMBER.exec(text);
  if (match === null || isWordUnit(text.charCodeAt(at + match[0].length))) return unexpected(reader);
  reader.at += match[0].length;
  const value = Number(match[0]);
  return match[1] === undefined && match[2] === undefined && Number.isSafeInteger(value)
    ? value + 0
    : new NumberText(match[0]);
}

/** What can continue a word or number: letters, digits, `_`, `.`, `+`, `-`. */
function isWordUnit(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    unit === 0x5f ||
    unit === 0x2e ||
    unit === 0x2b ||
    unit === 0x2d
  );
}

/** No value can begin here: says what was probably meant. */
function unexpected(reader: Reader): undefined {
  const { text, at } = reader;
  if (at >= text.length) return problem(reader, endsBefore(text, "a value"), at);
  const word = /^[\w.+-]+/.exec(text.slice(at, at + 60))?.[0] ?? "";
  const found = quoteAt(text, at);
  if (/^[+-]?(nan|inf|infinity)$/i.test(word))
    return problem(reader, `${found} is not a number in JSON: a Float is finite`, at);
  const right = LOOK_ALIKES.get(word.toLowerCase());
  if (right !== undefined) return problem(reader, `${found} is not JSON; write \`${right}\``, at);
  if (/^-?0\d/.test(word))
    return problem(reader, `${found}: a number has no leading zeros, a string is in double quotes`, at);
  if (/^(\+[\d.]|-?\.\d|-?\d+\.(?!\d))/.test(word))
    return problem(reader, `${found} is not a number as JSON writes it`, at);
  if (text[at] === "'") return problem(reader, `${found}: strings are in double quotes`, at);
  if (text[at] === "/" || text[at] === "#") return problem(reader, "comments are not JSON", at);
  if (text.charCodeAt(at) === 0xfeff)
    return problem(reader, "the text begins with a byte order mark; write it as UTF-8 without one", at);
  return problem(reader, `expected a value, found ${found}`, at);
}

const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ["none", "null"],
  ["nil", "null"],
  ["undefined", "null"],
  ["null", "null"],
  ["true", "true"],
  ["false", "false"],
]);

/** Says that the text ends too early, and with what. */
function endsBefore(text: string, what: string): string {
  const end = text.trimEnd();
  return `the text ends after ${quote(end.length > 30 ? `…${end.slice(-29)}` : end)}, where ${what} is expected`;
}

/** The word or character at a place, for a message. */
function quoteAt(text: string, at: number): string {
  const rest = text.slice(at, at + 80);
  const word = /^["']?[\w.+-]+["']?/.exec(rest)?.[0] ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return quote(word);
}

/** Text in backticks, cut to 60 characters, control characters escaped. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not reach a terminal
  return `\`${short.replace(/[\u0000-\u001f\u007f-\u009f]/g, (unit) => escapeOf(unit.charCodeAt(0)))}\``;
}
