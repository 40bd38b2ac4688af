// `sluice cancel --on argo`: asks the Workflow to stop, so that tasks get their time to end and `finally` runs, and waits until it has; with
// --force, or when nothing of it runs and it does not end, it is terminated.
import { type ArgoRun, openArgoRun, stopArgoRun } from "../../backends/argo/argo-run.ts";
import { type Cluster, need, onClusterHere } from "../cluster/on-cluster.ts";
import type { CommandAction } from "../command.ts";
import { EXIT_GOES_ON, EXIT_OK } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { getArgoRun } from "./on-argo.ts";

/** Milliseconds between two looks, and for how long nothing may run in a Workflow that was asked to stop. */
const LOOK = 1000;
const PATIENCE = 30_000;

export const cancelOnArgo: CommandAction = (invocation, io) =>
  onClusterHere(invocation, io, async (cluster) => {
    const { client, options, steps } = cluster;
    steps.step("reading the Workflow");
    const run = await getArgoRun(client, invocation.operands[0]);
    if (run.state !== "running") {
      io.stderr.write(`run ${run.name} has ended already: ${run.state}\n`);
      return EXIT_OK;
    }
    const force = invocation.has("force");
    need(await stopArgoRun(client, run.name, force ? "Terminate" : "Stop"));
    const grace = force ? " at once" : "; its tasks get their time to end";
    io.stderr.write(`asked Argo to end run ${run.name}${grace}\n`);
    const state = await waitForEnd(cluster, run, force, io);
    if (state === undefined) {
      io.stderr.write(`run ${run.name} is ending: sluice status ${run.name}${options}\n`);
      return EXIT_GOES_ON;
    }
    io.stderr.write(`run ${run.name}: ${state}\n`);
    return EXIT_OK;
  });

/** How it ended; undefined when a signal ends the wait. */
async function waitForEnd(
  { client, steps }: Cluster,
  { name }: ArgoRun,
  force: boolean,
  io: Io,
): Promise<string | undefined> {
  steps.step(`waiting for run ${name} to end`);
  let stopped = false;
  const release = io.onSignal(() => {
    stopped = true;
  });
  let idle = client.clock.now();
  let terminated = force;
  try {
    while (!stopped) {
      const { state, active } = need(await openArgoRun(client, name));
      if (state !== "running" && state !== "failing") return state;
      const now = client.clock.now();
      if (active) idle = now;
      else if (!terminated && now - idle > PATIENCE) {
        io.stderr.write("nothing of it runs and it does not end: terminating it\n");
        need(await stopArgoRun(client, name, "Terminate"));
        terminated = true;
      }
      await new Promise<void>((resolve) => client.clock.after(LOOK, resolve));
    }
    return undefined;
  } finally {
    release();
  }
}
