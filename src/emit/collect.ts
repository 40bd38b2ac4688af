// The helper beside a task whose result is collected: a native sidecar of our own image, which ends after the task, checks each declared output
// and says in its own termination message what it found. In: the task. Out: the container, and where Files and outputs stand in the pod.
import type { KubernetesProfile } from "../config/kubernetes-profile.ts";
import type { PlanTask } from "../plan/plan.ts";
import { isRecordValue } from "../types/value.ts";
import { withoutExpansion } from "./expansion.ts";
import { holdsFiles, OUT_FOLDER, podOutputPaths, resultClass } from "./result-class.ts";
import type { JsonObject } from "./yaml.ts";

/** The variable that holds the folder of the attempt's outputs, relative to the storage. */
export const OUTPUT_PATH_VARIABLE = "SLUICE_OUTPUT_PATH";

/** Where the profile's storage stands in the pod, for reading. */
export const STORAGE_FOLDER = "/sluice/storage";

const OUT_VOLUME = "sluice-out";
const STORAGE_VOLUME = "sluice-storage";

/** What the pod of a task needs so that Files reach it and its result is read. */
export interface FileParts {
  readonly volumes: readonly JsonObject[];
  readonly mounts: readonly JsonObject[];
  readonly env: readonly JsonObject[];
  readonly initContainers: readonly JsonObject[];
}

/**
 * `outputPath`: the attempt's folder in the storage, relative; absent where nobody brings Files to the pod or reads its result. With storage outputs
 * are written where they stay, and nothing is copied.
 */
export function fileParts(
  task: PlanTask,
  profile: KubernetesProfile,
  image: string,
  outputPath: string | undefined,
): FileParts {
  if (outputPath === undefined) return { volumes: [], mounts: [], env: [], initContainers: [] };
  const collects = resultClass(task, profile.results === "collected") === "collected";
  const { storage } = profile;
  const writes = storage !== undefined && task.outputs.some(({ type }) => holdsFiles(type));
  const reads = storage !== undefined && task.parameters.some(({ type }) => holdsFiles(type));
  const volumes: JsonObject[] = [];
  const mounts: JsonObject[] = [];
  if (collects && !writes) {
    volumes.push({ name: OUT_VOLUME, emptyDir: {} });
    mounts.push({ name: OUT_VOLUME, mountPath: OUT_FOLDER });
  }
  if (storage && (writes || reads)) {
    volumes.push({ name: STORAGE_VOLUME, persistentVolumeClaim: { claimName: storage.claim } });
  }
  if (writes) {
    mounts.push({ name: STORAGE_VOLUME, mountPath: OUT_FOLDER, subPathExpr: `$(${OUTPUT_PATH_VARIABLE})` });
  }
  const env = writes ? [{ name: OUTPUT_PATH_VARIABLE, value: withoutExpansion(outputPath) }] : [];
  const initContainers = collects ? [collectContainer(task, profile, image, env, mounts)] : [];
  if (reads) mounts.push({ name: STORAGE_VOLUME, mountPath: STORAGE_FOLDER, readOnly: true });
  return { volumes, mounts, env, initContainers };
}

function collectContainer(
  task: PlanTask,
  profile: KubernetesProfile,
  image: string,
  env: readonly JsonObject[],
  mounts: readonly JsonObject[],
): JsonObject {
  const paths = podOutputPaths(task, profile.results === "collected");
  const outputs = task.outputs.map(({ name, type }) => ({
    name,
    path: paths !== null && isRecordValue(paths) ? String(paths[name ?? ""]) : paths,
    type,
  }));
  return {
    name: "sluice-collect",
    image,
    // A native sidecar: it is told to end only after the task's container has.
    restartPolicy: "Always",
    args: ["collect", withoutExpansion(JSON.stringify(outputs))],
    ...(env.length > 0 && { env }),
    resources: HELPER_RESOURCES,
    ...(mounts.length > 0 && { volumeMounts: [...mounts] }),
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: HELPER_SECURITY,
  };
}

const HELPER_RESOURCES = { requests: { cpu: "10m", memory: "128Mi" }, limits: { cpu: "1", memory: "128Mi" } };

/** Of containers of our own image. */
export const HELPER_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 65532,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};
