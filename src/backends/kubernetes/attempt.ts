// One attempt as the backend knows it, from the moment it is to start until nothing of it is left in the cluster.
import { containerAt } from "../../emit/jobs/shared-job.ts";
import { TASK_CONTAINER } from "../../emit/merge-pod.ts";
import type { InstanceId, Outcome, Start } from "../../engine/protocol.ts";
import type { PlanTask } from "../../plan/plan.ts";
import type { Pod } from "./objects.ts";
import type { PodEvent, Remembered } from "./pod-facts.ts";

export interface ClusterAttempt {
  /** Of its Job, unless it shares that of another attempt, and of its documents' ConfigMap. */
  readonly name: string;
  readonly instance: InstanceId;
  readonly attempt: number;
  readonly task: PlanTask;
  /** Absent when an earlier driver started it. */
  readonly start?: Start;
  /** The name of the Job that it is in. */
  job: string;
  /** The shard that its pod is of; then `job` is the name of the pod. */
  shard: string | undefined;
  /** The container that is its task. */
  container: string;
  /** The attempts that are in its Job and are not known to be over with it, in the order in which they run; itself among them. */
  mates: ClusterAttempt[];
  /** Its pod was made for more than one attempt. */
  shared: boolean;
  /** Its turn in a shared pod has come. */
  reached: boolean;
  /** Milliseconds that its container may run. */
  readonly timeout?: number;
  /**
   * `queued`: nothing was sent. `creating`: its Job may be there. `open`: its Job was made. `ending`: how it ends is known, but is not told yet.
   * `ended`: it was told. `retiring`: what is left of it is being removed.
   */
  state: "queued" | "creating" | "open" | "ending" | "ended" | "retiring";
  /** It is being ended by us. */
  stopping: boolean;
  jobUid: string | undefined;
  jobGone: boolean;
  /** It has documents in a ConfigMap. */
  hasDocuments: boolean;
  /** When its Job was created, by our clock, in milliseconds since the epoch. */
  created: number;
  pod: Pod | undefined;
  remembered: Remembered | undefined;
  events: readonly PodEvent[];
  /** When its events were read last. */
  looked: number;
  /** When its pod was first seen being deleted. */
  deleting: number | undefined;
  /** When its container was started, by our clock, in milliseconds since the epoch. */
  began: number | undefined;
  /** Its time has run out: it is being ended by us. */
  expired: boolean;
  cacheKey: string | undefined;
  outcome: Outcome | undefined;
  /** Called when its end was told. */
  told: (() => void) | undefined;
}

/** An attempt of which nothing is known yet. */
export function newAttempt(
  parts: Pick<ClusterAttempt, "name" | "instance" | "attempt" | "task" | "state" | "start" | "timeout">,
): ClusterAttempt {
  const attempt: ClusterAttempt = {
    ...parts,
    job: parts.name,
    shard: undefined,
    container: TASK_CONTAINER,
    mates: [],
    shared: false,
    reached: false,
    stopping: false,
    jobUid: undefined,
    jobGone: false,
    hasDocuments: false,
    created: 0,
    pod: undefined,
    remembered: undefined,
    events: [],
    looked: 0,
    deleting: undefined,
    began: undefined,
    expired: false,
    cacheKey: undefined,
    outcome: undefined,
    told: undefined,
  };
  attempt.mates = [attempt];
  return attempt;
}

/** Puts attempts together into one Job: by default into one that is named after the first, in containers in their order. */
export function shareJob(
  attempts: ClusterAttempt[],
  job = attempts[0]?.name ?? "",
  containers = attempts.map((_, position) => containerAt(position, attempts.length)),
): void {
  attempts.forEach((attempt, position) => {
    attempt.job = job;
    attempt.container = containers[position] ?? TASK_CONTAINER;
    attempt.mates = attempts;
    attempt.shared = true;
  });
}

/** Takes an attempt out of a Job in which it never began: it is to start anew. */
export function leaveJob(attempt: ClusterAttempt): void {
  const at = attempt.mates.indexOf(attempt);
  if (at >= 0) attempt.mates.splice(at, 1);
  const { name, instance, attempt: number, task, start, timeout } = attempt;
  const parts = { name, instance, attempt: number, task, state: "queued" as const };
  const { stopping, told } = attempt;
  Object.assign(attempt, newAttempt({ ...parts, ...(start && { start }), ...(timeout !== undefined && { timeout }) }));
  Object.assign(attempt, { mates: [attempt], stopping, told });
}
