// The whole log of a helper, for a result that travels in it.
import { type ApiResult, describeProblem, isPassing } from "./api-problem.ts";
import { type ClusterClient, pause, waitBefore } from "./client.ts";
import type { Pod } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

export interface ReadLogOptions {
  readonly client: ClusterClient;
  readonly signal: AbortSignal;
  /** Milliseconds for which the cluster may be away. */
  readonly patience: number;
  /** The run cannot be driven on. */
  readonly fail: (message: string) => void;
}

/** Characters that are read at most: a frame of 1 MiB as base64, and what a helper may say besides. */
const LONGEST_LOG = 4 * 1024 * 1024;

/** A log that broke off is read anew: the network is no reason for an attempt to fail. */
export async function readWholeLog(
  { client, signal, patience, fail }: ReadLogOptions,
  namespace: string,
  pod: Pod,
  container: string,
): Promise<ApiResult<string>> {
  const path = resourcePath("pods", namespace, pod.metadata.name, "log");
  const { clock } = client;
  const began = clock.now();
  for (let failures = 0; ; failures++) {
    let text = "";
    const take = (part: string): boolean => {
      text += part;
      return text.length < LONGEST_LOG;
    };
    const read = await client.stream(path, take, { query: { container }, signal, patience });
    if (read.ok) return { ok: true, value: text };
    if (!isPassing(read)) return read;
    if (clock.now() - began >= patience) {
      fail(describeProblem(read, `read the log of the pod \`${pod.metadata.name}\``));
      return read;
    }
    await pause(clock, waitBefore(read, failures, client.random), signal);
  }
}
