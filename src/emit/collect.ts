// What a pod needs so that Files reach its task and its result is read: volumes, and helpers of our own image. `sluice-stage-in` runs before the
// task and copies Files into the pod; `sluice-collect` is a native sidecar, which ends after the task, checks each declared output and says in
// its own termination message what it found. In: the task and the references among its arguments. Out: parts of the pod.
import type { KubernetesProfile } from "../config/kubernetes-profile.ts";
import type { PlanTask } from "../plan/plan.ts";
import { canonicalJson } from "../plan/plan-hash.ts";
import { isRecordValue, JSON_FILE_SCHEME, type Value } from "../types/value.ts";
import { sha256 } from "../util/sha256.ts";
import { withoutExpansion } from "./expansion.ts";
import {
  type FileReference,
  IN_FOLDER,
  isProgramKey,
  PACKED_FOLDER,
  podPath,
  readReference,
  STORAGE_FOLDER,
} from "./file-references.ts";
import { shortHash, slug } from "./k8s-names.ts";
import { hasDirectory, holdsFiles, OUT_FOLDER, podOutputPaths, resultClass } from "./result-class.ts";
import { storageArguments, storageCredentials } from "./storage-settings.ts";
import type { JsonObject } from "./yaml.ts";

/** The variable that holds the folder of the attempt's outputs, relative to the storage. */
export const OUTPUT_PATH_VARIABLE = "SLUICE_OUTPUT_PATH";

/** The helper that reads the result. */
export const COLLECT_CONTAINER = "sluice-collect";

/** The helper that copies Files into the pod. Its exit codes are `STAGE_IN_EXIT`. */
export const STAGE_IN_CONTAINER = "sluice-stage-in";

/** `missing`: what an input names is not there, or may not be read; another attempt ends in the same way. `full`: no space is left on the disk. */
export const STAGE_IN_EXIT = { missing: 65, full: 66 } as const;

// A shell waits for the task's end: it is ready at once, so that no signal is missed however short the task is, and needs next to no memory for
// however long it runs.
const COLLECT_SCRIPT = `trap 'exec sluice collect "$@"' TERM; while :; do sleep 86400 & wait; done`;

/** Where the helper finds the folders that stand for Dir outputs. */
const MADE_FOLDER = "/sluice/made";
const OUT_VOLUME = "sluice-out";
const IN_VOLUME = "sluice-in";
/** 0555 */
const EXECUTABLE = 365;
const STORAGE_VOLUME = "sluice-storage";

/** What the pod of a task needs so that Files reach it and its result is read. */
export interface FileParts {
  readonly volumes: readonly JsonObject[];
  readonly mounts: readonly JsonObject[];
  readonly env: readonly JsonObject[];
  readonly initContainers: readonly JsonObject[];
  /** Seconds that the pod needs to end in peace; absent where the usual will do. */
  readonly grace?: number;
}

/** Seconds for uploads after a task has ended. */
const UPLOAD_GRACE = 600;
/** Bytes of the termination messages of a pod, which its containers share. */
const ALL_MESSAGES = 12 * 1024;
/** Containers among which each has the 3 KiB that a frame takes. */
const USUAL_CONTAINERS = 4;

export interface FileNeeds {
  readonly task: PlanTask;
  readonly profile: KubernetesProfile;
  /** Of the helpers. */
  readonly image: string;
  /** The attempt's folder in the storage, relative; absent where nobody reads a result. */
  readonly outputPath: string | undefined;
  /** The references among the arguments; absent while they are not known. Without `outputPath` they are in place, all of them. */
  readonly inputs: readonly string[] | undefined;
}

const NOTHING: FileParts = { volumes: [], mounts: [], env: [], initContainers: [] };

