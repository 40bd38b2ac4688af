// The Jobs target: plain objects of Kubernetes, for review and `kubectl apply`. In: a plan, its parameters and a profile. Out: files, in the
// order in which they are to be applied; or what of the program a cluster cannot run. Equal input, equal bytes.
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Plan } from "../../plan/plan.ts";
import { canonicalJson } from "../../plan/plan-hash.ts";
import type { Span } from "../../text/span.ts";
import type { RecordValue } from "../../types/value.ts";
import { type Emitted, type EmittedFile, type EmittedObject, emitFile } from "../emitter.ts";
import { objectName } from "../k8s-names.ts";
import { rewriteImage } from "../pod-resources.ts";
import { type TaskCall, taskCalls } from "./calls.ts";
import type { JobsContext } from "./context.ts";
import { driverJob } from "./driver-job.ts";
import { jobObjects } from "./job.ts";
import { checkLimits, reportProblem } from "./limits.ts";
import { planConfigMaps } from "./plan-config-maps.ts";
import { podTemplate } from "./pod-template.ts";
import { rights } from "./rights.ts";
import { scriptConfigMaps } from "./script-config-map.ts";
import { type DriverReason, type StaticStep, staticSteps } from "./static-steps.ts";

export interface JobsOptions {
  /** Decoded, defaults filled in. */
  readonly parameters: RecordValue;
  readonly profile: KubernetesProfile;
  readonly profileName?: string;
  /** Wins over the profile's. */
  readonly namespace?: string;
  /** Of this program. */
  readonly version: string;
  /** The text at a place of the plan, "file:line:column". */
  readonly span: (place: string) => Span;
}

/** The files this target may write; a name that is not written any more is left over from an earlier time. */
export const JOBS_FILES = ["jobs.yaml", "1-rights.yaml", "2-plan.yaml", "3-pods.yaml", "4-driver.yaml"] as const;

/** Emits the plan's pipeline. */
export function emitJobs(plan: Plan, options: JobsOptions): Emitted {
  const context = createContext(plan, options);
  const calls = taskCalls(plan, options.parameters);
  const fixed = staticSteps(plan, context.pipeline, options.parameters);
  const diagnostics = checkLimits(context, calls, fixed.kind === "driven", options.span);
  if (diagnostics.some(({ severity }) => severity === "error")) return { value: [], diagnostics };
  if (fixed.kind === "driven") return emitDriven(context, calls, fixed.reasons, diagnostics, options.span);
  const made = driverless(context, fixed.steps, options.span);
  if (Array.isArray(made.value))
    return { value: made.value as readonly EmittedFile[], diagnostics: [...diagnostics, ...made.diagnostics] };
  return emitDriven(context, calls, [made.value as DriverReason], diagnostics, options.span);
}

function createContext(plan: Plan, options: JobsOptions): JobsContext {
  const { parameters, profile, version } = options;
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline);
  if (!pipeline) throw new Error(`the plan has no pipeline ${plan.pipeline}`);
  const namespace = options.namespace ?? profile.namespace ?? "default";
  const engineImage = profile.driver.image ?? rewriteImage(`sluice:${version}`, profile);
  const settings = { ...profile, gpu: { ...profile.gpu, accelerators: [...profile.gpu.accelerators] } };
  const identity = canonicalJson({ plan, parameters, settings, namespace, engineImage });
  // Room for `-12`, the number of a further ConfigMap of the plan.
  const run = objectName([pipeline.name], identity, 52);
  const { profileName } = options;
  return { plan, pipeline, parameters, profile, profileName, namespace, engineImage, run };
}

function driverless(
  context: JobsContext,
  steps: readonly StaticStep[],
  span: JobsOptions["span"],
): { readonly value: readonly EmittedFile[] | DriverReason; readonly diagnostics: readonly Diagnostic[] } {
  const objects: EmittedObject[] = [...scriptConfigMaps(context, unique(steps.map(({ task }) => task)))];
  for (const step of steps) {
    const made = jobObjects(context, step);
    if (made.kind === "problem") return { value: [], diagnostics: [reportProblem(made.problem, span)] };
    if (made.kind === "driver") return { value: made.reason, diagnostics: [] };
    objects.push(...made.objects);
  }
  return { value: [emitFile("jobs.yaml", objects)], diagnostics: [] };
}

function emitDriven(
  context: JobsContext,
  calls: readonly TaskCall[],
  reasons: readonly DriverReason[],
  found: readonly Diagnostic[],
  span: JobsOptions["span"],
): Emitted {
  const templates: EmittedObject[] = [];
  const diagnostics = [...found];
  for (const call of calls) {
    const made = podTemplate(context, call);
    if (made.ok) templates.push(made.object);
    else diagnostics.push(reportProblem(made.problem, span));
  }
  if (diagnostics.some(({ severity }) => severity === "error")) return { value: [], diagnostics };
  const scripts = scriptConfigMaps(context, unique(calls.map(({ task }) => task)));
  const files = [
    emitFile("1-rights.yaml", rights(context)),
    emitFile("2-plan.yaml", planConfigMaps(context, calls)),
    emitFile("3-pods.yaml", [...scripts, ...templates]),
    emitFile("4-driver.yaml", [driverJob(context, reasons)]),
  ];
  return { value: files.filter(({ text }) => text !== ""), diagnostics };
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
