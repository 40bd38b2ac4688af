// The seam between the driver and what carries attempts out: host processes, pods, or a simulation. A backend is told to start and to stop,
// and says through the sink it was given what became of it. It may report late, twice or out of order; it must not lose an attempt: each
// item it was told to start ends with one `attempt-ended`, unless the backend is closed first.
import type { Capacity, Event, InstanceId, Start } from "../engine/protocol.ts";
import type { Value } from "../types/value.ts";

/** What a backend may tell; the other events come from the driver. */
export type BackendEvent = Extract<Event, { readonly type: "attempt-started" | "attempt-ended" | "capacity-changed" }>;

/** Where a backend reports to. Both may be called at any time, also from within `start` and `stop`. */
export interface BackendSink {
  event(event: BackendEvent): void;
  /** Something people should know that changes no outcome: an extra field in an output, a cache entry that could not be read. */
  warning(warning: BackendWarning): void;
}

export interface BackendWarning {
  /** "" when it concerns the whole run. */
  readonly instance: InstanceId;
  readonly message: string;
}

/** An attempt that the journal says began, and of whose end it says nothing. */
export interface OpenAttempt {
  readonly instance: InstanceId;
  readonly attempt: number;
  /** What the backend gave as `handle` when it began; absent when the driver died before it was recorded. */
  readonly handle?: Value;
}

export interface Backend {
  /** What it can hold at once, before anything runs. */
  capacity(): Capacity;
  /**
   * Deals with what an earlier driver of this run left running, before the first `start`: it is ended, or taken over. Gives those taken over,
   * instance to attempt; their ends are reported like any other. Afterwards nothing of the run is running unknown to this backend.
   */
  recover(open: readonly OpenAttempt[]): Promise<ReadonlyMap<InstanceId, number>>;
  /** Gets ready for a `start` that will follow once the records before it are durable, or never: nothing may begin that leaves a trace outside. */
  prepare?(items: readonly Start[]): void;
  /** Begins the items one after the other in one slot. Returns at once. */
  start(items: readonly Start[]): void;
  /** Ends one attempt, giving it the grace period; its end is reported like any other. Unknown attempts are ignored. */
  stop(instance: InstanceId, attempt: number): void;
  /** The end of the attempt is durable in the journal: from now on nobody will ask for it again. */
  recorded?(instance: InstanceId, attempt: number): void;
  /** From now on, what is being stopped or will be gets no grace. */
  hurry(): void;
  /**
   * Reports nothing more. Host processes are ended, so that nothing of the run is left running; what outlives its driver, as pods do, is let go of.
   */
  close(): Promise<void>;
}

/** Makes a backend that reports to the sink. */
export type BackendFactory = (sink: BackendSink) => Backend;
