// What the engine is told (events), what it asks for (commands), and what is written down (records). All of it is plain JSON. Times are
// milliseconds since the epoch and come in with events: the engine has no clock.
import type { Amount } from "../plan/plan.ts";
import type { Cause, RunStatus } from "../types/type.ts";
import type { RecordValue, Value } from "../types/value.ts";

/** `runs["a1"].train`: node ids joined by dots, item keys as JSON strings in brackets. Names of objects, folders and records derive from it. */
export type InstanceId = string;

/** What a backend can hold at once; an absent amount is not limited. cpu in cores, memory in bytes. */
export interface Capacity {
  readonly slots?: number;
  readonly cpu?: number;
  readonly memory?: number;
  readonly gpu?: number;
}

/** Evaluated amounts of one attempt: cpu in cores, the others in bytes. */
export type Amounts = { readonly [A in Amount]?: { readonly request: number; readonly limit: number } };

export interface Resources extends Amounts {
  readonly gpu?: number;
  readonly accelerator?: string;
  readonly devices?: readonly { readonly name: string; readonly count: number }[];
  readonly node?: readonly { readonly name: string; readonly value: string }[];
  readonly tolerations?: Value;
  readonly priority?: string;
}

/** How an attempt ended. `value` is the decoded result: the single output, or a record of the named ones; null for a task without result. */
export type Outcome =
  | {
      readonly ok: true;
      readonly value: Value /** The run whose result the cache gave. */;
      readonly cachedFrom?: string;
    }
  | {
      readonly ok: false;
      readonly cause: Exclude<Cause, "check" | "expression">;
      readonly exitCode?: number;
      readonly message: string;
      /** False when trying again cannot help (command missing, invalid image name). Default true. */
      readonly retryable?: boolean;
    }
  /** Ended by our own stop: neither a result nor a failure. */
  | { readonly ok: false; readonly cause: "cancelled" }
  /** The attempt never ran, or its end is unknown because the driver died; it costs no budget and is started anew. */
  | { readonly ok: false; readonly cause: "lost" };

export type Event =
  | { readonly type: "run-started"; readonly time: number }
  /** The backend has begun it; `handle` is how the backend finds it again after a crash. Not needed by the engine for correctness. */
  | {
      readonly type: "attempt-started";
      readonly instance: InstanceId;
      readonly attempt: number;
      readonly handle?: Value;
      readonly time: number;
    }
  | {
      readonly type: "attempt-ended";
      readonly instance: InstanceId;
      readonly attempt: number;
      readonly outcome: Outcome;
      readonly time: number;
    }
  | { readonly type: "timer-fired"; readonly timer: string; readonly time: number }
  | { readonly type: "capacity-changed"; readonly capacity: Capacity; readonly time: number }
  /** The second request also ends `finally`. */
  | { readonly type: "cancel-requested"; readonly time: number };

/** One attempt to start. The command line and env are built from the task and `parameters` by `buildInvocation`, after inputs are staged. */
export interface Start {
  readonly instance: InstanceId;
  /** Counts from 1 over all causes. */
  readonly attempt: number;
  /** Plan task id. */
  readonly task: string;
  /** The task's parameters by name, decoded values. */
  readonly parameters: RecordValue;
  readonly resources: Resources;
  /** Milliseconds. */
  readonly timeout?: number;
  /** In a map: for backends that make room for many at once. Nothing is promised: what waits may never start, or as something else. */
  readonly crowd?: Crowd;
}

/** The items around one that starts, of the innermost map. */
export interface Crowd {
  /** How many have not begun. */
  readonly waiting: number;
  /** How many may be under way at once; absent where the map does not say. */
  readonly parallel?: number;
}

