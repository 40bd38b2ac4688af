// Files and directories inside values: found by their types, wherever they stand in lists and records.
import { partialFields, readField } from "../types/encode.ts";
import type { Type } from "../types/type.ts";
import { makeRecord, type RecordValue, type Value } from "../types/value.ts";
import type { FileResult } from "./file-problem.ts";

/** Gives what stands for a reference from here on, or the sentence that says why it cannot be used. */
export type ReferenceVisitor = (reference: string, kind: "file" | "dir") => FileResult<string>;

const holders = new WeakMap<Type, boolean>();

/** Whether values of the type can hold a File or Dir. */
export function holdsReferences(type: Type): boolean {
  const known = holders.get(type);
  if (known !== undefined) return known;
  const holds = computeHolds(type);
  holders.set(type, holds);
  return holds;
}

function computeHolds(type: Type): boolean {
  switch (type.kind) {
    case "file":
    case "dir":
      return true;
    case "optional":
      return holdsReferences(type.inner);
    case "list":
    case "partial":
      return holdsReferences(type.element);
    case "record":
      return type.fields.some((field) => holdsReferences(field.type));
    default:
      return false;
  }
}

/** The value with every File and Dir replaced by what the visitor gives; the first failure ends it. */
export function mapReferences(value: Value, type: Type, visit: ReferenceVisitor): FileResult<Value> {
  if (value === null || !holdsReferences(type)) return { ok: true, value };
  switch (type.kind) {
    case "file":
    case "dir":
      return visit(value as string, type.kind);
    case "optional":
      return mapReferences(value, type.inner, visit);
    case "list": {
      const items: Value[] = [];
      for (const item of value as readonly Value[]) {
        const mapped = mapReferences(item, type.element, visit);
        if (!mapped.ok) return mapped;
        items.push(mapped.value);
      }
      return { ok: true, value: items };
    }
    case "record":
    case "partial": {
      const fields = type.kind === "record" ? type.fields : partialFields(type.element);
      const entries: [string, Value][] = [];
      for (const field of fields) {
        const mapped = mapReferences(readField(value as RecordValue, field.name), field.type, visit);
        if (!mapped.ok) return mapped;
        entries.push([field.name, mapped.value]);
      }
      return { ok: true, value: makeRecord(entries) };
    }
    default:
      return { ok: true, value };
  }
}

/** The scheme of a URI such as `s3://bucket/key`; undefined for a path. */
export function schemeOf(reference: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(reference)?.[1]?.toLowerCase();
}
