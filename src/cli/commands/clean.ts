// `sluice clean`: removes runs with all their files. A run that is being driven stays.
import { systemClock } from "../../backends/clock.ts";
import { listRuns, removeRun, summarizeRun } from "../../backends/find-runs.ts";
import { cleanCache } from "../../backends/local/clean-cache.ts";
import type { RunFolder } from "../../backends/run-folder.ts";
import { chooseByAge, readSelection } from "../clean-selection.ts";
import { type CommandAction, type Invocation, UsageError } from "../command.ts";
import { isOnArgo, isOnCluster } from "../engine-option.ts";
import { EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import { getRun } from "../get-run.ts";
import type { Io } from "../io.ts";
import { findRoot } from "../project.ts";
import { plural } from "../ui/text.ts";

export const clean: CommandAction = async (invocation, io) => {
  if (isOnArgo(invocation)) return (await import("../argo/clean.ts")).cleanOnArgo(invocation, io);
  if (isOnCluster(invocation)) return (await import("../cluster/clean.ts")).cleanOnCluster(invocation, io);
  const root = findRoot(io);
  const chosen = chooseRuns(invocation, io, root);
  const dry = invocation.has("dry-run");
  let failed = false;
  let removed = 0;
  for (const folder of chosen) {
    const { id } = folder.description;
    const summary = summarizeRun(folder);
    if (summary.ok && summary.value.state === "running") {
      io.stderr.write(`run ${id} is running and stays\n`);
      failed ||= invocation.operands.length > 0;
      continue;
    }
    const result = dry ? ({ ok: true } as const) : await removeRun(folder, systemClock());
    if (result.ok) {
      removed++;
      io.stderr.write(`${dry ? "would delete" : "deleted"} run ${id}\n`);
    } else {
      failed = true;
      io.stderr.write(`error: ${result.message}\n`);
    }
  }
  if (invocation.has("all") && !dry) failed = !removeCache(root, io) || failed;
  if (removed !== 1) io.stderr.write(`${plural(removed, "run")} ${dry ? "would be deleted" : "deleted"}\n`);
  return failed ? EXIT_RUN_FAILED : EXIT_OK;
};

function removeCache(root: string, io: Io): boolean {
  const cleaned = cleanCache(root);
  if (!cleaned.ok) io.stderr.write(`error: ${cleaned.message}\n`);
  return cleaned.ok;
}

function chooseRuns(invocation: Invocation, io: Io, root: string): readonly RunFolder[] {
  const selection = readSelection(invocation, io.now());
  if (invocation.operands.length > 0) {
    const named = invocation.operands.map((operand) => getRun(io, operand));
    return [...new Map(named.map((folder) => [folder.path, folder])).values()];
  }
  const found = listRuns(root);
  if (!found.ok) throw new UsageError(found.message);
  return chooseByAge(found.value, ({ description }) => description.created, selection);
}
