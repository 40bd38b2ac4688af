// Processes of a run that outlived whoever started them: found and ended. A process belongs to a run when its environment says so
// (SLUICE_RUN), which every process started by an attempt inherits, even one that left its process group; or when the journal holds its
// identity. A process that cleared its environment and left its group, and whose identity was not recorded, cannot be found. Without /proc
// only recorded identities are looked at.
import * as fs from "node:fs";
import { innermostKey, nodePath } from "../../engine/instance-id.ts";
import type { InstanceId } from "../../engine/protocol.ts";
import type { Clock } from "../clock.ts";
import { hasEnded, isRunning, listProcesses, type ProcessIdentity, readProcessStatus } from "../process-identity.ts";

/** The marks in the environment of an attempt. */
export function readMarks({ SLUICE_STEP = "", SLUICE_KEY = "", SLUICE_ATTEMPT = "" }: Environment): AttemptMarks {
  return { SLUICE_STEP, SLUICE_KEY, SLUICE_ATTEMPT };
}

type Environment = Readonly<Record<string, string>>;

export interface LeftOvers {
  readonly run: string;
  /** Identities that the journal holds. */
  readonly recorded?: readonly ProcessIdentity[];
  /** Milliseconds between asking a process to end and ending it. */
  readonly grace: number;
  readonly clock: Clock;
  /** Only what these attempts started. Default: everything of the run. */
  readonly only?: readonly AttemptMarks[];
  /** What these attempts started stays. */
  readonly spare?: readonly AttemptMarks[];
}

/** What a process of an attempt has in its environment, besides the run. */
export interface AttemptMarks {
  readonly SLUICE_STEP: string;
  readonly SLUICE_KEY: string;
  readonly SLUICE_ATTEMPT: string;
}

/** The marks of an attempt. */
export function attemptMarks(instance: InstanceId, attempt: number): AttemptMarks {
  return {
    SLUICE_STEP: nodePath(instance),
    // No key can hold a NUL: control characters are refused.
    SLUICE_KEY: innermostKey(instance) ?? "",
    SLUICE_ATTEMPT: String(attempt),
  };
}

interface Found {
  readonly pid: number;
  readonly start: string;
}

/** Milliseconds between two looks. */
const LOOK = 20;
/** How long, in milliseconds, to wait for a killed process to be gone: one that waits for a device cannot end before. */
const KILL_WAIT = 5000;

/** Ends all of them; gives the process ids that would not go. */
export async function endLeftOvers(left: LeftOvers): Promise<readonly number[]> {
  let found = findLeftOvers(left);
  if (found.length === 0) return [];
  const begun = left.clock.now();
  signalAll(found, "SIGTERM");
  signalAll(found, "SIGCONT");
  while (found.length > 0 && left.clock.now() - begun < left.grace + KILL_WAIT) {
    if (left.clock.now() - begun >= left.grace) signalAll(found, "SIGKILL");
    await new Promise<void>((resolve) => left.clock.after(LOOK, resolve));
    found = findLeftOvers(left);
  }
  return found.map(({ pid }) => pid);
}

function signalAll(found: readonly Found[], signal: NodeJS.Signals): void {
  for (const { pid, start } of found) {
    const status = readProcessStatus(pid);
    if (status !== undefined && status.start !== start) continue;
    try {
      process.kill(pid, signal);
    } catch {
      // Ended meanwhile.
    }
  }
}

function findLeftOvers(left: LeftOvers): readonly Found[] {
  const recorded = (left.recorded ?? []).filter((identity) => isRunning(identity) === true);
  if (process.platform !== "linux") return recorded;
  const groups = new Set(recorded.map(({ pid }) => pid));
  const found: Found[] = [];
  for (const [pid, status] of listProcesses()) {
    if (pid === process.pid || hasEnded(status)) continue;
    if (groups.has(status.group) || isMarked(pid, left)) found.push({ pid, start: status.start });
  }
  return found;
}

function isMarked(pid: number, { run, only, spare }: LeftOvers): boolean {
  let environment: readonly string[];
  try {
    environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // Ended meanwhile, or of another user.
    return false;
  }
  if (!environment.includes(`SLUICE_RUN=${run}`)) return false;
  const isOf = (marks: AttemptMarks): boolean =>
    Object.entries(marks).every(([name, value]) => environment.includes(`${name}=${value}`));
  return (only === undefined || only.some(isOf)) && !(spare ?? []).some(isOf);
}
