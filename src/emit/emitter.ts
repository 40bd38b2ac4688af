// What every target gives: files in memory, and what it has to say of the program. Whoever called writes the files.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type JsonObject, printYaml, type YamlNote } from "./yaml.ts";

export interface EmittedFile {
  /** Relative to where files are written, with `/`. */
  readonly path: string;
  readonly text: string;
  /** What the text holds, in its order. */
  readonly objects: readonly EmittedObject[];
}

export interface Emitted {
  /** Empty when there is an error. */
  readonly value: readonly EmittedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One object of the cluster and the lines that stand above it. */
export interface EmittedObject {
  readonly comment: string;
  readonly object: JsonObject;
  /** Comments inside, by the paths of what they stand above. */
  readonly notes?: readonly YamlNote[];
}

/** The file that holds the objects. */
export function emitFile(path: string, objects: readonly EmittedObject[]): EmittedFile {
  return {
    path,
    objects,
    text: printYaml(objects.map(({ comment, object, notes }) => ({ comment, value: object, ...(notes && { notes }) }))),
  };
}

/** The files as one stream, in the order in which they are to be applied. */
export function joinFiles(files: readonly EmittedFile[]): string {
  return files.map(({ text }) => text).join("---\n");
}
