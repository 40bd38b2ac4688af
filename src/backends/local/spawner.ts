// The spawner: a small process that does nothing but start the processes of a run and tell how they ended. Small, because starting a process
// costs more the more memory the one who starts it has. It keeps the processes' ends until they are recorded; when its driver goes away without
// saying so, it lives on until its last child has ended, and leaves in files what nobody has recorded: see `adopt.ts`.
import * as fs from "node:fs";
import * as path from "node:path";
import { systemClock } from "../clock.ts";
import { type ProcessEnd, type ProcessGroup, spawnGroup } from "./process-group.ts";
import {
  EXIT_NAME,
  type ExitRecord,
  encodeMessage,
  environmentOf,
  makeLineReader,
  type Order,
  type Orphan,
  type Report,
  type SpawnRequest,
  type SpawnSettings,
  STOP_NAME,
} from "./spawn-protocol.ts";

interface Child {
  readonly request: SpawnRequest;
  /** Milliseconds since the epoch. */
  readonly began: number;
  /** Undefined while it is being started. */
  group: ProcessGroup | undefined;
  end: ProcessEnd | undefined;
  stopped: boolean;
}

const clock = systemClock();
/** By id: those that run, and those whose end is not recorded. */
const children = new Map<number, Child>();
let settings: SpawnSettings = { environment: {}, folder: "/" };
let registration: string | undefined;
let orphans: string | undefined;
let running = 0;
/** The driver wants nothing more, or is gone. */
let left = false;

/** Milliseconds that the news of a start may wait for other news: most short processes end before, and two lines cost hardly more than one. */
const LINGER = 5;
/** By id: starts that nobody was told of. */
const untold = new Map<number, ProcessGroup>();
let lingering: (() => void) | undefined;

function tellStart(id: number, group: ProcessGroup): void {
  untold.set(id, group);
  lingering ??= clock.after(LINGER, () => tell());
}

function tell(report?: Report): void {
  lingering?.();
  lingering = undefined;
  let text = "";
  for (const [id, group] of untold)
    text += encodeMessage({ type: "started", id, pid: group.pid, start: group.identity?.start ?? null });
  untold.clear();
  if (report !== undefined) text += encodeMessage(report);
  if (!left) process.stdout.write(text);
}

function obey(order: Order): void {
  switch (order.type) {
    case "begin":
      ({ settings, registration, orphans } = order);
      return;
    case "spawn":
      void start(order.id, order.request);
      return;
    case "terminate": {
      const child = children.get(order.id);
      if (child?.group === undefined) return;
      child.stopped = true;
      child.group.terminate(order.grace);
      return;
    }
    case "recorded":
      for (const id of order.ids) children.delete(id);
      return;
    case "ask":
      tell({ type: "alive", id: 0 });
      return;
    case "close":
      leave(false);
      return;
  }
}

async function start(id: number, request: SpawnRequest): Promise<void> {
  const child: Child = { request, began: clock.now(), group: undefined, end: undefined, stopped: false };
  children.set(id, child);
  running++;
  const spawned = await spawnGroup(
    {
      file: request.file,
      arguments: request.arguments,
      environment: environmentOf(settings, request),
      folder: settings.folder,
      log: request.log,
      deadline: () => (left ? readDeadline(request.at) : undefined),
    },
    clock,
  );
  if (!spawned.ok) {
    children.delete(id);
    tell({ type: "failed", id, code: spawned.code, log: spawned.log });
  } else {
    const { group } = spawned;
    child.group = group;
    tellStart(id, group);
    child.end = await group.ended;
    tell({ type: "ended", id, ...child.end });
    if (left) writeExit(child);
  }
  running--;
  if (left && running === 0) finish();
}

/** A later driver has asked for the end of a group whose grace is over then. */
function readDeadline(at: string): number | undefined {
  try {
    const deadline = Number(fs.readFileSync(path.join(at, STOP_NAME), "utf8"));
    return Number.isFinite(deadline) ? deadline : undefined;
  } catch {
    return undefined;
  }
}

/** `gone`: the driver said nothing before. */
function leave(gone: boolean): void {
  if (left) return;
  left = true;
  const still: Orphan[] = [];
  for (const child of children.values()) {
    const { request, began, group, end } = child;
    if (end !== undefined) {
      if (gone || !child.stopped) writeExit(child);
    } else if (group !== undefined) {
      const { at, note } = request;
      still.push({ at, pid: group.pid, start: group.identity?.start ?? null, began, note });
    }
  }
  if (running === 0) finish();
  else if (gone && orphans !== undefined) writeWhole(orphans, JSON.stringify({ orphans: still }));
}

function writeExit({ request, end, stopped }: Child): void {
  if (end === undefined) return;
  const exit: ExitRecord = { ...end, stopped, note: request.note };
  writeWhole(path.join(request.at, EXIT_NAME), JSON.stringify(exit));
}

// What cannot be written is an end that nobody knows: the work is done anew.
function writeWhole(file: string, text: string): void {
  try {
    fs.writeFileSync(`${file}.new`, text);
    fs.renameSync(`${file}.new`, file);
  } catch {
    remove(`${file}.new`);
  }
}

function remove(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // A folder that became read-only: a later driver sees that this process is gone.
  }
}

function finish(): void {
  for (const file of [orphans, registration]) if (file !== undefined) remove(file);
  process.exit(0);
}

const read = makeLineReader((line) => obey(JSON.parse(line) as Order));
process.stdin.setEncoding("utf8");
process.stdin.on("data", (piece: string) => read(piece));
for (const event of ["end", "close", "error"] as const) process.stdin.on(event, () => leave(true));
process.stdout.on("error", () => leave(true));
