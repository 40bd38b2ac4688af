// Files and folders inside a value: relative paths become absolute, and all that are on this machine are listed to be looked at.
import { resolve } from "node:path";
import type { Type } from "../types/type.ts";
import { isRecordValue, makeRecord, type Value } from "../types/value.ts";

export interface NamedFile {
  /** Absolute. */
  readonly path: string;
  readonly kind: "file" | "dir";
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/** The value with absolute paths, relative ones taken to be in `folder`; URIs stay as they are. */
export function placeFiles(value: Value, type: Type, folder: string): { value: Value; files: readonly NamedFile[] } {
  const files: NamedFile[] = [];
  return { value: place(value, type, folder, files), files };
}

function place(value: Value, type: Type, folder: string, files: NamedFile[]): Value {
  switch (type.kind) {
    case "file":
    case "dir": {
      if (typeof value !== "string" || (SCHEME.test(value) && !/^[A-Za-z]:[\\/]/.test(value))) return value;
      const path = resolve(folder, value);
      files.push({ path, kind: type.kind });
      return path;
    }
    case "optional":
      return value === null ? null : place(value, type.inner, folder, files);
    case "list":
      return Array.isArray(value) ? value.map((item: Value) => place(item, type.element, folder, files)) : value;
    case "record":
      if (!isRecordValue(value)) return value;
      return makeRecord(
        Object.keys(value).map((name) => {
          const field = type.fields.find((one) => one.name === name);
          const inner = value[name] ?? null;
          return [name, field ? place(inner, field.type, folder, files) : inner] as const;
        }),
      );
    default:
      return value;
  }
}
