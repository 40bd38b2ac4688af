// Compiles a program from memory for the Argo target.
import { parseAllDocuments } from "yaml";
import type { ArgoProfile } from "../../../src/config/argo-profile.ts";
import { DEFAULT_KUBERNETES_PROFILE, type KubernetesProfile } from "../../../src/config/kubernetes-profile.ts";
import { emitArgo } from "../../../src/emit/argo/emit.ts";
import type { ArgoKind } from "../../../src/emit/argo/kinds.ts";
import { joinFiles } from "../../../src/emit/emitter.ts";
import { makeRecord } from "../../../src/types/value.ts";
import { compileSource } from "../../harness/compile-source.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests reach deep into objects whose shape another test checks
export type Loose = any;

export interface CompiledArgo {
  readonly text: string;
  /** The last object. */
  readonly workflow: Loose;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** The template of a name. */
  readonly template: (name: string) => Loose;
}

const NO_SETTINGS: ArgoProfile = { labels: {}, annotations: {}, ttl: {}, mutexes: [], semaphores: [], cron: {} };

/** The objects of a program without errors of its own. */
export function compileArgo(
  source: string,
  {
    kind,
    profile = {},
    argo,
    run,
  }: { run?: string; kind?: ArgoKind; profile?: Partial<KubernetesProfile>; argo?: Partial<ArgoProfile> } = {},
): CompiledArgo {
  const { plan, diagnostics } = compileSource(source);
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline)!;
  const parameters = makeRecord(
    pipeline.parameters.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value] as const])),
  );
  const emitted = emitArgo(plan, {
    parameters,
    profile: { ...DEFAULT_KUBERNETES_PROFILE, ...profile },
    span: () => ({ file: 0, start: 0, end: 0 }),
    ...(argo && { argo: { ...NO_SETTINGS, ...argo } }),
    ...(kind && { kind }),
    ...(run !== undefined && { run }),
  });
  const text = joinFiles(emitted.value);
  const workflow: Loose = parseAllDocuments(text)
    .map((document) => document.toJS())
    .at(-1);
  const spec = workflow?.spec?.workflowSpec ?? workflow?.spec;
  const template = (name: string): Loose => spec.templates.find((each: Loose) => each.name === name);
  return { text, workflow, template, problems: emitted.diagnostics.map(({ code, message }) => ({ code, message })) };
}
