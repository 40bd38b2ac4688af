// How far a run is, for progress displays. The cost grows with the number of maps and plain calls, never with the number of items.
import type { RunStatus } from "../types/type.ts";
import type { InstanceId } from "./protocol.ts";
import type { PlainState, RunState } from "./state.ts";

export interface MapSnapshot {
  /** The map's path without keys: all its instances together. */
  readonly map: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Items that have begun. */
  readonly running: number;
  readonly waiting: number;
}

export interface RunSnapshot {
  readonly phase: "new" | "running" | "failing" | "cancelling" | "finally" | "ended";
  /** From the end of the body on. */
  readonly status: RunStatus | null;
  /** In the order first met. */
  readonly maps: readonly MapSnapshot[];
  /** Task calls outside maps, in the order first met. */
  readonly calls: readonly { readonly instance: InstanceId; readonly state: PlainState }[];
  /** Attempts running now. */
  readonly running: number;
}

/** The state of the run as counts. */
export function snapshot(state: RunState): RunSnapshot {
  const maps: MapSnapshot[] = [];
  for (const [map, { total, done, failed, running }] of state.maps) {
    // An item that is sure to fail may still have attempts running; it counts once.
    const waiting = Math.max(0, total - done - failed - running);
    maps.push({ map, total, done, failed, running: Math.min(running, total - done - failed), waiting });
  }
  const calls = [...state.progress].map(([instance, plain]) => ({ instance, state: plain }));
  return { phase: phaseOf(state), status: state.outcome?.status ?? null, maps, calls, running: state.running.size };
}

function phaseOf(state: RunState): RunSnapshot["phase"] {
  if (state.phase !== "body") return state.phase;
  const doom = state.body?.doom;
  if (doom === undefined || doom === null) return "running";
  return doom.cause === null ? "cancelling" : "failing";
}
