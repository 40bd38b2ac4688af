// Maps at work: lanes are opened one by one, in list order, never more alive than `parallel`; a lane that ended leaves its yielded value or its
// failure. On resume the lanes that have records are opened first, so that what is recorded is taken over before anything new starts.
import { makeRecord, type Value } from "../types/value.ts";
import type { Expansion } from "./expand-map.ts";
import { countFailed, findDecisive, summarize, toFailureValue } from "./failures.ts";
import { joinKey, joinNode } from "./instance-id.ts";
import { makeQueue, pushLast } from "./queue.ts";
import { getTable, openScope, releaseChild } from "./scope.ts";
import {
  type Failure,
  type Group,
  LANE_ALIVE,
  LANE_ENDED,
  LANE_WAITING,
  type Live,
  type MapRun,
  type RunState,
  type Scope,
} from "./state.ts";

/** A group of ready work with nothing in it. */
export function makeGroup(map: MapRun | null): Group {
  return { map, ready: makeQueue(), alone: makeQueue(), queued: false, running: 0 };
}

/** Gives a group a turn again, after there is something for it to do. */
export function wake(state: RunState, group: Group): void {
  if (group.queued) return;
  group.queued = true;
  pushLast(state.turns, group);
}

/** Starts a map whose items are known: writes their keys down and opens the lanes that have records. */
export function openMap(state: RunState, scope: Scope, nodeIndex: number, expansion: Expansion): void {
  const node = scope.table.block.nodes[nodeIndex]!;
  if (node.kind !== "map") throw new Error(`not a map: ${node.id}`);
  const id = joinNode(scope.path, node.id);
  const staticPath = joinNode(scope.staticPath, node.id);
  const recorded = state.options.recorded?.maps.get(id);
  const count = expansion.items.length;
  let progress = state.maps.get(staticPath);
  if (progress === undefined) {
    progress = { total: 0, done: 0, failed: 0, running: 0 };
    state.maps.set(staticPath, progress);
  }
  progress.total += count;
  const group: { -readonly [K in keyof Group]: Group[K] } = makeGroup(null);
  const map: MapRun = {
    kind: "map",
    scope,
    node,
    nodeIndex,
    id,
    staticPath,
    table: getTable(state, node.body),
    ...expansion,
    group,
    progress,
    keptFailures: recorded?.failedKeys ?? new Set(),
    laneStates: new Uint8Array(count),
    next: 0,
    lanes: new Map(),
    results: new Array<Value>(count).fill(null),
    failed: new Map(),
    ended: 0,
    doom: null,
    closed: false,
  };
  group.map = map;
  scope.live.add(map);
  if (recorded === undefined || !sameKeys(recorded.keys, map.keys)) {
    state.records.push({ type: "map-expanded", instance: id, keys: map.keys, time: state.time });
  }
  state.commands.push({ type: "report", report: { type: "map-expanded", instance: id, count } });
  if (count === 0) {
    state.work.push({ kind: "close-map", map });
    return;
  }
  wake(state, group);
  if (state.touchedLanes.size > 0) state.work.push({ kind: "replay", map, index: 0 });
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

/** True when a further item may begin. */
export function canOpenLane(map: MapRun): boolean {
  return map.doom === null && !map.closed && map.next < map.items.length && map.lanes.size < map.parallel;
}

/** Begins the next item in list order. */
export function openNextLane(state: RunState, map: MapRun): void {
  openLane(state, map, map.next);
}

function openLane(state: RunState, map: MapRun, index: number): void {
  const { node, scope } = map;
  const key = map.keys[index]!;
  map.laneStates[index] = LANE_ALIVE;
  skipOpened(map);
  map.progress.running++;
  const values: [string, Value][] = [[node.item, map.items[index]!]];
  if (node.index !== undefined) values.push([node.index, index]);
  const lane = openScope(
    state,
    {
      table: map.table,
      path: joinKey(map.id, key),
      staticPath: map.staticPath,
      outer: scope,
      owner: { kind: "lane", map, index },
      lane: { key, index },
      group: map.group,
      inFinally: scope.inFinally,
      keepFailures: scope.keepFailures || map.keptFailures.has(key),
    },
    values,
  );
  map.lanes.set(index, lane);
}

function skipOpened(map: MapRun): void {
  while (map.next < map.items.length && map.laneStates[map.next] !== LANE_WAITING) map.next++;
}

/** A lane has closed: with its value, or doomed (then `value` is not used). */
export function endLane(state: RunState, map: MapRun, index: number, lane: Scope, value: Value): void {
  map.lanes.delete(index);
  map.laneStates[index] = LANE_ENDED;
  map.progress.running--;
  map.ended++;
  if (lane.doom === null) {
    map.results[index] = value;
    map.progress.done++;
  } else {
    const failure = findDecisive(lane);
    if (failure !== undefined) {
      countFailed(map, index, failure);
      replaceProvisional(map, index, failure);
    }
  }
  if (map.doom !== null ? map.lanes.size === 0 : map.ended === map.items.length)
    state.work.push({ kind: "close-map", map });
  else wake(state, map.group);
}

/** The failure of an inner map is complete only when the lane has closed. */
function replaceProvisional(map: MapRun, index: number, failure: Failure): void {
  const before = map.failed.get(index);
  if (before?.within.length) map.failed.set(index, failure);
  else map.failed.set(index, { report: failure.report, within: [] });
}

/** Closes a map that has no lane left: gives its value, or its failure to the scope around it. */
export function closeMap(state: RunState, map: MapRun): void {
  if (map.closed || map.lanes.size > 0) return;
  map.closed = true;
  const { scope, node } = map;
  const failed = map.failed.size;
  const status = map.doom === null ? "succeeded" : failed > map.allowed ? "failed" : "cancelled";
  const ok = map.ended - failed;
  state.commands.push({ type: "report", report: { type: "map-ended", instance: map.id, ok, failed, status } });
  if (map.doom === null) {
    if (node.tolerate !== undefined) recordCompletion(state, map);
    state.work.push({ kind: "complete", scope, node: map.nodeIndex, value: mapValue(map) });
  } else if (status === "failed") scope.failures.push(summarize(map));
  releaseChild(state, scope, map);
}

function recordCompletion(state: RunState, map: MapRun): void {
  const failed = [...map.failed.keys()].sort((a, b) => a - b);
  const before = state.options.recorded?.maps.get(map.id)?.failedKeys;
  if (before?.size === failed.length && failed.every((index) => before.has(map.keys[index]!))) return;
  state.records.push({ type: "map-ended", instance: map.id, failed, time: state.time });
}

function mapValue(map: MapRun): Value {
  if (map.node.tolerate === undefined) return map.results;
  const ok = map.results.filter((_, index) => !map.failed.has(index));
  const failed = [...map.failed]
    .sort(([a], [b]) => a - b)
    .map(([index, { report }]) => toFailureValue({ ...report, key: map.keys[index]!, index }));
  return makeRecord([
    ["ok", ok],
    ["failed", failed],
    ["all", map.results],
  ]);
}

/** Opens the next lane from `index` on that has records, and comes back for the others when everything that follows from it is done. */
export function replayLanes(state: RunState, map: MapRun, index: number): void {
  if (map.doom !== null) return;
  for (let at = index; at < map.items.length; at++) {
    if (!state.touchedLanes.has(joinKey(map.id, map.keys[at]!))) continue;
    state.work.push({ kind: "replay", map, index: at + 1 }, { kind: "settle-replayed", map, index: at });
    openLane(state, map, at);
    return;
  }
}

/** A reopened lane that is not complete keeps its place in the window; beyond the window it is closed again and waits for its turn. */
export function settleReplayed(map: MapRun, index: number): void {
  const lane = map.lanes.get(index);
  if (lane === undefined || lane.doom !== null || map.lanes.size <= map.parallel || hasRunning(lane)) return;
  for (const child of walkLive(lane)) {
    if (child.kind === "instance") child.state = "ended";
    else child.closed = true;
    if (child.kind !== "map") continue;
    child.progress.total -= child.items.length;
    child.progress.done -= child.ended - child.failed.size;
    child.progress.failed -= child.failed.size;
    child.progress.running -= child.lanes.size;
  }
  map.lanes.delete(index);
  map.laneStates[index] = LANE_WAITING;
  map.next = Math.min(map.next, index);
  map.progress.running--;
}

function hasRunning(lane: Scope): boolean {
  for (const child of walkLive(lane)) if (child.kind === "instance" && child.state === "running") return true;
  return false;
}

function* walkLive(top: Scope): Generator<Live> {
  const stack: Live[] = [top];
  for (let child = stack.pop(); child !== undefined; child = stack.pop()) {
    yield child;
    if (child.kind === "map") for (const lane of child.lanes.values()) stack.push(lane);
    else if (child.kind === "scope") for (const inner of child.live) stack.push(inner);
  }
}
