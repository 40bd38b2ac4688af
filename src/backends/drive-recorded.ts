// From the records of a journal to the end of its run: what earlier drivers wrote is folded, and the run is driven on from there. In: an opened
// journal and a backend. Out: how the run ended, or why not.
import type { FailureReport, JournalRecord, Report } from "../engine/protocol.ts";
import { foldJournal } from "../engine/recorded.ts";
import { createRun, step } from "../engine/run.ts";
import { type RunSnapshot, snapshot } from "../engine/snapshot.ts";
import type { Plan } from "../plan/plan.ts";
import { canonicalText, toJsonValue } from "../types/encode.ts";
import type { RunStatus } from "../types/type.ts";
import type { RecordValue, Value } from "../types/value.ts";
import type { BackendFactory, BackendWarning } from "./backend.ts";
import type { Clock } from "./clock.ts";
import { type DriveResult, drive } from "./drive.ts";
import type { FileResult } from "./file-problem.ts";
import type { Journal } from "./journal.ts";

/** What driving needs, wherever the run is kept. */
export interface DrivingOptions {
  readonly plan: Plan;
  /** Decoded, defaults filled in. */
  readonly parameters: RecordValue;
  readonly planHash: string;
  readonly engineVersion: string;
  readonly failFast?: boolean;
  /** On resume: give fresh budgets to what failed for good. Default: when the run had ended. */
  readonly retryFailed?: boolean;
  /** What an attempt is taken to need when its task says nothing: cpu in cores, memory in bytes. */
  readonly defaults?: { readonly cpu?: number; readonly memory?: number };
  readonly cancel?: AbortSignal;
  readonly force?: AbortSignal;
  readonly detach?: AbortSignal;
  /** Ends the run as cancelled without starting anything but `finally`. */
  readonly cancelFirst?: boolean;
  /** Gives, once the run begins, the function that says how far it is. */
  readonly onBegin?: (snapshot: () => RunSnapshot) => void;
  readonly onReport?: (report: Report) => void;
  readonly onWarning?: (warning: BackendWarning) => void;
}

export interface DriveRecordedOptions extends DrivingOptions {
  /** The run's id. */
  readonly run: string;
  readonly journal: Journal;
  /** All that the journal holds. */
  readonly records: readonly JournalRecord[];
  readonly backend: BackendFactory;
  readonly clock: Clock;
  /** Done when the run is really driven; a failure refuses it. */
  readonly begin?: () => FileResult<null>;
}

export type DrivenRun =
  /** `result`: as JSON. `again` false: the run had succeeded before, and nothing was to be done. */
  | {
      readonly kind: "ended";
      readonly status: RunStatus;
      readonly result: Value;
      readonly failures: readonly FailureReport[];
      readonly again: boolean;
    }
  | { readonly kind: "refused"; readonly message: string }
  | Exclude<DriveResult, { readonly kind: "ended" }>;

/** Drives the run until it ends. */
export async function driveRecorded(options: DriveRecordedOptions): Promise<DrivenRun> {
  const { plan, records } = options;
  const folded = foldJournal(records);
  const { end } = folded;
  const unchanged =
    folded.planHash === options.planHash && canonicalText(folded.parameters) === canonicalText(options.parameters);
  if (end?.status === "succeeded" && unchanged) return finish(end, false);
  const begun = options.begin?.();
  if (begun?.ok === false) return { kind: "refused", message: begun.message };
  const resumed = records.length > 0;
  const driven = await drive({
    ...options,
    ...(resumed ? { open: [...folded.open].map(([instance, attempt]) => ({ instance, ...attempt })) } : {}),
    engine: (capacity, adopted) => {
      const state = createRun(plan, {
        run: options.run,
        planHash: options.planHash,
        parameters: options.parameters,
        capacity,
        adopted,
        engineVersion: options.engineVersion,
        ...(resumed ? { recorded: folded.recorded } : {}),
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
  return driven.kind === "ended" ? finish(driven.end, true) : driven;

  function finish(
    end: { readonly status: RunStatus; readonly result?: Value; readonly failures: readonly FailureReport[] },
    again: boolean,
  ): DrivenRun {
    const type = plan.pipelines.find(({ id }) => id === plan.pipeline)?.result ?? { kind: "none" };
    const result = end.result === undefined ? null : toJsonValue(end.result, type);
    return { kind: "ended", status: end.status, result, failures: end.failures, again };
  }
}
