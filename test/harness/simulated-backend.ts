// A backend that delays, reorders, loses and doubles whatever a backend may, and a driver that dies, by a seed. What a task does is a function of
// its instance and of how often it has failed, so that every schedule must lead to the same end. After every step the rules are checked.
import { lanePaths } from "../../src/engine/instance-id.ts";
import type { Capacity, Command, Event, InstanceId, JournalRecord, Outcome, Start } from "../../src/engine/protocol.ts";
import { foldJournal } from "../../src/engine/recorded.ts";
import { createRun, step } from "../../src/engine/run.ts";
import type { RunState } from "../../src/engine/state.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { RunStatus } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";

export interface Faults {
  /** Each in percent of the moments at which it can happen. */
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly crash: number;
  readonly resized: number;
  readonly cancel: number;
  /** Of the attempts that run when the driver dies, those that the next driver finds again. */
  readonly adopted: number;
}

export const NO_FAULTS: Faults = { lost: 0, doubled: 0, reordered: 0, crash: 0, resized: 0, cancel: 0, adopted: 0 };

export interface Simulation {
  readonly plan: Plan;
  readonly seed: number;
  readonly faults: Faults;
  readonly capacity: Capacity;
  readonly failFast: boolean;
  /** By map node: its `parallel`. */
  readonly windows: ReadonlyMap<string, number>;
  /** Cores by task. */
  readonly cores: ReadonlyMap<string, number>;
  /** A second engine gets the same events and must give the same commands. */
  readonly twin?: boolean;
  /** The outcome of the attempt of an instance that has failed so often. */
  readonly behave: (start: Start, failures: number) => Outcome;
}

export interface SimulationEnd {
  readonly status: RunStatus;
  readonly result: Value | undefined;
  readonly steps: number;
  readonly drivers: number;
  /** A run that had ended was taken up again. */
  readonly retriedFailed: boolean;
}

interface Attempt {
  readonly start: Start;
  readonly batch: Attempt[];
  stopped: boolean;
}

const LIMIT = 20_000;

/** A reproducible source of numbers below `limit` (mulberry32). */
export function makeRandom(seed: number): (limit: number) => number {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
  };
}

