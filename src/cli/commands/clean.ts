// `sluice clean`: removes runs with all their files. A run that is being driven stays.
import { systemClock } from "../../backends/clock.ts";
import { listRuns, removeRun, summarizeRun } from "../../backends/find-runs.ts";
import { cleanCache } from "../../backends/local/clean-cache.ts";
import type { RunFolder } from "../../backends/run-folder.ts";
import { parseDuration, parseQuantityLiteral } from "../../types/quantity.ts";
import { type CommandAction, type Invocation, UsageError } from "../command.ts";
import { EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { findRoot, getRun } from "../project.ts";
import { plural } from "../ui/text.ts";

export const clean: CommandAction = async (invocation, io) => {
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
  const ways = [
    invocation.operands.length > 0,
    invocation.has("all"),
    invocation.value("keep") !== undefined,
    invocation.value("older-than") !== undefined,
  ];
  if (!ways.includes(true)) throw new UsageError("which runs? Name them, or say --older-than, --keep or --all");
  if (ways.filter((way) => way).length > 1)
    throw new UsageError("name runs, or say one of --older-than, --keep and --all");
  if (invocation.operands.length > 0) {
    const named = invocation.operands.map((operand) => getRun(io, operand));
    return [...new Map(named.map((folder) => [folder.path, folder])).values()];
  }
  const found = listRuns(root);
  if (!found.ok) throw new UsageError(found.message);
  const keep = invocation.value("keep");
  if (keep !== undefined) {
    if (!/^\d{1,9}$/.test(keep)) throw new UsageError(`--keep takes a number, not \`${keep}\``);
    return found.value.slice(0, Math.max(0, found.value.length - Number(keep)));
  }
  const age = invocation.value("older-than");
  if (age === undefined) return found.value;
  const limit = io.now() - parseAge(age);
  return found.value.filter((folder) => folder.description.created < limit);
}

/** Milliseconds of `7d`, `12h`, `1h30m`. */
function parseAge(text: string): number {
  const literal = parseQuantityLiteral(text);
  if (literal.ok && literal.kind === "duration") return literal.value;
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  throw new UsageError(`--older-than takes a duration such as 7d or 12h, not \`${text}\``);
}
