// Many attempts of one task whose pods differ in texts alone, as pods of one Indexed Job, a *shard*. Its pods are made ahead, held back by a scheduling
// gate, and are nobody's: a driver makes one of them an attempt's by writing the attempt's texts into the pod's annotations and taking the gate away, in
// one request. The container reads the texts through the downward API, as variables and as files, so that nothing is needed inside the image. In: the
// Job that the attempt would have alone. Out: the pod that all attempts of the shard have in common, and what makes it this attempt's.
import { everyFreeName } from "../../expr/names.ts";
import type { PlanTask } from "../../plan/plan.ts";
import { canonicalJson } from "../../plan/plan-hash.ts";
import { sha256 } from "../../util/sha256.ts";
import { LONGEST_INDEXED_NAME, objectName } from "../k8s-names.ts";
import { TASK_CONTAINER } from "../merge-pod.ts";
import { holdsFiles } from "../result-class.ts";
import type { Json, JsonObject } from "../yaml.ts";
import { type AttemptContext, TASK_ANNOTATION } from "./attempt-job.ts";
import { objectMetadata } from "./context.ts";
import { FILES_VOLUME } from "./documents.ts";

/** The label of shards and their pods. */
export const SHARD_LABEL = "sluice.dev/shard";
/** The annotation of a shard with the hash of what its pods have in common. */
export const SHAPE_ANNOTATION = "sluice.dev/shape";
/** The scheduling gate of a pod that is nobody's yet. */
export const ITEM_GATE = "sluice.dev/item";

/** Pods of one shard at most. */
export const MOST_IN_SHARD = 5000;
/** Bytes of all annotations of a pod: the server takes 256 KiB. */
const MOST_TEXT = 200_000;
/** What the variables are called that carry arguments. */
const ARGUMENT_VARIABLE = "SLUICE_ARGUMENT_";
const ITEM_LABELS = ["sluice.dev/item", "sluice.dev/attempt"];

