// The state of a run: what every part of the engine reads and changes. A scope is one instance of a block, a map run one instance of a map, an
// instance one instance of a task call. Ownership is a tree (run, scopes, maps, lanes), and `live` holds the children that have not ended.
// Holds at the end of every step: `work` is empty; an instance is in `running` exactly while one of its attempts is started and not ended;
// a scope that is doomed starts nothing; a scope closes once, when it has nothing live and nothing left to do.
import type { Lookup } from "../expr/expr.ts";
import type { Plan, PlanBlock, PlanMap, PlanPipeline, PlanTask } from "../plan/plan.ts";
import type { RecordValue, Value } from "../types/value.ts";
import type { Capacity, Command, FailureReport, InstanceId, JournalRecord, Resources } from "./protocol.ts";
import type { Queue } from "./queue.ts";
import type { Recorded, RecordedResult } from "./recorded.ts";

export interface RunOptions {
  /** The run's id. */
  readonly run: string;
  readonly planHash: string;
  /** The pipeline's parameters, decoded, with defaults filled in. */
  readonly parameters: RecordValue;
  readonly capacity: Capacity;
  /** What the journal of an earlier driver of this run holds: the run is resumed. */
  readonly recorded?: Recorded;
  /** Give fresh budgets to what failed for good. Default: when the run had ended as failed or cancelled. */
  readonly retryFailed?: boolean;
  /** Attempts of an earlier driver that are known to run still, by instance: they are taken over instead of being counted as lost. */
  readonly adopted?: ReadonlyMap<InstanceId, number>;
  /** A failure also stops what is running. */
  readonly failFast?: boolean;
  readonly engineVersion: string;
  /** What an attempt is taken to need when its task says nothing: cpu in cores (default 1), memory in bytes (default 0). */
  readonly defaults?: { readonly cpu?: number; readonly memory?: number };
}

/** What a block needs to be run, computed once per block. */
export interface BlockTable {
  readonly block: PlanBlock;
  /** By node: how many nodes it waits for. */
  readonly needs: readonly number[];
  /** By node: the nodes that wait for it, in block order. */
  readonly dependents: readonly (readonly number[])[];
}

/** A failure that was not got over. `within`: the failures it sums up, for a map those of its items. */
export interface Failure {
  readonly report: FailureReport;
  readonly within: readonly Failure[];
}

/** Why nothing starts any more; null: the run is being cancelled. */
export interface Doom {
  readonly cause: Failure | null;
}

export type Owner =
  | { readonly kind: "run" }
  | { readonly kind: "node"; readonly scope: Scope; readonly node: number }
  | { readonly kind: "lane"; readonly map: MapRun; readonly index: number };

export type Live = Instance | MapRun | Scope;

export interface Scope {
  readonly kind: "scope";
  readonly table: BlockTable;
  readonly path: InstanceId;
  /** The path without keys. */
  readonly staticPath: string;
  /** Where names that are not found here are looked up. */
  readonly outer: Scope | null;
  readonly owner: Owner;
  /** The innermost map's item. */
  readonly lane: { readonly key: string; readonly index: number } | null;
  readonly group: Group;
  readonly inFinally: boolean;
  /** Failures recorded by an ended run stay: the item was tolerated in a map that completed. */
  readonly keepFailures: boolean;
  readonly values: Map<string, Value>;
  readonly lookup: Lookup;
  readonly unmet: number[];
  remaining: number;
  readonly live: Set<Live>;
  /** Of the scope itself and of what closed inside, in order of time. */
  failures: Failure[];
  doom: Doom | null;
  closed: boolean;
}

export const LANE_WAITING = 0;
export const LANE_ALIVE = 1;
export const LANE_ENDED = 2;

export interface MapRun {
  readonly kind: "map";
  readonly scope: Scope;
  readonly node: PlanMap;
  readonly nodeIndex: number;
  readonly id: InstanceId;
  readonly staticPath: string;
  readonly table: BlockTable;
  readonly items: readonly Value[];
  readonly keys: readonly string[];
  /** Items alive at once; infinite without `parallel`. */
  readonly parallel: number;
  /** Failed items that the map bears. */
  readonly allowed: number;
  readonly group: Group;
  readonly progress: MapProgress;
  /** Keys of the items that had failed when this map completed in an earlier life of the run. */
  readonly keptFailures: ReadonlySet<string>;
  /** By index: LANE_WAITING, LANE_ALIVE or LANE_ENDED. */
  readonly laneStates: Uint8Array;
  /** No waiting lane has a smaller index. */
  next: number;
  readonly lanes: Map<number, Scope>;
  readonly results: Value[];
  /** By index, from the moment an item is sure to fail. */
  readonly failed: Map<number, Failure>;
  ended: number;
  doom: Doom | null;
  closed: boolean;
}

