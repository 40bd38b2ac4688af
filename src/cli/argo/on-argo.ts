// The way of all commands to runs of Argo: the cluster, and the run that the command line means.
import { type ArgoRun, listArgoRuns, type OpenArgoRun, openArgoRun } from "../../backends/argo/argo-run.ts";
import type { ClusterClient } from "../../backends/kubernetes/client.ts";
import { pickClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { need } from "../cluster/on-cluster.ts";
import { showClusterRun } from "../cluster/show-run.ts";
import { UsageError } from "../command.ts";
import type { ShownRun } from "../ui/print-end.ts";

/** The run that the command line means, as its Workflow is listed. */
export async function getArgoRun(client: ClusterClient, operand: string | undefined): Promise<ArgoRun> {
  const all = need(await listArgoRuns(client)).map((run) => ({ ...run, cancelRequested: false }));
  const picked = pickClusterRun(client, all, operand ?? "latest");
  if (!picked.ok) throw new UsageError(picked.message);
  return all.find(({ uid }) => uid === picked.value.uid)!;
}

/** The same with its plan and its steps. */
export async function openPickedRun(client: ClusterClient, operand: string | undefined): Promise<OpenArgoRun> {
  const { name } = await getArgoRun(client, operand);
  return need(await openArgoRun(client, name));
}

/** The run as it is talked about. */
export function showArgoRun(run: Pick<ArgoRun, "name" | "pipeline">, options: string): ShownRun {
  return { ...showClusterRun(run, options), resumable: false };
}
