// A value of a type becomes text at the ends of a Workflow: arguments, environment variables, results, `str(x)`, `json(x)`. Out goes an
// expr-lang text that gives what `toText` and `toJsonText` give on every other engine: keys in byte order, missing fields as null,
// ECMAScript numbers, no escapes but those JSON must have, sizes and durations in their spelling.
import { partialFields } from "../../../types/encode.ts";
import type { RecordField, Type } from "../../../types/type.ts";
import { assertNever } from "../../../util/assert-never.ts";
import { compareBytes } from "../../../util/compare-bytes.ts";
import { PRINTED_UNITS } from "./amount-units.ts";
import { quoteText } from "./literal.ts";
import { isNullable } from "./parameter.ts";

/** `map([value], use)[0]`: the value computed once, as `#` in `use`, which sees nothing else of the closures around. */
export function once(value: string, use: (self: string) => string): string {
  return isPlace(value) ? use(value) : `map([${value}], ${use("#")})[0]`;
}

/** Whether a text is a place within the current closure, which costs nothing to read twice. */
function isPlace(text: string): boolean {
  return /^#(?:acc|index)?(?:\.[A-Za-z_]\w*|\[\d+\])*$/.test(text);
}

/** The text of a value as an argument or environment variable: see `toText`. */
export function toTextCode(value: string, type: Type): string {
  switch (type.kind) {
    case "string":
    case "enum":
    case "file":
    case "dir":
      return value;
    case "size":
      return sizeText(value);
    case "duration":
      return durationText(value);
    case "optional":
      return once(value, (self) => `(${self} == nil ? "null" : ${toTextCode(self, type.inner)})`);
    default:
      return toJsonCode(value, type);
  }
}

/** The compact JSON of a value: see `toJsonText`. */
export function toJsonCode(value: string, type: Type): string {
  const text = encode(value, type);
  return holdsText(type) ? unescapeSeparators(text) : text;
}

// Go escapes U+2028 and U+2029 in JSON, ECMAScript does not. Escaped backslashes step aside while those escapes are undone.
function unescapeSeparators(text: string): string {
  return [
    ["\\\\", "\\u005c"],
    ["\\u2028", "\u2028"],
    ["\\u2029", "\u2029"],
    ["\\u005c", "\\\\"],
  ].reduce((inner, [from, to]) => `replace(${inner}, ${quoteText(from!)}, ${quoteText(to!)})`, text);
}

function encode(value: string, type: Type): string {
  if (isPlain(type)) return `sprig.toRawJson(${value})`;
  switch (type.kind) {
    case "optional":
      return once(value, (self) => `(${self} == nil ? "null" : ${encode(self, type.inner)})`);
    case "size":
      return `("\\"" + ${sizeText(value)} + "\\"")`;
    case "duration":
      return `("\\"" + ${durationText(value)} + "\\"")`;
    case "list":
      return `("[" + join(map(${value}, ${encode("#", type.element)}), ",") + "]")`;
    case "record":
      return encodeRecord(value, type.fields);
    case "partial":
      return encodeRecord(value, partialFields(type.element));
    default:
      throw new Error(`a value of kind ${type.kind} has a plain JSON text`);
  }
}

function encodeRecord(value: string, fields: readonly RecordField[]): string {
  const sorted = [...fields].sort((a, b) => compareBytes(a.name, b.name));
  return once(value, (self) => {
    const parts = sorted.map(({ name, type }, i) => {
      const before = quoteText(`${i === 0 ? "{" : ","}${JSON.stringify(name)}:`);
      return `${before} + ${encode(`${self}.${name}`, type)}`;
    });
    return `(${parts.join(" + ")} + "}")`;
  });
}

/** Whether Go's own JSON of a value is ours: no amounts in it, and no field that may be missing. */
function isPlain(type: Type): boolean {
  switch (type.kind) {
    case "size":
    case "duration":
      return false;
    case "optional":
      return isPlain(type.inner);
    case "list":
      return isPlain(type.element);
    case "partial":
      return partialFields(type.element).every((field) => isPlain(field.type));
    case "record":
      return type.fields.every((field) => !isNullable(field.type) && isPlain(field.type));
    case "secret":
      throw new Error("a secret has no text");
    case "int":
    case "float":
    case "bool":
    case "string":
    case "enum":
    case "file":
    case "dir":
    case "null":
    case "none":
    case "never":
    case "error":
      return true;
    default:
      return assertNever(type);
  }
}

function holdsText(type: Type): boolean {
  switch (type.kind) {
    case "string":
    case "file":
    case "dir":
    case "error":
      return true;
    case "optional":
      return holdsText(type.inner);
    case "list":
    case "partial":
      return type.kind === "partial" || holdsText(type.element);
    case "record":
      return type.fields.some((field) => holdsText(field.type));
    default:
      return false;
  }
}

/** Bytes in the shortest spelling, as `printSize` gives them. */
function sizeText(value: string): string {
  const spellings = PRINTED_UNITS.map((units) =>
    units.reduceRight(
      (rest, [unit, size]) => `# % ${size} == 0 ? string(int(# / ${size})) + "${unit}" : ${rest}`,
      "string(#)",
    ),
  );
  const best = `reduce([${spellings.join(", ")}, string(#)], len(#) < len(#acc) ? # : #acc)`;
  return `map([int(${value})], # == 0 ? "0" : ${best})[0]`;
}

/** Milliseconds as Go prints a duration, as `printDuration` gives them; Go's own durations end after 292 years. */
function durationText(value: string): string {
  const hours = `(# >= 3600000 ? string(int((# - # % 3600000) / 3600000)) + "h" : "")`;
  const minutes = `(# >= 60000 ? string(int((# - # % 60000) / 60000) % 60) + "m" : "")`;
  const long = `${hours} + ${minutes} + toJson(# % 60000 / 1000) + "s"`;
  const positive = `map([abs(#)], # == 0 ? "0s" : # < 1000 ? string(#) + "ms" : ${long})[0]`;
  return `map([int(${value})], (# < 0 ? "-" : "") + ${positive})[0]`;
}
