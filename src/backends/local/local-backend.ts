// The local backend: attempts are host processes. What is started is known from before it exists (its environment names the run), so that a
// driver that dies at any moment leaves nothing its successor cannot find and end.
import { availableParallelism } from "node:os";
import * as path from "node:path";
import type { InstanceId, Outcome, Start } from "../../engine/protocol.ts";
import type { Plan, PlanTask } from "../../plan/plan.ts";
import { makeRecord, type Value } from "../../types/value.ts";
import type { Backend, BackendSink, OpenAttempt } from "../backend.ts";
import type { Clock } from "../clock.ts";
import type { ProcessIdentity } from "../process-identity.ts";
import { attemptFolder, type RunFolder } from "../run-folder.ts";
import { findSurvivors, type Survivor, type Survivors } from "./adopt.ts";
import { type CapacityOptions, localCapacity } from "./capacity.ts";
import { attemptMarks, endLeftOvers, readMarks } from "./left-overs.ts";
import { type OutOfMemoryCount, watchOutOfMemory } from "./out-of-memory.ts";
import type { ResultCache } from "./result-cache.ts";
import {
  type AttemptControl,
  type AttemptSurroundings,
  awaitEnd,
  type Prepared,
  prepareAttempt,
  runAttempt,
} from "./run-attempt.ts";
import { makeRedactor, SECRET_PREFIX } from "./secrets.ts";
import { createSpawnClient, type WatchedGroup } from "./spawn-client.ts";

export interface LocalOptions {
  readonly folder: RunFolder;
  readonly plan: Plan;
  readonly clock: Clock;
  /** The environment of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By name in the plan. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly capacity?: CapacityOptions;
  /** Milliseconds between asking a process to end and ending it. Default 10 s. */
  readonly grace?: number;
  /** Extra fields in outputs are errors. */
  readonly strict?: boolean;
  /** Largest JSON or text output in bytes. Default 64 MiB. */
  readonly outputLimit?: number;
  /** Absent: results are neither looked up nor kept. */
  readonly cache?: ResultCache;
  /** How many processes the kernel has killed for memory. Default: what the kernel counts. */
  readonly outOfMemoryCount?: OutOfMemoryCount;
}

/** Processes that start processes, at most: while one of them waits for a program to be loaded, the other goes on. */
const SPAWNERS = 2;
const DEFAULT_GRACE = 10_000;
const DEFAULT_OUTPUT_LIMIT = 64 * 1024 * 1024;

interface AttemptName {
  readonly instance: InstanceId;
  readonly attempt: number;
}

interface Attempt extends AttemptControl {
  readonly name: AttemptName;
  /** Its turn in the batch has come. */
  current: boolean;
  reported: boolean;
}

interface StartedAttempt extends Attempt {
  readonly start: Start;
}

