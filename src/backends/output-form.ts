// How a declared output is read back, decided by its type alone: the same on every backend.
import type { PlanTask } from "../plan/plan.ts";
import { decodeJson, printDecodeError } from "../types/decode.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";

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

/** The type of a task's result: of its single output, or a record of the named ones. */
export function resultType(task: PlanTask): Type {
  const [first] = task.outputs;
  if (first === undefined) return { kind: "none" };
  if (first.name === null) return first.type;
  return { kind: "record", fields: task.outputs.map(({ name, type }) => ({ name: name ?? "", type })) };
}

/** "output `out.model`": an output as people know it. */
export function describeOutput(name: string | null): string {
  return name === null ? "output `out`" : `output \`out.${name}\``;
}

/** The value that stands in an output of the form `text` or `json`; `file` is where it stood. Files in it are as they were written. */
export function readOutputText(
  text: string,
  type: Type,
  file: string,
  options: { readonly strict: boolean },
):
  | { readonly ok: true; readonly value: Value; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly message: string } {
  const isText = outputForm(type) === "text";
  // Nothing written and an empty text look the same to an engine that gets the text in a message: a line end makes the difference.
  if (text.trim() === "" && (!isText || text === "")) return { ok: false, message: `\`${file}\` is empty` };
  if (isText) return { ok: true, value: text.replace(/\n$/, ""), warnings: [] };
  const decoded = decodeJson(text, type, options);
  if (decoded.ok) return decoded;
  return { ok: false, message: `\`${file}\`: ${decoded.errors.map(printDecodeError).join("; ")}` };
}
