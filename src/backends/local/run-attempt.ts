// One attempt as a host process, from its folder to its outcome. In: what to start and a control through which it can be stopped. Out: the
// outcome; by then nothing of the attempt's process group is running. File errors and failures of the task are outcomes, never throws.
import * as fs from "node:fs";
import * as path from "node:path";
import { buildInvocation, type Invocation } from "../../engine/invocation.ts";
import type { Outcome, Start } from "../../engine/protocol.ts";
import type { PlanTask } from "../../plan/plan.ts";
import { printDuration } from "../../types/quantity.ts";
import type { Clock } from "../clock.ts";
import { errorCode, type FileResult, fileFailure } from "../file-problem.ts";
import { LOG_NAME } from "../run-folder.ts";
import { exitFailure, PASSING_SHORTAGES, spawnFailure, wasKilled, withLog } from "./attempt-outcome.ts";
import { attemptMarks } from "./left-overs.ts";
import { readLogTail } from "./log-tail.ts";
import type { OutOfMemoryWatch } from "./out-of-memory.ts";
import { collectOutputs, outputPaths, prepareOutputs } from "./outputs.ts";
import type { ProcessGroup } from "./process-group.ts";
import type { SpawnClient, WatchedGroup } from "./spawn-client.ts";
import { type AttemptNote, environmentOf, type SpawnRequest } from "./spawn-protocol.ts";
import { stageInputs } from "./stage.ts";

/** What all attempts of a run share. */
export interface AttemptSurroundings {
  readonly run: string;
  /** The folder of the main `.pipe` file. */
  readonly folder: string;
  /** What every process inherits. */
  readonly environment: Readonly<Record<string, string>>;
  readonly spawner: SpawnClient;
  readonly secrets: ReadonlyMap<string, string>;
  readonly redact: (text: string) => string;
  readonly outOfMemory: OutOfMemoryWatch;
  readonly clock: Clock;
  readonly strict: boolean;
  /** Bytes. */
  readonly outputLimit: number;
}

/** How an attempt is stopped from outside. */
export interface AttemptControl {
  stopped: boolean;
  group: ProcessGroup | undefined;
  /** Milliseconds that an end is given, read when it is asked for. */
  readonly grace: () => number;
}

export interface AttemptHooks {
  begun(group: WatchedGroup): void;
  warning(message: string): void;
}

/** First and longest pause, in milliseconds, before a start is tried again for want of processes or descriptors, and for how long. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;
const PATIENCE = 30_000;

/** Runs what was prepared. */
export async function runAttempt(
  prepared: Prepared,
  task: PlanTask,
  control: AttemptControl,
  surroundings: AttemptSurroundings,
  hooks: AttemptHooks,
): Promise<Outcome> {
  if (!prepared.ok) return prepared.outcome;
  const { request } = prepared;
  const spawned = await spawnPatiently(request, control, surroundings);
  if (!spawned.ok) return spawned.outcome;
  const { group } = spawned;
  control.group = group;
  // It may have been stopped before there was anything to stop.
  if (control.stopped) group.terminate(control.grace());
  hooks.begun(group);
  return awaitEnd({ task, at: request.at, group, limit: request.note, ran: 0 }, control, surroundings, hooks);
}

/** An attempt whose process has begun. */
export interface RunningAttempt {
  readonly task: PlanTask;
  readonly at: string;
  readonly group: ProcessGroup;
  readonly limit: Pick<AttemptNote, "timeout">;
  /** Milliseconds since it began. */
  readonly ran: number;
}

/** Waits for its end, not longer than its timeout, and gives the outcome. */
export async function awaitEnd(
  { task, at, group, limit: { timeout }, ran }: RunningAttempt,
  control: AttemptControl,
  surroundings: AttemptSurroundings,
  hooks: Pick<AttemptHooks, "warning">,
): Promise<Outcome> {
  let timedOut = false;
  const takeBack =
    timeout === undefined
      ? undefined
      : surroundings.clock.after(Math.max(0, timeout - ran), () => {
          timedOut = true;
          group.terminate(control.grace());
        });
  const end = await group.ended;
  takeBack?.();
  const log = (): string => readLogTail(path.join(at, LOG_NAME), surroundings.redact);
  if (timedOut && !control.stopped) {
    const sentence = `ran longer than its timeout of ${printDuration(timeout ?? 0)} and was ended`;
    return { ok: false, cause: "timeout", message: withLog(sentence, log()) };
  }
  if (end.code === 0) {
    const collected = collectOutputs(task, at, { strict: surroundings.strict, limit: surroundings.outputLimit });
    if (collected.ok) {
      for (const warning of collected.warnings) hooks.warning(surroundings.redact(warning));
      return { ok: true, value: collected.value };
    }
    if (control.stopped) return { ok: false, cause: "cancelled" };
    return { ok: false, cause: "output", exitCode: 0, message: surroundings.redact(collected.message) };
  }
  if (control.stopped) return { ok: false, cause: "cancelled" };
  if (end.code === null && end.signal === null) return { ok: false, cause: "lost" };
  const outOfMemory = surroundings.outOfMemory.explains(wasKilled(end));
  return exitFailure({ end, outOfMemory, log: log() });
}

/** What is to be started, or why it cannot be. */
export type Prepared =
  | { readonly ok: true; readonly request: SpawnRequest }
  | { readonly ok: false; readonly outcome: Outcome };

