// Drives one run on this machine for `run`, `resume` and `cancel`: with progress, signals, and the end printed.
import { systemClock } from "../backends/clock.ts";
import { type Executed, executeRun } from "../backends/execute-run.ts";
import type { FileResult } from "../backends/file-problem.ts";
import { makeContentHasher } from "../backends/local/content-hash.ts";
import { cacheFolder, createLocalBackend } from "../backends/local/local-backend.ts";
import { openResultCache } from "../backends/local/result-cache.ts";
import type { RunFolder } from "../backends/run-folder.ts";
import type { RunSnapshot } from "../engine/snapshot.ts";
import type { Plan } from "../plan/plan.ts";
import { planHash } from "../plan/plan-hash.ts";
import type { RecordValue, Value } from "../types/value.ts";
import { EXIT_CANCELLED, EXIT_OK, EXIT_RUN_FAILED } from "./exit-codes.ts";
import { toShown } from "./host.ts";
import type { Io } from "./io.ts";
import type { Settings } from "./project.ts";
import { createDisplay } from "./ui/create-display.ts";
import type { Display } from "./ui/display.ts";
import { printEnding, showFolder } from "./ui/print-end.ts";
import { VERSION } from "./version.ts";

export interface ExecuteSetup {
  readonly folder: RunFolder;
  readonly plan: Plan;
  readonly parameters: RecordValue;
  readonly secrets: ReadonlyMap<string, string>;
  readonly settings: Settings;
  /** The folder that holds `.sluice`. */
  readonly root: string;
  readonly failFast: boolean;
  readonly strict: boolean;
  /** Events on stdout instead of a display. */
  readonly json: boolean;
  readonly quiet: boolean;
  /** Ends the run as cancelled at once. */
  readonly cancelFirst?: boolean;
  /** Done once nobody else can drive the run. */
  readonly prepare?: () => FileResult<null>;
}

/** How far a run is before its engine says so. */
export const NOT_BEGUN: RunSnapshot = { phase: "new", status: null, maps: [], calls: [], running: 0 };

/** Runs it to its end and gives the exit code. */
export async function execute(setup: ExecuteSetup, io: Io): Promise<number> {
  const { folder, plan, settings } = setup;
  const clock = systemClock();
  const begun = clock.now();
  let snapshot = (): RunSnapshot => NOT_BEGUN;
  const { json, quiet } = setup;
  const place = { run: folder.description.id, facts: { folder: folder.path }, where: toShown(io.cwd, folder.path) };
  const display = await createDisplay({ json, quiet, ...place }, io, { snapshot: () => snapshot(), now: io.now });
  const signals = listenToSignals(io, display);
  let executed: Executed;
  try {
    const cache = openResultCache({
      plan,
      run: folder.description.id,
      folder: cacheFolder(setup.root),
      inputs: folder.description.folder,
      hash: makeContentHasher(),
    });
    executed = await executeRun({
      folder,
      plan,
      parameters: setup.parameters,
      planHash: planHash(plan),
      engineVersion: VERSION,
      clock,
      failFast: setup.failFast,
      ...(setup.prepare && { prepare: setup.prepare }),
      cancelFirst: setup.cancelFirst ?? false,
      cancel: signals.cancel,
      force: signals.force,
      backend: (sink) =>
        createLocalBackend(
          {
            folder,
            plan,
            clock,
            environment: io.env,
            secrets: setup.secrets,
            capacity: capacityOf(settings),
            strict: setup.strict,
            cache,
            ...(settings.grace !== undefined && { grace: settings.grace }),
          },
          sink,
        ),
      onBegin: (given) => {
        snapshot = given;
      },
      onReport: display.report,
      onWarning: ({ instance, message }) =>
        display.note(`warning: ${instance === "" ? "" : `${instance}: `}${message}`),
    });
  } finally {
    signals.stop();
    display.close();
  }
  return finish(executed, setup, io, clock.now() - begun);
}

function capacityOf({ cpus, memory, slots, gpus }: Settings): {
  cpus?: number;
  memory?: number;
  slots?: number;
  gpus?: number;
} {
  return {
    ...(cpus !== undefined && { cpus }),
    ...(memory !== undefined && { memory }),
    ...(slots !== undefined && { slots }),
    ...(gpus !== undefined && { gpus }),
  };
}

interface Signals {
  readonly cancel: AbortSignal;
  readonly force: AbortSignal;
  readonly stop: () => void;
}

function listenToSignals(io: Io, display: Display): Signals {
  const cancel = new AbortController();
  const force = new AbortController();
  const stop = io.onSignal((signal) => {
    if (cancel.signal.aborted) {
      display.note("ending everything now");
      force.abort();
      return;
    }
    display.note(
      `cancelling: tasks get their time to end${signal === "SIGINT" ? "; Ctrl-C again ends them at once" : ""}`,
    );
    cancel.abort();
  });
  return { cancel: cancel.signal, force: force.signal, stop };
}

function finish(executed: Executed, setup: ExecuteSetup, io: Io, took: number): number {
  const { folder } = setup;
  if (executed.kind !== "ended") {
    if (setup.json)
      io.stdout.write(`${JSON.stringify({ time: io.now(), type: "error", message: executed.message })}\n`);
    io.stderr.write(`error: ${executed.message}\n`);
    return EXIT_RUN_FAILED;
  }
  const { status, failures, result } = executed;
  if (setup.json)
    io.stdout.write(
      `${JSON.stringify({ time: io.now(), type: "run-ended", run: folder.description.id, status, result, failures })}\n`,
    );
  else {
    if (!setup.quiet || status !== "succeeded")
      printEnding({ run: showFolder(folder, io), status, failures, took }, io);
    if (status === "succeeded") printResult(result, setup.plan, io);
  }
  return status === "succeeded" ? EXIT_OK : status === "failed" ? EXIT_RUN_FAILED : EXIT_CANCELLED;
}

/** The result as JSON on stdout; nothing for a pipeline without one. */
export function printResult(result: Value, plan: Plan, io: Io): void {
  const type = plan.pipelines.find((pipeline) => pipeline.id === plan.pipeline)?.result;
  if (type !== undefined && type.kind !== "none") io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}
