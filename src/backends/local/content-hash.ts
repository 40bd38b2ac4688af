// What is in files and directories, as a hash. A file's hash is remembered by path, size and time of change, so that an input given to ten
// thousand items is read once.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { JSON_FILE_SCHEME } from "../../types/value.ts";
import { compareBytes } from "../../util/compare-bytes.ts";
import { type FileResult, fileFailure } from "../file-problem.ts";

/** Hashes what stands at an absolute path, or the document that a `json:` value carries. */
export type ContentHasher = (reference: string) => Promise<FileResult<string>>;

/** A hasher with a memory of its own. */
export function makeContentHasher(): ContentHasher {
  const known = new Map<string, { readonly stamp: string; readonly hash: Promise<string> }>();
  const hashFile = (file: string, stats: fs.BigIntStats): Promise<string> => {
    const stamp = `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
    const before = known.get(file);
    if (before?.stamp === stamp) return before.hash;
    const hash = readHash(file);
    known.set(file, { stamp, hash });
    // A file that could not be read is tried again.
    hash.catch(() => known.delete(file));
    return hash;
  };
  const hashDirectory = async (folder: string): Promise<string> => {
    const hash = createHash("sha256");
    // Everything below, in byte order of the paths: a queue, so that depth costs no stack.
    const waiting = [""];
    const entries: string[] = [];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const name of await fs.promises.readdir(path.join(folder, next))) {
        const inside = next === "" ? name : `${next}/${name}`;
        entries.push(inside);
        if ((await fs.promises.lstat(path.join(folder, inside))).isDirectory()) waiting.push(inside);
      }
    }
    for (const inside of entries.sort(compareBytes)) {
      const file = path.join(folder, inside);
      const stats = await fs.promises.lstat(file, { bigint: true });
      const content = stats.isSymbolicLink()
        ? `link ${JSON.stringify(await fs.promises.readlink(file))}`
        : stats.isFile()
          ? `file ${Number(stats.mode & 0o111n) === 0 ? "" : "executable "}${await hashFile(file, stats)}`
          : "directory";
      hash.update(`${JSON.stringify(inside)} ${content}\n`);
    }
    return `directory:${hash.digest("hex")}`;
  };
  return async (reference) => {
    if (reference.startsWith(JSON_FILE_SCHEME)) {
      // As it would be staged: with a line end.
      const text = `${reference.slice(JSON_FILE_SCHEME.length)}\n`;
      return { ok: true, value: `file:${createHash("sha256").update(text, "utf8").digest("hex")}` };
    }
    try {
      const stats = await fs.promises.stat(reference, { bigint: true });
      return {
        ok: true,
        value: stats.isDirectory() ? await hashDirectory(reference) : `file:${await hashFile(reference, stats)}`,
      };
    } catch (error) {
      return fileFailure(error, "read", reference);
    }
  };
}

async function readHash(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
