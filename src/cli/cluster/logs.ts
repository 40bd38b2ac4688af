// `sluice logs --on kubernetes`: what tasks write, from the pods that are there; of those that are gone, what the journal kept of their failure.
import { readClusterStatus } from "../../backends/kubernetes/cluster-status.ts";
import { explainProblem } from "../../backends/kubernetes/explain-problem.ts";
import { followPodLog, listTaskPods, readPodLog, type TaskPod } from "../../backends/kubernetes/pod-logs.ts";
import type { InstanceId } from "../../engine/protocol.ts";
import type { RecordedInstance } from "../../engine/recorded.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { findInstance, wantedAttempt } from "../find-instance.ts";
import type { Io } from "../io.ts";
import { shortStep } from "../ui/text.ts";
import { type Cluster, ClusterError, getClusterRun, need, onClusterHere } from "./on-cluster.ts";

export const clusterLogs: CommandAction = (invocation, io) => {
  const wanted = wantedAttempt(invocation);
  const [operand, step] = invocation.operands;
  return onClusterHere(invocation, io, async (cluster) => {
    const { client, steps } = cluster;
    steps.step("looking for the pods");
    const run = await getClusterRun(client, operand);
    const { folded } = need(await readClusterStatus(client, run));
    const { instances } = folded.recorded;
    const pods = need(await listTaskPods(client, run.name));
    if (step === undefined) return listLogs(pods, instances, io);
    // A pod may have begun before the journal's next look.
    const known = new Map<InstanceId, unknown>([
      ...instances,
      ...pods.map(({ instance }) => [instance, null] as const),
    ]);
    const instance = findInstance(step, known);
    const own = pods.filter((pod) => pod.instance === instance);
    const pod = wanted === undefined ? own.at(-1) : own.find(({ attempt }) => attempt === wanted);
    const latest = Math.max(instances.get(instance)?.attempts ?? 0, own.at(-1)?.attempt ?? 0);
    if (wanted !== undefined && wanted > latest)
      throw new UsageError(`\`${shortStep(instance)}\` has no attempt ${wanted}; there are ${latest}`);
    if (pod === undefined || (wanted === undefined && pod.attempt < latest))
      return tellRecorded(instance, wanted ?? latest, instances.get(instance), io);
    if (wanted === undefined && latest > 1) io.stderr.write(`attempt ${latest}; earlier ones with --attempt\n`);
    return printLog(cluster, pod, invocation.has("follow"), io);
  });
};

function listLogs(pods: readonly TaskPod[], instances: ReadonlyMap<InstanceId, RecordedInstance>, io: Io): number {
  for (const { instance, attempt, phase, begun, name } of pods)
    if (begun) io.stdout.write(`${shortStep(instance)}  attempt ${attempt} (${phase.toLowerCase()})  pod ${name}\n`);
  const there = new Set(pods.map(({ instance }) => instance));
  const gone = [...instances].filter(([id, { attempts }]) => attempts > 0 && !there.has(id)).length;
  if (gone > 0)
    io.stderr.write(
      `${gone} more ${gone === 1 ? "step has" : "steps have"} no pod any more: the pods of steps that succeeded are deleted\n`,
    );
  return EXIT_OK;
}

async function printLog({ client, steps }: Cluster, pod: TaskPod, follow: boolean, io: Io): Promise<number> {
  const write = (text: string): void => io.stdout.write(text);
  const doing = `read the log of the pod \`${pod.name}\``;
  if (!follow) {
    if (!pod.begun) {
      io.stderr.write(
        `\`${shortStep(pod.instance)}\` has not begun: its pod \`${pod.name}\` is ${pod.phase.toLowerCase()}\n`,
      );
      return EXIT_OK;
    }
    const read = await readPodLog(client, pod.name, write, pod.container);
    if (!read.ok) throw new ClusterError(explainProblem(read, doing, client));
    return EXIT_OK;
  }
  steps.step(pod.begun ? "waiting for its next line" : `waiting for the pod ${pod.name} to begin`);
  const stop = new AbortController();
  const release = io.onSignal(() => stop.abort());
  try {
    const followed = await followPodLog(
      client,
      pod.name,
      (text) => {
        steps.end();
        write(text);
      },
      stop.signal,
      pod.container,
    );
    // Once its end is recorded the pod may be deleted.
    if (!followed.ok && followed.status !== 404) throw new ClusterError(explainProblem(followed, doing, client));
  } finally {
    release();
  }
  return EXIT_OK;
}

/** The pod is gone: says what is known of the attempt. */
function tellRecorded(instance: InstanceId, attempt: number, recorded: RecordedInstance | undefined, io: Io): number {
  const shown = shortStep(instance);
  const failure = recorded?.failures.find((each) => each.attempt === attempt);
  if (failure !== undefined) {
    io.stderr.write(
      `the pod of attempt ${attempt} of \`${shown}\` is gone; this is what was recorded of its failure:\n`,
    );
    io.stdout.write(`${failure.outcome.message}\n`);
    return EXIT_OK;
  }
  if (recorded?.open?.attempt === attempt)
    throw new UsageError(`attempt ${attempt} of \`${shown}\` has no pod yet: it waits to be started`);
  if (attempt === 0 || recorded === undefined)
    throw new UsageError(`\`${shown}\` ran nothing in this run: its result was reused or came from the cache`);
  throw new UsageError(
    `the log of attempt ${attempt} of \`${shown}\` is gone: the pods of attempts that succeeded are deleted as soon as that is recorded`,
  );
}
