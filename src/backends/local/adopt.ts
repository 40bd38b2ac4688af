// Attempts that outlived their driver. Their spawner lives on as long as they do, and what it saw it leaves in files: the children that ran when
// the driver went away, and how each of them ended. In: the attempts whose end the journal does not know. Out: those that have ended with a
// known end or run still under a living spawner, as process groups whose ends come like those of any other.
import * as fs from "node:fs";
import * as path from "node:path";
import type { OpenAttempt } from "../backend.ts";
import type { Clock } from "../clock.ts";
import { isRunning, type ProcessIdentity, readProcessStatus } from "../process-identity.ts";
import { attemptFolder, type RunFolder } from "../run-folder.ts";
import { type ProcessEnd, type ProcessGroup, signalGroup } from "./process-group.ts";
import {
  type AttemptNote,
  EXIT_NAME,
  type ExitRecord,
  ORPHANS_SUFFIX,
  type Orphan,
  parseExit,
  parseOrphans,
  parseRegistration,
  REGISTRATION_PREFIX,
  STOP_NAME,
} from "./spawn-protocol.ts";

/** An attempt that is taken over. */
export interface Survivor {
  readonly open: OpenAttempt;
  /** The attempt's folder. */
  readonly at: string;
  readonly note: AttemptNote;
  /** Milliseconds since the epoch; absent when it has ended already. */
  readonly began?: number;
  readonly group: ProcessGroup;
}

export interface Survivors {
  readonly attempts: readonly Survivor[];
  /** Settles when the earlier spawners are gone; one that stays although nothing of it runs is ended. */
  release(): Promise<void>;
}

/** Milliseconds between two looks, at most: files that appear are noticed at once where the system tells. */
const LOOK = 500;
/** Milliseconds between two looks at a spawner that is about to write or to go, and how long it may take. */
const SHORT_LOOK = 10;
const PATIENCE = 10_000;

interface EarlierSpawner {
  readonly identity: ProcessIdentity;
  readonly orphans: readonly Orphan[];
}

/** Finds them; the run's lock must be held. `endLost` ends what is left of an attempt whose spawner has died. */
export async function findSurvivors(
  folder: RunFolder,
  open: readonly OpenAttempt[],
  clock: Clock,
  endLost: (attempt: OpenAttempt) => Promise<void>,
): Promise<Survivors> {
  const spawners = await findSpawners(folder.path, clock);
  const orphans = new Map<string, { readonly orphan: Orphan; readonly spawner: ProcessIdentity }>();
  for (const { identity, orphans: list } of spawners)
    for (const orphan of list) orphans.set(orphan.at, { orphan, spawner: identity });
  const attempts: Survivor[] = [];
  for (const attempt of open) {
    const at = attemptFolder(folder, attempt.instance, attempt.attempt);
    // The list first: what is not on it has left its end, if it ever ran.
    const found = orphans.get(at);
    const exit = readExit(at);
    if (exit !== undefined) {
      if (exit.stopped) continue;
      const { note } = exit;
      attempts.push({ open: attempt, at, note, group: endedGroup(exit) });
    } else if (found !== undefined) {
      const { note, began } = found.orphan;
      const group = adoptGroup(at, found.orphan, found.spawner, clock, () => endLost(attempt));
      attempts.push({ open: attempt, at, note, began, group });
    }
  }
  return {
    attempts,
    release: async () => {
      for (const { identity } of spawners) await endSpawner(identity, clock);
      // Also what a spawner was writing when it was killed.
      for (const name of fs.readdirSync(folder.path)) {
        if (name.startsWith(REGISTRATION_PREFIX)) fs.rmSync(path.join(folder.path, name), { force: true });
      }
    },
  };
}

function listRegistrations(folder: string): readonly string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith(REGISTRATION_PREFIX) && /^spawner\.[\d-]+$/.test(name));
}