export interface ShardItem {
  /** A hash of what it has in common with others: equal shapes fit into one shard. */
  readonly shape: string;
  /** `metadata` and `spec` of the shard's pods. */
  readonly template: JsonObject;
  /** What makes such a pod this attempt's. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An attempt as an item of a shard; undefined where it must have a Job of its own. `documents`: the ConfigMap of its documents. */
export function shardItem(task: PlanTask, job: JsonObject, documents: JsonObject | undefined): ShardItem | undefined {
  // The folder of its Files in the storage is another one for each attempt.
  if (task.outputs.some(({ type }) => holdsFiles(type))) return undefined;
  const { metadata, spec } = (job.spec as unknown as { readonly template: Template }).template;
  const container = spec.containers.find(({ name }) => name === TASK_CONTAINER);
  if (container === undefined || spec.schedulingGates !== undefined) return undefined;
  const annotations = new Map(Object.entries({ ...(job.metadata as Metadata).annotations, ...metadata.annotations }));
  const texts = takeTexts(task, container, annotations);
  if (texts === undefined) return undefined;
  const files = (documents as { readonly data?: Readonly<Record<string, string>> } | undefined)?.data ?? {};
  for (const [key, text] of Object.entries(files)) annotations.set(fileAnnotation(key), text);
  const volumes = spec.volumes?.map((volume) =>
    volume.name === FILES_VOLUME
      ? { name: FILES_VOLUME, downwardAPI: { items: Object.keys(files).map((key) => fileItem(key)) } }
      : volume,
  );
  const template = {
    metadata: {
      labels: { ...without(metadata.labels, (name) => ITEM_LABELS.includes(name)), [SHARD_LABEL]: "true" },
    },
    spec: {
      ...spec,
      schedulingGates: [{ name: ITEM_GATE }],
      containers: spec.containers.map((each) => (each === container ? texts : each)),
      ...(volumes && { volumes }),
    },
  };
  const own = Object.fromEntries(annotations);
  if (bytesOf(own) > MOST_TEXT) return undefined;
  return {
    shape: sha256(canonicalJson(template)),
    template: template as unknown as JsonObject,
    labels: without(metadata.labels, (name) => !ITEM_LABELS.includes(name)),
    annotations: own,
  };
}

/** The container with places for the texts that differ from item to item; these go to the annotations. */
function takeTexts(task: PlanTask, container: Container, annotations: Map<string, string>): Container | undefined {
  const { command } = task;
  const variables: JsonObject[] = [];
  const place = (position: number, text: string): string => {
    const name = `${ARGUMENT_VARIABLE}${position}`;
    annotations.set(`sluice.dev/argument-${position}`, expanded(text));
    variables.push({ name, valueFrom: annotationField(`sluice.dev/argument-${position}`) });
    return `$(${name})`;
  };
  const field = command.form === "args" ? "args" : "command";
  const changed: { [name: string]: readonly string[] } = {};
  if (command.form !== "script") {
    const spread = command.items.findIndex((item) => "spread" in item);
    const isFixed = (position: number): boolean => {
      const item = command.items[position];
      return (spread < 0 || position < spread) && item !== undefined && "value" in item && isClosed(item.value);
    };
    const argv = container[field] ?? [];
    changed[field] = argv.map((text, position) => (isFixed(position) ? text : place(position, text)));
    if (argv.length === 0) delete changed[field];
  }
  const differing = new Set(["SLUICE_KEY"]);
  if (command.form === "script") for (const { name } of task.parameters) differing.add(name);
  for (const entry of task.env) if (!("secret" in entry) && !isClosed(entry.value)) differing.add(entry.name);
  const env = (container.env ?? []).map((entry, position) => {
    if (typeof entry.value !== "string" || !differing.has(String(entry.name))) return entry;
    annotations.set(`sluice.dev/variable-${position}`, expanded(entry.value));
    return { name: entry.name ?? "", valueFrom: annotationField(`sluice.dev/variable-${position}`) };
  });
  if (env.some(({ name }) => String(name).startsWith(ARGUMENT_VARIABLE))) return undefined;
  return { ...container, ...changed, env: [...variables, ...env] };
}

/** The same text whatever the item is. */
function isClosed(expr: Parameters<typeof everyFreeName>[0]): boolean {
  return everyFreeName(expr, (name) => name === "out");
}

/** What Kubernetes makes of a text that was kept from being expanded: annotations are not expanded. */
function expanded(text: string): string {
  return text.replaceAll("$$", () => "$");
}

function annotationField(name: string): JsonObject {
  return { fieldRef: { fieldPath: `metadata.annotations['${name}']` } };
}

function fileAnnotation(key: string): string {
  return `sluice.dev/file-${key}`;
}

function fileItem(key: string): JsonObject {
  return { path: key, ...annotationField(fileAnnotation(key)) };
}

function bytesOf(texts: Readonly<Record<string, string>>): number {
  const encoder = new TextEncoder();
  return Object.entries(texts).reduce((sum, [name, text]) => sum + name.length + encoder.encode(text).length, 0);
}

function without(
  record: Readonly<Record<string, string>> | undefined,
  test: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => !test(name)));
}

export interface ShardParts {
  readonly task: PlanTask;
  /** Node ids joined by dots. */
  readonly step: string;
  readonly item: ShardItem;
  /** Tells the shards of a run apart. */
  readonly identity: string;
  readonly completions: number;
  readonly parallelism: number;
}

/** The Job of a shard. A pod of it that ends, however it ends, is never replaced. */
export function shardJob(context: AttemptContext, parts: ShardParts): JsonObject {
  const { task, step, item, completions, parallelism } = parts;
  const name = objectName(
    [context.pipeline.name, step, "shard"],
    `${context.run}\n${step}\n${parts.identity}`,
    LONGEST_INDEXED_NAME,
  );
  const annotations = { [TASK_ANNOTATION]: task.id, [SHAPE_ANNOTATION]: item.shape };
  const metadata = objectMetadata(context, name, "task", { step: { step }, annotations });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...metadata, labels: { ...(metadata.labels as JsonObject), [SHARD_LABEL]: "true" } },
    spec: {
      completions,
      parallelism,
      completionMode: "Indexed",
      backoffLimitPerIndex: 0,
      podReplacementPolicy: "Failed",
      template: item.template,
    },
  };
}

interface Metadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Container {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly JsonObject[];
}

interface Template {
  readonly metadata: Metadata;
  readonly spec: {
    readonly containers: readonly Container[];
    readonly volumes?: readonly JsonObject[];
    readonly schedulingGates?: Json;
  };
}