/**
 * Makes the attempt's folder `at` anew and puts into it what the process needs. `cacheKey`: where its result is to be kept.
 */
export function prepareAttempt(
  start: Start,
  task: PlanTask,
  at: string,
  surroundings: AttemptSurroundings,
  cacheKey?: string,
): Prepared {
  const { timeout } = start;
  const note = {
    task: task.id,
    ...(timeout === undefined ? {} : { timeout }),
    ...(cacheKey === undefined ? {} : { cacheKey }),
  };
  const made = makeFolder(at, task);
  if (!made.ok) return { ok: false, outcome: fileOutcome(made) };
  const staged = stageInputs(task, start.parameters, { folder: surroundings.folder, attempt: at });
  // An input that is not there now will not be there for the next attempt either, a full disk may be empty by then.
  if (!staged.ok) return { ok: false, outcome: { ...fileOutcome(staged), retryable: staged.code === "ENOSPC" } };
  const invocation = buildInvocation(task, staged.value, outputPaths(task, at));
  if (!invocation.ok) {
    const message = surroundings.redact(`${invocation.failure.message} (${invocation.failure.at})`);
    return { ok: false, outcome: { ok: false, cause: "start", message, retryable: false } };
  }
  const common = { ...buildEnvironment(start, invocation, surroundings), log: path.join(at, LOG_NAME), at, note };
  const { command } = invocation;
  if (command.form !== "script") {
    const [file, ...rest] = command.argv;
    if (file === undefined || file === "" || command.form === "args") {
      const message =
        command.form === "args"
          ? "`args` needs the entrypoint of an image, which a host process does not have; use `run` with the whole command"
          : "the command line is empty";
      return { ok: false, outcome: { ok: false, cause: "start", message, retryable: false } };
    }
    return { ok: true, request: { file, arguments: rest, ...common } };
  }
  const script = path.join(at, "script");
  try {
    fs.writeFileSync(script, command.text);
  } catch (error) {
    return { ok: false, outcome: fileOutcome(fileFailure(error, "write the script", script)) };
  }
  return { ok: true, request: { file: command.interpreter, arguments: [script], ...common } };
}

function makeFolder(at: string, task: PlanTask): FileResult<null> {
  try {
    makeEmpty(at);
    prepareOutputs(task, at);
    return { ok: true, value: null };
  } catch (error) {
    return fileFailure(error, "make the folder", at);
  }
}

// Two calls where `recursive` needs three: this runs once for every attempt.
function makeEmpty(at: string): void {
  try {
    fs.mkdirSync(path.dirname(at));
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  try {
    fs.mkdirSync(at);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    // What a driver that died left of the same attempt must not be taken for ours.
    fs.rmSync(at, { recursive: true, force: true });
    fs.mkdirSync(at);
  }
}

function fileOutcome(failure: {
  readonly message: string;
  readonly code?: string;
}): Extract<Outcome, { readonly retryable?: boolean }> {
  const full = failure.code === "ENOSPC" || failure.code === "EDQUOT";
  return { ok: false, cause: full ? "disk" : "start", message: failure.message };
}

function buildEnvironment(
  start: Start,
  invocation: Extract<Invocation, { readonly ok: true }>,
  surroundings: AttemptSurroundings,
): Pick<SpawnRequest, "set" | "unset"> {
  const set: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const entry of invocation.env) {
    set[entry.name] = "secret" in entry ? (surroundings.secrets.get(entry.secret) ?? "") : entry.value;
  }
  const marks = { SLUICE_RUN: surroundings.run, ...attemptMarks(start.instance, start.attempt) };
  return { set: Object.assign(set, marks), unset: invocation.unset };
}

type Spawned = { readonly ok: true; readonly group: WatchedGroup } | { readonly ok: false; readonly outcome: Outcome };

async function spawnPatiently(
  request: SpawnRequest,
  control: AttemptControl,
  surroundings: AttemptSurroundings,
): Promise<Spawned> {
  const { clock, spawner } = surroundings;
  const begun = clock.now();
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    if (control.stopped) return { ok: false, outcome: { ok: false, cause: "cancelled" } };
    const tried = await spawner.spawn(request);
    if (tried.ok) return tried;
    if ("lost" in tried) return { ok: false, outcome: { ok: false, cause: control.stopped ? "cancelled" : "lost" } };
    const { code } = tried;
    if (!PASSING_SHORTAGES.has(code) || clock.now() - begun > PATIENCE) {
      const error = Object.assign(new Error(code), { code });
      const outcome = tried.log
        ? fileOutcome(fileFailure(error, "write the log", request.log))
        : spawnFailure(describeSpawn(code, request, surroundings));
      return { ok: false, outcome };
    }
    await new Promise<void>((resolve) => clock.after(pause, resolve));
  }
}

function describeSpawn(
  code: string,
  request: SpawnRequest,
  settings: AttemptSurroundings,
): Parameters<typeof spawnFailure>[0] {
  const size = (text: string): number => Buffer.byteLength(text) + 1;
  const environment = environmentOf(settings, request);
  return {
    code,
    program: request.file,
    folder: settings.folder,
    folderExists: fs.existsSync(settings.folder),
    searchPath: environment.PATH ?? "",
    argumentBytes: [request.file, ...request.arguments].reduce((sum, text) => sum + size(text), 0),
    environmentBytes: Object.entries(environment).reduce((sum, [name, text]) => sum + size(name) + size(text), 0),
  };
}
