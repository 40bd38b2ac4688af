import { expect, test } from "vitest";
import type { Clock } from "../../../src/backends/clock.ts";
import { createLimiter, type Priority } from "../../../src/backends/kubernetes/request-limiter.ts";

/** A clock that stands until it is moved; callbacks run in the order of their time. */
function standingClock(): Clock & { advance(delay: number): Promise<void> } {
  let now = 0;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  return {
    now: () => now,
    after: (delay, callback) => {
      const timer = { at: now + delay, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: async (delay) => {
      const until = now + delay;
      for (;;) {
        await Promise.resolve();
        const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        now = next.at;
        next.callback();
      }
      now = until;
      await Promise.resolve();
    },
  };
}

function start(rate: number, burst: number) {
  const clock = standingClock();
  const limiter = createLimiter(clock, { rate, burst });
  const through: string[] = [];
  const take = (name: string, priority?: Priority, signal?: AbortSignal): void => {
    void limiter
      .take({ ...(priority && { priority }), ...(signal && { signal }) })
      .then((allowed) => through.push(allowed ? name : `not ${name}`));
  };
  return { clock, through, take };
}

test("a burst goes out at once, the rest at the rate, in the order they came", async () => {
  const { clock, through, take } = start(10, 3);
  for (const name of "abcdef") take(name);
  await clock.advance(0);
  expect(through.join("")).toBe("abc");
  await clock.advance(99);
  expect(through.join("")).toBe("abc");
  await clock.advance(1);
  expect(through.join("")).toBe("abcd");
  await clock.advance(200);
  expect(through.join("")).toBe("abcdef");
});

test("in the long run no more than the rate goes out", async () => {
  const { clock, through, take } = start(20, 40);
  for (let at = 0; at < 1000; at++) take("x");
  await clock.advance(10_000);
  expect(through.length).toBe(40 + 200);
});

test("what everything rests on overtakes, what nothing rests on waits for quiet", async () => {
  const { clock, through, take } = start(10, 4);
  for (const name of "abcd") take(name);
  take("l", "last");
  take("e");
  take("f", "first");
  await clock.advance(100);
  expect(through.join("")).toBe("abcdf");
  await clock.advance(100);
  expect(through.join("")).toBe("abcdfe");
  // Half of the burst must be there first.
  await clock.advance(199);
  expect(through.join("")).toBe("abcdfe");
  await clock.advance(1);
  expect(through.join("")).toBe("abcdfel");
});

test("a signal takes a waiting request out and leaves the others their places", async () => {
  const { clock, through, take } = start(10, 1);
  const stop = new AbortController();
  take("a");
  take("b", "normal", stop.signal);
  take("c");
  stop.abort();
  await clock.advance(100);
  expect(through).toEqual(["a", "not b", "c"]);
});
