// `sluice run --on kubernetes`: check, inputs, the server's dry run of everything, and only then a run.

import { openClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { checkClusterRun, createClusterRun, type NewClusterRun } from "../../backends/kubernetes/create-run.ts";
import { makeRunId } from "../../backends/run-folder.ts";
import { emitRun } from "../../emit/jobs/emit.ts";
import { bringInputs } from "../bring-inputs.ts";
import type { Invocation } from "../command.ts";
import { emitProgram, type ReadProgram, readProgram } from "../emit-program.ts";
import { EXIT_CANCELLED, EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { driveClusterRun } from "./drive-run.ts";
import { type Cluster, ClusterError, need, onCluster } from "./on-cluster.ts";

/** Characters of the pipeline's name that begin the run's: labels and names of Jobs are made from it. */
const LONGEST_BEGINNING = 30;

/** Starts a run; `name`: what its name begins with instead of the pipeline's. */
export function runOnCluster(invocation: Invocation, name: string | undefined, io: Io): Promise<number> {
  const program = readProgram(invocation, io);
  if (program === undefined) return Promise.resolve(EXIT_SOURCE);
  return onCluster(invocation, io, program.profile, (cluster) => start(program, cluster, invocation, name, io));
}

async function start(
  program: ReadProgram,
  cluster: Cluster,
  invocation: Invocation,
  beginning: string | undefined,
  io: Io,
): Promise<number> {
  const { client, steps, options } = cluster;
  const { pipeline } = program;
  const begins = (beginning ?? pipeline.name).slice(0, LONGEST_BEGINNING);
  const run = makeRunId(begins, io.now(), Math.random() * 0x10000);
  const failFast = invocation.has("fail-fast");
  const { strict } = program;
  const dryRun = invocation.has("dry-run");
  steps.step("reading inputs");
  const bringing = {
    namespace: client.namespace,
    run,
    bucket: dryRun ? "look" : "upload",
    onStep: steps.step,
  } as const;
  const brought = await bringInputs(program, bringing, io);
  const objects =
    brought &&
    emitProgram(brought, client.namespace, io, (plan, given) => emitRun(plan, { ...given, run, failFast, strict }));
  if (objects === undefined) return EXIT_SOURCE;
  const detached = invocation.has("detach");
  const stop = new AbortController();
  const stopListening = io.onSignal(() => stop.abort());
  const starting: NewClusterRun = {
    client,
    objects,
    driver: detached,
    onNote: (message) => io.stderr.write(`note: ${message}\n`),
    onStep: steps.step,
    signal: stop.signal,
  };
  try {
    if (dryRun) {
      const refused = await checkClusterRun(starting);
      if (refused !== undefined) throw new ClusterError(refused);
      const where = `namespace \`${client.namespace}\` of context \`${client.context}\``;
      io.stderr.write(`pipeline \`${pipeline.name}\` would run in ${where}; nothing was started\n`);
      return EXIT_OK;
    }
    const created = await createClusterRun(starting);
    if (!created.ok && stop.signal.aborted) {
      io.stderr.write(`${created.message}\n`);
      return EXIT_CANCELLED;
    }
    need(created);
  } finally {
    stopListening();
  }
  const json = invocation.has("json");
  const quiet = invocation.has("quiet");
  if (detached) {
    printStarted({ run, options, json, quiet, cluster }, io);
    return EXIT_OK;
  }
  const opened = need(await openClusterRun(client, run));
  steps.end();
  return driveClusterRun({ client, run: opened, options, failFast, strict, json, quiet }, io);
}

export interface Started {
  readonly run: string;
  readonly options: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly cluster: Cluster;
}

/** Says that the cluster drives the run now: its name on stdout, how to follow it on stderr. */
export function printStarted({ run, options, json, quiet, cluster }: Started, io: Io): void {
  const { namespace, context } = cluster.client;
  if (json) io.stdout.write(`${JSON.stringify({ time: io.now(), type: "run", run, namespace, context })}\n`);
  else io.stdout.write(`${run}\n`);
  if (quiet || json) return;
  io.stderr.write(
    [
      `run ${run} is driven by the cluster, in namespace ${namespace} of ${context}`,
      `  sluice status ${run}${options}    how far it is`,
      `  sluice outputs ${run}${options}   its result`,
      `  sluice cancel ${run}${options}    to end it`,
      "",
    ].join("\n"),
  );
}
