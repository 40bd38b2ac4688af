// Compiles a program from memory for the Jobs target.

import { parseAllDocuments } from "yaml";
import { DEFAULT_KUBERNETES_PROFILE, type KubernetesProfile } from "../../src/config/kubernetes-profile.ts";
import { joinFiles } from "../../src/emit/emitter.ts";
import { emitJobs } from "../../src/emit/jobs/emit.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { compileSource } from "../harness/compile-source.ts";

/** An object of the cluster, as far as tests look into it. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach deep into objects whose shape another test checks
export type Loose = any;

export interface CompiledJobs {
  readonly text: string;
  readonly objects: readonly Loose[];
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** All objects of a kind. */
  readonly of: (kind: string) => readonly Loose[];
}

/** The objects of a program without errors of its own. */
export function compileJobs(
  source: string,
  { profile = {}, parameters = {} }: { profile?: Partial<KubernetesProfile>; parameters?: Record<string, Value> } = {},
): CompiledJobs {
  const { plan, diagnostics } = compileSource(source);
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline)!;
  const defaults = pipeline.parameters.flatMap(({ name, default: value }) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const emitted = emitJobs(plan, {
    parameters: makeRecord([...defaults, ...Object.entries(parameters)]),
    profile: { ...DEFAULT_KUBERNETES_PROFILE, ...profile },
    version: "0.0.0",
    span: () => ({ file: 0, start: 0, end: 0 }),
  });
  const text = joinFiles(emitted.value);
  const objects: Loose[] = parseAllDocuments(text).map((document) => document.toJS());
  const problems = emitted.diagnostics.map(({ code, message }) => ({ code, message }));
  return { text, objects, problems, of: (kind) => objects.filter((object) => object.kind === kind) };
}

/** A program with one task, of these statements, and one pipeline with this body. */
export function program(parts: {
  parameters?: string;
  result?: string;
  task?: string;
  body: string;
  head?: string;
}): string {
  const { parameters = "", result = "", task = "", body, head = "" } = parts;
  return `${head}\ntask work(${parameters})${result} {\n  image "acme/tool:1"\n  run ["work"]\n${task}\n}\npipeline main() {\n${body}\n}\n`;
}
