// What driver and spawner say to each other: one JSON object a line, over the two standard streams of the spawner, which nobody else can read.
// And what a spawner leaves in files for a later driver when its own has gone: every child that ran then, and how each one ended.
import { type ProcessIdentity, parseIdentity } from "../process-identity.ts";

/** What a later driver must know of an attempt to take it over; the spawner only carries it. Milliseconds. */
export interface AttemptNote {
  /** Plan task id. */
  readonly task: string;
  readonly timeout?: number;
  /** Where the result cache keeps the result. */
  readonly cacheKey?: string;
}

export interface SpawnRequest {
  readonly file: string;
  readonly arguments: readonly string[];
  /** The difference to the environment that all processes of the run share. */
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  /** File that both outputs are appended to. */
  readonly log: string;
  /** The attempt's folder. */
  readonly at: string;
  readonly note: AttemptNote;
}

/** What all processes of a run share. */
export interface SpawnSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** The whole environment of a request. */
export function environmentOf(settings: SpawnSettings, request: SpawnRequest): Record<string, string> {
  const environment: Record<string, string> = Object.assign(Object.create(null), settings.environment);
  for (const name of request.unset) delete environment[name];
  for (const [name, value] of Object.entries(request.set)) environment[name] = value;
  return environment;
}

export type Order =
  /** The first one. `registration`: the file that says that this spawner lives; `orphans`: the one it writes when the driver has gone. */
  | {
      readonly type: "begin";
      readonly settings: SpawnSettings;
      readonly registration: string;
      readonly orphans: string;
    }
  | { readonly type: "spawn"; readonly id: number; readonly request: SpawnRequest }
  | { readonly type: "terminate"; readonly id: number; readonly grace: number }
  /** The ends of these are durable in the journal. */
  | { readonly type: "recorded"; readonly ids: readonly number[] }
  /** Answered by `alive`. */
  | { readonly type: "ask" }
  /** Nothing more will be asked. */
  | { readonly type: "close" };

export type Report =
  | { readonly type: "alive"; readonly id: 0 }
  | { readonly type: "started"; readonly id: number; readonly pid: number; readonly start: string | null }
  | { readonly type: "failed"; readonly id: number; readonly code: string; readonly log: boolean }
  | {
      readonly type: "ended";
      readonly id: number;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
    };

/** One message as a line. */
export function encodeMessage(message: Order | Report): string {
  return `${JSON.stringify(message)}\n`;
}

/** A reader of lines that come in pieces. */
export function makeLineReader(take: (line: string) => void): (piece: string) => void {
  let rest = "";
  return (piece) => {
    let start = 0;
    for (let end = piece.indexOf("\n"); end !== -1; end = piece.indexOf("\n", start)) {
      take(rest + piece.slice(start, end));
      rest = "";
      start = end + 1;
    }
    rest += piece.slice(start);
  };
}

/** A report, or undefined when the line is none. */
export function parseReport(line: string): Report | undefined {
  const report = parseObject(line);
  if (report === undefined || !Number.isSafeInteger(report.id)) return undefined;
  const { type, pid, start, code, log, signal } = report;
  const fits =
    type === "alive" ||
    (type === "started" && Number.isSafeInteger(pid) && (start === null || typeof start === "string")) ||
    (type === "failed" && typeof code === "string" && typeof log === "boolean") ||
    (type === "ended" && isEnd(code, signal));
  return fits ? (report as unknown as Report) : undefined;
}

function isEnd(code: unknown, signal: unknown): boolean {
  return (code === null || Number.isSafeInteger(code)) && (signal === null || typeof signal === "string");
}

/** A child that ran when its spawner lost the driver. */
export interface Orphan {
  readonly at: string;
  readonly pid: number;
  readonly start: string | null;
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly note: AttemptNote;
}

/** How a child ended whose end no driver has recorded. */
export interface ExitRecord {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The driver had asked it to end. */
  readonly stopped: boolean;
  readonly note: AttemptNote;
}

/** In the attempt's folder: its `ExitRecord`; and, written by a later driver that ends it, when its grace is over. */
export const EXIT_NAME = "exit.json";
export const STOP_NAME = "stop";

/** In the run's folder: `spawner.<pid>-<start>` for each spawner that may live, with its identity. */
export const REGISTRATION_PREFIX = "spawner.";
export const ORPHANS_SUFFIX = ".orphans";

/** The content of an `exit.json`, or undefined when it is none. */
export function parseExit(text: string): ExitRecord | undefined {
  const exit = parseObject(text);
  const fits =
    exit !== undefined && isEnd(exit.code, exit.signal) && typeof exit.stopped === "boolean" && isNote(exit.note);
  return fits ? (exit as unknown as ExitRecord) : undefined;
}

/** The content of a list of orphans, or undefined when it is none. */
export function parseOrphans(text: string): readonly Orphan[] | undefined {
  const list = parseObject(text)?.orphans;
  if (!Array.isArray(list)) return undefined;
  return list.every(
    (orphan: Partial<Orphan> | null) =>
      typeof orphan?.at === "string" &&
      Number.isSafeInteger(orphan.pid) &&
      (orphan.start === null || typeof orphan.start === "string") &&
      typeof orphan.began === "number" &&
      isNote(orphan.note),
  )
    ? (list as readonly Orphan[])
    : undefined;
}

/** The identity in a registration, or undefined when it was cut short. */
export function parseRegistration(text: string): ProcessIdentity | undefined {
  return parseIdentity(parseObject(text));
}

function isNote(note: unknown): boolean {
  return typeof note === "object" && note !== null && typeof (note as Partial<AttemptNote>).task === "string";
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
