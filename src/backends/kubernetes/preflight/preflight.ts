// A look at the cluster before a run: what would fail there, what would wait, and what could not be looked at. In: the objects of a run as they are
// emitted, and the plan. Out: findings, errors first. Nothing is written: the server is only asked, and tries objects by dry runs.
import type { KubernetesProfile } from "../../../config/kubernetes-profile.ts";
import { taskCalls } from "../../../emit/jobs/calls.ts";
import { callId } from "../../../emit/jobs/pod-template.ts";
import type { Plan } from "../../../plan/plan.ts";
import { largestRequests } from "../../../plan/retry-schedule.ts";
import type { RecordValue } from "../../../types/value.ts";
import { readImageName } from "../../../util/image-name.ts";
import { type ApiProblem, type ApiResult, describeProblem } from "../api-problem.ts";
import type { Manifest } from "../apply/server-apply.ts";
import type { ClusterClient } from "../client.ts";
import { explainProblem } from "../explain-problem.ts";
import { list } from "../list.ts";
import type { ClusterObject } from "../objects.ts";
import { resourcePath } from "../resource-path.ts";
import { type ClusterNode, checkNodes, type Taint } from "./check-nodes.ts";
import { checkLimitRanges, checkQuotas, type LimitRange, type ResourceQuota } from "./check-quota.ts";
import { checkQueue, checkReferences } from "./check-references.ts";
import {
  findMissingRights,
  grants,
  LASTING_RIGHTS,
  type NeededRight,
  RUN_RIGHTS,
  type Rule,
  rightName,
  SCHEDULE_RIGHTS,
} from "./check-rights.ts";
import { type Finding, type FindingCode, quoteList, sortFindings } from "./finding.ts";
import { type PodShape, podShapes } from "./pod-shape.ts";
import { podReferences } from "./references.ts";
import { tryObjects, tryPods } from "./try-objects.ts";

export interface PreflightRequest {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly plan: Plan;
  /** Decoded, defaults filled in. */
  readonly parameters: RecordValue;
  /** As sluice.yaml has it. */
  readonly profile: KubernetesProfile;
  /** All objects of the run, or of the schedule. */
  readonly objects: readonly Manifest[];
}

/** Minor versions of Kubernetes 1 from which native sidecars and the policies of Jobs that we use are on by default. */
const OLDEST_MINOR = 29;
/** Milliseconds to wait for a server that does not answer. */
const PATIENCE = 5000;

/** Looks at everything. */
export async function preflight(request: PreflightRequest): Promise<Finding[]> {
  const { client, namespace, profile, objects } = request;
  const first = await checkCluster(client, namespace);
  if (first.some(({ severity }) => severity === "error")) return sortFindings(first);
  const shapes = podShapes(objects);
  const made = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const [rights, refused, tried, references, queue] = await Promise.all([
    checkRights(request),
    tryObjects(client, namespace, objects),
    tryPods(client, namespace, shapes, made),
    checkReferences(client, namespace, podReferences(shapes), made),
    profile.queue === undefined ? [] : checkQueue(client, namespace, profile.queue),
  ]);
  const [limits, nodes] = await Promise.all([
    checkNamespaceLimits(request, tried.pods, tried.tried),
    checkNodesOf(request, tried.pods),
  ]);
  // What is missing is told once, and best by who looked for it.
  const told = new Set(references.filter(({ severity }) => severity === "error").map(({ code }) => code));
  const pods = tried.findings.filter(({ code }) => !told.has(code));
  const known = new Set(pods.filter(({ severity }) => severity === "error").map(({ code }) => code));
  const looked = references.filter(({ code, severity }) => severity !== "not-checked" || !known.has(code));
  const images = checkImages(shapes);
  return sortFindings([...first, ...rights, ...refused, ...pods, ...looked, ...queue, ...limits, ...nodes, ...images]);
}

