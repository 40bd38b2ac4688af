// Built-in functions that turn values into text, JSON and arguments.
import { toJsonText, toText } from "../../types/encode.ts";
import { FILE, listOf, STRING, type Type } from "../../types/type.ts";
import { JSON_FILE_SCHEME } from "../../types/value.ts";
import {
  type Builtin,
  type BuiltinArgument,
  type BuiltinCheck,
  type BuiltinContext,
  returns,
  wrongArgument,
} from "../builtin.ts";

const STR: Builtin = {
  name: "str",
  signature: "str(x: T) -> String",
  documentation: "A value as the text an argument would have: strings as they are, lists and records as compact JSON.",
  example: { call: "str(0.5)", result: '"0.5"' },
  arity: { least: 1, most: 1 },
  check: (args) => checkText(args, 0, STRING, false),
  evaluate: ([x], context) => toText(x!, typeAt(context, 0)),
};

const JSON_TEXT: Builtin = {
  name: "json",
  signature: "json(x: T) -> String",
  documentation: "A value as compact JSON: record keys in byte order, strings in quotes.",
  example: { call: "json({ b: 1, a: true })", result: '"{\\"a\\":true,\\"b\\":1}"' },
  arity: { least: 1, most: 1 },
  check: (args) => checkText(args, 0, STRING, true),
  evaluate: ([x], context) => toJsonText(x!, typeAt(context, 0)),
};

const JSON_FILE: Builtin = {
  name: "json_file",
  signature: "json_file(x: T) -> File",
  documentation: "A file that holds a value as a JSON document, for values too large for an argument.",
  example: { call: "json_file([1, 2])", result: '"json:[1,2]"' },
  arity: { least: 1, most: 1 },
  check: (args) => checkText(args, 0, FILE, true),
  evaluate: ([x], context) => JSON_FILE_SCHEME + toJsonText(x!, typeAt(context, 0)),
};

const OPT: Builtin = {
  name: "opt",
  signature: "opt(flag: String, x: T?) -> [String]",
  documentation:
    'A flag and the text of a value, or nothing when that is null; to be spread: `...opt("--note", note)`.',
  example: { call: 'opt("--depth", 3)', result: '["--depth", "3"]' },
  arity: { least: 2, most: 2 },
  check: (args) => {
    if (args[0]!.type.kind !== "string") return wrongArgument(args, 0, "`String`");
    return checkText(args, 1, listOf(STRING, 2), true);
  },
  evaluate: ([flag, x], context) => (x === null ? [] : [flag!, toText(x!, typeAt(context, 1))]),
};

/** In the order of the manual. */
export const CONVERSION_BUILTINS: readonly Builtin[] = [STR, JSON_TEXT, JSON_FILE, OPT];

function typeAt(context: BuiltinContext, index: number): Type {
  const type = context.types[index];
  if (type === undefined) throw new Error("a conversion to text needs its argument's type");
  return type;
}

/** Whether the argument has a text; null has one only in JSON. */
function checkText(args: readonly BuiltinArgument[], index: number, result: Type, nullable: boolean): BuiltinCheck {
  const { type } = args[index]!;
  const problem = withoutText(type);
  if (problem !== undefined)
    return wrongArgument(args, index, "a value with a text", problem === "partial" ? undefined : problem);
  if (!nullable && (type.kind === "optional" || type.kind === "null"))
    return wrongArgument(args, index, "a value that is not null");
  return returns(result);
}

/** Why a type has no text: a sentence, or "partial" for a tolerant map's result. */
function withoutText(type: Type): string | undefined {
  switch (type.kind) {
    case "secret":
      return "A secret can only be the value of an `env` entry.";
    case "none":
      return "It has no value.";
    case "partial":
      return "partial";
    case "optional":
      return withoutText(type.inner);
    case "list":
      return withoutText(type.element);
    case "record":
      return type.fields.map((field) => withoutText(field.type)).find((problem) => problem !== undefined);
    default:
      return undefined;
  }
}
