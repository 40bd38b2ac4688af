// The runs of a project, found by what people type, and removed.
import * as fs from "node:fs";
import * as path from "node:path";
import type { RunStatus } from "../types/type.ts";
import type { Clock } from "./clock.ts";
import { type FileResult, fileFailure } from "./file-problem.ts";
import { readJournal } from "./journal.ts";
import { endLeftOvers } from "./local/left-overs.ts";
import { journalPath, openRunFolder, type RunFolder, readResult, runsFolder } from "./run-folder.ts";
import { findLockHolder, type LockHolder, lockRun } from "./run-lock.ts";

/** `interrupted`: it has not ended and nobody drives it. */
export type RunState = "running" | "interrupted" | RunStatus;

export interface RunSummary {
  readonly folder: RunFolder;
  readonly state: RunState;
  /** Who drives it, when it runs. */
  readonly holder?: LockHolder;
  /** Milliseconds since the epoch. */
  readonly ended?: number;
}

/** All runs of a project, oldest first. Folders that are no runs are passed over; a missing `.sluice` has none. */
export function listRuns(root: string): FileResult<readonly RunFolder[]> {
  const parent = runsFolder(root);
  let names: string[];
  try {
    names = fs.readdirSync(parent);
  } catch (error) {
    const failure = fileFailure(error, "read the folder", parent);
    return failure.code === "ENOENT" ? { ok: true, value: [] } : failure;
  }
  const folders: RunFolder[] = [];
  for (const name of names.filter((name) => !name.startsWith(".")).sort()) {
    const opened = openRunFolder(root, name);
    if (opened.ok) folders.push(opened.value);
    else if (opened.code !== "ENOENT" && opened.code !== "ENOTDIR") return opened;
  }
  return { ok: true, value: folders.sort((a, b) => a.description.created - b.description.created) };
}

/** The run people mean: `latest`, a full id, or the beginning of exactly one id. */
export function findRun(root: string, wanted: string): FileResult<RunFolder> {
  const runs = listRuns(root);
  if (!runs.ok) return runs;
  if (runs.value.length === 0) return { ok: false, message: `there are no runs in \`${runsFolder(root)}\`` };
  if (wanted === "latest") return { ok: true, value: runs.value.at(-1)! };
  const exact = runs.value.find((run) => run.description.id === wanted);
  const matches = exact === undefined ? runs.value.filter((run) => run.description.id.startsWith(wanted)) : [exact];
  if (matches.length === 1) return { ok: true, value: matches[0]! };
  const shown = (matches.length === 0 ? runs.value : matches).slice(-5).map((run) => `\`${run.description.id}\``);
  return {
    ok: false,
    message:
      matches.length === 0
        ? `no run begins with \`${wanted}\`; the latest are ${shown.join(", ")}`
        : `${matches.length} runs begin with \`${wanted}\`: ${shown.join(", ")}${matches.length > 5 ? " …" : ""}`,
  };
}

/** Whether the run runs, has ended, and how. */
export function summarizeRun(folder: RunFolder): FileResult<RunSummary> {
  const holder = findLockHolder(folder.path);
  if (!holder.ok) return holder;
  if (holder.value !== undefined) return { ok: true, value: { folder, state: "running", holder: holder.value } };
  const result = readResult(folder);
  if (!result.ok) return result;
  if (result.value !== undefined)
    return { ok: true, value: { folder, state: result.value.status, ended: result.value.ended } };
  // The driver may have died between the journal's last record and the result.
  const journal = readJournal(journalPath(folder));
  if (!journal.ok) return journal;
  const last = journal.value.records.at(-1);
  if (last?.type === "run-ended") return { ok: true, value: { folder, state: last.status, ended: last.time } };
  return { ok: true, value: { folder, state: "interrupted" } };
}

/** Removes a run with all its files, ending processes an interrupted driver left; refuses a run that is being driven. */
export async function removeRun(folder: RunFolder, clock: Clock): Promise<FileResult<null>> {
  const lock = await lockRun(folder.path, clock);
  if (!lock.ok) return { ok: false, message: `\`${folder.description.id}\` is not removed: ${lock.message}` };
  await endLeftOvers({ run: folder.description.id, grace: 1000, clock });
  // Renamed first, so that a removal cut short leaves no half run behind.
  const aside = path.join(path.dirname(folder.path), `.removed-${folder.description.id}`);
  try {
    fs.rmSync(aside, { recursive: true, force: true });
    fs.renameSync(folder.path, aside);
    await fs.promises.rm(aside, { recursive: true, force: true });
    return { ok: true, value: null };
  } catch (error) {
    lock.value.release();
    return fileFailure(error, "remove the run", folder.path);
  }
}
