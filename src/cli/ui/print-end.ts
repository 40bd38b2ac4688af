// How a run ended, for people: what failed, why, where to look, and how to go on.
import { statSync } from "node:fs";
import { listAttempts, type RunFolder } from "../../backends/run-folder.ts";
import type { FailureReport } from "../../engine/protocol.ts";
import type { RunStatus } from "../../types/type.ts";
import { paint } from "../../util/paint.ts";
import { printable } from "../../util/printable.ts";
import { toShown } from "../host.ts";
import type { Io } from "../io.ts";
import { plural, shortDuration, shortStep } from "./text.ts";

/** Failures told in full; the others are counted. */
const MOST_TOLD = 10;
const MOST_LINES = 12;
/** In longer lists, what sums others up is not looked for. */
const MOST_SUMMED = 200;

/** A run as it is talked about, wherever it runs. */
export interface ShownRun {
  readonly name: string;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** What other commands need to find it, after its name: ` --on kubernetes`, or nothing. */
  readonly options: string;
  /** Where to find what a failed step wrote. */
  readonly logOf: (failure: FailureReport) => string | undefined;
  /** False where `sluice resume` cannot go on with it. */
  readonly resumable?: false;
}

/** A run of this machine. */
export function showFolder(folder: RunFolder, io: Io): ShownRun {
  const { id, pipeline } = folder.description;
  return { name: id, pipeline, options: "", logOf: (failure) => logOf(folder, failure, io) };
}

export interface RunEnding {
  readonly run: ShownRun;
  readonly status: RunStatus;
  readonly failures: readonly FailureReport[];
  /** Milliseconds; absent when it is not known. */
  readonly took?: number;
}

/** The list of failures and the last line, on stderr. */
export function printEnding(ending: RunEnding, io: Io): void {
  const { run, status, failures } = ending;
  const { color } = io.stderr;
  if (failures.length > 0) io.stderr.write(`\n${failureList(run, failures, io)}`);
  const style = status === "succeeded" ? "good" : status === "failed" ? "error" : "warning";
  const after = ending.took === undefined ? "" : ` after ${shortDuration(ending.took)}`;
  io.stderr.write(`run ${paint(run.name, "strong", color)} ${paint(status, style, color)}${after}\n`);
  if (status !== "succeeded" && run.resumable !== false)
    io.stderr.write(`to go on: ${paint(`sluice resume ${run.name}${run.options}`, "strong", color)}\n`);
}

/** Each failure with its place, cause, last words and log. */
export function failureList(run: ShownRun, failures: readonly FailureReport[], io: Io): string {
  const isSum = (failure: FailureReport): boolean =>
    failures.some(({ instance }) => instance.startsWith(`${failure.instance}[`));
  const sums = failures.length > MOST_SUMMED ? [] : failures.filter(isSum);
  const own = failures.filter((failure) => !sums.includes(failure));
  const blocks = own.slice(0, MOST_TOLD).map((failure) => describeFailure(run, failure, io));
  const more = own.length - blocks.length;
  for (const sum of sums) {
    const [told = ""] = sum.message.split(" The first failure");
    blocks.push(`${paint("failed", "error", io.stderr.color)}: ${printable(`${shortStep(sum.instance)}: ${told}`)}\n`);
  }
  if (more > 0)
    blocks.push(`… and ${plural(more, "more failure")}: sluice status ${run.name}${run.options} --json lists all\n`);
  return `${blocks.join("\n")}\n`;
}

function describeFailure(run: ShownRun, failure: FailureReport, io: Io): string {
  const { color } = io.stderr;
  const [first = "", ...rest] = printable(failure.message).split("\n");
  const step = failure.instance === "" ? run.pipeline : shortStep(failure.instance);
  const facts = [causeText(failure)];
  if (failure.attempts > 1) facts.push(plural(failure.attempts, "attempt"));
  const lines = [
    `${paint("failed", "error", color)}: ${paint(printable(step), "strong", color)} ${paint(`(${facts.join(", ")})`, "faint", color)}`,
    `  ${paint("-->", "place", color)} ${printable(failure.at)}`,
    `  ${first}`,
  ];
  const shown = rest.slice(-MOST_LINES);
  if (shown.length < rest.length) lines.push("    …");
  lines.push(...shown.map((line) => `    ${line}`));
  const log = run.logOf(failure);
  if (log !== undefined) lines.push(`  log: ${log}`);
  return `${lines.join("\n")}\n`;
}

function causeText(failure: FailureReport): string {
  return failure.cause === "exit" && failure.exit_code !== null ? `exit ${failure.exit_code}` : failure.cause;
}

/** Whether a process of the step has run, so that there may be a log. */
export function hasLog({ cause }: FailureReport): boolean {
  return cause !== "check" && cause !== "expression";
}

function logOf(folder: RunFolder, failure: FailureReport, io: Io): string | undefined {
  if (!hasLog(failure)) return undefined;
  const attempts = listAttempts(folder, failure.instance);
  const last = attempts.ok ? attempts.value.at(-1) : undefined;
  return last && (statSync(last.log, { throwIfNoEntry: false })?.size ?? 0) > 0 ? toShown(io.cwd, last.log) : undefined;
}
