// How far a run is and what failed, wherever it runs: for people, or as one JSON object.
import type { RunState } from "../backends/find-runs.ts";
import type { PlanParameter } from "../plan/plan.ts";
import { toJsonValue } from "../types/encode.ts";
import type { RecordValue } from "../types/value.ts";
import { paint } from "../util/paint.ts";
import { printable } from "../util/printable.ts";
import type { Io } from "./io.ts";
import type { JournalProgress, StepProgress } from "./journal-progress.ts";
import { failureList, type ShownRun } from "./ui/print-end.ts";
import { stateStyle } from "./ui/state-style.ts";
import { count, plural, shortDuration } from "./ui/text.ts";

export interface StatusFacts {
  readonly run: ShownRun;
  readonly state: RunState;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly ended?: number;
  /** Who drives it, behind the state. */
  readonly driver?: string;
  /** Further lines: a name of at most 11 characters and a text. */
  readonly lines: readonly (readonly [string, string])[];
  /** The same for programs. */
  readonly json: Readonly<Record<string, string | number | boolean | null | readonly object[]>>;
  readonly declared: readonly PlanParameter[];
  readonly parameters: RecordValue;
  readonly progress: JournalProgress;
}

/** Prints it on stdout. */
export function printStatus(facts: StatusFacts, asJson: boolean, io: Io): void {
  const { run, state, created, ended, progress, declared } = facts;
  const parameters = toJsonValue(facts.parameters, { kind: "record", fields: declared });
  if (asJson) {
    const items = Object.fromEntries(progress.items);
    const head = { run: run.name, pipeline: run.pipeline, state, created, ended: ended ?? null, ...facts.json };
    const whole = { ...head, parameters, items, steps: progress.steps, failures: progress.failures };
    io.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
    return;
  }
  const { color } = io.stdout;
  const line = (name: string, text: string): void => io.stdout.write(`${name.padEnd(12)}${text}\n`);
  line("run", paint(run.name, "strong", color));
  line("state", paint(state, stateStyle(state), color) + (facts.driver === undefined ? "" : ` (${facts.driver})`));
  line("began", `${new Date(created).toISOString().slice(0, 19).replace("T", " ")} UTC`);
  if (ended !== undefined) line("took", shortDuration(ended - created));
  for (const [name, text] of facts.lines) line(name, printable(text));
  if (declared.length > 0) line("parameters", JSON.stringify(parameters));
  if (progress.steps.length > 0) io.stdout.write("\nsteps\n");
  const width = Math.max(0, ...progress.steps.map(({ step }) => step.length));
  for (const step of progress.steps)
    io.stdout.write(`  ${step.step.padEnd(width)}  ${describeStep(step, progress.items)}\n`);
  if (progress.failures.length > 0)
    io.stdout.write(`\n${failureList(run, progress.failures, { ...io, stderr: io.stdout })}`);
  const isOpen = state === "failed" || state === "cancelled" || state === "interrupted";
  if (isOpen && run.resumable !== false) io.stdout.write(`\nto go on: sluice resume ${run.name}${run.options}\n`);
}

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
