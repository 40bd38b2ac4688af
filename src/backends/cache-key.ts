// The key under which a task's result is kept for later runs (`cache`): it covers the task's text, image, env, output types, the cache's version,
// and the inputs with files taken by what stands for their content.
import { fingerprint } from "../engine/fingerprint.ts";
import type { Plan, PlanTask } from "../plan/plan.ts";
import { makeRecord, type RecordValue, type Value } from "../types/value.ts";
import { sha256 } from "../util/sha256.ts";
import type { FileResult } from "./file-problem.ts";
import { holdsReferences, mapReferences } from "./references.ts";

/** The key; undefined when the content of a File or Dir cannot be told. */
export async function cacheKey(
  plan: Plan,
  task: PlanTask,
  parameters: RecordValue,
  contentOf: (reference: string, kind: "file" | "dir") => Promise<FileResult<string>>,
): Promise<string | undefined> {
  const contents = new Map<string, string>();
  for (const [reference, kind] of referencesIn(task, parameters)) {
    const content = await contentOf(reference, kind);
    if (!content.ok) return undefined;
    contents.set(reference, content.value);
  }
  const content = replaceReferences(task, parameters, (reference) => contents.get(reference) ?? reference);
  return sha256(`${fingerprint(plan, task, content)} ${JSON.stringify(task.cache?.version ?? null)}`);
}

function referencesIn(task: PlanTask, parameters: RecordValue): ReadonlyMap<string, "file" | "dir"> {
  const found = new Map<string, "file" | "dir">();
  replaceReferences(task, parameters, (reference, kind) => {
    found.set(reference, kind);
    return reference;
  });
  return found;
}

function replaceReferences(
  task: PlanTask,
  parameters: RecordValue,
  replace: (reference: string, kind: "file" | "dir") => string,
): RecordValue {
  if (!task.parameters.some(({ type }) => holdsReferences(type))) return parameters;
  const entries: [string, Value][] = [];
  for (const { name, type } of task.parameters) {
    const mapped = mapReferences(parameters[name] ?? null, type, (reference, kind) => ({
      ok: true,
      value: replace(reference, kind),
    }));
    entries.push([name, mapped.ok ? mapped.value : null]);
  }
  return makeRecord(entries);
}