async function checkCluster(client: ClusterClient, namespace: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const version = await client.request<{ readonly major?: string; readonly minor?: string }>("GET", "/version", {
    patience: PATIENCE,
  });
  const away = (problem: ApiProblem): Finding[] => [
    {
      code: "cluster-not-reached",
      severity: "error",
      message: explainProblem(problem, `ask ${client.server}`, client),
    },
  ];
  if (!version.ok && (version.status === 0 || version.status === 401)) return away(version);
  const minor = version.ok && version.value.major === "1" ? Number.parseInt(version.value.minor ?? "", 10) : Number.NaN;
  if (minor < OLDEST_MINOR) {
    const message = `the cluster runs Kubernetes 1.${minor}; runs need 1.${OLDEST_MINOR} or later`;
    findings.push({ code: "cluster-too-old", severity: "error", message });
  }
  const found = await client.request<ClusterObject & { readonly status?: { readonly phase?: string } }>(
    "GET",
    `/api/v1/namespaces/${encodeURIComponent(namespace)}`,
  );
  if (!found.ok && (found.status === 0 || found.status === 401)) return away(found);
  if (!found.ok && found.status === 404) {
    const message = `there is no namespace \`${namespace}\` in the cluster of context \`${client.context}\``;
    const help = `make it with \`kubectl create namespace ${namespace}\`, or choose another with --namespace`;
    findings.push({ code: "namespace-missing", severity: "error", message, help });
  } else if (found.ok && found.value.status?.phase === "Terminating") {
    const message = `namespace \`${namespace}\` is being deleted`;
    const help = "wait until it is gone and make it anew, or choose another with --namespace";
    findings.push({ code: "namespace-missing", severity: "error", message, help });
  }
  return findings;
}

async function checkRights({ client, namespace, objects }: PreflightRequest): Promise<Finding[]> {
  const isSchedule = objects.some(({ kind }) => kind === "CronJob");
  const needed = [...RUN_RIGHTS, ...(isSchedule ? SCHEDULE_RIGHTS : [])];
  const own = await findMissingRights(client, namespace, needed);
  if (own.kind === "unknown") return [own.finding];
  const findings = own.missing.map((right): Finding => {
    const message = `you may not ${right.verbs.join(", ")} ${rightName(right)} in namespace \`${namespace}\``;
    return { code: "right-missing", severity: "error", message, help: "docs/kubernetes.md lists what runs need" };
  });
  const lasting = await findMissingRights(client, namespace, LASTING_RIGHTS);
  if (lasting.kind === "unknown" || lasting.missing.length === 0) return findings;
  return [...findings, ...(await checkLasting(client, namespace, objects, lasting.missing, isSchedule))];
}

/** Who may not make accounts and rights can do with those that are there already. */
async function checkLasting(
  client: ClusterClient,
  namespace: string,
  objects: readonly Manifest[],
  missing: readonly NeededRight[],
  isSchedule: boolean,
): Promise<Finding[]> {
  const may = missing.map((right) => `${right.verbs.join(", ")} ${rightName(right)}`).join("; ");
  const help = "ask someone who may to apply `1-rights.yaml` of `sluice compile --target jobs -o DIR`";
  const findings: Finding[] = [];
  const hidden: string[] = [];
  for (const object of objects) {
    const resource =
      object.kind === "Role" ? "roles" : object.kind === "ServiceAccount" ? "serviceaccounts" : undefined;
    if (resource === undefined) continue;
    const { name } = object.metadata;
    // Only a driver in the cluster needs its account.
    const isTasks = object.kind === "ServiceAccount" && name.endsWith("-tasks");
    const severity = isTasks || isSchedule ? ("error" as const) : ("warning" as const);
    const found = await client.request<ClusterObject & { readonly rules?: readonly object[] }>(
      "GET",
      resourcePath(resource, namespace, name),
    );
    if (!found.ok && found.status === 404) {
      const message = `there is no ${object.kind} \`${name}\`, and you may not make it (${may})`;
      findings.push({ code: isTasks ? "account-missing" : "driver-right-missing", severity, message, help });
    } else if (!found.ok) {
      if (found.status !== 403) return [...findings, unchecked("driver-right-missing", "accounts and rights", found)];
      hidden.push(`${object.kind} ${name}`);
    } else if (object.kind === "Role") {
      const lacking = rightsOf(object).flatMap((right) =>
        right.verbs
          .filter((verb) => !(found.value.rules ?? []).some((rule) => grants(rule, right, verb)))
          .map((verb) => `${verb} ${rightName(right)}`),
      );
      if (lacking.length === 0) continue;
      const message = `the Role \`${name}\` does not allow the driver to ${lacking.join(", ")}, and you may not change it`;
      findings.push({ code: "driver-right-missing", severity, message, help });
    }
  }
  if (hidden.length === 0) return findings;
  const message = `you may neither make nor read what drivers and tasks run as: ${quoteList(hidden)}`;
  return [...findings, { code: "driver-right-missing", severity: "not-checked", message, help }];
}

/** What a Role that we emit allows: each rule names one resource. */
function rightsOf(role: Manifest): NeededRight[] {
  const { rules } = role as unknown as { readonly rules: readonly Required<Rule>[] };
  return rules.map(({ apiGroups, resources, verbs }) => ({
    group: apiGroups[0] ?? "",
    resource: resources[0] ?? "",
    verbs,
  }));
}

