// What a built-in function is: its signature, its check at compile time, and its value at run time, kept side by side.
// Checks report facts; the sentences are the checker's.
import { printType } from "../types/print.ts";
import { isAssignable } from "../types/relate.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";

export interface Builtin {
  readonly name: string;
  /** For messages: `chunks(list: [T], size: Int) -> [[T]]`. */
  readonly signature: string;
  /** One sentence. */
  readonly documentation: string;
  readonly example: { readonly call: string; readonly result: string };
  /** How many arguments it takes; `most` absent: any number. */
  readonly arity: { readonly least: number; readonly most?: number };
  /** The result's type for so many arguments as `arity` allows, none of them poisoned. */
  readonly check: (args: readonly BuiltinArgument[]) => BuiltinCheck;
  /** The value for arguments of types that `check` accepted. */
  readonly evaluate: (values: readonly Value[], context: BuiltinContext) => Value;
}

export interface BuiltinArgument {
  readonly type: Type;
  /** The value, where it is known at compile time. */
  readonly constant?: Value | undefined;
  /** The name it was given by, where it was. */
  readonly name?: string | undefined;
}

export type BuiltinCheck =
  | { readonly ok: true; readonly type: Type }
  | { readonly ok: false; readonly problem: BuiltinProblem };

export type BuiltinProblem =
  | { readonly kind: "wrong-count"; readonly least: number; readonly most?: number; readonly found: number }
  /** Built-in functions take their arguments by position. */
  | { readonly kind: "named-argument"; readonly index: number; readonly name: string }
  /**
   * `expected` names what would be right ("a list", "`Size`"); `help` is a full sentence for this mistake, where there
   * is one.
   */
  | {
      readonly kind: "wrong-argument";
      readonly index: number;
      readonly expected: string;
      readonly found: Type;
      readonly help?: string;
    }
  /** A field of a record argument (`zip`, `grid`) that is not a list. */
  | {
      readonly kind: "wrong-field";
      readonly index: number;
      readonly field: string;
      readonly expected: string;
      readonly found: Type;
    }
  /** Arguments that must be of one kind are not: the one at `index` differs from those before it. */
  | { readonly kind: "mixed-kinds"; readonly index: number; readonly first: Type; readonly found: Type }
  /** The argument must be a constant text. */
  | { readonly kind: "not-constant"; readonly index: number }
  /** It is known at compile time that the call fails, with this sentence. */
  | { readonly kind: "wrong-value"; readonly index: number; readonly message: string };

export interface BuiltinContext {
  /** Types of the arguments. */
  readonly types: readonly Type[];
  /** Ends the evaluation with this sentence. */
  readonly fail: (message: string) => never;
}

/**
 * A list made by `range`, `grid` or `flatten` has at most so many items: more is a mistake, and would not fit into
 * memory.
 */
export const MOST_ITEMS = 1_000_000;

/**
 * Checks a call of a built-in function: names, count, then what the function itself asks for. Poisoned arguments give a
 * poisoned result.
 */
export function checkBuiltin(builtin: Builtin, args: readonly BuiltinArgument[]): BuiltinCheck {
  const named = args.findIndex((arg) => arg.name !== undefined);
  if (named >= 0) return { ok: false, problem: { kind: "named-argument", index: named, name: args[named]!.name! } };
  const { least, most } = builtin.arity;
  if (args.length < least || (most !== undefined && args.length > most)) {
    return { ok: false, problem: { kind: "wrong-count", ...builtin.arity, found: args.length } };
  }
  if (args.some((arg) => arg.type.kind === "error")) return { ok: true, type: { kind: "error" } };
  return builtin.check(args);
}

/** The check succeeded. */
export function returns(type: Type): BuiltinCheck {
  return { ok: true, type };
}

/** The argument at `index` has the wrong type. */
export function wrongArgument(
  args: readonly BuiltinArgument[],
  index: number,
  expected: string,
  help?: string,
): BuiltinCheck {
  const found = args[index]!.type;
  const sentence = help ?? helpFor(found, expected);
  return {
    ok: false,
    problem: { kind: "wrong-argument", index, expected, found, ...(sentence === undefined ? {} : { help: sentence }) },
  };
}

/** The call is known to fail. */
export function wrongValue(index: number, message: string): BuiltinCheck {
  return { ok: false, problem: { kind: "wrong-value", index, message } };
}

/** A check for plain signatures: the first argument that does not fit its type is reported. */
export function fixed(types: readonly Type[], result: Type): Builtin["check"] {
  return (args) => {
    const wrong = args.findIndex((arg, index) => !isAssignable(arg.type, types[index]!));
    return wrong < 0 ? returns(result) : wrongArgument(args, wrong, `\`${printType(types[wrong]!)}\``);
  };
}

/** The list type of an argument, or undefined; `[]` counts. */
export function listType(type: Type): (Type & { kind: "list" }) | undefined {
  return type.kind === "list" ? type : undefined;
}

/** How long a list argument can be: its length where it is known, else its bound. */
export function boundOf(arg: BuiltinArgument): number | undefined {
  if (Array.isArray(arg.constant)) return arg.constant.length;
  return arg.type.kind === "list" ? arg.type.max : undefined;
}

function helpFor(found: Type, expected: string): string | undefined {
  if (found.kind === "partial") return "The result of a map with `tolerate` is not a list: use its `.ok`.";
  if (found.kind === "optional" || found.kind === "null") {
    const what = `(expected ${expected})`;
    return `It may be null: give a value for that case with \`??\`, or check it with \`!= null\` first ${what}.`;
  }
  return undefined;
}
