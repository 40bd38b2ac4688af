// Files and Dirs of the user's machine on their way into a cluster. In: a plan and parameters that name them. Out: the same with references that pods
// can be given, and the ConfigMaps that small ones travel in; or which one cannot be brought there, and what to do. With a bucket as storage they
// are uploaded under the hash of their content, which is not uploaded twice.
import * as fs from "node:fs";
import * as path from "node:path";
import { type FileResult, tryFile } from "../backends/file-problem.ts";
import { makeContentHasher } from "../backends/local/content-hash.ts";
import { locate } from "../backends/local/stage.ts";
import { mapReferences, type ReferenceVisitor, schemeOf } from "../backends/references.ts";
import type { KubernetesProfile, S3Storage } from "../config/kubernetes-profile.ts";
import { referenceProblem } from "../emit/file-references.ts";
import { objectName } from "../emit/k8s-names.ts";
import { objectLabels } from "../emit/labels.ts";
import { bucketSettings } from "../emit/storage-settings.ts";
import type { JsonObject } from "../emit/yaml.ts";
import type { Plan } from "../plan/plan.ts";
import { JSON_FILE_SCHEME, makeRecord, type RecordValue, type Value } from "../types/value.ts";
import { type Bucket, openBucket } from "./bucket.ts";
import { inPool } from "./in-pool.ts";
import { mapPlanFiles } from "./map-plan-files.ts";
import { packFolder } from "./packed-folder.ts";
import { uploadFolder } from "./upload-folder.ts";

export interface InputsOptions {
  /** The folder of the main `.pipe` file, absolute. */
  readonly folder: string;
  readonly run: string;
  readonly namespace: string;
  readonly profile: KubernetesProfile;
  /** Nothing is uploaded: only what can be said beforehand. */
  readonly dryRun?: boolean;
  /** What is being done now: "uploading `data.csv`". */
  readonly onStep?: (step: string) => void;
  /** Makes the bucket that inputs are uploaded to. */
  readonly open?: (storage: S3Storage) => Promise<Bucket>;
}

export interface PreparedInputs {
  readonly plan: Plan;
  readonly parameters: RecordValue;
  /** Immutable ConfigMaps that belong to the run. */
  readonly objects: readonly JsonObject[];
}

/** Bytes of one File, or of a Dir when it is packed, that a ConfigMap can hold. */
const MOST_OF_ONE = 900_000;
/** Bytes of all that travel in ConfigMaps. */
const MOST_OF_ALL = 10_000_000;
const AT_ONCE = 4;

interface LocalFile {
  /** As the program or the user names it. */
  readonly text: string;
  readonly path: string;
  readonly kind: "file" | "dir";
  /** SHA-256 of its content, in hexadecimal digits. */
  readonly hash: string;
}

/** Brings everything that plan and parameters name to where pods can read it. */
export async function prepareInputs(
  plan: Plan,
  parameters: RecordValue,
  options: InputsOptions,
): Promise<FileResult<PreparedInputs>> {
  const files = await findLocalFiles(plan, parameters, options);
  if (!files.ok) return files;
  const { storage } = options.profile;
  const brought =
    storage?.kind === "s3"
      ? await uploadAll([...files.value.values()], storage, options)
      : packAll([...files.value.values()], plan, options);
  if (!brought.ok) return brought;
  const { references, objects } = brought.value;
  const changed = mapAll(plan, parameters, (text, kind) => {
    const local = files.value.get(identity(text, kind));
    const reference = local === undefined ? normal(text, kind) : references.get(local);
    return { ok: true, value: reference ?? text };
  });
  return changed.ok ? { ok: true, value: { ...changed.value, objects } } : changed;
}

/** A Dir in a bucket ends in `/`. */
function normal(text: string, kind: "file" | "dir"): string {
  return kind === "dir" && schemeOf(text) === "s3" && !text.endsWith("/") ? `${text}/` : text;
}

function identity(text: string, kind: "file" | "dir"): string {
  return `${kind} ${text}`;
}

function mapAll(
  plan: Plan,
  parameters: RecordValue,
  visit: ReferenceVisitor,
): FileResult<{ readonly plan: Plan; readonly parameters: RecordValue }> {
  const mapped = mapPlanFiles(plan, visit);
  if (!mapped.ok) return mapped;
  const declared = plan.pipelines.find(({ id }) => id === plan.pipeline)?.parameters ?? [];
  const entries: [string, Value][] = [];
  for (const [name, value] of Object.entries(parameters)) {
    const type = declared.find((parameter) => parameter.name === name)?.type;
    const given = type === undefined ? { ok: true as const, value } : mapReferences(value, type, visit);
    if (!given.ok) return { ...given, message: `parameter \`${name}\`: ${given.message}` };
    entries.push([name, given.value]);
  }
  return { ok: true, value: { plan: mapped.value, parameters: makeRecord(entries) } };
}

