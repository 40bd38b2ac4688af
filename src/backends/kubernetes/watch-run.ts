// The pods of a run's attempts, followed from list to list. Of a pod is kept what its attempt's end is told from; the rest would fill the memory.
import type { ApiProblem } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";
import { list } from "./list.ts";
import type { Container, Pod } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";
import { isShardPod, projectShardPod } from "./shard-pod.ts";
import { follow } from "./watch.ts";

const JOB_NAME_LABEL = "batch.kubernetes.io/job-name";

export interface WatchRunOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly run: string;
  readonly signal: AbortSignal;
  /** All pods there are. */
  readonly sync: (pods: readonly Pod[]) => void;
  readonly change: (pod: Pod, gone: boolean) => void;
  readonly trouble: (problem: ApiProblem) => void;
}

/** Selects what belongs to the attempts of a run. */
export function attemptSelector(run: string): string {
  return `sluice.dev/run=${run},app.kubernetes.io/component=task`;
}

/** Follows the pods until the signal. */
export function watchRun(options: WatchRunOptions): Promise<void> {
  const { client, namespace, run, signal, sync, change, trouble } = options;
  return follow<Pod, Pod>(client, resourcePath("pods", namespace), {
    labelSelector: attemptSelector(run),
    signal,
    project: projectPod,
    sync,
    change: (type, pod) => change(pod, type === "DELETED"),
    trouble,
  });
}

/** The pods of one Job as they are now. */
export async function listPodsOf(
  client: ClusterClient,
  namespace: string,
  job: string,
  signal: AbortSignal,
): Promise<readonly Pod[] | undefined> {
  const selection = { labelSelector: `${JOB_NAME_LABEL}=${job}` };
  const found = await list<Pod, Pod>(client, resourcePath("pods", namespace), selection, projectPod, { signal });
  return found.ok ? found.value.items : undefined;
}

/** The name of the Job a pod was made for. */
export function jobNameOf(pod: Pod): string {
  return pod.metadata.labels?.[JOB_NAME_LABEL] ?? "";
}

/** Under what name the attempts of a pod are found: of its Job, or its own where it is of a shard. */
export function homeOf(pod: Pod): string {
  return isShardPod(pod) ? pod.metadata.name : jobNameOf(pod);
}

/** What is kept of a pod. */
export function projectPod(pod: Pod): Pod {
  const { name, uid, resourceVersion, finalizers, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  const container = ({ name, restartPolicy }: Container): Container => ({
    name,
    ...(restartPolicy !== undefined && { restartPolicy }),
  });
  const ofShard = isShardPod(pod) ? projectShardPod(pod) : undefined;
  return {
    metadata: {
      ...ofShard?.metadata,
      name,
      labels: { [JOB_NAME_LABEL]: jobNameOf(pod), ...ofShard?.metadata.labels },
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(finalizers !== undefined && { finalizers }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
    },
    spec: {
      ...ofShard?.spec,
      ...(pod.spec?.nodeName !== undefined && { nodeName: pod.spec.nodeName }),
      ...(pod.spec?.terminationGracePeriodSeconds !== undefined && {
        terminationGracePeriodSeconds: pod.spec.terminationGracePeriodSeconds,
      }),
      ...(pod.spec?.initContainers !== undefined && { initContainers: pod.spec.initContainers.map(container) }),
    },
    ...(pod.status !== undefined && { status: projectStatus(pod.status) }),
  };
}

function projectStatus(status: NonNullable<Pod["status"]>): NonNullable<Pod["status"]> {
  const { phase, reason, message, conditions, initContainerStatuses, containerStatuses } = status;
  return {
    ...(phase !== undefined && { phase }),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(conditions !== undefined && { conditions }),
    ...(initContainerStatuses !== undefined && { initContainerStatuses }),
    ...(containerStatuses !== undefined && { containerStatuses }),
  };
}
