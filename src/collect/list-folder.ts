// What lies in a folder, at any depth, in the order of the paths' bytes. Links to files inside of `within` count as the files they lead to; what
// cannot be copied is refused.
import * as fs from "node:fs";
import * as path from "node:path";
import { type FileResult, fileFailure } from "../backends/file-problem.ts";
import { compareBytes } from "../util/compare-bytes.ts";

export interface FolderEntry {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Bytes. */
  readonly size: number;
  readonly isExecutable: boolean;
}

/** All files and folders below; more than `most` are refused. */
export function listFolder(
  folder: string,
  within: string,
  most = Number.POSITIVE_INFINITY,
): FileResult<readonly FolderEntry[]> {
  const found: FolderEntry[] = [];
  const waiting = [""];
  let at = folder;
  try {
    const bounds = fs.realpathSync.native(within);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      at = path.join(folder, next);
      for (const name of fs.readdirSync(at)) {
        const inside = next === "" ? name : `${next}/${name}`;
        const file = path.join(folder, inside);
        at = file;
        const entry = inspect(file, inside, bounds);
        if (!entry.ok) return entry;
        found.push(entry.value);
        if (entry.value.kind === "folder") waiting.push(inside);
        if (found.length > most) return { ok: false, message: `\`${folder}\` holds more than ${most} files` };
        at = path.join(folder, next);
      }
    }
  } catch (error) {
    return fileFailure(error, "read", at);
  }
  return { ok: true, value: found.sort((a, b) => compareBytes(a.path, b.path)) };
}

function inspect(file: string, inside: string, bounds: string): FileResult<FolderEntry> {
  const refuse = (why: string) => ({ ok: false as const, message: `\`${file}\` ${why}; write a copy instead` });
  const isLink = fs.lstatSync(file).isSymbolicLink();
  if (isLink) {
    if (!fs.existsSync(file)) return refuse("is a symbolic link to nothing");
    const target = fs.realpathSync.native(file);
    const relative = path.relative(bounds, target);
    if (relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
      return refuse(`is a symbolic link to \`${target}\`, outside of its folder`);
  }
  const stats = fs.statSync(file);
  if (isLink && stats.isDirectory()) return refuse("is a symbolic link to a folder, which cannot be copied");
  if (!stats.isFile() && !stats.isDirectory()) return refuse("is neither a file nor a folder");
  const isExecutable = stats.isFile() && (stats.mode & 0o111) !== 0;
  return {
    ok: true,
    value: {
      path: inside,
      kind: stats.isFile() ? "file" : "folder",
      size: stats.isFile() ? stats.size : 0,
      isExecutable,
    },
  };
}
