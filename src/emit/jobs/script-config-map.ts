// The text of a `script` task, as a file for its pods.
import type { PlanTask } from "../../plan/plan.ts";
import type { EmittedObject } from "../emitter.ts";
import { objectName } from "../k8s-names.ts";
import { configMap, type JobsContext, objectMetadata } from "./context.ts";

/** The ConfigMap's name for a task with a script: another text, another name. */
export function scriptName(context: JobsContext, task: PlanTask): string | undefined {
  if (task.command.form !== "script") return undefined;
  return objectName([context.pipeline.name, task.id, "script"], `${context.run}\n${task.id}\n${task.command.text}`);
}

/** The ConfigMaps of these tasks' scripts. */
export function scriptConfigMaps(context: JobsContext, tasks: readonly PlanTask[]): EmittedObject[] {
  return tasks.flatMap((task) => {
    const name = scriptName(context, task);
    if (name === undefined || task.command.form !== "script") return [];
    const comment = `${task.command.source}: the script of task ${task.name}`;
    return [configMap(objectMetadata(context, name, "script"), { script: task.command.text }, comment)];
  });
}
