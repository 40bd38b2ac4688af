// Puts into the cluster what is meant to stay there. In: the emitted objects, in order, after a dry run that refused none. Out: what became of
// each; then what earlier versions left is deleted. Carried out again after an interruption it goes on where it stopped.
import { describeProblem } from "../api-problem.ts";
import type { ClusterClient } from "../client.ts";
import { deleteObject } from "../create-once.ts";
import { describeApplyProblem, type Manifest, readLive, serverApply } from "./server-apply.ts";
import { findStale } from "./stale-objects.ts";

export interface Applied {
  readonly change: "created" | "changed" | "unchanged" | "pruned";
  readonly kind: string;
  readonly name: string;
}

export interface ApplyRequest {
  readonly client: ClusterClient;
  readonly namespace: string;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Empty: all of the schedule goes. */
  readonly objects: readonly Manifest[];
  /** Take over fields that others own. */
  readonly force: boolean;
  readonly onApplied: (applied: Applied) => void;
}

export type ApplyEnd = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Applies all of them, stopping at the first that is refused. */
export async function applyObjects(request: ApplyRequest): Promise<ApplyEnd> {
  const { client, namespace, force, onApplied } = request;
  for (const object of request.objects) {
    const before = await readLive(client, namespace, object);
    const applied = before.ok ? await serverApply(client, namespace, object, { force }) : before;
    if (!applied.ok) return { ok: false, message: describeApplyProblem(applied, object) };
    const live = before.ok ? before.value : undefined;
    const same = live?.metadata.resourceVersion === applied.value?.metadata.resourceVersion;
    const change = live === undefined ? "created" : same ? "unchanged" : "changed";
    onApplied({ change, kind: object.kind, name: object.metadata.name });
  }
  return prune(request);
}

async function prune({ client, namespace, pipeline, objects, onApplied }: ApplyRequest): Promise<ApplyEnd> {
  const stale = await findStale(client, namespace, pipeline, objects);
  if (!stale.ok)
    return { ok: false, message: describeProblem(stale, `look for what earlier versions of \`${pipeline}\` left`) };
  for (const { resource, kind, name, uid } of stale.value) {
    // The Jobs of a CronJob hold the runs that it started: these go on, and their results stay.
    const deleted = await deleteObject(client, resource, namespace, name, { uid, orphan: resource === "cronjobs" });
    if (!deleted.ok) return { ok: false, message: describeProblem(deleted, `delete the ${kind} \`${name}\``) };
    onApplied({ change: "pruned", kind, name });
  }
  return { ok: true };
}
