// `sluice status`: how far a run is, and what failed.
import { summarizeRun } from "../../backends/find-runs.ts";
import { readJournal } from "../../backends/journal.ts";
import { journalPath, loadRun } from "../../backends/run-folder.ts";
import { toJsonValue } from "../../types/encode.ts";
import { paint } from "../../util/paint.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { mainPipeline } from "../compile-file.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { toShown } from "../host.ts";
import { readProgress, type StepProgress } from "../journal-progress.ts";
import { getRun } from "../project.ts";
import { failureList } from "../ui/print-end.ts";
import { stateStyle } from "../ui/state-style.ts";
import { count, plural, shortDuration } from "../ui/text.ts";

export const status: CommandAction = async (invocation, io) => {
  const folder = getRun(io, invocation.operands[0]);
  const summary = summarizeRun(folder);
  if (!summary.ok) throw new UsageError(summary.message);
  const journal = readJournal(journalPath(folder));
  if (!journal.ok) throw new UsageError(journal.message);
  const loaded = loadRun(folder);
  if (!loaded.ok) throw new UsageError(loaded.message);
  const progress = readProgress(journal.value.records);
  const { id, pipeline, created } = folder.description;
  const { state, holder, ended } = summary.value;
  const { parameters: declared } = mainPipeline(loaded.value.plan);
  const type = { kind: "record", fields: declared } as const;
  const parameters = toJsonValue(loaded.value.parameters, type);
  if (invocation.has("json")) {
    const items = Object.fromEntries(progress.items);
    const facts = {
      run: id,
      pipeline,
      state,
      created,
      ended: ended ?? null,
      driver: holder?.pid ?? null,
      folder: folder.path,
    };
    io.stdout.write(
      `${JSON.stringify({ ...facts, parameters, items, steps: progress.steps, failures: progress.failures }, null, 2)}\n`,
    );
    return EXIT_OK;
  }
  const { color } = io.stdout;
  const line = (name: string, text: string): void => io.stdout.write(`${name.padEnd(12)}${text}\n`);
  line("run", paint(id, "strong", color));
  line("state", paint(state, stateStyle(state), color) + (holder ? ` (process ${holder.pid} on ${holder.host})` : ""));
  line("began", `${new Date(created).toISOString().slice(0, 19).replace("T", " ")} UTC`);
  if (ended !== undefined) line("took", shortDuration(ended - created));
  line("folder", toShown(io.cwd, folder.path));
  if (declared.length > 0) line("parameters", JSON.stringify(parameters));
  if (progress.steps.length > 0) io.stdout.write("\nsteps\n");
  const width = Math.max(0, ...progress.steps.map(({ step }) => step.length));
  for (const step of progress.steps)
    io.stdout.write(`  ${step.step.padEnd(width)}  ${describeStep(step, progress.items)}\n`);
  if (progress.failures.length > 0)
    io.stdout.write(`\n${failureList(folder, progress.failures, { ...io, stderr: io.stdout })}`);
  if (state === "failed" || state === "cancelled" || state === "interrupted")
    io.stdout.write(`\nto go on: sluice resume ${id}\n`);
  return EXIT_OK;
};

function describeStep(step: StepProgress, items: ReadonlyMap<string, number>): string {
  const map = step.step.split(".").slice(0, -1);
  let total: number | undefined;
  for (let length = map.length; length > 0 && total === undefined; length--)
    total = items.get(map.slice(0, length).join("."));
  const done =
    total === undefined
      ? step.succeeded > 0
        ? "done"
        : ""
      : `${count(step.succeeded)} of ${plural(total, "item")} done`;
  const parts = [done];
  if (step.failed > 0) parts.push(total === undefined ? "failed" : `${count(step.failed)} failed`);
  if (step.open > 0) parts.push(total === undefined ? "running" : `${count(step.open)} running`);
  return parts.filter((part) => part !== "").join(", ");
}
