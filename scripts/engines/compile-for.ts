// Compiles a small program for an engine, as the commands do: what the pages about engines say is what comes out here. In: a program and perhaps
// a sluice.yaml. Out: texts of objects, or what is refused.

import { compile } from "../../src/compiler.ts";
import { DEFAULT_KUBERNETES_PROFILE } from "../../src/config/kubernetes-profile.ts";
import { loadConfig, type Profile } from "../../src/config/load-config.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { emitArgo } from "../../src/emit/argo/emit.ts";
import type { ArgoKind } from "../../src/emit/argo/kinds.ts";
import type { EmittedObject } from "../../src/emit/emitter.ts";
import { emitJobs, emitRun } from "../../src/emit/jobs/emit.ts";
import { liftTaskFiles } from "../../src/emit/lift-task-files.ts";
import { createSourceFile } from "../../src/text/source-file.ts";
import { makeRecord } from "../../src/types/value.ts";

export const ENGINES = ["local", "kubernetes", "jobs", "argo"] as const;
export type Engine = (typeof ENGINES)[number];

/** What holds where a program brings no sluice.yaml of its own. */
export const PROFILE = `default_profile: cluster
profiles:
  cluster:
    kubernetes:
      storage: { pvc: files }
      gpu: { accelerators: { a100: { selectors: { nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB } } } }
`;

export interface Compiled {
  readonly objects: readonly EmittedObject[];
  /** Errors of the engine; the program itself has none. */
  readonly refused: readonly Diagnostic[];
  /** A driver in the cluster computes what is next. */
  readonly driven: boolean;
}

/** Compiles; a program or a profile that is wrong in itself throws. */
export function compileFor(engine: Engine, program: string, settings = PROFILE, kind?: ArgoKind): Compiled {
  const { plan: checked, diagnostics } = compile("main.pipe", {
    readText: (path) =>
      path === "main.pipe" ? { ok: true, text: program } : { ok: false, reason: "it does not exist" },
    resolve: (_, path) => path,
  });
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  if (!checked || wrong) throw new Error(`${wrong?.message ?? "no pipeline"}\n${program}`);
  const { kubernetes: profile = DEFAULT_KUBERNETES_PROFILE, argo } = readProfile(settings);
  const plan = liftTaskFiles(checked);
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline)!;
  const parameters = makeRecord(pipeline.parameters.map(({ name, default: value }) => [name, value ?? null] as const));
  const options = {
    parameters,
    profile,
    version: "0.0.0",
    span: () => ({ file: 0, start: 0, end: 0 }),
  };
  const errors = (found: readonly Diagnostic[]) => found.filter(({ severity }) => severity === "error");
  switch (engine) {
    case "local":
      return { objects: [], refused: [], driven: false };
    case "kubernetes":
      return { objects: [], refused: errors(emitRun(plan, { ...options, run: "run" }).diagnostics), driven: true };
    case "jobs": {
      const { value, diagnostics: found } = emitJobs(plan, options);
      const driven = value.some(({ path }) => path === "4-driver.yaml");
      return { objects: value.flatMap(({ objects }) => objects), refused: errors(found), driven };
    }
    case "argo": {
      const { value, diagnostics: found } = emitArgo(plan, {
        ...options,
        ...(argo && { argo }),
        ...(kind && { kind }),
      });
      return { objects: value.flatMap(({ objects }) => objects), refused: errors(found), driven: false };
    }
  }
}

function readProfile(text: string): Profile {
  const { value, diagnostics } = loadConfig(createSourceFile(0, "sluice.yaml", text));
  if (diagnostics.length > 0) throw new Error(`${diagnostics[0]!.message}\n${text}`);
  return value.profiles.get(value.defaultProfile ?? "") ?? {};
}
