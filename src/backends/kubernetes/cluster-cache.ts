// Results kept for later runs (`cache` in a task), each in a ConfigMap of the namespace that outlives runs. Files and Dirs in inputs count by their
// references, and a result names those of the run that made it.
import { readReference } from "../../emit/file-references.ts";
import { objectLabels } from "../../emit/labels.ts";
import type { Plan, PlanTask } from "../../plan/plan.ts";
import type { RecordValue, Value } from "../../types/value.ts";
import { cacheKey } from "../cache-key.ts";
import type { FileResult } from "../file-problem.ts";
import { restoreValue } from "../journal-format.ts";
import { describeProblem } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";
import { deleteObject } from "./create-once.ts";
import type { ConfigMap } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

const FORMAT = 1;
const KEY = "result.json";
/** Bytes of a kept result: a ConfigMap holds 1 MiB. */
const MOST_BYTES = 900_000;

export interface ClusterCache {
  keyOf(task: PlanTask, parameters: RecordValue): Promise<string | undefined>;
  /** `warning`: there is an entry that cannot be used, or the cluster did not say. */
  find(
    key: string,
  ): Promise<{ readonly found?: { readonly value: Value; readonly run: string }; readonly warning?: string }>;
  /** Keeps a result; the failure is for a warning, the attempt stays good. */
  keep(key: string, value: Value): Promise<FileResult<null>>;
}

export interface ClusterCacheOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly plan: Plan;
  readonly run: string;
  /** Name of the pipeline, for the labels. */
  readonly pipeline: string;
  readonly signal: AbortSignal;
}

/** The ConfigMap of a kept result. */
export function cacheName(key: string): string {
  return `sluice-cache-${key}`;
}

/** The cache of a namespace as one run uses it. */
export function openClusterCache(options: ClusterCacheOptions): ClusterCache {
  const { client, namespace, plan, run, pipeline, signal } = options;
  return {
    keyOf: (task, parameters) =>
      cacheKey(plan, task, parameters, async (reference) => ({ ok: true, value: identify(reference) })),
    find: async (key) => {
      const name = cacheName(key);
      const entry = await client.request<ConfigMap>("GET", resourcePath("configmaps", namespace, name), { signal });
      if (!entry.ok && entry.status === 404) return {};
      if (!entry.ok) return { warning: `${describeProblem(entry, "look into the cache")}; the task runs without it` };
      const found = parseEntry(entry.value.data?.[KEY]);
      if (found === undefined) {
        await deleteObject(client, "configmaps", namespace, name, { signal });
        return { warning: `the cache entry \`${name}\` is damaged; the task runs again` };
      }
      return found === "other-format" ? {} : { found };
    },
    keep: async (key, value) => {
      const text = JSON.stringify({ format: FORMAT, run, value });
      if (Buffer.byteLength(text) > MOST_BYTES)
        return { ok: false, message: `the result is too large for the cache (more than ${MOST_BYTES} bytes)` };
      const metadata = { name: cacheName(key), labels: objectLabels({ pipeline }, "cache") };
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata, immutable: true, data: { [KEY]: text } };
      const path = resourcePath("configmaps", namespace);
      const made = await client.request("POST", path, { body, signal, repeatable: true });
      // Another run was faster, or this one before its answer was lost.
      if (made.ok || made.status === 409) return { ok: true, value: null };
      return { ok: false, message: describeProblem(made, "keep the result in the cache") };
    },
  };
}

/** What an input is known by: one that travels in a ConfigMap by its content, whatever run it was brought for; any other by its reference. */
function identify(text: string): string {
  const read = readReference(text);
  if (!read.ok || read.reference.kind !== "input") return text;
  const { key, name, isDir } = read.reference;
  return `input ${key} ${name}${isDir ? "/" : ""}`;
}

function parseEntry(
  text: string | undefined,
): { readonly value: Value; readonly run: string } | "other-format" | undefined {
  let entry: { readonly format?: unknown; readonly run?: unknown; readonly value?: Value } | null;
  try {
    entry = JSON.parse(text ?? "") as typeof entry;
  } catch {
    return undefined;
  }
  if (typeof entry !== "object" || entry === null || typeof entry.run !== "string" || entry.value === undefined)
    return undefined;
  return entry.format === FORMAT ? { value: restoreValue(entry.value), run: entry.run } : "other-format";
}
