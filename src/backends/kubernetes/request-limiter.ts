// How fast requests may go out: a bucket of tokens that fills at a steady rate. Of one priority they are let through in the order they came; those
// that can wait go only while the bucket is at least half full and nobody else waits.
import type { Clock } from "../clock.ts";

export interface LimiterOptions {
  /** Requests per second in the long run. */
  readonly rate: number;
  /** Requests at once after a pause. */
  readonly burst: number;
}

/** `first`: everything else rests on it. `last`: nothing does. */
export type Priority = "first" | "normal" | "last";

export interface RequestLimiter {
  /** Resolves when the request may go out, or with false when the signal ends the wait. */
  take(options?: { readonly priority?: Priority; readonly signal?: AbortSignal }): Promise<boolean>;
}

/** What the API server is asked for at most when nobody says otherwise. */
export const POLITE: LimiterOptions = { rate: 20, burst: 40 };

/** Makes a limiter with a full bucket. */
export function createLimiter(clock: Clock, { rate, burst }: LimiterOptions = POLITE): RequestLimiter {
  const queues: Readonly<Record<Priority, (() => void)[]>> = { first: [], normal: [], last: [] };
  let tokens = burst;
  let filled = clock.now();
  let timer: (() => void) | undefined;

  const count = (): number => queues.first.length + queues.normal.length + queues.last.length;
  const needed = (): number => (count() > queues.last.length ? 1 : Math.max(1, burst / 2));

  function stopTimer(): void {
    timer?.();
    timer = undefined;
  }

  function serve(): void {
    stopTimer();
    const now = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filled) / 1000) * rate);
    filled = now;
    // Not exactly: parts of a token are added up from milliseconds.
    while (count() > 0 && tokens >= needed() - 1e-6) {
      tokens -= 1;
      (queues.first.shift() ?? queues.normal.shift() ?? queues.last.shift())?.();
    }
    if (count() > 0) timer = clock.after(Math.max(1, Math.ceil(((needed() - tokens) / rate) * 1000)), serve);
  }

  return {
    take: ({ priority = "normal", signal } = {}) => {
      if (signal?.aborted) return Promise.resolve(false);
      return new Promise<boolean>((resolve) => {
        const queue = queues[priority];
        const begin = (): void => {
          signal?.removeEventListener("abort", leave);
          resolve(true);
        };
        const leave = (): void => {
          const at = queue.indexOf(begin);
          if (at >= 0) queue.splice(at, 1);
          if (count() === 0) stopTimer();
          resolve(false);
        };
        signal?.addEventListener("abort", leave, { once: true });
        queue.push(begin);
        // Who waits already is not helped by one more of the same; the timer is set.
        if (timer === undefined || queue.length === 1) serve();
      });
    },
  };
}
