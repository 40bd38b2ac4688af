// Removes the results that were kept for later runs of the namespace.
import type { FileResult } from "../file-problem.ts";
import type { ClusterClient } from "./client.ts";
import { deleteObject } from "./create-once.ts";
import { explainProblem } from "./explain-problem.ts";
import { list } from "./list.ts";
import type { ConfigMap } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

const AT_ONCE = 8;

/** Removes all entries of the cache and gives how many there were. */
export async function removeClusterCache(client: ClusterClient): Promise<FileResult<number>> {
  const { namespace } = client;
  const labelSelector = "app.kubernetes.io/managed-by=sluice,app.kubernetes.io/component=cache";
  const path = resourcePath("configmaps", namespace);
  const listed = await list<ConfigMap, string>(client, path, { labelSelector }, ({ metadata }) => metadata.name);
  if (!listed.ok) return { ok: false, message: explainProblem(listed, "list what the cache holds", client) };
  const { items } = listed.value;
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const group = items.slice(at, at + AT_ONCE);
    for (const result of await Promise.all(group.map((name) => deleteObject(client, "configmaps", namespace, name))))
      if (!result.ok) return { ok: false, message: explainProblem(result, "remove an entry of the cache", client) };
  }
  return { ok: true, value: items.length };
}
