// Files and Dirs of the user's machine on their way into a cluster, the same for runs and for what is only compiled. In: a plan and parameters that
// name them. Out: the same with references that pods can be given, and what the ConfigMaps hold that small ones travel in; or which ones cannot be
// brought there, where they are named, and what to do. With a bucket as storage they can be uploaded instead, under the hash of their content, which
// is not uploaded twice.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { type FileResult, tryFile } from "../backends/file-problem.ts";
import { makeContentHasher } from "../backends/local/content-hash.ts";
import { locate } from "../backends/local/stage.ts";
import { schemeOf } from "../backends/references.ts";
import type { KubernetesProfile, S3Storage } from "../config/kubernetes-profile.ts";
import { PROGRAM_KEY, referenceProblem } from "../emit/file-references.ts";
import { MOST_DATA } from "../emit/jobs/context.ts";
import { type InputEntry, type InputMap, inputMapName } from "../emit/jobs/input-config-maps.ts";
import { bucketSettings } from "../emit/storage-settings.ts";
import type { Plan } from "../plan/plan.ts";
import { JSON_FILE_SCHEME, makeRecord, type RecordValue, type Value } from "../types/value.ts";
import { type Bucket, openBucket } from "./bucket.ts";
import { inPool } from "./in-pool.ts";
import { type FilePlace, type FileVisitor, mapPlanFiles, mapValueFiles } from "./map-plan-files.ts";
import { packFolder } from "./packed-folder.ts";
import { uploadFolder } from "./upload-folder.ts";

export interface InputsOptions {
  /** The folder of the main `.pipe` file, absolute. */
  readonly folder: string;
  /** What the ConfigMaps belong to and are named after: a run, or the identity of a program in which contents stand for the files of this machine. */
  readonly owner: (plan: Plan, parameters: RecordValue) => string;
  readonly profile: KubernetesProfile;
  /**
   * Where the profile's storage is a bucket: `upload` to it; `look`: only what can be said beforehand; `leave`: all travel in ConfigMaps, since nobody
   * expects anything to be written.
   */
  readonly bucket: "upload" | "look" | "leave";
  /** What is being done now: "uploading `data.csv`". */
  readonly onStep?: (step: string) => void;
  /** Makes the bucket that inputs are uploaded to. */
  readonly open?: (storage: S3Storage) => Promise<Bucket>;
}

export interface PreparedInputs {
  readonly plan: Plan;
  readonly parameters: RecordValue;
  readonly inputs: readonly InputMap[];
}

export interface InputProblem extends FilePlace {
  /** As the program or the user names it. */
  readonly text: string;
  /** Whether it is a file of this machine, and not a reference. */
  readonly isLocal: boolean;
  /** Why it cannot be brought to a pod, as a sentence without a capital letter and a full stop. */
  readonly problem: string;
  /** What to do instead. */
  readonly help?: string;
}

export type InputsResult =
  | { readonly ok: true; readonly value: PreparedInputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** Bytes of all that travel in ConfigMaps. */
const MOST_OF_ALL = 10_000_000;
const AT_ONCE = 4;

interface LocalFile {
  /** As the program or the user names it. */
  readonly text: string;
  /** Absolute. */
  readonly path: string;
  readonly kind: "file" | "dir";
  /** Where it is named first. */
  readonly place: FilePlace;
  /** SHA-256 of its content, in hexadecimal digits. */
  readonly hash: string;
}

/** Brings everything that plan and parameters name to where pods can read it. */
export async function prepareInputs(
  plan: Plan,
  parameters: RecordValue,
  options: InputsOptions,
): Promise<InputsResult> {
  const files = await findLocalFiles(plan, parameters, options);
  if (!files.ok) return files;
  const { storage } = options.profile;
  const all = [...files.value.values()];
  const brought =
    storage?.kind === "s3" && options.bucket !== "leave"
      ? await uploadAll(all, storage, options)
      : packAll(all, options);
  if (!brought.ok) return brought;
  const changed = (reference: (local: LocalFile) => string) =>
    mapAll(plan, parameters, (text, kind) => {
      const local = files.value.get(identity(text, kind));
      return local === undefined ? normal(text, kind) : reference(local);
    });
  if (brought.kind === "uploaded")
    return { ok: true, value: { ...changed((local) => brought.references.get(local) ?? local.text), inputs: [] } };
  const { keys, bins } = brought;
  const packed = (local: LocalFile, configMap: (bin: number) => string): string => {
    const { key, bin } = keys.get(local)!;
    return `input:${configMap(bin)}/${key}/${safeName(local.path)}${local.kind === "dir" ? "/" : ""}`;
  };
  const unnamed = changed((local) => packed(local, () => "inputs"));
  const owner = options.owner(unnamed.plan, unnamed.parameters);
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline)?.name ?? plan.pipeline;
  const inputs = bins.map(({ entries }) => ({ name: inputMapName(pipeline, owner, entries), entries }));
  return { ok: true, value: { ...changed((local) => packed(local, (bin) => inputs[bin]!.name)), inputs } };
}

