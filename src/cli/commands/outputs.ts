// `sluice outputs`: the result of a run, as `sluice run` printed it.
import { summarizeRun } from "../../backends/find-runs.ts";
import { readJournal } from "../../backends/journal.ts";
import { journalPath, loadRun, type RunFolder, readResult } from "../../backends/run-folder.ts";
import { foldJournal } from "../../engine/recorded.ts";
import type { Plan } from "../../plan/plan.ts";
import { toJsonValue } from "../../types/encode.ts";
import type { Value } from "../../types/value.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { mainPipeline } from "../compile-file.ts";
import { isOnArgo, isOnCluster } from "../engine-option.ts";
import { printResult } from "../execute.ts";
import { EXIT_CANCELLED, EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import { getRun } from "../get-run.ts";
import { describeNoResult } from "../ui/text.ts";

export const outputs: CommandAction = async (invocation, io) => {
  if (isOnArgo(invocation)) return (await import("../argo/outputs.ts")).argoOutputs(invocation, io);
  if (isOnCluster(invocation)) return (await import("../cluster/outputs.ts")).clusterOutputs(invocation, io);
  const folder = getRun(io, invocation.operands[0]);
  const summary = summarizeRun(folder);
  if (!summary.ok) throw new UsageError(summary.message);
  const { state } = summary.value;
  const { id } = folder.description;
  if (state !== "succeeded") {
    io.stderr.write(describeNoResult(id, state));
    return state === "cancelled" ? EXIT_CANCELLED : EXIT_RUN_FAILED;
  }
  const loaded = loadRun(folder);
  if (!loaded.ok) throw new UsageError(loaded.message);
  printResult(readRunResult(folder, loaded.value.plan), loaded.value.plan, io);
  return EXIT_OK;
};

/** The result of a run that succeeded, from its result file or, where that was never written, from the journal. */
function readRunResult(folder: RunFolder, plan: Plan): Value {
  const read = readResult(folder);
  if (read.ok && read.value) return read.value.result;
  const journal = readJournal(journalPath(folder));
  if (!journal.ok) throw new UsageError(journal.message);
  const { end } = foldJournal(journal.value.records);
  return end?.result === undefined ? null : toJsonValue(end.result, mainPipeline(plan).result);
}
