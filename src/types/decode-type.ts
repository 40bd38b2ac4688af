// The decoders by type: JSON data in, a value out, errors and dropped fields noted with their path. A decoder is made
// once for each type, so that a list of 100,000 records costs no more than looking at each field once.
import { assertNever } from "../util/assert-never.ts";
import { suggest } from "../util/suggest.ts";
import { partialFields } from "./encode.ts";
import { type Json, type JsonObject, NumberText, printPath, quote } from "./json.ts";
import { printStructure, printType } from "./print.ts";
import { parseDuration, parseSize, type Quantity } from "./quantity.ts";
import type { RecordField, Type } from "./type.ts";
import { emptyRecord, type Value } from "./value.ts";

export interface DecodeError {
  /** Where in the data: `$.items[3].lr`. */
  readonly path: string;
  /** What was found and what would be right, without the path. */
  readonly message: string;
  /** Of the text, for a syntax error; line and column count from 1, offset and column in UTF-16 units. */
  readonly position?: { readonly offset: number; readonly line: number; readonly column: number };
}

/** One decoding under way. */
export interface DecodeState {
  readonly strict: boolean;
  /**
   * The first `depth` parts are the path to the data at hand; it is never cut, since growing it again would cost more
   * than the decoding.
   */
  readonly path: (string | number)[];
  depth: number;
  readonly errors: DecodeError[];
  /** Dropped fields, by record type and name: the first place, and how many more there are. */
  readonly dropped: Map<RecordType, Map<string, DroppedField>>;
}

export interface DroppedField {
  readonly path: string;
  /** What the record type is called, and the field of it that was probably meant. */
  readonly record: string;
  readonly near: string | undefined;
  more: number;
}

type RecordType = Type & { readonly kind: "record" };

/** Notes errors and gives any value when there is one: look at `errors` first. */
type Decoder = (json: Json, state: DecodeState) => Value;

/** Errors beyond this are not looked for. */
const MOST_ERRORS = 20;

const decoders = new WeakMap<Type, Decoder>();

/** The decoder of a type, made at its first use. */
export function decoderOf(type: Type): Decoder {
  const known = decoders.get(type);
  if (known !== undefined) return known;
  const decoder = makeDecoder(type);
  decoders.set(type, decoder);
  return decoder;
}

function makeDecoder(type: Type): Decoder {
  switch (type.kind) {
    case "int":
      return (json, state) => (Number.isSafeInteger(json) ? (json as number) + 0 : report(state, notInt(json)));
    case "float":
      return decodeFloat;
    case "bool":
      return (json, state) =>
        typeof json === "boolean" ? json : report(state, notScalar(json, type, /^(true|false)$/));
    case "string":
      return (json, state) => (typeof json === "string" ? json : report(state, notString(json)));
    case "file":
    case "dir":
      return (json, state) => (typeof json === "string" && isPath(json) ? json : report(state, notPath(json, type)));
    case "size":
      return decodeSize;
    case "duration":
      return (json, state) => {
        if (typeof json === "string") return quantityOf(parseDuration(json), json, "Duration, such as `1h30m`", state);
        const help = isNumber(json) ? `; write the unit, such as \`"${printJson(json)}s"\`` : "";
        return report(state, `expected Duration, such as \`"1h30m"\`, found ${found(json)}${help}`);
      };
    case "enum": {
      const members = new Set(type.members);
      return (json, state) =>
        typeof json === "string" && members.has(json) ? json : report(state, notMember(json, type));
    }
    case "optional": {
      const inner = decoderOf(type.inner);
      return (json, state) => (json === null ? null : inner(json, state));
    }
    case "list":
      return listDecoder(type);
    case "record":
      return recordDecoder(type);
    case "partial":
      return recordDecoder({ kind: "record", name: printType(type), fields: partialFields(type.element) });
    case "null":
    case "none":
      return (json, state) => (json === null ? null : report(state, `expected null, found ${found(json)}`));
    case "secret":
      return (_, state) => report(state, "a Secret cannot be given as data");
    case "never":
    case "error":
      return (_, state) => report(state, "no value can stand here");
    default:
      return assertNever(type);
  }
}

function decodeFloat(json: Json, state: DecodeState): Value {
  const value = json instanceof NumberText ? Number(json.text) : json;
  if (typeof value !== "number")
    return report(state, notScalar(json, { kind: "float" }, /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i));
  if (!Number.isFinite(value))
    return report(state, `${found(json)} is too large for a Float, or not a number: a Float is finite`);
  return value + 0;
}

