// Types in the language's own notation, as messages and documentation quote them.
import { assertNever } from "../util/assert-never.ts";
import type { Type } from "./type.ts";

const NAMES = {
  int: "Int",
  float: "Float",
  bool: "Bool",
  string: "String",
  size: "Size",
  duration: "Duration",
  file: "File",
  dir: "Dir",
  secret: "Secret",
} as const;

/**
 * A type as the user would write it: `[Experiment] max 200`, `{ a: Int, b: String? }`; a record of an alias by its
 * name.
 */
export function printType(type: Type): string {
  if (type.kind === "record" && type.name !== undefined) return type.name;
  return printStructure(type);
}

/** The same with the outermost alias opened: the fields of `Experiment` rather than its name. */
export function printStructure(type: Type): string {
  switch (type.kind) {
    case "enum":
      return type.name;
    case "list":
      return type.element.kind === "never"
        ? "[]"
        : `[${printType(type.element)}]${type.max === undefined ? "" : ` max ${type.max}`}`;
    case "record":
      if (type.fields.length === 0) return "{}";
      return `{ ${type.fields.map((field) => `${field.name}: ${printType(field.type)}`).join(", ")} }`;
    case "optional":
      return type.inner.kind === "never" ? "null" : `${printType(type.inner)}?`;
    case "partial":
      return `Partial<${printType(type.element)}>`;
    case "null":
      return "null";
    case "never":
      return "nothing";
    case "none":
      return "no value";
    case "error":
      return "unknown";
    case "int":
    case "float":
    case "bool":
    case "string":
    case "size":
    case "duration":
    case "file":
    case "dir":
    case "secret":
      return NAMES[type.kind];
    default:
      return assertNever(type);
  }
}
