// Outputs of an attempt: the paths they are to be written to, and afterwards the values that stand there. In: a task and the attempt's
// folder. Out: the decoded result, or a sentence that names the path and quotes what was found.
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { OutputPaths } from "../../engine/invocation.ts";
import type { PlanOutput, PlanTask } from "../../plan/plan.ts";
import { decodeJson, printDecodeError } from "../../types/decode.ts";
import type { Type } from "../../types/type.ts";
import { makeRecord, type Value } from "../../types/value.ts";
import { compareBytes } from "../../util/compare-bytes.ts";
import { type FileResult, fileFailure, tryFile } from "../file-problem.ts";
import { outputForm } from "../output-form.ts";
import { mapReferences, schemeOf } from "../references.ts";

export interface CollectOptions {
  /** Extra fields are errors. */
  readonly strict: boolean;
  /** Largest size in bytes of an output that is read: text and JSON. */
  readonly limit: number;
}

export type Collected =
  | { readonly ok: true; readonly value: Value; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly message: string };

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
export function collectOutputs(task: PlanTask, attempt: string, options: CollectOptions): Collected {
  const [first] = task.outputs;
  if (first === undefined) return { ok: true, value: null, warnings: [] };
  if (first.name === null) return collect(first, attempt, options);
  const entries: [string, Value][] = [];
  const warnings: string[] = [];
  for (const output of task.outputs) {
    const collected = collect(output, attempt, options);
    if (!collected.ok) return collected;
    entries.push([output.name ?? "", collected.value]);
    warnings.push(...collected.warnings);
  }
  return { ok: true, value: makeRecord(entries), warnings };
}

function collect(output: PlanOutput, attempt: string, options: CollectOptions): Collected {
  const file = outputPath(output, attempt);
  const name = output.name === null ? "output `out`" : `output \`out.${output.name}\``;
  const fail = (problem: string): Collected => ({ ok: false, message: `${name}: ${problem}` });
  const form = outputForm(output.type);
  const found = inspect(file, attempt);
  if (!found.ok) return fail(found.message);
  const stats = found.value;
  if (stats === undefined) {
    return output.type.kind === "optional" && form !== "json" ? good(null) : fail(`nothing was written to \`${file}\``);
  }
  switch (form) {
    case "file":
      return stats.isFile() ? good(file) : fail(`\`${file}\` is ${kindOf(stats)}, where a file is expected`);
    case "directory": {
      if (!stats.isDirectory()) return fail(`\`${file}\` is ${kindOf(stats)}, where a directory is expected`);
      // The directory was made beforehand: one that is left empty is none.
      return good(output.type.kind === "optional" && fs.readdirSync(file).length === 0 ? null : file);
    }
    case "files": {
      const files = stats.isDirectory() ? listFiles(file, attempt, output.type) : undefined;
      if (files === undefined) return fail(`\`${file}\` is ${kindOf(stats)}, where a directory of files is expected`);
      return files.ok ? good(files.value) : fail(files.message);
    }
    case "text":
    case "json": {
      if (!stats.isFile()) return fail(`\`${file}\` is ${kindOf(stats)}, where a file is expected`);
      if (stats.size > options.limit)
        return fail(`\`${file}\` has ${stats.size} bytes, more than the ${options.limit} an output may have`);
      const text = readText(file);
      if (!text.ok) return fail(text.message);
      // Nothing written and an empty text look the same to an engine that gets the text in a message: a line end makes the difference.
      if (text.value.trim() === "" && (form === "json" || text.value === "")) return fail(`\`${file}\` is empty`);
      if (form === "text") return good(text.value.replace(/\n$/, ""));
      const decoded = decode(text.value, output.type, file, attempt, options);
      if (!decoded.ok) return fail(decoded.message);
      return { ...decoded, warnings: decoded.warnings.map((warning) => `${name}: ${warning}`) };
    }
  }
}

function good(value: Value): Collected {
  return { ok: true, value, warnings: [] };
}