function decodeSize(json: Json, state: DecodeState): Value {
  if (Number.isSafeInteger(json)) return (json as number) + 0;
  if (typeof json === "string") return quantityOf(parseSize(json), json, "Size, such as `16Gi`", state);
  return report(state, `expected Size, such as \`"16Gi"\` or a whole number of bytes, found ${found(json)}`);
}

function listDecoder(type: Type & { kind: "list" }): Decoder {
  const item = decoderOf(type.element);
  return (json, state) => {
    if (!Array.isArray(json))
      return report(state, `expected ${printType(type)}, an array, found ${found(json)}${nullHelp(json, type)}`);
    const data = json as readonly Json[];
    if (type.max !== undefined && data.length > type.max) {
      return report(state, `a list of ${data.length} items, where at most ${type.max} are allowed`);
    }
    const depth = state.depth++;
    const items: Value[] = new Array(data.length);
    for (let i = 0; i < data.length && state.errors.length <= MOST_ERRORS; i++) {
      state.path[depth] = i;
      items[i] = item(data[i]!, state);
    }
    state.depth = depth;
    return items;
  };
}

function recordDecoder(type: RecordType): Decoder {
  const fields = type.fields.map((field) => ({ field, decode: decoderOf(field.type) }));
  return (json, state) => {
    const entries = entriesOf(json);
    if (entries === undefined) {
      return report(state, `expected ${recordName(type)}, an object, found ${found(json)}${nullHelp(json, type)}`);
    }
    const record = emptyRecord();
    const depth = state.depth;
    let given = 0;
    for (const { field, decode } of fields) {
      const data = entries.get(field.name);
      if (data === undefined) {
        record[field.name] = standardOf(field, type, entries, state);
        continue;
      }
      given++;
      state.path[depth] = field.name;
      state.depth = depth + 1;
      record[field.name] = decode(data, state);
      state.depth = depth;
    }
    if (given < entries.size) noteExtras(type, entries, state);
    return record;
  };
}

/** What a missing field is: its default, null where it is optional, else an error. */
function standardOf(
  field: RecordField,
  type: RecordType,
  entries: ReadonlyMap<string, Json>,
  state: DecodeState,
): Value {
  if (field.default !== undefined) return field.default;
  if (field.type.kind === "optional" || field.type.kind === "null") return null;
  const known = new Set(type.fields.map(({ name }) => name));
  const near = suggest(
    field.name,
    [...entries.keys()].filter((name) => !known.has(name)),
  );
  const help = near[0] === undefined ? "" : `; there is ${quote(near[0])}, which ${recordName(type)} does not have`;
  return report(state, `the field \`${field.name}\` (${printType(field.type)}) is missing${help}`);
}

function noteExtras(type: RecordType, entries: ReadonlyMap<string, Json>, state: DecodeState): void {
  const known = new Set(type.fields.map((field) => field.name));
  for (const name of entries.keys()) {
    if (known.has(name)) continue;
    const noted = state.dropped.get(type)?.get(name);
    if (noted !== undefined && !state.strict) {
      noted.more++;
      continue;
    }
    const near = suggest(
      name,
      [...known].filter((own) => !entries.has(own)),
    )[0];
    const record = recordName(type);
    if (state.strict) report(state, `the field ${quote(name)} is not one of ${record}${didYouMean(near)}`);
    else note(type, name, { path: printPath([...pathOf(state), name]), record, near, more: 0 }, state);
  }
}

/** The end of a sentence that offers a near name. */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean \`${near}\`?`;
}

function note(type: RecordType, name: string, field: DroppedField, state: DecodeState): void {
  const names = state.dropped.get(type) ?? new Map<string, DroppedField>();
  // Data with endless different names (an object used as a table) must not give endless warnings.
  if (names.size < MOST_ERRORS) names.set(name, field);
  state.dropped.set(type, names);
}

/** The entries of an object, or undefined for anything else. */
function entriesOf(json: Json): ReadonlyMap<string, Json> | undefined {
  if (json instanceof Map) return json as ReadonlyMap<string, Json>;
  if (typeof json !== "object" || json === null || Array.isArray(json) || json instanceof NumberText) return undefined;
  return new Map(Object.entries(json as JsonObject));
}

function pathOf(state: DecodeState): readonly (string | number)[] {
  return state.path.slice(0, state.depth);
}

function report(state: DecodeState, message: string): null {
  const { errors } = state;
  if (errors.length < MOST_ERRORS) errors.push({ path: printPath(pathOf(state)), message });
  else if (errors.length === MOST_ERRORS)
    errors.push({ path: "$", message: `there are more errors; these are the first ${MOST_ERRORS}` });
  return null;
}

