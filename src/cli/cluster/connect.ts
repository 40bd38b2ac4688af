// The cluster that the command line's options and the profile mean.

import type { FileResult } from "../../backends/file-problem.ts";
import { type ClusterClient, openClient } from "../../backends/kubernetes/client.ts";
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import type { Invocation } from "../command.ts";
import { namespaceOption } from "../emit-program.ts";

/** A client for looking around and for a few writes; nothing is sent yet. The namespace: of the option, the profile, the context. */
export function connect(
  invocation: Invocation,
  profile: KubernetesProfile | undefined,
): Promise<FileResult<ClusterClient>> {
  const kubeconfig = invocation.value("kubeconfig");
  const context = invocation.value("context");
  const namespace = namespaceOption(invocation) ?? profile?.namespace;
  return openClient({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
  });
}
