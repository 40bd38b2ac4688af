// Which ready instance starts next. Groups (one per map, one for all plain nodes) take turns; within a group what is ready in lanes that are alive
// goes before new lanes. What does not fit waits at the head and nothing passes it, so that a large request is not starved by small ones.

import type { FailureParts } from "./failures.ts";
import { canOpenLane, openNextLane, wake } from "./lanes.ts";
import type { Capacity, Crowd, Resources, Start } from "./protocol.ts";
import { peekFirst, pushFirst, pushLast, type Queue, takeFirst } from "./queue.ts";
import { getDefaults, prepareInstance } from "./retry.ts";
import type { Group, Instance, MapRun, RunState, Slot } from "./state.ts";

/** Sums of fractions of cores drift; so much is forgiven. */
const DRIFT = 1e-6;

/** An instance may start as soon as there is room. */
export function makeReady(state: RunState, instance: Instance): void {
  const { scope } = instance;
  const { group } = scope;
  instance.state = "ready";
  const alone = instance.alone && group.map?.node.batch !== undefined;
  pushLast(alone ? group.alone : group.ready, instance);
  if (scope.lane === null) state.progress.set(instance.id, "waiting");
  state.commands.push({ type: "report", report: { type: "instance-ready", instance: instance.id } });
  wake(state, group);
}

/**
 * Takes one step towards the next start. `idle`: nothing can start before something ends. `failed`: the instance cannot be started at all, and is
 * handed to the caller, who lets it fail.
 */
export type Admission =
  | { readonly kind: "went-on" | "idle" }
  | { readonly kind: "failed"; readonly instance: Instance; readonly failure: FailureParts };

const WENT_ON: Admission = { kind: "went-on" };
const IDLE: Admission = { kind: "idle" };

/** Starts what comes next, or opens the lane it may come from. */
export function admit(state: RunState): Admission {
  const group = takeFirst(state.turns);
  if (group === undefined) return IDLE;
  const { slots } = state.capacity;
  if (slots !== undefined && state.used.slots >= slots) {
    pushFirst(state.turns, group);
    return IDLE;
  }
  const batch = group.map?.node.batch ?? 1;
  const items = gather(group, batch);
  const map = group.map;
  if (map !== null && items.length < batch && peekFirst(group.alone) === undefined && canOpenLane(map)) {
    if (items.length === 0 || batch > 1) {
      putBack(group, items);
      openNextLane(state, map);
      // A batch is gathered in one go; otherwise the next group has its turn first.
      if (batch > 1) pushFirst(state.turns, group);
      else pushLast(state.turns, group);
      return WENT_ON;
    }
  }
  if (items.length === 0 || isWorthWaiting(group, items, batch)) {
    putBack(group, items);
    group.queued = false;
    return WENT_ON;
  }
  for (const instance of items) {
    const failure = prepareInstance(instance);
    if (failure === null) continue;
    putBack(
      group,
      items.filter((item) => item !== instance),
    );
    pushFirst(state.turns, group);
    return { kind: "failed", instance, failure };
  }
  if (!fits(state, items)) {
    putBack(group, items);
    pushFirst(state.turns, group);
    return IDLE;
  }
  start(state, items);
  pushLast(state.turns, group);
  return WENT_ON;
}

/** Up to `batch` ready instances, or the one that must start alone; dropped ones are left out for good. */
function gather(group: Group, batch: number): Instance[] {
  const alone = takeReady(group.alone);
  if (alone !== undefined) return [alone];
  const items: Instance[] = [];
  while (items.length < batch) {
    const instance = takeReady(group.ready);
    if (instance === undefined) break;
    items.push(instance);
  }
  return items;
}

function takeReady(queue: Queue<Instance>): Instance | undefined {
  for (let instance = takeFirst(queue); instance !== undefined; instance = takeFirst(queue)) {
    if (instance.state === "ready") return instance;
  }
  return undefined;
}

function putBack(group: Group, items: readonly Instance[]): void {
  for (const instance of items.toReversed()) {
    const alone = instance.alone && group.map?.node.batch !== undefined;
    pushFirst(alone ? group.alone : group.ready, instance);
  }
}

/**
 * A batch that the window keeps small waits while running items of its map will widen the window; items that were lost from a batch wait for its
 * other items, which will be lost as well.
 */
