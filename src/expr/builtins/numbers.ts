// Built-in functions on numbers, sizes and durations.
import { joinTypes } from "../../types/relate.ts";
import { FLOAT, INT, NULL, optionalOf, type Type } from "../../types/type.ts";
import type { Value } from "../../types/value.ts";
import { roundAway, toKind } from "../arithmetic.ts";
import {
  type Builtin,
  type BuiltinArgument,
  type BuiltinCheck,
  type BuiltinContext,
  fixed,
  listType,
  returns,
  wrongArgument,
} from "../builtin.ts";
import { compareValues } from "../compare.ts";
import type { NumberKind } from "../expr.ts";

const AMOUNTS = "`Int`, `Float`, `Size` or `Duration`";
const ORDERED = "`Int`, `Float`, `Size`, `Duration` or `String`";

const MIN: Builtin = {
  name: "min",
  signature: "min(a: T, b: T, …) -> T or min(list: [T]) -> T?",
  documentation:
    "The smallest of two or more values, or of a list's items (null when it is empty); strings compare by their bytes.",
  example: { call: "min(3, 1)", result: "1" },
  arity: { least: 1 },
  check: checkExtreme,
  evaluate: (values) => extreme(values, (order) => order < 0),
};

const MAX: Builtin = {
  name: "max",
  signature: "max(a: T, b: T, …) -> T or max(list: [T]) -> T?",
  documentation:
    "The largest of two or more values, or of a list's items (null when it is empty); strings compare by their bytes.",
  example: { call: "max([3, 1])", result: "3" },
  arity: { least: 1 },
  check: checkExtreme,
  evaluate: (values) => extreme(values, (order) => order > 0),
};

const SUM: Builtin = {
  name: "sum",
  signature: "sum(list: [T]) -> T",
  documentation:
    "The sum of a list of numbers, sizes or durations, added from the first to the last; 0 when it is empty.",
  example: { call: "sum([1, 2, 3])", result: "6" },
  arity: { least: 1, most: 1 },
  check: (args) => {
    const list = listType(args[0]!.type);
    if (list?.element.kind === "never") return returns(INT);
    return list !== undefined && isAmount(list.element)
      ? returns(list.element)
      : wrongArgument(args, 0, `a list of ${AMOUNTS}`);
  },
  evaluate: ([list], context) => {
    const kind = numberKind(context.types[0]?.kind === "list" ? context.types[0].element : INT);
    let total = 0;
    for (const item of list as readonly number[]) total = toKind(total + item, kind, context.fail);
    return total;
  },
};

const ABS: Builtin = {
  name: "abs",
  signature: "abs(x: T) -> T",
  documentation: "A number, size or duration without its sign.",
  example: { call: "abs(-3)", result: "3" },
  arity: { least: 1, most: 1 },
  check: (args) => (isAmount(args[0]!.type) ? returns(args[0]!.type) : wrongArgument(args, 0, AMOUNTS)),
  evaluate: ([x]) => Math.abs(x as number),
};

const FLOOR: Builtin = {
  name: "floor",
  signature: "floor(x: Float) -> Int",
  documentation: "The largest whole number that is not above `x`.",
  example: { call: "floor(-1.5)", result: "-2" },
  arity: { least: 1, most: 1 },
  check: fixed([FLOAT], INT),
  evaluate: ([x], context) => toWhole(Math.floor(x as number), context),
};

const CEIL: Builtin = {
  name: "ceil",
  signature: "ceil(x: Float) -> Int",
  documentation: "The smallest whole number that is not below `x`.",
  example: { call: "ceil(1.2)", result: "2" },
  arity: { least: 1, most: 1 },
  check: fixed([FLOAT], INT),
  evaluate: ([x], context) => toWhole(Math.ceil(x as number), context),
};

const ROUND: Builtin = {
  name: "round",
  signature: "round(x: Float) -> Int",
  documentation: "The nearest whole number; halves go away from zero.",
  example: { call: "round(-2.5)", result: "-3" },
  arity: { least: 1, most: 1 },
  check: fixed([FLOAT], INT),
  evaluate: ([x], context) => toWhole(roundAway(x as number), context),
};

/** In the order of the manual. */
export const NUMBER_BUILTINS: readonly Builtin[] = [MIN, MAX, SUM, ABS, FLOOR, CEIL, ROUND];

function checkExtreme(args: readonly BuiltinArgument[]): BuiltinCheck {
  if (args.length === 1) {
    const list = listType(args[0]!.type);
    if (list === undefined) {
      const help = isOrdered(args[0]!.type) ? "One value alone has nothing to be compared with." : undefined;
      return wrongArgument(args, 0, "two or more values, or one list", help);
    }
    if (list.element.kind === "never") return returns(NULL);
    return isOrdered(list.element) ? returns(optionalOf(list.element)) : wrongArgument(args, 0, `a list of ${ORDERED}`);
  }
  const first = args[0]!.type;
  let result = first;
  for (const [index, { type }] of args.entries()) {
    if (!isOrdered(type)) return wrongArgument(args, index, ORDERED);
    const joined = joinTypes(result, type);
    if (joined === undefined) return { ok: false, problem: { kind: "mixed-kinds", index, first, found: type } };
    result = joined;
  }
  return returns(result);
}

function extreme(values: readonly Value[], better: (order: number) => boolean): Value {
  const items = values.length === 1 ? (values[0] as readonly Value[]) : values;
  let best: Value | undefined;
  for (const item of items) if (best === undefined || better(compareValues(item, best))) best = item;
  return best ?? null;
}

function toWhole(value: number, context: BuiltinContext): number {
  return toKind(value, "int", context.fail);
}

function isAmount(type: Type): type is Type & { kind: NumberKind } {
  return type.kind === "int" || type.kind === "float" || type.kind === "size" || type.kind === "duration";
}

function isOrdered(type: Type): boolean {
  return isAmount(type) || type.kind === "string";
}

function numberKind(type: Type): NumberKind {
  return isAmount(type) ? type.kind : "int";
}
