// A type as a JSON Schema (draft 2020-12), for documentation and for checking data elsewhere. What JSON Schema cannot
// say (`1.0` is no Int, the order of lists' files) stays with `decode.ts`.
import { assertNever } from "../util/assert-never.ts";
import { partialFields, toJsonValue } from "./encode.ts";
import type { RecordField, Type } from "./type.ts";
import { makeRecord, type RecordValue, type Value } from "./value.ts";

const SIZE_PATTERN = "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$";
const DURATION_PATTERN = "^[+-]?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$";

/** The schema of a type's JSON, as JSON data with `$schema` first. */
export function toJsonSchema(type: Type): RecordValue {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...schemaOf(type) };
}

function schemaOf(type: Type): RecordValue {
  switch (type.kind) {
    case "int":
      return { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    case "float":
      return { type: "number" };
    case "bool":
      return { type: "boolean" };
    case "string":
      return { type: "string" };
    case "size":
      return {
        description: "A Kubernetes quantity, such as 16Gi, or a whole number of bytes",
        anyOf: [{ type: "string", pattern: SIZE_PATTERN }, schemaOf({ kind: "int" })],
      };
    case "duration":
      return { description: "A Go duration, such as 1h30m", type: "string", pattern: DURATION_PATTERN };
    case "file":
      return { description: "Path or URI of a file", type: "string", minLength: 1 };
    case "dir":
      return { description: "Path or URI of a folder", type: "string", minLength: 1 };
    case "enum":
      return { title: type.name, enum: type.members };
    case "list":
      return {
        type: "array",
        items: schemaOf(type.element),
        ...(type.max === undefined ? {} : { maxItems: type.max }),
      };
    case "record":
      return recordSchema(type.fields, type.name);
    case "partial":
      return recordSchema(partialFields(type.element), undefined);
    case "optional":
      return { anyOf: [schemaOf(type.inner), { type: "null" }] };
    case "null":
    case "none":
      return { type: "null" };
    case "secret":
    case "never":
    case "error":
      return { not: {} };
    default:
      return assertNever(type);
  }
}

function recordSchema(fields: readonly RecordField[], name: string | undefined): RecordValue {
  const required = fields
    .filter((field) => field.default === undefined && field.type.kind !== "optional")
    .map((field) => field.name);
  return {
    ...(name === undefined ? {} : { title: name }),
    type: "object",
    properties: makeRecord(fields.map((field) => [field.name, fieldSchema(field)] as const)),
    required,
    additionalProperties: false,
  };
}

function fieldSchema(field: RecordField): Value {
  const schema = schemaOf(field.type);
  return field.default === undefined ? schema : { ...schema, default: toJsonValue(field.default, field.type) };
}
