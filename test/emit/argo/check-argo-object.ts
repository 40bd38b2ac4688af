// Compares an object with Argo's own schema, as `scripts/generate-argo-schema.ts` keeps it: unknown fields, missing ones, values of another type.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const TYPES = JSON.parse(readFileSync(join(import.meta.dirname, "argo-schema.json"), "utf8")) as Record<string, string>;

type Plain = Readonly<Record<string, unknown>>;

/** What is wrong with the object, each with its path. */
export function checkArgoObject(object: Plain): string[] {
  const problems: string[] = [];
  checkValue(object, String(object.kind), String(object.kind), problems);
  return problems;
}

function checkValue(value: unknown, type: string, path: string, problems: string[]): void {
  if (type === "any") return;
  if (type.startsWith("[")) {
    if (!Array.isArray(value)) return void problems.push(`${path} is no list`);
    for (const [index, item] of value.entries()) checkValue(item, type.slice(1, -1), `${path}[${index}]`, problems);
    return;
  }
  if (type.startsWith("{")) {
    if (!isPlain(value)) return void problems.push(`${path} is no mapping`);
    for (const [key, item] of Object.entries(value)) checkValue(item, type.slice(1, -1), `${path}.${key}`, problems);
    return;
  }
  if (type === "integer") {
    if (!Number.isInteger(value)) problems.push(`${path} is no integer`);
    return;
  }
  if (["string", "boolean", "number"].includes(type)) {
    if (typeof value !== type) problems.push(`${path} is no ${type}`);
    return;
  }
  if (type === "IntOrString") {
    if (typeof value !== "string" && !Number.isInteger(value)) problems.push(`${path} is neither number nor text`);
    return;
  }
  const fields = TYPES[type];
  if (fields === undefined) return void problems.push(`${path}: the schema has no ${type}`);
  if (fields.startsWith("=")) {
    checkValue(value, fields.slice(1), path, problems);
    return;
  }
  if (!isPlain(value)) return void problems.push(`${path} is no mapping`);
  const known = new Map(fields.split(" ").map((field) => [field.replace(/!?:.*$/, ""), field] as const));
  for (const [name, each] of Object.entries(value)) {
    const field = known.get(name);
    if (field === undefined) problems.push(`${path} has no field ${name}`);
    else checkValue(each, field.slice(field.indexOf(":") + 1), `${path}.${name}`, problems);
  }
  for (const [name, field] of known) {
    if (field.startsWith(`${name}!:`) && !Object.hasOwn(value, name)) problems.push(`${path} needs ${name}`);
  }
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
