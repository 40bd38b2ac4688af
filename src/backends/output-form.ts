// How a declared output is read back, decided by its type alone: the same on every backend.
import type { Type } from "../types/type.ts";

/**
 * `text`: the file's UTF-8 text, one trailing newline removed. `file`, `directory`: kept as they are. `files`: the files of a directory in
 * byte order of their names. `json`: one JSON value. An optional `File`, `Dir` or `[File]` is null when the task made none.
 */
export type OutputForm = "text" | "file" | "directory" | "files" | "json";

/** The form of an output of this type. */
export function outputForm(type: Type): OutputForm {
  if (type.kind === "string") return "text";
  const inner = type.kind === "optional" ? type.inner : type;
  if (inner.kind === "file") return "file";
  if (inner.kind === "dir") return "directory";
  if (inner.kind === "list" && inner.element.kind === "file") return "files";
  return "json";
}
