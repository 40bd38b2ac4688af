// Lays the pod specs of a profile and of a task's `pod` over the one we made: records by field, lists of named things by name, other lists one
// after the other. Fields then stand in the order in which Kubernetes' documentation has them.
import type { Json, JsonObject } from "./yaml.ts";

/** The name of the task's own container. */
export const TASK_CONTAINER = "task";

const POD_ORDER = [
  "serviceAccountName",
  "automountServiceAccountToken",
  "enableServiceLinks",
  "restartPolicy",
  "activeDeadlineSeconds",
  "terminationGracePeriodSeconds",
  "priorityClassName",
  "preemptionPolicy",
  "schedulerName",
  "runtimeClassName",
  "nodeSelector",
  "affinity",
  "tolerations",
  "topologySpreadConstraints",
  "hostname",
  "subdomain",
  "dnsPolicy",
  "dnsConfig",
  "hostAliases",
  "securityContext",
  "imagePullSecrets",
  "initContainers",
  "containers",
  "resourceClaims",
  "volumes",
];
const CONTAINER_ORDER = [
  "name",
  "image",
  "imagePullPolicy",
  "restartPolicy",
  "command",
  "args",
  "workingDir",
  "ports",
  "envFrom",
  "env",
  "resources",
  "volumeMounts",
  "volumeDevices",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "securityContext",
  "stdin",
  "tty",
];

/** The pod spec with another one laid over it; the other's one entry of `containers` belongs to the task's own container. */
export function mergePodSpec(spec: JsonObject, over: Json | undefined): JsonObject {
  if (!isObject(over)) return spec;
  const { containers, ...rest } = over;
  const merged = mergeObjects(spec, rest);
  const addition = Array.isArray(containers) ? (containers as readonly Json[])[0] : undefined;
  if (!isObject(addition)) return merged;
  const { name: _, ...fields } = addition;
  const list = (merged.containers ?? []) as readonly JsonObject[];
  return {
    ...merged,
    containers: list.map((each) => (each.name === TASK_CONTAINER ? mergeObjects(each, fields) : each)),
  };
}

/** The spec with the fields of the pod and its containers in the documented order; fields the order does not name come last, by name. */
export function orderPodSpec(spec: JsonObject): JsonObject {
  const ordered: Record<string, Json | undefined> = { ...inOrder(spec, POD_ORDER) };
  for (const name of ["initContainers", "containers"]) {
    const list = ordered[name];
    if (Array.isArray(list))
      ordered[name] = (list as readonly JsonObject[]).map((each) => inOrder(each, CONTAINER_ORDER));
  }
  return ordered;
}

function inOrder(object: JsonObject, order: readonly string[]): JsonObject {
  const names = Object.keys(object).filter((name) => object[name] !== undefined);
  const known = order.filter((name) => names.includes(name));
  const others = names.filter((name) => !order.includes(name)).sort();
  return Object.fromEntries([...known, ...others].map((name) => [name, object[name]]));
}

function mergeObjects(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map<string, Json | undefined>(Object.entries(base));
  for (const [name, value] of Object.entries(over)) merged.set(name, mergeValues(merged.get(name), value));
  // Defines own properties whatever their name.
  return Object.fromEntries(merged);
}

function mergeValues(base: Json | undefined, over: Json | undefined): Json | undefined {
  if (base === undefined) return over;
  if (Array.isArray(base) && Array.isArray(over)) return mergeLists(base, over);
  return isObject(base) && isObject(over) ? mergeObjects(base, over) : over;
}

function mergeLists(base: readonly Json[], over: readonly Json[]): readonly Json[] {
  const merged = [...base];
  for (const item of over) {
    const identity = identityOf(item);
    const at = identity === undefined ? -1 : merged.findIndex((each) => identityOf(each) === identity);
    const same = merged[at];
    if (isObject(same) && isObject(item)) merged[at] = mergeObjects(same, item);
    else merged.push(item);
  }
  return merged;
}

/** What tells an entry of a list from the others: its mount path or its name. */
function identityOf(item: Json | undefined): string | undefined {
  if (!isObject(item)) return undefined;
  const found = item.mountPath ?? item.name;
  return typeof found === "string" ? found : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
