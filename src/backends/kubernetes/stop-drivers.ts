// Takes back drivers that were started in the cluster and have not ended: their Jobs are deleted, and whoever of them drives the run lets go of it.
import type { FileResult } from "../file-problem.ts";
import { type ClusterClient, pause } from "./client.ts";
import { RUN_LABEL } from "./cluster-run.ts";
import { deleteObject } from "./create-once.ts";
import { explainProblem } from "./explain-problem.ts";
import { list } from "./list.ts";
import type { Job } from "./look.ts";
import type { ClusterObject } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

/** Milliseconds between two looks, and for which drivers may take to end. */
const LOOK = 500;
const PATIENCE = 60_000;
/**
 * Seconds that a driver has to let go of its run. It loses nothing by being killed; and one that has just been started, as the first process of its
 * container, does not even hear that it is to end.
 */
const GRACE = 3;

/** Deletes the Jobs and waits until their pods have ended; gives the names of the Jobs. `force`: they get no time at all. */
export async function stopDrivers(
  client: ClusterClient,
  run: string,
  force = false,
): Promise<FileResult<readonly string[]>> {
  const { namespace, clock } = client;
  const labelSelector = `${RUN_LABEL}=${run},app.kubernetes.io/component=driver`;
  const jobs = await list<Job, string | undefined>(
    client,
    resourcePath("jobs", namespace),
    { labelSelector },
    ({ metadata, status }) => {
      const over = status?.conditions?.some(({ type }) => type === "Complete" || type === "Failed");
      return over ? undefined : metadata.name;
    },
  );
  if (!jobs.ok) return { ok: false, message: explainProblem(jobs, "list the drivers of the run", client) };
  const names = jobs.value.items.filter((name) => name !== undefined);
  for (const name of names) {
    const deleted = await deleteObject(client, "jobs", namespace, name);
    if (!deleted.ok) return { ok: false, message: explainProblem(deleted, `delete the Job \`${name}\``, client) };
  }
  const owned = new Set(names);
  const told = new Set<string | undefined>();
  for (const until = clock.now() + PATIENCE; owned.size > 0 && clock.now() < until; ) {
    const pods = await list<ClusterObject, ClusterObject>(
      client,
      resourcePath("pods", namespace),
      { labelSelector },
      (pod) => pod,
    );
    if (!pods.ok) return { ok: false, message: explainProblem(pods, "list the pods of the drivers", client) };
    const left = pods.value.items.filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ name }) => owned.has(name)),
    );
    if (left.length === 0) break;
    for (const { metadata } of left) {
      const { name, uid } = metadata;
      if (told.has(uid)) continue;
      told.add(uid);
      const options = { grace: force ? 0 : GRACE, ...(uid !== undefined && { uid }) };
      const deleted = await deleteObject(client, "pods", namespace, name, options);
      if (!deleted.ok) return { ok: false, message: explainProblem(deleted, `delete the pod \`${name}\``, client) };
    }
    await pause(clock, LOOK);
  }
  return { ok: true, value: names };
}
