// Why pods of a run wait, summed up: one sentence for each reason, however many pods have it. In: who waits for what. Out: groups in the order in
// which their reasons were met first.
import { shorten } from "./api-problem.ts";
import type { Waiting } from "./pod-facts.ts";

/** An instance, `runs["a1"].train`, and what its pod waits for. */
export type WaitingPod = readonly [instance: string, waiting: Waiting];

export interface WaitingGroup {
  /** Equal for the same reason, though numbers in its words change with time. */
  readonly id: string;
  /** Kubernetes' word. */
  readonly reason: string;
  /** What they wait for, in the cluster's own words where these say it best. */
  readonly message: string;
  readonly count: number;
  /** The instance that was met first. */
  readonly example: string;
}

/** The word for a Job that a queue has not let in yet. */
export const SUSPENDED = "Suspended";

const LONGEST = 300;

/** The groups. */
export function groupWaiting(pods: Iterable<WaitingPod>): readonly WaitingGroup[] {
  const groups = new Map<string, WaitingGroup>();
  for (const [instance, waiting] of pods) {
    const { about, message } = tell(waiting);
    const id = `${about} ${message.replace(/\d+/g, "0")}`;
    const known = groups.get(id);
    const first = { id, reason: waiting.reason, message: shorten(message, LONGEST), count: 0, example: instance };
    groups.set(id, { ...(known ?? first), count: (known?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

/** `12 pods wait: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu (train["a"])`, one line without a full stop. */
export function describeGroup({ count, message, example }: WaitingGroup): string {
  const who = count === 1 ? "1 pod waits" : `${count} pods wait`;
  return `${who}: ${message} (${example})`;
}

/** `about` tells reasons apart whose words are alike. */
function tell({ reason, message }: Waiting): { readonly about: string; readonly message: string } {
  const words = message.trim().replace(/\s+/g, " ");
  switch (reason) {
    case "Unschedulable":
      // What the scheduler says of preemption helps nobody who has not asked for it.
      return { about: reason, message: words.replace(/[.,;]? *(?:no new claims to deallocate|preemption:).*$/, "") };
    case "ErrImagePull":
    case "ImagePullBackOff": {
      const image = /image "([^"]+)"/.exec(words)?.[1];
      if (image === undefined) break;
      const cause = words
        .replace(/^Back-off pulling image "[^"]*"(?:: ErrImagePull)?:? */, "")
        .replace(/^ErrImagePull: /, "");
      // Both words are said of one image in turn.
      return { about: "image", message: `the image \`${image}\` cannot be pulled${cause === "" ? "" : `: ${cause}`}` };
    }
    case SUSPENDED:
      return { about: reason, message: words };
    case "FailedCreate":
    case "QuotaExceeded":
      // The names of pods that were not made tell nothing, and make the same words differ.
      return {
        about: reason,
        message: words.replace(/^Error creating: /, "").replace(/^pods "[^"]*" is forbidden: /, ""),
      };
  }
  return { about: reason, message: words === "" ? reason : `${words} (${reason})` };
}
