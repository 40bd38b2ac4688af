// The pod of one attempt of one task call, as a pod template: the same for Jobs, for what is reviewed beforehand and for what the runtime
// starts. In: the task, its command line and environment as texts, its amounts as numbers. Out: metadata and spec, fields in documented order.
// Holds afterwards: no text of the program is expanded by Kubernetes, and the pod has no token and no rights of its own.
import type { KubernetesProfile } from "../config/kubernetes-profile.ts";
import type { InvocationCommand, InvocationEnv } from "../engine/invocation.ts";
import type { Resources } from "../engine/protocol.ts";
import type { PlanSecret, PlanTask } from "../plan/plan.ts";
import { printDuration } from "../types/quantity.ts";
import { type FileParts, fileParts } from "./collect.ts";
import { withoutExpansion } from "./expansion.ts";
import { mergePodSpec, orderPodSpec, TASK_CONTAINER } from "./merge-pod.ts";
import { containerResources, placement, rewriteImage, sharedMemory } from "./pod-resources.ts";
import { wholeSeconds } from "./quantities.ts";
import { podOutputPaths, resultClass } from "./result-class.ts";
import type { Json, JsonObject } from "./yaml.ts";

/** Keeps a pod, and with it what it says of its end, until the driver has recorded the end. */
export const HARVEST_FINALIZER = "sluice.dev/harvest";

/** Where the text of a script stands in the pod. */
export const SCRIPT_PATH = "/sluice/script";

/** The annotation with the time that a task may take, where a driver keeps it. */
export const TIMEOUT_ANNOTATION = "sluice.dev/timeout";

/**
 * Milliseconds by which the deadline of a driven pod is longer than its task's timeout: it ends what no driver is there to end, and its clock runs
 * while images are pulled and inputs are brought.
 */
const DEADLINE_SLACK = 600_000;

const SCRIPT_VOLUME = "sluice-script";

/** Whose attempt a pod is. */
export interface AttemptMarks {
  readonly run: string;
  /** Node ids joined by dots. */
  readonly step: string;
  /** Of the innermost map's item; "" outside of maps. */
  readonly key: string;
  readonly attempt: string;
}

export interface PodParts {
  readonly task: PlanTask;
  readonly secrets: readonly PlanSecret[];
  readonly command: InvocationCommand;
  readonly env: readonly InvocationEnv[];
  readonly resources: Resources;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly profile: KubernetesProfile;
  /** Of the helper containers. */
  readonly engineImage: string;
  /** The ConfigMap that holds the script under the key `script`. */
  readonly scriptConfigMap?: string;
  /** Where Files of the attempt are kept, relative to the profile's storage; absent without a driver, who reads them. */
  readonly outputPath?: string;
  /** The references of Files and Dirs among the arguments (see `file-references.ts`); absent while they are not known. */
  readonly inputs?: readonly string[];
  /** A driver follows the pod: it is kept until its end is recorded. */
  readonly driven: boolean;
  /** Without one, the profile's. */
  readonly serviceAccount?: string;
  /** Data of the item: further volumes and mounts, and variables whose values Kubernetes is to expand. */
  readonly extra?: {
    readonly volumes: readonly JsonObject[];
    readonly mounts: readonly JsonObject[];
    readonly env: readonly JsonObject[];
  };
  /** Whose attempt it is, as variables of the task's container; with a driver. */
  readonly marks?: AttemptMarks;
  /** Set when the texts of `command` and `env` are escaped already. */
  readonly escaped?: true;
}

/** The template of the pod: `metadata` and `spec`. */
export function buildPodTemplate(parts: PodParts): JsonObject {
  const { profile, driven, labels, timeout } = parts;
  const told = driven && timeout !== undefined ? { [TIMEOUT_ANNOTATION]: printDuration(timeout) } : {};
  const annotations = { ...parts.annotations, ...told };
  return {
    metadata: {
      labels: { ...labels },
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...(driven && { finalizers: [HARVEST_FINALIZER] }),
    },
    spec: buildPodSpec(parts, profile),
  };
}