/** The parts. With a volume as storage outputs are written where they stay, and nothing is copied. */
export function fileParts(needs: FileNeeds): FileParts {
  const { task, profile, outputPath } = needs;
  if (outputPath === undefined) return inPlaceParts(needs);
  const { storage } = profile;
  const collects = resultClass(task, profile.results === "collected") === "collected";
  const writes = storage !== undefined && task.outputs.some(({ type }) => holdsFiles(type));
  const reads = task.parameters.some(({ type }) => holdsFiles(type));
  const inPlace = storage?.kind === "pvc";
  const staged = reads ? stagedInputs(needs) : NOTHING;
  const volumes = [...staged.volumes];
  const mounts: JsonObject[] = [];
  if (inPlace && (writes || reads)) {
    volumes.push({ name: STORAGE_VOLUME, persistentVolumeClaim: { claimName: storage.claim } });
  }
  const kept = writes && inPlace;
  if (kept) {
    mounts.push({ name: STORAGE_VOLUME, mountPath: OUT_FOLDER, subPathExpr: `$(${OUTPUT_PATH_VARIABLE})` });
  } else if (collects) {
    volumes.push({ name: OUT_VOLUME, emptyDir: {} });
    mounts.push({ name: OUT_VOLUME, mountPath: OUT_FOLDER });
  }
  const path = writes ? [{ name: OUTPUT_PATH_VARIABLE, value: withoutExpansion(outputPath) }] : [];
  const initContainers = [...staged.initContainers];
  if (collects) initContainers.push(collectContainer(needs, { kept, path, mounts }, writes));
  if (inPlace && reads) mounts.push({ name: STORAGE_VOLUME, mountPath: STORAGE_FOLDER, readOnly: true });
  return {
    volumes,
    mounts: [...mounts, ...staged.mounts],
    env: kept ? path : [],
    initContainers,
    ...(writes && !kept && { grace: UPLOAD_GRACE }),
  };
}

/** Of a pod that nobody follows: mounts alone, without helpers. */
function inPlaceParts(needs: FileNeeds): FileParts {
  const { storage } = needs.profile;
  const inputs = needs.inputs ?? [];
  const staged = stagedInputs({ ...needs, inputs });
  const usesVolume = distinctReferences(inputs).some(({ reference }) => reference.kind === "pvc");
  if (!usesVolume || storage?.kind !== "pvc") return staged;
  return {
    ...staged,
    volumes: [{ name: STORAGE_VOLUME, persistentVolumeClaim: { claimName: storage.claim } }, ...staged.volumes],
    mounts: [{ name: STORAGE_VOLUME, mountPath: STORAGE_FOLDER, readOnly: true }, ...staged.mounts],
  };
}

/** The folder of an attempt's outputs, relative to the storage: of the run, the instance and the number of the attempt. */
export function attemptOutputPath(run: string, instance: string, attempt: number): string {
  const readable = slug(instance, 60);
  const hash = sha256(instance).slice(0, 16);
  return `${run}/${readable === "" ? hash : `${readable}-${hash}`}/${attempt}`;
}

function collectContainer(
  { task, profile, image }: FileNeeds,
  out: { readonly kept: boolean; readonly path: readonly JsonObject[]; readonly mounts: readonly JsonObject[] },
  writes: boolean,
): JsonObject {
  const { storage } = profile;
  const paths = podOutputPaths(task, profile.results === "collected");
  const outputs = task.outputs.map(({ name, type }) => ({
    name,
    path: paths !== null && isRecordValue(paths) ? String(paths[name ?? ""]) : paths,
    type,
  }));
  const uploads = writes && !out.kept;
  const env = [...out.path, ...(uploads ? storageCredentials(storage) : [])];
  return {
    name: COLLECT_CONTAINER,
    image,
    // A native sidecar: it is told to end only after the task's container has.
    restartPolicy: "Always",
    command: ["/bin/sh", "-c", COLLECT_SCRIPT, "sluice-collect"],
    args: [
      withoutExpansion(canonicalJson(outputs)),
      ...(uploads ? storageArguments(storage) : []),
      ...messageArguments(task, profile),
    ],
    ...(env.length > 0 && { env }),
    resources: helperResources(uploads),
    volumeMounts: [...out.mounts, ...madeFolders(task, out.kept, out.mounts)],
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: HELPER_SECURITY,
  };
}

// Folders for Dir outputs are there before the task begins: the kubelet makes a folder that a mount names, and this container begins first. The
// task has them through the mount of all outputs, so that they are folders like any other.
function madeFolders(task: PlanTask, kept: boolean, [out]: readonly JsonObject[]): JsonObject[] {
  return task.outputs.flatMap(({ name, type }) => {
    if (!out || !hasDirectory(type)) return [];
    const inside = name ?? "out";
    const path = kept ? { subPathExpr: `$(${OUTPUT_PATH_VARIABLE})/${inside}` } : { subPath: inside };
    return [{ name: out.name, mountPath: `${MADE_FOLDER}/${inside}`, ...path, readOnly: true }];
  });
}

