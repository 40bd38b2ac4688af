// `sluice runs`: all runs of the project, oldest first.
import { listRuns, summarizeRun } from "../../backends/find-runs.ts";
import { paint } from "../../util/paint.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { findRoot } from "../project.ts";
import { stateStyle } from "../ui/state-style.ts";
import { shortDuration } from "../ui/text.ts";

export const runs: CommandAction = async (invocation, io) => {
  const found = listRuns(findRoot(io));
  if (!found.ok) throw new UsageError(found.message);
  const rows = found.value.map((folder) => {
    const summary = summarizeRun(folder);
    const { id, pipeline, created } = folder.description;
    if (!summary.ok) return { run: id, pipeline, created, state: "damaged", problem: summary.message };
    const { state, ended } = summary.value;
    return { run: id, pipeline, created, state, ...(ended !== undefined && { ended }) };
  });
  if (invocation.has("json")) {
    for (const row of rows) io.stdout.write(`${JSON.stringify(row)}\n`);
    return EXIT_OK;
  }
  if (rows.length === 0) io.stderr.write("no runs yet\n");
  const width = Math.max(0, ...rows.map((row) => row.run.length));
  for (const row of rows) {
    const state = paint(row.state.padEnd(11), stateStyle(row.state), io.stdout.color);
    const end = "ended" in row ? row.ended : row.state === "running" ? io.now() : undefined;
    const took = end === undefined ? "" : shortDuration(end - row.created);
    const began = new Date(row.created).toISOString().slice(0, 16).replace("T", " ");
    io.stdout.write(`${row.run.padEnd(width)}  ${state}  ${began} UTC  ${took}`.trimEnd());
    io.stdout.write("problem" in row ? `  ${row.problem}\n` : "\n");
  }
  return EXIT_OK;
};
