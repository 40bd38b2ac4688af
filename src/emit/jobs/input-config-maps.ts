// Small Files and Dirs of the user's machine on their way to pods: what several of them together, one ConfigMap, hold. Equal content, equal bytes.
import type { EmittedObject } from "../emitter.ts";
import { objectName } from "../k8s-names.ts";
import { type JobsContext, objectMetadata } from "./context.ts";

/** What one ConfigMap holds; its name stands in the references of plan and parameters. */
export interface InputMap {
  readonly name: string;
  readonly entries: readonly InputEntry[];
}

export interface InputEntry {
  /** `file-`, `exec-` for a File that may be executed, or `dir-`, and the hash of the content. */
  readonly key: string;
  /** What people call it. */
  readonly text: string;
  /** Of a File its content, of a Dir its packed form. */
  readonly bytes: Uint8Array;
}

/** The name of the ConfigMap with these entries; `owner` tells apart the runs, or the programs, that ConfigMaps belong to. */
export function inputMapName(pipeline: string, owner: string, entries: readonly InputEntry[]): string {
  return objectName([pipeline, "inputs"], `${owner}\ninputs\n${entries.map(({ key }) => key).join("\n")}`);
}

/** The immutable ConfigMaps. */
export function inputConfigMaps(context: JobsContext, inputs: readonly InputMap[]): EmittedObject[] {
  return inputs.map(({ name, entries }) => {
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    for (const { key, bytes } of entries) {
      const text = key.startsWith("dir-") ? undefined : readableText(bytes);
      if (text === undefined) binaryData[key] = base64(bytes);
      else data[key] = text;
    }
    const names = entries.map(({ key, text, bytes }) => `\n${key.slice(0, 13)}… is ${text}, ${bytes.length} bytes`);
    const comment = `${context.pipeline.source}: files of pipeline ${context.pipeline.name}${names.join("")}`;
    return {
      comment,
      object: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: objectMetadata(context, name, "items"),
        immutable: true,
        ...(Object.keys(data).length > 0 && { data }),
        ...(Object.keys(binaryData).length > 0 && { binaryData }),
      },
    };
  });
}

/** The text, where these bytes are one that people can read; undefined where they are not. */
function readableText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    // What is no character, or one that moves the cursor, is shown better as it is kept: in base64.
    return /[^\P{Cc}\t\n]|[\p{Cn}\ufeff]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // A multiple of three, so that nothing is filled up in between.
  for (let at = 0; at < bytes.length; at += 3 * 4096) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 3 * 4096))));
  }
  return parts.join("");
}
