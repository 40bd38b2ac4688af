// A residual expression and a way to look names up come in, its value goes out, or why and where the evaluation failed.
// No clock, no IO. The cost is linear in what is computed (n log n for sorting), and large lists never go through the
// argument stack.
import { readField, toText } from "../types/encode.ts";
import { makeRecord, type RecordValue, type Value } from "../types/value.ts";
import { assertNever } from "../util/assert-never.ts";
import { arithmetic, negate } from "./arithmetic.ts";
import { findBuiltin } from "./builtins.ts";
import { compareValues, valuesEqual } from "./compare.ts";
import type { Evaluated, Expr, ExprEntry, ExprItem, Lookup } from "./expr.ts";
import { EvaluationSignal, fail } from "./failure.ts";

/**
 * The value of an expression. Failures (overflow, division by zero, an index below zero …) come back with their place.
 */
export function evaluate(expr: Expr, lookup: Lookup): Evaluated {
  try {
    return { ok: true, value: compute(expr, lookup) };
  } catch (signal) {
    if (signal instanceof EvaluationSignal) return { ok: false, failure: signal.failure };
    throw signal;
  }
}

function compute(expr: Expr, lookup: Lookup): Value {
  switch (expr.op) {
    case "literal":
      return expr.value;
    case "ref":
      return lookUp(expr.name, lookup);
    case "field":
      return fieldOf(compute(expr.value, lookup), expr.name);
    case "index":
      return itemAt(compute(expr.value, lookup), compute(expr.index, lookup), expr.at);
    case "record":
      return recordOf(expr.entries, lookup);
    case "list":
      return listOfItems(expr.items, lookup);
    case "not":
      return compute(expr.value, lookup) !== true;
    case "negate":
      return negate(compute(expr.value, lookup) as number);
    case "arithmetic": {
      const left = compute(expr.left, lookup);
      return arithmetic(expr.operator, left, compute(expr.right, lookup), expr.kind, expr.at);
    }
    case "compare":
      return compare(expr.operator, compute(expr.left, lookup), compute(expr.right, lookup));
    case "and":
      return compute(expr.left, lookup) === true && compute(expr.right, lookup);
    case "or":
      return compute(expr.left, lookup) === true || compute(expr.right, lookup);
    case "coalesce":
      return compute(expr.left, lookup) ?? compute(expr.right, lookup);
    case "if":
      return compute(compute(expr.test, lookup) === true ? expr.then : expr.else, lookup);
    case "let":
      return compute(expr.body, bind(expr, lookup));
    case "for":
      return comprehend(expr, lookup);
    case "text":
      return expr.parts
        .map((part) => (typeof part === "string" ? part : toText(compute(part.value, lookup), part.type)))
        .join("");
    case "call": {
      const builtin = findBuiltin(expr.function);
      if (builtin === undefined) throw new Error(`no built-in function ${expr.function}`);
      const values = expr.arguments.map((argument) => compute(argument, lookup));
      return builtin.evaluate(values, { types: expr.types, fail: (message) => fail(message, expr.at) });
    }
    default:
      return assertNever(expr);
  }
}

function lookUp(name: string, lookup: Lookup): Value {
  const value = lookup(name);
  if (value === undefined) throw new Error(`the name ${name} has no value`);
  return value;
}

function fieldOf(value: Value, name: string): Value {
  return value === null ? null : readField(value as RecordValue, name);
}

function itemAt(list: Value, index: Value, at: string): Value {
  if ((index as number) < 0) fail(`the index ${index} is below zero`, at);
  return list === null ? null : ((list as readonly Value[])[index as number] ?? null);
}

function recordOf(entries: readonly ExprEntry[], lookup: Lookup): RecordValue {
  const pairs: [string, Value][] = [];
  for (const entry of entries) {
    if (!("spread" in entry)) {
      pairs.push([entry.name, compute(entry.value, lookup)]);
      continue;
    }
    const spread = compute(entry.spread, lookup);
    if (spread !== null) for (const pair of Object.entries(spread as RecordValue)) pairs.push(pair);
  }
  return makeRecord(pairs);
}

function listOfItems(items: readonly ExprItem[], lookup: Lookup): Value[] {
  const list: Value[] = [];
  for (const item of items) {
    if (!("spread" in item)) {
      list.push(compute(item.value, lookup));
      continue;
    }
    const spread = compute(item.spread, lookup);
    if (spread !== null) for (const value of spread as readonly Value[]) list.push(value);
  }
  return list;
}

function compare(operator: (Expr & { op: "compare" })["operator"], left: Value, right: Value): boolean {
  switch (operator) {
    case "==":
      return valuesEqual(left, right);
    case "!=":
      return !valuesEqual(left, right);
    case "<":
      return compareValues(left, right) < 0;
    case "<=":
      return compareValues(left, right) <= 0;
    case ">":
      return compareValues(left, right) > 0;
    case ">=":
      return compareValues(left, right) >= 0;
    case "in":
      return right !== null && (right as readonly Value[]).some((item) => valuesEqual(left, item));
    default:
      return assertNever(operator);
  }
}

/** A lookup that knows the bindings; each sees the earlier ones. */
function bind(expr: Expr & { op: "let" }, lookup: Lookup): Lookup {
  const values = new Map<string, Value>();
  const inner: Lookup = (name) => values.get(name) ?? (values.has(name) ? null : lookup(name));
  for (const { name, value } of expr.bindings) values.set(name, compute(value, inner));
  return inner;
}

interface Kept {
  readonly item: Value;
  readonly index: number;
  /** What it is sorted by. */
  readonly by: Value;
}

function comprehend(expr: Expr & { op: "for" }, lookup: Lookup): Value {
  const source = (compute(expr.source, lookup) ?? []) as readonly Value[];
  const take = expr.take === undefined ? undefined : (compute(expr.take, lookup) as number);
  if (take !== undefined && take < 0) fail(`\`take\` needs zero or more, not ${take}`, expr.at);
  // One lookup for all items, over the item at hand: evaluation keeps no reference to it.
  let item: Value = null;
  let index = 0;
  const inner: Lookup = (name) => (name === expr.item ? item : name === expr.index ? index : lookup(name));
  const kept: Kept[] = [];
  for (item of source) {
    index = kept.length;
    if (expr.where !== undefined && compute(expr.where, inner) !== true) continue;
    kept.push({ item, index, by: expr.by === undefined ? null : compute(expr.by, inner) });
  }
  if (expr.by !== undefined) sortKept(kept, expr.descending === true);
  const result: Value[] = [];
  for (const one of take === undefined ? kept : kept.slice(0, take)) {
    item = one.item;
    index = one.index;
    result.push(compute(expr.value, inner));
  }
  return result;
}

/** Stable; nulls last in both directions. */
function sortKept(kept: Kept[], descending: boolean): void {
  kept.sort((a, b) => {
    if (a.by === null || b.by === null) return Number(a.by === null) - Number(b.by === null);
    return descending ? compareValues(b.by, a.by) : compareValues(a.by, b.by);
  });
}