/** The spawners that still live, each after it has noticed that its driver is gone. */
async function findSpawners(folder: string, clock: Clock): Promise<readonly EarlierSpawner[]> {
  const spawners: EarlierSpawner[] = [];
  for (const name of listRegistrations(folder)) {
    const identity = parseRegistration(readText(path.join(folder, name)) ?? "");
    const begun = clock.now();
    let orphans: readonly Orphan[] | undefined;
    // It removes its registration when it goes, so one that cannot be read has nothing left.
    while (identity !== undefined && orphans === undefined && isRunning(identity) === true) {
      orphans = parseOrphans(readText(path.join(folder, `${name}${ORPHANS_SUFFIX}`)) ?? "");
      if (orphans !== undefined) break;
      if (clock.now() - begun > PATIENCE) signalProcess(identity, "SIGKILL");
      await pause(SHORT_LOOK, clock);
    }
    if (identity !== undefined && orphans !== undefined) spawners.push({ identity, orphans });
  }
  return spawners;
}

async function endSpawner(identity: ProcessIdentity, clock: Clock): Promise<void> {
  const begun = clock.now();
  while (isRunning(identity) === true) {
    if (clock.now() - begun > PATIENCE) signalProcess(identity, "SIGKILL");
    await pause(SHORT_LOOK, clock);
  }
}

function pause(delay: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.after(delay, resolve));
}

function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isRunning(identity) === true) process.kill(identity.pid, signal);
  } catch {
    // Ended meanwhile.
  }
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function readExit(at: string): ExitRecord | undefined {
  const text = readText(path.join(at, EXIT_NAME));
  return text === undefined ? undefined : parseExit(text);
}

function endedGroup({ code, signal }: ExitRecord): ProcessGroup {
  return { pid: 0, identity: undefined, ended: Promise.resolve({ code, signal }), terminate: () => {} };
}

function adoptGroup(
  at: string,
  orphan: Orphan,
  spawner: ProcessIdentity,
  clock: Clock,
  endLost: () => Promise<void>,
): ProcessGroup {
  const { pid, start } = orphan;
  const identity = start === null ? undefined : { ...spawner, pid, start };
  let over = false;
  let deadline: number | undefined;
  let takeBack: (() => void) | undefined;
  // When its first process is gone the number may be another's; the spawner ends the rest of the group.
  const signal = (name: NodeJS.Signals): void => {
    if (!over && isStill(pid, start, identity)) signalGroup(pid, name);
  };
  const ended = waitForExit(at, spawner, clock).then(async (end) => {
    over = true;
    takeBack?.();
    if (end === undefined) await endLost();
    return end ?? { code: null, signal: null };
  });
  return {
    pid,
    identity,
    ended,
    terminate: (grace) => {
      const due = clock.now() + grace;
      if (over || (deadline !== undefined && due >= deadline)) return;
      // A spawner that does not tell is stuck itself.
      void ended.then(clock.after(grace + PATIENCE, () => signalProcess(spawner, "SIGKILL")));
      if (deadline === undefined && grace > 0) {
        writeDeadline(at, due);
        signal("SIGTERM");
        signal("SIGCONT");
      }
      deadline = due;
      takeBack?.();
      takeBack = undefined;
      if (grace > 0) takeBack = clock.after(grace, () => signal("SIGKILL"));
      else signal("SIGKILL");
    },
  };
}

function isStill(pid: number, start: string | null, identity: ProcessIdentity | undefined): boolean {
  if (process.platform === "linux") return readProcessStatus(pid)?.start === start;
  return identity !== undefined && isRunning(identity) === true;
}

// Without it the rest of the group ends with its first process.
function writeDeadline(at: string, due: number): void {
  try {
    fs.writeFileSync(path.join(at, STOP_NAME), String(due));
  } catch {
    // The folder is gone or the disk is full.
  }
}

/** The end that the spawner writes down; undefined when the spawner is gone without having done so. */
async function waitForExit(at: string, spawner: ProcessIdentity, clock: Clock): Promise<ProcessEnd | undefined> {
  let wake: (() => void) | undefined;
  let watcher: fs.FSWatcher | undefined;
  try {
    watcher = fs.watch(at, () => wake?.());
    watcher.on("error", () => {});
  } catch {
    // Looking now and then is enough.
  }
  try {
    for (;;) {
      // In this order: one that is gone has written what it knew.
      const lives = isRunning(spawner) === true;
      const exit = readExit(at);
      if (exit !== undefined)
        return exit.stopped ? { code: null, signal: null } : { code: exit.code, signal: exit.signal };
      if (!lives) return undefined;
      await new Promise<void>((resolve) => {
        const takeBack = clock.after(LOOK, resolve);
        wake = () => {
          takeBack();
          resolve();
        };
      });
    }
  } finally {
    watcher?.close();
  }
}
