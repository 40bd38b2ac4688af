// Writes `test/emit/argo/argo-schema.json`, what tests know of Argo's objects, from Argo's own JSON schema (`api/jsonschema/schema.json` of the module):
// `node scripts/generate-argo-schema.ts SCHEMA`. An entry holds a type's fields as `name:type`, `name!:type` when it must be given.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const PREFIX = "io.argoproj.workflow.v1alpha1.";
const ROOTS = ["Workflow", "WorkflowTemplate", "CronWorkflow"].map((kind) => PREFIX + kind);
/** What only the controller writes, and what we never do. */
const LEFT_OUT = new Set(["status", "managedFields", "ownerReferences"]);
const source = process.argv[2];
if (source === undefined) throw new Error("usage: node scripts/generate-argo-schema.ts SCHEMA");
const { definitions } = JSON.parse(readFileSync(source, "utf8")) as { definitions: Record<string, Schema> };

const written = new Map<string, string>();
const waiting = [...ROOTS];
for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
  const name = shortName(next);
  if (written.has(name)) continue;
  const schema = definitions[next];
  if (!schema) throw new Error(`no definition ${next}`);
  const fields = Object.entries(schema.properties ?? {}).filter(([field]) => !LEFT_OUT.has(field));
  const required = new Set(schema.required ?? []);
  const text = schema.properties
    ? fields.map(([field, type]) => `${field}${required.has(field) ? "!" : ""}:${printType(type)}`).join(" ")
    : `=${printType(schema)}`;
  written.set(name, text);
}
const sorted = Object.fromEntries([...written].sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(
  join(import.meta.dirname, "..", "test", "emit", "argo", "argo-schema.json"),
  `${JSON.stringify(sorted, null, 2)}\n`,
);

function printType(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace("#/definitions/", "");
    waiting.push(name);
    return shortName(name);
  }
  if (schema.items) return `[${printType(schema.items)}]`;
  if (schema.additionalProperties) return `{${printType(schema.additionalProperties)}}`;
  return schema.type === "object" || schema.type === undefined ? "any" : schema.type;
}

function shortName(definition: string): string {
  return definition.slice(definition.lastIndexOf(".") + 1);
}
