// The types of the language as plain JSON: they travel in the plan, to every engine.
import type { Value } from "./value.ts";

export interface RecordField {
  readonly name: string;
  readonly type: Type;
  /** Taken when decoded data lacks the field. */
  readonly default?: Value;
}

export type Type =
  | { readonly kind: "int" | "float" | "bool" | "string" | "size" | "duration" | "file" | "dir" | "secret" }
  /** Members in the order declared. */
  | { readonly kind: "enum"; readonly name: string; readonly members: readonly string[] }
  /** `max`: at most so many items, where a bound is known. */
  | { readonly kind: "list"; readonly element: Type; readonly max?: number }
  /** A closed record; `name` is the alias it was declared under, for messages only. Fields in the order declared. */
  | { readonly kind: "record"; readonly name?: string; readonly fields: readonly RecordField[] }
  /** Never of another optional. */
  | { readonly kind: "optional"; readonly inner: Type }
  /** The result of a tolerant map: `{ok: [T], failed: [Failure], all: [T?]}`. */
  | { readonly kind: "partial"; readonly element: Type; readonly max?: number }
  /** The type of the literal `null`. */
  | { readonly kind: "null" }
  /** Element type of `[]`: assignable to everything. */
  | { readonly kind: "never" }
  /** A task or block without a result: no value at all. */
  | { readonly kind: "none" }
  /** Poison: stands where an error was reported; related to everything, never named in a message. */
  | { readonly kind: "error" };

export const INT: Type = { kind: "int" };
export const FLOAT: Type = { kind: "float" };
export const BOOL: Type = { kind: "bool" };
export const STRING: Type = { kind: "string" };
export const SIZE: Type = { kind: "size" };
export const DURATION: Type = { kind: "duration" };
export const FILE: Type = { kind: "file" };
export const DIR: Type = { kind: "dir" };
export const SECRET: Type = { kind: "secret" };
export const NULL: Type = { kind: "null" };
export const NEVER: Type = { kind: "never" };
export const NONE: Type = { kind: "none" };
export const ERROR: Type = { kind: "error" };

/** Why an attempt, a check or an expression failed. `exit` covers every exit code other than 0. */
export const CAUSES = ["oom", "evicted", "timeout", "start", "output", "disk", "exit", "check", "expression"] as const;
export type Cause = (typeof CAUSES)[number];
/** What a `retry` line may name. `any` matches every cause but `evicted`. */
export const RETRY_CAUSES = ["oom", "evicted", "timeout", "start", "output", "disk", "any", "exit"] as const;
export const CAUSE: Type = { kind: "enum", name: "Cause", members: CAUSES };

export const RUN_STATUSES = ["succeeded", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
export const RUN_STATUS: Type = { kind: "enum", name: "RunStatus", members: RUN_STATUSES };

export const FAILURE: Type = {
  kind: "record",
  name: "Failure",
  fields: [
    { name: "key", type: STRING },
    { name: "index", type: INT },
    { name: "cause", type: CAUSE },
    { name: "exit_code", type: { kind: "optional", inner: INT } },
    { name: "message", type: STRING },
    { name: "attempts", type: INT },
  ],
};

/** What `finally` sees under the name `run`. */
export const RUN: Type = {
  kind: "record",
  name: "Run",
  fields: [
    { name: "name", type: STRING },
    { name: "status", type: RUN_STATUS },
    { name: "failures", type: { kind: "list", element: FAILURE } },
  ],
};

/** The optional of a type; `T??` is `T?`, and what can never hold a value stays as it is. */
export function optionalOf(type: Type): Type {
  return ["optional", "null", "error", "none"].includes(type.kind) ? type : { kind: "optional", inner: type };
}

export function listOf(element: Type, max?: number): Type {
  return max === undefined ? { kind: "list", element } : { kind: "list", element, max };
}
