// Values of the language while it computes: plain JSON. A Size is a number of bytes, a Duration a number of
// milliseconds, an enum member its name, a File or Dir its path or URI (a File made by `json_file` is `json:` followed
// by its document, until a backend writes it), a Partial the record `{ok, failed, all}`. Records inherit nothing, so
// that any field name is safe. How a value looks outside (JSON, arguments) needs its type: see `encode.ts` and
// `decode.ts`.

export type Value = null | boolean | number | string | readonly Value[] | RecordValue;

export interface RecordValue {
  readonly [name: string]: Value;
}

// An empty prototype without a prototype of its own: as safe as none at all, but V8 keeps such records four times
// smaller.
const RecordShape = function RecordShape() {} as unknown as new () => Record<string, Value>;
RecordShape.prototype = Object.freeze(Object.create(null));

/** A new record without fields, to be filled by whoever makes it. */
export function emptyRecord(): Record<string, Value> {
  return new RecordShape();
}

/** A record value from its entries, in their order; a later entry of the same name wins. */
export function makeRecord(entries: Iterable<readonly [string, Value]>): RecordValue {
  const record = emptyRecord();
  for (const [name, value] of entries) record[name] = value;
  return record;
}

export function isRecordValue(value: Value): value is RecordValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The scheme of Files whose content is carried in the value itself. */
export const JSON_FILE_SCHEME = "json:";
