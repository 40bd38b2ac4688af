// Data from outside comes in (JSON text, parsed data, a command-line text), a value of a type goes out, or what is
// wrong and at which path. Nothing is converted in silence: `1.0` is no Int, `"1"` no number, and what is dropped or
// filled in follows the contract.
import { type DecodeError, type DecodeState, decoderOf, didYouMean, quantityMessage } from "./decode-type.ts";
import { type Json, NumberText, parseJson, quote } from "./json.ts";
import { parseDuration, parseSize, type Quantity } from "./quantity.ts";
import type { Type } from "./type.ts";
import type { Value } from "./value.ts";

export type { DecodeError } from "./decode-type.ts";

export interface DecodeOptions {
  /** Fields that the type does not have are errors; otherwise they are dropped with a warning. */
  readonly strict?: boolean;
}

export type Decoded =
  /** Warnings are whole sentences that begin with the path, one for each field of a record type that was dropped. */
  | { readonly ok: true; readonly value: Value; readonly warnings: readonly string[] }
  /** At most 20 errors, then one that says there are more. */
  | { readonly ok: false; readonly errors: readonly DecodeError[] };

/** Decodes a JSON document. */
export function decodeJson(text: string, type: Type, options: DecodeOptions = {}): Decoded {
  const parsed = parseJson(text);
  if (parsed.ok) return decodeValue(parsed.value, type, options);
  const { path, message, offset } = parsed.error;
  const before = text.slice(0, offset);
  const position = { offset, line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
  return { ok: false, errors: [{ path, message, position }] };
}

/**
 * Decodes data that is parsed already. A whole JavaScript number counts as written whole; where the text of a number is
 * known (YAML), give it as a `NumberText` unless it is a plain safe integer.
 */
export function decodeValue(json: Json, type: Type, options: DecodeOptions = {}): Decoded {
  const state: DecodeState = { strict: options.strict === true, path: [], depth: 0, errors: [], dropped: new Map() };
  const value = decoderOf(type)(json, state);
  if (state.errors.length > 0) return { ok: false, errors: state.errors };
  const warnings: string[] = [];
  for (const fields of state.dropped.values()) {
    for (const [name, { path, record, near, more }] of fields) {
      const places = more === 0 ? "" : ` (here and in ${more} other ${more === 1 ? "place" : "places"})`;
      warnings.push(
        `${path}: the field ${quote(name)} is not one of ${record} and is dropped${places}${didYouMean(near)}`,
      );
    }
  }
  return { ok: true, value, warnings };
}

/**
 * Decodes the text of `-p name=value`: a String, enum, File or Dir is the text itself, numbers, Bool, Size and Duration
 * their text, lists and records JSON. For an optional type `null` is null.
 */
export function decodeText(text: string, type: Type, options: DecodeOptions = {}): Decoded {
  switch (type.kind) {
    case "string":
    case "file":
    case "dir":
    case "enum":
      return decodeValue(text, type, options);
    case "optional":
      return text === "null" ? decoded(null) : decodeText(text, type.inner, options);
    case "size":
      return decodeQuantity(parseSize(text), text, "Size, such as `16Gi`");
    case "duration":
      return decodeQuantity(parseDuration(text), text, "Duration, such as `1h30m`");
    case "bool":
      return text === "true" || text === "false"
        ? decoded(text === "true")
        : refused(`expected \`true\` or \`false\`, found ${quote(text)}`);
    case "int":
    case "float": {
      const parsed = parseJson(text);
      if (parsed.ok && (typeof parsed.value === "number" || parsed.value instanceof NumberText))
        return decodeValue(parsed.value, type, options);
      return refused(
        `expected ${type.kind === "int" ? "Int, such as `42`" : "Float, such as `0.001`"}, found ${quote(text)}`,
      );
    }
    default:
      return decodeJson(text, type, options);
  }
}

/** An error as one line: its path, the message, and for a syntax error the line and column. */
export function printDecodeError(error: DecodeError): string {
  const place = error.position === undefined ? "" : ` (line ${error.position.line}, column ${error.position.column})`;
  return `${error.path}: ${error.message}${place}`;
}

function decoded(value: Value): Decoded {
  return { ok: true, value, warnings: [] };
}

function refused(message: string): Decoded {
  return { ok: false, errors: [{ path: "$", message }] };
}

function decodeQuantity(parsed: Quantity, text: string, expected: string): Decoded {
  return parsed.ok ? decoded(parsed.value) : refused(quantityMessage(parsed, text, expected));
}
