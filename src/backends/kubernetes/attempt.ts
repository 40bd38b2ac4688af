// One attempt as the backend knows it, from the moment it is to start until nothing of it is left in the cluster.
import type { InstanceId, Outcome, Start } from "../../engine/protocol.ts";
import type { PlanTask } from "../../plan/plan.ts";
import type { Pod } from "./objects.ts";
import type { PodEvent, Remembered } from "./pod-facts.ts";

export interface ClusterAttempt {
  /** Of its Job and of its documents' ConfigMap. */
  readonly name: string;
  readonly instance: InstanceId;
  readonly attempt: number;
  readonly task: PlanTask;
  /** Absent when an earlier driver started it. */
  readonly start?: Start;
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
  cacheKey: string | undefined;
  outcome: Outcome | undefined;
  /** Called when its end was told. */
  told: (() => void) | undefined;
}

/** An attempt of which nothing is known yet. */
export function newAttempt(
  parts: Pick<ClusterAttempt, "name" | "instance" | "attempt" | "task" | "state" | "start">,
): ClusterAttempt {
  return {
    ...parts,
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
    cacheKey: undefined,
    outcome: undefined,
    told: undefined,
  };
}
