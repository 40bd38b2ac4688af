// Removes results kept for later runs. In: the project's root. Out: how many were removed; files that belong to no entry go as well.
import * as fs from "node:fs";
import * as path from "node:path";
import { errorCode, type FileResult, fileFailure } from "../file-problem.ts";
import { cacheFolder } from "./local-backend.ts";

/**
 * Removes all entries, or those that were last made or used before `olderThan` (milliseconds since the epoch). No run of the project should be
 * running: it may be using the files.
 */
export function cleanCache(
  root: string,
  olderThan = Number.POSITIVE_INFINITY,
): FileResult<{ readonly removed: number }> {
  const folder = cacheFolder(root);
  let removed = 0;
  const kept = new Set<string>();
  try {
    const names = fs.readdirSync(folder);
    for (const name of names) {
      const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
      if (key === undefined) continue;
      const file = path.join(folder, name);
      if (fs.statSync(file).mtimeMs >= olderThan) {
        kept.add(key);
        continue;
      }
      // The entry before its files: what is cut short leaves no entry without them.
      fs.rmSync(file, { force: true });
      removed++;
    }
    for (const name of names) {
      const key = /^(?:\.new-)?([0-9a-f]{64})-.*$/.exec(name)?.[1];
      if (key === undefined || kept.has(key)) continue;
      const file = path.join(folder, name);
      // A run may be keeping a result at this moment: what is new stays.
      if (fs.statSync(file).mtimeMs < olderThan) fs.rmSync(file, { recursive: true, force: true });
    }
    return { ok: true, value: { removed } };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { ok: true, value: { removed } };
    return fileFailure(error, "clean the cache", folder);
  }
}
