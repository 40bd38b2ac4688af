// How a run is followed: one interface, four ways to show it.
import type { Report } from "../../engine/protocol.ts";
import type { RunSnapshot } from "../../engine/snapshot.ts";

/** Shows a run while it goes on. */
export interface Display {
  readonly report: (report: Report) => void;
  /** A sentence that must be seen. */
  readonly note: (text: string) => void;
  /** Shows no more; what was live is taken away. */
  readonly close: () => void;
}

export interface DisplayOptions {
  /** Cheap; may be asked at any time. */
  readonly snapshot: () => RunSnapshot;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
