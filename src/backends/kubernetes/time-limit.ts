// The time that a task may take, from the start of its container, as for a process of this machine: pulling images and bringing inputs do not count.
// What has run out of it is ended through its pod's deadline, which leaves the pod and its log where a deletion would take both away.
import type { ClusterAttempt } from "./attempt.ts";
import type { ClusterClient } from "./client.ts";
import type { Pod } from "./objects.ts";
import { statusesOf } from "./pod-facts.ts";
import { resourcePath } from "./resource-path.ts";

export interface TimeLimitOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
  /** Milliseconds that a pod is given beyond its grace period before it is taken away. */
  readonly silence: number;
  /** Takes the Job away, with its pod. */
  readonly remove: (attempt: ClusterAttempt) => Promise<void>;
}

export interface TimeLimits {
  /** An attempt whose Job is there is as it is now: its time begins with its container. */
  follow(attempt: ClusterAttempt): void;
  /** It is over. */
  release(attempt: ClusterAttempt): void;
}

/** Milliseconds by which a time in a pod may be too early: it has whole seconds. */
const TRUNCATED = 1000;
/** Seconds of grace of a pod that names none. */
const USUAL_GRACE = 30;

/** Watches over the time of attempts until the signal. */
export function createTimeLimits(options: TimeLimitOptions): TimeLimits {
  const { client, namespace, signal, patience, silence } = options;
  const { clock } = client;
  const armed = new Map<ClusterAttempt, () => void>();

  function arm(attempt: ClusterAttempt, delay: number, then: (attempt: ClusterAttempt) => Promise<void>): void {
    const takeBack = clock.after(Math.max(0, delay), () => {
      armed.delete(attempt);
      if (attempt.state === "open" && !signal.aborted) void then(attempt);
    });
    armed.set(attempt, takeBack);
  }

  async function expire(attempt: ClusterAttempt): Promise<void> {
    const { pod } = attempt;
    if (pod === undefined || attempt.stopping) return;
    attempt.expired = true;
    const { name, uid } = pod.metadata;
    const body = { metadata: { uid }, spec: { activeDeadlineSeconds: 1 } };
    const path = resourcePath("pods", namespace, name);
    const ended = await client.request("PATCH", path, { body, repeatable: true, priority: "first", signal, patience });
    if (signal.aborted || attempt.state !== "open") return;
    if (!ended.ok && ended.status !== 404) await options.remove(attempt);
    // Nobody may be left on the node to end it.
    else arm(attempt, (pod.spec?.terminationGracePeriodSeconds ?? USUAL_GRACE) * 1000 + silence, options.remove);
  }

  signal.addEventListener(
    "abort",
    () => {
      for (const takeBack of armed.values()) takeBack();
      armed.clear();
    },
    { once: true },
  );
  return {
    follow: (attempt) => {
      const { timeout, pod, began } = attempt;
      if (timeout === undefined || began !== undefined || pod === undefined || signal.aborted) return;
      const started = startOf(pod, attempt.container);
      if (started === undefined) return;
      const now = clock.now();
      // Clocks differ, so what counts is when we saw it; of what an earlier driver started, only the pod knows.
      attempt.began = attempt.start === undefined ? Math.min(now, started + TRUNCATED) : now;
      arm(attempt, attempt.began + timeout - now, expire);
    },
    release: (attempt) => {
      armed.get(attempt)?.();
      armed.delete(attempt);
    },
  };
}

/** When a container that runs now was started, in milliseconds since the epoch by the clock of its node. */
function startOf(pod: Pod, container: string): number | undefined {
  const running = statusesOf(pod).find(({ name }) => name === container)?.state?.running;
  if (running === undefined) return undefined;
  const started = Date.parse(running.startedAt ?? "");
  return Number.isNaN(started) ? Infinity : started;
}
