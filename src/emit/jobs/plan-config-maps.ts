// What the driver works from: plan, parameters, profile and the names of the PodTemplates, in one immutable ConfigMap, or in several where they are
// larger than one may be.

import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import { canonicalJson, planHash } from "../../plan/plan-hash.ts";
import type { EmittedObject } from "../emitter.ts";
import type { TaskCall } from "./calls.ts";
import { configMap, type JobsContext, MOST_DATA, objectMetadata } from "./context.ts";
import { callId, templateName } from "./pod-template.ts";

/**
 * The ConfigMaps, the root first. Its annotation `sluice.dev/parts` is the number of ConfigMaps `<root>-1`, `<root>-2` … that hold the rest: a key
 * `plan.json.2` goes on where `plan.json.1` ends, and that where `plan.json` ends.
 */
export function planConfigMaps(context: JobsContext, calls: readonly TaskCall[]): EmittedObject[] {
  const { plan, parameters, profile, run } = context;
  const templates = Object.fromEntries(calls.map((call) => [callId(call), templateName(context, call)]));
  const chunks = splitData([
    ["parameters.json", canonicalJson(parameters)],
    ["profile.json", canonicalJson(profileData(profile))],
    ["templates.json", canonicalJson(templates)],
    ["plan.json", canonicalJson(plan)],
  ]);
  const comment = `${context.pipeline.source}: pipeline ${context.pipeline.name}, as the driver reads it`;
  const hash = planHash(plan);
  return chunks.map((data, part) => {
    const annotations = {
      "sluice.dev/plan-hash": hash,
      ...(part === 0 && chunks.length > 1 && { "sluice.dev/parts": String(chunks.length - 1) }),
    };
    const name = part === 0 ? run : `${run}-${part}`;
    return configMap(
      objectMetadata(context, name, "plan", { annotations }),
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