export type Command =
  /** Several items only for a map with `batch`: they share one slot and run one after the other; each ends with its own event. */
  | { readonly type: "start"; readonly items: readonly Start[] }
  | { readonly type: "stop"; readonly instance: InstanceId; readonly attempt: number }
  /** Fires once, at or after `due`; set again with the same name it moves. */
  | { readonly type: "set-timer"; readonly timer: string; readonly due: number }
  /** Must be durable before the commands that follow it in the list are carried out. */
  | { readonly type: "append"; readonly records: readonly JournalRecord[] }
  | { readonly type: "report"; readonly report: Report }
  /** The last command of a run. */
  | {
      readonly type: "end";
      readonly status: RunStatus;
      readonly result?: Value;
      readonly failures: readonly FailureReport[];
    };

/** A failure as people read it and `finally` sees it (there without `instance`, `at`). */
export interface FailureReport {
  readonly instance: InstanceId;
  /** Of the innermost map's item; "" and 0 outside maps. */
  readonly key: string;
  readonly index: number;
  readonly cause: Cause;
  readonly exit_code: number | null;
  readonly message: string;
  readonly attempts: number;
  /** Source place, "file:line:column". */
  readonly at: string;
}

/** Progress for people; never needed for correctness. */
export type Report =
  | { readonly type: "map-expanded"; readonly instance: InstanceId; readonly count: number }
  | {
      readonly type: "map-ended";
      readonly instance: InstanceId;
      readonly ok: number;
      readonly failed: number;
      readonly status: "succeeded" | "failed" | "cancelled";
    }
  | { readonly type: "instance-ready"; readonly instance: InstanceId }
  | {
      readonly type: "instance-succeeded";
      readonly instance: InstanceId;
      readonly attempts: number;
      readonly reused: boolean;
      readonly cachedFrom?: string;
    }
  | { readonly type: "instance-failed"; readonly failure: FailureReport; readonly tolerated: boolean }
  | {
      readonly type: "instance-retried";
      readonly instance: InstanceId;
      readonly attempt: number;
      readonly cause: string;
      readonly message: string;
      readonly delay: number;
    }
  | { readonly type: "run-failing"; readonly failure: FailureReport }
  | { readonly type: "finally-started" }
  /** A request above the whole capacity: it runs alone. */
  | {
      readonly type: "oversized";
      readonly instance: InstanceId;
      readonly resource: "cpu" | "memory" | "gpu";
      readonly request: number;
      readonly capacity: number;
    };

/** What the journal holds, in order. The journal adds version, sequence number and checksum to each. */
export type JournalRecord =
  | {
      readonly type: "run-started";
      readonly run: string;
      readonly planHash: string;
      readonly parameters: RecordValue;
      readonly engine: string;
      readonly time: number;
    }
  /** A later driver took over. `retryFailed`: the run had ended, and what failed for good is to be tried again. */
  | {
      readonly type: "run-resumed";
      readonly retryFailed: boolean;
      readonly planHash: string;
      readonly parameters: RecordValue;
      readonly time: number;
    }
  | {
      readonly type: "map-expanded";
      readonly instance: InstanceId;
      readonly keys: readonly string[];
      readonly time: number;
    }
  /** `fingerprint`: of task text, image, env and inputs; a result is reused only where it is equal. */
  | {
      readonly type: "attempt-started";
      readonly instance: InstanceId;
      readonly attempt: number;
      readonly fingerprint: string;
      readonly time: number;
    }
  | {
      readonly type: "attempt-handle";
      readonly instance: InstanceId;
      readonly attempt: number;
      readonly handle: Value;
      readonly time: number;
    }
  | {
      readonly type: "attempt-ended";
      readonly instance: InstanceId;
      readonly attempt: number;
      readonly fingerprint: string;
      readonly outcome: Outcome;
      readonly time: number;
    }
  /** A tolerant map that completed: its failed items stay as they are when the run is resumed. */
  | {
      readonly type: "map-ended";
      readonly instance: InstanceId;
      readonly failed: readonly number[];
      readonly time: number;
    }
  | { readonly type: "cancel-requested"; readonly time: number }
  | {
      readonly type: "run-ended";
      readonly status: RunStatus;
      readonly result?: Value;
      readonly failures: readonly FailureReport[];
      readonly time: number;
    };
