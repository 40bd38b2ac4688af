// A small folder as bytes, to travel in a ConfigMap: a compressed list of its files. In: a folder. Out: the bytes, equal for equal content; and
// from the bytes the folder again.
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type FileResult, fileFailure } from "../backends/file-problem.ts";
import { listFolder } from "./list-folder.ts";

/** Bytes of the list, uncompressed. */
const MOST_UNPACKED = 64 * 1024 * 1024;
/** Files and folders. */
const MOST_ENTRIES = 10_000;

/** Where gzip says which system wrote it, and the code for none. */
const OPERATING_SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;

interface PackedEntry {
  readonly path: string;
  /** Base64; absent for a folder. */
  readonly content?: string;
  readonly isExecutable?: true;
}

/** The bytes of a folder. */
export function packFolder(folder: string): FileResult<Uint8Array> {
  const listed = listFolder(folder, folder, MOST_ENTRIES);
  if (!listed.ok) return listed;
  const size = listed.value.reduce((sum, entry) => sum + entry.size, 0);
  // Base64 takes a third more.
  if (size > MOST_UNPACKED / 2)
    return {
      ok: false,
      message: `\`${folder}\` has ${size} bytes, more than the ${MOST_UNPACKED / 2} that reach a cluster without a bucket`,
    };
  const entries: PackedEntry[] = [];
  for (const entry of listed.value) {
    if (entry.kind === "folder") {
      entries.push({ path: entry.path });
      continue;
    }
    const file = path.join(folder, entry.path);
    try {
      const content = fs.readFileSync(file).toString("base64");
      entries.push({ path: entry.path, content, ...(entry.isExecutable && { isExecutable: true }) });
    } catch (error) {
      return fileFailure(error, "read", file);
    }
  }
  const bytes = gzipSync(JSON.stringify(entries), { level: 9 });
  // The name of the system that packed it: no matter, and equal bytes everywhere.
  bytes[OPERATING_SYSTEM] = UNKNOWN_SYSTEM;
  return { ok: true, value: bytes };
}

/** Makes the folder, which must not be there yet, out of its bytes; `name` is what messages call it. */
export function unpackFolder(bytes: Uint8Array, folder: string, name: string): FileResult<null> {
  let entries: readonly PackedEntry[];
  try {
    entries = JSON.parse(gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED }).toString("utf8")) as PackedEntry[];
  } catch {
    return { ok: false, message: `\`${name}\` is damaged` };
  }
  let at = folder;
  try {
    fs.mkdirSync(folder, { recursive: true });
    for (const entry of entries) {
      if (entry.path.split("/").some((part) => part === "" || part === "." || part === ".."))
        return { ok: false, message: `\`${name}\` is damaged` };
      at = path.join(folder, entry.path);
      if (entry.content === undefined) fs.mkdirSync(at, { recursive: true });
      else {
        fs.mkdirSync(path.dirname(at), { recursive: true });
        fs.writeFileSync(at, Buffer.from(entry.content, "base64"), { mode: entry.isExecutable ? 0o755 : 0o644 });
      }
    }
    return { ok: true, value: null };
  } catch (error) {
    return fileFailure(error, "write", at);
  }
}
