// What the driver may do, and nothing else: one Role in one namespace. Tasks run under an account without any right.
import type { EmittedObject } from "../emitter.ts";
import type { JsonObject } from "../yaml.ts";
import { type JobsContext, lastingName, objectMetadata } from "./context.ts";

/** The account of the driver. */
export function driverAccount(context: JobsContext): string {
  return lastingName(context, "-driver");
}

const RULES: readonly JsonObject[] = [
  { apiGroups: ["batch"], resources: ["jobs"], verbs: ["create", "get", "list", "watch", "patch", "delete"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "patch", "delete"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  {
    apiGroups: [""],
    resources: ["configmaps"],
    verbs: ["create", "get", "list", "watch", "update", "patch", "delete"],
  },
  { apiGroups: [""], resources: ["podtemplates"], verbs: ["get"] },
  { apiGroups: [""], resources: ["events"], verbs: ["list"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create", "get", "update"] },
];

/** ServiceAccounts, Role and RoleBinding; they outlive runs and stay the same for all of them. */
export function rights(context: JobsContext): EmittedObject[] {
  const name = driverAccount(context);
  const metadata = (each: string) => objectMetadata(context, each, "rights", { lasting: true });
  const objects: EmittedObject[] = [
    {
      comment: "the account of the driver",
      object: {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: metadata(name),
        automountServiceAccountToken: false,
      },
    },
    {
      comment:
        "all the driver may do: no Secrets, no exec, no pods of its own making, nothing outside of this namespace",
      object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: metadata(name), rules: RULES },
    },
    {
      comment: "",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: metadata(name),
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        subjects: [{ kind: "ServiceAccount", name, namespace: context.namespace }],
      },
    },
  ];
  if (context.profile.serviceAccount !== undefined) return objects;
  const tasks = metadata(lastingName(context, "-tasks"));
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: tasks, automountServiceAccountToken: false };
  return [{ comment: "the account of the tasks, which has no rights", object: account }, ...objects];
}
