// Time for everything that waits: the driver and the backends get it from outside, so that tests can hold it still.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, `delay` milliseconds from now or later; the function returned takes it back. */
  after(delay: number, callback: () => void): () => void;
}

/** setTimeout fires at once beyond this, so longer waits are made of several. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The clock of the machine. Waits of any length; a pending wait keeps the process alive. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    after: (delay, callback) => {
      let timer: ReturnType<typeof setTimeout>;
      const wait = (rest: number): void => {
        const part = Math.min(Math.max(rest, 0), LONGEST_TIMER);
        timer = setTimeout(() => (rest > part ? wait(rest - part) : callback()), part);
      };
      wait(delay);
      return () => clearTimeout(timer);
    },
  };
}
