// The identity of a plan: equal plans have equal hashes, on every machine.
import { compareBytes } from "../util/compare-bytes.ts";
import { sha256 } from "../util/sha256.ts";
import type { Plan } from "./plan.ts";

/** SHA-256 of the plan's canonical JSON, in hex. */
export function planHash(plan: Plan): string {
  return sha256(canonicalJson(plan));
}

/** JSON without blanks, object keys in the order of their UTF-8 bytes, absent properties left out, numbers and texts as ECMAScript writes them. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const record = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(record)
    .filter((name) => record[name] !== undefined)
    .sort(compareBytes);
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(record[name])}`).join(",")}}`;
}
