// Outputs of an attempt: the paths they are to be written to, and afterwards the values that stand there. In: a task and the attempt's
// folder. Out: the decoded result, or a sentence that names the path and quotes what was found.
import * as fs from "node:fs";
import * as path from "node:path";
import type { OutputPaths } from "../../engine/invocation.ts";
import type { PlanOutput, PlanTask } from "../../plan/plan.ts";
import { makeRecord } from "../../types/value.ts";
import { outputForm } from "../output-form.ts";
import { type OutputsRead, type ReadOutputsOptions, readOutputs } from "../read-outputs.ts";

/** Where the outputs go: `out` for a single one, `out/<name>` for named ones. */
export function outputPaths(task: PlanTask, attempt: string): OutputPaths {
  const [first] = task.outputs;
  if (first === undefined) return null;
  if (first.name === null) return path.join(attempt, "out");
  return makeRecord(task.outputs.map((output) => [output.name ?? "", outputPath(output, attempt)] as const));
}

function outputPath(output: PlanOutput, attempt: string): string {
  return output.name === null ? path.join(attempt, "out") : path.join(attempt, "out", output.name);
}

/** Makes the directories that outputs are written into; throws file errors. */
export function prepareOutputs(task: PlanTask, attempt: string): void {
  if (task.outputs.some(({ name }) => name !== null)) fs.mkdirSync(path.join(attempt, "out"));
  for (const output of task.outputs) {
    const form = outputForm(output.type);
    if (form === "directory" || form === "files") fs.mkdirSync(outputPath(output, attempt));
  }
}

/** Reads and checks every declared output. */
export function collectOutputs(task: PlanTask, attempt: string, options: ReadOutputsOptions): OutputsRead {
  const outputs = task.outputs.map((output) => ({ ...output, path: outputPath(output, attempt) }));
  return readOutputs(outputs, attempt, options);
}
