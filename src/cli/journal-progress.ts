// How far a run is, from its journal alone: counts by step of the program, whoever drives it.
import { parseInstanceId } from "../engine/instance-id.ts";
import type { FailureReport, InstanceId, JournalRecord } from "../engine/protocol.ts";
import { foldJournal } from "../engine/recorded.ts";

/** One task call of the program, all its instances together. */
export interface StepProgress {
  /** Node ids without keys: `runs.train`. */
  readonly step: string;
  readonly succeeded: number;
  readonly failed: number;
  /** Begun, and not ended as far as the journal says. */
  readonly open: number;
}

export interface JournalProgress {
  /** Milliseconds since the epoch, of the first record. */
  readonly started: number | undefined;
  /** By map without keys: how many items it has, over all its instances. */
  readonly items: ReadonlyMap<string, number>;
  /** In the order in which they began. */
  readonly steps: readonly StepProgress[];
  /** Of the end, when the run has ended. */
  readonly failures: readonly FailureReport[];
}

/** Folds the records of a journal. */
export function readProgress(records: readonly JournalRecord[]): JournalProgress {
  const folded = foldJournal(records);
  const steps = new Map<string, { succeeded: number; failed: number; open: number }>();
  for (const [id, instance] of folded.recorded.instances) {
    const step = withoutKeys(id);
    const counts = steps.get(step) ?? { succeeded: 0, failed: 0, open: 0 };
    steps.set(step, counts);
    if (instance.open !== null) counts.open++;
    else if (instance.result !== null) counts.succeeded++;
    else if (instance.failures.length > 0) counts.failed++;
  }
  const items = new Map<string, number>();
  for (const [id, map] of folded.recorded.maps) {
    const step = withoutKeys(id);
    items.set(step, (items.get(step) ?? 0) + map.keys.length);
  }
  return {
    started: records[0]?.type === "run-started" ? records[0].time : undefined,
    items,
    steps: [...steps].map(([step, counts]) => ({ step, ...counts })),
    failures: folded.end?.failures ?? [],
  };
}

/** The node ids of an instance, joined by dots. */
export function withoutKeys(instance: InstanceId): string {
  return (parseInstanceId(instance) ?? [{ node: instance }]).map((step) => step.node).join(".");
}
