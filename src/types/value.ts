// Values of the language while it computes: plain JSON. A Size is a number of bytes, a Duration a number of milliseconds, an enum member its
// name, a File or Dir its path or URI (a File made by `json_file` is `json:` followed by its document, until a backend writes it), a Partial
// the record `{ok, failed, all}`. Records have no prototype, so that any field name is safe. How a value looks outside (JSON, arguments)
// needs its type: see `encode.ts` and `decode.ts`.

export type Value = null | boolean | number | string | readonly Value[] | RecordValue;

export interface RecordValue {
  readonly [name: string]: Value;
}

/** A record value from its entries, in their order; a later entry of the same name wins. */
export function makeRecord(entries: Iterable<readonly [string, Value]>): RecordValue {
  const record: Record<string, Value> = Object.create(null) as Record<string, Value>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}

export function isRecordValue(value: Value): value is RecordValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The scheme of Files whose content is carried in the value itself. */
export const JSON_FILE_SCHEME = "json:";
