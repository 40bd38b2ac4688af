// The types of a pod spec, read from the generated table on first use.
import { POD_TYPES } from "./generated/pod-schema.ts";

export type PodType =
  | { readonly kind: "string" | "bool" | "int" | "int-or-string" | "quantity" | "any" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "list"; readonly item: PodType }
  /** Values by any key. */
  | { readonly kind: "map"; readonly value: PodType }
  | { readonly kind: "object"; readonly name: string };

export interface PodField {
  readonly type: PodType;
  readonly required: boolean;
}

const objects = new Map<string, ReadonlyMap<string, PodField>>();

/** Reads a type in the notation of the generated table. */
export function readPodType(text: string): PodType {
  if (text.startsWith("[")) return { kind: "list", item: readPodType(text.slice(1, -1)) };
  if (text.startsWith("{")) return { kind: "map", value: readPodType(text.slice(1, -1)) };
  if (text.startsWith("=")) return { kind: "words", words: text.slice(1).split("|") };
  switch (text) {
    case "string":
    case "bool":
    case "int":
    case "int-or-string":
    case "quantity":
    case "any":
      return { kind: text };
    default:
      return { kind: "object", name: text };
  }
}

/** The fields of an object type of the table, by name. */
export function podFields(name: string): ReadonlyMap<string, PodField> {
  const known = objects.get(name);
  if (known) return known;
  const fields = new Map<string, PodField>();
  for (const field of (POD_TYPES[name] ?? "").split(" ")) {
    const colon = field.indexOf(":");
    if (colon < 0) continue;
    const required = field[colon - 1] === "!";
    const type = readPodType(field.slice(colon + 1));
    fields.set(field.slice(0, required ? colon - 1 : colon), { type, required });
  }
  objects.set(name, fields);
  return fields;
}

/** The type in words, with its article: "a String", "a list". */
export function describePodType(type: PodType): string {
  switch (type.kind) {
    case "string":
      return "a String";
    case "bool":
      return "`true` or `false`";
    case "int":
      return "a whole number";
    case "int-or-string":
      return "a whole number or a String";
    case "quantity":
      return "an amount such as `16Gi`";
    case "any":
      return "a value";
    case "words":
      return type.words.length === 1
        ? `\`"${type.words[0]}"\``
        : `${type.words
            .slice(0, -1)
            .map((word) => `\`"${word}"\``)
            .join(", ")} or \`"${type.words.at(-1)}"\``;
    case "list":
      return type.item.kind === "object" ? `a list of records (${type.item.name})` : "a list";
    case "map":
      return "a record with names of your choice";
    case "object":
      return `a record (${type.name})`;
  }
}
