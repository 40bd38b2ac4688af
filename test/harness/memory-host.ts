// A host over files in memory, for tests that need no disk.
import type { ProgramHost } from "../../src/analysis/load-program.ts";
import { folderOf, joinPath } from "../../src/util/relative-path.ts";

/** Reads from `files` (path to text); `existing` are the paths that `file("…")` and `dir("…")` find, if it matters. */
export function createMemoryHost(files: Readonly<Record<string, string>>, existing?: readonly string[]): ProgramHost {
  return {
    readText: (path) =>
      Object.hasOwn(files, path) ? { ok: true, text: files[path]! } : { ok: false, reason: "there is no such file" },
    resolve: (from, text) => joinPath(folderOf(from), text),
    ...(existing && { pathExists: (path: string) => existing.includes(path) }),
  };
}