/** A Dir in a bucket ends in `/`. */
function normal(text: string, kind: "file" | "dir"): string {
  return kind === "dir" && schemeOf(text) === "s3" && !text.endsWith("/") ? `${text}/` : text;
}

function identity(text: string, kind: "file" | "dir"): string {
  return `${kind} ${text}`;
}

/** Parameters first: what is wrong is told in this order. */
function mapAll(
  plan: Plan,
  parameters: RecordValue,
  visit: FileVisitor,
): { readonly plan: Plan; readonly parameters: RecordValue } {
  const declared = plan.pipelines.find(({ id }) => id === plan.pipeline)?.parameters ?? [];
  const entries = Object.entries(parameters).map(([name, value]): [string, Value] => {
    const parameter = declared.find((each) => each.name === name);
    if (parameter === undefined) return [name, value];
    const place = { whose: `Parameter \`${name}\``, at: parameter.source };
    return [name, mapValueFiles(value, parameter.type, place, visit)];
  });
  return { plan: mapPlanFiles(plan, visit), parameters: makeRecord(entries) };
}

async function findLocalFiles(
  plan: Plan,
  parameters: RecordValue,
  { folder, profile }: InputsOptions,
): Promise<
  | { readonly ok: true; readonly value: ReadonlyMap<string, LocalFile> }
  | { readonly ok: false; readonly problems: readonly InputProblem[] }
> {
  const found = new Map<string, Omit<LocalFile, "hash">>();
  const problems: InputProblem[] = [];
  mapAll(plan, parameters, (text, kind, place) => {
    if (text.startsWith(JSON_FILE_SCHEME)) return text;
    const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(text)?.[1]?.toLowerCase();
    if (scheme !== undefined && scheme !== "file") {
      const problem =
        scheme === "input" ? `\`${text}\` is no address that can be given` : referenceProblem([text], profile);
      if (problem !== undefined) problems.push({ ...place, text, isLocal: false, problem });
      return text;
    }
    const local = locate(text, kind, folder);
    if (local.ok) {
      const key = identity(text, kind);
      if (!found.has(key)) found.set(key, { text, path: local.value, kind, place });
    } else problems.push({ ...place, text, isLocal: true, problem: asGiven(local.message, text, folder) });
    return text;
  });
  const hash = makeContentHasher();
  const files = new Map<string, LocalFile>();
  for (const [key, file] of found) {
    const hashed = await hash(file.path);
    if (hashed.ok) files.set(key, { ...file, hash: hashed.value.slice(hashed.value.indexOf(":") + 1) });
    else problems.push(problemOf(file, hashed.message, folder));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: files };
}

function problemOf({ place, text }: Omit<LocalFile, "hash">, message: string, folder: string): InputProblem {
  return { ...place, text, isLocal: true, problem: asGiven(message, text, folder) };
}

/** The message with the name that people gave the file, instead of where it stands. */
function asGiven(message: string, text: string, folder: string): string {
  return message.replaceAll(`\`${path.resolve(folder, text)}`, () => `\`${text}`);
}

interface Bin {
  readonly entries: InputEntry[];
  /** Bytes. */
  size: number;
}

type Brought =
  | { readonly ok: true; readonly kind: "uploaded"; readonly references: ReadonlyMap<LocalFile, string> }
  | {
      readonly ok: true;
      readonly kind: "packed";
      readonly keys: ReadonlyMap<LocalFile, { readonly key: string; readonly bin: number }>;
      readonly bins: readonly Bin[];
    }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

async function uploadAll(files: readonly LocalFile[], storage: S3Storage, options: InputsOptions): Promise<Brought> {
  const keys = new Map(files.map((file) => [file, keyOf(file, storage)]));
  const references = new Map([...keys].map(([file, key]) => [file, `s3://${storage.bucket}/${key}`] as const));
  const brought: Brought = { ok: true, kind: "uploaded", references };
  if (files.length === 0 || options.bucket === "look") return brought;
  const open = options.open ?? ((each: S3Storage) => openBucket(each.bucket, bucketSettings(each)));
  const bucket = await open(storage);
  const unique = [...new Map([...keys].map(([file, key]) => [key, file]))];
  const problems: InputProblem[] = [];
  await inPool(unique, AT_ONCE, async ([key, file]) => {
    const done = await uploadOne(bucket, key, file, options);
    if (!done.ok) problems.push(problemOf(file, done.message, options.folder));
    return done;
  });
  return problems.length > 0 ? { ok: false, problems } : brought;
}

function keyOf({ path: file, kind, hash }: LocalFile, storage: S3Storage): string {
  return `${storage.prefix}inputs/${hash}/${safeName(file)}${kind === "dir" ? "/" : ""}`;
}

