// What an earlier version of a scheduled pipeline left in the cluster. In: what is meant to stay now. Out: the objects that nothing needs any
// more, in the order in which they can be deleted. The program of a schedule is kept for as long as a run that came from it is there, since such
// a run goes on and is resumed with the pods of its program.
import { labelValue } from "../../../emit/k8s-names.ts";
import type { ApiResult } from "../api-problem.ts";
import type { ClusterClient } from "../client.ts";
import { PROGRAM_ANNOTATION } from "../cluster-run.ts";
import { list } from "../list.ts";
import type { ClusterObject } from "../objects.ts";
import { type Resource, resourcePath } from "../resource-path.ts";
import type { Manifest } from "./server-apply.ts";

export interface StaleObject {
  readonly resource: Resource;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

interface Found extends StaleObject {
  /** Name of the run or program that it belongs to. */
  readonly run: string | undefined;
  readonly component: string | undefined;
  /** The program that it came from or starts. */
  readonly program: string | undefined;
  readonly ended: boolean;
}

interface JobShape extends ClusterObject {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly args?: readonly string[] }[] } };
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const KINDS: readonly (readonly [Resource, string])[] = [
  ["cronjobs", "CronJob"],
  ["jobs", "Job"],
  ["podtemplates", "PodTemplate"],
  ["rolebindings", "RoleBinding"],
  ["roles", "Role"],
  ["serviceaccounts", "ServiceAccount"],
  ["configmaps", "ConfigMap"],
];
const RIGHTS: readonly Resource[] = ["rolebindings", "roles", "serviceaccounts"];

/** The objects of the pipeline that are left over. */
export async function findStale(
  client: ClusterClient,
  namespace: string,
  pipeline: string,
  wanted: readonly Manifest[],
): Promise<ApiResult<readonly StaleObject[]>> {
  const labelSelector = `app.kubernetes.io/managed-by=sluice,sluice.dev/pipeline=${labelValue(pipeline)}`;
  const found: Found[] = [];
  for (const [resource, kind] of KINDS) {
    const listed = await list<JobShape, Found>(client, resourcePath(resource, namespace), { labelSelector }, (object) =>
      project(resource, kind, object),
    );
    if (!listed.ok) return listed;
    found.push(...listed.value.items);
  }
  return { ok: true, value: selectStale(found, wanted) };
}

/** Of all objects of the pipeline those that are left over. */
function selectStale(found: readonly Found[], wanted: readonly Manifest[]): StaleObject[] {
  const stays = new Set(wanted.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const rest = found.filter(({ kind, name }) => !stays.has(`${kind} ${name}`));
  const runs = rest.filter(({ resource, component }) => resource === "configmaps" && component === "plan");
  // A Job that has ended and has no run left, or never had one, needs its program no more.
  const jobs = rest.filter(({ resource, ended }) => resource === "jobs" && !ended);
  const used = new Set([...runs, ...jobs].map(({ program }) => program));
  for (const { kind, metadata } of wanted) if (kind === "ConfigMap") used.add(metadata.name);
  const programs = new Set(
    rest.filter(({ component, run }) => component === "program" && !used.has(run)).map(({ run }) => run),
  );
  // What belongs to runs that `sluice run` began is theirs, and the account of their tasks too.
  const isStale = ({ resource, run, component }: Found): boolean => {
    if (resource === "jobs") return false;
    if (resource === "cronjobs") return component === "driver";
    if (RIGHTS.includes(resource)) return component === "rights" && wanted.length > 0 && runs.length === 0;
    return run !== undefined && programs.has(run);
  };
  // The root of a program last: by it the rest is found again when this is interrupted.
  const stale = rest.filter(isStale);
  const isRoot = ({ component }: Found) => component === "program";
  return [...stale.filter((each) => !isRoot(each)), ...stale.filter(isRoot)];
}

function project(resource: Resource, kind: string, object: JobShape): Found {
  const { labels = {}, annotations = {}, name, uid = "" } = object.metadata;
  const args = object.spec?.template?.spec?.containers?.[0]?.args ?? [];
  const named = args.indexOf("--plan");
  return {
    resource,
    kind,
    name,
    uid,
    run: labels["sluice.dev/run"],
    component: labels["app.kubernetes.io/component"],
    program: annotations[PROGRAM_ANNOTATION] ?? (named < 0 ? undefined : args[named + 1]),
    ended:
      object.status?.conditions?.some(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === "True") ??
      false,
  };
}
