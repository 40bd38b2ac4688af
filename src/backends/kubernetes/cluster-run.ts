// The runs of a namespace and what each works from. In: a name, or what people type of it. Out: the run as its root ConfigMap and the further
// ones hold it, every byte of which was checked against the hashes beside it.
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import {
  DATA_HASH_ANNOTATION,
  hashData,
  joinData,
  PARTS_ANNOTATION,
  PLAN_HASH_ANNOTATION,
  restoreProfile,
} from "../../emit/jobs/plan-config-maps.ts";
import { PLAN_VERSION, type Plan } from "../../plan/plan.ts";
import { planHash } from "../../plan/plan-hash.ts";
import type { RecordValue, Value } from "../../types/value.ts";
import type { FileResult } from "../file-problem.ts";
import { restoreValue } from "../journal-format.ts";
import type { ClusterClient } from "./client.ts";
import type { RunRoot } from "./create-once.ts";
import { explainProblem } from "./explain-problem.ts";
import { list } from "./list.ts";
import type { ConfigMap, ObjectMeta } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

/** The annotation on a root that asks the run to end; its value is `cancel`, or `force` when tasks are to get no time. */
export const CANCEL_ANNOTATION = "sluice.dev/cancel";
/** The annotation on the root of a run that a schedule started: the name of the program that it came from. */
export const PROGRAM_ANNOTATION = "sluice.dev/program";
/** The label of everything that belongs to a run; its value is the run's name. */
export const RUN_LABEL = "sluice.dev/run";

const PIPELINE_LABEL = "sluice.dev/pipeline";
/** ConfigMaps with plans: the roots of runs and their further parts. */
const PLANS = "app.kubernetes.io/managed-by=sluice,app.kubernetes.io/component=plan";
const MOST_PARTS = 1000;

/** What is known of a run without its plan. */
export interface ListedRun {
  readonly name: string;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Milliseconds since the epoch, whole seconds. */
  readonly created: number;
  readonly uid: string;
  readonly cancelRequested: boolean;
  /** The Job of a schedule that began it, and owns it. */
  readonly startedBy?: { readonly name: string; readonly uid: string };
}

export interface ClusterRun extends ListedRun {
  readonly namespace: string;
  readonly plan: Plan;
  readonly planHash: string;
  /** Decoded, defaults filled in. */
  readonly parameters: RecordValue;
  readonly profile: KubernetesProfile;
  /** The name of the PodTemplate of each task call, by the call's id. */
  readonly templates: ReadonlyMap<string, string>;
  /** Stop what still runs after a failure. */
  readonly failFast: boolean;
  /** Extra fields in outputs are errors. */
  readonly strict: boolean;
  /** The program of a schedule whose PodTemplates and scripts the run uses; absent when it has its own. */
  readonly program?: string;
  readonly root: RunRoot;
}

/** Reads a run by its full name. */
export async function openClusterRun(client: ClusterClient, name: string): Promise<FileResult<ClusterRun>> {
  const doing = `read run \`${name}\``;
  const root = await readConfigMap(client, name);
  if (!root.ok && root.status === 404)
    return { ok: false, message: `there is no run \`${name}\` in namespace \`${client.namespace}\`` };
  if (!root.ok) return { ok: false, message: explainProblem(root, doing, client) };
  const { metadata } = root.value;
  const listed = toListed(metadata);
  const { [PARTS_ANNOTATION]: more = "0", [PLAN_HASH_ANNOTATION]: hash } = metadata.annotations ?? {};
  const count = /^\d{1,4}$/.test(more) ? Number(more) : Number.POSITIVE_INFINITY;
  if (listed === undefined || hash === undefined || count > MOST_PARTS)
    return { ok: false, message: `the ConfigMap \`${name}\` does not belong to a run of sluice` };
  const chunks = [root.value.data ?? {}];
  for (let part = 1; part <= count; part++) {
    const found = await readConfigMap(client, `${name}-${part}`);
    if (!found.ok)
      return { ok: false, message: explainProblem(found, `${doing}, part ${part + 1} of its plan`, client) };
    chunks.push(found.value.data ?? {});
  }
  const content = readContent(chunks, metadata.annotations?.[DATA_HASH_ANNOTATION], hash);
  if (!content.ok) return { ok: false, message: `run \`${name}\` cannot be read: ${content.message}` };
  const { name: _, uid, ...rest } = listed;
  const program = metadata.annotations?.[PROGRAM_ANNOTATION];
  return {
    ok: true,
    value: {
      name,
      uid,
      ...rest,
      namespace: client.namespace,
      ...content.value,
      planHash: hash,
      ...(program !== undefined && { program }),
      root: { name, uid },
    },
  };
}

