// Lets go of the pods that a run holds: our finalizer is dropped from them, and nothing else is changed. For namespaces that cannot go away, and
// for runs that are being cleaned. What a pod said of its end is lost with it, unless it is recorded already.
import { HARVEST_FINALIZER } from "../../emit/pod.ts";
import type { FileResult } from "../file-problem.ts";
import type { ClusterClient } from "./client.ts";
import { RUN_LABEL } from "./cluster-run.ts";
import { dropFinalizer } from "./create-once.ts";
import { explainProblem } from "./explain-problem.ts";
import { list } from "./list.ts";
import type { Pod } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

/** Pods patched at once. */
const AT_ONCE = 8;

/** Drops the finalizer from all pods of a run, or of all runs of the namespace; gives how many were let go. */
export async function releasePods(client: ClusterClient, run: string | undefined): Promise<FileResult<number>> {
  const { namespace } = client;
  const labelSelector = run === undefined ? RUN_LABEL : `${RUN_LABEL}=${run}`;
  const listed = await list<Pod, Pod | undefined>(
    client,
    resourcePath("pods", namespace),
    { labelSelector },
    ({ metadata }) => {
      const { name, uid, resourceVersion, finalizers } = metadata;
      if (!finalizers?.includes(HARVEST_FINALIZER) || uid === undefined || resourceVersion === undefined)
        return undefined;
      return { metadata: { name, uid, resourceVersion, finalizers } };
    },
  );
  if (!listed.ok) return { ok: false, message: explainProblem(listed, "list the pods that are held", client) };
  const held = listed.value.items.filter((pod) => pod !== undefined);
  for (let at = 0; at < held.length; at += AT_ONCE) {
    const dropped = await Promise.all(
      held.slice(at, at + AT_ONCE).map((pod) => dropFinalizer(client, "pods", namespace, pod, HARVEST_FINALIZER)),
    );
    for (const result of dropped)
      if (!result.ok) return { ok: false, message: explainProblem(result, "let go of a pod", client) };
  }
  return { ok: true, value: held.length };
}
