// `sluice runs`: all runs of the project, oldest first.
import { listRuns, summarizeRun } from "../../backends/find-runs.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { isOnArgo, isOnCluster } from "../engine-option.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { findRoot } from "../project.ts";
import { printRuns } from "../ui/print-runs.ts";

export const runs: CommandAction = async (invocation, io) => {
  if (isOnArgo(invocation)) return (await import("../argo/runs.ts")).argoRuns(invocation, io);
  if (isOnCluster(invocation)) return (await import("../cluster/runs.ts")).clusterRuns(invocation, io);
  const found = listRuns(findRoot(io));
  if (!found.ok) throw new UsageError(found.message);
  const rows = found.value.map((folder) => {
    const summary = summarizeRun(folder);
    const { id, pipeline, created } = folder.description;
    if (!summary.ok) return { run: id, pipeline, created, state: "damaged", problem: summary.message };
    const { state, ended } = summary.value;
    return { run: id, pipeline, created, state, ...(ended !== undefined && { ended }) };
  });
  printRuns(rows, invocation.has("json"), io);
  return EXIT_OK;
};
