// `sluice status`: how far a run is, and what failed.
import { summarizeRun } from "../../backends/find-runs.ts";
import { readJournal } from "../../backends/journal.ts";
import { journalPath, loadRun } from "../../backends/run-folder.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { mainPipeline } from "../compile-file.ts";
import { isOnArgo, isOnCluster } from "../engine-option.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { getRun } from "../get-run.ts";
import { toShown } from "../host.ts";
import { readProgress } from "../journal-progress.ts";
import { printStatus } from "../print-status.ts";
import { showFolder } from "../ui/print-end.ts";

export const status: CommandAction = async (invocation, io) => {
  if (isOnArgo(invocation)) return (await import("../argo/status.ts")).argoStatus(invocation, io);
  if (isOnCluster(invocation)) return (await import("../cluster/status.ts")).clusterStatus(invocation, io);
  const folder = getRun(io, invocation.operands[0]);
  const summary = summarizeRun(folder);
  if (!summary.ok) throw new UsageError(summary.message);
  const journal = readJournal(journalPath(folder));
  if (!journal.ok) throw new UsageError(journal.message);
  const loaded = loadRun(folder);
  if (!loaded.ok) throw new UsageError(loaded.message);
  const { state, holder, ended } = summary.value;
  const facts = {
    run: showFolder(folder, io),
    state,
    created: folder.description.created,
    ...(ended !== undefined && { ended }),
    ...(holder && { driver: `process ${holder.pid} on ${holder.host}` }),
    lines: [["folder", toShown(io.cwd, folder.path)]] as const,
    json: { driver: holder?.pid ?? null, folder: folder.path },
    declared: mainPipeline(loaded.value.plan).parameters,
    parameters: loaded.value.parameters,
    progress: readProgress(journal.value.records),
  };
  printStatus(facts, invocation.has("json"), io);
  return EXIT_OK;
};
