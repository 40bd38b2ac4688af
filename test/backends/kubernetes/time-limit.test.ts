import { afterEach, expect, test } from "vitest";
import { type ClusterAttempt, newAttempt } from "../../../src/backends/kubernetes/attempt.ts";
import type { Pod } from "../../../src/backends/kubernetes/objects.ts";
import { createTimeLimits, type TimeLimits } from "../../../src/backends/kubernetes/time-limit.ts";
import type { Start } from "../../../src/engine/protocol.ts";
import type { PlanTask } from "../../../src/plan/plan.ts";
import { answerJson, connectTo, endScripted, refuse, startScripted } from "./scripted-server.ts";

afterEach(endScripted);

interface Setup {
  readonly limits: TimeLimits;
  readonly patched: readonly unknown[];
  readonly removed: readonly ClusterAttempt[];
  readonly timers: { readonly due: number; readonly fire: () => void; gone: boolean }[];
  readonly clock: { now: number };
}

async function setUp(works = true): Promise<Setup> {
  const patched: unknown[] = [];
  const removed: ClusterAttempt[] = [];
  const timers: Setup["timers"] = [];
  const clock = { now: 1_000_000 };
  const { url } = await startScripted(({ method, body }, answer) => {
    patched.push({ method, body });
    if (works) answerJson(answer, 200, {});
    else refuse(answer, 403, "Forbidden", "no");
  });
  const client = await connectTo(url);
  const limits = createTimeLimits({
    client: {
      ...client,
      clock: {
        now: () => clock.now,
        after: (delay, fire) => {
          const timer = { due: clock.now + delay, fire, gone: false };
          timers.push(timer);
          return () => {
            timer.gone = true;
          };
        },
      },
    },
    namespace: "n",
    signal: new AbortController().signal,
    patience: 0,
    silence: 60_000,
    remove: async (attempt) => void removed.push(attempt),
  });
  return { limits, patched, removed, timers, clock };
}

/** An attempt whose container was started at 900 s. */
function attempt(adopted: boolean, state: object = { running: { startedAt: "1970-01-01T00:15:00Z" } }): ClusterAttempt {
  const made = newAttempt({
    name: "a",
    instance: "a",
    attempt: 1,
    task: {} as PlanTask,
    state: "open",
    timeout: 300_000,
    ...(!adopted && { start: {} as Start }),
  });
  const status = { phase: "Running", containerStatuses: [{ name: "task", state }] };
  made.pod = { metadata: { name: "p", uid: "u" }, spec: { terminationGracePeriodSeconds: 5 }, status } as Pod;
  return made;
}

test("time runs from when the container was first seen running, and not while it waits", async () => {
  const { limits, timers, clock } = await setUp();
  const waiting = attempt(false, { waiting: { reason: "ContainerCreating" } });
  limits.follow(waiting);
  expect(timers).toEqual([]);
  const running = attempt(false);
  limits.follow(running);
  clock.now += 1000;
  limits.follow(running);
  expect(timers.map(({ due }) => due)).toEqual([1_300_000]);
  limits.release(running);
  expect(timers[0]?.gone).toBe(true);
});

test("of what an earlier driver started, time runs from the start that the pod tells", async () => {
  const { limits, timers } = await setUp();
  limits.follow(attempt(true));
  limits.follow(attempt(true, { running: { startedAt: "1970-01-01T01:00:00Z" } }));
  expect(timers.map(({ due }) => due)).toEqual([1_201_000, 1_300_000]);
});

test("what ran out of time is ended through its pod's deadline, and taken away when nobody does that", async () => {
  const { limits, timers, patched, removed } = await setUp();
  const running = attempt(false);
  limits.follow(running);
  timers[0]?.fire();
  expect(running.expired).toBe(true);
  await expect.poll(() => timers.length).toBe(2);
  expect(patched).toEqual([{ method: "PATCH", body: { metadata: { uid: "u" }, spec: { activeDeadlineSeconds: 1 } } }]);
  expect(timers[1]?.due).toBe(1_065_000);
  timers[1]?.fire();
  expect(removed).toEqual([running]);
});

test("where the deadline cannot be set the Job is taken away at once; what we are ending anyway is left alone", async () => {
  const { limits, timers, patched, removed } = await setUp(false);
  const [running, stopping] = [attempt(false), attempt(false)];
  limits.follow(running);
  limits.follow(stopping);
  stopping.stopping = true;
  for (const { fire } of [...timers]) fire();
  await expect.poll(() => removed).toEqual([running]);
  expect(patched).toHaveLength(1);
  expect(stopping.expired).toBe(false);
});