function quantityOf(parsed: Quantity, text: string, name: string, state: DecodeState): Value {
  return parsed.ok ? parsed.value : report(state, quantityMessage(parsed, text, name));
}

/** The sentence for a text that is no Size or Duration; `name` is what was expected. */
export function quantityMessage(parsed: Quantity & { ok: false }, text: string, name: string): string {
  const right = parsed.suggestions.map((suggestion) => `\`${suggestion}\``).join(" or ");
  return `expected ${name}; ${quote(text)} ${parsed.problem}${right === "" ? "" : `: did you mean ${right}?`}`;
}

function notInt(json: Json): string {
  const text = json instanceof NumberText ? json.text : typeof json === "number" ? String(json) : undefined;
  if (text === undefined) return notScalar(json, { kind: "int" }, /^-?\d+$/);
  if (!/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) {
    const right = `a whole number is written without fraction or exponent, \`${Number(text)}\``;
    return `expected Int, found ${quote(text)}: ${right}`;
  }
  if (Math.abs(Number(text)) > Number.MAX_SAFE_INTEGER) {
    return `expected Int, found ${quote(text)}, which is outside ±(2^53−1); large identifiers are Strings`;
  }
  return `expected Int, found ${quote(text)}, which is not a whole number`;
}

/** A scalar was wanted; `plain` matches the texts that are right but for their quotes. */
function notScalar(json: Json, type: Type, plain: RegExp): string {
  const quoted = typeof json === "string" && plain.test(json) ? `, a string: write \`${json}\` without quotes` : "";
  return `expected ${printType(type)}, found ${found(json)}${quoted}${nullHelp(json, type)}`;
}

function notString(json: Json): string {
  const help = isNumber(json) || typeof json === "boolean" ? `: write \`${JSON.stringify(printJson(json))}\`` : "";
  return `expected String, found ${found(json)}${help}${nullHelp(json, { kind: "string" })}`;
}

function notPath(json: Json, type: Type): string {
  if (json === "") return `expected ${printType(type)}, a path or URI, found an empty string`;
  if (typeof json === "string") return `expected ${printType(type)}; a path cannot have a NUL character`;
  return `expected ${printType(type)}, the string of a path or URI, found ${found(json)}${nullHelp(json, type)}`;
}

function notMember(json: Json, type: Type & { kind: "enum" }): string {
  const near = typeof json === "string" ? suggest(json, type.members)[0] : undefined;
  const right = near === undefined ? `one of ${listMembers(type.members)}` : `did you mean \`"${near}"\`?`;
  return `expected ${type.name}, found ${found(json)}: ${right}`;
}

function listMembers(members: readonly string[]): string {
  const shown = members.slice(0, 12).map((member) => `\`"${member}"\``);
  return members.length > 12 ? `${shown.join(", ")} … (${members.length} in all)` : shown.join(", ");
}

function nullHelp(json: Json, type: Type): string {
  return json === null ? `; only \`${printType({ kind: "optional", inner: type })}\` may be null` : "";
}

function recordName(type: RecordType): string {
  return `\`${printStructureBriefly(type)}\``;
}

/** The alias, or the fields when they are few. */
function printStructureBriefly(type: RecordType): string {
  if (type.name !== undefined) return type.name;
  const text = printStructure(type);
  return text.length <= 60 ? text : `${text.slice(0, 57)}… }`;
}

function isPath(text: string): boolean {
  return text !== "" && !text.includes("\0");
}

function isNumber(json: Json): boolean {
  return typeof json === "number" || json instanceof NumberText;
}

function found(json: Json): string {
  return json === null ? "null" : quote(printJson(json));
}

/** Data as compact JSON, as far as a message needs it. */
function printJson(json: Json): string {
  if (json instanceof NumberText) return json.text;
  if (typeof json === "string") return JSON.stringify(json.length > 80 ? json.slice(0, 80) : json);
  if (Array.isArray(json)) return `[${printSome(json as readonly Json[], printJson)}]`;
  const entries = entriesOf(json);
  if (entries !== undefined)
    return `{${printSome([...entries.entries()], ([name, value]) => `${JSON.stringify(name)}:${printJson(value)}`)}}`;
  return String(json);
}

function printSome<T>(items: readonly T[], print: (item: T) => string): string {
  const parts: string[] = [];
  let length = 0;
  for (const item of items) {
    if (length > 80) break;
    const part = print(item);
    length += part.length;
    parts.push(part);
  }
  return parts.join(",");
}
