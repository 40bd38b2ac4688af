// One driver of one run, from taking its lock to writing its result: a new run, or one that goes on from its journal. In: the run's folder and
// a backend. Out: how the run ended, or the sentence that says why it could not be driven (on).

import type { FailureReport, Report } from "../engine/protocol.ts";
import { foldJournal } from "../engine/recorded.ts";
import { createRun, step } from "../engine/run.ts";
import { type RunSnapshot, snapshot } from "../engine/snapshot.ts";
import type { Plan } from "../plan/plan.ts";
import { canonicalText, toJsonValue } from "../types/encode.ts";
import type { RunStatus } from "../types/type.ts";
import type { RecordValue, Value } from "../types/value.ts";
import type { BackendFactory, BackendWarning } from "./backend.ts";
import type { Clock } from "./clock.ts";
import { drive } from "./drive.ts";
import type { FileResult } from "./file-problem.ts";
import { type JournalFile, openJournal } from "./journal.ts";
import { clearResult, journalPath, type RunFolder, writeResult } from "./run-folder.ts";
import { lockRun } from "./run-lock.ts";

export interface ExecuteOptions {
  readonly folder: RunFolder;
  readonly plan: Plan;
  /** Decoded, defaults filled in. */
  readonly parameters: RecordValue;
  readonly planHash: string;
  readonly engineVersion: string;
  readonly backend: BackendFactory;
  readonly clock: Clock;
  readonly failFast?: boolean;
  /** On resume: give fresh budgets to what failed for good. Default: when the run had ended. */
  readonly retryFailed?: boolean;
  /** What an attempt is taken to need when its task says nothing: cpu in cores, memory in bytes. */
  readonly defaults?: { readonly cpu?: number; readonly memory?: number };
  readonly cancel?: AbortSignal;
  readonly force?: AbortSignal;
  /** Done once the run is locked and before anything is read of it. */
  readonly prepare?: () => FileResult<null>;
  /** Ends the run as cancelled without starting anything but `finally`. */
  readonly cancelFirst?: boolean;
  /** Gives, once the run begins, the function that says how far it is. */
  readonly onBegin?: (snapshot: () => RunSnapshot) => void;
  readonly onReport?: (report: Report) => void;
  readonly onWarning?: (warning: BackendWarning) => void;
  /** How the journal is written; tests put in a disk that fails. */
  readonly journalFile?: JournalFile;
}

export type Executed =
  /** `result`: as JSON. `again` false: the run had succeeded before, and nothing was to be done. */
  | {
      readonly kind: "ended";
      readonly status: RunStatus;
      readonly result: Value;
      readonly failures: readonly FailureReport[];
      readonly again: boolean;
    }
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
  const { folder, plan, clock } = options;
  const warn = (message: string): void => options.onWarning?.({ instance: "", message });
  const prepared = options.prepare?.();
  if (prepared?.ok === false) return { kind: "refused", message: prepared.message };
  const opened = openJournal(journalPath(folder), options.journalFile);
  if (!opened.ok) return { kind: "refused", message: opened.message };
  const { journal, records, warnings } = opened.value;
  try {
    for (const warning of warnings) warn(warning);
    const folded = foldJournal(records);
    const { end } = folded;
    const unchanged =
      folded.planHash === options.planHash && canonicalText(folded.parameters) === canonicalText(options.parameters);
    if (end?.status === "succeeded" && unchanged) return finish(end, false);
    const cleared = clearResult(folder);
    if (!cleared.ok) return { kind: "refused", message: cleared.message };
    const driven = await drive({
      ...options,
      journal,
      ...(records.length === 0
        ? {}
        : { open: [...folded.open].map(([instance, attempt]) => ({ instance, ...attempt })) }),
      engine: (capacity, adopted) => {
        const state = createRun(plan, {
          run: folder.description.id,
          planHash: options.planHash,
          parameters: options.parameters,
          capacity,
          adopted,
          engineVersion: options.engineVersion,
          ...(records.length === 0 ? {} : { recorded: folded.recorded }),
          ...(options.retryFailed === undefined ? {} : { retryFailed: options.retryFailed }),
          ...(options.failFast === undefined ? {} : { failFast: options.failFast }),
          ...(options.defaults === undefined ? {} : { defaults: options.defaults }),
        });
        options.onBegin?.(() => snapshot(state));
        return (event) => {
          if (event.type !== "run-started" || !options.cancelFirst) return step(state, event);
          return [...step(state, { type: "cancel-requested", time: event.time }), ...step(state, event)];
        };
      },
    });
    if (driven.kind === "ended") return finish(driven.end, true);
    const message = `${driven.message}; everything was ended, and what is recorded is kept: continue with \`sluice resume ${folder.description.id}\` once the journal can be written`;
    return { kind: "interrupted", message };
  } finally {
    journal.close();
  }

  function finish(
    end: { readonly status: RunStatus; readonly result?: Value; readonly failures: readonly FailureReport[] },
    again: boolean,
  ): Executed {
    const type = plan.pipelines.find(({ id }) => id === plan.pipeline)?.result ?? { kind: "none" };
    const result = end.result === undefined ? null : toJsonValue(end.result, type);
    const { status, failures } = end;
    const written = writeResult(folder, { status, result, failures, ended: clock.now() });
    // The journal says how the run ended all the same.
    if (!written.ok) warn(written.message);
    return { kind: "ended", status, result, failures, again };
  }
}
