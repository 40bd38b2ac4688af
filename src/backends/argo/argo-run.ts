// Runs of the Argo engine: Workflows that hold the plan they were made from. In: a client, a name. Out: the Workflow with its plan, or a sentence.
import { gunzipSync, gzipSync } from "node:zlib";
import { PLAN_VERSION, type Plan } from "../../plan/plan.ts";
import { decodeJson } from "../../types/decode.ts";
import { toJsonValue } from "../../types/encode.ts";
import type { RunStatus } from "../../types/type.ts";
import type { RecordValue, Value } from "../../types/value.ts";
import type { FileResult } from "../file-problem.ts";
import { restoreValue } from "../journal-format.ts";
import type { ClusterClient } from "../kubernetes/client.ts";
import { explainProblem } from "../kubernetes/explain-problem.ts";
import { list } from "../kubernetes/list.ts";
import type { ClusterObject } from "../kubernetes/objects.ts";
import { resourcePath } from "../kubernetes/resource-path.ts";
import { type Trace, traceWorkflow } from "./trace.ts";
import { hasEnded, parameterOf, readNodes, type Workflow, type WorkflowNode } from "./workflow.ts";

/** The annotation that holds the plan and the parameters: base64 of gzip of JSON. */
const PLAN_ANNOTATION = "sluice.dev/plan";
/** Bytes of an annotation that the server takes beside others. */
const MOST_PLAN = 200 * 1024;

const OURS = "app.kubernetes.io/managed-by=sluice";

/** `failing`: something has failed, and what runs may finish. */
export type ArgoState = "running" | "failing" | RunStatus;

export interface ArgoRun {
  readonly name: string;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly created: number;
  readonly ended?: number;
  readonly state: ArgoState;
  readonly uid: string;
}

/** A run with what its Workflow says now. */
export interface OpenArgoRun extends ArgoRun {
  readonly plan: Plan;
  /** Decoded, defaults filled in. */
  readonly parameters: RecordValue;
  readonly trace: Trace;
  /** Of a run that succeeded: the JSON of the result. */
  readonly result: Value;
  /** What Argo says of the whole. */
  readonly message: string;
  /** Whether anything of it runs. */
  readonly active: boolean;
}

/** The plan and the parameters as the annotation that a Workflow carries; undefined when they are too large. */
export function planAnnotation(plan: Plan, parameters: RecordValue): Readonly<Record<string, string>> | undefined {
  const text = gzipSync(JSON.stringify({ plan, parameters })).toString("base64");
  return text.length > MOST_PLAN ? undefined : { [PLAN_ANNOTATION]: text };
}

/** Creates what a run consists of: its scripts, which pods wait for, and its Workflow, with which they go. */
export async function createArgoRun(
  client: ClusterClient,
  objects: readonly ClusterObject[],
  dryRun: boolean,
): Promise<FileResult<null>> {
  const query = dryRun ? { dryRun: "All" } : {};
  const scripts: ClusterObject[] = [];
  for (const body of objects) {
    const isScript = body.kind !== "Workflow";
    const path = resourcePath(isScript ? "configmaps" : "workflows", client.namespace);
    const made = await client.request<ClusterObject>("POST", path, { body, query, repeatable: isScript });
    if (made.ok && !isScript) {
      if (!dryRun) await handOver(client, scripts, made.value);
    } else if (made.ok || (isScript && made.status === 409)) scripts.push(body);
    else {
      const doing = isScript ? `create the script \`${body.metadata.name}\`` : "create the Workflow";
      if (!dryRun)
        for (const { metadata } of scripts) await client.request("DELETE", scriptPath(client, metadata.name));
      return { ok: false, message: explain(made, doing, client) };
    }
  }
  return { ok: true, value: null };
}

/** Lets the scripts of the run go with its Workflow. Where the account may not change ConfigMaps they stay, which harms nothing. */
async function handOver(client: ClusterClient, scripts: readonly ClusterObject[], owner: ClusterObject): Promise<void> {
  const { name, uid } = owner.metadata;
  const ownerReferences = [{ apiVersion: owner.apiVersion, kind: owner.kind, name, uid }];
  const body = { metadata: { ownerReferences } };
  await Promise.all(
    scripts.map(({ metadata }) =>
      client.request("PATCH", scriptPath(client, metadata.name), { body, repeatable: true }),
    ),
  );
}

function scriptPath({ namespace }: ClusterClient, name: string): string {
  return resourcePath("configmaps", namespace, name);
}

