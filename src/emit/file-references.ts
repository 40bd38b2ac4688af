// Files and Dirs in a cluster, as texts: `pvc:PATH` in the volume of the profile, `s3://BUCKET/KEY`, `input:CONFIGMAP/KEY/NAME` for a small one
// of the user's machine that travels in a ConfigMap of the run. A Dir of S3 or of a ConfigMap ends in `/`. In: such a text. Out: what it names, and
// where that stands in a pod.
import type { KubernetesProfile, Storage } from "../config/kubernetes-profile.ts";
import { JSON_FILE_SCHEME } from "../types/value.ts";
import { shortHash } from "./k8s-names.ts";

/** Where the profile's volume stands in a pod, for reading. */
export const STORAGE_FOLDER = "/sluice/storage";

/** Where copies of Files and Dirs stand in a pod. */
export const IN_FOLDER = "/sluice/in";

/** Where Files out of ConfigMaps stand in a pod: not among the copies, whose folder is read-only and takes no mounts. */
export const INPUTS_FOLDER = "/sluice/inputs";

/** Where ConfigMaps with Dirs in them stand in the helper that unpacks them. */
export const PACKED_FOLDER = "/sluice/packed";

export type FileReference =
  /** `path`: relative to the volume, without `.` and `..`. */
  | { readonly kind: "pvc"; readonly path: string }
  /** `key`: of a File its key, of a Dir the beginning of its keys, which is empty or ends in `/`. */
  | { readonly kind: "s3"; readonly bucket: string; readonly key: string; readonly isDir: boolean }
  | {
      readonly kind: "input";
      readonly configMap: string;
      readonly key: string;
      readonly name: string;
      readonly isDir: boolean;
    };

export type ReadReference =
  | { readonly ok: true; readonly reference: FileReference }
  /** A sentence without a full stop that quotes the text. */
  | { readonly ok: false; readonly message: string };

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const INPUT = /^input:([a-z0-9][a-z0-9.-]*)\/([a-zA-Z0-9][-._a-zA-Z0-9]*)\/(?!\.{1,2}(?:\/|$))([^/:\p{Cc}]+)(\/?)$/su;

/** The beginning of the key of a File that may be executed, in a ConfigMap; that of another File is `file-`. */
export const PROGRAM_KEY = "exec-";

/** Whether the key is one of a File that may be executed. */
export function isProgramKey(key: string): boolean {
  return key.startsWith(PROGRAM_KEY);
}

/** Takes a reference apart. */
export function readReference(text: string): ReadReference {
  if (text.startsWith("pvc:")) return readPath(text);
  if (/^s3:\/\//i.test(text)) return readKey(text);
  const input = INPUT.exec(text);
  if (input) {
    const [, configMap, key, name, slash] = input;
    return {
      ok: true,
      reference: { kind: "input", configMap: configMap!, key: key!, name: name!, isDir: slash === "/" },
    };
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1];
  return {
    ok: false,
    message:
      scheme === undefined
        ? `\`${text}\` is a file of another machine`
        : `\`${text}\`: a cluster reads \`pvc:…\` and \`s3://…\`, not \`${scheme}:\``,
  };
}

function readPath(text: string): ReadReference {
  const path = text.slice("pvc:".length).replace(/^\.\//, "").replace(/\/+$/, "");
  const parts = path.split("/");
  if (path === "" || parts.some((part) => part === "" || part === "." || part === "..") || hasControls(path))
    return {
      ok: false,
      message: `\`${text}\` is no path in a volume: write one like \`pvc:data/train.csv\`, without \`..\``,
    };
  return { ok: true, reference: { kind: "pvc", path } };
}

function readKey(text: string): ReadReference {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]*)\/?(.*)$/isu.exec(text) ?? [];
  if (!BUCKET.test(bucket))
    return { ok: false, message: `\`${text}\` does not name a bucket: write \`s3://bucket/key\`` };
  // Keys are joined to paths where they are copied to.
  if (key.split("/").some((part) => part === "." || part === "..") || key.startsWith("/") || hasControls(key))
    return { ok: false, message: `\`${text}\`: its key has a part that no path can have` };
  return { ok: true, reference: { kind: "s3", bucket, key, isDir: key === "" || key.endsWith("/") } };
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** Where what a reference names stands in a pod; the reference is one that `readReference` takes. */
export function podPath(text: string): string {
  const read = readReference(text);
  if (!read.ok) throw new Error(`not a reference of a cluster: ${text}`);
  const { reference } = read;
  switch (reference.kind) {
    case "pvc":
      return `${STORAGE_FOLDER}/${reference.path}`;
    case "s3":
      return `${copyFolder(text)}/${lastPart(reference.key) ?? reference.bucket}`;
    case "input":
      return `${reference.isDir ? copyFolder(text) : `${INPUTS_FOLDER}/${shortHash(text)}`}/${reference.name}`;
  }
}

/** The folder in which the copy stands: another for each reference, so that names never meet. */
function copyFolder(text: string): string {
  return `${IN_FOLDER}/${shortHash(text)}`;
}

/** Where the helper that unpacks a Dir finds it. */
export function packedPath({ configMap, key }: { readonly configMap: string; readonly key: string }): string {
  return `${PACKED_FOLDER}/${configMap}/${key}`;
}

function lastPart(key: string): string | undefined {
  return key.replace(/\/+$/, "").split("/").at(-1) || undefined;
}

/**
 * Why a pod cannot be given what the references name, as a sentence without a full stop; undefined when it can. Documents of `json_file` are no
 * references and are passed over.
 */
export function referenceProblem(references: readonly string[], profile: KubernetesProfile): string | undefined {
  for (const text of references) {
    if (text.startsWith(JSON_FILE_SCHEME)) continue;
    const read = readReference(text);
    if (!read.ok) return read.message;
    const { kind } = read.reference;
    if (kind !== "input" && kind !== profile.storage?.kind) return notInStorage(text, profile.storage);
  }
  return undefined;
}

/** Whether a pod reads what the reference names where it is, by a mount: nothing has to be copied. */
export function isInPlace(text: string, profile: KubernetesProfile): boolean {
  const read = readReference(text);
  if (!read.ok) return false;
  const { reference } = read;
  return reference.kind === "input" ? !reference.isDir : reference.kind === "pvc" && profile.storage?.kind === "pvc";
}

function notInStorage(text: string, storage: Storage | undefined): string {
  if (storage === undefined) return `\`${text}\`: the profile names no storage to read it from`;
  return storage.kind === "pvc"
    ? `\`${text}\` is in S3, and the storage of the profile is the volume claim \`${storage.claim}\``
    : `\`${text}\` is in a volume, and the storage of the profile is the bucket \`${storage.bucket}\``;
}