function buildPodSpec(parts: PodParts, profile: KubernetesProfile): JsonObject {
  const { task, resources } = parts;
  const slack = parts.driven ? Math.max(DEADLINE_SLACK, profile.pendingLimit) : 0;
  const shared = sharedMemory(resources);
  const account = parts.serviceAccount ?? profile.serviceAccount;
  const files = fileParts({
    task,
    profile,
    image: parts.engineImage,
    outputPath: parts.outputPath,
    inputs: parts.inputs,
  });
  const script = parts.scriptConfigMap;
  const volumes = [
    ...shared.volumes,
    ...(script === undefined ? [] : [{ name: SCRIPT_VOLUME, configMap: { name: script } }]),
    ...files.volumes,
    ...(parts.extra?.volumes ?? []),
  ];
  const spec: JsonObject = {
    ...(account !== undefined && { serviceAccountName: account }),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: "Never",
    ...(parts.timeout !== undefined && { activeDeadlineSeconds: wholeSeconds(parts.timeout + slack) }),
    ...(files.grace !== undefined && { terminationGracePeriodSeconds: files.grace }),
    ...placement(resources, profile),
    securityContext: {
      ...(profile.podSecurity === "restricted" && { runAsNonRoot: true }),
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(profile.images.pullSecrets.length > 0 && {
      imagePullSecrets: profile.images.pullSecrets.map((name) => ({ name })),
    }),
    ...(files.initContainers.length > 0 && { initContainers: files.initContainers }),
    containers: [taskContainer(parts, profile, shared.mounts, files)],
    ...(volumes.length > 0 && { volumes }),
  };
  const withProfile = mergePodSpec(spec, profile.pod as Json | undefined);
  return orderPodSpec(mergePodSpec(withProfile, task.pod as Json | undefined));
}

function taskContainer(
  parts: PodParts,
  profile: KubernetesProfile,
  shared: readonly JsonObject[],
  files: FileParts,
): JsonObject {
  const { task, command } = parts;
  const image = task.image ?? profile.images.default;
  const text = (each: string): string => (parts.escaped ? each : withoutExpansion(each));
  const mounts = [
    ...shared,
    ...(parts.scriptConfigMap === undefined
      ? []
      : [{ name: SCRIPT_VOLUME, mountPath: SCRIPT_PATH, subPath: "script", readOnly: true }]),
    ...files.mounts,
    ...(parts.extra?.mounts ?? []),
  ];
  const marks = parts.marks === undefined ? [] : markVariables(parts.marks);
  const env = [
    ...(parts.extra?.env ?? []),
    ...files.env,
    ...parts.env
      .filter(({ name }) => !marks.some((mark) => mark.name === name))
      .map((entry) => envEntry(entry, parts.secrets, text)),
    ...marks,
  ];
  const always = profile.results === "collected";
  const paths = podOutputPaths(task, always);
  const messagePath = typeof paths === "string" ? paths : Object.values(paths ?? {})[0];
  const resources = containerResources(parts.resources, profile);
  return {
    name: TASK_CONTAINER,
    ...(image !== undefined && { image: rewriteImage(image, profile) }),
    // The text of a script is a file, and never an argument: what an interpreter makes of `-c` differs, and an argument has at most 128 KiB.
    ...(command.form === "script" && { command: [command.interpreter, SCRIPT_PATH] }),
    ...(command.form === "run" && { command: command.argv.map(text) }),
    ...(command.form === "args" && command.argv.length > 0 && { args: command.argv.map(text) }),
    ...(env.length > 0 && { env }),
    ...(resources && { resources }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
    ...(resultClass(task, always) === "message" &&
      typeof messagePath === "string" && { terminationMessagePath: messagePath }),
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
}

function markVariables({ run, step, key, attempt }: AttemptMarks) {
  const variable = (name: string, value: string) => ({ name, value: withoutExpansion(value) });
  return [
    variable("SLUICE_RUN", run),
    variable("SLUICE_STEP", step),
    variable("SLUICE_KEY", key),
    variable("SLUICE_ATTEMPT", attempt),
  ];
}

function envEntry(entry: InvocationEnv, secrets: readonly PlanSecret[], text: (value: string) => string): JsonObject {
  if (!("secret" in entry)) return { name: entry.name, value: text(entry.value) };
  const secret = secrets.find(({ name }) => name === entry.secret);
  if (!secret) throw new Error(`the plan has no secret ${entry.secret}`);
  return { name: entry.name, valueFrom: { secretKeyRef: { name: secret.object, key: secret.key } } };
}
