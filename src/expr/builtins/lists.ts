// Built-in functions on lists. Each states its result's bound where one follows from its arguments.
import { canonicalText } from "../../types/encode.ts";
import { isAssignable } from "../../types/relate.ts";
import { INT, listOf, NULL, optionalOf, type RecordField, type Type } from "../../types/type.ts";
import { makeRecord, type RecordValue, type Value } from "../../types/value.ts";
import {
  type Builtin,
  type BuiltinArgument,
  type BuiltinCheck,
  type BuiltinContext,
  boundOf,
  listType,
  MOST_ITEMS,
  returns,
  wrongArgument,
  wrongValue,
} from "../builtin.ts";

const LEN: Builtin = {
  name: "len",
  signature: "len(of: [T] or String) -> Int",
  documentation: "The number of items of a list, or of characters (code points) of a string.",
  example: { call: "len([7, 8])", result: "2" },
  arity: { least: 1, most: 1 },
  check: (args) => {
    const kind = args[0]!.type.kind;
    return kind === "list" || kind === "string" ? returns(INT) : wrongArgument(args, 0, "a list or `String`");
  },
  evaluate: ([of]) => (typeof of === "string" ? countCodePoints(of) : asList(of).length),
};

const FIRST: Builtin = {
  name: "first",
  signature: "first(list: [T]) -> T?",
  documentation: "The first item of a list; null when it is empty.",
  example: { call: "first([7, 8])", result: "7" },
  arity: { least: 1, most: 1 },
  check: checkEnd,
  evaluate: ([list]) => asList(list)[0] ?? null,
};

const LAST: Builtin = {
  name: "last",
  signature: "last(list: [T]) -> T?",
  documentation: "The last item of a list; null when it is empty.",
  example: { call: "last([7, 8])", result: "8" },
  arity: { least: 1, most: 1 },
  check: checkEnd,
  evaluate: ([list]) => asList(list).at(-1) ?? null,
};

const FLATTEN: Builtin = {
  name: "flatten",
  signature: "flatten(lists: [[T]]) -> [T]",
  documentation: "The items of all lists of a list, in order; one level only.",
  example: { call: "flatten([[1, 2], [], [3]])", result: "[1, 2, 3]" },
  arity: { least: 1, most: 1 },
  check: (args) => {
    const outer = listType(args[0]!.type);
    if (outer?.element.kind === "never") return returns(outer);
    const inner = outer === undefined ? undefined : listType(outer.element);
    if (inner !== undefined) return returns(listOf(inner.element, product([boundOf(args[0]!), inner.max])));
    const help =
      outer?.element.kind === "optional"
        ? "Leave out the nulls first: `flatten([for x in xs where x != null: x])`."
        : undefined;
    return wrongArgument(args, 0, "a list of lists", help);
  },
  evaluate: ([lists], context) => {
    const items: Value[] = [];
    for (const list of asList(lists)) {
      limitItems("flatten", items.length + asList(list).length, context);
      for (const item of asList(list)) items.push(item);
    }
    return items;
  },
};

const CHUNKS: Builtin = {
  name: "chunks",
  signature: "chunks(list: [T], size: Int) -> [[T]]",
  documentation: "The list cut into lists of `size` items, in order; the last may be shorter.",
  example: { call: "chunks([1, 2, 3], 2)", result: "[[1, 2], [3]]" },
  arity: { least: 2, most: 2 },
  check: (args) => {
    const list = listType(args[0]!.type);
    if (list === undefined) return wrongArgument(args, 0, "a list");
    if (!isAssignable(args[1]!.type, INT)) return wrongArgument(args, 1, "`Int`");
    const size = args[1]!.constant;
    if (typeof size !== "number") return returns(listOf(listOf(list.element, boundOf(args[0]!)), boundOf(args[0]!)));
    if (size < 1) return wrongValue(1, chunkSize(size));
    const bound = boundOf(args[0]!);
    return returns(
      listOf(
        listOf(list.element, bound === undefined ? size : Math.min(size, bound)),
        bound && Math.ceil(bound / size),
      ),
    );
  },
  evaluate: ([list, size], context) => {
    const count = size as number;
    if (count < 1) context.fail(chunkSize(count));
    const items = asList(list);
    return Array.from({ length: Math.ceil(items.length / count) }, (_, i) => items.slice(i * count, (i + 1) * count));
  },
};

