// One object that is meant to stay, as the server has it and as it would have it after ours is applied. In: the object as emitted. Out: both
// states, as the server gives them, or the sentence that says why ours is refused. A dry run writes nothing.
import type { Json, JsonObject } from "../../../emit/yaml.ts";
import { type ApiProblem, type ApiResult, describeProblem } from "../api-problem.ts";
import type { ClusterClient } from "../client.ts";
import type { ClusterObject } from "../objects.ts";
import { type Resource, resourcePath } from "../resource-path.ts";

/** Who owns the fields that are applied. */
export const FIELD_MANAGER = "sluice";

/** An emitted object. */
export type Manifest = ClusterObject & { readonly apiVersion: string; readonly kind: string };

const RESOURCES: ReadonlyMap<string, Resource> = new Map([
  ["ConfigMap", "configmaps"],
  ["CronJob", "cronjobs"],
  ["Job", "jobs"],
  ["PodTemplate", "podtemplates"],
  ["Role", "roles"],
  ["RoleBinding", "rolebindings"],
  ["ServiceAccount", "serviceaccounts"],
]);

/** The emitted object, seen as one of the API. */
export function toManifest(object: JsonObject): Manifest {
  return object as unknown as Manifest;
}

/** The collection of an emitted object. */
export function resourceOf({ kind }: Manifest): Resource {
  const found = RESOURCES.get(kind);
  if (found === undefined) throw new Error(`no object of kind ${kind} is emitted`);
  return found;
}

/** "the CronJob `x`" */
export function nameOf({ kind, metadata }: Manifest): string {
  return `the ${kind} \`${metadata.name}\``;
}

/** The object in the cluster; undefined when there is none. */
export async function readLive(
  client: ClusterClient,
  namespace: string,
  object: Manifest,
): Promise<ApiResult<ClusterObject | undefined>> {
  const found = await client.request<ClusterObject>(
    "GET",
    resourcePath(resourceOf(object), namespace, object.metadata.name),
  );
  return !found.ok && found.status === 404 ? { ok: true, value: undefined } : found;
}

export interface ApplyOptions {
  /** Take over fields that others own. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** Applies the object; what comes back is the whole object as it then stands. */
export function serverApply(
  client: ClusterClient,
  namespace: string,
  object: Manifest,
  { force = false, dryRun = false }: ApplyOptions,
): Promise<ApiResult<ClusterObject>> {
  return client.request<ClusterObject>("PATCH", resourcePath(resourceOf(object), namespace, object.metadata.name), {
    patch: "apply",
    body: object,
    // The same object applied twice is the same.
    repeatable: true,
    query: {
      fieldManager: FIELD_MANAGER,
      force: String(force),
      ...(dryRun && { dryRun: "All" }),
    },
  });
}

/** What is wrong, for people; of fields that others own, who does. */
export function describeApplyProblem(problem: ApiProblem, object: Manifest): string {
  const conflicts = problem.causes.filter(({ reason }) => reason === "FieldManagerConflict");
  if (problem.status !== 409 || conflicts.length === 0) return describeProblem(problem, `apply ${nameOf(object)}`);
  const owned = conflicts.map(({ field, message }) => `\`${field}\` (${message.replace(/^conflict with /, "")})`);
  return `others own fields of ${nameOf(object)} that would change: ${owned.join(", ")}`;
}

/** Whether fields of the object are owned by others: it can be applied by force. */
export function isFieldConflict({ status, causes }: ApiProblem): boolean {
  return status === 409 && causes.some(({ reason }) => reason === "FieldManagerConflict");
}

const OWN_METADATA = ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"];

/** The object without what the server keeps for itself, and without what may be secret. */
export function withoutServerFields(object: ClusterObject): JsonObject {
  const { status: _, ...rest } = object as unknown as JsonObject;
  const metadata = Object.fromEntries(
    Object.entries(object.metadata as unknown as JsonObject).filter(([name]) => !OWN_METADATA.includes(name)),
  );
  const head = { apiVersion: rest.apiVersion, kind: rest.kind, metadata };
  const body = Object.entries(rest).filter(([name]) => !Object.hasOwn(head, name));
  const shown = rest.kind === "Secret" ? body.filter(([name]) => name !== "data" && name !== "stringData") : body;
  return { ...head, ...Object.fromEntries(shown) } satisfies Record<string, Json | undefined>;
}
