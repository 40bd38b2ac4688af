// Starts a run in the cluster: everything is put before the server first, which changes nothing, and only then made. In: the objects of the run.
// Out: its root; or why there is none, and then nothing is left but accounts and rights, which outlive runs anyway.
import { randomUUID } from "node:crypto";
import type { RunObjects } from "../../emit/jobs/emit.ts";
import type { JsonObject } from "../../emit/yaml.ts";
import type { FileResult } from "../file-problem.ts";
import { type ApiResult, isQuotaExceeded } from "./api-problem.ts";
import type { ClusterClient, RequestOptions } from "./client.ts";
import { createOnce, deleteObject, type RunRoot, seal } from "./create-once.ts";
import { explainProblem, isRightMissing } from "./explain-problem.ts";
import type { ClusterObject, ConfigMap } from "./objects.ts";
import { type Resource, resourcePath } from "./resource-path.ts";

/** Who we are among those who set fields of an object. */
export const FIELD_MANAGER = "sluice";

export interface NewClusterRun {
  readonly client: ClusterClient;
  readonly objects: RunObjects;
  /** Also start the driver in the cluster. */
  readonly driver: boolean;
  /** Something people should know that keeps nothing from starting. */
  readonly onNote: (message: string) => void;
  /** What is being done now, beginning with a verb: "checking …". */
  readonly onStep?: (step: string) => void;
  readonly signal?: AbortSignal;
}

/** Requests under way at once. */
const AT_ONCE = 8;
const NONCE_ANNOTATION = "sluice.dev/started-by";
const RESOURCES: Readonly<Record<string, Resource>> = {
  ConfigMap: "configmaps",
  Job: "jobs",
  Pod: "pods",
  PodTemplate: "podtemplates",
  Role: "roles",
  RoleBinding: "rolebindings",
  ServiceAccount: "serviceaccounts",
};

/** Checks and makes the run. */
export async function createClusterRun(options: NewClusterRun): Promise<FileResult<RunRoot>> {
  const { onStep } = options;
  const refused = await checkClusterRun(options);
  if (refused !== undefined) return { ok: false, message: `${refused}; nothing was started` };
  onStep?.("making the run's objects");
  const applied = await applyAll(options);
  if (applied !== undefined) return { ok: false, message: `${applied}; nothing was started` };
  const root = await createRoot(options);
  if (!root.ok) return { ok: false, message: `${root.message}; nothing was started` };
  const failed = await createOwned(options, root.value);
  if (failed === undefined) return { ok: true, value: root.value };
  // Everything else belongs to it. The signal may be what ended the work.
  const { client } = options;
  const { name, uid } = root.value;
  const deleted = await deleteObject(client, "configmaps", client.namespace, name, { uid });
  const left = deleted.ok
    ? "nothing was started, and what was made is deleted"
    : `it could not be taken back (${deleted.message}): delete it with \`sluice clean ${name} --on kubernetes\``;
  return { ok: false, message: `${failed}; ${left}` };
}

/** Puts everything before the server, which changes nothing: the sentence that says what it refuses, or undefined. */
export function checkClusterRun(options: NewClusterRun): Promise<string | undefined> {
  const { objects } = options;
  return dryRun(options, [objects.root, ...objects.owned, ...driverOf(options)]);
}

/** Starts the driver of a run that exists. */
export async function createDriver(options: NewClusterRun, root: RunRoot): Promise<FileResult<null>> {
  const refused = (await dryRun(options, driverOf(options))) ?? (await applyAll(options));
  if (refused !== undefined) return { ok: false, message: `${refused}; no driver was started` };
  for (const driver of driverOf(options)) {
    const failed = await createSealed(options, driver, root);
    if (failed !== undefined) return { ok: false, message: failed };
  }
  return { ok: true, value: null };
}

