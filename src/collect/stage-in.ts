// Files brought into a pod before its task begins: out of buckets, and folders out of ConfigMaps. In: references. Out: copies at the paths that
// `podPath` gives, or a sentence that says which one cannot be had.
import * as fs from "node:fs";
import * as path from "node:path";
import { type FileResult, fileFailure, tryFile } from "../backends/file-problem.ts";
import { packedPath, podPath, readReference } from "../emit/file-references.ts";
import type { Bucket } from "./bucket.ts";
import { inPool } from "./in-pool.ts";
import { unpackFolder } from "./packed-folder.ts";

const AT_ONCE = 8;

export interface StageInPlaces {
  /** Set before each path in the pod; "" in a pod. */
  readonly root: string;
  readonly open: (bucket: string) => Promise<Bucket>;
}

/** Brings all of them; the first that cannot be had ends it. The code of a failure is that of the file or object. */
export async function stageIn(references: readonly string[], places: StageInPlaces): Promise<FileResult<null>> {
  const buckets = new Map<string, Promise<Bucket>>();
  const open = (name: string): Promise<Bucket> => {
    const known = buckets.get(name) ?? places.open(name);
    buckets.set(name, known);
    return known;
  };
  for (const text of new Set(references)) {
    const read = readReference(text);
    if (!read.ok) return { ...read, code: "ENOENT" };
    const { reference } = read;
    const target = `${places.root}${podPath(text)}`;
    const done =
      reference.kind === "s3"
        ? await copyOut(await open(reference.bucket), reference, target, text)
        : reference.kind === "input" && reference.isDir
          ? unpack(`${places.root}${packedPath(reference)}`, target, text)
          : { ok: false as const, message: `\`${text}\` is mounted, and not copied`, code: "ENOENT" };
    if (!done.ok) return done;
  }
  return { ok: true, value: null };
}

function unpack(file: string, target: string, text: string): FileResult<null> {
  const bytes = tryFile("read", file, () => fs.readFileSync(file));
  return bytes.ok ? unpackFolder(bytes.value, target, text) : bytes;
}

async function copyOut(
  bucket: Bucket,
  { key, isDir }: { readonly key: string; readonly isDir: boolean },
  target: string,
  text: string,
): Promise<FileResult<null>> {
  if (!isDir) {
    const made = makeFolder(path.dirname(target));
    if (!made.ok) return made;
    const copied = await bucket.download(key, target);
    if (copied.ok || copied.code !== "ENOENT") return copied;
    // A folder may be named without its `/`.
    const inside = await copyFolder(bucket, `${key}/`, target, text);
    return inside.ok || inside.code !== "ENOENT" ? inside : copied;
  }
  return copyFolder(bucket, key, target, text);
}

async function copyFolder(bucket: Bucket, prefix: string, target: string, text: string): Promise<FileResult<null>> {
  const listed = await bucket.list(prefix);
  if (!listed.ok) return listed;
  if (listed.value.length === 0)
    return { ok: false, message: `cannot read \`${text}\`: it does not exist`, code: "ENOENT" };
  const made = makeFolder(target);
  if (!made.ok) return made;
  return inPool(listed.value, AT_ONCE, async (object) => {
    const inside = object.key.slice(prefix.length);
    if (inside === "") return { ok: true, value: null };
    const parts = inside.replace(/\/$/, "").split("/");
    if (parts.some((part) => part === "" || part === "." || part === ".."))
      return {
        ok: false,
        message: `\`${text}\` holds the key \`${object.key}\`, which no path can have`,
        code: "ENOENT",
      };
    const file = path.join(target, ...parts);
    const folder = makeFolder(inside.endsWith("/") ? file : path.dirname(file));
    return !folder.ok || inside.endsWith("/") ? folder : bucket.download(object.key, file);
  });
}

function makeFolder(folder: string): FileResult<null> {
  try {
    fs.mkdirSync(folder, { recursive: true });
    return { ok: true, value: null };
  } catch (error) {
    return fileFailure(error, "make the folder", folder);
  }
}
