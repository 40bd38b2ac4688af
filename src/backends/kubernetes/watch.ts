// What happens to the objects of a collection, as long as it is wanted: a list, then the changes from there on, and again a list whenever the
// changes cannot be followed any more, and every few minutes. Events are hints; each list is the whole truth.
import { type ApiProblem, type ApiResult, answeredProblem, ownProblem } from "./api-problem.ts";
import { type ClusterClient, pause, waitBefore } from "./client.ts";
import { list, type Selection } from "./list.ts";
import type { ClusterObject } from "./objects.ts";
import { withQuery } from "./resource-path.ts";

export type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

export interface WatchOptions extends Selection {
  readonly signal?: AbortSignal;
  /** Milliseconds without a word after which a watch is taken for dead: the server sends a bookmark about every minute. Default 90 s. */
  readonly silence?: number;
  /** Seconds after which the server ends it. Default 290. */
  readonly seconds?: number;
}

export interface FollowOptions<O extends ClusterObject, T> extends WatchOptions {
  /** What is kept of an object. */
  readonly project: (object: O) => T;
  /** All there is now; what is missing is gone. */
  readonly sync: (items: readonly T[]) => void;
  readonly change: (type: ChangeType, item: T) => void;
  /** What went wrong on the way; it is tried again. */
  readonly trouble?: (problem: ApiProblem) => void;
  /** Milliseconds between two lists. Default 5 minutes. */
  readonly relist?: number;
  readonly page?: number;
}

interface WatchEvent<O> {
  readonly type: ChangeType | "BOOKMARK" | "ERROR";
  readonly object: O;
}

const SILENCE = 90_000;
const SECONDS = 290;
const RELIST = 300_000;
/** Milliseconds: a watch that ends sooner and said nothing counts as one that failed. */
const SHORT = 1000;
/** Characters; no object of the API is as large. */
const LONGEST_LINE = 32 * 1024 * 1024;

/** One watch, from a version on, until the server ends it. Bookmarks come with their version alone. */
export async function watch<O extends ClusterObject>(
  client: ClusterClient,
  path: string,
  resourceVersion: string,
  onEvent: (event: { readonly type: ChangeType | "BOOKMARK"; readonly object: O }) => void,
  options: WatchOptions = {},
): Promise<ApiResult<null>> {
  const { signal, silence = SILENCE, seconds = SECONDS, labelSelector, fieldSelector } = options;
  const query = {
    watch: 1,
    allowWatchBookmarks: "true",
    timeoutSeconds: seconds,
    resourceVersion,
    labelSelector,
    fieldSelector,
  };
  let rest = "";
  let problem: ApiProblem | undefined;
  const onLine = (line: string): boolean => {
    const event = parseEvent<O>(line);
    if (event === undefined) problem = ownProblem("BadAnswer", "a line of the watch is not whole");
    else if (event.type === "ERROR") problem = readStatusEvent(event.object);
    else onEvent({ type: event.type, object: event.object });
    return problem === undefined;
  };
  const ended = await client.stream(
    withQuery(path, query),
    (text) => {
      let start = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
        const line = rest + text.slice(start, end);
        rest = "";
        start = end + 1;
        if (line !== "" && !onLine(line)) return false;
      }
      rest += text.slice(start);
      if (rest.length > LONGEST_LINE) problem = ownProblem("BadAnswer", "a line of the watch does not end");
      return problem === undefined;
    },
    { timeout: silence, ...(signal === undefined ? {} : { signal }) },
  );
  if (problem !== undefined) return problem;
  if (ended.ok && rest !== "") return ownProblem("Interrupted", "the watch was cut inside a line");
  return ended;
}

/** Lists and watches until the signal; resolves when it has come. Trouble of any kind is waited out. */
export async function follow<O extends ClusterObject, T>(
  client: ClusterClient,
  path: string,
  options: FollowOptions<O, T> & { readonly signal: AbortSignal },
): Promise<void> {
  const { clock, random } = client;
  const { signal, relist = RELIST, project, labelSelector, fieldSelector } = options;
  const selection = {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
  const page = options.page === undefined ? {} : { page: options.page };
  let version: string | undefined;
  let listed = 0;
  let failures = 0;
  while (!signal.aborted) {
    let result: ApiResult<null>;
    if (version === undefined || clock.now() - listed >= relist) {
      const all = await list(client, path, selection, project, { signal, patience: 0, ...page });
      if (all.ok) {
        version = all.value.resourceVersion;
        listed = clock.now();
        failures = 0;
        options.sync(all.value.items);
        continue;
      }
      result = all;
    } else {
      const began = clock.now();
      let heard = false;
      const seconds = Math.max(1, Math.ceil((listed + relist - began) / 1000));
      result = await watch<O>(
        client,
        path,
        version,
        ({ type, object }) => {
          version = object.metadata.resourceVersion ?? version;
          heard = true;
          failures = 0;
          if (type !== "BOOKMARK") options.change(type, project(object));
        },
        { ...options, seconds: Math.min(options.seconds ?? SECONDS, seconds) },
      );
      if (result.ok && (heard || clock.now() - began >= SHORT)) continue;
    }
    if (signal.aborted) return;
    const problem = result.ok ? ownProblem("Interrupted", "the watch ended at once") : result;
    options.trouble?.(problem);
    if (problem.status === 410) version = undefined;
    // The first list after a version that is too old is not late.
    if (problem.status !== 410 || failures > 0) await pause(clock, waitBefore(problem, failures, random), signal);
    failures += 1;
  }
}

function parseEvent<O extends ClusterObject>(line: string): WatchEvent<O> | undefined {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof event !== "object" || event === null || !("type" in event) || !("object" in event)) return undefined;
  const { type, object } = event;
  if (!["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"].includes(String(type))) return undefined;
  if (typeof object !== "object" || object === null || (type !== "ERROR" && !("metadata" in object))) return undefined;
  return event as WatchEvent<O>;
}

// The status that a watch ends with has the form of an answer's body.
function readStatusEvent(object: object): ApiProblem {
  const code = "code" in object && typeof object.code === "number" ? object.code : 500;
  return answeredProblem(code, JSON.stringify(object));
}
