// Lays a map out before any of its items starts: evaluates the list, filters it, checks its length, names its items. In: the map and a lookup of
// the names around it. Out: items, keys and limits, or the failure of the map. Holds afterwards: keys are in NFC and unique.
import { evaluate } from "../expr/evaluate.ts";
import type { Expr, Lookup } from "../expr/expr.ts";
import type { PlanMap } from "../plan/plan.ts";
import { toJsonText, toText } from "../types/encode.ts";
import type { Type } from "../types/type.ts";
import { JSON_FILE_SCHEME, type Value } from "../types/value.ts";
import { sha256 } from "../util/sha256.ts";

export interface Expansion {
  readonly items: readonly Value[];
  readonly keys: readonly string[];
  /** Infinite without `parallel`. */
  readonly parallel: number;
  /** Items that may fail. */
  readonly allowed: number;
}

export type Expanded =
  | { readonly ok: true; readonly expansion: Expansion }
  | { readonly ok: false; readonly failure: { readonly message: string; readonly at: string } };

type Failed = Extract<Expanded, { readonly ok: false }>;

/** Expands a map; every failure is one of the map as a whole. */
export function expandMap(map: PlanMap, outer: Lookup): Expanded {
  const input = evaluate(map.input, outer);
  if (!input.ok) return input;
  const filtered = filter(map, input.value as readonly Value[], outer);
  if (!filtered.ok) return filtered;
  const { items } = filtered;
  const max = evaluateNumber(map.max, outer);
  if (!max.ok) return max;
  if (items.length > max.value) {
    return fail(
      map,
      `The list of this map has ${items.length} items, more than its \`max\` of ${max.value} allows. No item was started.`,
    );
  }
  const parallel = map.parallel === undefined ? null : evaluateNumber(map.parallel, outer);
  if (parallel !== null && !parallel.ok) return parallel;
  if (parallel !== null && !(parallel.value >= 1)) {
    return fail(map, `\`parallel\` is ${parallel.value}; it must be at least 1.`);
  }
  if (map.batch !== undefined && !(map.batch >= 1))
    return fail(map, `\`batch\` is ${map.batch}; it must be at least 1.`);
  const keys = nameItems(map, items, outer);
  if (!keys.ok) return keys;
  const allowed = countAllowed(map, items.length);
  return {
    ok: true,
    expansion: { items, keys: keys.keys, parallel: parallel?.value ?? Number.POSITIVE_INFINITY, allowed },
  };
}

function fail(map: PlanMap, message: string): Failed {
  return { ok: false, failure: { message, at: map.source } };
}

function evaluateNumber(expr: Expr, lookup: Lookup): { readonly ok: true; readonly value: number } | Failed {
  const evaluated = evaluate(expr, lookup);
  return evaluated.ok ? { ok: true, value: evaluated.value as number } : evaluated;
}

/** A lookup with the item and index of the moment. */
function makeItemLookup(
  map: PlanMap,
  outer: Lookup,
): { readonly lookup: Lookup; set(item: Value, index: number): void } {
  let item: Value = null;
  let index = 0;
  return {
    lookup: (name) => (name === map.item ? item : name === map.index ? index : outer(name)),
    set: (nextItem, nextIndex) => {
      item = nextItem;
      index = nextIndex;
    },
  };
}

function filter(
  map: PlanMap,
  source: readonly Value[],
  outer: Lookup,
): { readonly ok: true; readonly items: readonly Value[] } | Failed {
  if (map.where === undefined) return { ok: true, items: source };
  const { lookup, set } = makeItemLookup(map, outer);
  const items: Value[] = [];
  for (const item of source) {
    set(item, items.length);
    const keep = evaluate(map.where, lookup);
    if (!keep.ok) return keep;
    if (keep.value === true) items.push(item);
  }
  return { ok: true, items };
}

function nameItems(
  map: PlanMap,
  items: readonly Value[],
  outer: Lookup,
): { readonly ok: true; readonly keys: readonly string[] } | Failed {
  const { lookup, set } = makeItemLookup(map, outer);
  const keys: string[] = [];
  const indexes = new Map<string, number>();
  const duplicates: string[] = [];
  let duplicateCount = 0;
  for (const [index, item] of items.entries()) {
    let key: string;
    if (map.key === undefined) key = defaultKey(item, map.itemType);
    else {
      set(item, index);
      const evaluated = evaluate(map.key, lookup);
      if (!evaluated.ok) return evaluated;
      key = keyText(evaluated.value);
    }
    key = key.normalize("NFC");
    const control = findControl(key);
    if (control !== null) {
      return fail(
        map,
        `The key of the item with index ${index} holds the control character ${control}: ${quoteKey(key)}.`,
      );
    }
    const first = indexes.get(key);
    if (first === undefined) indexes.set(key, index);
    else if (++duplicateCount <= 3)
      duplicates.push(`${quoteKey(key)} names the items with index ${first} and ${index}`);
    keys.push(key);
  }
  if (duplicateCount === 0) return { ok: true, keys };
  const more = duplicateCount > duplicates.length ? `, and ${duplicateCount - duplicates.length} more` : "";
  const hint = map.key === undefined ? " Add a `key` that tells equal items apart." : "";
  return fail(map, `The keys of this map are not unique: ${duplicates.join(", ")}${more}.${hint}`);
}

/** The key that a `key` expression's value is. */
export function keyText(value: Value): string {
  return typeof value === "number" ? String(Object.is(value, -0) ? 0 : value) : (value as string);
}

/** A scalar names itself; what has no short text of its own is named by a hash of its content, 16 hex digits. */
export function defaultKey(item: Value, type: Type): string {
  const inner = type.kind === "optional" ? type.inner : type;
  const scalar = ["int", "float", "bool", "string", "size", "duration", "enum", "file", "dir"].includes(inner.kind);
  if (scalar && item !== null) {
    const text = toText(item, inner);
    const isFile = inner.kind === "file" || inner.kind === "dir";
    if (!(isFile && text.startsWith(JSON_FILE_SCHEME))) return text;
  }
  return sha256(toJsonText(item, type)).slice(0, 16);
}

function findControl(key: string): string | null {
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    if ((code < 0x20 && code !== 0x0a) || (code >= 0x7f && code < 0xa0)) {
      return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    }
  }
  return null;
}

function quoteKey(key: string): string {
  const text = JSON.stringify(key).slice(1, -1);
  return `\`${text.length > 60 ? `${text.slice(0, 57)}…` : text}\``;
}

function countAllowed(map: PlanMap, count: number): number {
  if (map.tolerate === undefined) return 0;
  if ("count" in map.tolerate) return map.tolerate.count;
  // 33.3 % of 1000 is 333, although the product of the doubles lies just below it.
  return Math.floor((map.tolerate.percent * count) / 100 + 1e-9);
}