/** Sums over all instances of one map of the plan. Counts of items. */
export interface MapProgress {
  total: number;
  done: number;
  failed: number;
  running: number;
}

/** Ready work that shares turns with other groups: that of one map's lanes, or that of all plain nodes. */
export interface Group {
  readonly map: MapRun | null;
  readonly ready: Queue<Instance>;
  /** Items of a batched map that must start alone. */
  readonly alone: Queue<Instance>;
  /** In `state.turns`. */
  queued: boolean;
  /** Instances in `running`. */
  running: number;
}

export type InstanceState = "ready" | "running" | "delayed" | "ended";

export interface Instance {
  readonly kind: "instance";
  readonly id: InstanceId;
  readonly scope: Scope;
  readonly node: number;
  readonly task: PlanTask;
  readonly parameters: RecordValue;
  readonly lookup: Lookup;
  readonly fingerprint: string;
  state: InstanceState;
  /** Of the latest attempt; 0 before the first. */
  attempt: number;
  /** Attempts that failed; lost and cancelled ones do not count. */
  charged: number;
  /** Evaluated before the first start, then grown by retries. */
  resources: Resources | null;
  timeout: number | null;
  /** By retry line: how often it was used. Null before the first failure. */
  uses: number[] | null;
  /** Must not share a start with other items of its batch. */
  alone: boolean;
  /** The running attempt is of another driver and of other inputs: its end counts as lost. */
  stale: boolean;
  /** Of the latest attempt. */
  slot: Slot | null;
}

/** What one start takes of the capacity; a batch shares one. */
export interface Slot {
  /** That have not ended. */
  items: number;
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
}

export type Work =
  | { readonly kind: "enter"; readonly scope: Scope; readonly node: number }
  | { readonly kind: "complete"; readonly scope: Scope; readonly node: number; readonly value: Value }
  | { readonly kind: "close"; readonly scope: Scope }
  | { readonly kind: "close-map"; readonly map: MapRun }
  /** Reopens lanes that have records, from this index on. */
  | { readonly kind: "replay"; readonly map: MapRun; readonly index: number }
  | { readonly kind: "settle-replayed"; readonly map: MapRun; readonly index: number }
  | { readonly kind: "run-closed"; readonly scope: Scope; readonly value: Value };

export interface RunState {
  readonly plan: Plan;
  readonly pipeline: PlanPipeline;
  readonly options: RunOptions;
  readonly tasks: ReadonlyMap<string, PlanTask>;
  readonly pipelines: ReadonlyMap<string, PlanPipeline>;
  readonly tables: Map<PlanBlock, BlockTable>;
  /** Paths of items that have something recorded. */
  readonly touchedLanes: ReadonlySet<InstanceId>;
  readonly retryFailed: boolean;
  phase: "new" | "body" | "finally" | "ended";
  /** Of the event being handled. */
  time: number;
  capacity: Capacity;
  /** Cancel requests so far. */
  cancels: number;
  body: Scope | null;
  finally: Scope | null;
  outcome: {
    readonly status: "succeeded" | "failed" | "cancelled";
    readonly result: Value;
    readonly failures: readonly Failure[];
  } | null;
  /** A stack: what a piece of work gives rise to is done before the work that was there already. */
  readonly work: Work[];
  readonly plain: Group;
  readonly turns: Queue<Group>;
  readonly running: Map<InstanceId, Instance>;
  /** By timer name. */
  readonly delayed: Map<string, Instance>;
  /** In the first step: attempts of an earlier driver may be taken over. */
  adopting: boolean;
  /** Attempts of an earlier driver that nothing has taken over; after the first step they are being stopped. */
  readonly adopted: Map<InstanceId, number>;
  /** What such attempts gave before their instance was reached. */
  readonly lateResults: Map<InstanceId, RecordedResult>;
  /** Failures met while attempts may still be taken over: they take effect afterwards, so that they doom nothing that runs unseen. */
  deferred: { readonly scope: Scope; readonly failure: Failure }[];
  /** The end of the body or of `finally`, while such attempts still run. */
  held: Work | null;
  readonly used: { slots: number; cpu: number; memory: number; gpu: number };
  /** `task resource` pairs whose oversize was reported. */
  readonly oversized: Set<string>;
  /** Of task calls outside maps. */
  readonly progress: Map<InstanceId, PlainState>;
  /** By static path. */
  readonly maps: Map<string, MapProgress>;
  records: JournalRecord[];
  commands: Command[];
}

export type PlainState = "waiting" | "running" | "retrying" | "succeeded" | "failed" | "cancelled";
