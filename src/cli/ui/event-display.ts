// The run as events for programs: one JSON object a line on stdout.
import type { Sink } from "../io.ts";
import type { Display } from "./display.ts";

/** Every report as it comes. `time` is in milliseconds since the epoch. */
export function createEventDisplay(stdout: Sink, now: () => number): Display {
  const write = (event: object): void => stdout.write(`${JSON.stringify({ time: now(), ...event })}\n`);
  return {
    report: (report) => write(report),
    note: (message) => write({ type: "note", message }),
    close: () => {},
  };
}
