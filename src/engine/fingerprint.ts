// The identity of an attempt's work: equal fingerprints mean that a recorded result can stand for a new attempt. In: the task's command, image,
// env, output types, and the parameters. Out: resources, retries, timeouts, and the places in the source, which may all change freely.
import type { Plan, PlanTask } from "../plan/plan.ts";
import { toJsonText } from "../types/encode.ts";
import type { RecordValue } from "../types/value.ts";
import { sha256 } from "../util/sha256.ts";

const staticParts = new WeakMap<PlanTask, string>();

/** SHA-256 in hex of the canonical text of the task's text and its parameters' values. */
export function fingerprint(plan: Plan, task: PlanTask, parameters: RecordValue): string {
  let text = staticParts.get(task);
  if (text === undefined) {
    text = sha256(canonicalText(describeTask(plan, task)));
    staticParts.set(task, text);
  }
  for (const { name, type } of task.parameters) text += `\n${name}=${toJsonText(parameters[name] ?? null, type)}`;
  return sha256(text);
}

function describeTask(plan: Plan, task: PlanTask): unknown {
  const env = task.env.map((entry) =>
    "secret" in entry
      ? { name: entry.name, secret: plan.secrets.find(({ name }) => name === entry.secret) ?? null }
      : entry,
  );
  return { command: task.command, image: task.image ?? null, env, outputs: task.outputs };
}

/** JSON with sorted keys, without places. Bounded by the plan's own depth. */
function canonicalText(part: unknown): string {
  if (Array.isArray(part)) return `[${part.map(canonicalText).join(",")}]`;
  if (typeof part !== "object" || part === null) return JSON.stringify(part) ?? "null";
  const record = part as Readonly<Record<string, unknown>>;
  // A literal's value is the user's data: its fields may have any name.
  if (record.op === "literal") return `{"literal":${canonicalData(record.value)}}`;
  const fields: string[] = [];
  for (const name of Object.keys(record).sort()) {
    if (name === "at" || name === "source") {
      if (typeof record[name] === "string") continue;
    }
    if (record[name] === undefined) continue;
    const text = name === "default" ? canonicalData(record[name]) : canonicalText(record[name]);
    fields.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${fields.join(",")}}`;
}

function canonicalData(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(canonicalData).join(",")}]`;
  if (typeof data !== "object" || data === null) return JSON.stringify(data) ?? "null";
  const record = data as Readonly<Record<string, unknown>>;
  const names = Object.keys(record).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalData(record[name])}`).join(",")}}`;
}
