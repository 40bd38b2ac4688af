// The driver's side of the spawners: starts them with the first attempt, hands attempts to them, and ends them. In: what to start. Out: the same
// process groups as `process-group.ts` gives. A spawner that dies loses nothing but the attempts it had: what they left is ended, their
// ends are unknown, and another spawner takes its place. After a few of those the driver starts processes itself.
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../clock.ts";
import { describeFileError } from "../file-problem.ts";
import { bootId, hostName, identifyNewProcess, type ProcessIdentity } from "../process-identity.ts";
import { type ProcessEnd, type ProcessGroup, type SpawnResult, spawnGroup } from "./process-group.ts";
import {
  encodeMessage,
  environmentOf,
  makeLineReader,
  ORPHANS_SUFFIX,
  type Order,
  parseReport,
  REGISTRATION_PREFIX,
  type Report,
  type SpawnRequest,
  type SpawnSettings,
} from "./spawn-protocol.ts";

/** A process group whose end the spawner keeps until it is recorded. */
export interface WatchedGroup extends ProcessGroup {
  /** The end is durable in the journal. */
  recorded(): void;
}

/** `lost`: it may have started, and what it was has been ended. */
export type WatchedSpawn =
  | { readonly ok: true; readonly group: WatchedGroup }
  | Extract<SpawnResult, { readonly ok: false }>
  | { readonly ok: false; readonly lost: true };

export interface SpawnClient {
  spawn(request: SpawnRequest): Promise<WatchedSpawn>;
  /** Ends the spawners; to be called when nothing runs any more. Afterwards none of them is left. */
  close(): Promise<void>;
}

export interface SpawnClientOptions {
  readonly settings: SpawnSettings;
  /** The run's folder, where spawners are registered. */
  readonly folder: string;
  readonly clock: Clock;
  /** Ends what is left of attempts whose spawner has died: the identities known, and the requests. */
  readonly endLost: (identities: readonly ProcessIdentity[], requests: readonly SpawnRequest[]) => Promise<void>;
  readonly warn: (message: string) => void;
  /** How many spawners to use at most. */
  readonly count: number;
}

interface Pending {
  readonly request: SpawnRequest;
  readonly settle: (result: WatchedSpawn) => void;
  identity: ProcessIdentity | undefined;
  end: ((end: ProcessEnd) => void) | undefined;
}

interface Spawner {
  readonly process: ChildProcess;
  readonly registration: string;
  readonly pending: Map<number, Pending>;
  /** How many of them were asked for and have not begun yet. */
  starting: number;
  /** Of ends that are durable and not told yet. */
  readonly recorded: number[];
  /** Set while it is asked whether it lives: takes its end back. */
  asked: (() => void) | undefined;
  /** Settles when the process is gone and what it lost has been ended. */
  readonly gone: Promise<void>;
  dead: boolean;
}

/** Less memory and fewer threads make starting a process cheaper. */
const FLAGS = ["--max-semi-space-size=1", "--single-threaded"];
/** Deaths after which no new spawner is started. */
const DEATHS = 4;
/** Milliseconds after which a spawner that has not done what it was asked for must show that it lives, and that it has for that. */
const ANSWER = 10_000;
/** Ends that are told to be recorded at the latest when so many have come together. */
const RECORDED = 64;

