// What an earlier driver wrote down, folded from the journal's records in their order. Whether a recorded failure was for good is not decided
// here: that takes the plan's retry lines, and the engine decides it when the instance is reached again.
import type { RunStatus } from "../types/type.ts";
import type { RecordValue, Value } from "../types/value.ts";
import { lanePaths } from "./instance-id.ts";
import type { FailureReport, InstanceId, JournalRecord, Outcome } from "./protocol.ts";

/** An outcome that costs budget. */
export type FailedOutcome = Extract<Outcome, { readonly retryable?: boolean }>;

export interface RecordedFailure {
  readonly attempt: number;
  readonly fingerprint: string;
  readonly outcome: FailedOutcome;
  readonly time: number;
  /** How many resumes with `retryFailed` had been recorded. */
  readonly life: number;
  /** How many ends of the run had been recorded. */
  readonly endings: number;
}

export interface RecordedResult {
  readonly fingerprint: string;
  readonly value: Value;
  readonly attempt: number;
  /** How many ends of the run had been recorded. */
  readonly endings: number;
}

export interface RecordedInstance {
  /** The highest attempt number met. */
  attempts: number;
  result: {
    readonly fingerprint: string;
    readonly value: Value;
    readonly attempt: number;
    readonly endings: number;
  } | null;
  readonly failures: RecordedFailure[];
  /** The latest attempt, when its end is not recorded. */
  open: { readonly attempt: number; readonly fingerprint: string; readonly handle?: Value } | null;
}

export interface RecordedMap {
  readonly keys: readonly string[];
  /** Keys of the failed items of a tolerant map that completed; null before. */
  readonly failedKeys: ReadonlySet<string> | null;
}

export interface Recorded {
  readonly instances: ReadonlyMap<InstanceId, RecordedInstance>;
  readonly maps: ReadonlyMap<InstanceId, RecordedMap>;
  /** How the run ended last, unless it was resumed since. */
  readonly ended: RunStatus | null;
  readonly lives: number;
  readonly endings: number;
  /** A cancel was requested and the run has not ended since. */
  readonly cancelRequested: boolean;
}

export interface Folded {
  readonly recorded: Recorded;
  /** The first record; null for an empty journal. */
  readonly start: Extract<JournalRecord, { readonly type: "run-started" }> | null;
  /** Parameters and plan of the latest driver. */
  readonly planHash: string | null;
  readonly parameters: RecordValue | null;
  /** The end, when it is the last thing that happened. */
  readonly end: {
    readonly status: RunStatus;
    readonly result?: Value;
    readonly failures: readonly FailureReport[];
  } | null;
  /** Attempts without a recorded end, which may run still. */
  readonly open: ReadonlyMap<
    InstanceId,
    { readonly attempt: number; readonly fingerprint: string; readonly handle?: Value }
  >;
}

/** Folds a journal, from its first record to its last. Cost grows with the number of records only. */
export function foldJournal(records: Iterable<JournalRecord>): Folded {
  const instances = new Map<InstanceId, RecordedInstance>();
  const maps = new Map<InstanceId, RecordedMap>();
  let start: Folded["start"] = null;
  let planHash: string | null = null;
  let parameters: RecordValue | null = null;
  let end: Folded["end"] = null;
  let lives = 0;
  let endings = 0;
  let cancelRequested = false;
  for (const record of records) {
    switch (record.type) {
      case "run-started":
        start ??= record;
        ({ planHash, parameters } = record);
        break;
      case "run-resumed":
        ({ planHash, parameters } = record);
        if (record.retryFailed) lives++;
        end = null;
        cancelRequested = false;
        break;
      case "map-expanded": {
        const before = maps.get(record.instance);
        maps.set(record.instance, { keys: record.keys, failedKeys: before?.failedKeys ?? null });
        break;
      }
      case "map-ended": {
        const keys = maps.get(record.instance)?.keys ?? [];
        const failedKeys = new Set(record.failed.flatMap((index) => keys[index] ?? []));
        maps.set(record.instance, { keys, failedKeys });
        break;
      }
      case "cancel-requested":
        cancelRequested = true;
        break;
      case "run-ended": {
        const { status, result, failures } = record;
        end = result === undefined ? { status, failures } : { status, result, failures };
        endings++;
        cancelRequested = false;
        break;
      }
      default:
        foldAttempt(instances, record, lives, endings);
    }
  }
  const open = new Map<InstanceId, NonNullable<RecordedInstance["open"]>>();
  for (const [id, instance] of instances) if (instance.open !== null) open.set(id, instance.open);
  const recorded: Recorded = { instances, maps, ended: end?.status ?? null, lives, endings, cancelRequested };
  return { recorded, start, planHash, parameters, end, open };
}

type AttemptRecord = Extract<JournalRecord, { readonly attempt: number }>;

function foldAttempt(
  instances: Map<InstanceId, RecordedInstance>,
  record: AttemptRecord,
  life: number,
  endings: number,
): void {
  let instance = instances.get(record.instance);
  if (instance === undefined) {
    instance = { attempts: 0, result: null, failures: [], open: null };
    instances.set(record.instance, instance);
  }
  const { attempt } = record;
  instance.attempts = Math.max(instance.attempts, attempt);
  if (record.type === "attempt-started") {
    instance.open = { attempt, fingerprint: record.fingerprint };
    return;
  }
  if (record.type === "attempt-handle") {
    if (instance.open?.attempt === attempt) instance.open = { ...instance.open, handle: record.handle };
    return;
  }
  if (instance.open?.attempt === attempt) instance.open = null;
  const { outcome, fingerprint, time } = record;
  if (outcome.ok) {
    instance.result = { fingerprint, value: outcome.value, attempt, endings };
    // A later attempt of the same work has its own budget only when the inputs changed, and then these do not count.
    instance.failures.length = 0;
  } else if (outcome.cause !== "cancelled" && outcome.cause !== "lost") {
    if (instance.failures.some((failure) => failure.attempt === attempt)) return;
    instance.failures.push({ attempt, fingerprint, outcome, time, life, endings });
  }
}

/** The paths of all items that have a result, a failure or an attempt that may run still. */
export function findTouchedLanes(
  recorded: Recorded | undefined,
  adopted: ReadonlyMap<InstanceId, number> | undefined,
): Set<InstanceId> {
  const paths = new Set<InstanceId>();
  for (const [id, instance] of recorded?.instances ?? []) {
    if (instance.result === null && instance.failures.length === 0 && !adopted?.has(id)) continue;
    for (const path of lanePaths(id)) paths.add(path);
  }
  return paths;
}
