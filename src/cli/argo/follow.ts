// Follows a run of Argo until it ends, with progress, and prints the end as for every engine. Ctrl-C only ends the following.
import { type Followed, followArgoRun } from "../../backends/argo/follow-run.ts";
import { describeProblem } from "../../backends/kubernetes/api-problem.ts";
import type { ClusterClient } from "../../backends/kubernetes/client.ts";
import type { FailureReport } from "../../engine/protocol.ts";
import type { RunSnapshot } from "../../engine/snapshot.ts";
import type { Plan } from "../../plan/plan.ts";
import { NOT_BEGUN, printResult } from "../execute.ts";
import { EXIT_CANCELLED, EXIT_GOES_ON, EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { createDisplay } from "../ui/create-display.ts";
import { printEnding } from "../ui/print-end.ts";
import { showArgoRun } from "./on-argo.ts";

export interface FollowSetup {
  readonly client: ClusterClient;
  readonly name: string;
  /** The pipeline's name. */
  readonly pipeline: string;
  readonly plan: Plan;
  /** What other commands need to find the run: ` --on argo`. */
  readonly options: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Follows it and gives the exit code. */
export async function followRun(setup: FollowSetup, io: Io): Promise<number> {
  const { client, name, json, quiet } = setup;
  const { namespace, context } = client;
  const begun = io.now();
  let snapshot: RunSnapshot = NOT_BEGUN;
  const where = `namespace ${namespace} of ${context}, on Argo`;
  const choice = { run: name, facts: { namespace, context }, where, json, quiet };
  const display = await createDisplay(choice, io, { snapshot: () => snapshot, now: io.now });
  const leave = new AbortController();
  const stopListening = io.onSignal(() => {
    if (!leave.signal.aborted) display.note("leaving the run to Argo");
    leave.abort();
  });
  let followed: Followed;
  try {
    followed = await followArgoRun({
      client,
      name,
      signal: leave.signal,
      onReport: display.report,
      onSnapshot: (given) => {
        snapshot = given;
      },
      onTrouble: (problem) => {
        if (problem.status !== 410)
          display.note(`warning: ${describeProblem(problem, "follow the run")}; trying again`);
      },
    });
  } finally {
    stopListening();
    display.close();
  }
  return finish(followed, setup, io, io.now() - begun);
}

function finish(followed: Followed, setup: FollowSetup, io: Io, took: number): number {
  const { name, options, json, quiet, plan } = setup;
  const print = (event: object): void => io.stdout.write(`${JSON.stringify({ time: io.now(), ...event })}\n`);
  if (followed.kind === "left") {
    if (json) print({ type: "detached", run: name });
    io.stderr.write(
      [
        `run ${name} goes on`,
        `  sluice status ${name}${options}    how far it is`,
        `  sluice outputs ${name}${options}   its result`,
        `  sluice cancel ${name}${options}    to end it`,
        "",
      ].join("\n"),
    );
    return EXIT_GOES_ON;
  }
  if (followed.kind === "broken") {
    if (json) print({ type: "error", message: followed.message });
    io.stderr.write(`error: ${followed.message}\n`);
    return EXIT_RUN_FAILED;
  }
  const { run } = followed;
  const status = run.state === "succeeded" || run.state === "cancelled" ? run.state : "failed";
  const failures =
    status === "failed" && run.trace.failures.length === 0 ? [wholeFailure(plan, run.message)] : run.trace.failures;
  if (json) print({ type: "run-ended", run: name, status, result: run.result, failures });
  else {
    if (!quiet || status !== "succeeded") printEnding({ run: showArgoRun(setup, options), status, failures, took }, io);
    if (status === "succeeded") printResult(run.result, plan, io);
  }
  return status === "succeeded" ? EXIT_OK : status === "failed" ? EXIT_RUN_FAILED : EXIT_CANCELLED;
}

/** What Argo says of a run that failed though none of its steps did: it took too long, or its Workflow is refused. */
export function wholeFailure(plan: Plan, message: string): FailureReport {
  const at = plan.pipelines.find(({ id }) => id === plan.pipeline)?.source ?? "";
  const late = /deadline|max duration/i.test(message);
  const said = late ? "The run took longer than the pipeline's `timeout`." : `Argo says: ${message || "it failed"}`;
  const cause = late ? "timeout" : "expression";
  return { instance: "", key: "", index: 0, cause, exit_code: null, message: said, attempts: 0, at };
}
