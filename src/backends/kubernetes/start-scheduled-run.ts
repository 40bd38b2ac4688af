// A run for one start of a schedule. In: the program that `sluice apply` left in the cluster and the Job that the CronJob made. Out: a run named
// like the Job. Its ConfigMaps are copies of the program's, owned by the Job, so that the history limits of the CronJob remove old runs; its pods
// follow the PodTemplates of the program. A driver that is started again after a crash finds the run and goes on with it.
import { PARTS_ANNOTATION } from "../../emit/jobs/plan-config-maps.ts";
import type { FileResult } from "../file-problem.ts";
import type { ClusterClient } from "./client.ts";
import { type ClusterRun, openClusterRun, PROGRAM_ANNOTATION, RUN_LABEL } from "./cluster-run.ts";
import { createOnce, seal } from "./create-once.ts";
import { explainProblem } from "./explain-problem.ts";
import type { ClusterObject, ConfigMap, ObjectMeta } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

export interface ScheduledStart {
  /** The root ConfigMap of the program. */
  readonly program: string;
  /** The Job that this driver runs in; the run gets its name. */
  readonly job: string;
}

const COMPONENT_LABEL = "app.kubernetes.io/component";
const INSTANCE_LABEL = "app.kubernetes.io/instance";
const MOST_PARTS = 1000;

/** Opens the run of a Job, after making it where there is none yet. */
export async function openOrCreateScheduledRun(
  client: ClusterClient,
  { program, job }: ScheduledStart,
): Promise<FileResult<ClusterRun>> {
  const read = (name: string) => client.request<ConfigMap>("GET", resourcePath("configmaps", client.namespace, name));
  const found = await read(job);
  if (!found.ok && found.status !== 404)
    return { ok: false, message: explainProblem(found, `look for run \`${job}\``, client) };
  if (found.ok && found.value.metadata.annotations?.[PROGRAM_ANNOTATION] !== program)
    return { ok: false, message: `the ConfigMap \`${job}\` does not belong to a run of program \`${program}\`` };
  let root = found.ok ? found.value : undefined;

  const original = await read(program);
  if (!original.ok) {
    // A run that was made whole needs its program's plan no more.
    if (original.status === 404 && root !== undefined) return openClusterRun(client, job);
    const gone = `program \`${program}\` is not in the cluster any more: put the schedule's newest version there with \`sluice apply\``;
    return {
      ok: false,
      message: original.status === 404 ? gone : explainProblem(original, `read program \`${program}\``, client),
    };
  }
  if (root === undefined) {
    const owner = await client.request<ClusterObject>("GET", resourcePath("jobs", client.namespace, job));
    if (!owner.ok) return { ok: false, message: explainProblem(owner, `read the Job \`${job}\``, client) };
    const made = await createRoot(client, original.value, owner.value);
    if (!made.ok) return made;
    root = made.value;
  }
  const { uid } = root.metadata;
  if (uid === undefined) throw new Error(`the server gave run ${job} no uid`);
  const more = Number(original.value.metadata.annotations?.[PARTS_ANNOTATION] ?? "0");
  for (let part = 1; part <= Math.min(more, MOST_PARTS); part++) {
    const from = await read(`${program}-${part}`);
    if (!from.ok)
      return { ok: false, message: explainProblem(from, `read program \`${program}\`, part ${part + 1}`, client) };
    const copy = seal(copyOf(from.value, `${job}-${part}`, job), { name: job, uid });
    const made = await createOnce(client, "configmaps", client.namespace, copy);
    if (made.kind !== "there") return { ok: false, message: made.message };
  }
  return openClusterRun(client, job);
}

async function createRoot(
  client: ClusterClient,
  program: ConfigMap,
  job: ClusterObject,
): Promise<FileResult<ConfigMap>> {
  const { name, uid } = job.metadata;
  if (uid === undefined) throw new Error(`the server gave the Job ${name} no uid`);
  const copy = copyOf(program, name, name);
  const body: ConfigMap = {
    ...copy,
    metadata: {
      ...copy.metadata,
      annotations: { ...copy.metadata.annotations, [PROGRAM_ANNOTATION]: program.metadata.name },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name, uid }],
    },
  };
  const collection = resourcePath("configmaps", client.namespace);
  const made = await client.request<ConfigMap>("POST", collection, { body, repeatable: true });
  if (made.ok) return made;
  // The answer of an earlier try may have been lost.
  const there = made.status === 409 ? await client.request<ConfigMap>("GET", `${collection}/${name}`) : made;
  const ours = there.ok && there.value.metadata.annotations?.[PROGRAM_ANNOTATION] === program.metadata.name;
  return there.ok && ours ? there : { ok: false, message: explainProblem(made, `create run \`${name}\``, client) };
}

/** The ConfigMap as one of the run. */
function copyOf({ metadata, data }: ConfigMap, name: string, run: string): ConfigMap {
  const labels = { ...metadata.labels, [COMPONENT_LABEL]: "plan", [INSTANCE_LABEL]: run, [RUN_LABEL]: run };
  const ours = Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith("sluice.dev/"));
  const copied: ObjectMeta = { name, labels, ...(ours.length > 0 && { annotations: Object.fromEntries(ours) }) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: copied, immutable: true, ...(data && { data }) };
}
