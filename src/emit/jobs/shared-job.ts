// Several attempts of one task in one pod, one after the other: all but the last are init containers, which Kubernetes starts in their order, each
// when the one before has ended well. Nothing is needed inside the image. In: attempts with their values. Out: their Job, named after the first.
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import type { PlanTask } from "../../plan/plan.ts";
import type { Type } from "../../types/type.ts";
import { isRecordValue, type Value } from "../../types/value.ts";
import { TASK_CONTAINER } from "../merge-pod.ts";
import { holdsFiles, resultClass } from "../result-class.ts";
import type { JsonObject } from "../yaml.ts";
import type { AttemptParts } from "./attempt-job.ts";

/** The annotation with the attempts of a pod that is shared: a list of `[instance, attempt, timeout]`, in their order. */
export const ITEMS_ANNOTATION = "sluice.dev/items";

/** One attempt of a shared pod, as its annotation tells. */
export interface SharedItem {
  readonly instance: string;
  readonly attempt: number;
  /** Milliseconds that its container may run. */
  readonly timeout?: number;
  /** Its container. */
  readonly container: string;
}

/** Containers of one pod at most that are items. */
const MOST_ITEMS = 20;
/** Containers whose termination messages, of 4 KiB each, all fit into what the node keeps of a pod. */
const WHOLE_MESSAGES = 3;
/** Characters of the annotation at most; all annotations of an object have 256 KiB. */
const LONGEST_ANNOTATION = 100_000;

const BOUNDED = new Set<Type["kind"]>(["int", "float", "bool", "size", "duration", "enum"]);
const NOT_IN_INIT = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

/** How many attempts of a task may share a pod; 1: none. */
export function mostInPod(task: PlanTask, profile: KubernetesProfile): number {
  const kind = resultClass(task, profile.results === "collected");
  const files = task.parameters.some(({ type }) => holdsFiles(type));
  if (kind === "collected" || files || task.cache !== undefined || task.resources.shared_memory !== undefined) return 1;
  const pods = [profile.pod, task.pod].filter((pod) => pod !== undefined);
  const containers = pods.flatMap((pod) => listIn(pod as Value, "containers"));
  if (containers.some((each) => isRecordValue(each) && NOT_IN_INIT.some((field) => Object.hasOwn(each, field))))
    return 1;
  const others = pods.flatMap((pod) => listIn(pod as Value, "initContainers")).length;
  const [output] = task.outputs;
  const short = output === undefined || BOUNDED.has(output.type.kind);
  return Math.max(1, (short ? MOST_ITEMS : WHOLE_MESSAGES) - others);
}

function listIn(value: Value, field: string): readonly Value[] {
  const list = isRecordValue(value) && Object.hasOwn(value, field) ? value[field] : [];
  return Array.isArray(list) ? (list as readonly Value[]) : [];
}

/** The container of the attempt at this position, from 0, of so many. */
export function containerAt(position: number, count: number): string {
  return position === count - 1 ? TASK_CONTAINER : `item-${position + 1}`;
}

/** Whether a container of a shared pod is one of its attempts. */
export function isItemContainer(name: string): boolean {
  return name === TASK_CONTAINER || /^item-\d+$/.test(name);
}

/** Whether attempts can be told apart in the annotation of a pod. */
export function fitsAnnotation(items: readonly Pick<AttemptParts, "instance" | "attempt" | "timeout">[]): boolean {
  return itemsText(items).length <= LONGEST_ANNOTATION;
}

/** The Jobs of attempts as one, which has the name and the labels of the first. */
export function joinJobs(items: readonly { readonly parts: AttemptParts; readonly job: JsonObject }[]): JsonObject {
  const jobs = items.map(({ job }) => job as unknown as JobObject);
  const [first] = jobs;
  const last = jobs.at(-1);
  if (first === undefined || last === undefined) throw new Error("a pod is shared by no attempts");
  const { spec } = last.spec.template;
  const before = jobs
    .slice(0, -1)
    .flatMap(({ spec: { template } }, position) =>
      template.spec.containers
        .filter(({ name }) => name === TASK_CONTAINER)
        .map((container) => ({ ...container, name: containerAt(position, jobs.length) })),
    );
  const seconds = jobs.map((each) => each.spec.template.spec.activeDeadlineSeconds ?? Infinity);
  const deadline = seconds.reduce((sum, each) => sum + each, 0);
  const { activeDeadlineSeconds: _, ...kept } = spec;
  const note = { [ITEMS_ANNOTATION]: itemsText(items.map(({ parts }) => parts)) };
  const annotated = <M extends Metadata>(metadata: M): M => ({
    ...metadata,
    annotations: { ...metadata.annotations, ...note },
  });
  const template = {
    metadata: annotated(first.spec.template.metadata),
    spec: {
      ...kept,
      ...(deadline <= LONGEST_DEADLINE && { activeDeadlineSeconds: deadline }),
      initContainers: [...(spec.initContainers ?? []), ...before],
    },
  };
  return {
    ...first,
    metadata: annotated(first.metadata),
    spec: { ...first.spec, template },
  } as unknown as JsonObject;
}

const LONGEST_DEADLINE = 2 ** 31 - 1;

/** The attempts of a pod by its annotation; none where it is absent or not ours. */
export function readItems(annotation: string | undefined): readonly SharedItem[] {
  if (annotation === undefined) return [];
  let list: unknown;
  try {
    list = JSON.parse(annotation);
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown, position) => {
    const [instance, attempt, timeout]: readonly unknown[] = Array.isArray(each) ? each : [];
    if (typeof instance !== "string" || typeof attempt !== "number") return [];
    const container = containerAt(position, list.length);
    return [{ instance, attempt, container, ...(typeof timeout === "number" && { timeout }) }];
  });
}

function itemsText(items: readonly Pick<AttemptParts, "instance" | "attempt" | "timeout">[]): string {
  return JSON.stringify(
    items.map(({ instance, attempt, timeout }) => [instance, attempt, ...(timeout ? [timeout] : [])]),
  );
}

interface Metadata {
  readonly annotations?: Readonly<Record<string, string>>;
}

interface JobObject {
  readonly metadata: Metadata;
  readonly spec: {
    readonly template: {
      readonly metadata: Metadata;
      readonly spec: {
        readonly activeDeadlineSeconds?: number;
        readonly initContainers?: readonly JsonObject[];
        readonly containers: readonly JsonObject[];
      };
    };
  };
}
