// What the machine can hold at once: its cores and memory, or less where a control group says so.
import { availableParallelism, totalmem } from "node:os";
import type { Capacity } from "../../engine/protocol.ts";

export interface CapacityOptions {
  /** Cores. */
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Attempts at once, whatever they ask for. */
  readonly slots?: number;
  readonly gpus?: number;
}

/** The machine's capacity, with what the options say instead. Graphics processors are not counted unless they are given. */
export function localCapacity(options: CapacityOptions = {}): Capacity {
  const limit = process.constrainedMemory();
  const machine = totalmem();
  return {
    cpu: options.cpus ?? availableParallelism(),
    // Without a limit the system gives 0 or a number beyond all memory.
    memory: options.memory ?? (limit > 0 && limit < machine ? limit : machine),
    ...(options.slots === undefined ? {} : { slots: options.slots }),
    ...(options.gpus === undefined ? {} : { gpu: options.gpus }),
  };
}
