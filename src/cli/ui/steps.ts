// What is being done while nothing else is shown: on a terminal, and only when it takes long enough to wonder.
import type { Io } from "../io.ts";

export interface Steps {
  /** What is being done from now on, beginning with a verb: "checking …". */
  readonly step: (text: string) => void;
  readonly end: () => void;
}

/** Milliseconds after which a step is shown, and between two of them. */
const WONDER = 1500;

/** Shows steps on stderr, where that is a terminal. */
export function createSteps({ stderr }: Pick<Io, "stderr">): Steps {
  if (!stderr.isTerminal) return { step: () => {}, end: () => {} };
  let current = "";
  let shown = "";
  const timer = setInterval(() => {
    if (current === shown) return;
    stderr.write(`${current} …\n`);
    shown = current;
  }, WONDER);
  timer.unref();
  return {
    step: (text) => {
      current = text;
    },
    end: () => clearInterval(timer),
  };
}
