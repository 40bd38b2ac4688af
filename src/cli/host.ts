// Reading sources for the compiler: all paths are relative to where the user stands, as they are shown; whatever cannot be read as text is a
// reason in words.
import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import type { ProgramHost } from "../analysis/load-program.ts";
import { errorCode, reasonOf } from "../backends/file-problem.ts";
import { UsageError } from "./command.ts";

/** Bytes; no hand-written source comes near. */
const LARGEST_SOURCE = 16 * 1024 * 1024;
/** Bytes from which on a program is large: its tree and plan outlive many collections of garbage. */
const LARGE_SOURCE = 256 * 1024;
/** Characters of text from which on loading Node's cryptography costs less than doing without it. */
const LARGE_TEXT = 100_000;
const SKIPPED_FOLDERS = new Set(["node_modules", ".git", ".sluice"]);

export type TextRead = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** A host over the file system for paths relative to `cwd`. */
export function createProgramHost(cwd: string): ProgramHost {
  return {
    readText: (path) => readSource(resolve(cwd, path)),
    resolve: (fromPath, importText) => {
      if (isAbsolute(importText)) return toShown(cwd, importText);
      return posix.normalize(posix.join(posix.dirname(fromPath), importText));
    },
    pathExists: (path, kind) => {
      try {
        const stats = statSync(resolve(cwd, path));
        return kind === "dir" ? stats.isDirectory() : stats.isFile();
      } catch (error) {
        return errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR" ? false : undefined;
      }
    },
    sha256: (text) =>
      text.length < LARGE_TEXT ? undefined : process.getBuiltinModule("node:crypto").hash("sha256", text),
  };
}

/** Reads a text file of at most 16 MiB; a byte order mark stays in the text. */
export function readSource(path: string): TextRead {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return { ok: false, reason: "it is a folder" };
    if (!stats.isFile()) return { ok: false, reason: "it is not a file" };
    if (stats.size > LARGEST_SOURCE)
      return { ok: false, reason: `it has ${stats.size} bytes; at most 16 MiB are read` };
    if (stats.size >= LARGE_SOURCE) expectManyObjects();
    return decodeSource(readFileSync(path));
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

// The part of the heap for new objects starts small and doubles when it is full, and at each step what is still needed is copied. Nearly all is.
function expectManyObjects(): void {
  process.getBuiltinModule("node:v8").setFlagsFromString("--semi-space-growth-factor=16");
}

/** The text of UTF-8 bytes, or where they stop being UTF-8. */
export function decodeSource(bytes: Buffer): TextRead {
  if (isUtf8(bytes)) return { ok: true, text: bytes.toString("utf8") };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { ok: false, reason: "it is UTF-16 text; save it as UTF-8" };
  }
  const at = firstInvalidByte(bytes);
  let line = 1;
  for (let index = bytes.indexOf(10); index >= 0 && index < at; index = bytes.indexOf(10, index + 1)) line++;
  const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0");
  return {
    ok: false,
    reason: `it is not UTF-8 text: line ${line} has the byte 0x${byte}, which does not belong there`,
  };
}

function firstInvalidByte(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, middle)))) good = middle;
    else bad = middle - 1;
  }
  return wholeCharacters(bytes, good);
}

/** The length up to `end` without a character that `end` cuts in two. */
function wholeCharacters(bytes: Buffer, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? end - back : end;
  }
  return end;
}

/** An absolute path as people see it: relative to `cwd` with `/`, or absolute when it lies outside. */
export function toShown(cwd: string, path: string): string {
  const shown = relative(cwd, path);
  const text = shown === "" ? "." : shown.startsWith(`..${sep}..${sep}..`) || isAbsolute(shown) ? path : shown;
  return sep === "/" ? text : text.split(sep).join("/");
}

/** The folder that `-C` names. */
export function changeFolder(cwd: string, folder: string): string {
  const path = resolve(cwd, folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new UsageError(`there is no folder \`${folder}\``);
}

/** The file to work on, as shown: the one named, or main.pipe, or the only .pipe file here. */
export function findMainFile(cwd: string, operand: string | undefined): string {
  if (operand !== undefined) {
    const path = resolve(cwd, operand);
    return statSync(path, { throwIfNoEntry: false })?.isDirectory()
      ? toShown(cwd, join(path, mainFileIn(path, operand)))
      : toShown(cwd, path);
  }
  return mainFileIn(cwd, ".");
}

function mainFileIn(folder: string, shown: string): string {
  const found = readdirSync(folder)
    .filter((name) => name.endsWith(".pipe"))
    .toSorted();
  const [only, ...more] = found.includes("main.pipe") ? ["main.pipe"] : found;
  const where = shown === "." ? "here" : `in \`${shown}\``;
  if (only === undefined)
    throw new UsageError(`there is no main.pipe ${where}; name a .pipe file, or begin with \`sluice init\``);
  if (more.length > 0)
    throw new UsageError(
      `there is no main.pipe ${where}; name one of ${found.map((name) => `\`${name}\``).join(", ")}`,
    );
  return only;
}

/** The files that operands of `check` and `fmt` name, as shown: folders are searched for .pipe files, in byte order of their paths. */
export function findSourceFiles(cwd: string, operands: readonly string[]): string[] {
  if (operands.length === 0) return [findMainFile(cwd, undefined)];
  const found = new Set<string>();
  for (const operand of operands) {
    const path = resolve(cwd, operand);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isDirectory()) {
      found.add(toShown(cwd, path));
      continue;
    }
    const inside = pipeFilesBelow(path);
    if (inside.length === 0) throw new UsageError(`there is no .pipe file in \`${operand}\``);
    for (const file of inside) found.add(toShown(cwd, file));
  }
  return [...found];
}

function pipeFilesBelow(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) found.push(...pipeFilesBelow(path));
    else if (entry.isFile() && entry.name.endsWith(".pipe")) found.push(path);
  }
  return found;
}

/** The absolute folder of a file that is shown relative to `cwd`. */
export function folderOf(cwd: string, shown: string): string {
  return dirname(resolve(cwd, shown));
}
