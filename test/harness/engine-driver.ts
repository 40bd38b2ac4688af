// Drives the engine by hand in tests: sends events, keeps what came out, and knows which attempts run.
import type {
  Command,
  Event,
  FailureReport,
  JournalRecord,
  Outcome,
  Report,
  Start,
} from "../../src/engine/protocol.ts";
import { foldJournal } from "../../src/engine/recorded.ts";
import { createRun, step } from "../../src/engine/run.ts";
import type { RunOptions, RunState } from "../../src/engine/state.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { RunStatus } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";

export interface Ended {
  readonly status: RunStatus;
  readonly result: Value | undefined;
  readonly failures: readonly FailureReport[];
}

export interface Driver {
  readonly state: RunState;
  /** Of all steps. */
  readonly records: JournalRecord[];
  readonly reports: Report[];
  /** Of the last step. */
  commands: readonly Command[];
  ended: Ended | null;
  /** The start commands so far, as lists of instance ids. */
  readonly starts: string[][];
  readonly latest: Map<string, Start>;
  readonly timers: Map<string, number>;
  readonly stops: string[];
  time: number;
  /** Ids of running attempts, in order of their start. */
  running(): string[];
  send(
    event: { readonly [K in Event["type"]]: Omit<Extract<Event, { readonly type: K }>, "time"> }[Event["type"]],
  ): void;
  ok(instance: string, value?: Value): void;
  fail(instance: string, outcome?: Partial<Extract<Outcome, { readonly retryable?: boolean }>>): void;
  end(instance: string, outcome: Outcome): void;
  /** Lets time pass to the first timer that is due, and fires it. */
  fire(): string;
}

export const OPTIONS: RunOptions = {
  run: "r1",
  planHash: "p1",
  parameters: makeRecord([]),
  capacity: {},
  engineVersion: "test",
};

/** A run that has got its `run-started`. */
export function drive(plan: Plan, options: Partial<RunOptions> = {}): Driver {
  const driver = prepare(plan, options);
  driver.send({ type: "run-started" });
  return driver;
}

/** A run before its first event. */
export function prepare(plan: Plan, options: Partial<RunOptions> = {}): Driver {
  const live = new Map<string, number>();
  const driver: Driver = {
    state: createRun(plan, { ...OPTIONS, ...options }),
    records: [],
    reports: [],
    commands: [],
    ended: null,
    starts: [],
    latest: new Map(),
    timers: new Map(),
    stops: [],
    time: 1000,
    running: () => [...live.keys()],
    send(event) {
      driver.time++;
      driver.commands = step(driver.state, { ...event, time: driver.time });
      for (const command of driver.commands) take(driver, live, command);
    },
    ok: (instance, value = 0) => driver.end(instance, { ok: true, value }),
    fail: (instance, outcome = {}) =>
      driver.end(instance, { ok: false, cause: "exit", exitCode: 1, message: "it broke", ...outcome }),
    end(instance, outcome) {
      const attempt = live.get(instance);
      if (attempt === undefined) throw new Error(`${instance} does not run; running: ${[...live.keys()].join(", ")}`);
      live.delete(instance);
      driver.send({ type: "attempt-ended", instance, attempt, outcome });
    },
    fire() {
      const [first] = [...driver.timers].sort(([, a], [, b]) => a - b);
      if (first === undefined) throw new Error("no timer is set");
      const [timer, due] = first;
      driver.timers.delete(timer);
      driver.time = Math.max(driver.time, due - 1);
      driver.send({ type: "timer-fired", timer });
      return timer;
    },
  };
  return driver;
}

function take(driver: Driver, live: Map<string, number>, command: Command): void {
  switch (command.type) {
    case "append":
      driver.records.push(...command.records);
      return;
    case "report":
      driver.reports.push(command.report);
      return;
    case "set-timer":
      driver.timers.set(command.timer, command.due);
      return;
    case "stop":
      driver.stops.push(command.instance);
      return;
    case "end":
      driver.ended = { status: command.status, result: command.result, failures: command.failures };
      return;
    case "start":
      driver.starts.push(command.items.map(({ instance }) => instance));
      for (const item of command.items) {
        if (live.has(item.instance)) throw new Error(`${item.instance} runs already`);
        live.set(item.instance, item.attempt);
        driver.latest.set(item.instance, item);
      }
  }
}

/** A later driver of the same run: its journal is that of the earlier one, cut after `count` records. */
export function resume(
  plan: Plan,
  earlier: Driver,
  options: Partial<RunOptions> = {},
  count = earlier.records.length,
): Driver {
  const journal = earlier.records.slice(0, count);
  // As the journal's file would give them back.
  const read = JSON.parse(JSON.stringify(journal)) as JournalRecord[];
  return drive(plan, { ...options, recorded: foldJournal(read).recorded });
}
