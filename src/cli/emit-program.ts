// From the command line to objects of a cluster, for all commands that look at them without running anything: the program is checked and its
// parameters are read, then it is emitted for a namespace. What is wrong is printed on the way.
import type { ArgoProfile } from "../config/argo-profile.ts";
import { DEFAULT_KUBERNETES_PROFILE, type KubernetesProfile } from "../config/kubernetes-profile.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { mergeDiagnostics, type SourcedDiagnostics } from "../diagnostics/merge.ts";
import type { JobsOptions } from "../emit/jobs/emit.ts";
import { liftTaskFiles } from "../emit/lift-task-files.ts";
import type { Plan, PlanPipeline } from "../plan/plan.ts";
import { type Invocation, UsageError } from "./command.ts";
import { type CompiledFile, compileFile, mainPipeline, noPipeline } from "./compile-file.ts";
import { placeFinder } from "./find-place.ts";
import { folderOf } from "./host.ts";
import type { Io } from "./io.ts";
import { readSettings } from "./project.ts";
import { readRunParameters } from "./read-parameters.ts";
import { forbids, reportDiagnostics } from "./report-diagnostics.ts";
import { VERSION } from "./version.ts";

const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A program that may be emitted. */
export interface ReadProgram {
  readonly compiled: CompiledFile;
  readonly plan: Plan;
  readonly pipeline: PlanPipeline;
  readonly profile: KubernetesProfile;
  readonly argo?: ArgoProfile;
  /** All that emission needs but the namespace. */
  readonly options: Omit<JobsOptions, "namespace">;
  /** Not printed yet. */
  readonly found: SourcedDiagnostics;
  readonly strict: boolean;
}

/** The namespace that the command line names. */
export function namespaceOption(invocation: Invocation): string | undefined {
  const namespace = invocation.value("namespace");
  if (namespace !== undefined && !NAMESPACE.test(namespace))
    throw new UsageError(`--namespace takes up to 63 small letters, digits and \`-\`, not \`${namespace}\``);
  return namespace;
}

/** Reads and checks the program; undefined when its problems forbid going on, which then are printed. `open`: parameters may be missing. */
export function readProgram(invocation: Invocation, io: Io, open = false): ReadProgram | undefined {
  const strict = invocation.has("strict");
  const compiled = compileFile(invocation, io);
  const { compilation, file } = compiled;
  if (forbids(compilation.diagnostics, strict)) {
    reportDiagnostics(io, compilation);
    return undefined;
  }
  if (!compilation.plan) throw noPipeline(file);
  const plan = liftTaskFiles(compilation.plan);
  const pipeline = mainPipeline(plan);
  const settings = readSettings(invocation, io, folderOf(io.cwd, file));
  const parameters = readRunParameters(compiled, pipeline, invocation, io);
  const given = parameters.found.diagnostics.filter(({ code }) => !open || code !== "missing-parameter");
  const found = mergeDiagnostics([compilation, settings.found, { ...parameters.found, diagnostics: given }]);
  if (forbids(found.diagnostics, strict)) {
    reportDiagnostics(io, found);
    return undefined;
  }
  const { profileName, kubernetes: profile = DEFAULT_KUBERNETES_PROFILE, argo } = settings.value;
  const options = {
    parameters: parameters.value,
    profile,
    ...(profileName !== undefined && { profileName }),
    version: VERSION,
    span: placeFinder(compilation.sources),
  };
  return { compiled, plan, pipeline, profile, ...(argo && { argo }), options, found, strict };
}

/** Emits the program; undefined when the cluster cannot run it. What is wrong, and all that was found before, is printed. */
export function emitProgram<T>(
  { compiled, plan, options, found, strict }: ReadProgram,
  namespace: string | undefined,
  io: Io,
  emit: (plan: Plan, options: JobsOptions) => { readonly value: T; readonly diagnostics: readonly Diagnostic[] },
): T | undefined {
  const emitted = emit(plan, { ...options, ...(namespace !== undefined && { namespace }) });
  const limits = { diagnostics: emitted.diagnostics, sources: compiled.compilation.sources };
  const all = mergeDiagnostics([withoutImageAdvice(found, limits), limits]);
  reportDiagnostics(io, all);
  return forbids(all.diagnostics, strict) ? undefined : emitted.value;
}

/** What was said before, without the advice to name an image where its absence is an error now. */
function withoutImageAdvice(before: SourcedDiagnostics, limits: SourcedDiagnostics): SourcedDiagnostics {
  const places = limits.diagnostics.filter(({ code }) => code === "image-needed").map(({ span }) => span.start);
  const diagnostics = before.diagnostics.filter(
    ({ code, span }) => code !== "missing-image" || !places.includes(span.start),
  );
  return { ...before, diagnostics };
}