const RANGE: Builtin = {
  name: "range",
  signature: "range(count: Int) or range(from: Int, to: Int) -> [Int]",
  documentation:
    "The whole numbers from 0, or `from`, up to but without `count`, or `to`; none when that is not above the start.",
  example: { call: "range(2, 5)", result: "[2, 3, 4]" },
  arity: { least: 1, most: 2 },
  check: (args) => {
    const wrong = args.findIndex((arg) => !isAssignable(arg.type, INT));
    if (wrong >= 0) return wrongArgument(args, wrong, "`Int`");
    const ends = args.map((arg) => arg.constant);
    if (!ends.every((end) => typeof end === "number")) return returns(listOf(INT));
    const count = rangeLength(ends);
    return count > MOST_ITEMS ? wrongValue(args.length - 1, tooMany("range", count)) : returns(listOf(INT, count));
  },
  evaluate: (values, context) => {
    const ends = values as readonly number[];
    const length = rangeLength(ends);
    limitItems("range", length, context);
    const start = ends.length === 1 ? 0 : ends[0]!;
    return Array.from({ length }, (_, i) => start + i);
  },
};

const ZIP: Builtin = {
  name: "zip",
  signature: "zip(lists: { a: [A], b: [B], … }) -> [{ a: A, b: B, … }]",
  documentation: "Lists of one length, item by item, as one list of records; lists of different lengths are an error.",
  example: { call: "zip({ a: [1, 2], b: [3, 4] })", result: "[{ a: 1, b: 3 }, { a: 2, b: 4 }]" },
  arity: { least: 1, most: 1 },
  check: (args) =>
    checkSides(args, "zip", (sides) => {
      const lengths = sides.flatMap(({ name, length }) => (length === undefined ? [] : [{ name, length }]));
      const other = lengths.find(({ length }) => length !== lengths[0]!.length);
      if (other !== undefined) return wrongValue(0, unequal(lengths[0]!, other));
      const bounds = sides.flatMap(({ length, max }) => length ?? max ?? []);
      return bounds.length === 0 ? {} : { max: Math.min(...bounds) };
    }),
  evaluate: ([lists], context) => {
    const sides = sidesOf(lists, context);
    const short = sides.find(({ items }) => items.length !== sides[0]!.items.length);
    if (short !== undefined) {
      context.fail(
        unequal(
          { name: sides[0]!.name, length: sides[0]!.items.length },
          { name: short.name, length: short.items.length },
        ),
      );
    }
    return sides[0]!.items.map((_, i) => makeRecord(sides.map(({ name, items }) => [name, items[i]!] as const)));
  },
};

const GRID: Builtin = {
  name: "grid",
  signature: "grid(lists: { a: [A], b: [B], … }) -> [{ a: A, b: B, … }]",
  documentation:
    "Every combination of one item from each list, the last field changing fastest; none when a list is empty.",
  example: {
    call: "grid({ a: [1, 2], b: [3, 4] })",
    result: "[{ a: 1, b: 3 }, { a: 1, b: 4 }, { a: 2, b: 3 }, { a: 2, b: 4 }]",
  },
  arity: { least: 1, most: 1 },
  check: (args) =>
    checkSides(args, "grid", (sides) => {
      const max = product(sides.map(({ length, max }) => length ?? max));
      const exact = product(sides.map(({ length }) => length));
      if (exact !== undefined && exact > MOST_ITEMS) return wrongValue(0, tooMany("grid", exact));
      return max === undefined ? {} : { max };
    }),
  evaluate: ([lists], context) => {
    const sides = sidesOf(lists, context);
    const length = sides.reduce((count, { items }) => count * items.length, 1);
    limitItems("grid", length, context);
    return Array.from({ length }, (_, position) => {
      const entries: [string, Value][] = new Array(sides.length);
      let rest = position;
      for (let side = sides.length - 1; side >= 0; side--) {
        const { name, items } = sides[side]!;
        entries[side] = [name, items[rest % items.length]!];
        rest = Math.floor(rest / items.length);
      }
      return makeRecord(entries);
    });
  },
};

