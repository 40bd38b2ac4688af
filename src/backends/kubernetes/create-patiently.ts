// Creating the objects of attempts, a few at a time, in the order they were asked for. What the cluster cannot take now (a full quota, a server that
// is away) waits at the head, and everything behind it waits as well, so that one request asks whether there is room again, and not hundreds.
import type { ClusterClient } from "./client.ts";
import { type Created, createOnce } from "./create-once.ts";
import type { ClusterObject } from "./objects.ts";
import type { Resource } from "./resource-path.ts";

export interface CreatorOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** Why things have to wait; told each time they begin to. */
  readonly waiting: (message: string) => void;
  /** Requests under way at most. Default 16. */
  readonly atOnce?: number;
}

export type MadeObject<O> =
  | Exclude<Created<O>, { readonly kind: "waiting" }>
  /** It was not wanted any more when its turn came. */
  | { readonly kind: "unwanted" };

export interface Creator {
  /** `begin` is asked right before each try; false gives it up. */
  create<O extends ClusterObject>(resource: Resource, object: O, begin: () => boolean): Promise<MadeObject<O>>;
  /** Something was removed from the cluster: there may be room now. */
  poke(): void;
}

/** Milliseconds: the first wait for room, doubling up to the longest. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** Makes a creator; `signal` ends its waits. */
export function createCreator(options: CreatorOptions): Creator {
  const { client, namespace, signal } = options;
  const queue: (() => void)[] = [];
  let busy = 0;
  let wait = 0;
  let timer: (() => void) | undefined;

  function serve(): void {
    const most = wait > 0 ? 1 : (options.atOnce ?? 16);
    while (timer === undefined && busy < most) {
      const next = queue.shift();
      if (next === undefined) return;
      busy += 1;
      next();
    }
  }

  function turn(first: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (first) queue.unshift(resolve);
      else queue.push(resolve);
      serve();
    });
  }

  function holdBack(message: string): void {
    if (wait === 0) options.waiting(message);
    wait = Math.min(LONGEST_WAIT, wait === 0 ? FIRST_WAIT : wait * 2);
    timer ??= client.clock.after(wait, release);
  }

  function release(): void {
    timer?.();
    timer = undefined;
    serve();
  }

  signal.addEventListener("abort", release, { once: true });
  return {
    create: async (resource, object, begin) => {
      for (let first = false; ; first = true) {
        await turn(first);
        if (signal.aborted || !begin()) {
          busy -= 1;
          serve();
          return { kind: "unwanted" };
        }
        const made = await createOnce(client, resource, namespace, object, { signal });
        busy -= 1;
        if (made.kind === "waiting" && !signal.aborted) {
          holdBack(made.message);
          continue;
        }
        wait = 0;
        serve();
        // What was given up on the way is not known to be there or not.
        return made.kind === "waiting" || (made.kind === "refused" && signal.aborted) ? { kind: "unwanted" } : made;
      }
    },
    poke: () => {
      if (timer !== undefined) release();
    },
  };
}
