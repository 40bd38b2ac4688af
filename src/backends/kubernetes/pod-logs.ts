// What the tasks of a run write, from the pods that are there: those that run, and those of failed attempts until the run is cleaned.
import { ITEMS_ANNOTATION, readItems } from "../../emit/jobs/shared-job.ts";
import { TASK_CONTAINER } from "../../emit/merge-pod.ts";
import type { InstanceId } from "../../engine/protocol.ts";
import type { FileResult } from "../file-problem.ts";
import type { ApiResult } from "./api-problem.ts";
import { type ClusterClient, pause } from "./client.ts";
import { RUN_LABEL } from "./cluster-run.ts";
import { explainProblem } from "./explain-problem.ts";
import { list } from "./list.ts";
import type { Pod } from "./objects.ts";
import { resourcePath, withQuery } from "./resource-path.ts";

export interface TaskPod {
  readonly name: string;
  readonly instance: InstanceId;
  /** Counts from 1. */
  readonly attempt: number;
  /** The container that is the task. */
  readonly container: string;
  /** `Pending`, `Running`, `Succeeded` or `Failed`. */
  readonly phase: string;
  /** Whether the task's container has begun, so that there is a log. */
  readonly begun: boolean;
}

/** The pods of a run's attempts, in the order of instances and attempts. */
export async function listTaskPods(client: ClusterClient, run: string): Promise<FileResult<readonly TaskPod[]>> {
  const listed = await list<Pod, readonly TaskPod[]>(
    client,
    resourcePath("pods", client.namespace),
    { labelSelector: `${RUN_LABEL}=${run},app.kubernetes.io/component=task` },
    readTaskPods,
  );
  if (!listed.ok) return { ok: false, message: explainProblem(listed, "list the pods of the run", client) };
  const pods = listed.value.items.flat();
  const order = (a: TaskPod, b: TaskPod): number =>
    a.instance === b.instance ? a.attempt - b.attempt : a.instance < b.instance ? -1 : 1;
  return { ok: true, value: pods.sort(order) };
}

/** One for each attempt that the pod is of. */
function readTaskPods({ metadata, status }: Pod): readonly TaskPod[] {
  const { "sluice.dev/instance": instance, [ITEMS_ANNOTATION]: together } = metadata.annotations ?? {};
  const attempt = Number(metadata.labels?.["sluice.dev/attempt"]);
  if (instance === undefined || !Number.isInteger(attempt)) return [];
  const shared = readItems(together);
  const items = shared.length > 0 ? shared : [{ instance, attempt, container: TASK_CONTAINER }];
  return items.map(({ instance, attempt, container }) => {
    const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    const state = statuses.find(({ name }) => name === container)?.state;
    const begun = state?.running !== undefined || state?.terminated !== undefined;
    return { name: metadata.name, instance, attempt, container, phase: status?.phase ?? "Pending", begun };
  });
}

/** Hands over what the task of a pod has written so far. */
export function readPodLog(
  client: ClusterClient,
  pod: string,
  onText: (text: string) => void,
  container = TASK_CONTAINER,
): Promise<ApiResult<null>> {
  return client.stream(logPath(client, pod, { container }), (text) => {
    onText(text);
    return true;
  });
}

/** Milliseconds between two tries while a container has not begun, or the connection broke. */
const AGAIN = 1000;
/** Milliseconds without a line after which the connection is made anew. */
const SILENCE = 120_000;

/** Hands over what the task of a pod writes until it ends, or the signal comes; connections that break are made anew. */
export async function followPodLog(
  client: ClusterClient,
  pod: string,
  onText: (text: string) => void,
  signal: AbortSignal,
  container = TASK_CONTAINER,
): Promise<ApiResult<null>> {
  const lines = createLineReader(onText);
  let failures = 0;
  for (;;) {
    const since = lines.last()?.replace(/\.\d+Z$/, "Z");
    const path = logPath(client, pod, {
      container,
      follow: "true",
      timestamps: "true",
      ...(since && { sinceTime: since }),
    });
    const before = lines.last();
    const ended = await client.stream(path, lines.push, { timeout: SILENCE, signal });
    lines.end(ended.ok);
    if (ended.ok || signal.aborted) return { ok: true, value: null };
    const waiting = ended.status === 400;
    if (lines.last() !== before) failures = 0;
    const passing = ended.status === 0 || ended.status === 429 || ended.status >= 500;
    // A log that is silent for long times out as a matter of course.
    if (!waiting && ended.reason !== "TimedOut" && (!passing || ++failures > 30)) return ended;
    if (!(await pause(client.clock, AGAIN, signal))) return { ok: true, value: null };
  }
}

interface LineReader {
  readonly push: (text: string) => boolean;
  /** A stream has ended; `whole`: not because it broke. */
  readonly end: (whole: boolean) => void;
  /** The time of the last line, as it stands there. */
  readonly last: () => string | undefined;
}

/** Takes the times off the lines, and leaves out lines that came before. */
export function createLineReader(onText: (text: string) => void): LineReader {
  let rest = "";
  let latest: string | undefined;
  let known: string | undefined;
  const take = (line: string): void => {
    const blank = line.indexOf(" ");
    const time = blank < 0 ? line.trimEnd() : line.slice(0, blank);
    // Times have nine decimals, so that their texts are in their order.
    if (known !== undefined && time <= known) return;
    latest = time;
    onText(blank < 0 ? "\n" : line.slice(blank + 1));
  };
  return {
    push: (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(`${line}\n`);
      return true;
    },
    end: (whole) => {
      // A task need not end its last line; one that was cut comes again.
      if (whole && rest !== "") take(rest);
      rest = "";
      known = latest;
    },
    last: () => latest,
  };
}

function logPath(client: ClusterClient, pod: string, query: Readonly<Record<string, string>>): string {
  const path = resourcePath("pods", client.namespace, pod, "log");
  return withQuery(path, query);
}