/** What the server refuses, as a sentence; undefined when nothing. */
async function dryRun(options: NewClusterRun, all: readonly JsonObject[]): Promise<string | undefined> {
  const { client, onNote } = options;
  options.onStep?.("checking with the cluster that nothing will be refused");
  const check = async (object: JsonObject): Promise<string | undefined> => {
    const wanted = object as unknown as ClusterObject;
    const answer = await post(options, wanted, { query: { dryRun: "All", fieldManager: FIELD_MANAGER } });
    if (answer.ok || (isQuotaExceeded(answer) && wanted.kind === "Job")) return undefined;
    return explainProblem(answer, describe(wanted), client);
  };
  // Alone at first: what is wrong with the namespace, or with who we are, is said once.
  for (const object of all.slice(0, 1)) {
    const first = await check(object);
    if (first !== undefined) return first;
  }
  const others = await inGroups(all.slice(1), check);
  const wrong = others.find((answer) => answer !== undefined);
  if (wrong !== undefined) return wrong;
  for (const object of lastingObjects(options)) {
    const applied = await applyLasting(options, object, true);
    if (applied !== undefined) return applied;
  }
  const full = new Set<string>();
  let unchecked = false;
  const pods = all.flatMap((object) => podOf(object, options) ?? []);
  const answers = await inGroups(pods, async (pod) => {
    if (unchecked) return undefined;
    const answer = await post(options, pod, { query: { dryRun: "All", fieldManager: FIELD_MANAGER } });
    if (answer.ok) return undefined;
    if (isRightMissing(answer)) unchecked = true;
    else if (isQuotaExceeded(answer)) full.add(answer.message);
    else return explainProblem(answer, `start pods of \`${pod.metadata.annotations?.[WHAT] ?? ""}\``, client);
    return undefined;
  });
  const refused = answers.find((answer) => answer !== undefined);
  if (refused !== undefined) return refused;
  if (unchecked)
    onNote(
      "you may not create pods here, so it could not be checked beforehand whether the namespace's policies let them in",
    );
  for (const message of full) onNote(`pods will have to wait: ${message}`);
  return undefined;
}

/** On the pods of the dry run alone: what they are for. */
const WHAT = "sluice.dev/what";

interface WithTemplate extends ClusterObject {
  readonly template?: PodTemplate;
  readonly spec?: { readonly template?: PodTemplate };
}

interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A pod as the template makes it, to be put before the server; undefined for what makes no pods. */
function podOf(object: JsonObject, { objects, client }: NewClusterRun): ClusterObject | undefined {
  const { metadata, kind, template, spec } = object as unknown as WithTemplate;
  const pod = kind === "PodTemplate" ? template : kind === "Job" ? spec?.template : undefined;
  if (pod === undefined) return undefined;
  const { serviceAccountName: account, ...rest } = pod.spec;
  // Our own accounts may not be there yet.
  const own = objects.lasting.some((each) => (each as unknown as ClusterObject).metadata.name === account);
  const what = kind === "Job" ? "the driver" : (metadata.labels?.["sluice.dev/step"] ?? metadata.name);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${metadata.name.slice(0, 56)}-check`.replace(/[^a-z0-9]+-check$/, "-check"),
      namespace: client.namespace,
      labels: pod.metadata?.labels ?? {},
      annotations: { [WHAT]: what },
    },
    spec: { ...rest, ...(!own && account !== undefined && { serviceAccountName: account }) },
  } as ClusterObject;
}

function driverOf({ objects, driver }: NewClusterRun): readonly JsonObject[] {
  return driver ? [objects.driver] : [];
}

/** In the foreground we act with the user's own rights: the driver's account and Role are not needed. */
function lastingObjects({ objects, driver }: NewClusterRun): readonly ClusterObject[] {
  const all = objects.lasting as unknown as readonly ClusterObject[];
  return driver ? all : all.filter(({ metadata }) => metadata.name === objects.taskAccount);
}

/** Gives the sentence that says why it cannot be had; an object that is there already and may not be changed will do. */
async function applyLasting(options: NewClusterRun, object: ClusterObject, dry: boolean): Promise<string | undefined> {
  const { client, onNote } = options;
  const path = resourcePath(resourceOf(object), client.namespace, object.metadata.name);
  const applied = await client.request("PATCH", path, {
    ...signalOf(options),
    body: object,
    patch: "apply",
    repeatable: true,
    query: { fieldManager: FIELD_MANAGER, ...(dry && { dryRun: "All" }) },
  });
  if (applied.ok) return undefined;
  // The binding of a Role that is only being tried out finds none.
  if (dry && applied.status === 404 && object.kind === "RoleBinding") return undefined;
  const what = `apply ${nameOf(object)}`;
  if (applied.status === 409)
    return `${explainProblem(applied, what, client)}; \`sluice compile --target jobs\` prints what it should be`;
  if (applied.status !== 403) return explainProblem(applied, what, client);
  const found = await client.request("GET", path, signalOf(options));
  if (!found.ok)
    return `${explainProblem(applied, what, client)}; or let somebody who may apply \`1-rights.yaml\` of \`sluice compile --target jobs -o DIR\` once`;
  if (dry) onNote(`${nameOf(object)} is there already and is used as it is: you may not change it`);
  return undefined;
}

