// Everything a command touches of the process it runs in: handed in, so that tests can run commands without a process.

export interface Sink {
  /** Writes at once; a reader that went away is not an error. */
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Columns to lay out for. */
  readonly columns: number;
}

export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP";

export interface Io {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  readonly stdout: Sink;
  /** Everything else. */
  readonly stderr: Sink;
  readonly readStdin: () => Promise<Uint8Array>;
  /** Calls back on each signal until the returned function is called. */
  readonly onSignal: (handler: (signal: Signal) => void) => () => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Whether colours are wanted: FORCE_COLOR and NO_COLOR decide, else it is so on terminals. */
export function wantsColor(env: Io["env"], isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return isTerminal && env.TERM !== "dumb";
}
