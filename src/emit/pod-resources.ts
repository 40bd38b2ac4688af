// What an attempt's amounts come to in a pod: requests and limits of the task's container, the memory-backed /dev/shm, and where the pod may run.
import type { KubernetesProfile, NodeChoice } from "../config/kubernetes-profile.ts";
import type { Resources } from "../engine/protocol.ts";
import type { Value } from "../types/value.ts";
import { printBytes, printCores } from "./quantities.ts";
import type { Json, JsonObject } from "./yaml.ts";

/** The volume that stands at /dev/shm. */
export const SHARED_MEMORY_VOLUME = "sluice-shared-memory";

/** `resources` of the task's container; undefined when the task asks for nothing. */
export function containerResources(resources: Resources, profile: KubernetesProfile): JsonObject | undefined {
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  const amounts = [
    ["cpu", resources.cpu, printCores],
    ["memory", resources.memory, printBytes],
    ["ephemeral-storage", resources.storage, printBytes],
  ] as const;
  for (const [name, range, print] of amounts) {
    if (range === undefined) continue;
    requests[name] = print(range.request);
    limits[name] = print(range.limit);
  }
  // Extended resources cannot be overcommitted: the request is the limit.
  const devices = [{ name: profile.gpu.resource, count: resources.gpu ?? 0 }, ...(resources.devices ?? [])];
  for (const { name, count } of devices) {
    if (count === 0) continue;
    requests[name] = String(count);
    limits[name] = String(count);
  }
  return Object.keys(requests).length === 0 ? undefined : { requests, limits };
}

/** Where the pod may run, from the task and, for graphics processors, the profile. Undefined where nothing is asked for. */
export function placement(
  resources: Resources,
  profile: KubernetesProfile,
): { readonly nodeSelector?: JsonObject; readonly tolerations?: readonly Json[]; readonly priorityClassName?: string } {
  const choices: NodeChoice[] = [];
  if ((resources.gpu ?? 0) > 0) choices.push(profile.gpu);
  const accelerator =
    resources.accelerator === undefined ? undefined : profile.gpu.accelerators.get(resources.accelerator);
  if (accelerator) choices.push(accelerator);
  const selectors = new Map<string, string>();
  for (const choice of choices)
    for (const [name, value] of Object.entries(choice.selectors)) selectors.set(name, value);
  for (const { name, value } of resources.node ?? []) selectors.set(name, value);
  const tolerations: Value[] = choices.flatMap((choice) => [...choice.tolerations]);
  if (Array.isArray(resources.tolerations)) tolerations.push(...(resources.tolerations as readonly Value[]));
  const priority = resources.priority ?? profile.priority;
  return {
    ...(selectors.size > 0 && { nodeSelector: Object.fromEntries(selectors) }),
    ...(tolerations.length > 0 && { tolerations: tolerations as readonly Json[] }),
    ...(priority !== undefined && { priorityClassName: priority }),
  };
}

/** The memory-backed /dev/shm, where one is asked for. */
export function sharedMemory(resources: Resources): {
  readonly volumes: readonly JsonObject[];
  readonly mounts: readonly JsonObject[];
} {
  if (resources.shared_memory === undefined) return { volumes: [], mounts: [] };
  const sizeLimit = printBytes(resources.shared_memory.limit);
  return {
    volumes: [{ name: SHARED_MEMORY_VOLUME, emptyDir: { medium: "Memory", sizeLimit } }],
    mounts: [{ name: SHARED_MEMORY_VOLUME, mountPath: "/dev/shm" }],
  };
}

/** The image to pull: the longest rewrite that fits is applied. */
export function rewriteImage(image: string, profile: KubernetesProfile): string {
  const fitting = profile.images.rewrites.filter(({ from }) => image.startsWith(from));
  const [best] = fitting.sort((a, b) => b.from.length - a.from.length);
  return best ? best.to + image.slice(best.from.length) : image;
}
