// Compares an object with what the Kubernetes client knows of its kind: unknown fields, missing ones, values of another type.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findModels } from "../../scripts/generate-pod-schema.ts";

const MODELS = findModels();

const KINDS: Readonly<Record<string, string>> = {
  "v1 ConfigMap": "V1ConfigMap",
  "v1 ServiceAccount": "V1ServiceAccount",
  "v1 PodTemplate": "V1PodTemplate",
  "batch/v1 Job": "V1Job",
  "batch/v1 CronJob": "V1CronJob",
  "rbac.authorization.k8s.io/v1 Role": "V1Role",
  "rbac.authorization.k8s.io/v1 RoleBinding": "V1RoleBinding",
};

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
}

type Plain = Readonly<Record<string, unknown>>;

/** What is wrong with the object, each with its path. */
export async function checkObject(object: Plain): Promise<string[]> {
  const kind = `${object.apiVersion} ${object.kind}`;
  const model = KINDS[kind];
  if (model === undefined) return [`no object of ours is a ${kind}`];
  const problems: string[] = [];
  await checkValue(object, model, String(object.kind), problems);
  return problems;
}

async function checkValue(value: unknown, type: string, path: string, problems: string[]): Promise<void> {
  const list = /^(?:Array<(.*)>|Set<(.*)>)$/.exec(type);
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (list) {
    if (!Array.isArray(value)) return void problems.push(`${path} is no list`);
    for (const [index, item] of value.entries())
      await checkValue(item, (list[1] ?? list[2])!, `${path}[${index}]`, problems);
  } else if (map !== undefined) {
    if (!isPlain(value)) return void problems.push(`${path} is no mapping`);
    for (const [key, item] of Object.entries(value)) await checkValue(item, map, `${path}.${key}`, problems);
  } else if (["string", "number", "boolean"].includes(type)) {
    if (typeof value !== type) problems.push(`${path} is no ${type}`);
  } else if (type === "IntOrString" || type === "any" || type === "Date") return;
  else await checkModel(value, type, path, problems);
}

async function checkModel(value: unknown, type: string, path: string, problems: string[]): Promise<void> {
  if (!isPlain(value)) return void problems.push(`${path} is no mapping`);
  const attributes = await attributesOf(type);
  for (const name of Object.keys(value)) {
    const attribute = attributes.find(({ baseName }) => baseName === name);
    if (attribute) await checkValue(value[name], attribute.type, `${path}.${name}`, problems);
    else problems.push(`${path} has no field ${name}`);
  }
  const declaration = readFileSync(join(MODELS, `${type}.d.ts`), "utf8");
  for (const { name, baseName } of attributes) {
    if (declaration.includes(`    '${name}': `) && !Object.hasOwn(value, baseName))
      problems.push(`${path} needs ${baseName}`);
  }
}

async function attributesOf(type: string): Promise<readonly Attribute[]> {
  const module = (await import(pathToFileURL(join(MODELS, `${type}.js`)).href)) as Record<
    string,
    { attributeTypeMap: Attribute[] }
  >;
  return module[type]!.attributeTypeMap;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
