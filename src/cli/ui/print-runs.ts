// The list of runs, one a line.
import { paint } from "../../util/paint.ts";
import type { Io } from "../io.ts";
import { stateStyle } from "./state-style.ts";
import { shortDuration } from "./text.ts";

export interface RunRow {
  readonly run: string;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly state: string;
  readonly ended?: number;
  readonly problem?: string;
}

/** Prints them on stdout. */
export function printRuns(rows: readonly RunRow[], asJson: boolean, io: Io): void {
  if (asJson) {
    for (const row of rows) io.stdout.write(`${JSON.stringify(row)}\n`);
    return;
  }
  if (rows.length === 0) io.stderr.write("no runs yet\n");
  const width = Math.max(0, ...rows.map((row) => row.run.length));
  for (const row of rows) {
    const state = paint(row.state.padEnd(11), stateStyle(row.state), io.stdout.color);
    const end = row.ended !== undefined ? row.ended : row.state === "running" ? io.now() : undefined;
    const took = end === undefined ? "" : shortDuration(end - row.created);
    const began = new Date(row.created).toISOString().slice(0, 16).replace("T", " ");
    io.stdout.write(`${row.run.padEnd(width)}  ${state}  ${began} UTC  ${took}`.trimEnd());
    io.stdout.write(row.problem !== undefined ? `  ${row.problem}\n` : "\n");
  }
}
