// The Argo target: one Workflow, WorkflowTemplate or CronWorkflow, for review, `argo lint` and `kubectl create`. In: a plan, its parameters and a
// profile. Out: files; or what of the program Argo cannot keep. Equal input, equal bytes.
import type { ArgoProfile } from "../../config/argo-profile.ts";
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import type { Plan, PlanPipeline } from "../../plan/plan.ts";
import type { Span } from "../../text/span.ts";
import type { RecordValue } from "../../types/value.ts";
import { type Emitted, type EmittedFile, type EmittedObject, emitFile } from "../emitter.ts";
import { LONGEST_CRON_NAME, pipelineName } from "../k8s-names.ts";
import { objectLabels } from "../labels.ts";
import type { JsonObject } from "../yaml.ts";
import type { ArgoContext, ArgoTemplate } from "./context.ts";
import { refuseFailures } from "./failure-use.ts";
import { refuseForeignFiles } from "./file-use.ts";
import { pipelinesOfItems } from "./keys.ts";
import { ARGO_FILES, type ArgoKind } from "./kinds.ts";
import { scriptName } from "./leaf.ts";
import { checkSizes, checkTasks } from "./limits.ts";
import { finallyTemplate, mainTemplate, parameterText } from "./main-template.ts";
import { cronFields, madeMetadata, specFields, workflowMetadata } from "./profile-fields.ts";

export interface ArgoOptions {
  /** Decoded, defaults filled in. */
  readonly parameters: RecordValue;
  readonly profile: KubernetesProfile;
  readonly profileName?: string;
  readonly argo?: ArgoProfile;
  /** Wins over the profile's. */
  readonly namespace?: string;
  /** Of a Workflow that is one run: its scripts are named for it, so that they can go with it. */
  readonly run?: string;
  /** Without one a pipeline with a schedule becomes a CronWorkflow, any other a Workflow. */
  readonly kind?: ArgoKind;
  /** The text at a place of the plan, "file:line:column". */
  readonly span: (place: string) => Span;
}

/** Emits the plan's pipeline. */
export function emitArgo(plan: Plan, options: ArgoOptions): Emitted {
  const context = createContext(plan, options);
  const { pipeline } = context;
  checkTasks(context);
  refuseFailures(context);
  refuseForeignFiles(context);
  const main = mainTemplate(context);
  const atEnd = pipeline.finally && finallyTemplate(context, pipeline.finally);
  const templates = [...context.templates, ...sharedTemplates(context)];
  const spec = workflowSpec(context, templates, main, atEnd, options);
  const kind = options.kind ?? (pipeline.schedule ? "CronWorkflow" : "Workflow");
  const workflow = workflowObject(context, kind, spec, templates, options.argo);
  const objects = [...scripts(context), workflow];
  checkSizes(context, templates, JSON.stringify(workflow.object).length);
  const { diagnostics } = context;
  if (diagnostics.some(({ severity }) => severity === "error")) return { value: [], diagnostics };
  const file: EmittedFile = emitFile(ARGO_FILES[0], objects);
  return { value: [file], diagnostics };
}

function createContext(plan: Plan, options: ArgoOptions): ArgoContext {
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline);
  if (!pipeline) throw new Error(`the plan has no pipeline ${plan.pipeline}`);
  return {
    plan,
    pipeline,
    parameters: options.parameters,
    profile: options.profile,
    namespace: options.namespace ?? options.profile.namespace ?? "default",
    tasks: new Map(plan.tasks.map((task) => [task.id, task])),
    pipelines: new Map(plan.pipelines.map((each) => [each.id, each])),
    templates: [],
    taken: new Set(["value", "check", "wait", "failed-item", "nothing"]),
    shared: new Set(),
    ofItems: pipelinesOfItems(plan),
    ...(options.run !== undefined && { run: options.run }),
    called: new Map(),
    diagnostics: [],
    span: options.span,
  };
}

