// Values that are known come in, expr-lang text goes out. The text may stand in a tag: it holds no `{{` and no `}}`, and none of the
// escapes that the controller rewrites in tags (`\u003c`, `\u003e`, `\u0026`).
import type { Value } from "../../../types/value.ts";

// Most texts, for which the pattern with all of Unicode need not even be built.
const NOTHING_TO_ESCAPE = /^(?:[ !#-Z\]-z|~]|\{(?!\{)|\}(?!\}))*$/;

/** A text as an expr-lang string. It must have no unpaired surrogate: see `hasUnpairedText`. */
export function quoteText(text: string): string {
  // A pair of braces would open or end a tag; a backslash before `u` could be one of the rewritten escapes.
  if (NOTHING_TO_ESCAPE.test(text)) return `"${text}"`;
  const escaped = text
    .replace(/\\(?!u)|"/g, "\\$&")
    .replace(/\\u/g, (found, at: number, all: string) => (isEscaped(all, at) ? found : "\\x5cu"))
    .replace(/\{(?=\{)/g, "\\x7b")
    .replace(/\}(?=\})/g, "\\x7d")
    .replace(/\n/g, "\\n")
    .replace(/\t/g, "\\t")
    .replace(/\r/g, "\\r")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, escapeCodePoint);
  return `"${escaped}"`;
}

function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}

function escapeCodePoint(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** A number as expr-lang text; always with a point or an exponent, since every number there is a double. */
export function printNumber(value: number): string {
  const text = String(Math.abs(value));
  const float = /[.e]/.test(text) ? text : `${text}.0`;
  return value < 0 ? `(-${float})` : float;
}

/** Null of no type: expr-lang refuses to compile what would read a part of its own `nil`. */
export const NULL_LITERAL = 'fromJSON("null")';

/** A value as expr-lang text; lists and records as JSON text that is parsed, so that their size does not count as nodes. */
export function printLiteral(value: Value): string {
  if (value === null) return NULL_LITERAL;
  if (typeof value === "string") return quoteText(value);
  if (typeof value === "number") return printNumber(value);
  if (typeof value === "boolean") return String(value);
  return `fromJSON(${quoteText(JSON.stringify(value))})`;
}

/** Whether a value holds a text that only UTF-16 can have. */
export function hasUnpairedText(value: Value): boolean {
  if (typeof value === "string") return !value.isWellFormed();
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnpairedText);
}
