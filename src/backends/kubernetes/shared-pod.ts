// Where an attempt stands among those that share its pod: they run one after the other, and one that fails ends the pod, so that those behind it never
// begin.
import { isItemContainer } from "../../emit/jobs/shared-job.ts";
import { TASK_CONTAINER } from "../../emit/merge-pod.ts";
import type { ClusterAttempt } from "./attempt.ts";
import type { Pod } from "./objects.ts";
import { endOf, hasRun, statusesOf } from "./pod-facts.ts";

/**
 * `done`: its container ended well, whatever became of the pod. `turn`: what happens to the pod happens to it. `behind`: it has not begun, and does
 * not when the pod ends now.
 */
export type Turn = "done" | "turn" | "behind";

/** Where an attempt stands, and that its turn has come is noted. */
export function turnOf(attempt: ClusterAttempt, now: number): Turn {
  if (!attempt.shared) return "turn";
  const { pod, mates, reached, remembered, jobGone } = attempt;
  if (pod === undefined) {
    const begins = mates[0] === attempt && remembered === undefined && !jobGone;
    return reached || begins ? "turn" : "behind";
  }
  const turn = turnIn(pod, attempt.container);
  // What ended well within its grace period had run out of time.
  if (turn === "done" && attempt.expired) return "turn";
  if (turn === "turn" && !reached) {
    attempt.reached = true;
    if (mates[0] !== attempt) attempt.created = now;
  }
  return turn;
}

/** Where the attempt of a container stands, from a pod that more than one share. */
export function turnIn(pod: Pod, container: string): Turn {
  if (endedWell(pod, container)) return "done";
  const names = [...(pod.spec?.initContainers ?? []).map(({ name }) => name).filter(isItemContainer), TASK_CONTAINER];
  const before = names.slice(0, names.indexOf(container));
  if (!before.every((name) => endedWell(pod, name))) return "behind";
  // A pod may end between two of its containers; the first bears what keeps a pod from beginning at all.
  return before.length > 0 && pod.status?.phase === "Failed" && !hasBegun(pod, container) ? "behind" : "turn";
}

function endedWell(pod: Pod, container: string): boolean {
  const end = find(pod, container);
  return end?.exitCode === 0 && end.reason !== "ContainerStatusUnknown";
}

function hasBegun(pod: Pod, container: string): boolean {
  const status = statusesOf(pod).find(({ name }) => name === container);
  return status !== undefined && (hasRun(status) || endOf(status)?.reason === "StartError");
}

function find(pod: Pod, container: string) {
  const status = statusesOf(pod).find(({ name }) => name === container);
  return status && endOf(status);
}
