// Inputs of an attempt made local: every File and Dir among the parameters becomes the absolute path of something that exists. Documents
// that values carry themselves (`json_file`) are written into the attempt's folder.
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { PlanTask } from "../../plan/plan.ts";
import { JSON_FILE_SCHEME, makeRecord, type RecordValue, type Value } from "../../types/value.ts";
import { type FileResult, fileFailure } from "../file-problem.ts";
import { holdsReferences, mapReferences, schemeOf } from "../references.ts";

export interface StagePlaces {
  /** Where relative paths are looked up: the folder of the main `.pipe` file. */
  readonly folder: string;
  /** Where documents are written; it exists. */
  readonly attempt: string;
}

/** The parameters with local paths in them, or the sentence that says which input cannot be given. */
export function stageInputs(task: PlanTask, parameters: RecordValue, places: StagePlaces): FileResult<RecordValue> {
  if (!task.parameters.some(({ type }) => holdsReferences(type))) return { ok: true, value: parameters };
  let documents = 0;
  const entries: [string, Value][] = [];
  for (const { name, type } of task.parameters) {
    const staged = mapReferences(parameters[name] ?? null, type, (reference, kind) => {
      if (reference.startsWith(JSON_FILE_SCHEME)) {
        return writeDocument(
          path.join(places.attempt, "inputs"),
          `${++documents}.json`,
          reference.slice(JSON_FILE_SCHEME.length),
        );
      }
      return locate(reference, kind, places.folder);
    });
    if (!staged.ok) return { ...staged, message: `input \`${name}\`: ${staged.message}` };
    entries.push([name, staged.value]);
  }
  return { ok: true, value: makeRecord(entries) };
}

/** The absolute path of an existing local file or directory. */
export function locate(reference: string, kind: "file" | "dir", folder: string): FileResult<string> {
  const local = localPath(reference, folder);
  if (!local.ok) return local;
  try {
    const stats = fs.statSync(local.value);
    if (kind === "dir" && !stats.isDirectory()) return { ok: false, message: `\`${local.value}\` is not a directory` };
    if (kind === "file" && stats.isDirectory())
      return { ok: false, message: `\`${local.value}\` is a directory, where a file is needed` };
    return local;
  } catch (error) {
    return fileFailure(error, kind === "dir" ? "use the directory" : "use the file", local.value);
  }
}

function localPath(reference: string, folder: string): FileResult<string> {
  const scheme = schemeOf(reference);
  if (scheme === undefined) return { ok: true, value: path.resolve(folder, reference) };
  if (scheme !== "file") {
    return {
      ok: false,
      message: `\`${reference}\`: \`${scheme}://\` is not supported on the local engine; give a local path`,
    };
  }
  try {
    return { ok: true, value: fileURLToPath(reference) };
  } catch {
    return { ok: false, message: `\`${reference}\` is not a usable \`file://\` address` };
  }
}

function writeDocument(folder: string, name: string, text: string): FileResult<string> {
  const file = path.join(folder, name);
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(file, `${text}\n`);
    return { ok: true, value: file };
  } catch (error) {
    return fileFailure(error, "write the input", file);
  }
}
