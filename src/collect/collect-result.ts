// What a task left in its pod, read by the helper beside it. In: the declared outputs with their paths, and where Files go. Out: the result with
// references of the cluster instead of paths, all its Files in place; or a sentence that says which output is wrong. Everything is checked
// before the first file is uploaded.
import * as fs from "node:fs";
import * as path from "node:path";
import { type FileResult, tryFile } from "../backends/file-problem.ts";
import { type Collected, MOST_COLLECTED, tooLarge } from "../backends/kubernetes/result-frame.ts";
import { readOutputs, type WrittenOutput } from "../backends/read-outputs.ts";
import { mapReferences, schemeOf } from "../backends/references.ts";
import { readReference } from "../emit/file-references.ts";
import type { BucketSettings } from "../emit/storage-settings.ts";
import { toJsonValue } from "../types/encode.ts";
import type { Type } from "../types/type.ts";
import type { Bucket } from "./bucket.ts";
import { inPool } from "./in-pool.ts";
import { listFolder } from "./list-folder.ts";
import { uploadFolder } from "./upload-folder.ts";

/** Where Files of the result go. */
export type Destination =
  | { readonly kind: "none" }
  /** They lie in the volume already, in this folder of it. */
  | { readonly kind: "pvc"; readonly path: string }
  | {
      readonly kind: "s3";
      readonly path: string;
      readonly settings: BucketSettings;
      readonly open: () => Promise<Bucket>;
    };

export interface CollectPlaces {
  /** The folder that all outputs lie in. */
  readonly folder: string;
  /** Where the volume stands, for reading. */
  readonly storage: string;
}

/** Bytes of one output; white space of JSON is not part of the result. */
const LARGEST_OUTPUT = 2 * MOST_COLLECTED;
const AT_ONCE = 4;

interface FoundFile {
  readonly path: string;
  readonly kind: "file" | "dir";
  /** Relative to the folder of outputs, with `/`. */
  readonly name: string;
}

/** Reads all outputs and brings their Files to where they go. */
export async function collectResult(
  outputs: readonly WrittenOutput[],
  places: CollectPlaces,
  destination: Destination,
): Promise<Collected> {
  const advice = "; write large data to a File output instead";
  const read = readOutputs(outputs, places.folder, { strict: false, limit: LARGEST_OUTPUT, advice });
  if (!read.ok) return read;
  const type = typeOf(outputs);
  const files = new Map<string, FoundFile>();
  const mapped = mapReferences(read.value, type, (reference, kind) =>
    toReference(reference, kind, places, destination, files),
  );
  if (!mapped.ok) return { ok: false, message: mapped.message };
  const value = toJsonValue(mapped.value, type);
  const size = Buffer.byteLength(JSON.stringify(value) ?? "null");
  if (size > MOST_COLLECTED)
    return { ok: false, message: `the outputs have ${size} bytes together, ${tooLarge(MOST_COLLECTED)}` };
  const uploaded = await upload([...files.values()], places.folder, destination);
  if (!uploaded.ok) return { ok: false, message: uploaded.message };
  return { ok: true, value, warnings: read.warnings };
}

function typeOf(outputs: readonly WrittenOutput[]): Type {
  const [first] = outputs;
  if (first === undefined) return { kind: "none" };
  if (first.name === null) return first.type;
  return { kind: "record", fields: outputs.map(({ name, type }) => ({ name: name ?? "", type })) };
}

function toReference(
  found: string,
  kind: "file" | "dir",
  { folder, storage }: CollectPlaces,
  destination: Destination,
  files: Map<string, FoundFile>,
): FileResult<string> {
  if (schemeOf(found) !== undefined) return { ok: true, value: found };
  const stored = insideOf(found, storage);
  if (stored !== undefined && destination.kind === "pvc") return checked(`pvc:${stored}`);
  if (insideOf(found, folder) === undefined)
    return { ok: false, message: `\`${found}\` is in this pod alone; write a copy below \`${folder}\`` };
  // A link is an address in this pod: what it leads to has the same one everywhere.
  const real = tryFile("read", found, () => [fs.realpathSync.native(found), fs.realpathSync.native(folder)] as const);
  if (!real.ok) return real;
  const name = insideOf(real.value[0], real.value[1]);
  if (name === undefined || name === "")
    return { ok: false, message: `\`${found}\` is the folder of all outputs; name one inside of it` };
  const slash = kind === "dir" ? "/" : "";
  if (destination.kind === "none") return { ok: false, message: `there is no storage to keep \`${found}\` in` };
  files.set(`${name}${slash}`, { path: real.value[0], kind, name });
  if (destination.kind === "pvc") return checked(`pvc:${destination.path}/${name}`);
  const { bucket, prefix } = destination.settings;
  return checked(`s3://${bucket}/${prefix}${destination.path}/${name}${slash}`);
}

function insideOf(file: string, folder: string): string | undefined {
  const relative = path.relative(folder, file);
  if (relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return undefined;
  return relative;
}

function checked(reference: string): FileResult<string> {
  const read = readReference(reference);
  return read.ok ? { ok: true, value: reference } : read;
}

async function upload(
  files: readonly FoundFile[],
  folder: string,
  destination: Destination,
): Promise<FileResult<unknown>> {
  if (destination.kind !== "s3" || files.length === 0) return { ok: true, value: null };
  for (const file of files) {
    const usable = file.kind === "dir" ? listFolder(file.path, folder) : readable(file.path);
    if (!usable.ok) return usable;
  }
  const bucket = await destination.open();
  const before = `${destination.settings.prefix}${destination.path}/`;
  return inPool(files, AT_ONCE, (file) =>
    file.kind === "dir"
      ? uploadFolder(bucket, file.path, `${before}${file.name}/`, folder)
      : bucket.upload(file.path, `${before}${file.name}`),
  );
}

function readable(file: string): FileResult<unknown> {
  return tryFile("read", file, () => fs.accessSync(file, fs.constants.R_OK));
}