/** What the helper may say in its message, where more containers than usual share the room. */
function messageArguments(task: PlanTask, profile: KubernetesProfile): string[] {
  const others = [profile.pod, task.pod].flatMap((pod) => listIn(pod ?? null, "initContainers"));
  const containers = 3 + others.length;
  return containers > USUAL_CONTAINERS ? ["--message-bytes", String(Math.floor(ALL_MESSAGES / containers))] : [];
}

function listIn(value: Value, field: string): readonly Value[] {
  const list = isRecordValue(value) && Object.hasOwn(value, field) ? value[field] : [];
  return Array.isArray(list) ? (list as readonly Value[]) : [];
}

/** Files that are copied or mounted one by one. */
function stagedInputs({ task: _, profile, image, inputs }: FileNeeds): FileParts {
  const { storage } = profile;
  const references = inputs === undefined ? [] : distinctReferences(inputs);
  const single = references.filter(({ reference }) => reference.kind === "input" && !reference.isDir);
  const packed = references.filter(({ reference }) => reference.kind === "input" && reference.isDir);
  const remote = references.filter(({ reference }) => reference.kind === "s3");
  const configMaps = new Map<string, Set<string>>();
  for (const { reference } of [...single, ...packed])
    if (reference.kind === "input") {
      const keys = configMaps.get(reference.configMap) ?? new Set();
      configMaps.set(reference.configMap, keys.add(reference.key));
    }
  const volumes = [...configMaps].map(([name, keys]) => ({
    name: inputVolume(name),
    configMap: inputSource(name, keys),
  }));
  const mounts: JsonObject[] = single.flatMap(({ text, reference }) =>
    reference.kind !== "input"
      ? []
      : [{ name: inputVolume(reference.configMap), mountPath: podPath(text), subPath: reference.key, readOnly: true }],
  );
  const copies = [...remote, ...packed];
  const unknown = inputs === undefined && storage?.kind === "s3";
  if (copies.length === 0 && !unknown) return { ...NOTHING, volumes, mounts };
  const credentials = unknown || remote.length > 0 ? storageCredentials(storage) : [];
  const packedMaps = new Set(
    packed.flatMap(({ reference }) => (reference.kind === "input" ? [reference.configMap] : [])),
  );
  const container: JsonObject = {
    name: STAGE_IN_CONTAINER,
    image,
    args: [
      "stage-in",
      ...(unknown || remote.length > 0 ? storageArguments(storage) : []),
      ...(unknown ? ["\\(inputs)"] : copies.map(({ text }) => withoutExpansion(text))),
    ],
    ...(credentials.length > 0 && { env: [...credentials] }),
    resources: helperResources(true),
    volumeMounts: [
      { name: IN_VOLUME, mountPath: IN_FOLDER },
      ...[...packedMaps].map((name) => ({
        name: inputVolume(name),
        mountPath: `${PACKED_FOLDER}/${name}`,
        readOnly: true,
      })),
    ],
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: HELPER_SECURITY,
  };
  return {
    volumes: [...volumes, { name: IN_VOLUME, emptyDir: {} }],
    mounts: [...mounts, { name: IN_VOLUME, mountPath: IN_FOLDER, readOnly: true }],
    env: [],
    initContainers: [container],
  };
}

function distinctReferences(texts: readonly string[]): { readonly text: string; readonly reference: FileReference }[] {
  return [...new Set(texts)].flatMap((text) => {
    if (text.startsWith(JSON_FILE_SCHEME)) return [];
    const read = readReference(text);
    return read.ok ? [{ text, reference: read.reference }] : [];
  });
}

/** Programs may be executed: then all keys that the pod needs are named, with their modes. */
function inputSource(name: string, keys: ReadonlySet<string>): JsonObject {
  if (![...keys].some(isProgramKey)) return { name };
  const items = [...keys].map((key) => ({ key, path: key, ...(isProgramKey(key) && { mode: EXECUTABLE }) }));
  return { name, items };
}

function inputVolume(configMap: string): string {
  return `sluice-input-${shortHash(configMap)}`;
}

function helperResources(copies: boolean): JsonObject {
  return { requests: { cpu: "10m", memory: "128Mi" }, limits: { cpu: "1", memory: copies ? "512Mi" : "256Mi" } };
}

/** Of containers of our own image. */
export const HELPER_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 65532,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};
