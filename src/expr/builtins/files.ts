// Built-in functions that name existing files and folders. Nothing is opened here: only the runtime does that.
import { DIR, FILE, type Type } from "../../types/type.ts";
import {
  type Builtin,
  type BuiltinArgument,
  type BuiltinCheck,
  returns,
  wrongArgument,
  wrongValue,
} from "../builtin.ts";

const FILE_OF: Builtin = {
  name: "file",
  signature: "file(path: String) -> File",
  documentation:
    "An existing file by a constant text: a path relative to the `.pipe` file, or a URI such as `s3://bucket/key`.",
  example: { call: 'file("data/train.csv")', result: '"data/train.csv"' },
  arity: { least: 1, most: 1 },
  check: (args) => checkPath(args, "file", FILE),
  evaluate: ([path]) => path!,
};

const DIR_OF: Builtin = {
  name: "dir",
  signature: "dir(path: String) -> Dir",
  documentation:
    "An existing folder by a constant text: a path relative to the `.pipe` file, or a URI such as `s3://bucket/all`.",
  example: { call: 'dir("data")', result: '"data"' },
  arity: { least: 1, most: 1 },
  check: (args) => checkPath(args, "dir", DIR),
  evaluate: ([path]) => path!,
};

/** In the order of the manual. */
export const FILE_BUILTINS: readonly Builtin[] = [FILE_OF, DIR_OF];

function checkPath(args: readonly BuiltinArgument[], name: string, result: Type): BuiltinCheck {
  const { type, constant } = args[0]!;
  if (type.kind !== "string") return wrongArgument(args, 0, "`String`");
  if (typeof constant !== "string") return { ok: false, problem: { kind: "not-constant", index: 0 } };
  if (constant === "") return wrongValue(0, `\`${name}\` needs a path or URI, not an empty text`);
  if (constant.includes("\0")) return wrongValue(0, "a path cannot have a NUL character");
  return returns(result);
}
