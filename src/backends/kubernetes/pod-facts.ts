// Single facts read off a pod and its events: what it waits for, which containers ended and how, whether the cluster is taking it away. A pod
// forgets while it ends, so what matters later is remembered here from state to state.
import type { ContainerState, ContainerStatus, Pod } from "./objects.ts";

/** Why something does not run yet. */
export interface Waiting {
  /** Kubernetes' word, such as `ErrImagePull`, `Unschedulable`, or `QuotaExceeded`. */
  readonly reason: string;
  readonly message: string;
  /** Waiting longer cannot help. */
  readonly permanent: boolean;
}

/** What is kept of a pod's earlier states. */
export interface Remembered {
  /** The last reason to wait that says something. */
  readonly waiting?: Waiting;
  /** Some container has run. */
  readonly ran: boolean;
  /** Why the cluster takes it away. */
  readonly disruption?: string;
}

/** An event about a pod, or about the Job that is to have one. */
export interface PodEvent {
  /** `Normal` or `Warning`. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** How a container ended. */
export type ContainerEnd = NonNullable<ContainerState["terminated"]>;

// Said of every pod on its way.
const ORDINARY = new Set(["ContainerCreating", "PodInitializing"]);
const NO_SUCH_IMAGE =
  /manifest unknown|manifest for .* not found|name unknown|: not found\b|repository does not exist/i;
const NEVER_STARTS = /runAsNonRoot|non-numeric user/;

/** Adds a state of a pod to what is remembered of it. */
export function remember(earlier: Remembered | undefined, pod: Pod): Remembered {
  const waiting = tellingState(pod) ?? earlier?.waiting;
  const disruption = disruptionOf(pod) ?? earlier?.disruption;
  return {
    ran: earlier?.ran === true || statusesOf(pod).some(hasRun),
    ...(waiting === undefined ? {} : { waiting }),
    ...(disruption === undefined ? {} : { disruption }),
  };
}

/** Why a pod that has not begun waits. */
export function waitingOf(pod: Pod, events: readonly PodEvent[] = []): Waiting {
  const telling = tellingState(pod) ?? tellingEvent(events);
  if (telling !== undefined) return telling;
  const ordinary = statusesOf(pod).find(({ state }) => state?.waiting?.reason !== undefined);
  if (ordinary !== undefined)
    return {
      reason: ordinary.state?.waiting?.reason ?? "",
      message: "its containers are being made",
      permanent: false,
    };
  return { reason: "Pending", message: "no node has taken it yet", permanent: false };
}

/** The reason to wait that stands in the pod itself; undefined when it says no more than that it is on its way. */
export function tellingState(pod: Pod): Waiting | undefined {
  for (const { state } of statusesOf(pod)) {
    const { reason, message = "" } = state?.waiting ?? {};
    if (reason === undefined || ORDINARY.has(reason)) continue;
    return { reason, message, permanent: isPermanent(reason, message) };
  }
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  return { reason: scheduled.reason ?? "Unschedulable", message: scheduled.message ?? "", permanent: false };
}

/** The last event that says why something waits: only there stands why a volume is missing or a Job may not have its pod. */
export function tellingEvent(events: readonly PodEvent[]): Waiting | undefined {
  const last = events.findLast(({ type, reason }) => type === "Warning" && /^Failed(?!$)/.test(reason));
  if (last === undefined) return undefined;
  const { reason, message } = last;
  if (reason !== "FailedCreate") return { reason, message, permanent: false };
  if (/exceeded quota/.test(message)) return { reason: "QuotaExceeded", message, permanent: false };
  // The account of a new namespace is made a moment after it.
  const passing = /looking up service account \S+\/default:/.test(message);
  const permanent = !passing && /\bis forbidden: |\bis invalid: |denied the request/.test(message);
  return { reason, message, permanent };
}

/** Init containers first, in the order of the pod, which is the order they run in. */
export function statusesOf(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

/** Whether a container is an init container that runs beside the task. */
export function isSidecar(pod: Pod, name: string): boolean {
  return (
    pod.spec?.initContainers?.some((container) => container.name === name && container.restartPolicy === "Always") ??
    false
  );
}

/** How a container ended for good or, when the node knows no more, the last time; undefined while it runs or before it has. */
export function endOf({ state, lastState }: ContainerStatus): ContainerEnd | undefined {
  if (state?.running !== undefined) return undefined;
  const end = state?.terminated;
  if (end !== undefined && end.reason !== "ContainerStatusUnknown") return end;
  return lastState?.terminated ?? end;
}

/** Whether a container has run, however it ended. */
export function hasRun(container: ContainerStatus): boolean {
  if (container.state?.running !== undefined) return true;
  const end = endOf(container);
  return end !== undefined && end.reason !== "StartError" && end.reason !== "ContainerStatusUnknown";
}

/** Whether something that is to come to its end runs now: a pod is pending for as long as its init containers do. */
export function hasRunningStep(pod: Pod): boolean {
  return statusesOf(pod).some(({ name, state }) => state?.running !== undefined && !isSidecar(pod, name));
}

/** Why the cluster takes the pod away; undefined when it does not. */
export function disruptionOf(pod: Pod): string | undefined {
  const condition = pod.status?.conditions?.find(
    ({ type, status }) => type === "DisruptionTarget" && status === "True",
  );
  if (condition === undefined) return undefined;
  return [condition.reason, condition.message].filter((part) => part !== undefined && part !== "").join(": ");
}

function isPermanent(reason: string, message: string): boolean {
  switch (reason) {
    case "InvalidImageName":
      return true;
    case "ErrImagePull":
    case "ImagePullBackOff":
      return NO_SUCH_IMAGE.test(message);
    case "CreateContainerConfigError":
      return NEVER_STARTS.test(message);
    default:
      return false;
  }
}
