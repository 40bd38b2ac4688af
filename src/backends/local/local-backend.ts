// The local backend: attempts are host processes. What is started is known from before it exists (its environment names the run), so that a
// driver that dies at any moment leaves nothing its successor cannot find and end.
import * as path from "node:path";
import type { InstanceId, Outcome, Start } from "../../engine/protocol.ts";
import type { Plan, PlanTask } from "../../plan/plan.ts";
import { makeRecord, type Value } from "../../types/value.ts";
import type { Backend, BackendSink, OpenAttempt } from "../backend.ts";
import type { Clock } from "../clock.ts";
import type { ProcessIdentity } from "../process-identity.ts";
import { attemptFolder, type RunFolder } from "../run-folder.ts";
import { type CapacityOptions, localCapacity } from "./capacity.ts";
import { endLeftOvers } from "./left-overs.ts";
import { type OutOfMemoryCount, watchOutOfMemory } from "./out-of-memory.ts";
import type { ResultCache } from "./result-cache.ts";
import { type AttemptControl, type AttemptSurroundings, runAttempt } from "./run-attempt.ts";
import { makeRedactor, SECRET_PREFIX } from "./secrets.ts";

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

const DEFAULT_GRACE = 10_000;
const DEFAULT_OUTPUT_LIMIT = 64 * 1024 * 1024;

interface Attempt extends AttemptControl {
  readonly start: Start;
  /** Its turn in the batch has come. */
  current: boolean;
  reported: boolean;
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
  const surroundings: AttemptSurroundings = {
    run,
    folder: options.folder.description.folder,
    environment: inheritedEnvironment(options.environment),
    secrets: options.secrets,
    redact: makeRedactor(options.secrets),
    outOfMemory: watchOutOfMemory(options.outOfMemoryCount),
    clock,
    strict: options.strict ?? false,
    outputLimit: options.outputLimit ?? DEFAULT_OUTPUT_LIMIT,
  };

  function report(attempt: Attempt, outcome: Outcome): void {
    const { instance, attempt: number } = attempt.start;
    attempts.delete(attemptName(instance, number));
    if (attempt.reported || closed) return;
    attempt.reported = true;
    sink.event({ type: "attempt-ended", instance, attempt: number, outcome, time: clock.now() });
  }

  async function runSlot(items: readonly Attempt[]): Promise<void> {
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

  async function carryOut(attempt: Attempt): Promise<Outcome> {
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
    const outcome = await runAttempt(start, task, at, attempt, surroundings, {
      warning: warn,
      begun: (identity) => {
        if (closed) return;
        const handle = identity === undefined ? {} : { handle: identityValue(identity) };
        sink.event({ type: "attempt-started", instance, attempt: start.attempt, ...handle, time: clock.now() });
      },
    });
    if (outcome.ok && cache !== undefined && key !== undefined) {
      const kept = await cache.keep(task, key, outcome.value);
      if (!kept.ok) warn(kept.message);
    }
    return outcome;
  }

  function stopAttempt(attempt: Attempt): void {
    attempt.stopped = true;
    if (attempt.current) attempt.group?.terminate(grace);
    else report(attempt, { ok: false, cause: "cancelled" });
  }

  return {
    capacity: () => localCapacity(options.capacity),
    recover: async (open) => {
      const left = await endLeftOvers({ run, recorded: open.flatMap(identitiesOf), grace, clock });
      if (left.length > 0)
        sink.warning({ instance: "", message: `processes of an earlier driver cannot be ended: ${left.join(", ")}` });
      // How an orphan ended nobody can tell: its work is done anew.
      return new Map();
    },
    start: (items) => {
      if (closed) return;
      const slot = items.map((start): Attempt => {
        const attempt: Attempt = {
          start,
          stopped: false,
          current: false,
          reported: false,
          group: undefined,
          grace: () => grace,
        };
        attempts.set(attemptName(start.instance, start.attempt), attempt);
        return attempt;
      });
      const done: Promise<void> = runSlot(slot).finally(() => slots.delete(done));
      slots.add(done);
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
      // Also those that left their process group.
      await endLeftOvers({ run, grace: busy ? 0 : grace, clock });
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
