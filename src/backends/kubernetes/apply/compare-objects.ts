// What applying objects would change. In: the emitted objects, in the order in which they are applied. Out: for each, its state in the cluster and
// the state it would have, by the server's own dry run; what would be refused, and why. Nothing is written.
import type { JsonObject } from "../../../emit/yaml.ts";
import type { ClusterClient } from "../client.ts";
import { explainProblem } from "../explain-problem.ts";
import type { ClusterObject } from "../objects.ts";
import {
  describeApplyProblem,
  isFieldConflict,
  type Manifest,
  nameOf,
  readLive,
  serverApply,
  withoutServerFields,
} from "./server-apply.ts";

export type Comparison =
  | { readonly kind: "added"; readonly object: Manifest }
  | {
      readonly kind: "changed";
      readonly object: Manifest;
      readonly before: JsonObject;
      readonly after: JsonObject;
    }
  | { readonly kind: "unchanged"; readonly object: Manifest; readonly after: JsonObject }
  | {
      readonly kind: "refused";
      readonly object: Manifest;
      readonly message: string;
      /** Others own fields of it, and `force` would take them. */
      readonly conflict: boolean;
    };

const MANAGED_BY = "app.kubernetes.io/managed-by";
/** Requests at once. */
const AT_ONCE = 8;

/** Compares all of them; `force` takes over fields that others own. */
export async function compareObjects(
  client: ClusterClient,
  namespace: string,
  objects: readonly Manifest[],
  force: boolean,
): Promise<readonly Comparison[]> {
  const found: Comparison[] = [];
  for (let at = 0; at < objects.length; at += AT_ONCE)
    found.push(
      ...(await Promise.all(
        objects.slice(at, at + AT_ONCE).map((each) => compareObject(client, namespace, each, force)),
      )),
    );
  return found;
}

async function compareObject(
  client: ClusterClient,
  namespace: string,
  object: Manifest,
  force: boolean,
): Promise<Comparison> {
  const refused = (message: string, conflict = false): Comparison => ({ kind: "refused", object, message, conflict });
  const live = await readLive(client, namespace, object);
  if (!live.ok) return refused(explainProblem(live, `read ${nameOf(object)}`, client));
  const foreign = live.value !== undefined && isForeign(live.value, object);
  if (foreign) return refused(`${nameOf(object)} is there already and does not belong to this pipeline`);
  const applied = await serverApply(client, namespace, object, { force, dryRun: true });
  if (!applied.ok) {
    const conflict = isFieldConflict(applied);
    if (conflict) return refused(describeApplyProblem(applied, object), true);
    return refused(explainProblem(applied, `apply ${nameOf(object)}`, client));
  }
  if (live.value === undefined) return { kind: "added", object };
  const [before, after] = [withoutServerFields(live.value), withoutServerFields(applied.value)];
  return JSON.stringify(before) === JSON.stringify(after)
    ? { kind: "unchanged", object, after }
    : { kind: "changed", object, before, after };
}

/** Whether an object of the same name is somebody else's, or another pipeline's. */
function isForeign(live: ClusterObject, ours: Manifest): boolean {
  const labels = live.metadata.labels ?? {};
  return [MANAGED_BY, "sluice.dev/pipeline"].some((name) => labels[name] !== ours.metadata.labels?.[name]);
}