/** Hands attempts to spawners. */
export function createSpawnClient(options: SpawnClientOptions): SpawnClient {
  const { clock, settings } = options;
  const spawners = new Set<Spawner>();
  const program = findProgram();
  let deaths = 0;
  let lastId = 0;

  function choose(): Spawner | undefined {
    let best: Spawner | undefined;
    let living = 0;
    for (const spawner of spawners) {
      if (spawner.dead) continue;
      living++;
      const less =
        best === undefined ? -1 : spawner.starting - best.starting || spawner.pending.size - best.pending.size;
      if (less < 0) best = spawner;
    }
    return best !== undefined && (living >= options.count || best.starting === 0) ? best : (begin() ?? best);
  }

  function begin(): Spawner | undefined {
    if (program === undefined || deaths >= DEATHS) return undefined;
    const child = spawn(process.execPath, [...FLAGS, program], {
      cwd: "/",
      detached: true,
      env: spawnerEnvironment(settings.environment),
      stdio: ["pipe", "pipe", "ignore"],
    });
    const died = (reason: string): void => {
      deaths++;
      if (deaths === 1 || deaths === DEATHS)
        options.warn(
          `the process that starts tasks ${reason}${deaths === DEATHS ? "; tasks are started without it" : ""}`,
        );
    };
    child.on("error", () => {});
    const identity = child.pid === undefined ? undefined : identifyNewProcess(child.pid, clock.now());
    if (identity === undefined) {
      died("cannot be started");
      return undefined;
    }
    const name = `${REGISTRATION_PREFIX}${identity.pid}-${identity.start}`;
    const registration = path.join(options.folder, name);
    try {
      // Before it is asked for anything: a driver that dies leaves no spawner with children that the next one cannot find.
      fs.writeFileSync(registration, JSON.stringify(identity));
    } catch (error) {
      child.kill("SIGKILL");
      died(`cannot be registered (${describeFileError(error, "write", registration)})`);
      return undefined;
    }
    const spawner: Spawner = {
      process: child,
      registration,
      pending: new Map(),
      recorded: [],
      starting: 0,
      dead: false,
      asked: undefined,
      gone: new Promise<void>((resolve) => {
        child.once("exit", () => {
          spawner.dead = true;
          spawner.asked?.();
        });
        // By then all that it said has been heard.
        child.once("close", () => {
          const lost = [...spawner.pending.values()];
          spawner.pending.clear();
          fs.rmSync(registration, { force: true });
          if (lost.length > 0) died("has died; its tasks are started again");
          void endAll(lost).then(() => {
            spawners.delete(spawner);
            resolve();
          });
        });
      }),
    };
    const read = makeLineReader((line) => hear(spawner, line));
    child.stdout?.setEncoding("utf8").on("data", read);
    child.stdout?.on("error", () => {});
    child.stdin?.on("error", () => {});
    order(spawner, { type: "begin", settings, registration, orphans: `${registration}${ORPHANS_SUFFIX}` });
    spawners.add(spawner);
    return spawner;
  }

  async function endAll(lost: readonly Pending[]): Promise<void> {
    if (lost.length === 0) return;
    const identities = lost.flatMap(({ identity }) => identity ?? []);
    await options.endLost(
      identities,
      lost.map(({ request }) => request),
    );
    for (const { settle, end } of lost) {
      if (end === undefined) settle({ ok: false, lost: true });
      else end({ code: null, signal: null });
    }
  }

  function ask(spawner: Spawner): void {
    if (spawner.dead || spawner.asked !== undefined) return;
    order(spawner, { type: "ask" });
    spawner.asked = clock.after(ANSWER, () => spawner.process.kill("SIGKILL"));
  }

  function hear(spawner: Spawner, line: string): void {
    spawner.asked?.();
    spawner.asked = undefined;
    const report = parseReport(line);
    // Nothing else writes there: whatever it is, this process is not what it should be.
    if (report === undefined) spawner.process.kill("SIGKILL");
    else take(spawner, report);
  }

  function take(spawner: Spawner, report: Report): void {
    if (report.type === "alive") return;
    const { id } = report;
    const pending = spawner.pending.get(id);
    if (pending === undefined) return;
    switch (report.type) {
      case "started": {
        const { pid, start } = report;
        pending.identity = start === null ? undefined : { pid, start, boot: bootId(), host: hostName() };
        const ended = new Promise<ProcessEnd>((resolve) => {
          pending.end = resolve;
        });
        pending.settle({ ok: true, group: makeGroup(spawner, id, pid, pending.identity, ended) });
        return;
      }
      case "failed":
        spawner.pending.delete(id);
        pending.settle({ ok: false, code: report.code, log: report.log });
        return;
      case "ended":
        spawner.pending.delete(id);
        pending.end?.({ code: report.code, signal: report.signal });
        return;
    }
  }

  function makeGroup(
    spawner: Spawner,
    id: number,
    pid: number,
    identity: ProcessIdentity | undefined,
    ended: Promise<ProcessEnd>,
  ): WatchedGroup {
    let deadline: number | undefined;
    return {
      pid,
      identity,
      ended,
      terminate: (grace) => {
        const due = clock.now() + grace;
        if (!spawner.pending.has(id) || (deadline !== undefined && due >= deadline)) return;
        deadline = due;
        order(spawner, { type: "terminate", id, grace });
        // A process that waits for a device cannot be ended, which is no fault of the spawner.
        void ended.then(clock.after(grace + ANSWER, () => ask(spawner)));
      },
      recorded: () => {
        if (!spawner.dead && spawner.recorded.push(id) >= RECORDED) order(spawner);
      },
    };
  }

  async function spawnHere(request: SpawnRequest): Promise<WatchedSpawn> {
    const { file, log, arguments: rest } = request;
    const environment = environmentOf(settings, request);
    const spawned = await spawnGroup({ file, log, arguments: rest, environment, folder: settings.folder }, clock);
    return spawned.ok ? { ok: true, group: { ...spawned.group, recorded: () => {} } } : spawned;
  }

  return {
    spawn: async (request) => {
      const spawner = choose();
      if (spawner === undefined) return spawnHere(request);
      const id = ++lastId;
      return new Promise((resolve) => {
        const takeBack = clock.after(ANSWER, () => ask(spawner));
        const settle = (result: WatchedSpawn): void => {
          takeBack();
          spawner.starting--;
          resolve(result);
        };
        spawner.starting++;
        spawner.pending.set(id, { request, settle, identity: undefined, end: undefined });
        order(spawner, { type: "spawn", id, request });
      });
    },
    close: async () => {
      for (const spawner of [...spawners]) {
        order(spawner, { type: "close" });
        const takeBack = clock.after(ANSWER, () => spawner.process.kill("SIGKILL"));
        await spawner.gone;
        takeBack();
      }
    },
  };
}

/** Sends an order, after the ends that became durable since the last one. */
function order(spawner: Spawner, message?: Order): void {
  const ids = spawner.recorded.splice(0);
  const text = ids.length === 0 ? "" : encodeMessage({ type: "recorded", ids });
  spawner.process.stdin?.write(message === undefined ? text : `${text}${encodeMessage(message)}`);
}

/** The program's file: beside this one in the sources, among the parts when bundled. */
function findProgram(): string | undefined {
  return ["./spawner.ts", "./spawner.mjs", "./parts/spawner.mjs"]
    .map((name) => fileURLToPath(new URL(name, import.meta.url)))
    .find((file) => fs.existsSync(file));
}

// Options for Node are meant for other programs; without the search path for libraries Node itself may not start.
function spawnerEnvironment(shared: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SLUICE_RUN"]) {
    const value = shared[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
