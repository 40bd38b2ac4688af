// Whether the kernel killed a process for memory. Linux counts such kills per control group; a process that died by SIGKILL is taken to be
// one of them when the count of our group has grown since the last look. Which process was killed the count does not say: when another of our
// processes was killed by hand in the same moment, the two cannot be told apart. Without a count (macOS, no control groups) nothing is known
// and the end stays `exit(137)`.
import * as fs from "node:fs";

/** How many processes the kernel has killed for memory so far; undefined where that is not known. */
export type OutOfMemoryCount = () => number | undefined;

export interface OutOfMemoryWatch {
  /** Call once for every attempt that failed; true when a kill by the kernel can be put down to it. */
  explains(killed: boolean): boolean;
}

/** Watches the count from now on. */
export function watchOutOfMemory(count: OutOfMemoryCount = kernelCount()): OutOfMemoryWatch {
  let seen = count() ?? 0;
  return {
    explains: (killed) => {
      const now = count();
      if (now === undefined || now <= seen) return false;
      // Several killed at once end one by one: each takes one kill. An attempt that ended otherwise lost a process it started, not itself.
      seen = killed ? seen + 1 : now;
      return killed;
    },
  };
}

function kernelCount(): OutOfMemoryCount {
  const file = process.platform === "linux" ? findCountFile() : undefined;
  if (file === undefined) return () => undefined;
  return () => readCount(file);
}

function findCountFile(): string | undefined {
  let groups: string;
  try {
    groups = fs.readFileSync("/proc/self/cgroup", "utf8");
  } catch {
    return undefined;
  }
  const unified = /^0::(.*)$/m.exec(groups)?.[1];
  const memory = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(groups)?.[1];
  const candidates = [
    // Counts the group and those below it.
    ...(unified === undefined ? [] : [`/sys/fs/cgroup${unified}/memory.events`, "/sys/fs/cgroup/memory.events"]),
    ...(memory === undefined
      ? []
      : [`/sys/fs/cgroup/memory${memory}/memory.oom_control`, "/sys/fs/cgroup/memory/memory.oom_control"]),
    // Of the whole machine.
    "/proc/vmstat",
  ];
  return candidates.find((file) => readCount(file) !== undefined);
}

function readCount(file: string): number | undefined {
  try {
    const found = /^oom_kill (\d+)$/m.exec(fs.readFileSync(file, "utf8"));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}
