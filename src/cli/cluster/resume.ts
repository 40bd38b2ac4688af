// `sluice resume --on kubernetes`: go on with a run from what the cluster holds of it, from here or by a driver there.
import { CANCEL_ANNOTATION, type ClusterRun, openClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { type ClusterStatus, readClusterStatus } from "../../backends/kubernetes/cluster-status.ts";
import { explainProblem } from "../../backends/kubernetes/explain-problem.ts";
import { resourcePath } from "../../backends/kubernetes/resource-path.ts";
import { startDriver } from "../../backends/kubernetes/start-driver.ts";
import { toJsonValue } from "../../types/encode.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { mainPipeline } from "../compile-file.ts";
import { printResult } from "../execute.ts";
import { EXIT_OK } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { VERSION } from "../version.ts";
import { driveClusterRun } from "./drive-run.ts";
import { type Cluster, ClusterError, getClusterRun, need, onClusterHere } from "./on-cluster.ts";
import { printStarted } from "./run.ts";

export const resumeOnCluster: CommandAction = (invocation, io) => {
  if (invocation.has("edited"))
    throw new UsageError(
      "--edited is for runs on this machine: a run in a cluster keeps the program it began with; begin a new run with `sluice run --on kubernetes`",
    );
  return onClusterHere(invocation, io, async (cluster) => {
    const { client, options, steps } = cluster;
    steps.step("reading the run");
    const listed = await getClusterRun(client, invocation.operands[0]);
    const opened = need(await openClusterRun(client, listed.name));
    const status = need(await readClusterStatus(client, opened));
    const json = invocation.has("json");
    const quiet = invocation.has("quiet");
    if (status.state === "succeeded") return printAgain(opened, status, { json, quiet }, io);
    if (status.holder) {
      const { holder, since } = status.holder;
      throw new ClusterError(
        `run \`${opened.name}\` is being driven by ${holder} since ${new Date(since).toISOString()}; follow it with \`sluice status ${opened.name}${options}\``,
      );
    }
    const run = await takeBackCancel(cluster, opened);
    const failFast = invocation.has("fail-fast") || run.failFast;
    const strict = invocation.has("strict") || run.strict;
    if (!invocation.has("detach")) {
      steps.end();
      return driveClusterRun({ client, run, options, failFast, strict, json, quiet }, io);
    }
    const { endings } = status.folded.recorded;
    const onNote = (message: string): void => io.stderr.write(`note: ${message}\n`);
    need(await startDriver({ client, run, version: VERSION, failFast, strict, endings, onNote, onStep: steps.step }));
    printStarted({ run: run.name, options, json, quiet, cluster }, io);
    return EXIT_OK;
  });
};

/** Whoever goes on with a run does not want it to end at once. */
async function takeBackCancel({ client }: Cluster, run: ClusterRun): Promise<ClusterRun> {
  if (!run.cancelRequested) return run;
  const path = resourcePath("configmaps", client.namespace, run.name);
  const body = { metadata: { annotations: { [CANCEL_ANNOTATION]: null } } };
  const patched = await client.request("PATCH", path, { body, repeatable: true });
  if (!patched.ok) throw new ClusterError(explainProblem(patched, "take back that the run is to end", client));
  return { ...run, cancelRequested: false };
}

function printAgain(
  run: ClusterRun,
  { folded }: ClusterStatus,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  io: Io,
): number {
  const value = folded.end?.result;
  const result = value === undefined ? null : toJsonValue(value, mainPipeline(run.plan).result);
  if (json) {
    const event = { time: io.now(), type: "run-ended", run: run.name, status: "succeeded", result, failures: [] };
    io.stdout.write(`${JSON.stringify(event)}\n`);
  } else {
    if (!quiet) io.stderr.write(`run ${run.name} succeeded before; this is its result\n`);
    printResult(result, run.plan, io);
  }
  return EXIT_OK;
}
