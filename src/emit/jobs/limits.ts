// What of a program a cluster cannot run, before anything is emitted: each limit at the place that meets it.
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import { jobs } from "../../diagnostics/catalog/jobs.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { knownValue } from "../../plan/fold-scalar.ts";
import type { PlanTask } from "../../plan/plan.ts";
import type { Span } from "../../text/span.ts";
import { isRecordValue, type RecordValue, type Value } from "../../types/value.ts";
import { suggest } from "../../util/suggest.ts";
import { referenceProblem } from "../file-references.ts";
import { namedFiles } from "../map-files.ts";
import { TASK_CONTAINER } from "../merge-pod.ts";
import { holdsFiles, podOutputPaths } from "../result-class.ts";
import { templateValues } from "../template-values.ts";
import type { TaskCall } from "./calls.ts";
import { type JobsContext, MOST_DATA } from "./context.ts";
import type { StepProblem } from "./job.ts";

const diagnostic = bindDiagnostics(jobs);

/** Bytes of one argument, and of one variable with its name, with what ends it. */
const MOST_TEXT = 131_071;
/** Bytes of all arguments and variables of a process. */
const MOST_TEXTS = 2 * 1024 * 1024;

type At = (place: string) => Span;

/** All that is wrong; `driven`: Files are brought to pods, by a driver. */
export function checkLimits(context: JobsContext, calls: readonly TaskCall[], driven: boolean, at: At): Diagnostic[] {
  const found: Diagnostic[] = [];
  const tasks = [...new Set(calls.map(({ task }) => task))];
  for (const task of tasks) found.push(...checkTask(context, task, driven, at));
  found.push(...checkParameters(context, at));
  for (const call of calls) found.push(...checkCall(context, call, at));
  const { pod } = context.profile;
  if (pod) found.push(...reservedNames(pod, "`pod` of the profile", at(context.pipeline.source)));
  return found;
}

/** A failure that is sure before anything starts. */
export function reportProblem(problem: StepProblem, at: At): Diagnostic {
  return diagnostic("fails-before-start", at(problem.at), { problem: problem.message });
}

function checkTask(context: JobsContext, task: PlanTask, driven: boolean, at: At): Diagnostic[] {
  const { profile } = context;
  const found: Diagnostic[] = [];
  const span = at(task.source);
  if (task.image === undefined && profile.images.default === undefined) {
    const help =
      "name one in the task, or one for all tasks in sluice.yaml: `kubernetes: { images: { default: ... } }`";
    found.push(diagnostic("image-needed", span, { task: task.name }, { help }));
  }
  const output = task.outputs.find(({ type }) => holdsFiles(type));
  if (driven && profile.storage === undefined && output) {
    const what = output.name === null ? "a File as its result" : `the File output \`${output.name}\``;
    const help =
      "name a volume or a bucket in sluice.yaml: `kubernetes: { storage: { pvc: my-claim } }`, `{ s3: { bucket: my-bucket } }`";
    found.push(diagnostic("storage-needed", span, { task: task.name, what, profile: context.profileName }, { help }));
  }
  const accelerator = task.resources.accelerator && knownValue(task.resources.accelerator, new Map());
  const known = [...profile.gpu.accelerators.keys()];
  if (typeof accelerator === "string" && !known.includes(accelerator)) {
    const [near] = suggest(accelerator, known);
    const help = near === undefined ? {} : { help: `Did you mean \`${near}\`?` };
    found.push(diagnostic("unknown-accelerator", span, { name: accelerator, known }, help));
  }
  if (task.command.form === "script") {
    const bytes = byteLength(task.command.text);
    if (bytes > MOST_DATA) {
      found.push(diagnostic("script-too-large", at(task.command.source), { task: task.name, bytes, most: MOST_DATA }));
    }
  }
  if (task.pod !== undefined) found.push(...reservedNames(task.pod, `\`pod\` of task \`${task.name}\``, span));
  return found;
}

