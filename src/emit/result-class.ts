// How the result of a task comes back from its pod, decided by its type alone, and where the task writes it.
import type { OutputPaths } from "../engine/invocation.ts";
import type { PlanTask } from "../plan/plan.ts";
import type { Type } from "../types/type.ts";
import { makeRecord } from "../types/value.ts";

/** `none`: no output. `message`: in the container's termination message. `collected`: read by a helper container beside the task. */
export type ResultClass = "none" | "message" | "collected";

/** The folder in the pod under which tasks write what is collected. */
export const OUT_FOLDER = "/sluice/out";

/** Whether a value of this type holds a File or Dir. */
export function holdsFiles(type: Type): boolean {
  return reaches(type, (kind) => kind === "file" || kind === "dir");
}

/** Whether an output of this type is a folder, which is there before the task begins: a Dir, or a list of Files. */
export function hasDirectory(type: Type): boolean {
  const inner = type.kind === "optional" ? type.inner : type;
  return inner.kind === "dir" || (inner.kind === "list" && inner.element.kind === "file");
}

/** `always`: the profile wants everything collected, also what would fit into a message. */
export function resultClass(task: PlanTask, always = false): ResultClass {
  const [only, ...more] = task.outputs;
  if (only === undefined) return "none";
  const small = more.length === 0 && !reaches(only.type, (kind) => ["file", "dir", "list", "partial"].includes(kind));
  return small && !always ? "message" : "collected";
}

/** The value of `out` inside the pod. */
export function podOutputPaths(task: PlanTask, always = false): OutputPaths {
  const [first] = task.outputs;
  if (first === undefined) return null;
  if (first.name === null) return resultClass(task, always) === "message" ? OUT_FOLDER : `${OUT_FOLDER}/out`;
  return makeRecord(task.outputs.map(({ name }) => [name ?? "", `${OUT_FOLDER}/${name}`] as const));
}

function reaches(type: Type, test: (kind: Type["kind"]) => boolean): boolean {
  if (test(type.kind)) return true;
  switch (type.kind) {
    case "optional":
      return reaches(type.inner, test);
    case "list":
    case "partial":
      return reaches(type.element, test);
    case "record":
      return type.fields.some((field) => reaches(field.type, test));
    default:
      return false;
  }
}
