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
import type { JsonObject } from "../yaml.ts";
import { type TaskCall, taskCalls } from "./calls.ts";
import { type JobsContext, lastingName } from "./context.ts";
import { driverJob } from "./driver-job.ts";
import { type InputMap, inputConfigMaps } from "./input-config-maps.ts";
import { jobObjects } from "./job.ts";
import { checkChecks, checkLimits, reportProblem } from "./limits.ts";
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
  /** The name of the run; without one a name is made that is another for any change of program, parameters or profile. */
  readonly run?: string;
  /** The text at a place of the plan, "file:line:column". */
  readonly span: (place: string) => Span;
  /** Files of the user's machine, as plan and parameters name them. */
  readonly inputs?: readonly InputMap[];
}

/** The files this target may write; a name that is not written any more is left over from an earlier time. */
export const JOBS_FILES = [
  "jobs.yaml",
  "1-rights.yaml",
  "2-inputs.yaml",
  "2-plan.yaml",
  "3-pods.yaml",
  "4-driver.yaml",
] as const;

/** Emits the plan's pipeline. */
export function emitJobs(plan: Plan, options: JobsOptions): Emitted {
  const context = createContext(plan, options);
  const calls = taskCalls(plan, options.parameters);
  const inputs = inputConfigMaps(context, options.inputs ?? []);
  const fixed = staticSteps(plan, context.pipeline, options.parameters, context.profile);
  const limits = checkLimits(context, calls, fixed.kind === "driven", options.span);
  const diagnostics = [...limits, ...checkChecks(context, options.span)];
  if (diagnostics.some(({ severity }) => severity === "error")) return { value: [], diagnostics };
  const driven = (reasons: readonly DriverReason[]): Emitted =>
    emitDriven(context, { calls, inputs, reasons }, diagnostics, options.span);
  if (fixed.kind === "driven") return driven(fixed.reasons);
  const made = driverless(context, fixed.steps, inputs, options.span);
  if (Array.isArray(made.value))
    return { value: made.value as readonly EmittedFile[], diagnostics: [...diagnostics, ...made.diagnostics] };
  return driven([made.value as DriverReason]);
}

/** The objects of one run that is started by us, in the order in which they are made. */
export interface RunObjects {
  /** Accounts and rights, which outlive the run. */
  readonly lasting: readonly JsonObject[];
  /** The account of the tasks among them, which foreground runs need as well; absent when the profile names one. */
  readonly taskAccount?: string;
  /** The ConfigMap that everything below belongs to. */
  readonly root: JsonObject;
  /** Further ConfigMaps, Files of the user's machine among them, and the PodTemplates. */
  readonly owned: readonly JsonObject[];
  readonly driver: JsonObject;
}

export interface RunOptions extends JobsOptions {
  readonly run: string;
  /** Stop what still runs after a failure. */
  readonly failFast?: boolean;
  /** Extra fields in outputs are errors. */
  readonly strict?: boolean;
}

/** Emits a run under its own name, always with a driver, also of a pipeline with a schedule. */
export function emitRun(
  plan: Plan,
  options: RunOptions,
): { readonly value: RunObjects | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const context = createContext(plan, options);
  const calls = taskCalls(plan, options.parameters);
  const diagnostics = [...checkLimits(context, calls, true, options.span)];
  const templates = makeTemplates(context, calls, diagnostics, options.span);
  if (diagnostics.some(({ severity }) => severity === "error")) return { value: undefined, diagnostics };
  const lasting = rights(context).map(({ object }) => object);
  const scripts = scriptConfigMaps(context, unique(calls.map(({ task }) => task)));
  const driving = { failFast: options.failFast ?? false, strict: options.strict ?? false };
  const maps = planConfigMaps(context, calls, driving).map(({ object }) => object);
  const [root, ...further] = maps;
  const inputs = inputConfigMaps(context, options.inputs ?? []);
  const value: RunObjects = {
    lasting,
    ...(context.profile.serviceAccount === undefined && { taskAccount: lastingName(context, "-tasks") }),
    root: root!,
    owned: [...further, ...[...inputs, ...scripts, ...templates].map(({ object }) => object)],
    driver: driverJob(context, [], true).object,
  };
  return { value, diagnostics };
}

/** A text that is another for any change of program, parameters or profile. */
export function programIdentity(plan: Plan, options: JobsOptions): string {
  const { parameters, profile } = options;
  const settings = { ...profile, gpu: { ...profile.gpu, accelerators: [...profile.gpu.accelerators] } };
  const [namespace, engineImage] = [namespaceOf(options), engineImageOf(options)];
  return canonicalJson({ plan, parameters, settings, namespace, engineImage });
}

function namespaceOf({ namespace, profile }: JobsOptions): string {
  return namespace ?? profile.namespace ?? "default";
}

function engineImageOf({ profile, version }: JobsOptions): string {
  return profile.driver.image ?? rewriteImage(`sluice:${version}`, profile);
}

function createContext(plan: Plan, options: JobsOptions): JobsContext {
  const { parameters, profile } = options;
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline);
  if (!pipeline) throw new Error(`the plan has no pipeline ${plan.pipeline}`);
  const namespace = namespaceOf(options);
  const engineImage = engineImageOf(options);
  // Room for `-12`, the number of a further ConfigMap of the plan.
  const run = options.run ?? objectName([pipeline.name], programIdentity(plan, options), 52);
  const { profileName } = options;
  // What the profile leaves to this program is settled here: a later driver, of another version perhaps, must come to the same objects.
  const settled = { ...profile, namespace, driver: { ...profile.driver, image: engineImage } };
  return { plan, pipeline, parameters, profile: settled, profileName, namespace, engineImage, run };
}

function driverless(
  context: JobsContext,
  steps: readonly StaticStep[],
  inputs: readonly EmittedObject[],
  span: JobsOptions["span"],
): { readonly value: readonly EmittedFile[] | DriverReason; readonly diagnostics: readonly Diagnostic[] } {
  const scripts = scriptConfigMaps(context, unique(steps.map(({ task }) => task)));
  const objects: EmittedObject[] = [...inputs, ...scripts];
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
  {
    calls,
    inputs,
    reasons,
  }: {
    readonly calls: readonly TaskCall[];
    readonly inputs: readonly EmittedObject[];
    readonly reasons: readonly DriverReason[];
  },
  found: readonly Diagnostic[],
  span: JobsOptions["span"],
): Emitted {
  const diagnostics = [...found];
  const templates = makeTemplates(context, calls, diagnostics, span);
  if (diagnostics.some(({ severity }) => severity === "error")) return { value: [], diagnostics };
  const scripts = scriptConfigMaps(context, unique(calls.map(({ task }) => task)));
  const files = [
    emitFile("1-rights.yaml", rights(context)),
    emitFile("2-inputs.yaml", inputs),
    emitFile("2-plan.yaml", planConfigMaps(context, calls)),
    emitFile("3-pods.yaml", [...scripts, ...templates]),
    emitFile("4-driver.yaml", [driverJob(context, reasons)]),
  ];
  return { value: files.filter(({ text }) => text !== ""), diagnostics };
}

/** The PodTemplates; what is wrong with one is added to the diagnostics. */
function makeTemplates(
  context: JobsContext,
  calls: readonly TaskCall[],
  diagnostics: Diagnostic[],
  span: JobsOptions["span"],
): EmittedObject[] {
  const templates: EmittedObject[] = [];
  for (const call of calls) {
    const made = podTemplate(context, call);
    if (made.ok) templates.push(made.object);
    else diagnostics.push(reportProblem(made.problem, span));
  }
  return templates;
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