async function checkNamespaceLimits(
  { client, namespace, plan, profile }: PreflightRequest,
  pods: readonly PodShape[],
  tried: boolean,
): Promise<Finding[]> {
  const quotas = await readAll<ResourceQuota & ClusterObject>(client, resourcePath("resourcequotas", namespace));
  const findings = quotas.ok
    ? checkQuotas(quotas.value, pods, plan.bounds, profile.gpu.resource)
    : [unchecked("quota-below-peak", "quotas of the namespace", quotas)];
  if (tried) return findings;
  const ranges = await readAll<LimitRange & ClusterObject>(
    client,
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/limitranges`,
  );
  const found = ranges.ok
    ? checkLimitRanges(ranges.value, pods)
    : [unchecked("limit-range", "LimitRanges of the namespace", ranges)];
  return [...findings, ...found];
}

interface NodeObject extends ClusterObject {
  readonly spec?: { readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly images?: readonly { readonly names?: readonly string[] | null }[];
  };
}

async function checkNodesOf(request: PreflightRequest, pods: readonly PodShape[]): Promise<Finding[]> {
  const { client, profile, objects } = request;
  const listed = await list<NodeObject, ClusterNode>(client, "/api/v1/nodes", {}, ({ metadata, spec, status }) => ({
    name: metadata.name,
    labels: metadata.labels ?? {},
    taints: spec?.taints ?? [],
    allocatable: status?.allocatable ?? {},
    images: (status?.images ?? []).flatMap(({ names }) => names ?? []),
  }));
  const image = engineImage(objects);
  const isOnNodes =
    listed.ok &&
    listed.value.items.some(({ images }) => images.some((name) => name === image || name.endsWith(`/${image}`)));
  const findings: Finding[] = [];
  if (image !== undefined && profile.driver.image === undefined && !image.includes("/") && !isOnNodes) {
    const message = `the image of sluice itself is \`${image}\`, which nodes look for on docker.io`;
    const help = "build it with the project's Dockerfile, push it, and name it in the profile: `driver: { image: … }`";
    findings.push({ code: "engine-image", severity: "warning", message, help });
  }
  if (!listed.ok) return [...findings, unchecked("no-matching-node", "whether nodes are right for the pods", listed)];
  return [...findings, ...checkNodes(listed.value.items, pods, growthOf(request, pods))];
}

/** What tasks may ask for after retries, where that is known. */
function growthOf(
  { plan, parameters, profile }: PreflightRequest,
  pods: readonly PodShape[],
): ReadonlyMap<PodShape, ReadonlyMap<string, number>> {
  const calls = new Map(taskCalls(plan, parameters).map((call) => [callId(call), call.task]));
  const names = { cpu: "cpu", memory: "memory", storage: "ephemeral-storage", gpu: profile.gpu.resource } as const;
  return new Map(
    pods.map((pod) => {
      const task = pod.call === undefined ? undefined : calls.get(pod.call);
      const largest = task ? [...largestRequests(task)] : [];
      const known = largest.flatMap(([amount, most]): [string, number][] =>
        most === null || amount === "shared_memory" ? [] : [[names[amount], most]],
      );
      return [pod, new Map(known)];
    }),
  );
}

/** The image of the driver. */
function engineImage(objects: readonly Manifest[]): string | undefined {
  return podShapes(objects).find(({ call }) => call === undefined)?.spec.containers[0]?.image;
}

function checkImages(pods: readonly PodShape[]): Finding[] {
  return pods.flatMap(({ who, spec }) =>
    [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ image = "" }): Finding[] => {
      const read = readImageName(image);
      if (read.ok && !read.isShortened) return [];
      const problem = read.ok ? "its digest is shortened" : read.problem;
      return [
        {
          code: "image-invalid",
          severity: "error",
          message: `the image \`${image}\` of ${who} cannot be right: ${problem}`,
        },
      ];
    }),
  );
}

async function readAll<O extends ClusterObject>(client: ClusterClient, path: string): Promise<ApiResult<readonly O[]>> {
  const listed = await list<O, O>(client, path, {}, (object) => object);
  return listed.ok ? { ok: true, value: listed.value.items } : listed;
}

function unchecked(code: FindingCode, what: string, problem: ApiProblem): Finding {
  const reason = problem.status === 403 ? "you may not read them" : describeProblem(problem, "read them");
  return { code, severity: "not-checked", message: `${what}: ${reason}` };
}