async function findLocalFiles(
  plan: Plan,
  parameters: RecordValue,
  { folder, profile }: InputsOptions,
): Promise<FileResult<ReadonlyMap<string, LocalFile>>> {
  const found = new Map<string, Omit<LocalFile, "hash">>();
  const looked = mapAll(plan, parameters, (text, kind) => {
    const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(text)?.[1]?.toLowerCase();
    if (text.startsWith(JSON_FILE_SCHEME)) return { ok: true, value: text };
    if (scheme !== undefined && scheme !== "file") {
      const problem =
        scheme === "input" ? `\`${text}\` is no address that can be given` : referenceProblem([text], profile);
      return problem === undefined ? { ok: true, value: text } : { ok: false, message: problem };
    }
    const local = locate(text, kind, folder);
    if (!local.ok) return local;
    found.set(identity(text, kind), { text, path: local.value, kind });
    return { ok: true, value: text };
  });
  if (!looked.ok) return looked;
  const hash = makeContentHasher();
  const files = new Map<string, LocalFile>();
  for (const [key, file] of found) {
    const hashed = await hash(file.path);
    if (!hashed.ok) return hashed;
    files.set(key, { ...file, hash: hashed.value.slice(hashed.value.indexOf(":") + 1) });
  }
  return { ok: true, value: files };
}

interface Brought {
  readonly references: ReadonlyMap<LocalFile, string>;
  readonly objects: readonly JsonObject[];
}

async function uploadAll(
  files: readonly LocalFile[],
  storage: S3Storage,
  options: InputsOptions,
): Promise<FileResult<Brought>> {
  const keys = new Map(files.map((file) => [file, keyOf(file, storage)]));
  const references = new Map([...keys].map(([file, key]) => [file, `s3://${storage.bucket}/${key}`] as const));
  const brought: FileResult<Brought> = { ok: true, value: { references, objects: [] } };
  if (files.length === 0 || options.dryRun === true) return brought;
  const open = options.open ?? ((each: S3Storage) => openBucket(each.bucket, bucketSettings(each)));
  const bucket = await open(storage);
  const unique = [...new Map([...keys].map(([file, key]) => [key, file]))];
  const done = await inPool(unique, AT_ONCE, ([key, file]) => uploadOne(bucket, key, file, options));
  return done.ok ? brought : done;
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

function packAll(files: readonly LocalFile[], plan: Plan, options: InputsOptions): FileResult<Brought> {
  const bins: { readonly name: string; readonly data: Map<string, Uint8Array>; size: number }[] = [];
  const references = new Map<LocalFile, string>();
  const places = new Map<string, string>();
  let all = 0;
  for (const file of files) {
    // A File and a packed Dir never have the same hash by chance, but a File may be another's packed form.
    const key = `${file.kind}-${file.hash}`;
    const known = places.get(key);
    if (known === undefined) {
      const bytes = contentOf(file);
      if (!bytes.ok) return bytes;
      const size = bytes.value.length;
      all += size;
      if (size > MOST_OF_ONE || all > MOST_OF_ALL) return tooLarge(file, size, all);
      let bin = bins.find((each) => each.size + size <= MOST_OF_ONE);
      if (bin === undefined) {
        bin = {
          name: objectName([options.run, "inputs"], `${options.run}\ninputs\n${bins.length}`),
          data: new Map(),
          size: 0,
        };
        bins.push(bin);
      }
      bin.data.set(key, bytes.value);
      bin.size += size;
      places.set(key, bin.name);
    }
    const slash = file.kind === "dir" ? "/" : "";
    references.set(file, `input:${places.get(key)}/${key}/${safeName(file.path)}${slash}`);
  }
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline)?.name ?? plan.pipeline;
  const objects = bins.map(({ name, data }) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: options.namespace, labels: objectLabels({ pipeline, run: options.run }, "items") },
    immutable: true,
    binaryData: Object.fromEntries([...data].map(([key, bytes]) => [key, Buffer.from(bytes).toString("base64")])),
  }));
  return { ok: true, value: { references, objects } };
}

function contentOf({ path: file, kind }: LocalFile): FileResult<Uint8Array> {
  if (kind === "dir") return packFolder(file);
  const stats = tryFile("read", file, () => fs.statSync(file));
  if (!stats.ok) return stats;
  // One that is too large anyway is not read.
  if (stats.value.size > MOST_OF_ONE) return { ok: true, value: new Uint8Array(MOST_OF_ONE + 1) };
  return tryFile("read", file, () => fs.readFileSync(file));
}

function tooLarge({ path: file, text, kind }: LocalFile, size: number, all: number): FileResult<never> {
  const bytes = kind === "file" ? fs.statSync(file).size : size;
  const packed = kind === "dir" ? " when packed" : "";
  const found =
    size > MOST_OF_ONE
      ? `\`${text}\` has ${bytes} bytes${packed}, more than the ${MOST_OF_ONE} that`
      : `with \`${text}\` all inputs of this machine have ${all} bytes, more than the ${MOST_OF_ALL} that`;
  const advice =
    "put it into the profile's storage and name it there: `pvc:PATH` in a volume; with a bucket it is uploaded";
  return { ok: false, message: `${found} reach a cluster without a bucket; ${advice}` };
}
