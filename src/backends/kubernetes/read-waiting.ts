// What the pods of a run wait for, read once from the cluster: from the pods themselves, the Jobs that have none, and the events about both.
import { FENCE_LABEL } from "../../emit/jobs/attempt-job.ts";
import type { FileResult } from "../file-problem.ts";
import type { ClusterClient } from "./client.ts";
import { explainProblem } from "./explain-problem.ts";
import { list } from "./list.ts";
import type { Job } from "./look.ts";
import type { ClusterObject, ObjectMeta, Pod } from "./objects.ts";
import { hasRunningStep, type PodEvent, tellingEvent, tellingState } from "./pod-facts.ts";
import { resourcePath } from "./resource-path.ts";
import { isGated } from "./shard-pod.ts";
import { groupWaiting, SUSPENDED, type WaitingGroup, type WaitingPod } from "./waiting-groups.ts";
import { attemptSelector, jobNameOf } from "./watch-run.ts";

const QUEUE_LABEL = "kueue.x-k8s.io/queue-name";
const INSTANCE_ANNOTATION = "sluice.dev/instance";

interface ClusterEvent extends ClusterObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly uid?: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** Warnings by the uid of what they are about, oldest first. */
export type EventsByObject = ReadonlyMap<string, readonly PodEvent[]>;

/** The reasons; empty when nothing waits, or says why it does. */
export async function readWaiting(client: ClusterClient, run: string): Promise<FileResult<readonly WaitingGroup[]>> {
  const { namespace } = client;
  const selection = { labelSelector: attemptSelector(run) };
  const pods = await list<Pod, Pod>(client, resourcePath("pods", namespace), selection, (pod) => pod);
  if (!pods.ok) return { ok: false, message: explainProblem(pods, "list the pods of the run", client) };
  const jobs = await list<Job, Job>(client, resourcePath("jobs", namespace), selection, (job) => job);
  if (!jobs.ok) return { ok: false, message: explainProblem(jobs, "list the Jobs of the run", client) };
  const needEvents = selectWaiting(pods.value.items, jobs.value.items, new Map()).unclear;
  const events = needEvents ? await readEvents(client) : new Map();
  return { ok: true, value: groupWaiting(selectWaiting(pods.value.items, jobs.value.items, events).waiting) };
}

/** Those that wait, in the order of their Jobs; `unclear`: only events can tell why some of them do. */
export function selectWaiting(
  pods: readonly Pod[],
  jobs: readonly Job[],
  events: EventsByObject,
): { readonly waiting: readonly WaitingPod[]; readonly unclear: boolean } {
  const waiting: WaitingPod[] = [];
  let unclear = false;
  const having = new Set(pods.map(jobNameOf));
  for (const pod of pods) {
    const begun = pod.status?.phase !== "Pending" || hasRunningStep(pod);
    if (begun || pod.metadata.deletionTimestamp !== undefined || isGated(pod)) continue;
    const told = tellingState(pod) ?? tellingEvent(events.get(pod.metadata.uid ?? "") ?? []);
    if (told === undefined) unclear = true;
    else waiting.push([instanceOf(pod.metadata), told]);
  }
  for (const { metadata, spec, status } of jobs) {
    const isOver = status?.conditions?.some(
      ({ type, status }) => /^(Complete|Failed)$/.test(type) && status === "True",
    );
    if (isOver || having.has(metadata.name) || metadata.labels?.[FENCE_LABEL] !== undefined) continue;
    if (metadata.deletionTimestamp !== undefined) continue;
    const queue = metadata.labels?.[QUEUE_LABEL];
    if (spec?.suspend === true) {
      const message = queue === undefined ? "its Job is suspended" : `queue \`${queue}\` has not let it in yet`;
      waiting.push([instanceOf(metadata), { reason: SUSPENDED, message, permanent: false }]);
      continue;
    }
    const told = tellingEvent(events.get(metadata.uid ?? "") ?? []);
    if (told === undefined) unclear = true;
    else waiting.push([instanceOf(metadata), told]);
  }
  return { waiting, unclear };
}

function instanceOf({ annotations, name }: ObjectMeta): string {
  return annotations?.[INSTANCE_ANNOTATION] ?? name;
}

/** None where they may not be read: they only make things clearer. */
async function readEvents(client: ClusterClient): Promise<EventsByObject> {
  const found = await list<ClusterEvent, ClusterEvent>(
    client,
    resourcePath("events", client.namespace),
    { fieldSelector: "type=Warning" },
    (event) => event,
  );
  if (!found.ok) return new Map();
  const time = (event: ClusterEvent): string =>
    event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "";
  const sorted = found.value.items.toSorted((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0));
  const events = new Map<string, PodEvent[]>();
  for (const { involvedObject, type = "", reason = "", message = "" } of sorted) {
    const uid = involvedObject?.uid ?? "";
    const known = events.get(uid);
    if (known) known.push({ type, reason, message });
    else events.set(uid, [{ type, reason, message }]);
  }
  return events;
}
