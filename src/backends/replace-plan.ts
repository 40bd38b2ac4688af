// A run goes on with an edited program: its plan, parameters and copies of the sources are replaced. The journal stays; which results still
// hold is decided by their fingerprints.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Plan } from "../plan/plan.ts";
import type { RecordValue } from "../types/value.ts";
import { type FileResult, tryFile } from "./file-problem.ts";
import { copySource, type RunFolder, type SourceCopy } from "./run-folder.ts";

/** Replaces them, each file whole; to be called by whoever holds the run's lock. */
export function replacePlan(
  folder: RunFolder,
  plan: Plan,
  parameters: RecordValue,
  sources: readonly SourceCopy[],
): FileResult<null> {
  return tryFile("replace the plan in", folder.path, () => {
    replaceFile(path.join(folder.path, "parameters.json"), parameters);
    replaceFile(path.join(folder.path, "plan.json"), plan);
    const copies = path.join(folder.path, "sources");
    fs.rmSync(copies, { recursive: true, force: true });
    for (const source of sources) copySource(copies, source);
    return null;
  });
}

function replaceFile(file: string, value: unknown): void {
  const aside = `${file}.new`;
  const descriptor = fs.openSync(aside, "w");
  try {
    fs.writeFileSync(descriptor, `${JSON.stringify(value, null, 2)}\n`);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(aside, file);
}
