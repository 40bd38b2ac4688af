// `sluice logs --on argo`: what tasks write, from their pods, which stay until the Workflow is deleted.
import { listWorkflowPods, type WorkflowPod, withoutHelper } from "../../backends/argo/workflow-pods.ts";
import { explainProblem } from "../../backends/kubernetes/explain-problem.ts";
import { followPodLog, readPodLog } from "../../backends/kubernetes/pod-logs.ts";
import { type Cluster, ClusterError, need, onClusterHere } from "../cluster/on-cluster.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { findInstance, wantedAttempt } from "../find-instance.ts";
import type { Io } from "../io.ts";
import { shortStep } from "../ui/text.ts";
import { openPickedRun } from "./on-argo.ts";

export const argoLogs: CommandAction = (invocation, io) => {
  const wanted = wantedAttempt(invocation);
  const [operand, step] = invocation.operands;
  return onClusterHere(invocation, io, async (cluster) => {
    const { client, steps } = cluster;
    steps.step("looking for the pods");
    const run = await openPickedRun(client, operand);
    const pods = need(await listWorkflowPods(client, run));
    if (step === undefined) {
      for (const { instance, attempt, phase, name } of pods)
        io.stdout.write(`${shortStep(instance)}  attempt ${attempt} (${phase.toLowerCase()})  pod ${name}\n`);
      return EXIT_OK;
    }
    const instance = findInstance(step, new Map(run.trace.calls.map((call) => [call.instance, call])));
    const own = pods.filter((pod) => pod.instance === instance);
    const pod = wanted === undefined ? own.at(-1) : own.find(({ attempt }) => attempt === wanted);
    if (pod === undefined)
      throw new UsageError(
        wanted === undefined
          ? `\`${shortStep(instance)}\` has no pod`
          : `\`${shortStep(instance)}\` has no attempt ${wanted}; there are ${own.length}`,
      );
    if (wanted === undefined && pod.attempt > 1)
      io.stderr.write(`attempt ${pod.attempt}; earlier ones with --attempt\n`);
    return printLog(cluster, pod, invocation.has("follow"), io);
  });
};

async function printLog({ client, steps }: Cluster, pod: WorkflowPod, follow: boolean, io: Io): Promise<number> {
  const lines = withoutHelper((text) => io.stdout.write(text));
  if (!follow && !pod.begun) {
    io.stderr.write(
      `\`${shortStep(pod.instance)}\` has not begun: its pod \`${pod.name}\` is ${pod.phase.toLowerCase()}\n`,
    );
    return EXIT_OK;
  }
  const stop = new AbortController();
  const release = io.onSignal(() => stop.abort());
  steps.end();
  try {
    const read = follow
      ? await followPodLog(client, pod.name, lines.push, stop.signal, "main")
      : await readPodLog(client, pod.name, lines.push, "main");
    lines.end();
    if (!read.ok) throw new ClusterError(explainProblem(read, `read the log of the pod \`${pod.name}\``, client));
  } finally {
    release();
  }
  return EXIT_OK;
}