/** Runs a plan to its end under faults; throws where a rule is broken. */
export function simulate(simulation: Simulation): SimulationEnd {
  const { faults } = simulation;
  const random = makeRandom(simulation.seed);
  const chance = (percent: number) => percent > 0 && random(100) < percent;
  const journal: JournalRecord[] = [];
  const results = new Set<string>();
  const failures = new Map<InstanceId, number>();
  const started = new Map<InstanceId, Extract<JournalRecord, { readonly type: "attempt-started" }>>();
  const attempts = new Map<InstanceId, number>();
  let live = new Map<InstanceId, Attempt>();
  let pending: Event[] = [];
  let timers = new Map<string, number>();
  let capacity = simulation.capacity;
  let time = 1_000_000;
  let drivers = 0;
  let steps = 0;
  let cancels = 0;
  let retriedFailed = false;
  let ended: { status: RunStatus; result: Value | undefined } | null = null;

  let twin: RunState | null = null;

  const begin = (adopted: ReadonlyMap<InstanceId, number>): RunState => {
    drivers++;
    pending = [{ type: "run-started", time }];
    timers = new Map();
    const options = {
      run: "sim",
      planHash: "p",
      parameters: makeRecord([]),
      capacity,
      failFast: simulation.failFast,
      engineVersion: "test",
    };
    const { recorded } = foldJournal(journal);
    // A driver may die after it has written the end down: the next one takes an ended run up again.
    if (recorded.ended === "failed" || recorded.ended === "cancelled") retriedFailed = true;
    const resumed = journal.length === 0 ? options : { ...options, recorded, adopted };
    if (simulation.twin) twin = createRun(simulation.plan, resumed);
    return createRun(simulation.plan, resumed);
  };

  let state = begin(new Map());

  const crash = (): void => {
    const open = foldJournal(journal).open;
    const adopted = new Map<InstanceId, number>();
    const survivors = new Map<InstanceId, Attempt>();
    for (const [id, attempt] of live) {
      if (open.get(id)?.attempt !== attempt.start.attempt || !chance(faults.adopted)) continue;
      adopted.set(id, attempt.start.attempt);
      survivors.set(id, { start: attempt.start, batch: [], stopped: attempt.stopped });
    }
    live = survivors;
    state = begin(adopted);
  };

  const take = (command: Command): void => {
    switch (command.type) {
      case "start":
        begun(command.items);
        return;
      case "stop": {
        const attempt = live.get(command.instance);
        if (attempt?.start.attempt === command.attempt) attempt.stopped = true;
        return;
      }
      case "set-timer":
        timers.set(command.timer, command.due);
        return;
      case "end":
        ended = { status: command.status, result: command.result };
    }
  };

  const begun = (items: readonly Start[]): void => {
    const batch: Attempt[] = [];
    for (const start of items) {
      const { instance, attempt } = start;
      if (live.has(instance)) throw new Error(`${instance} runs twice at once`);
      if (attempt <= (attempts.get(instance) ?? 0)) throw new Error(`attempt ${attempt} of ${instance} comes twice`);
      attempts.set(instance, attempt);
      const record = started.get(instance);
      if (record?.attempt !== attempt) throw new Error(`${instance} starts without a record`);
      if (results.has(`${instance} ${record.fingerprint}`)) throw new Error(`${instance} has a result already`);
      checkCrowd(start);
      const one: Attempt = { start, batch, stopped: false };
      batch.push(one);
      live.set(instance, one);
      if (chance(50)) pending.push({ type: "attempt-started", instance, attempt, handle: attempt, time });
    }
    checkLimits(simulation, live, capacity);
  };

  /** What has begun of a map in this driver's life, by the map: those that wait are never more than the others. */
  const checkCrowd = ({ instance, crowd }: Start): void => {
    const [lane] = lanePaths(instance).slice(-1);
    if ((lane === undefined) !== (crowd === undefined))
      throw new Error(`${instance} has a crowd outside of a map, or none in one`);
    if (lane === undefined || crowd === undefined) return;
    const map = lane.slice(0, lane.lastIndexOf("["));
    const keys = journal.findLast((record) => record.type === "map-expanded" && record.instance === map);
    const count = keys?.type === "map-expanded" ? keys.keys.length : 0;
    const begun = [...live.keys()]
      .filter((id) => id.startsWith(`${map}[`))
      .map((id) => lanePaths(id).find((each) => each.startsWith(`${map}[`)));
    const alive = new Set([...begun, lane]).size;
    if (!(crowd.waiting >= 0 && crowd.waiting + alive <= count)) {
      throw new Error(`${crowd.waiting} items of ${map} wait beside ${alive} of ${count}`);
    }
  };

  const endOf = (attempt: Attempt): Event => {
    const { start, batch } = attempt;
    const { instance } = start;
    const before = batch.slice(0, batch.indexOf(attempt)).filter((other) => live.get(other.start.instance) === other);
    live.delete(instance);
    let outcome: Outcome;
    if (before.length > 0) outcome = { ok: false, cause: attempt.stopped ? "cancelled" : "lost" };
    else if (attempt.stopped && chance(70)) outcome = { ok: false, cause: "cancelled" };
    else if (chance(faults.lost)) outcome = { ok: false, cause: "lost" };
    else outcome = simulation.behave(start, failures.get(instance) ?? 0);
    return { type: "attempt-ended", instance, attempt: start.attempt, outcome, time };
  };

  while (ended === null) {
    if (++steps > LIMIT) throw new Error(`no end after ${LIMIT} steps`);
    time += random(20);
    if (chance(faults.resized)) {
      capacity = { slots: random(4), cpu: 1 + random(5) };
      pending.push({ type: "capacity-changed", capacity, time });
    }
    if (state.phase !== "new" && cancels < 2 && chance(faults.cancel)) {
      cancels++;
      pending.push({ type: "cancel-requested", time });
    }
    const event = next();
    if (event === null) {
      // A capacity of nothing is no dead end (changes may have come out of order): the backend gets room again.
      if ((state.capacity.slots ?? 1) >= 1) throw new Error("nothing runs, nothing waits, and the run has not ended");
      capacity = simulation.capacity;
      pending.push({ type: "capacity-changed", capacity, time });
      continue;
    }
    const commands = step(state, event);
    if (twin !== null && JSON.stringify(step(twin, event)) !== JSON.stringify(commands))
      throw new Error("the twin differs");
    const dies = chance(faults.crash);
    append(commands, dies ? random(3) : Number.POSITIVE_INFINITY);
    if (dies) {
      crash();
      continue;
    }
    for (const command of commands) take(command);
    const now = ended as { status: RunStatus; result: Value | undefined } | null;
    if (now !== null && now.status === "cancelled") {
      // A cancelled run is resumed; no further cancel comes.
      ended = null;
      cancels = 2;
      if (live.size > 0) throw new Error("attempts run after the end");
      state = begin(new Map());
    }
  }
  if (live.size > 0) throw new Error("attempts run after the end");
  return { ...(ended as { status: RunStatus; result: Value | undefined }), steps, drivers, retriedFailed };

  function append(commands: readonly Command[], cut: number): void {
    for (const [index, command] of commands.entries()) {
      if (command.type !== "append") continue;
      if (index > 0) throw new Error("an append comes after commands that rest on it");
      for (const record of command.records.slice(0, cut)) {
        journal.push(record);
        // What `finally` did belongs to this end; at the end of a resumed run it is done again.
        if (record.type === "run-ended") for (const one of results) if (one.startsWith("finally.")) results.delete(one);
        if (record.type === "attempt-started") started.set(record.instance, record);
        if (record.type === "attempt-ended" && isCharged(record.outcome)) {
          failures.set(record.instance, (failures.get(record.instance) ?? 0) + 1);
        }
        if (record.type === "attempt-ended" && record.outcome.ok)
          results.add(`${record.instance} ${record.fingerprint}`);
      }
    }
  }

  /** What happens next: an event that is under way, the end of an attempt, or a timer. */
  function next(): Event | null {
    const first = pending[0]?.type === "run-started";
    if (pending.length > 0 && (first || random(3) > 0)) return takePending(first ? 0 : pick(pending.length));
    const running = [...live.values()];
    if (running.length > 0 && (timers.size === 0 || random(4) > 0)) {
      const event = endOf(running[pick(running.length)]!);
      if (chance(faults.doubled)) pending.push(event);
      return event;
    }
    const [timer] = [...timers].sort(([, a], [, b]) => a - b);
    if (timer !== undefined) {
      timers.delete(timer[0]);
      time = Math.max(time, timer[1]);
      if (chance(faults.doubled)) pending.push({ type: "timer-fired", timer: timer[0], time });
      return { type: "timer-fired", timer: timer[0], time };
    }
    return pending.length > 0 ? takePending(pick(pending.length)) : null;
  }

  function takePending(index: number): Event {
    const [event] = pending.splice(index, 1);
    if (event!.type !== "run-started" && chance(faults.doubled) && event!.type !== "cancel-requested")
      pending.push(event!);
    return { ...event!, time };
  }

  function pick(count: number): number {
    return chance(faults.reordered) ? random(count) : 0;
  }
}