/** All runs of the client's namespace, oldest first. */
export async function listClusterRuns(client: ClusterClient): Promise<FileResult<readonly ListedRun[]>> {
  const listed = await list<ConfigMap, ListedRun | undefined>(
    client,
    resourcePath("configmaps", client.namespace),
    { labelSelector: `${PLANS},${RUN_LABEL}` },
    // The plans themselves may be large and are not kept.
    ({ metadata }) => (metadata.labels?.[RUN_LABEL] === metadata.name ? toListed(metadata) : undefined),
    { page: 50 },
  );
  if (!listed.ok)
    return { ok: false, message: explainProblem(listed, `list the runs of namespace \`${client.namespace}\``, client) };
  const runs = listed.value.items.filter((run) => run !== undefined);
  if (runs.length === 0) {
    // A namespace that is not there is answered like an empty one. Who may not ask for it gets no better answer.
    const path = `/api/v1/namespaces/${encodeURIComponent(client.namespace)}`;
    const namespace = await client.request("GET", path);
    if (!namespace.ok && namespace.status === 404)
      return { ok: false, message: explainProblem(namespace, "list the runs", client) };
  }
  return { ok: true, value: runs.sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1)) };
}

/** The run people mean, of those that `listClusterRuns` gave: `latest`, a full name, or the beginning of exactly one name. */
export function pickClusterRun(
  { context, namespace }: Pick<ClusterClient, "context" | "namespace">,
  all: readonly ListedRun[],
  wanted: string,
): FileResult<ListedRun> {
  const where = `in namespace \`${namespace}\` of context \`${context}\``;
  if (all.length === 0) return { ok: false, message: `there are no runs ${where}` };
  if (wanted === "latest") return { ok: true, value: all.at(-1)! };
  const exact = all.find(({ name }) => name === wanted);
  const matches = exact === undefined ? all.filter(({ name }) => name.startsWith(wanted)) : [exact];
  if (matches.length === 1) return { ok: true, value: matches[0]! };
  const shown = (matches.length === 0 ? all : matches).slice(-5).map(({ name }) => `\`${name}\``);
  const more = matches.length > 5 ? " …" : "";
  return {
    ok: false,
    message:
      matches.length === 0
        ? `no run ${where} begins with \`${wanted}\`; the latest are ${shown.join(", ")}`
        : `${matches.length} runs begin with \`${wanted}\`: ${shown.join(", ")}${more}`,
  };
}

function readConfigMap(client: ClusterClient, name: string) {
  return client.request<ConfigMap>("GET", resourcePath("configmaps", client.namespace, name));
}

function toListed(metadata: ObjectMeta): ListedRun | undefined {
  const { name, uid, labels, annotations, creationTimestamp = "", ownerReferences = [] } = metadata;
  const pipeline = labels?.[PIPELINE_LABEL];
  if (uid === undefined || pipeline === undefined) return undefined;
  const created = Date.parse(creationTimestamp);
  const cancelRequested = annotations?.[CANCEL_ANNOTATION] !== undefined;
  const job = ownerReferences.find(({ kind }) => kind === "Job");
  return {
    name,
    uid,
    pipeline,
    created: Number.isNaN(created) ? 0 : created,
    cancelRequested,
    ...(job && { startedBy: { name: job.name, uid: job.uid } }),
  };
}

type Content = Pick<ClusterRun, "plan" | "parameters" | "profile" | "templates" | "failFast" | "strict">;

function readContent(
  chunks: readonly Readonly<Record<string, string>>[],
  dataHash: string | undefined,
  hash: string,
): FileResult<Content> {
  const entries = joinData(chunks);
  if (entries === undefined || dataHash === undefined || hashData(entries) !== dataHash)
    return { ok: false, message: "its ConfigMaps are not as they were when it began" };
  const read = (name: string): Value => {
    const text = entries.get(name);
    // Its hash is right: whatever stands there was written by us.
    return text === undefined ? null : restoreValue(JSON.parse(text) as Value);
  };
  const plan = read("plan.json") as unknown as Plan;
  if (plan?.version !== PLAN_VERSION)
    return { ok: false, message: "it was made by another version of sluice; use that version for this run" };
  if (planHash(plan) !== hash) return { ok: false, message: "its plan is not the one that its hash belongs to" };
  const profile = restoreProfile(plainRecord(read("profile.json")));
  const templates = new Map(Object.entries(plainRecord(read("templates.json"))).map(([id, to]) => [id, String(to)]));
  const options = plainRecord(read("options.json"));
  const [failFast, strict] = [options.failFast === true, options.strict === true];
  const parameters = plainRecord(read("parameters.json"));
  return { ok: true, value: { plan, parameters, profile, templates, failFast, strict } };
}

function plainRecord(value: Value): RecordValue {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as RecordValue) : {};
}
