// What a driver finds of the drivers before it: Jobs, shards, and the attempts that are in them.
import type { SharedItem } from "../../emit/jobs/shared-job.ts";
import type { InstanceId } from "../../engine/protocol.ts";

/** A Job of the pods of a large map. */
export interface FoundShard {
  readonly name: string;
  readonly uid: string;
  /** What its pods have in common. */
  readonly shape: string;
  readonly completions: number;
}

export interface FoundJob {
  readonly name: string;
  readonly uid: string;
  /** Plan id; absent on a fence. */
  readonly task?: string;
  readonly cacheKey?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  /** The attempts that share its pod, in their order; none where it is of one attempt. */
  readonly items: readonly SharedItem[];
  readonly fence: boolean;
  readonly kept: boolean;
  /** A shard, with what its pods have in common and how many there are. */
  readonly shard?: FoundShard;
  /** The name of the shard that it is a pod of. */
  readonly inShard?: string;
}

export interface Adopted {
  readonly instance: InstanceId;
  readonly attempt: number;
  readonly job: FoundJob;
}