/** All runs of the client's namespace, oldest first. */
export async function listArgoRuns(client: ClusterClient): Promise<FileResult<readonly ArgoRun[]>> {
  const path = resourcePath("workflows", client.namespace);
  const listed = await list<Workflow, ArgoRun>(client, path, { labelSelector: OURS }, toRun, { page: 20 });
  if (!listed.ok)
    return { ok: false, message: explain(listed, `list the Workflows of namespace \`${client.namespace}\``, client) };
  const runs = listed.value.items.toSorted((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
  return { ok: true, value: runs };
}

/** Reads a run by its full name. */
export async function openArgoRun(client: ClusterClient, name: string): Promise<FileResult<OpenArgoRun>> {
  const found = await client.request<Workflow>("GET", resourcePath("workflows", client.namespace, name));
  return found.ok
    ? readArgoRun(found.value)
    : { ok: false, message: explain(found, `read Workflow \`${name}\``, client) };
}

/** What a Workflow says of its run. */
export function readArgoRun(workflow: Workflow): FileResult<OpenArgoRun> {
  const { metadata, status } = workflow;
  const stored = readPlan(metadata.annotations?.[PLAN_ANNOTATION]);
  if (!stored)
    return {
      ok: false,
      message: `Workflow \`${metadata.name}\` was not started by \`sluice run --on argo\`, or by another version of it: look at it with Argo`,
    };
  const nodes = readNodes(workflow);
  if (!nodes.ok) return nodes;
  const { plan, parameters } = stored;
  const trace = traceWorkflow(plan, metadata.name, nodes.value);
  const run = toRun(workflow);
  const state = run.state === "running" && trace.failures.length > 0 ? "failing" : run.state;
  const text = parameterOf(nodes.value.get(metadata.name)?.outputs?.parameters, "result");
  const result = state === "succeeded" && text !== undefined ? readResult(plan, text) : null;
  const active = [...nodes.value.values()].some(({ type, phase }) => type === "Pod" && !hasEnded(phase));
  const message = status?.message || lateMessage(nodes.value);
  return { ok: true, value: { ...run, state, plan, parameters, trace, result, message, active } };
}

/** Asks the Workflow to end. `Stop` lets `finally` run, `Terminate` ends it too. */
export async function stopArgoRun(
  client: ClusterClient,
  name: string,
  how: "Stop" | "Terminate",
): Promise<FileResult<null>> {
  const body = { spec: { shutdown: how } };
  const path = resourcePath("workflows", client.namespace, name);
  const patched = await client.request("PATCH", path, { body, repeatable: true });
  return patched.ok
    ? { ok: true, value: null }
    : { ok: false, message: explain(patched, `ask Workflow \`${name}\` to end`, client) };
}

/** Deletes the Workflow, and with it its pods and scripts. */
export async function deleteArgoRun(client: ClusterClient, { name, uid }: ArgoRun): Promise<FileResult<null>> {
  const body = { propagationPolicy: "Background", preconditions: { uid } };
  const deleted = await client.request("DELETE", resourcePath("workflows", client.namespace, name), { body });
  return deleted.ok || deleted.status === 404
    ? { ok: true, value: null }
    : { ok: false, message: explain(deleted, `delete Workflow \`${name}\``, client) };
}

function explain(problem: Parameters<typeof explainProblem>[0], doing: string, client: ClusterClient): string {
  if (problem.status === 404 && /could not find the requested resource|page not found/.test(problem.message))
    return `the cluster of context \`${client.context}\` does not have Argo Workflows: install it, or use \`--on kubernetes\``;
  return explainProblem(problem, doing, client);
}

function toRun(workflow: Workflow): ArgoRun {
  const { metadata, spec, status } = workflow;
  const created = Date.parse(metadata.creationTimestamp ?? "");
  const phase = status?.phase;
  const ended = Date.parse(status?.finishedAt ?? "");
  const state: ArgoState =
    phase === "Succeeded" || (hasEnded(phase) && spec?.shutdown === undefined && mainSucceeded(workflow))
      ? "succeeded"
      : !hasEnded(phase)
        ? "running"
        : spec?.shutdown === undefined
          ? "failed"
          : "cancelled";
  return {
    name: metadata.name,
    pipeline: metadata.labels?.["sluice.dev/pipeline"] ?? metadata.name,
    created: Number.isNaN(created) ? 0 : created,
    ...(hasEnded(phase) && !Number.isNaN(ended) && { ended }),
    state,
    uid: metadata.uid ?? "",
  };
}

/** What nodes say where the time of the whole Workflow was over, which itself says nothing then. */
function lateMessage(nodes: ReadonlyMap<string, WorkflowNode>): string {
  const late = [...nodes.values()].find(({ message = "" }) =>
    /workflow deadline|Step exceeded its deadline/.test(message),
  );
  return late?.message ?? "";
}

/** A failure in `finally` changes no status for us, but that of the Workflow. */
function mainSucceeded(workflow: Workflow): boolean {
  const nodes = readNodes(workflow);
  return nodes.ok && nodes.value.get(workflow.metadata.name)?.phase === "Succeeded";
}

function readPlan(text: string | undefined): { readonly plan: Plan; readonly parameters: RecordValue } | undefined {
  if (text === undefined) return undefined;
  try {
    const json = JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString("utf8")) as Value;
    const stored = restoreValue(json) as unknown as { readonly plan: Plan; readonly parameters: RecordValue };
    return stored.plan.version === PLAN_VERSION ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON of the result, fields in the order of their type: Argo sorts them. */
function readResult(plan: Plan, text: string): Value {
  const type = plan.pipelines.find(({ id }) => id === plan.pipeline)?.result;
  if (type === undefined || type.kind === "string") return text;
  const decoded = decodeJson(text, type);
  return decoded.ok ? toJsonValue(decoded.value, type) : restoreValue(JSON.parse(text) as Value);
}
