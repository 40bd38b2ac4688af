// A value with its Files and Dirs replaced. Files made by `json_file` carry their document in the value itself (see `types/value.ts`).
import { readField } from "../types/encode.ts";
import type { Type } from "../types/type.ts";
import { isRecordValue, JSON_FILE_SCHEME, makeRecord, type Value } from "../types/value.ts";

/** The value with each File and Dir replaced by what `change` gives for it, in the order of the value. */
export function mapFiles(value: Value, type: Type, change: (reference: string) => string): Value {
  if (value === null) return null;
  switch (type.kind) {
    case "file":
    case "dir":
      return typeof value === "string" ? change(value) : value;
    case "optional":
      return mapFiles(value, type.inner, change);
    case "list":
      return Array.isArray(value) ? value.map((item: Value) => mapFiles(item, type.element, change)) : value;
    case "record":
      if (!isRecordValue(value)) return value;
      return makeRecord(
        type.fields.map((field) => [field.name, mapFiles(readField(value, field.name), field.type, change)] as const),
      );
    default:
      return value;
  }
}

/** The Files and Dirs a value names, documents of `json_file` left out. */
export function namedFiles(value: Value, type: Type): string[] {
  const found: string[] = [];
  mapFiles(value, type, (reference) => {
    if (!reference.startsWith(JSON_FILE_SCHEME)) found.push(reference);
    return reference;
  });
  return found;
}