async function createRoot(options: NewClusterRun): Promise<FileResult<RunRoot>> {
  const { client } = options;
  const wanted = options.objects.root as unknown as ConfigMap;
  const nonce = randomUUID();
  const annotations = { ...wanted.metadata.annotations, [NONCE_ANNOTATION]: nonce };
  const object = { ...wanted, metadata: { ...wanted.metadata, annotations } };
  let made = await post<ConfigMap>(options, object, { repeatable: true });
  if (!made.ok && made.status === 409) {
    // An answer may have been lost on its way.
    const found = await client.request<ConfigMap>("GET", resourcePath("configmaps", client.namespace, name(object)));
    if (found.ok && found.value.metadata.annotations?.[NONCE_ANNOTATION] === nonce) made = found;
  }
  if (!made.ok) return { ok: false, message: explainProblem(made, describe(object), client) };
  const { uid = "" } = made.value.metadata;
  return { ok: true, value: { name: name(object), uid } };
}

async function applyAll(options: NewClusterRun): Promise<string | undefined> {
  for (const object of lastingObjects(options)) {
    const applied = await applyLasting(options, object, false);
    if (applied !== undefined) return applied;
  }
  return undefined;
}

async function createSealed(options: NewClusterRun, object: JsonObject, root: RunRoot): Promise<string | undefined> {
  const { client } = options;
  const wanted = object as unknown as ClusterObject;
  const sealed = seal(wanted, root);
  const made = await createOnce(client, resourceOf(wanted), client.namespace, sealed, signalOf(options));
  if (made.kind === "there") return undefined;
  return made.kind === "refused" ? explainProblem(made.problem, describe(wanted), client) : made.message;
}

async function createOwned(options: NewClusterRun, root: RunRoot): Promise<string | undefined> {
  const { objects } = options;
  const make = (object: JsonObject): Promise<string | undefined> => createSealed(options, object, root);
  const answers = await inGroups(objects.owned, make);
  const failed = answers.find((answer) => answer !== undefined);
  if (failed !== undefined) return failed;
  // Last of all: what it needs is there when it begins.
  for (const driver of driverOf(options)) {
    const failed = await make(driver);
    if (failed !== undefined) return failed;
  }
  return undefined;
}

function post<O extends ClusterObject>(
  options: NewClusterRun,
  object: O,
  request: RequestOptions,
): Promise<ApiResult<O>> {
  const collection = resourcePath(resourceOf(object), options.client.namespace);
  const dry = request.query?.dryRun !== undefined;
  return options.client.request<O>("POST", collection, {
    ...(dry && { repeatable: true }),
    ...request,
    ...signalOf(options),
    body: object,
  });
}

function signalOf({ signal }: NewClusterRun): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** Does something with all items, a few at a time, in their order. */
async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  return results;
}

function resourceOf({ kind = "" }: ClusterObject): Resource {
  const resource = Object.hasOwn(RESOURCES, kind) ? RESOURCES[kind] : undefined;
  if (resource === undefined) throw new Error(`no resource is known for objects of kind ${kind}`);
  return resource;
}

function name(object: ClusterObject): string {
  return object.metadata.name;
}

function nameOf(object: ClusterObject): string {
  return `the ${object.kind} \`${object.metadata.name}\``;
}

function describe(object: ClusterObject): string {
  return `create ${nameOf(object)}`;
}