/** What stands at the path, links followed; undefined when nothing does. What lies outside the attempt's folder is refused. */
function inspect(file: string, attempt: string): FileResult<fs.Stats | undefined> {
  try {
    const stats = fs.statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) {
      const dangling = fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
      return dangling
        ? { ok: false, message: `\`${file}\` is a symbolic link to nothing` }
        : { ok: true, value: undefined };
    }
    const target = fs.realpathSync.native(file);
    if (!isInside(target, fs.realpathSync.native(attempt))) {
      return {
        ok: false,
        message: `\`${file}\` is a symbolic link to \`${target}\`, outside the attempt's folder; write a copy instead`,
      };
    }
    return { ok: true, value: stats };
  } catch (error) {
    return fileFailure(error, "read", file);
  }
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || !(relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}

function kindOf(stats: fs.Stats): string {
  if (stats.isFile()) return "a file";
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

function listFiles(folder: string, attempt: string, type: Type): FileResult<readonly string[]> {
  let names: string[];
  try {
    names = fs.readdirSync(folder).sort(compareBytes);
  } catch (error) {
    return fileFailure(error, "read", folder);
  }
  const list = type.kind === "optional" ? type.inner : type;
  if (list.kind === "list" && list.max !== undefined && names.length > list.max) {
    return {
      ok: false,
      message: `\`${folder}\` holds ${names.length} files, more than the ${list.max} the list may have`,
    };
  }
  const files: string[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const found = inspect(file, attempt);
    if (!found.ok) return found;
    if (found.value === undefined || !found.value.isFile()) {
      return {
        ok: false,
        message: `\`${file}\` is ${found.value === undefined ? "gone" : kindOf(found.value)}; only files may stand there`,
      };
    }
    files.push(file);
  }
  return { ok: true, value: files };
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readText(file: string): FileResult<string> {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    return fileFailure(error, "read", file);
  }
  try {
    return { ok: true, value: UTF8.decode(bytes) };
  } catch {
    return { ok: false, message: `\`${file}\` is not UTF-8 text` };
  }
}

function decode(text: string, type: Type, file: string, attempt: string, options: CollectOptions): Collected {
  const decoded = decodeJson(text, type, { strict: options.strict });
  if (!decoded.ok) return { ok: false, message: `\`${file}\`: ${decoded.errors.map(printDecodeError).join("; ")}` };
  const mapped = mapReferences(decoded.value, type, (reference, kind) =>
    resolveReference(reference, kind, file, attempt),
  );
  if (!mapped.ok) return { ok: false, message: `\`${file}\`: ${mapped.message}` };
  return { ok: true, value: mapped.value, warnings: decoded.warnings };
}

function resolveReference(reference: string, kind: "file" | "dir", file: string, attempt: string): FileResult<string> {
  const scheme = schemeOf(reference);
  if (scheme !== undefined && scheme !== "file") return { ok: true, value: reference };
  let target: string;
  try {
    target = scheme === "file" ? fileURLToPath(reference) : path.resolve(path.dirname(file), reference);
  } catch {
    return { ok: false, message: `\`${reference}\` is not a usable \`file://\` address` };
  }
  if (scheme === undefined && !isInside(target, attempt)) {
    return {
      ok: false,
      message: `\`${reference}\` leads out of the attempt's folder; a file in a JSON output is a path relative to that output, or a URI`,
    };
  }
  const found =
    scheme === undefined
      ? inspect(target, attempt)
      : tryFile("read", target, () => fs.statSync(target, { throwIfNoEntry: false }));
  if (!found.ok) return found;
  const wanted = kind === "dir" ? "directory" : "file";
  if (found.value === undefined)
    return { ok: false, message: `the ${wanted} \`${reference}\` does not exist (\`${target}\`)` };
  const right = kind === "dir" ? found.value.isDirectory() : found.value.isFile();
  return right
    ? { ok: true, value: target }
    : { ok: false, message: `\`${reference}\` is ${kindOf(found.value)}, where a ${wanted} is expected` };
}
