// When two values are equal, and which comes first: the same on every engine.
import { readField } from "../types/encode.ts";
import { isRecordValue, type Value } from "../types/value.ts";
import { compareBytes } from "../util/compare-bytes.ts";

/** Deep equality: `-0` equals `0`, the order of record fields does not count, a missing field equals null. */
export function valuesEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item: Value, i) => valuesEqual(item, b[i]! as Value));
  }
  if (a === null || b === null || !isRecordValue(a) || !isRecordValue(b)) return false;
  return (
    Object.keys(a).every((name) => valuesEqual(a[name]!, readField(b, name))) &&
    Object.keys(b).every((name) => Object.hasOwn(a, name) || b[name] === null)
  );
}

/**
 * The order of two scalars of one kind: numbers by size, strings by their UTF-8 bytes, false before true; below, at or
 * above 0.
 */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "string" && typeof b === "string") return compareBytes(a, b);
  return Number(a) - Number(b);
}
