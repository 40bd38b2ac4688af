// Small builders for JSON Schema (2020-12) objects that are checked against the plan's own types: a property that is added, removed, renamed or
// made optional in a type and not in its schema does not compile.

/** A JSON Schema. */
export type Schema = { readonly [keyword: string]: unknown };

/** The schema of a property that may be absent. */
export interface OptionalSchema {
  readonly optional: Schema;
}

/** One schema for each property of `T`: optional ones marked. */
export type Shape<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? OptionalSchema
    : Schema & { readonly optional?: never };
};

/** The member of a union whose tag `K` can be `V`. */
export type Variant<T, K extends keyof T, V> = T extends unknown ? (V extends T[K] ? T : never) : never;

/** A closed object with the properties of `T`. */
export function objectOf<T>(shape: Shape<T>, description?: string): Schema {
  const properties: Record<string, Schema> = {};
  const required: string[] = [];
  for (const [name, schema] of Object.entries(shape as Record<string, Schema | OptionalSchema>)) {
    if (isOptional(schema)) properties[name] = schema.optional;
    else {
      properties[name] = schema;
      required.push(name);
    }
  }
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    properties,
    required,
    additionalProperties: false,
  };
}

function isOptional(schema: Schema | OptionalSchema): schema is OptionalSchema {
  return typeof schema.optional === "object";
}

/** The property may be absent. */
export function optional(schema: Schema): OptionalSchema {
  return { optional: schema };
}

/** A list of such items. */
export function arrayOf(items: Schema): Schema {
  return { type: "array", items };
}

/** One of these words. */
export function oneWordOf(words: readonly string[]): Schema {
  return words.length === 1 ? { const: words[0] } : { enum: words };
}

/** The definition of that name. */
export function refer(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}

/** Null, or that. */
export function nullable(type: string): Schema {
  return { type: [type, "null"] };
}

export const TEXT: Schema = { type: "string" };
export const NUMBER: Schema = { type: "number" };
export const COUNT: Schema = { type: "integer", minimum: 0 };
export const TRUE: Schema = { const: true };
