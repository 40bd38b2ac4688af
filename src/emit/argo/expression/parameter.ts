// How values travel through a Workflow: as JSON text in parameters, Strings too, written so that no data can be taken for a tag. A value
// inside expressions is the language's own value as Go has it: numbers are doubles (sizes in bytes, durations in milliseconds), never
// `-0`; lists are never nil, records are maps, null and missing are nil. `decodeOutput` makes such values of what comes from outside.
import type { Type } from "../../../types/type.ts";

/** The text that a value has as a parameter: JSON whose `{{` is hidden, so that no later pass finds a tag in it. */
export function toParameter(value: string): string {
  return `replace(toJson(${value}), "{" + "{", "{" + "\\\\u007b")`;
}

/** Whether a value of the type may be null. */
export function isNullable(type: Type): boolean {
  return ["optional", "null", "error", "none"].includes(type.kind);
}