function isCharged(outcome: Outcome): boolean {
  return !outcome.ok && outcome.cause !== "lost" && outcome.cause !== "cancelled";
}

function checkLimits(simulation: Simulation, live: ReadonlyMap<InstanceId, Attempt>, capacity: Capacity): void {
  const slots = new Set<Attempt[]>();
  const lanes = new Map<InstanceId, Set<InstanceId>>();
  let cores = 0;
  let hasAdopted = false;
  for (const [id, attempt] of live) {
    hasAdopted ||= attempt.batch.length === 0;
    if (attempt.batch.length > 0 && !slots.has(attempt.batch)) {
      slots.add(attempt.batch);
      cores += Math.max(...attempt.batch.map(({ start }) => simulation.cores.get(start.task) ?? 1));
    }
    for (const lane of lanePaths(id)) {
      const map = lane.slice(0, lane.lastIndexOf("["));
      const of = lanes.get(map) ?? new Set();
      lanes.set(map, of.add(lane));
    }
  }
  for (const [map, alive] of lanes) {
    const window = simulation.windows.get(map.slice(map.lastIndexOf(".") + 1)) ?? Number.POSITIVE_INFINITY;
    if (alive.size > window) throw new Error(`${alive.size} items of ${map} run, its window is ${window}`);
  }
  // What was taken over from an earlier driver may exceed a capacity that has shrunk.
  if (hasAdopted) return;
  // Room that was taken before the capacity shrank stays taken, so only growth beyond the largest capacity is an error.
  const { slots: most = Number.POSITIVE_INFINITY, cpu = Number.POSITIVE_INFINITY } = largest(
    simulation.capacity,
    capacity,
  );
  if (slots.size > most) throw new Error(`${slots.size} slots are taken of ${most}`);
  if (cores > cpu && slots.size > 1) throw new Error(`${cores} cores are taken of ${cpu}`);
}

function largest(a: Capacity, b: Capacity): Capacity {
  if (a === b) return a;
  return { slots: Math.max(a.slots ?? 0, b.slots ?? 0, 4), cpu: Math.max(a.cpu ?? 0, b.cpu ?? 0, 6) };
}
