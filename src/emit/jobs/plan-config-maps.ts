// What the driver works from: plan, parameters, profile and the names of the PodTemplates, in one immutable ConfigMap, or in several where they are
// larger than one may be.

import {
  DEFAULT_KUBERNETES_PROFILE,
  type KubernetesProfile,
  type NodeChoice,
} from "../../config/kubernetes-profile.ts";
import { canonicalJson, planHash } from "../../plan/plan-hash.ts";
import { sha256 } from "../../util/sha256.ts";
import type { EmittedObject } from "../emitter.ts";
import type { TaskCall } from "./calls.ts";
import { configMap, type JobsContext, MOST_DATA, objectMetadata } from "./context.ts";
import { callId, templateName } from "./pod-template.ts";

export const PLAN_HASH_ANNOTATION = "sluice.dev/plan-hash";
/** On the root: over all that the ConfigMaps hold together. */
export const DATA_HASH_ANNOTATION = "sluice.dev/data-hash";
/** On the root: how many ConfigMaps go on where it ends. */
export const PARTS_ANNOTATION = "sluice.dev/parts";

/**
 * The ConfigMaps, the root first. Its annotation `sluice.dev/parts` is the number of ConfigMaps `<root>-1`, `<root>-2` … that hold the rest: a key
 * `plan.json.2` goes on where `plan.json.1` ends, and that where `plan.json` ends. `options`: how the run is to be driven.
 */
export function planConfigMaps(
  context: JobsContext,
  calls: readonly TaskCall[],
  options?: Readonly<Record<string, boolean>>,
): EmittedObject[] {
  const { plan, parameters, profile, run } = context;
  const templates = Object.fromEntries(calls.map((call) => [callId(call), templateName(context, call)]));
  const entries: readonly (readonly [string, string])[] = [
    ...(options ? ([["options.json", canonicalJson(options)]] as const) : []),
    ["parameters.json", canonicalJson(parameters)],
    ["profile.json", canonicalJson(profileData(profile))],
    ["templates.json", canonicalJson(templates)],
    ["plan.json", canonicalJson(plan)],
  ];
  const chunks = splitData(entries);
  const comment = `${context.pipeline.source}: pipeline ${context.pipeline.name}, as the driver reads it`;
  const hash = planHash(plan);
  // Each start of a schedule makes a run of its own from this one.
  const component = context.pipeline.schedule !== undefined && options === undefined ? "program" : "plan";
  return chunks.map((data, part) => {
    const annotations = {
      [PLAN_HASH_ANNOTATION]: hash,
      ...(part === 0 && { [DATA_HASH_ANNOTATION]: hashData(entries) }),
      ...(part === 0 && chunks.length > 1 && { [PARTS_ANNOTATION]: String(chunks.length - 1) }),
    };
    const name = part === 0 ? run : `${run}-${part}`;
    return configMap(
      objectMetadata(context, name, component, { annotations }),
      data,
      part === 0 ? comment : `${comment}, part ${part + 1}`,
    );
  });
}

/** Entries over as many maps as are needed, each with at most `most` bytes; a text is cut between characters. */
export function splitData(
  entries: readonly (readonly [string, string])[],
  most: number = MOST_DATA,
): Record<string, string>[] {
  const chunks: Record<string, string>[] = [{}];
  let room = most;
  for (const [name, text] of entries) {
    let rest = text;
    for (let part = 0; part === 0 || rest !== ""; part++) {
      const key = part === 0 ? name : `${name}.${part}`;
      let piece = takeBytes(rest, room - key.length);
      if (room < key.length || (piece === "" && rest !== "")) {
        chunks.push({});
        room = most;
        piece = takeBytes(rest, room - key.length);
      }
      chunks.at(-1)![key] = piece;
      room -= key.length + byteLength(piece);
      rest = rest.slice(piece.length);
    }
  }
  return chunks;
}

/** The entries that `splitData` cut, whole again; undefined when a piece is missing. */
export function joinData(chunks: readonly Readonly<Record<string, string>>[]): ReadonlyMap<string, string> | undefined {
  const pieces = new Map<string, string[]>();
  for (const chunk of chunks)
    for (const [key, text] of Object.entries(chunk)) {
      const [, name = key, part] = /^(.*\.json)(?:\.([1-9]\d*))?$/.exec(key) ?? [];
      const found = pieces.get(name) ?? [];
      pieces.set(name, found);
      found[part === undefined ? 0 : Number(part)] = text;
    }
  const entries = new Map<string, string>();
  for (const [name, texts] of pieces) {
    if (texts.length !== Object.keys(texts).length) return undefined;
    entries.set(name, texts.join(""));
  }
  return entries;
}

/** A hash of entries, whatever their order and however they are cut. */
export function hashData(entries: Iterable<readonly [string, string]>): string {
  return sha256(canonicalJson(Object.fromEntries(entries)));
}

/** The longest beginning of at most so many UTF-8 bytes. */
function takeBytes(text: string, most: number): string {
  if (most <= 0) return "";
  // `read` counts UTF-16 units and never cuts a character.
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(most)).read);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function profileData(profile: KubernetesProfile): unknown {
  return { ...profile, gpu: { ...profile.gpu, accelerators: Object.fromEntries(profile.gpu.accelerators) } };
}

/** A profile from what `profile.json` holds; settings that an older program did not know are as by default. */
export function restoreProfile(data: object): KubernetesProfile {
  const stored = data as Partial<Omit<KubernetesProfile, "gpu">> & { readonly gpu?: Partial<StoredGpu> };
  const { gpu, ...defaults } = DEFAULT_KUBERNETES_PROFILE;
  const accelerators = new Map(Object.entries(stored.gpu?.accelerators ?? {}));
  return { ...defaults, ...stored, gpu: { ...gpu, ...stored.gpu, accelerators } };
}

type StoredGpu = Omit<KubernetesProfile["gpu"], "accelerators"> & {
  readonly accelerators: Readonly<Record<string, NodeChoice>>;
};
