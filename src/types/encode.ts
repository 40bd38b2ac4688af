// Values as people and processes see them: compact JSON (one spelling on every engine), JSON data for printing, and
// text for arguments and environment variables. Sizes and durations, which are numbers inside, become their quantity
// texts.
import { assertNever } from "../util/assert-never.ts";
import { compareBytes } from "../util/compare-bytes.ts";
import { printDuration, printSize } from "./quantity.ts";
import { FAILURE, listOf, optionalOf, type RecordField, type Type } from "./type.ts";
import { isRecordValue, makeRecord, type RecordValue, type Value } from "./value.ts";

type ToText = (value: Value) => string;

// A type is encoded many times (once an item): its encoder is made once.
const encoders = new WeakMap<Type, ToText>();

/**
 * Compact JSON of a value of this type: record keys in the order of their UTF-8 bytes, ECMAScript numbers with `-0` as
 * `0`, no escapes but those JSON must have, missing optional fields as null.
 */
export function toJsonText(value: Value, type: Type): string {
  return encoderOf(type)(value);
}

/**
 * The text of an argument or environment variable: strings as they are, scalars plain, lists and records as compact
 * JSON. Null is `null`.
 */
export function toText(value: Value, type: Type): string {
  if (value === null) return "null";
  switch (type.kind) {
    case "string":
    case "enum":
    case "file":
    case "dir":
      return value as string;
    case "size":
      return printSize(value as number);
    case "duration":
      return printDuration(value as number);
    case "optional":
      return toText(value, type.inner);
    default:
      return toJsonText(value, type);
  }
}

/**
 * JSON data of a value, record fields in the order declared, for printing results; `JSON.stringify` of it is the
 * value's JSON.
 */
export function toJsonValue(value: Value, type: Type): Value {
  if (value === null) return null;
  switch (type.kind) {
    case "size":
      return printSize(value as number);
    case "duration":
      return printDuration(value as number);
    case "optional":
      return toJsonValue(value, type.inner);
    case "list":
      return (value as readonly Value[]).map((item) => toJsonValue(item, type.element));
    case "record":
      return recordToJson(value as RecordValue, type.fields);
    case "partial":
      return recordToJson(value as RecordValue, partialFields(type.element));
    default:
      return value === 0 ? 0 : value;
  }
}

function recordToJson(value: RecordValue, fields: readonly RecordField[]): RecordValue {
  return makeRecord(
    fields.map((field) => [field.name, toJsonValue(readField(value, field.name), field.type)] as const),
  );
}

/** What a Partial is as a record. */
export function partialFields(element: Type): readonly RecordField[] {
  return [
    { name: "ok", type: listOf(element) },
    { name: "failed", type: listOf(FAILURE) },
    { name: "all", type: listOf(optionalOf(element)) },
  ];
}

/** A field of a record value; null when it is missing. */
export function readField(record: RecordValue, name: string): Value {
  return Object.hasOwn(record, name) ? record[name]! : null;
}

/**
 * A text that two values have in common exactly when they are equal: record keys in byte order, fields that are null
 * left out. Not for people: sizes and durations are plain numbers here.
 */
export function canonicalText(value: Value): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isRecordValue(value)) return JSON.stringify(value);
  const names = Object.keys(value).filter((name) => value[name] !== null);
  return `{${names
    .sort(compareBytes)
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name]!)}`)
    .join(",")}}`;
}

function encoderOf(type: Type): ToText {
  const known = encoders.get(type);
  if (known !== undefined) return known;
  const encoder = makeEncoder(type);
  encoders.set(type, encoder);
  return encoder;
}

function makeEncoder(type: Type): ToText {
  switch (type.kind) {
    case "int":
    case "float":
    case "bool":
      // ECMAScript's own text of a number, which for `-0` is `0`.
      return String;
    case "string":
    case "enum":
    case "file":
    case "dir":
      return (value) => JSON.stringify(value);
    case "size":
      return (value) => `"${printSize(value as number)}"`;
    case "duration":
      return (value) => `"${printDuration(value as number)}"`;
    case "optional": {
      const inner = encoderOf(type.inner);
      return (value) => (value === null ? "null" : inner(value));
    }
    case "list":
      return listEncoder(encoderOf(type.element));
    case "record":
      return recordEncoder(type.fields);
    case "partial":
      return recordEncoder(partialFields(type.element));
    case "null":
    case "none":
      return () => "null";
    case "never":
    case "error":
      return canonicalText;
    case "secret":
      throw new Error("a secret has no text");
    default:
      return assertNever(type);
  }
}

function listEncoder(item: ToText): ToText {
  return (value) => {
    const items = value as readonly Value[];
    let text = "[";
    for (let i = 0; i < items.length; i++) text += i === 0 ? item(items[i]!) : `,${item(items[i]!)}`;
    return `${text}]`;
  };
}

function recordEncoder(fields: readonly RecordField[]): ToText {
  const parts = [...fields]
    .sort((a, b) => compareBytes(a.name, b.name))
    .map((field, i) => ({
      name: field.name,
      prefix: `${i === 0 ? "" : ","}${JSON.stringify(field.name)}:`,
      encode: encoderOf(field.type),
    }));
  return (value) => {
    let text = "{";
    for (const { name, prefix, encode } of parts) {
      const field = readField(value as RecordValue, name);
      text += prefix + (field === null ? "null" : encode(field));
    }
    return `${text}}`;
  };
}