function sharedTemplates({ shared, pipeline }: ArgoContext): ArgoTemplate[] {
  const made: ArgoTemplate[] = [];
  const say = (text: string): string => `${pipeline.source}: ${text}`;
  if (shared.has("value")) {
    made.push({
      name: "value",
      comment: say("computes without a pod: its input is its output; the dag needs a task, which never runs"),
      body: {
        inputs: { parameters: [{ name: "v" }] },
        dag: { tasks: [{ name: "nothing", template: "check", when: "false" }] },
        outputs: { parameters: [{ name: "v", valueFrom: { expression: 'inputs.parameters["v"]' } }] },
      },
    });
  }
  if (shared.has("failed-item")) {
    made.push({
      name: "failed-item",
      comment: say(
        "tells all items of a map, without a pod, that one has failed, so that no more are started than may",
      ),
      body: {
        inputs: { parameters: [{ name: "item" }] },
        dag: { tasks: [{ name: "nothing", template: "check", when: "false" }] },
        outputs: {
          parameters: [
            { name: "failed", globalName: "{{inputs.parameters.item}}", valueFrom: { expression: '"true"' } },
          ],
        },
      },
    });
  }
  if (shared.has("value") || shared.has("check") || shared.has("failed-item")) {
    made.push({
      name: "check",
      comment: say("a point without a pod: where its input cannot be computed, what waits for it does not start"),
      body: { inputs: { parameters: [{ name: "ok", default: "true" }] }, suspend: { duration: "0" } },
    });
  }
  if (shared.has("wait")) {
    made.push({
      name: "wait",
      comment: say("waits without a pod"),
      body: {
        inputs: { parameters: [{ name: "duration" }] },
        suspend: { duration: '{{=inputs.parameters["duration"]}}' },
      },
    });
  }
  return made;
}

function workflowSpec(
  context: ArgoContext,
  templates: readonly ArgoTemplate[],
  main: string,
  atEnd: string | undefined,
  options: ArgoOptions,
): JsonObject {
  const { pipeline, profile } = context;
  const parameters = pipeline.parameters.map((parameter) => {
    const value = parameterText(context, parameter, options.parameters);
    return {
      name: parameter.name,
      ...(value !== undefined && { value }),
      ...(parameter.documentation && { description: parameter.documentation }),
    };
  });
  const seconds = pipeline.timeout?.op === "literal" ? Math.ceil(Number(pipeline.timeout.value) / 1000) : undefined;
  return {
    entrypoint: main,
    ...(atEnd !== undefined && { onExit: atEnd }),
    ...(parameters.length > 0 && { arguments: { parameters } }),
    ...(seconds !== undefined && { activeDeadlineSeconds: Math.max(1, seconds) }),
    ...specFields(context, options.argo),
    ...(profile.serviceAccount !== undefined && { serviceAccountName: profile.serviceAccount }),
    ...(profile.images.pullSecrets.length > 0 && {
      imagePullSecrets: profile.images.pullSecrets.map((name) => ({ name })),
    }),
    podMetadata: { labels: objectLabels({ pipeline: pipeline.name }, "task") },
    podSpecPatch: '{"enableServiceLinks": false}',
    templates: templates.map(({ name, body }) => ({ name, ...body })),
  };
}

function workflowObject(
  context: ArgoContext,
  kind: ArgoKind,
  spec: JsonObject,
  templates: readonly ArgoTemplate[],
  argo: ArgoProfile | undefined,
): EmittedObject {
  const { pipeline, namespace } = context;
  const labels = objectLabels({ pipeline: pipeline.name }, "program");
  const at = kind === "CronWorkflow" ? ["spec", "workflowSpec", "templates"] : ["spec", "templates"];
  const notes = templates.map(({ comment }, index) => ({ path: [...at, index], comment }));
  const comment = `${pipeline.source}: pipeline ${pipeline.name}`;
  const head = { apiVersion: "argoproj.io/v1alpha1", kind };
  if (kind === "Workflow") {
    const generateName = `${pipelineName(pipeline.name, "", 52)}-`;
    const metadata = { generateName, namespace, ...workflowMetadata(argo, labels) };
    return { comment, notes, object: { ...head, metadata, spec } };
  }
  const name = pipelineName(pipeline.name, "", kind === "CronWorkflow" ? LONGEST_CRON_NAME : 57);
  const metadata = { name, namespace, labels };
  if (kind === "WorkflowTemplate")
    return { comment, notes, object: { ...head, metadata, spec: { ...madeMetadata(argo), ...spec } } };
  return { comment, notes, object: { ...head, metadata, spec: cronSpec(pipeline, spec, argo) } };
}

function cronSpec({ schedule }: PlanPipeline, workflowSpec: JsonObject, argo: ArgoProfile | undefined): JsonObject {
  return {
    schedules: [schedule?.cron ?? "0 0 * * *"],
    ...(schedule?.zone !== undefined && { timezone: schedule.zone }),
    concurrencyPolicy: "Forbid",
    ...cronFields(argo),
    ...madeMetadata(argo),
    workflowSpec,
  };
}

/** The scripts, as files for their pods: their text never passes through a template. */
function scripts(context: ArgoContext): EmittedObject[] {
  const { pipeline, namespace } = context;
  return context.plan.tasks.flatMap((task): EmittedObject[] => {
    if (task.command.form !== "script") return [];
    const metadata = {
      name: scriptName(context, task),
      namespace,
      labels: objectLabels({ pipeline: pipeline.name }, "script"),
    };
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      immutable: true,
      data: { script: task.command.text },
    };
    return [{ comment: `${task.command.source}: the script of task ${task.name}`, object }];
  });
}