function isWorthWaiting(group: Group, items: readonly Instance[], batch: number): boolean {
  const { map } = group;
  if (map === null || items[0]?.alone || items.length >= Math.min(batch, map.parallel)) return false;
  if (items.some(({ slot }) => slot !== null && slot.items > 0)) return true;
  return group.running > 0 && map.next < map.items.length;
}

interface Need {
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
}

function needOf(state: RunState, items: readonly Instance[]): Need {
  const defaults = getDefaults(state.options);
  let cpu = 0;
  let memory = 0;
  let gpu = 0;
  for (const { resources } of items) {
    cpu = Math.max(cpu, resources?.cpu?.request ?? defaults.cpu);
    memory = Math.max(memory, resources?.memory?.request ?? defaults.memory);
    gpu = Math.max(gpu, resources?.gpu ?? 0);
  }
  return { cpu, memory, gpu };
}

function fits(state: RunState, items: readonly Instance[]): boolean {
  const need = needOf(state, items);
  const { capacity, used } = state;
  const exceeded = (["cpu", "memory", "gpu"] as const).filter(
    (name) => need[name] > (capacity[name] ?? Number.POSITIVE_INFINITY) + DRIFT,
  );
  if (exceeded.length > 0) {
    if (used.slots > 0) return false;
    for (const name of exceeded) reportOversized(state, items[0]!, name, need[name], capacity);
    return true;
  }
  return (["cpu", "memory", "gpu"] as const).every((name) => {
    const limit = capacity[name];
    return limit === undefined || used[name] + need[name] <= limit + DRIFT;
  });
}

function reportOversized(
  state: RunState,
  instance: Instance,
  resource: keyof Need,
  request: number,
  capacity: Capacity,
): void {
  const mark = `${instance.task.id} ${resource}`;
  if (state.oversized.has(mark)) return;
  state.oversized.add(mark);
  const report = {
    type: "oversized",
    instance: instance.id,
    resource,
    request,
    capacity: capacity[resource] ?? 0,
  } as const;
  state.commands.push({ type: "report", report });
}

function start(state: RunState, items: readonly Instance[]): void {
  const starts: Start[] = [];
  for (const instance of items) {
    instance.attempt++;
    const { id, attempt, fingerprint, task, parameters, timeout } = instance;
    const resources: Resources = instance.resources ?? {};
    state.records.push({ type: "attempt-started", instance: id, attempt, fingerprint, time: state.time });
    const { map } = instance.scope.group;
    const common = { instance: id, attempt, task: task.id, parameters, resources };
    starts.push({ ...common, ...(timeout !== null && { timeout }), ...(map !== null && { crowd: crowdOf(map) }) });
  }
  occupy(state, items);
  state.commands.push({ type: "start", items: starts });
}

function crowdOf({ items, lanes, ended, parallel }: MapRun): Crowd {
  const waiting = items.length - ended - lanes.size;
  return Number.isFinite(parallel) ? { waiting, parallel } : { waiting };
}

/** Counts the instances as running, in one slot. */
export function occupy(state: RunState, items: readonly Instance[]): void {
  const { cpu, memory, gpu } = needOf(state, items);
  const slot: Slot = { items: items.length, cpu, memory, gpu };
  const { used } = state;
  used.slots++;
  used.cpu += cpu;
  used.memory += memory;
  used.gpu += gpu;
  for (const instance of items) {
    instance.slot = slot;
    instance.state = "running";
    instance.scope.group.running++;
    state.running.set(instance.id, instance);
    if (instance.scope.lane === null) state.progress.set(instance.id, "running");
  }
}

/** An attempt has ended: its slot is free when all that share it have ended. */
export function vacate(state: RunState, instance: Instance): void {
  const { slot, scope } = instance;
  state.running.delete(instance.id);
  scope.group.running--;
  wake(state, scope.group);
  if (slot === null || --slot.items > 0) return;
  const { used } = state;
  used.slots--;
  used.cpu -= slot.cpu;
  used.memory -= slot.memory;
  used.gpu -= slot.gpu;
  if (used.slots === 0) Object.assign(used, { cpu: 0, memory: 0, gpu: 0 });
}