async function uploadOne(
  bucket: Bucket,
  key: string,
  { path: file, kind, text }: LocalFile,
  { onStep }: InputsOptions,
): Promise<FileResult<null>> {
  // What is there under the hash of its content is there whole: an upload appears at its end, and a folder's own object is the last of it.
  const there = await bucket.sizeOf(key);
  if (!there.ok) return there;
  if (there.value !== undefined) return { ok: true, value: null };
  onStep?.(`uploading \`${text}\``);
  return kind === "dir" ? uploadFolder(bucket, file, key, file) : bucket.upload(file, key);
}

/** A name that can stand in a key, in a path of a pod and in a mount. */
function safeName(file: string): string {
  const name = path.basename(file).replace(/[\p{Cc}:\\]/gu, "_");
  return name === "" || name === "." || name === ".." ? "input" : name;
}

function packAll(files: readonly LocalFile[], options: InputsOptions): Brought {
  const bins: Bin[] = [];
  const keys = new Map<LocalFile, { readonly key: string; readonly bin: number }>();
  const places = new Map<string, number>();
  const problems: InputProblem[] = [];
  let all = 0;
  for (const file of files) {
    const content = contentOf(file);
    if (!content.ok) {
      problems.push(problemOf(file, content.message, options.folder));
      continue;
    }
    const { bytes } = content.value;
    if (bytes === undefined || bytes.length > MOST_DATA) {
      problems.push(tooLarge(file, content.value.size, options.profile));
      continue;
    }
    // A packed Dir goes by its packed form, which another version of the library that packs may make in another way.
    const hash = file.kind === "dir" ? createHash("sha256").update(bytes).digest("hex") : file.hash;
    const key = `${content.value.isProgram ? PROGRAM_KEY : `${file.kind}-`}${hash}`;
    let bin = places.get(key);
    if (bin === undefined) {
      all += bytes.length;
      if (all > MOST_OF_ALL) {
        problems.push(tooManyBytes(file, all, options.profile));
        break;
      }
      bin = bins.findIndex((each) => each.size + bytes.length <= MOST_DATA);
      if (bin < 0) bin = bins.push({ entries: [], size: 0 }) - 1;
      bins[bin]!.entries.push({ key, text: shownName(file, options.folder), bytes });
      bins[bin]!.size += bytes.length;
      places.set(key, bin);
    }
    keys.set(file, { key, bin });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, kind: "packed", keys, bins };
}

/** Without the folders of this machine, which say nothing to others. */
function shownName(file: LocalFile, folder: string): string {
  const inside = path.relative(folder, file.path);
  const isInside = inside !== "" && !inside.startsWith("..") && !path.isAbsolute(inside);
  return isInside ? inside.split(path.sep).join("/") : path.basename(file.path);
}

interface Content {
  /** Of a File its own, of a Dir those of its packed form. */
  readonly size: number;
  /** It is a File that may be executed. */
  readonly isProgram?: boolean;
  /** Absent where they are too many anyway. */
  readonly bytes?: Uint8Array;
}

function contentOf({ path: file, kind }: LocalFile): FileResult<Content> {
  if (kind === "dir") {
    const packed = packFolder(file);
    return packed.ok ? { ok: true, value: { size: packed.value.length, bytes: packed.value } } : packed;
  }
  const stats = tryFile("read", file, () => fs.statSync(file));
  if (!stats.ok) return stats;
  const { size } = stats.value;
  if (size > MOST_DATA) return { ok: true, value: { size } };
  const bytes = tryFile("read", file, () => fs.readFileSync(file));
  if (!bytes.ok) return bytes;
  const isProgram = (stats.value.mode & 0o111) !== 0;
  return { ok: true, value: { size: bytes.value.length, isProgram, bytes: bytes.value } };
}

function tooLarge({ place, text, kind }: LocalFile, size: number, profile: KubernetesProfile): InputProblem {
  const packed = kind === "dir" ? " when packed" : "";
  const problem = `it has ${size} bytes${packed}, more than the ${MOST_DATA} that a ConfigMap can hold`;
  return { ...place, text, isLocal: true, problem, help: elsewhere(kind, profile) };
}

function tooManyBytes({ place, text, kind }: LocalFile, all: number, profile: KubernetesProfile): InputProblem {
  const problem = `with it the files of this machine have ${all} bytes, more than the ${MOST_OF_ALL} that travel in ConfigMaps`;
  return { ...place, text, isLocal: true, problem, help: elsewhere(kind, profile) };
}

function elsewhere(kind: "file" | "dir", { storage }: KubernetesProfile): string {
  const write = (reference: string): string => `\`${kind}("${reference}")\``;
  const image = "or put it into the image of the task";
  if (storage?.kind === "s3")
    return `upload it and name it there, ${write(`s3://${storage.bucket}/KEY`)}, ${image}; \`sluice run --on kubernetes\` uploads it by itself`;
  if (storage?.kind === "pvc")
    return `copy it to the volume claim \`${storage.claim}\` and name it there, ${write("pvc:PATH")}, ${image}`;
  return `name a storage in sluice.yaml and the file in it, ${write("pvc:PATH")} or ${write("s3://BUCKET/KEY")}, ${image}`;
}
