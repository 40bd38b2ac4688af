// The PodTemplate of a task call: the pod that each of its attempts gets, with `\(exp.lr)` where the run decides. A driver fills those places in
// and changes nothing else.
import { printExpr } from "../../plan/print-expr.ts";
import type { EmittedObject } from "../emitter.ts";
import { objectLabels, type StepNames } from "../labels.ts";
import { buildPodTemplate } from "../pod.ts";
import { podOutputPaths } from "../result-class.ts";
import { placeholder, templateValues } from "../template-values.ts";
import type { TaskCall } from "./calls.ts";
import { type JobsContext, lastingName, objectMetadata, runObjectName } from "./context.ts";
import type { StepProblem } from "./job.ts";
import { scriptName } from "./script-config-map.ts";
import { mostInPod } from "./shared-job.ts";

/** How a driver finds the template of a call: the pipeline's id and the call's path in it. */
export function callId({ pipeline, path }: TaskCall): string {
  return `${pipeline.id}/${path}`;
}

/** The name of the template of a call. */
export function templateName(context: JobsContext, call: TaskCall): string {
  const parts = call.pipeline.id === context.pipeline.id ? [call.path] : [call.pipeline.name, call.path];
  return runObjectName(context, parts, callId(call));
}

/** The template, or what is wrong with amounts that are known already. */
export function podTemplate(
  context: JobsContext,
  call: TaskCall,
): { readonly ok: true; readonly object: EmittedObject } | { readonly ok: false; readonly problem: StepProblem } {
  const { task } = call;
  const { profile, plan, engineImage } = context;
  const values = templateValues(task, call.known, podOutputPaths(task, profile.results === "collected"));
  if (!values.ok) return { ok: false, problem: values.failure };
  const { annotations, ...pod } = values.value;
  const step: StepNames = { step: call.path };
  const key = !call.inMap ? undefined : call.key ? placeholder(call.key, { kind: "string" }) : "\\(key)";
  const together = Math.min(call.batch ?? 1, mostInPod(task, profile));
  const script = scriptName(context, task);
  const template = buildPodTemplate({
    ...pod,
    task,
    secrets: plan.secrets,
    labels: objectLabels({ pipeline: context.pipeline.name, run: context.run }, "task", step),
    annotations: {
      ...(key !== undefined && { "sluice.dev/key": key }),
      ...(together > 1 && { "sluice.dev/batch": String(together) }),
      ...annotations,
    },
    profile,
    engineImage,
    ...(script !== undefined && { scriptConfigMap: script }),
    marks: {
      run: context.run,
      // A pipeline may be called in several places.
      step: call.pipeline.id === context.pipeline.id ? call.path : `\\(step).${call.path}`,
      key: key ?? (call.pipeline.id === context.pipeline.id ? "" : "\\(key)"),
      attempt: "\\(attempt)",
    },
    outputPath: "\\(run)/\\(instance)/\\(attempt)",
    driven: true,
    ...(profile.serviceAccount === undefined && { serviceAccount: lastingName(context, "-tasks") }),
  });
  const metadata = objectMetadata(context, templateName(context, call), "task", {
    step,
    annotations: { "sluice.dev/call": callId(call) },
  });
  const given = call.call.arguments.map(({ name, value }) => `${name}: ${shorten(printExpr(value))}`).join(", ");
  const comment = `${call.call.source}: ${call.path}, each attempt of ${task.name}(${given})`;
  return { ok: true, object: { comment, object: { apiVersion: "v1", kind: "PodTemplate", metadata, template } } };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
