// What a task wrote, read back: each declared output at its path, checked and decoded by its type. In: outputs with their paths and the folder that
// all of them lie in. Out: the result, Files and Dirs as absolute paths inside of that folder or as URIs; or a sentence that names the path
// and quotes what was found.
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { Type } from "../types/type.ts";
import { makeRecord, type Value } from "../types/value.ts";
import { compareBytes } from "../util/compare-bytes.ts";
import { type FileResult, fileFailure, tryFile } from "./file-problem.ts";
import { describeOutput, outputForm, readOutputText } from "./output-form.ts";
import { mapReferences, schemeOf } from "./references.ts";

export interface WrittenOutput {
  /** Null for a single output without a name. */
  readonly name: string | null;
  readonly type: Type;
  /** Absolute. */
  readonly path: string;
}

export interface ReadOutputsOptions {
  /** Extra fields are errors. */
  readonly strict: boolean;
  /** Largest size in bytes of an output that is read: text and JSON. */
  readonly limit: number;
  /** What to do about an output that is larger: ends the sentence that says so. */
  readonly advice?: string;
}

export type OutputsRead =
  | { readonly ok: true; readonly value: Value; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Reads and checks all outputs; the first that is wrong ends it. */
export function readOutputs(
  outputs: readonly WrittenOutput[],
  folder: string,
  options: ReadOutputsOptions,
): OutputsRead {
  const [first] = outputs;
  if (first === undefined) return { ok: true, value: null, warnings: [] };
  if (first.name === null) return readOutput(first, folder, options);
  const entries: [string, Value][] = [];
  const warnings: string[] = [];
  for (const output of outputs) {
    const read = readOutput(output, folder, options);
    if (!read.ok) return read;
    entries.push([output.name ?? "", read.value]);
    warnings.push(...read.warnings);
  }
  return { ok: true, value: makeRecord(entries), warnings };
}

function readOutput(output: WrittenOutput, folder: string, options: ReadOutputsOptions): OutputsRead {
  const file = output.path;
  const name = describeOutput(output.name);
  const fail = (problem: string): OutputsRead => ({ ok: false, message: `${name}: ${problem}` });
  const form = outputForm(output.type);
  const found = inspect(file, folder);
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
      if (output.type.kind !== "optional") return good(file);
      const names = tryFile("read", file, () => fs.readdirSync(file));
      return names.ok ? good(names.value.length === 0 ? null : file) : fail(names.message);
    }
    case "files": {
      const files = stats.isDirectory() ? listFiles(file, folder, output.type) : undefined;
      if (files === undefined) return fail(`\`${file}\` is ${kindOf(stats)}, where a directory of files is expected`);
      return files.ok ? good(files.value) : fail(files.message);
    }
    case "text":
    case "json": {
      if (!stats.isFile()) return fail(`\`${file}\` is ${kindOf(stats)}, where a file is expected`);
      if (stats.size > options.limit)
        return fail(
          `\`${file}\` has ${stats.size} bytes, more than the ${options.limit} an output may have${options.advice ?? ""}`,
        );
      const text = readText(file);
      if (!text.ok) return fail(text.message);
      const decoded = decode(text.value, output.type, file, folder, options);
      if (!decoded.ok) return fail(decoded.message);
      return { ...decoded, warnings: decoded.warnings.map((warning) => `${name}: ${warning}`) };
    }
  }
}

function good(value: Value): OutputsRead {
  return { ok: true, value, warnings: [] };
}

/** What stands at the path, links followed; undefined when nothing does. What lies outside the attempt's folder is refused. */
function inspect(file: string, folder: string): FileResult<fs.Stats | undefined> {
  try {
    const stats = fs.statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) {
      const dangling = fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
      return dangling
        ? { ok: false, message: `\`${file}\` is a symbolic link to nothing` }
        : { ok: true, value: undefined };
    }
    const target = fs.realpathSync.native(file);
    if (!isInside(target, fs.realpathSync.native(folder))) {
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

function listFiles(at: string, folder: string, type: Type): FileResult<readonly string[]> {
  let names: string[];
  try {
    names = fs.readdirSync(at).sort(compareBytes);
  } catch (error) {
    return fileFailure(error, "read", at);
  }
  const list = type.kind === "optional" ? type.inner : type;
  if (list.kind === "list" && list.max !== undefined && names.length > list.max) {
    return {
      ok: false,
      message: `\`${at}\` holds ${names.length} files, more than the ${list.max} the list may have`,
    };
  }
  const files: string[] = [];
  for (const name of names) {
    const file = path.join(at, name);
    const found = inspect(file, folder);
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

function decode(text: string, type: Type, file: string, folder: string, options: ReadOutputsOptions): OutputsRead {
  const decoded = readOutputText(text, type, file, options);
  if (!decoded.ok) return decoded;
  const mapped = mapReferences(decoded.value, type, (reference, kind) =>
    resolveReference(reference, kind, file, folder),
  );
  if (!mapped.ok) return { ok: false, message: `\`${file}\`: ${mapped.message}` };
  return { ok: true, value: mapped.value, warnings: decoded.warnings };
}

function resolveReference(reference: string, kind: "file" | "dir", file: string, folder: string): FileResult<string> {
  const scheme = schemeOf(reference);
  if (scheme !== undefined && scheme !== "file") return { ok: true, value: reference };
  let target: string;
  try {
    target = scheme === "file" ? fileURLToPath(reference) : path.resolve(path.dirname(file), reference);
  } catch {
    return { ok: false, message: `\`${reference}\` is not a usable \`file://\` address` };
  }
  if (scheme === undefined && !isInside(target, folder)) {
    return {
      ok: false,
      message: `\`${reference}\` leads out of the attempt's folder; a file in a JSON output is a path relative to that output, or a URI`,
    };
  }
  const found =
    scheme === undefined
      ? inspect(target, folder)
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
