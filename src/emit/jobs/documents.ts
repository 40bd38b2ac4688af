// Files made by `json_file` on their way into pods: their documents travel in a ConfigMap, one key each, and stand in the pod under fixed paths.
import type { PlanTask } from "../../plan/plan.ts";
import { JSON_FILE_SCHEME, makeRecord, type RecordValue } from "../../types/value.ts";
import { mapFiles } from "../map-files.ts";

const FILES_FOLDER = "/sluice/files";
/** The volume with the documents of an attempt. */
export const FILES_VOLUME = "sluice-files";

export interface TakenDocuments {
  /** With paths in the pod instead of Files. */
  readonly parameters: RecordValue;
  /** In the order of their paths `/sluice/files/0`, `/sluice/files/1` ... */
  readonly documents: readonly string[];
}

/** Takes the documents out of a task's parameters; `other` gives the paths of Files that are no documents. */
export function takeDocuments(
  task: PlanTask,
  parameters: RecordValue,
  other: (reference: string) => string,
): TakenDocuments {
  const documents: string[] = [];
  const entries = task.parameters.map(({ name, type }) => {
    const value = mapFiles(parameters[name] ?? null, type, (reference) => {
      if (!reference.startsWith(JSON_FILE_SCHEME)) return other(reference);
      documents.push(reference.slice(JSON_FILE_SCHEME.length));
      return `${FILES_FOLDER}/${documents.length - 1}`;
    });
    return [name, value] as const;
  });
  return { parameters: makeRecord(entries), documents };
}

/** The volume and the mounts of so many documents; `key`: of which key of the ConfigMap each is. */
export function documentMounts(
  name: string,
  count: number,
  key: (position: number) => { readonly subPath: string } | { readonly subPathExpr: string },
) {
  return {
    volumes: [{ name: FILES_VOLUME, configMap: { name } }],
    mounts: Array.from({ length: count }, (_, position) => ({
      name: FILES_VOLUME,
      mountPath: `${FILES_FOLDER}/${position}`,
      ...key(position),
      readOnly: true,
    })),
  };
}

/** UTF-8 bytes that documents take up in a ConfigMap, their keys counted. */
export function documentBytes(data: Readonly<Record<string, string>>): number {
  return Object.keys(data).reduce((sum, key) => sum + key.length + new TextEncoder().encode(data[key]).length, 0);
}
