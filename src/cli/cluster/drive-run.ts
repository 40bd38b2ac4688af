// Drives a run of a cluster from here, for `run`, `resume`, `cancel` and `drive`: with progress, signals, and the end printed. A signal leaves the
// run to the cluster: what runs there goes on, and any machine may go on driving it.
import type { ClusterClient } from "../../backends/kubernetes/client.ts";
import type { ClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { type ClusterExecuted, executeClusterRun } from "../../backends/kubernetes/execute-cluster-run.ts";
import type { RunSnapshot } from "../../engine/snapshot.ts";
import { NOT_BEGUN, printResult } from "../execute.ts";
import { EXIT_CANCELLED, EXIT_GOES_ON, EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { createDisplay } from "../ui/create-display.ts";
import type { Display } from "../ui/display.ts";
import { printEnding } from "../ui/print-end.ts";
import { VERSION } from "../version.ts";
import { showClusterRun } from "./show-run.ts";

export interface DriveSetup {
  readonly client: ClusterClient;
  readonly run: ClusterRun;
  /** What other commands need to find the run: ` --on kubernetes`. */
  readonly options: string;
  readonly failFast: boolean;
  /** Extra fields in outputs are errors. */
  readonly strict: boolean;
  /** Ends the run as cancelled without starting anything but `finally`. */
  readonly cancelFirst?: boolean;
  /** Ends what runs without its grace period, and takes the run from a driver that shows no sign of life. */
  readonly force?: boolean;
  /** Events on stdout instead of a display. */
  readonly json: boolean;
  readonly quiet: boolean;
  /** Who drives, for people. */
  readonly holder?: string;
  /** In a pod nobody waits for the result on stdout, and nobody is there to be told how to go on. */
  readonly inCluster?: boolean;
}

/** Drives it until it ends or a signal comes, and gives the exit code. */
export async function driveClusterRun(setup: DriveSetup, io: Io): Promise<number> {
  const { client, run, json, quiet } = setup;
  const begun = io.now();
  let snapshot = (): RunSnapshot => NOT_BEGUN;
  const { namespace, context } = client;
  const choice = {
    run: run.name,
    facts: { namespace, context },
    where: `namespace ${namespace} of ${context}`,
    json,
    quiet,
  };
  const display = await createDisplay(choice, io, { snapshot: () => snapshot(), now: io.now });
  const signals = listenToSignals(io, display);
  const force = new AbortController();
  if (setup.force) force.abort();
  let driven: ClusterExecuted;
  try {
    const executing = executeClusterRun({
      client,
      run,
      engineVersion: VERSION,
      failFast: setup.failFast,
      strict: setup.strict,
      ...(setup.holder !== undefined && { holder: setup.holder }),
      cancelFirst: setup.cancelFirst ?? false,
      takeOver: setup.force ?? false,
      detach: signals.detach,
      force: force.signal,
      onBegin: (given) => {
        snapshot = given;
      },
      onReport: display.report,
      onWarning: ({ instance, message }) =>
        display.note(`warning: ${instance === "" ? "" : `${instance}: `}${message}`),
    });
    driven = await Promise.race([executing, signals.left]);
  } finally {
    signals.stop();
    display.close();
  }
  return finish(driven, setup, io, io.now() - begun);
}

interface Signals {
  readonly detach: AbortSignal;
  /** Resolves at the second signal: the cluster may not answer. */
  readonly left: Promise<{ readonly kind: "detached" }>;
  readonly stop: () => void;
}

function listenToSignals(io: Io, display: Display): Signals {
  const detach = new AbortController();
  let leave: (end: { readonly kind: "detached" }) => void = () => {};
  const left = new Promise<{ readonly kind: "detached" }>((resolve) => {
    leave = resolve;
  });
  const stop = io.onSignal((signal) => {
    if (detach.signal.aborted) {
      leave({ kind: "detached" });
      return;
    }
    display.note(`leaving the run to the cluster${signal === "SIGINT" ? "; Ctrl-C again does not wait for it" : ""}`);
    detach.abort();
  });
  return { detach: detach.signal, left, stop };
}

function finish(driven: ClusterExecuted, setup: DriveSetup, io: Io, took: number): number {
  const { run, options, json, quiet, inCluster = false } = setup;
  const print = (event: object): void => io.stdout.write(`${JSON.stringify({ time: io.now(), ...event })}\n`);
  switch (driven.kind) {
    case "detached":
      if (json) print({ type: "detached", run: run.name });
      if (!inCluster) io.stderr.write(describeDetached(run.name, options));
      return EXIT_GOES_ON;
    case "refused":
    case "interrupted":
      if (json) print({ type: "error", message: driven.message });
      io.stderr.write(`error: ${driven.message}\n`);
      return EXIT_GOES_ON;
    case "ended": {
      const { status, failures, result } = driven;
      if (json) print({ type: "run-ended", run: run.name, status, result, failures });
      else {
        const shown = showClusterRun(run, options);
        if (!quiet || status !== "succeeded") printEnding({ run: shown, status, failures, took }, io);
        if (status === "succeeded" && !inCluster) printResult(result, run.plan, io);
      }
      return status === "succeeded" ? EXIT_OK : status === "failed" ? EXIT_RUN_FAILED : EXIT_CANCELLED;
    }
  }
}

function describeDetached(name: string, options: string): string {
  return [
    `run ${name} is left to the cluster: what runs goes on there, and nothing new starts until it is driven again`,
    `  sluice resume ${name}${options}            from here`,
    `  sluice resume ${name}${options} --detach   by the cluster itself`,
    `  sluice status ${name}${options}            how far it is`,
    `  sluice cancel ${name}${options}            to end it`,
    "",
  ].join("\n");
}
