// Chooses how a run is shown and says which run it is.
import type { Io } from "../io.ts";
import type { Display, DisplayOptions } from "./display.ts";
import { createEventDisplay } from "./event-display.ts";
import { createPlainDisplay } from "./plain-display.ts";

export interface DisplayChoice {
  /** The run's name. */
  readonly run: string;
  /** Where it runs, for programs: fields of the first event. */
  readonly facts: Readonly<Record<string, string>>;
  /** Where it runs, for people. */
  readonly where: string;
  /** Events on stdout instead of a display. */
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The display that fits where stderr goes. */
export async function createDisplay(choice: DisplayChoice, io: Io, options: DisplayOptions): Promise<Display> {
  const { run, facts, where, json, quiet } = choice;
  if (json) {
    const display = createEventDisplay(io.stdout, io.now);
    io.stdout.write(`${JSON.stringify({ time: io.now(), type: "run", run, ...facts })}\n`);
    return display;
  }
  if (!quiet) io.stderr.write(`run ${run} in ${where}\n`);
  if (quiet || !io.stderr.isTerminal || !io.stderr.color) return createPlainDisplay(io.stderr, options, !quiet);
  const { createTerminalDisplay } = await import("./terminal-display.ts");
  return createTerminalDisplay(io.stderr, process.stderr, options);
}
