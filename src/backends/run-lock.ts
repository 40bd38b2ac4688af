// One driver per run. Every driver announces itself with a file of its own in the run's folder and then looks at the others: whoever has
// announced itself and saw no other living driver holds the run. Nothing is ever taken away from another driver, so there is no moment at
// which a stale lock is replaced and two could win; of two that look at the same time, the one whose name sorts first waits for the other to
// step back.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock } from "./clock.ts";
import { type FileResult, fileFailure } from "./file-problem.ts";
import { identifyProcess, isRunning, type ProcessIdentity } from "./process-identity.ts";

export interface RunLock {
  release(): void;
}

/** The driver that holds a run. */
export interface LockHolder extends ProcessIdentity {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** False while it is still looking whether it is alone. */
  readonly held: boolean;
}

const PREFIX = "lock.";
/** Milliseconds between two looks, and how many looks before giving up on a driver that neither holds nor steps back. */
const LOOK = 20;
const LOOKS = 150;

/** Takes the run for this process, or says which process has it. */
export async function lockRun(folder: string, clock: Clock): Promise<FileResult<RunLock>> {
  const self = identifyProcess(process.pid);
  if (self === undefined) throw new Error("the own process cannot be found");
  const name = `${PREFIX}${self.pid}-${`${self.start}-${self.boot.slice(0, 8)}`.replace(/[^0-9A-Za-z-]/g, "")}`;
  const file = path.join(folder, name);
  const content: LockHolder = { ...self, since: clock.now(), held: false };
  const announced = announce(file, content);
  if (!announced.ok) return announced;
  for (let look = 0; look < LOOKS; look++) {
    const others = readLocks(folder, name);
    if (!others.ok) return stepBack(file, others);
    const living = others.value.filter(isLiving);
    if (living.length === 0) {
      const held = rewrite(file, { ...content, held: true });
      if (!held.ok) return stepBack(file, held);
      for (const other of others.value) fs.rmSync(path.join(folder, other.name), { force: true });
      return { ok: true, value: { release: () => fs.rmSync(file, { force: true }) } };
    }
    const stronger = living.find((other) => other.holder?.held === true || other.name < name);
    if (stronger?.holder !== undefined)
      return stepBack(file, { ok: false, message: refusal(path.join(folder, stronger.name), stronger.holder) });
    await new Promise<void>((resolve) => clock.after(LOOK, resolve));
  }
  return stepBack(file, {
    ok: false,
    message: `another process is starting this run and does not get on: see \`${PREFIX}*\` in \`${folder}\``,
  });
}

/** The driver that holds the run now; undefined when nobody does. */
export function findLockHolder(folder: string): FileResult<LockHolder | undefined> {
  const locks = readLocks(folder, "");
  if (!locks.ok) return locks;
  const living = locks.value.filter(isLiving);
  return { ok: true, value: (living.find(({ holder }) => holder?.held) ?? living[0])?.holder };
}

function announce(file: string, content: LockHolder): FileResult<null> {
  // Written aside first: a lock file is there whole or not at all.
  const aside = `${file}.new`;
  try {
    fs.writeFileSync(aside, `${JSON.stringify(content)}\n`);
    fs.linkSync(aside, file);
    return { ok: true, value: null };
  } catch (error) {
    const problem = fileFailure(error, "write the lock", file);
    return problem.code === "EEXIST" ? { ok: false, message: "this process is running this run already" } : problem;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

function rewrite(file: string, content: LockHolder): FileResult<null> {
  const aside = `${file}.new`;
  try {
    fs.writeFileSync(aside, `${JSON.stringify(content)}\n`);
    fs.renameSync(aside, file);
    return { ok: true, value: null };
  } catch (error) {
    fs.rmSync(aside, { force: true });
    return fileFailure(error, "write the lock", file);
  }
}

function stepBack<T extends { readonly ok: false }>(file: string, failure: T): T {
  fs.rmSync(file, { force: true });
  return failure;
}

interface FoundLock {
  readonly name: string;
  /** Undefined when the file is not whole. */
  readonly holder: LockHolder | undefined;
}

// Lock files appear whole, so one that is not was left by a machine that lost power.
function isLiving({ holder }: FoundLock): boolean {
  return holder !== undefined && isRunning(holder) !== false;
}

function readLocks(folder: string, own: string): FileResult<readonly FoundLock[]> {
  let names: string[];
  try {
    names = fs.readdirSync(folder).filter((name) => name.startsWith(PREFIX) && name !== own && !name.endsWith(".new"));
  } catch (error) {
    return fileFailure(error, "read the folder", folder);
  }
  const locks: FoundLock[] = [];
  for (const name of names.sort()) {
    try {
      locks.push({ name, holder: parseHolder(fs.readFileSync(path.join(folder, name), "utf8")) });
    } catch (error) {
      const problem = fileFailure(error, "read the lock", path.join(folder, name));
      // Gone meanwhile: its driver has let go.
      if (problem.code !== "ENOENT") return problem;
    }
  }
  return { ok: true, value: locks };
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as LockHolder;
    return typeof holder.pid === "number" && typeof holder.boot === "string" && typeof holder.host === "string"
      ? holder
      : undefined;
  } catch {
    return undefined;
  }
}

function refusal(file: string, holder: LockHolder): string {
  const who = `this run is being driven by process ${holder.pid} on ${holder.host} since ${new Date(holder.since).toISOString()}`;
  return isRunning(holder) === undefined ? `${who}; if that process is gone, remove \`${file}\`` : who;
}
