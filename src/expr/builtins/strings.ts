// Built-in functions on strings. Nothing here is a pattern: texts are found and replaced as they are.
import { BOOL, listOf, STRING } from "../../types/type.ts";
import { JSON_FILE_SCHEME, type Value } from "../../types/value.ts";
import {
  type Builtin,
  type BuiltinCheck,
  type BuiltinContext,
  fixed,
  returns,
  wrongArgument,
  wrongValue,
} from "../builtin.ts";

const LOWER: Builtin = {
  name: "lower",
  signature: "lower(text: String) -> String",
  documentation: "The text in lower case, by Unicode's rules, of no language in particular.",
  example: { call: 'lower("ResNet")', result: '"resnet"' },
  arity: { least: 1, most: 1 },
  check: fixed([STRING], STRING),
  evaluate: ([text]) => (text as string).toLowerCase(),
};

const UPPER: Builtin = {
  name: "upper",
  signature: "upper(text: String) -> String",
  documentation: "The text in upper case, by Unicode's rules, of no language in particular.",
  example: { call: 'upper("gpu")', result: '"GPU"' },
  arity: { least: 1, most: 1 },
  check: fixed([STRING], STRING),
  evaluate: ([text]) => (text as string).toUpperCase(),
};

const TRIM: Builtin = {
  name: "trim",
  signature: "trim(text: String) -> String",
  documentation: "The text without white space and line breaks at its ends.",
  example: { call: 'trim(" a b\\n")', result: '"a b"' },
  arity: { least: 1, most: 1 },
  check: fixed([STRING], STRING),
  evaluate: ([text]) => (text as string).trim(),
};

const SPLIT: Builtin = {
  name: "split",
  signature: "split(text: String, separator: String) -> [String]",
  documentation: "The parts of a text between separators, empty ones too; an empty separator is an error.",
  example: { call: 'split("a,b,", ",")', result: '["a", "b", ""]' },
  arity: { least: 2, most: 2 },
  check: (args) =>
    args[1]!.constant === "" ? wrongValue(1, EMPTY_SEPARATOR) : fixed([STRING, STRING], listOf(STRING))(args),
  evaluate: ([text, separator], context) =>
    separator === "" ? context.fail(EMPTY_SEPARATOR) : (text as string).split(separator as string),
};

const JOIN: Builtin = {
  name: "join",
  signature: "join(parts: [String], separator: String) -> String",
  documentation: "The strings of a list as one text, with the separator between them.",
  example: { call: 'join(["a", "b"], "-")', result: '"a-b"' },
  arity: { least: 2, most: 2 },
  check: (args) => {
    const { type } = args[0]!;
    if (type.kind === "list" && !["string", "never", "error"].includes(type.element.kind)) {
      return wrongArgument(
        args,
        0,
        "`[String]`",
        "Turn the items into text first: `join([for x in xs: str(x)], separator)`.",
      );
    }
    return fixed([listOf(STRING), STRING], STRING)(args);
  },
  evaluate: ([parts, separator], context) => joinTexts(parts as readonly string[], separator as string, context),
};

const REPLACE: Builtin = {
  name: "replace",
  signature: "replace(text: String, old: String, new: String) -> String",
  documentation: "The text with every `old` in it replaced by `new`, both taken literally; an empty `old` is an error.",
  example: { call: 'replace("a.b.c", ".", "-")', result: '"a-b-c"' },
  arity: { least: 3, most: 3 },
  check: (args) =>
    args[1]!.constant === "" ? wrongValue(1, EMPTY_OLD) : fixed([STRING, STRING, STRING], STRING)(args),
  evaluate: ([text, old, replacement], context) =>
    old === ""
      ? context.fail(EMPTY_OLD)
      : joinTexts((text as string).split(old as string), replacement as string, context),
};

const CONTAINS: Builtin = {
  name: "contains",
  signature: "contains(text: String, part: String) -> Bool",
  documentation: "Whether a text has another inside; for lists write `x in xs`.",
  example: { call: 'contains("model.onnx", "onnx")', result: "true" },
  arity: { least: 2, most: 2 },
  check: (args): BuiltinCheck =>
    args[0]!.type.kind === "list"
      ? wrongArgument(args, 0, "`String`", "For lists write `x in xs`.")
      : fixed([STRING, STRING], BOOL)(args),
  evaluate: ([text, part]) => (text as string).includes(part as string),
};

const STARTS_WITH: Builtin = {
  name: "starts_with",
  signature: "starts_with(text: String, start: String) -> Bool",
  documentation: "Whether a text begins with another.",
  example: { call: 'starts_with("s3://bucket", "s3:")', result: "true" },
  arity: { least: 2, most: 2 },
  check: fixed([STRING, STRING], BOOL),
  evaluate: ([text, start]) => (text as string).startsWith(start as string),
};

const ENDS_WITH: Builtin = {
  name: "ends_with",
  signature: "ends_with(text: String, end: String) -> Bool",
  documentation: "Whether a text ends with another.",
  example: { call: 'ends_with("model.onnx", ".onnx")', result: "true" },
  arity: { least: 2, most: 2 },
  check: fixed([STRING, STRING], BOOL),
  evaluate: ([text, end]) => (text as string).endsWith(end as string),
};

const BASENAME: Builtin = {
  name: "basename",
  signature: "basename(path: String or File or Dir) -> String",
  documentation:
    "The last part of a path or URI, without slashes at its end; a file made by `json_file` is `data.json`.",
  example: { call: 'basename("s3://bucket/raw/part-1.csv")', result: '"part-1.csv"' },
  arity: { least: 1, most: 1 },
  check: (args) =>
    ["string", "file", "dir"].includes(args[0]!.type.kind)
      ? returns(STRING)
      : wrongArgument(args, 0, "`String`, `File` or `Dir`"),
  evaluate: ([path], context) => lastPart(path!, context.types[0]?.kind === "file"),
};

/** In the order of the manual. */
export const STRING_BUILTINS: readonly Builtin[] = [
  LOWER,
  UPPER,
  TRIM,
  SPLIT,
  JOIN,
  REPLACE,
  CONTAINS,
  STARTS_WITH,
  ENDS_WITH,
  BASENAME,
];

const EMPTY_SEPARATOR = "`split` needs a separator that is not empty";
const EMPTY_OLD = "`replace` needs a text to replace that is not empty";

/** A longer text is a mistake (something doubling), and near the limit of what one string can hold. */
const MOST_TEXT = 2 ** 27;

function joinTexts(parts: readonly string[], separator: string, context: BuiltinContext): string {
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  return length > MOST_TEXT
    ? context.fail(`the text would be longer than ${MOST_TEXT} characters`)
    : parts.join(separator);
}

function lastPart(path: Value, isFile: boolean): string {
  const text = path as string;
  if (isFile && text.startsWith(JSON_FILE_SCHEME)) return "data.json";
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end--;
  return text.slice(text.lastIndexOf("/", end - 1) + 1, end);
}
