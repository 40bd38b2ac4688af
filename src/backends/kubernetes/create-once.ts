// Creating an object exactly once. Its name is fixed, so a second try meets the first one's object; whether that is ours is told by a hash of what
// was asked for and by the run it belongs to, both of which every object carries. In: the object as it should be. Out: that it is there, or why
// not, or not yet.
import { createHash } from "node:crypto";
import { canonicalText } from "../../types/encode.ts";
import type { Value } from "../../types/value.ts";
import { type ApiProblem, type ApiResult, describeProblem, isPassing, isQuotaExceeded } from "./api-problem.ts";
import { type ClusterClient, pause, type RequestOptions, waitBefore } from "./client.ts";
import type { ClusterObject, ObjectMeta, OwnerReference } from "./objects.ts";
import { type Resource, resourcePath } from "./resource-path.ts";

/** The annotation with the hash of an object as we asked for it. */
export const HASH_ANNOTATION = "sluice.dev/hash";
/** The annotation with the uid of the root object of the run that an object belongs to. */
export const RUN_UID_ANNOTATION = "sluice.dev/run-uid";

/** The root object of a run: everything else is removed with it. */
export interface RunRoot {
  readonly name: string;
  readonly uid: string;
}

export type Created<O> =
  /** It is there; `again` when it was there before this call, from an earlier one whose answer was lost or from an earlier driver. */
  | { readonly kind: "there"; readonly object: O; readonly again: boolean }
  /** Not yet: a quota is full, or the server is away or overloaded. Ask again later. */
  | { readonly kind: "waiting"; readonly message: string }
  /** Something else has this name. */
  | { readonly kind: "taken"; readonly message: string }
  | { readonly kind: "refused"; readonly message: string; readonly problem: ApiProblem };

/** How often a name that was taken and then free again is tried. */
const TRIES = 4;

/** The object as it is sent: owned by the run's root and marked with its hash. */
export function seal<O extends ClusterObject>(object: O, root: RunRoot): O {
  const owner: OwnerReference = { apiVersion: "v1", kind: "ConfigMap", ...root };
  const owned = { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } };
  const hash = createHash("sha256")
    .update(canonicalText(owned as unknown as Value))
    .digest("hex");
  const annotations = {
    ...object.metadata.annotations,
    [HASH_ANNOTATION]: hash,
    [RUN_UID_ANNOTATION]: root.uid,
  };
  return { ...owned, metadata: { ...owned.metadata, annotations } };
}

/** Creates a sealed object, or finds that it is there already. */
export async function createOnce<O extends ClusterObject>(
  client: ClusterClient,
  resource: Resource,
  namespace: string,
  object: O,
  options: Pick<RequestOptions, "signal" | "patience" | "priority"> = {},
): Promise<Created<O>> {
  const collection = resourcePath(resource, namespace);
  const doing = `create ${describeObject(resource, object)}`;
  for (let attempt = 1; ; attempt++) {
    const made = await client.request<O>("POST", collection, { ...options, body: object, repeatable: true });
    if (made.ok) return { kind: "there", object: made.value, again: false };
    const exists = made.status === 409 && made.reason === "AlreadyExists";
    // While the quota of the kind is full, a name that exists is answered as if it did not.
    if (exists || isQuotaExceeded(made)) {
      const found = await client.request<O>("GET", resourcePath(resource, namespace, object.metadata.name), options);
      if (found.ok) return compare(found.value, object, describeObject(resource, object));
      if (found.status !== 404) return failed(found, doing);
      if (!exists) return { kind: "waiting", message: describeProblem(made, doing) };
    } else if (made.status !== 409) return failed(made, doing);
    // Deleted in between, or a conflict over the quota's own counts.
    if (attempt === TRIES) return { kind: "waiting", message: describeProblem(made, doing) };
    await pause(client.clock, waitBefore(made, attempt, client.random), options.signal);
  }
}

/** Whether an object found is the one that was asked for. */
export function isSame(found: ClusterObject, wanted: ClusterObject): boolean {
  return [HASH_ANNOTATION, RUN_UID_ANNOTATION].every(
    (name) => found.metadata.annotations?.[name] === wanted.metadata.annotations?.[name],
  );
}

function compare<O extends ClusterObject>(found: O, wanted: O, what: string): Created<O> {
  if (isSame(found, wanted)) return { kind: "there", object: found, again: true };
  const ours = found.metadata.annotations?.[RUN_UID_ANNOTATION] === wanted.metadata.annotations?.[RUN_UID_ANNOTATION];
  const message = ours
    ? `${what} of this run is there already, but made from something else: the pipeline or its configuration was changed`
    : `${what} is there already and does not belong to this run`;
  return { kind: "taken", message };
}

function failed<O>(problem: ApiProblem, doing: string): Created<O> {
  const message = describeProblem(problem, doing);
  return isPassing(problem) ? { kind: "waiting", message } : { kind: "refused", message, problem };
}

/** "the Job `x`": its kind, or else the name of its collection, and its name. */
export function describeObject(resource: Resource, object: ClusterObject): string {
  return `the ${object.kind ?? resource} \`${object.metadata.name}\``;
}

/** Deletes an object and, unless `orphan` is set, what it owns, in the background. One that is not there, or no longer the one with this uid, counts as deleted. */
export async function deleteObject(
  client: ClusterClient,
  resource: Resource,
  namespace: string,
  name: string,
  options: Pick<RequestOptions, "signal" | "patience" | "priority"> & {
    readonly uid?: string;
    /** Seconds. */
    readonly grace?: number;
    /** What it owns stays. */
    readonly orphan?: boolean;
  } = {},
): Promise<ApiResult<null>> {
  const { uid, grace, orphan = false, ...rest } = options;
  const body = {
    propagationPolicy: orphan ? "Orphan" : "Background",
    ...(uid === undefined ? {} : { preconditions: { uid } }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
  };
  const deleted = await client.request("DELETE", resourcePath(resource, namespace, name), { ...rest, body });
  if (deleted.ok || deleted.status === 404 || (deleted.status === 409 && uid !== undefined))
    return { ok: true, value: null };
  return deleted;
}

/** Removes one entry from an object's finalizers and leaves the others; one that is not there counts as removed. */
export async function dropFinalizer(
  client: ClusterClient,
  resource: Resource,
  namespace: string,
  object: ClusterObject,
  finalizer: string,
  options: Pick<RequestOptions, "signal" | "patience" | "priority"> & {
    /** What else of its metadata changes at the same time. */
    readonly also?: ((known: ObjectMeta) => object) | undefined;
  } = {},
): Promise<ApiResult<null>> {
  const { also, ...limits } = options;
  const path = resourcePath(resource, namespace, object.metadata.name);
  let known = object;
  for (let attempt = 1; ; attempt++) {
    const { finalizers = [], resourceVersion, uid } = known.metadata;
    if (uid !== object.metadata.uid || !finalizers.includes(finalizer)) return { ok: true, value: null };
    // The list is replaced whole, so it must be the one we know: the version says so, and another one is a conflict.
    const rest = finalizers.filter((entry) => entry !== finalizer);
    const metadata = { ...also?.(known.metadata), resourceVersion, uid, finalizers: rest };
    const patched = await client.request("PATCH", path, { ...limits, body: { metadata }, repeatable: true });
    if (patched.ok || patched.status === 404) return { ok: true, value: null };
    if (patched.status !== 409 || attempt === TRIES) return patched;
    const found = await client.request<ClusterObject>("GET", path, limits);
    if (!found.ok) return found.status === 404 ? { ok: true, value: null } : found;
    known = found.value;
  }
}
