// What people can do about an answer of the API server that says who they are is the trouble, or what they may do, or where.
import { type ApiProblem, describeProblem } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";

const FORBIDDEN =
  /cannot (\w+) resource "([^"]+)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]+)"| at the cluster scope)?/;

/** `describeProblem`, and what would help, where that is known. `doing` is a verb with its object. */
export function explainProblem(problem: ApiProblem, doing: string, client: ClusterClient): string {
  const said = describeProblem(problem, doing);
  const hint = findHint(problem, client);
  return hint === undefined ? said : `${said}; ${hint}`;
}

/** Whether rights are missing, and not a quota or a policy in the way. */
export function isRightMissing({ status, message }: ApiProblem): boolean {
  return status === 403 && FORBIDDEN.test(message);
}

/** Whether the namespace is not there. */
export function isNamespaceMissing({ status, message }: ApiProblem): boolean {
  return status === 404 && /namespaces "[^"]*" not found/.test(message);
}

function findHint(problem: ApiProblem, { context, namespace }: ClusterClient): string | undefined {
  if (problem.status === 401)
    return `the cluster does not accept the credentials of context \`${context}\`, which may have expired: log in again`;
  if (isNamespaceMissing(problem))
    return `make the namespace with \`kubectl create namespace ${namespace}\`, or choose another with --namespace`;
  if (problem.status !== 403) return undefined;
  if (/because it is being terminated/.test(problem.message))
    return `namespace \`${namespace}\` is being deleted: wait until it is gone and make it anew, or choose another with --namespace`;
  const [, verb, resource, group, where] = FORBIDDEN.exec(problem.message) ?? [];
  if (verb === undefined) return undefined;
  const kind = group ? `${resource}.${group}` : resource;
  return `a Role in namespace \`${where ?? namespace}\` must allow you to \`${verb}\` \`${kind}\`: docs/kubernetes.md lists what runs need`;
}