/** Makes the backend of one run. */
export function createLocalBackend(options: LocalOptions, sink: BackendSink): Backend {
  const { clock, plan } = options;
  const run = options.folder.description.id;
  const tasks = new Map<string, PlanTask>(plan.tasks.map((task) => [task.id, task]));
  const attempts = new Map<string, Attempt>();
  const slots = new Set<Promise<void>>();
  let grace = options.grace ?? DEFAULT_GRACE;
  let closed = false;
  /** By attempt: what is to be told when its end is durable. */
  const unrecorded = new Map<string, () => void>();
  /** By attempt: what was prepared while its start was being recorded. */
  const early = new Map<string, Prepared>();
  let survivors: Survivors | undefined;
  const settings = {
    folder: options.folder.description.folder,
    environment: inheritedEnvironment(options.environment),
  };
  const spawner = createSpawnClient({
    settings,
    folder: options.folder.path,
    clock,
    count: Math.min(SPAWNERS, availableParallelism()),
    warn: (message) => {
      if (!closed) sink.warning({ instance: "", message });
    },
    endLost: async (recorded, requests) => {
      const only = requests.map(({ set }) => readMarks(set));
      await endLeftOvers({ run, recorded, only, grace, clock });
    },
  });
  const surroundings: AttemptSurroundings = {
    run,
    ...settings,
    spawner,
    secrets: options.secrets,
    redact: makeRedactor(options.secrets),
    outOfMemory: watchOutOfMemory(options.outOfMemoryCount),
    clock,
    strict: options.strict ?? false,
    outputLimit: options.outputLimit ?? DEFAULT_OUTPUT_LIMIT,
  };

  function report(attempt: Attempt, outcome: Outcome): void {
    const { instance, attempt: number } = attempt.name;
    attempts.delete(attemptName(instance, number));
    if (attempt.reported || closed) return;
    attempt.reported = true;
    sink.event({ type: "attempt-ended", instance, attempt: number, outcome, time: clock.now() });
  }

  async function runSlot(items: readonly StartedAttempt[]): Promise<void> {
    for (const attempt of items) {
      if (attempt.reported) continue;
      if (attempt.stopped || closed) {
        report(attempt, { ok: false, cause: "cancelled" });
        continue;
      }
      attempt.current = true;
      report(attempt, await carryOut(attempt));
    }
  }

  async function carryOut(attempt: StartedAttempt): Promise<Outcome> {
    const { start } = attempt;
    const task = tasks.get(start.task);
    if (task === undefined) throw new Error(`the plan has no task ${start.task}`);
    const { instance } = start;
    const warn = (message: string): void => {
      if (!closed) sink.warning({ instance, message });
    };
    const cache = task.cache === undefined ? undefined : options.cache;
    const key = await cache?.keyOf(task, start.parameters);
    if (cache !== undefined && key !== undefined) {
      const { found, warning } = cache.find(task, key);
      if (warning !== undefined) warn(warning);
      if (found !== undefined) return { ok: true, value: found.value, cachedFrom: found.run };
    }
    const at = attemptFolder(options.folder, instance, start.attempt);
    const name = attemptName(instance, start.attempt);
    const hooks = {
      warning: warn,
      begun: (group: WatchedGroup) => {
        unrecorded.set(name, group.recorded);
        begun(start, group.identity);
      },
    };
    const prepared = early.get(name) ?? prepareAttempt(start, task, at, surroundings, key);
    early.delete(name);
    const outcome = await runAttempt(prepared, task, attempt, surroundings, hooks);
    await keep(task, key, outcome, warn);
    return outcome;
  }

  function begun({ instance, attempt }: AttemptName, identity: ProcessIdentity | undefined): void {
    // Without a handle there is nothing to be written down.
    if (closed || identity === undefined) return;
    sink.event({ type: "attempt-started", instance, attempt, handle: identityValue(identity), time: clock.now() });
  }

  async function keep(
    task: PlanTask,
    key: string | undefined,
    outcome: Outcome,
    warn: (message: string) => void,
  ): Promise<void> {
    if (!outcome.ok || options.cache === undefined || key === undefined) return;
    const kept = await options.cache.keep(task, key, outcome.value);
    if (!kept.ok) warn(kept.message);
  }

  async function recover(open: readonly OpenAttempt[]): Promise<ReadonlyMap<InstanceId, number>> {
    survivors = await findSurvivors(options.folder, open, clock, async ({ instance, attempt, handle }) => {
      const only = [attemptMarks(instance, attempt)];
      await endLeftOvers({
        run,
        recorded: identitiesOf({ instance, attempt, ...(handle && { handle }) }),
        only,
        grace,
        clock,
      });
    });
    // Of a task that the plan has no longer, nobody waits for the result.
    const adopted = survivors.attempts.filter(({ note }) => tasks.has(note.task));
    const isAdopted = new Set(adopted.map(({ open }) => open));
    const left = await endLeftOvers({
      run,
      recorded: open.filter((attempt) => !isAdopted.has(attempt)).flatMap(identitiesOf),
      // What has ended has left nothing behind that is to stay.
      spare: adopted
        .filter(({ began }) => began !== undefined)
        .map(({ open }) => attemptMarks(open.instance, open.attempt)),
      grace,
      clock,
    });
    if (left.length > 0)
      sink.warning({ instance: "", message: `processes of an earlier driver cannot be ended: ${left.join(", ")}` });
    for (const survivor of adopted) occupySlot((async () => takeOver(survivor))());
    return new Map(adopted.map(({ open }) => [open.instance, open.attempt]));
  }

  async function takeOver({ open, at, note, began: since, group }: Survivor): Promise<void> {
    const task = tasks.get(note.task);
    if (task === undefined) throw new Error(`the plan has no task ${note.task}`);
    const attempt: Attempt = { ...makeControl(open), current: true, group };
    attempts.set(attemptName(open.instance, open.attempt), attempt);
    if (open.handle === undefined && group.identity !== undefined) begun(open, group.identity);
    const warning = (message: string): void => {
      if (!closed) sink.warning({ instance: open.instance, message });
    };
    const ran = since === undefined ? 0 : clock.now() - since;
    const outcome = await awaitEnd({ task, at, group, limit: note, ran }, attempt, surroundings, { warning });
    await keep(task, note.cacheKey, outcome, warning);
    report(attempt, outcome);
  }

  function makeControl(name: AttemptName): Attempt {
    return { name, stopped: false, current: false, reported: false, group: undefined, grace: () => grace };
  }

  function occupySlot(work: Promise<void>): void {
    const done: Promise<void> = work.finally(() => slots.delete(done));
    slots.add(done);
  }

  function stopAttempt(attempt: Attempt): void {
    attempt.stopped = true;
    if (attempt.current) attempt.group?.terminate(grace);
    else report(attempt, { ok: false, cause: "cancelled" });
  }

  return {
    capacity: () => localCapacity(options.capacity),
    recover,
    prepare: (items) => {
      const [start] = items;
      const task = start === undefined ? undefined : tasks.get(start.task);
      // A result from the cache needs no folder.
      if (
        closed ||
        start === undefined ||
        task === undefined ||
        (task.cache !== undefined && options.cache !== undefined)
      )
        return;
      const at = attemptFolder(options.folder, start.instance, start.attempt);
      early.set(attemptName(start.instance, start.attempt), prepareAttempt(start, task, at, surroundings));
    },
    start: (items) => {
      if (closed) return;
      const slot = items.map((start): StartedAttempt => {
        const attempt = { ...makeControl(start), start };
        attempts.set(attemptName(start.instance, start.attempt), attempt);
        return attempt;
      });
      occupySlot(runSlot(slot));
    },
    recorded: (instance, number) => {
      const name = attemptName(instance, number);
      unrecorded.get(name)?.();
      unrecorded.delete(name);
    },
    stop: (instance, number) => {
      const attempt = attempts.get(attemptName(instance, number));
      if (attempt !== undefined) stopAttempt(attempt);
    },
    hurry: () => {
      grace = 0;
      for (const attempt of attempts.values()) if (attempt.stopped) attempt.group?.terminate(0);
    },
    close: async () => {
      closed = true;
      const busy = slots.size > 0;
      for (const attempt of [...attempts.values()]) stopAttempt(attempt);
      await Promise.all(slots);
      await spawner.close();
      // Also those that left their process group.
      await endLeftOvers({ run, grace: busy ? 0 : grace, clock });
      await survivors?.release();
    },
  };
}

/** The folder of the results kept for later runs. */
export function cacheFolder(root: string): string {
  return path.join(root, ".sluice", "cache");
}

function attemptName(instance: InstanceId, attempt: number): string {
  return `${attempt} ${instance}`;
}

// Variables that give secrets are for those tasks only that ask for them.
function inheritedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const inherited: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !name.startsWith(SECRET_PREFIX)) inherited[name] = value;
  }
  return inherited;
}

function identityValue(identity: ProcessIdentity): Value {
  return makeRecord(Object.entries(identity) as [string, Value][]);
}

function identitiesOf({ handle }: OpenAttempt): readonly ProcessIdentity[] {
  if (typeof handle !== "object" || handle === null || !("pid" in handle) || typeof handle.pid !== "number") return [];
  return [handle as unknown as ProcessIdentity];
}
