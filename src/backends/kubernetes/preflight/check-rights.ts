// Whether the user may do what a run does. In: what is needed. Out: what is missing, each right that the first answer does not show asked for
// by itself: not every authorizer can list what it would allow.
import { describeProblem } from "../api-problem.ts";
import type { ClusterClient } from "../client.ts";
import type { Finding } from "./finding.ts";

export interface NeededRight {
  readonly group: string;
  /** `pods/log`: a part of a pod. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** As Roles and the server's reviews have it. */
export interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

const API = "/apis/authorization.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io";

/** What whoever starts and drives a run does. */
export const RUN_RIGHTS: readonly NeededRight[] = [
  { group: "", resource: "configmaps", verbs: ["create", "get", "list", "patch", "update", "delete"] },
  { group: "", resource: "podtemplates", verbs: ["create", "get"] },
  { group: "batch", resource: "jobs", verbs: ["create", "get", "list", "watch", "patch", "delete"] },
  { group: "", resource: "pods", verbs: ["get", "list", "watch", "patch", "delete"] },
  { group: "", resource: "pods/log", verbs: ["get"] },
  { group: "", resource: "events", verbs: ["list"] },
  { group: "coordination.k8s.io", resource: "leases", verbs: ["create", "get", "update"] },
];

/** What putting accounts and rights into the namespace takes. */
export const LASTING_RIGHTS: readonly NeededRight[] = [
  { group: "", resource: "serviceaccounts", verbs: ["create", "get", "patch"] },
  { group: RBAC, resource: "roles", verbs: ["create", "get", "patch"] },
  { group: RBAC, resource: "rolebindings", verbs: ["create", "get", "patch"] },
];

/** What `sluice apply` does besides. */
export const SCHEDULE_RIGHTS: readonly NeededRight[] = [
  { group: "batch", resource: "cronjobs", verbs: ["create", "get", "list", "patch", "delete"] },
  { group: "", resource: "podtemplates", verbs: ["list", "patch", "delete"] },
];

export type MissingRights =
  | { readonly kind: "known"; readonly missing: readonly NeededRight[] }
  | { readonly kind: "unknown"; readonly finding: Finding };

/** Of the rights those that the user does not have in the namespace. */
export async function findMissingRights(
  client: ClusterClient,
  namespace: string,
  needed: readonly NeededRight[],
): Promise<MissingRights> {
  const reviewed = await client.request<{ readonly status?: { readonly resourceRules?: readonly Rule[] } }>(
    "POST",
    `${API}/selfsubjectrulesreviews`,
    {
      body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } },
      repeatable: true,
    },
  );
  const rules = reviewed.ok ? (reviewed.value.status?.resourceRules ?? []) : [];
  const missing: NeededRight[] = [];
  for (const right of needed) {
    const verbs: string[] = [];
    for (const verb of right.verbs) {
      if (rules.some((rule) => grants(rule, right, verb))) continue;
      const allowed = await mayDo(client, namespace, right, verb);
      if (allowed === undefined) {
        const message = `your rights could not be asked for: ${reviewed.ok ? "the server gives no answer" : describeProblem(reviewed, "ask for them")}`;
        return { kind: "unknown", finding: { code: "right-missing", severity: "not-checked", message } };
      }
      if (!allowed) verbs.push(verb);
    }
    if (verbs.length > 0) missing.push({ ...right, verbs });
  }
  return { kind: "known", missing };
}

/** `jobs.batch` */
export function rightName({ group, resource }: NeededRight): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** Whether rules such as those of a Role allow it. */
export function grants(rule: Rule, { group, resource }: NeededRight, verb: string): boolean {
  const has = (list: readonly string[] | undefined, name: string): boolean =>
    list?.some((each) => each === "*" || each === name) ?? false;
  if ((rule.resourceNames?.length ?? 0) > 0) return false;
  const part = resource.split("/")[1];
  const named = has(rule.resources, resource) || (part !== undefined && has(rule.resources, `*/${part}`));
  return named && has(rule.apiGroups, group) && has(rule.verbs, verb);
}

async function mayDo(
  client: ClusterClient,
  namespace: string,
  { group, resource }: NeededRight,
  verb: string,
): Promise<boolean | undefined> {
  const [name, subresource] = resource.split("/");
  const resourceAttributes = { namespace, verb, group, resource: name, ...(subresource && { subresource }) };
  const asked = await client.request<{ readonly status?: { readonly allowed?: boolean } }>(
    "POST",
    `${API}/selfsubjectaccessreviews`,
    {
      body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } },
      repeatable: true,
    },
  );
  return asked.ok ? asked.value.status?.allowed === true : undefined;
}
