// Compares a JSON value with a type of the pod spec. In: the value of a folded expression. Out: the first thing that is wrong with it.
import { isRecordValue, type Value } from "../types/value.ts";
import { type PodType, podFields } from "./pod-types.ts";

export interface PodMismatch {
  readonly path: string;
  readonly expected: PodType;
  /** The value in words: "a list", "`\"60\"`". */
  readonly found: string;
  /** The text to write in its place, where there is one. */
  readonly instead?: string;
  /** Set when the value has a field that its type does not know. */
  readonly unknown?: { readonly name: string; readonly known: readonly string[] };
}

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/**
 * What is wrong with `value`; undefined when nothing is. `isDuration`: the value is the text of a Duration, which Kubernetes writes as a number of
 * seconds. `partial`: fields that must be given may be missing.
 */
export function comparePodValue(
  value: Value,
  type: PodType,
  path: string,
  isDuration: boolean,
  partial = false,
): PodMismatch | undefined {
  const wrong = (instead?: string): PodMismatch => ({
    path,
    expected: type,
    found: describe(value),
    ...(instead !== undefined && { instead }),
  });
  switch (type.kind) {
    case "any":
      return undefined;
    case "string":
      if (typeof value === "string" && !isDuration) return undefined;
      return typeof value === "number" || typeof value === "boolean" ? wrong(`"${value}"`) : wrong();
    case "bool":
      if (typeof value === "boolean") return undefined;
      return value === "true" || value === "false" ? wrong(value) : wrong();
    case "int":
      if (typeof value === "number" && Number.isSafeInteger(value)) return undefined;
      if (isDuration && typeof value === "string") return wrong(wholeSeconds(value));
      return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? wrong(value) : wrong();
    case "int-or-string":
      return typeof value === "string" || (typeof value === "number" && Number.isSafeInteger(value))
        ? undefined
        : wrong();
    case "quantity":
      return typeof value === "number" || (typeof value === "string" && !isDuration && QUANTITY.test(value))
        ? undefined
        : wrong();
    case "words":
      if (typeof value === "string" && type.words.includes(value)) return undefined;
      return wrong(typeof value === "string" ? nearWord(value, type.words) : undefined);
    case "list":
      return Array.isArray(value)
        ? firstOf(value, (item, index) => comparePodValue(item, type.item, `${path}[${index}]`, false))
        : wrong();
    case "map":
      if (!isRecordValue(value)) return wrong();
      return firstOf(Object.keys(value), (key) => comparePodValue(value[key]!, type.value, `${path}.${key}`, false));
    case "object":
      return isRecordValue(value) ? compareObject(value, type.name, path, partial) : wrong();
  }
}

function compareObject(
  value: { readonly [name: string]: Value },
  name: string,
  path: string,
  partial: boolean,
): PodMismatch | undefined {
  const fields = podFields(name);
  const type: PodType = { kind: "object", name };
  for (const key of Object.keys(value)) {
    const field = fields.get(key);
    if (!field) return { path, expected: type, found: "a record", unknown: { name: key, known: [...fields.keys()] } };
    const inner = comparePodValue(value[key]!, field.type, `${path}.${key}`, false);
    if (inner) return inner;
  }
  const missing = partial
    ? undefined
    : [...fields].find(([key, { required }]) => required && !Object.hasOwn(value, key));
  return missing && { path, expected: type, found: `a record without \`${missing[0]}\`` };
}

function firstOf<T>(
  items: readonly T[],
  find: (item: T, index: number) => PodMismatch | undefined,
): PodMismatch | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found) return found;
  }
  return undefined;
}

function nearWord(text: string, words: readonly string[]): string | undefined {
  const same = words.find((word) => word.toLowerCase() === text.toLowerCase());
  return same === undefined ? undefined : `"${same}"`;
}

/** Whole seconds of Go duration text such as `5m0s`. */
function wholeSeconds(text: string): string | undefined {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(h|ms|m|s)/g)) seconds += Number(number) * units[unit!]!;
  return Number.isSafeInteger(seconds) ? String(seconds) : undefined;
}

function describe(value: Value): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a record";
  const text = JSON.stringify(value);
  return `\`${text.length > 60 ? `${text.slice(0, 57)}…` : text}\``;
}
