// All that can be wrong about a task, and about the schedule of a pipeline.
import { taskCommand } from "./task-command.ts";
import { taskPod } from "./task-pod.ts";
import { taskResources } from "./task-resources.ts";
import { taskStatements } from "./task-statements.ts";

export const tasks = { ...taskStatements, ...taskCommand, ...taskResources, ...taskPod } as const;
