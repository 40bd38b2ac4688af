// The server's own word on the objects of a run and on their pods, by strict dry runs: admission, schemas, quotas and webhooks say what they would
// say, and nothing is written. A Job that makes pods which are refused is not refused itself, so each pod is tried for itself.
import { type ApiProblem, describeProblem, isQuotaExceeded } from "../api-problem.ts";
import { type Manifest, nameOf, resourceOf, serverApply } from "../apply/server-apply.ts";
import type { ClusterClient } from "../client.ts";
import { isRightMissing } from "../explain-problem.ts";
import type { ClusterObject } from "../objects.ts";
import { resourcePath } from "../resource-path.ts";
import type { Finding, FindingCode } from "./finding.ts";
import type { PodShape, PodSpec } from "./pod-shape.ts";

/** Requests at once. */
const AT_ONCE = 8;
/** Kinds that are applied; the others are made anew for each run. */
const APPLIED = ["ServiceAccount", "Role", "RoleBinding", "CronJob"];

/** What the server has against the objects. Missing rights are told elsewhere. */
export async function tryObjects(
  client: ClusterClient,
  namespace: string,
  objects: readonly Manifest[],
): Promise<Finding[]> {
  const found = await inTurns(objects, async (object): Promise<Finding[]> => {
    const tried = APPLIED.includes(object.kind)
      ? await serverApply(client, namespace, object, { force: true, dryRun: true })
      : await client.request<ClusterObject>("POST", resourcePath(resourceOf(object), namespace), {
          body: object,
          query: { dryRun: "All" },
          repeatable: true,
        });
    if (tried.ok || isRightMissing(tried) || tried.reason === "AlreadyExists") return [];
    const what = nameOf(object);
    if (isQuotaExceeded(tried)) return [quotaUsedUp(what, tried)];
    return [{ code: "object-refused", severity: "error", message: describeProblem(tried, `create ${what}`) }];
  });
  return found.flat();
}

export interface TriedPods {
  /** With what the server fills in, such as the amounts of a LimitRange. */
  readonly pods: readonly PodShape[];
  readonly findings: readonly Finding[];
  /** Whether the user may try pods at all. */
  readonly tried: boolean;
}

/** What the server has against the pods. `made`: accounts that the run brings along, which need not be there yet. */
export async function tryPods(
  client: ClusterClient,
  namespace: string,
  pods: readonly PodShape[],
  made: ReadonlySet<string>,
): Promise<TriedPods> {
  const results = await inTurns(pods, async (pod) => {
    const { serviceAccountName, ...rest } = pod.spec;
    const isMade = serviceAccountName !== undefined && made.has(`ServiceAccount ${serviceAccountName}`);
    const metadata = { name: pod.name, labels: pod.labels, annotations: pod.annotations };
    const body = { apiVersion: "v1", kind: "Pod", metadata, spec: isMade ? rest : pod.spec };
    const tried = await client.request<{ readonly spec: PodSpec }>("POST", resourcePath("pods", namespace), {
      body,
      query: { dryRun: "All" },
      repeatable: true,
    });
    return { pod, tried };
  });
  const refused = results.find(({ tried }) => !tried.ok && isRightMissing(tried));
  if (refused) {
    const message =
      "you may not create pods, so what Pod Security, LimitRanges and webhooks have against the pods of tasks could not be tried";
    return { pods, findings: [{ code: "pod-refused", severity: "not-checked", message }], tried: false };
  }
  return {
    tried: true,
    pods: results.map(({ pod, tried }) => (tried.ok ? { ...pod, spec: withAccount(tried.value.spec, pod.spec) } : pod)),
    findings: results.flatMap(({ pod, tried }) => (tried.ok ? [] : [describeRefusal(pod, tried)])),
  };
}

// The name of an account that is not there yet was left out.
function withAccount(spec: PodSpec, ours: PodSpec): PodSpec {
  return { ...spec, ...(ours.serviceAccountName !== undefined && { serviceAccountName: ours.serviceAccountName }) };
}

const REFUSALS: readonly (readonly [RegExp, FindingCode, string?])[] = [
  [
    /violates PodSecurity/,
    "pod-security",
    "`pod_security: restricted` in the profile makes pods that keep that standard, with images that do not run as root",
  ],
  [
    /failed quota: .*must specify/,
    "amount-needed",
    "say the amounts in the task's `resources`, or give the namespace a LimitRange with defaults",
  ],
  [/(?:minimum|maximum) .* (?:usage|limit)|limit to request ratio/, "limit-range"],
  [/no PriorityClass with name|RuntimeClass .*not found/, "class-missing"],
  [/service ?account .*not found/i, "account-missing"],
];

function describeRefusal({ who }: PodShape, problem: ApiProblem): Finding {
  if (isQuotaExceeded(problem)) return quotaUsedUp(`the pod of ${who}`, problem);
  const [, code = "pod-refused", help] = REFUSALS.find(([pattern]) => pattern.test(problem.message)) ?? [];
  const message = `the pod of ${who} is refused: ${problem.message}`;
  return { code, severity: "error", message, ...(help !== undefined && { help }) };
}

function quotaUsedUp(what: string, { message }: ApiProblem): Finding {
  return {
    code: "quota-used-up",
    severity: "warning",
    message: `there is no room for ${what} now, so it would wait: ${message}`,
  };
}

async function inTurns<T, R>(items: readonly T[], carryOut: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(carryOut))));
  return results;
}
