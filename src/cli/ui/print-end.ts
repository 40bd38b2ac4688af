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

export interface RunEnding {
  readonly folder: RunFolder;
  readonly status: RunStatus;
  readonly failures: readonly FailureReport[];
  /** Milliseconds; absent when it is not known. */
  readonly took?: number;
}

/** The list of failures and the last line, on stderr. */
export function printEnding(ending: RunEnding, io: Io): void {
  const { folder, status, failures } = ending;
  const { color } = io.stderr;
  const { id } = folder.description;
  if (failures.length > 0) io.stderr.write(`\n${failureList(folder, failures, io)}`);
  const style = status === "succeeded" ? "good" : status === "failed" ? "error" : "warning";
  const after = ending.took === undefined ? "" : ` after ${shortDuration(ending.took)}`;
  io.stderr.write(`run ${paint(id, "strong", color)} ${paint(status, style, color)}${after}\n`);
  if (status !== "succeeded") io.stderr.write(`to go on: ${paint(`sluice resume ${id}`, "strong", color)}\n`);
}

/** Each failure with its place, cause, last words and log. */
export function failureList(folder: RunFolder, failures: readonly FailureReport[], io: Io): string {
  const isSum = (failure: FailureReport): boolean =>
    failures.some(({ instance }) => instance.startsWith(`${failure.instance}[`));
  const sums = failures.length > MOST_SUMMED ? [] : failures.filter(isSum);
  const own = failures.filter((failure) => !sums.includes(failure));
  const blocks = own.slice(0, MOST_TOLD).map((failure) => describeFailure(folder, failure, io));
  const more = own.length - blocks.length;
  for (const sum of sums) {
    const [told = ""] = sum.message.split(" The first failure");
    blocks.push(`${paint("failed", "error", io.stderr.color)}: ${printable(`${shortStep(sum.instance)}: ${told}`)}\n`);
  }
  if (more > 0)
    blocks.push(`… and ${plural(more, "more failure")}: sluice status ${folder.description.id} --json lists all\n`);
  return `${blocks.join("\n")}\n`;
}

function describeFailure(folder: RunFolder, failure: FailureReport, io: Io): string {
  const { color } = io.stderr;
  const [first = "", ...rest] = printable(failure.message).split("\n");
  const step = failure.instance === "" ? folder.description.pipeline : shortStep(failure.instance);
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
  const log = logOf(folder, failure);
  if (log !== undefined) lines.push(`  log: ${toShown(io.cwd, log)}`);
  return `${lines.join("\n")}\n`;
}

function causeText(failure: FailureReport): string {
  return failure.cause === "exit" && failure.exit_code !== null ? `exit ${failure.exit_code}` : failure.cause;
}

function logOf(folder: RunFolder, failure: FailureReport): string | undefined {
  if (failure.cause === "check" || failure.cause === "expression") return undefined;
  const attempts = listAttempts(folder, failure.instance);
  const last = attempts.ok ? attempts.value.at(-1) : undefined;
  return last && (statSync(last.log, { throwIfNoEntry: false })?.size ?? 0) > 0 ? last.log : undefined;
}
