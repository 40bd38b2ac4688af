// The loop that joins engine, journal and backend: events go in one at a time, the records that come out are written in groups (all that came
// up while the last group was being written), and the commands that rest on them are carried out once they are durable. Afterwards the run
// has ended, or the journal could not be written; the backend is closed in both cases. Or it was let go of, and what was written is whole.
import type { Capacity, Command, Event, InstanceId, JournalRecord, Report } from "../engine/protocol.ts";
import type { Backend, BackendFactory, BackendWarning, OpenAttempt } from "./backend.ts";
import type { Clock } from "./clock.ts";
import type { Journal } from "./journal.ts";

/** Takes one event and says what to do. */
export type Step = (event: Event) => readonly Command[];

export interface DriveOptions {
  readonly backend: BackendFactory;
  /** Makes the engine with its state inside, once the backend has said what it can hold and which attempts it took over. */
  readonly engine: (capacity: Capacity, adopted: ReadonlyMap<InstanceId, number>) => Step;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Attempts an earlier driver left open; absent when there was none. */
  readonly open?: readonly OpenAttempt[];
  readonly onReport?: (report: Report) => void;
  readonly onWarning?: (warning: BackendWarning) => void;
  /** Asks the run to end: what runs gets its grace period, `finally` still runs. */
  readonly cancel?: AbortSignal;
  /** Asks a second time: no grace any more, and `finally` ends too. */
  readonly force?: AbortSignal;
  /** Asks to let go of the run as it is: nothing more is started, ended or written. For backends whose attempts outlive their driver. */
  readonly detach?: AbortSignal;
}

export type RunEnd = Extract<Command, { readonly type: "end" }>;

export type DriveResult =
  | { readonly kind: "ended"; readonly end: RunEnd }
  /** What is durable is whole: the run can be resumed. */
  | { readonly kind: "journal-failed"; readonly message: string }
  | { readonly kind: "detached" };

/** How long, in milliseconds, a record nothing rests on may wait for company before it is written. */
const LINGER = 25;

/** Drives a run to its end. */
export async function drive(options: DriveOptions): Promise<DriveResult> {
  const { clock } = options;
  const queue: Event[] = [];
  const timers = new Map<string, () => void>();
  let wake: (() => void) | undefined;
  const push = (event: Event): void => {
    queue.push(event);
    wake?.();
  };
  const backend = options.backend({ event: push, warning: (warning) => options.onWarning?.(warning) });
  const onCancel = (): void => push({ type: "cancel-requested", time: clock.now() });
  const onForce = (): void => {
    onCancel();
    backend.hurry();
  };
  const onDetach = (): void => wake?.();
  try {
    const adopted = options.open === undefined ? new Map<InstanceId, number>() : await backend.recover(options.open);
    // First of all, also before the end of an attempt that was taken over.
    queue.unshift({ type: "run-started", time: clock.now() });
    listen(options.cancel, onCancel);
    listen(options.force, onForce);
    listen(options.detach, onDetach);
    return await loop(options.engine(backend.capacity(), adopted));
  } finally {
    options.cancel?.removeEventListener("abort", onCancel);
    options.force?.removeEventListener("abort", onForce);
    options.detach?.removeEventListener("abort", onDetach);
    for (const takeBack of timers.values()) takeBack();
    await backend.close();
  }

  async function loop(step: Step): Promise<DriveResult> {
    const records: JournalRecord[] = [];
    let lingering: (() => void) | undefined;
    let overdue = false;
    for (;;) {
      if (options.detach?.aborted) {
        lingering?.();
        return { kind: "detached" };
      }
      const commands: Exclude<Command, { readonly type: "append" }>[] = [];
      for (const event of queue.splice(0)) {
        for (const command of step(event)) {
          if (command.type !== "append") commands.push(command);
          else for (const record of command.records) records.push(record);
        }
      }
      if (records.length > 0 && (commands.length > 0 || overdue)) {
        lingering?.();
        lingering = undefined;
        overdue = false;
        const group = records.splice(0);
        const writing = options.journal.append(group);
        for (const command of commands) if (command.type === "start") backend.prepare?.(command.items);
        const written = await writing;
        if (!written.ok) return { kind: "journal-failed", message: written.message };
        for (const record of group)
          if (record.type === "attempt-ended") backend.recorded?.(record.instance, record.attempt);
      }
      // What was just recorded as begun is for the next driver to sort out.
      if (options.detach?.aborted && !commands.some(({ type }) => type === "end")) continue;
      const end = carryOut(commands, backend);
      if (end !== undefined) {
        lingering?.();
        return { kind: "ended", end };
      }
      if (records.length > 0 && lingering === undefined) {
        lingering = clock.after(LINGER, () => {
          overdue = true;
          wake?.();
        });
      }
      if (queue.length === 0 && !overdue && !options.detach?.aborted)
        await new Promise<void>((resolve) => (wake = resolve));
      wake = undefined;
    }
  }

  function carryOut(
    commands: readonly Exclude<Command, { readonly type: "append" }>[],
    to: Backend,
  ): RunEnd | undefined {
    for (const command of commands) {
      switch (command.type) {
        case "start":
          to.start(command.items);
          break;
        case "stop":
          to.stop(command.instance, command.attempt);
          break;
        case "set-timer":
          setTimer(command.timer, command.due);
          break;
        case "report":
          options.onReport?.(command.report);
          break;
        case "end":
          return command;
      }
    }
    return undefined;
  }

  function setTimer(timer: string, due: number): void {
    timers.get(timer)?.();
    timers.set(
      timer,
      clock.after(Math.max(0, due - clock.now()), () => {
        timers.delete(timer);
        push({ type: "timer-fired", timer, time: clock.now() });
      }),
    );
  }
}

function listen(signal: AbortSignal | undefined, listener: () => void): void {
  if (signal?.aborted) listener();
  else signal?.addEventListener("abort", listener);
}
