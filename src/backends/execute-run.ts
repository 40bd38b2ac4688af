// One driver of one run, from taking its lock to writing its result: a new run, or one that goes on from its journal. In: the run's folder and
// a backend. Out: how the run ended, or the sentence that says why it could not be driven (on).
import type { BackendFactory } from "./backend.ts";
import type { Clock } from "./clock.ts";
import { type DrivenRun, type DrivingOptions, driveRecorded } from "./drive-recorded.ts";
import type { FileResult } from "./file-problem.ts";
import { type JournalFile, openJournal } from "./journal.ts";
import { clearResult, journalPath, type RunFolder, writeResult } from "./run-folder.ts";
import { lockRun } from "./run-lock.ts";

export interface ExecuteOptions extends Omit<DrivingOptions, "detach"> {
  readonly folder: RunFolder;
  readonly backend: BackendFactory;
  readonly clock: Clock;
  /** Done once the run is locked and before anything is read of it. */
  readonly prepare?: () => FileResult<null>;
  /** How the journal is written; tests put in a disk that fails. */
  readonly journalFile?: JournalFile;
}

export type Executed =
  | Extract<DrivenRun, { readonly kind: "ended" }>
  /** Nothing was started: another process drives the run, or its files cannot be used. */
  | { readonly kind: "refused"; readonly message: string }
  /** It stopped on the way and can be resumed. */
  | { readonly kind: "interrupted"; readonly message: string };

/** Drives the run until it ends. */
export async function executeRun(options: ExecuteOptions): Promise<Executed> {
  const lock = await lockRun(options.folder.path, options.clock);
  if (!lock.ok) return { kind: "refused", message: lock.message };
  try {
    return await executeLocked(options);
  } finally {
    lock.value.release();
  }
}

async function executeLocked(options: ExecuteOptions): Promise<Executed> {
  const { folder, clock } = options;
  const warn = (message: string): void => options.onWarning?.({ instance: "", message });
  const prepared = options.prepare?.();
  if (prepared?.ok === false) return { kind: "refused", message: prepared.message };
  const opened = openJournal(journalPath(folder), options.journalFile);
  if (!opened.ok) return { kind: "refused", message: opened.message };
  const { journal, records, warnings } = opened.value;
  try {
    for (const warning of warnings) warn(warning);
    const run = folder.description.id;
    const driven = await driveRecorded({ ...options, run, journal, records, begin: () => clearResult(folder) });
    switch (driven.kind) {
      case "ended": {
        const { status, result, failures } = driven;
        const written = writeResult(folder, { status, result, failures, ended: clock.now() });
        // The journal says how the run ended all the same.
        if (!written.ok) warn(written.message);
        return driven;
      }
      case "refused":
        return driven;
      case "journal-failed": {
        const message = `${driven.message}; everything was ended, and what is recorded is kept: continue with \`sluice resume ${run}\` once the journal can be written`;
        return { kind: "interrupted", message };
      }
      case "detached":
        throw new Error("a run on this machine was let go of");
    }
  } finally {
    journal.close();
  }
}
