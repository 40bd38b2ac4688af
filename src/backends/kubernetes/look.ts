// A closer look at an attempt that keeps waiting: the events about its pod or Job, and whether its Job is there at all. Only there stands why a
// volume is missing or a Job may not have its pod.
import type { ClusterAttempt } from "./attempt.ts";
import type { ClusterClient } from "./client.ts";
import type { ClusterObject, Condition, Pod } from "./objects.ts";
import { type PodEvent, tellingState } from "./pod-facts.ts";
import { resourcePath } from "./resource-path.ts";
import { listPodsOf } from "./watch-run.ts";

/** Milliseconds for which an attempt may wait before it is looked at: without a pod, with one that is being prepared, and between two looks at it. */
const FIRST_LOOK = 3000;
const FIRST_LOOK_AT_POD = 12_000;
const NEXT_LOOK = 10_000;

/** The parts of a Job that are read. */
export interface Job extends ClusterObject {
  readonly spec?: { readonly suspend?: boolean; readonly completions?: number };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

interface ClusterEvent extends ClusterObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

export interface LookOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** Pods of the attempt's Job that the watch may not have shown yet. */
  readonly found: (pods: readonly Pod[]) => void;
}

/** Whether a waiting attempt is to be looked at. */
export function isLookDue(attempt: ClusterAttempt, now: number): boolean {
  const first = attempt.pod === undefined ? FIRST_LOOK : FIRST_LOOK_AT_POD;
  if (now - attempt.created < first || now - attempt.looked < NEXT_LOOK) return false;
  return attempt.pod === undefined || tellingState(attempt.pod) === undefined;
}

/** Looks: the attempt then knows its events, whether its Job is gone or has ended without a pod, and since when it really waits. */
export async function look(attempt: ClusterAttempt, options: LookOptions): Promise<void> {
  const { client, namespace, signal } = options;
  attempt.looked = client.clock.now();
  const uid = attempt.pod?.metadata.uid ?? attempt.jobUid;
  if (uid !== undefined) attempt.events = (await readEvents(uid, options)) ?? attempt.events;
  if (attempt.pod !== undefined) return;
  const path = resourcePath("jobs", namespace, attempt.job);
  const job = await client.request<Job>("GET", path, { signal, priority: "last" });
  if (!job.ok && job.status !== 404) return;
  // A queue of Kueue lets it begin when there is room: it does not wait to start as yet.
  if (job.ok && job.value.spec?.suspend === true) attempt.created = client.clock.now();
  const gone = !job.ok || job.value.metadata.uid !== attempt.jobUid;
  const over = job.ok && job.value.status?.conditions?.some(({ type, status }) => isEnd(type) && status === "True");
  if (!gone && !over) return;
  const pods = await listPodsOf(client, namespace, attempt.job, signal);
  if (pods === undefined) return;
  if (pods.length > 0) options.found(pods);
  else if (gone) attempt.jobGone = true;
  else attempt.remembered ??= { ran: true };
}

function isEnd(type: string): boolean {
  return type === "Complete" || type === "Failed";
}

async function readEvents(uid: string, { client, namespace, signal }: LookOptions): Promise<PodEvent[] | undefined> {
  const found = await client.request<{ readonly items?: readonly ClusterEvent[] }>(
    "GET",
    resourcePath("events", namespace),
    { query: { fieldSelector: `involvedObject.uid=${uid}`, limit: 100 }, signal, priority: "last" },
  );
  if (!found.ok) return undefined;
  const time = (event: ClusterEvent): string =>
    event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "";
  return [...(found.value.items ?? [])]
    .sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0))
    .map(({ type = "", reason = "", message = "" }) => ({ type, reason, message }));
}