const UNIQUE: Builtin = {
  name: "unique",
  signature: "unique(list: [T]) -> [T]",
  documentation: "The list without repeated items; the first of equal ones stays.",
  example: { call: "unique([3, 1, 3])", result: "[3, 1]" },
  arity: { least: 1, most: 1 },
  check: (args) => {
    const list = listType(args[0]!.type);
    return list === undefined ? wrongArgument(args, 0, "a list") : returns(listOf(list.element, boundOf(args[0]!)));
  },
  evaluate: ([list]) => {
    const seen = new Set<string>();
    return asList(list).filter((item) => seen.size !== seen.add(canonicalText(item)).size);
  },
};

/** In the order of the manual. */
export const LIST_BUILTINS: readonly Builtin[] = [LEN, FIRST, LAST, FLATTEN, CHUNKS, RANGE, ZIP, GRID, UNIQUE];

function asList(value: Value | undefined): readonly Value[] {
  return value as readonly Value[];
}

function checkEnd(args: readonly BuiltinArgument[]): BuiltinCheck {
  const list = listType(args[0]!.type);
  if (list === undefined) return wrongArgument(args, 0, "a list");
  return returns(list.element.kind === "never" ? NULL : optionalOf(list.element));
}

interface Side {
  readonly name: string;
  readonly element: Type;
  readonly max: number | undefined;
  /** The length, where it is known at compile time. */
  readonly length: number | undefined;
}

/** `zip` and `grid` take a record of lists; `bound` gives the result's bound, or why the call fails. */
function checkSides(
  args: readonly BuiltinArgument[],
  name: string,
  bound: (sides: readonly Side[]) => { readonly max?: number } | BuiltinCheck,
): BuiltinCheck {
  const { type, constant } = args[0]!;
  if (type.kind !== "record")
    return wrongArgument(args, 0, "a record of lists", `Write \`${name}({ a: as, b: bs })\`.`);
  if (type.fields.length === 0) return wrongValue(0, noSides(name));
  const sides: Side[] = [];
  for (const field of type.fields) {
    if (field.type.kind === "error") return returns({ kind: "error" });
    const list = listType(field.type);
    if (list === undefined) {
      return {
        ok: false,
        problem: { kind: "wrong-field", index: 0, field: field.name, expected: "a list", found: field.type },
      };
    }
    const known = constant === undefined ? undefined : (constant as RecordValue)[field.name];
    sides.push({
      name: field.name,
      element: list.element,
      max: list.max,
      length: Array.isArray(known) ? known.length : undefined,
    });
  }
  const result = bound(sides);
  if ("ok" in result) return result;
  const fields: RecordField[] = sides.map(({ name, element }) => ({ name, type: element }));
  return returns(listOf({ kind: "record", fields }, result.max));
}

/** The lists of a `zip` or `grid` in the order of the fields' declaration. */
function sidesOf(lists: Value | undefined, context: BuiltinContext): { name: string; items: readonly Value[] }[] {
  const record = lists as RecordValue;
  const type = context.types[0];
  const names = type?.kind === "record" ? type.fields.map((field) => field.name) : Object.keys(record);
  return names.map((name) => ({ name, items: asList(record[name]) }));
}

function product(bounds: readonly (number | undefined)[]): number | undefined {
  if (bounds.includes(0)) return 0;
  let result = 1;
  for (const bound of bounds) {
    if (bound === undefined) return undefined;
    result *= bound;
  }
  return Number.isSafeInteger(result) ? result : undefined;
}

function rangeLength(ends: readonly number[]): number {
  return Math.max(0, ends.length === 1 ? ends[0]! : ends[1]! - ends[0]!);
}

function limitItems(name: string, length: number, context: BuiltinContext): void {
  if (length > MOST_ITEMS) context.fail(tooMany(name, length));
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function chunkSize(size: number): string {
  return `\`chunks\` needs a size of 1 or more, not ${size}`;
}

function tooMany(name: string, length: number): string {
  return `\`${name}\` would give ${length} items; a list made by it has at most ${MOST_ITEMS}`;
}

function noSides(name: string): string {
  return `\`${name}\` needs at least one list`;
}

function unequal(first: { name: string; length: number }, other: { name: string; length: number }): string {
  const found = `\`${first.name}\` has ${items(first.length)} and \`${other.name}\` has ${other.length}`;
  return `\`zip\` needs lists of one length, but ${found}`;
}

function items(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}
