// A folder in a bucket: its files under a common beginning of keys, and an object of that name alone, written last, which says that all are there.
import * as path from "node:path";
import type { FileResult } from "../backends/file-problem.ts";
import type { Bucket } from "./bucket.ts";
import { inPool } from "./in-pool.ts";
import { listFolder } from "./list-folder.ts";

const AT_ONCE = 4;

/** Uploads all files below; `prefix` ends in `/`. Links out of `within` are refused. */
export async function uploadFolder(
  bucket: Bucket,
  folder: string,
  prefix: string,
  within: string,
): Promise<FileResult<null>> {
  const listed = listFolder(folder, within);
  if (!listed.ok) return listed;
  const done = await inPool(listed.value, AT_ONCE, (entry) =>
    entry.kind === "file"
      ? bucket.upload(path.join(folder, entry.path), `${prefix}${entry.path}`)
      : bucket.mark(`${prefix}${entry.path}/`),
  );
  return done.ok ? bucket.mark(prefix) : done;
}
