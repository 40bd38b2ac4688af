// Ends the pods of a run without grace, whoever drives it: for when a run is to end at once and its driver may be slow, or gone. Their ends are left
// for a driver to record.
import type { InstanceId } from "../../engine/protocol.ts";
import type { FileResult } from "../file-problem.ts";
import type { ClusterClient } from "./client.ts";
import { deleteObject } from "./create-once.ts";
import { explainProblem } from "./explain-problem.ts";
import { list } from "./list.ts";
import type { Pod } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";
import { attemptSelector } from "./watch-run.ts";

const AT_ONCE = 16;

/** Ends those that have not ended; `spare`: the path of `finally`, whose tasks go on. Gives how many there were. */
export async function killPods(client: ClusterClient, run: string, spare: InstanceId): Promise<FileResult<number>> {
  const { namespace } = client;
  const selection = {
    labelSelector: attemptSelector(run),
    fieldSelector: "status.phase!=Succeeded,status.phase!=Failed",
  };
  const found = await list<Pod, Pod>(client, resourcePath("pods", namespace), selection, (pod) => pod);
  if (!found.ok) return { ok: false, message: explainProblem(found, "list the pods of the run", client) };
  const pods = found.value.items.filter(({ metadata }) => {
    const instance = metadata.annotations?.["sluice.dev/instance"] ?? "";
    return metadata.deletionGracePeriodSeconds !== 0 && instance !== spare && !instance.startsWith(`${spare}.`);
  });
  for (let at = 0; at < pods.length; at += AT_ONCE) {
    const group = pods.slice(at, at + AT_ONCE);
    const deleted = await Promise.all(
      group.map(({ metadata: { name, uid } }) =>
        deleteObject(client, "pods", namespace, name, { grace: 0, ...(uid !== undefined && { uid }) }),
      ),
    );
    for (const each of deleted)
      if (!each.ok) return { ok: false, message: explainProblem(each, "delete a pod of the run", client) };
  }
  return { ok: true, value: pods.length };
}
