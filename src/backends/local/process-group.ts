// One host process with everything it starts: begun in a process group of its own, without a shell, with nothing on standard input and both
// outputs going straight into the log file. When it is over, nothing of its group is left.
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import type { Clock } from "../clock.ts";
import { errorCode } from "../file-problem.ts";
import { hasLivingMembers, identifyNewProcess, type ProcessIdentity } from "../process-identity.ts";

export interface ProcessSpec {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** File that both outputs are appended to. */
  readonly log: string;
  /** When it ends unasked: until when (milliseconds since the epoch) the rest of its group may go on. Default: not at all. */
  readonly deadline?: () => number | undefined;
}

/** One of the two is set; neither when nobody saw how it ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessGroup {
  /** Of the first process, and the group's. */
  readonly pid: number;
  /** Undefined when it had ended by the time it was first looked at. */
  readonly identity: ProcessIdentity | undefined;
  /** Settles when the process and its group are over. */
  readonly ended: Promise<ProcessEnd>;
  /** Asks the group to end, and ends it after `grace` milliseconds; asking again can only shorten the time. */
  terminate(grace: number): void;
}

/** `code` is the system's, such as ENOENT; `log`: it is about the log's file. */
export type SpawnResult =
  | { readonly ok: true; readonly group: ProcessGroup }
  | { readonly ok: false; readonly code: string; readonly log: boolean };

/** Milliseconds between two looks at whether a group that was asked to end still has members: at first, and at most. */
const FIRST_LOOK = 10;
const LONGEST_LOOK = 320;

/** Starts it, or says with the system's code why it does not start. */
export async function spawnGroup(spec: ProcessSpec, clock: Clock): Promise<SpawnResult> {
  let log: number;
  try {
    // Appending: the two outputs of the process, and of those it starts, share one file.
    log = fs.openSync(spec.log, "a");
  } catch (error) {
    return { ok: false, code: codeOf(error), log: true };
  }
  let child: ChildProcess;
  try {
    child = spawn(spec.file, spec.arguments, {
      cwd: spec.folder,
      env: spec.environment,
      detached: true,
      stdio: ["ignore", log, log],
    });
  } catch (error) {
    return { ok: false, code: codeOf(error), log: false };
  } finally {
    fs.closeSync(log);
  }
  const { pid } = child;
  if (pid !== undefined) return { ok: true, group: watch(child, pid, spec, clock) };
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ ok: false, code: errorCode(error) ?? "EUNKNOWN", log: false }));
  });
}

function codeOf(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) throw error;
  return code;
}

function watch(child: ChildProcess, pid: number, spec: ProcessSpec, clock: Clock): ProcessGroup {
  let deadline: number | undefined;
  let takeBack: (() => void) | undefined;
  let over = false;
  let collected = false;
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once("exit", (code, signal) => {
      collected = true;
      const finish = (): void => {
        over = true;
        takeBack?.();
        resolve({ code, signal });
      };
      // Members of a group that was asked to end have the rest of the grace period, such as the program behind a shell that is gone already.
      const look = (pause: number): void => {
        if (!signalGroup(pid, 0) || !hasLivingMembers(pid)) finish();
        else if (deadline === undefined || clock.now() >= deadline) {
          signalGroup(pid, "SIGKILL");
          finish();
        } else clock.after(pause, () => look(Math.min(pause * 2, LONGEST_LOOK)));
      };
      deadline ??= spec.deadline?.();
      if (deadline === undefined) {
        // The group's number cannot be given to another while it has members, and without any the signal reaches nobody.
        signalGroup(pid, "SIGKILL");
        finish();
      } else look(FIRST_LOOK);
    });
    child.on("error", () => {});
  });
  const began = clock.now();
  let identity: ProcessIdentity | undefined;
  return {
    pid,
    // When it is asked for: most processes that do little have ended before anybody wants to know.
    get identity() {
      if (!collected) identity ??= identifyNewProcess(pid, began);
      return identity;
    },
    ended,
    terminate: (grace) => {
      const due = clock.now() + grace;
      if (over || (deadline !== undefined && due >= deadline)) return;
      if (deadline === undefined && grace > 0) {
        signalGroup(pid, "SIGTERM");
        // A stopped process would not notice.
        signalGroup(pid, "SIGCONT");
      }
      deadline = due;
      takeBack?.();
      takeBack = undefined;
      if (grace > 0) takeBack = clock.after(grace, () => signalGroup(pid, "SIGKILL"));
      else signalGroup(pid, "SIGKILL");
    },
  };
}

/** Signals a process group; false when it has no members. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}
