// Where a command is to act, and that no option is given that has no meaning there.
import { type Invocation, UsageError } from "./command.ts";

const FOR_CLUSTERS = ["namespace", "context", "kubeconfig"] as const;
const FOR_THIS_MACHINE = ["cpus", "memory", "slots"] as const;

/** Whether the command is about runs of Argo Workflows. */
export function isOnArgo(invocation: Invocation): boolean {
  return invocation.value("on") === "argo" && isOnCluster(invocation);
}

/** Whether the command is about a cluster. */
export function isOnCluster(invocation: Invocation): boolean {
  const engine = invocation.value("on");
  if (engine === "kubernetes" || engine === "argo") {
    for (const name of FOR_THIS_MACHINE)
      if (invocation.value(name) !== undefined)
        throw new UsageError(
          `--${name} is for runs on this machine; what a run may use of a cluster stands in the profile, \`kubernetes.limits\``,
        );
    return true;
  }
  for (const name of FOR_CLUSTERS)
    if (invocation.value(name) !== undefined)
      throw new UsageError(`--${name} needs \`--on kubernetes\` or \`--on argo\`: without it, this machine is meant`);
  if (invocation.has("detach"))
    throw new UsageError("--detach needs `--on kubernetes` or `--on argo`: on this machine nothing goes on alone");
  return false;
}
