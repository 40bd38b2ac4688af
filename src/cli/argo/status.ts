// `sluice status --on argo`: from the state that Argo's controller keeps in the Workflow.
import type { Trace } from "../../backends/argo/trace.ts";
import { nodePath } from "../../engine/instance-id.ts";
import { onClusterHere } from "../cluster/on-cluster.ts";
import type { CommandAction } from "../command.ts";
import { mainPipeline } from "../compile-file.ts";
import { EXIT_OK } from "../exit-codes.ts";
import type { JournalProgress, StepProgress } from "../journal-progress.ts";
import { printStatus } from "../print-status.ts";
import { wholeFailure } from "./follow.ts";
import { openPickedRun, showArgoRun } from "./on-argo.ts";

export const argoStatus: CommandAction = (invocation, io) =>
  onClusterHere(invocation, io, async ({ client, options, steps }) => {
    steps.step("reading the Workflow");
    const run = await openPickedRun(client, invocation.operands[0]);
    const { namespace, context } = client;
    const { plan, trace, parameters, created, ended } = run;
    const progress = readTrace(trace, created);
    const unnamed = run.state === "failed" && trace.failures.length === 0;
    const facts = {
      run: showArgoRun(run, options),
      state: run.state === "failing" ? ("running" as const) : run.state,
      created,
      ...(ended !== undefined && { ended }),
      driver: "driven by Argo",
      lines: [["cluster", `namespace ${namespace}, context ${context}`]] as const,
      json: { driver: "argo", namespace, context },
      declared: mainPipeline(plan).parameters,
      parameters,
      progress: unnamed ? { ...progress, failures: [wholeFailure(plan, run.message)] } : progress,
    };
    const over = run.state !== "running" && run.state !== "failing";
    const { driver: _, ...ending } = facts;
    printStatus(over ? ending : facts, invocation.has("json"), io);
    return EXIT_OK;
  });

function readTrace({ calls, maps, failures }: Trace, started: number): JournalProgress {
  const steps = new Map<string, StepProgress>();
  for (const { instance, state } of calls) {
    const step = nodePath(instance);
    const before = steps.get(step) ?? { step, succeeded: 0, failed: 0, open: 0 };
    steps.set(step, {
      step,
      succeeded: before.succeeded + (state === "succeeded" ? 1 : 0),
      failed: before.failed + (state === "failed" ? 1 : 0),
      open: before.open + (state === "running" ? 1 : 0),
    });
  }
  const items = new Map<string, number>();
  for (const { instance, count } of maps) items.set(nodePath(instance), (items.get(nodePath(instance)) ?? 0) + count);
  return { started, items, steps: [...steps.values()], failures };
}
