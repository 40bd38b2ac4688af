// `sluice cancel --on kubernetes`: marks the run, so that every driver of it ends it, now or later; a run that nobody drives is ended from here.
import type { ClusterClient } from "../../backends/kubernetes/client.ts";
import { CANCEL_ANNOTATION, type ListedRun, openClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { type ClusterStatus, readClusterStatus } from "../../backends/kubernetes/cluster-status.ts";
import { explainProblem } from "../../backends/kubernetes/explain-problem.ts";
import { killPods } from "../../backends/kubernetes/kill-pods.ts";
import { resourcePath } from "../../backends/kubernetes/resource-path.ts";
import { stopDrivers } from "../../backends/kubernetes/stop-drivers.ts";
import { finallyPath } from "../../engine/instance-id.ts";
import type { CommandAction } from "../command.ts";
import { mainPipeline } from "../compile-file.ts";
import { EXIT_CANCELLED, EXIT_GOES_ON, EXIT_OK } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { plural } from "../ui/text.ts";
import { driveClusterRun } from "./drive-run.ts";
import { type Cluster, ClusterError, getClusterRun, need, onClusterHere } from "./on-cluster.ts";

/** Milliseconds between two looks, and after how many looks what is left is told again. */
const LOOK = 1000;
const TELL_EVERY = 10;
/** The look after which pods are ended from here, where the run is to end at once. */
const KILL_AT = 2;
/** Milliseconds after which a driver that has not renewed its Lease is not waited for: it does so every 5 seconds. */
const SILENCE = 7000;

export const cancelOnCluster: CommandAction = (invocation, io) =>
  onClusterHere(invocation, io, async (cluster) => {
    const { client, options, steps } = cluster;
    steps.step("reading the run");
    const force = invocation.has("force");
    const listed = await getClusterRun(client, invocation.operands[0]);
    let status = need(await readClusterStatus(client, listed));
    if (isOver(status)) {
      // A driver that was just started goes on with it in a moment.
      for (const job of need(await stopDrivers(client, listed.name, force)))
        io.stderr.write(`deleted the Job ${job}, which was to go on with the run\n`);
      status = need(await readClusterStatus(client, listed));
    }
    if (isOver(status)) {
      io.stderr.write(`run ${listed.name} has ended already: ${status.state}\n`);
      return EXIT_OK;
    }
    const grace = force ? " at once" : "; its tasks get their time to end";
    await mark(cluster, listed, force);
    if (status.holder) {
      io.stderr.write(`asked ${status.holder.holder} to end run ${listed.name}${grace}\n`);
      const waited = await waitForEnd(cluster, listed, force, io);
      if (waited === "left") {
        io.stderr.write(`run ${listed.name} is ending in the cluster: sluice status ${listed.name}${options}\n`);
        return EXIT_GOES_ON;
      }
      if (waited !== "silent" && waited.state !== "interrupted") {
        io.stderr.write(`run ${listed.name}: ${waited.state}\n`);
        return EXIT_OK;
      }
      io.stderr.write(
        waited === "silent"
          ? "its driver gives no sign of life; ending it from here\n"
          : "its driver is gone; ending it from here\n",
      );
    } else io.stderr.write(`nobody drives run ${listed.name}: ending it from here${grace}\n`);
    const run = need(await openClusterRun(client, listed.name));
    steps.end();
    const { failFast, strict } = run;
    const how = { cancelFirst: true, force, json: false, quiet: false };
    const code = await driveClusterRun({ client, run, options, failFast, strict, ...how }, io);
    return code === EXIT_CANCELLED ? EXIT_OK : code;
  });

function isOver({ state }: ClusterStatus): boolean {
  return state !== "running" && state !== "interrupted";
}

async function mark({ client }: Cluster, { name }: ListedRun, force: boolean): Promise<void> {
  const path = resourcePath("configmaps", client.namespace, name);
  const body = { metadata: { annotations: { [CANCEL_ANNOTATION]: force ? "force" : "cancel" } } };
  const patched = await client.request("PATCH", path, { body, repeatable: true });
  if (!patched.ok) throw new ClusterError(explainProblem(patched, `ask run \`${name}\` to end`, client));
}

async function endPods(client: ClusterClient, { name }: ListedRun): Promise<void> {
  const { plan } = need(await openClusterRun(client, name));
  need(await killPods(client, name, finallyPath(mainPipeline(plan))));
}

/**
 * Waits until nobody drives the run any more. `left`: a signal ended the wait. `silent`: its driver does not renew its Lease, which may be far from
 * running out; only where the run is to end at once.
 */
async function waitForEnd(
  { client, steps }: Cluster,
  run: ListedRun,
  force: boolean,
  io: Io,
): Promise<ClusterStatus | "left" | "silent"> {
  steps.step(`waiting for run ${run.name} to end`);
  const { clock } = client;
  let stopped = false;
  let told = "";
  let renewed: number | undefined;
  let heard = clock.now();
  const release = io.onSignal(() => {
    stopped = true;
  });
  try {
    for (let look = 0; !stopped; look++) {
      const status = need(await readClusterStatus(client, run));
      if (status.state !== "running") return status;
      if (status.holder?.renewed !== renewed) {
        renewed = status.holder?.renewed;
        heard = clock.now();
      }
      if (force && clock.now() - heard >= SILENCE) return "silent";
      // A driver that is well has done so by now.
      if (force && look === KILL_AT) await endPods(client, run);
      const left = `${plural(status.folded.open.size, "attempt")} left`;
      if (look % TELL_EVERY === TELL_EVERY - 1 || (look > 0 && left !== told)) {
        io.stderr.write(`${left}\n`);
        told = left;
      }
      await new Promise<void>((resolve) => clock.after(LOOK, resolve));
    }
    return "left";
  } finally {
    release();
  }
}