function reservedNames(pod: Value, where: string, span: Span): Diagnostic[] {
  const [container] = recordsIn(pod, "containers");
  const named = [
    ...recordsIn(pod, "volumes").map(({ name }) => ({ name, what: "a volume", taken: isOurs(name) })),
    ...recordsIn(pod, "initContainers").map(({ name }) => ({
      name,
      what: "a container",
      taken: isOurs(name) || name === TASK_CONTAINER,
    })),
    ...recordsIn(container ?? null, "volumeMounts").map(({ mountPath: name }) => ({
      name,
      what: "a mount path",
      taken: typeof name === "string" && /^\/sluice(\/|$)/.test(name),
    })),
  ];
  return named
    .filter(({ taken }) => taken)
    .map(({ name, what }) => diagnostic("reserved-pod-name", span, { name: String(name), what, where }));
}

function isOurs(name: Value | undefined): boolean {
  return typeof name === "string" && name.startsWith("sluice-");
}

/** The records of the list that a field holds. */
function recordsIn(value: Value, field: string): RecordValue[] {
  const list = isRecordValue(value) && Object.hasOwn(value, field) ? value[field] : [];
  return Array.isArray(list) ? (list as readonly Value[]).filter(isRecordValue) : [];
}

function checkParameters({ pipeline, parameters, profile }: JobsContext, at: At): Diagnostic[] {
  return pipeline.parameters.flatMap(({ name, type, source }) =>
    checkFiles(namedFiles(parameters[name] ?? null, type), `Parameter \`${name}\``, profile, at(source)),
  );
}

function checkFiles(
  references: readonly string[],
  whose: string,
  profile: KubernetesProfile,
  span: Span,
): Diagnostic[] {
  return references.flatMap((reference) => {
    const problem = referenceProblem([reference], profile);
    return problem === undefined ? [] : [diagnostic("file-out-of-reach", span, { whose, problem })];
  });
}

function checkCall(context: JobsContext, call: TaskCall, at: At): Diagnostic[] {
  const { task } = call;
  const found: Diagnostic[] = [];
  for (const { name, value, written } of call.files) {
    // What comes from a parameter is reported there.
    if (!written) continue;
    const type = task.parameters.find((parameter) => parameter.name === name)!.type;
    const whose = `Argument \`${name}\` of \`${task.name}\``;
    found.push(...checkFiles(namedFiles(value, type), whose, context.profile, at(call.call.source)));
  }
  const values = templateValues(task, call.known, podOutputPaths(task, context.profile.results === "collected"));
  if (!values.ok) return found;
  const { command, env } = values.value;
  const texts = [
    ...("argv" in command ? command.argv.map((text, index) => ({ what: `Argument ${index + 1}`, text })) : []),
    ...env.flatMap((entry) =>
      "value" in entry ? [{ what: `The variable \`${entry.name}\``, text: `${entry.name}=${entry.value}` }] : [],
    ),
  ];
  let all = 0;
  for (const { what, text } of texts) {
    const bytes = byteLength(text);
    all += bytes + 1;
    if (bytes > MOST_TEXT) {
      found.push(diagnostic("text-too-large", at(call.call.source), { task: task.name, what, bytes, most: MOST_TEXT }));
    }
  }
  if (all > MOST_TEXTS) {
    const what = "The whole command line";
    found.push(
      diagnostic("text-too-large", at(call.call.source), { task: task.name, what, bytes: all, most: MOST_TEXTS }),
    );
  }
  return found;
}

/** Checks of the pipeline that are known to fail. A driver finds that too, and says so as the failure of its run. */
export function checkChecks({ pipeline, parameters }: JobsContext, at: At): Diagnostic[] {
  const values = new Map(Object.entries(parameters));
  const found: Diagnostic[] = [];
  for (const node of pipeline.body.nodes) {
    if (node.kind === "let") {
      const value = knownValue(node.value, values);
      if (value !== undefined) values.set(node.id, value);
    }
    if (node.kind !== "check" || knownValue(node.test, values) !== false) continue;
    const message = node.message && knownValue(node.message, values);
    const problem = typeof message === "string" ? message : `the check \`${node.text}\` does not hold`;
    found.push(diagnostic("fails-before-start", at(node.source), { problem: `${problem}.` }));
  }
  return found;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
