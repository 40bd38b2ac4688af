// What of tasks and sizes Argo cannot take, each at the place that meets it.
import { jobs } from "../../diagnostics/catalog/jobs.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import { knownValue } from "../../plan/fold-scalar.ts";
import { MOST_DATA } from "../jobs/context.ts";
import type { JsonObject } from "../yaml.ts";
import { type ArgoContext, type ArgoTemplate, refuse } from "./context.ts";

const diagnostic = bindDiagnostics(jobs);

const MOST_TEMPLATES = 200;
const MOST_TASKS = 200;
/** Bytes of a Workflow before anything has run; its state grows from there to the server's limit of 1.5 MiB. */
const MOST_BYTES = 1024 * 1024;

/** Refuses tasks without an image, unknown accelerators, results to reuse, and timeouts that only a run knows. */
export function checkTasks(context: ArgoContext): void {
  const { plan, pipeline, profile, span, diagnostics } = context;
  for (const task of plan.tasks) {
    if (task.image === undefined && profile.images.default === undefined) {
      const help =
        "name one in the task, or one for all tasks in sluice.yaml: `kubernetes: { images: { default: ... } }`";
      diagnostics.push(diagnostic("image-needed", span(task.source), { task: task.name }, { help }));
    }
    if (task.command.form === "script") {
      const bytes = new TextEncoder().encode(task.command.text).length;
      if (bytes > MOST_DATA)
        diagnostics.push(
          diagnostic("script-too-large", span(task.command.source), { task: task.name, bytes, most: MOST_DATA }),
        );
    }
    const accelerator = task.resources.accelerator && knownValue(task.resources.accelerator, new Map());
    const known = [...profile.gpu.accelerators.keys()];
    if (typeof accelerator === "string" && !known.includes(accelerator))
      diagnostics.push(diagnostic("unknown-accelerator", span(task.source), { name: accelerator, known }));
    if (task.cache) {
      refuse(context, "argo-refused", task.source, {
        what: `\`cache\` of \`${task.name}\``,
        reason: "its memory of results is one ConfigMap of 1 MiB, and a result that does not fit into it fails the run",
        instead: "Leave `cache` out, or compile for `--target jobs`.",
      });
    }
  }
  if (pipeline.timeout && pipeline.timeout.op !== "literal") {
    refuse(context, "argo-refused", pipeline.source, {
      what: "the pipeline's `timeout`",
      reason: "it is a number in the Workflow and has to be known when compiling",
      instead: "Write the duration.",
    });
  }
}

/** Refuses what the API server would not take. */
export function checkSizes(context: ArgoContext, templates: readonly ArgoTemplate[], bytes: number): void {
  const { pipeline } = context;
  const large = templates.find(
    ({ body }) =>
      (((body.dag as JsonObject | undefined)?.tasks as readonly unknown[] | undefined) ?? []).length > MOST_TASKS,
  );
  const say = (what: string, reason: string): void =>
    refuse(context, "argo-refused", pipeline.source, {
      what,
      reason,
      instead: "Use a `map` instead of writing steps one by one.",
    });
  if (templates.length > MOST_TEMPLATES)
    say("this pipeline", `it makes ${templates.length} templates, and a Workflow takes ${MOST_TEMPLATES}`);
  if (large) say("this pipeline", `a block makes more than ${MOST_TASKS} tasks`);
  if (bytes > MOST_BYTES) say("this pipeline", `its Workflow has ${bytes} bytes, more than the server takes`);
}
