// A thin client of the API server: raw JSON there and back, over connections that are kept. Requests are limited in rate, time out, and are
// repeated where that cannot do a thing twice. Nothing throws on what the server or the network does: it is a problem in the result.
import type { Dispatcher } from "undici";
import { type Clock, systemClock } from "../clock.ts";
import type { FileResult } from "../file-problem.ts";
import { type ApiProblem, type ApiResult, answeredProblem, isPassing, ownProblem } from "./api-problem.ts";
import { type AccessOptions, type Authorization, openAccess } from "./cluster-access.ts";
import { describeNetworkError } from "./network-problem.ts";
import { createLimiter, type LimiterOptions, POLITE, type Priority } from "./request-limiter.ts";
import { withQuery } from "./resource-path.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** How a PATCH is meant. `merge`: null deletes, lists are replaced whole. `apply`: server-side apply, needs `fieldManager` in the query. */
export type PatchType = "merge" | "json" | "strategic" | "apply";

export interface ClientOptions extends AccessOptions {
  /** Default: the context's, or `default`. */
  readonly namespace?: string;
  readonly clock?: Clock;
  /** 0 to 1, for waits that differ from those of others. */
  readonly random?: () => number;
  readonly limit?: LimiterOptions;
  /** Milliseconds for which a request is repeated while the server is away or overloaded. Default 30 s. */
  readonly patience?: number;
  /** Milliseconds to wait for an answer, and for each further part of it. Default 30 s. */
  readonly timeout?: number;
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `merge`; only for PATCH. */
  readonly patch?: PatchType;
  readonly signal?: AbortSignal;
  /** Milliseconds, as in `ClientOptions`. */
  readonly timeout?: number;
  /** Milliseconds, as in `ClientOptions`. */
  readonly patience?: number;
  /** Carried out twice it does no harm, so it is repeated when its fate is unknown. Default: GET and DELETE. */
  readonly repeatable?: boolean;
  /** Who goes first when requests have to wait. */
  readonly priority?: Priority;
}

export interface ClusterClient {
  readonly server: string;
  readonly context: string;
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** One request; the answer as an object. Fields the server does not know are refused. */
  request<T>(method: Method, path: string, options?: RequestOptions): Promise<ApiResult<T>>;
  /** The answer of a GET as text, handed over as it comes; `onText` ends it by giving false. Not repeated once text has come. */
  stream(path: string, onText: (text: string) => boolean, options?: RequestOptions): Promise<ApiResult<null>>;
  /** How many requests have gone out, those repeated counted again. */
  calls(): number;
  /** Ends all connections and what is under way. */
  close(): Promise<void>;
}

const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

const TIMEOUT = 30_000;
const PATIENCE = 30_000;
/** Milliseconds: the first wait before a repetition, doubling up to the longest. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 10_000;

/** Reads the configuration and makes a client; nothing is sent yet. */
export async function openClient(options: ClientOptions = {}): Promise<FileResult<ClusterClient>> {
  const clock = options.clock ?? systemClock();
  const random = options.random ?? Math.random;
  const { KubeConfig, RequestContext, Agent, request: send } = await import("./cluster-libraries.ts");
  const opened = openAccess(options, clock, { KubeConfig, RequestContext, Agent });
  if (!opened.ok) return opened;
  const access = opened.value;
  const limiter = createLimiter(clock, options.limit ?? POLITE);
  let calls = 0;

  /** One answer whose status says that it is one; its body is still to be read. */
  async function sendOnce(
    method: Method,
    path: string,
    options: RequestOptions & { readonly timeout: number },
    authorization: Authorization,
  ): Promise<ApiResult<Dispatcher.ResponseData>> {
    const { body, signal, timeout } = options;
    const writes = body !== undefined && method !== "DELETE";
    const url = access.server + withQuery(path, { ...(writes ? { fieldValidation: "Strict" } : {}), ...options.query });
    const type = method === "PATCH" ? PATCH_TYPES[options.patch ?? "merge"] : "application/json";
    calls += 1;
    try {
      const answer = await send(url, {
        method,
        headers: {
          ...authorization.headers,
          accept: "application/json",
          "user-agent": "sluice",
          ...(body === undefined ? {} : { "content-type": type }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        dispatcher: authorization.dispatcher,
        headersTimeout: timeout,
        bodyTimeout: timeout,
        ...(signal === undefined ? {} : { signal }),
      });
      if (answer.statusCode < 300) return { ok: true, value: answer };
      const after = answer.headers["retry-after"];
      return answeredProblem(answer.statusCode, await answer.body.text(), Array.isArray(after) ? after[0] : after);
    } catch (error) {
      return describeNetworkError(error, access.server, signal);
    }
  }

  async function repeat<T>(
    method: Method,
    path: string,
    options: RequestOptions & { readonly timeout: number; readonly patience: number; readonly repeatable: boolean },
    read: (answer: Dispatcher.ResponseData) => Promise<ApiResult<T>>,
  ): Promise<ApiResult<T>> {
    const until = clock.now() + options.patience;
    let failures = 0;
    let renewed = false;
    for (;;) {
      if (!(await limiter.take(options))) return aborted();
      const authorization = await access.authorize();
      if (!authorization.ok) return authorization;
      const answer = await sendOnce(method, path, options, authorization.value);
      const result = answer.ok ? await read(answer.value) : answer;
      if (result.ok) return result;
      if (result.status === 401) {
        if (renewed) return result;
        renewed = true;
        access.renew(authorization.value);
        continue;
      }
      if (!isPassing(result) || !(options.repeatable || wasNotCarriedOut(result))) return result;
      const wait = waitBefore(result, failures, random);
      failures += 1;
      if (clock.now() + wait >= until) return result;
      if (!(await pause(clock, wait, options.signal))) return aborted();
    }
  }

  return {
    ok: true,
    value: {
      server: access.server,
      context: access.context,
      namespace: options.namespace ?? access.namespace ?? "default",
      clock,
      random,
      request: <T>(method: Method, path: string, given: RequestOptions = {}) =>
        repeat(method, path, fill(given, method === "GET" || method === "DELETE"), (answer) =>
          readJson<T>(answer, access.server, given.signal),
        ),
      stream: (path, onText, given = {}) =>
        repeat("GET", path, { ...fill(given, true), patience: given.patience ?? 0 }, (answer) =>
          readText(answer, onText, access.server, given.signal),
        ),
      calls: () => calls,
      close: () => access.close(),
    },
  };

  function fill(given: RequestOptions, repeatable: boolean) {
    const timeout = given.timeout ?? options.timeout ?? TIMEOUT;
    const patience = given.patience ?? options.patience ?? PATIENCE;
    return { ...given, timeout, patience, repeatable: given.repeatable ?? repeatable };
  }
}

/** How long, in milliseconds, to wait after so many failures; what the server asks for is the least, and no two clients wait alike. */
export function waitBefore(problem: ApiProblem, failures: number, random: () => number): number {
  if (problem.retryAfter !== undefined) return problem.retryAfter * (1 + random() / 4);
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures, 20)) * (0.5 + random() / 2);
}

/** Waits; false when the signal ended it. */
export function pause(clock: Clock, delay: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (): void => {
      takeBack();
      resolve(false);
    };
    const takeBack = clock.after(delay, () => {
      signal?.removeEventListener("abort", end);
      resolve(true);
    });
    signal?.addEventListener("abort", end, { once: true });
  });
}

// The server turned it away before looking at it, or it never got there.
function wasNotCarriedOut({ status, reason }: ApiProblem): boolean {
  return status === 429 || reason === "Unreachable";
}

function aborted(): ApiProblem {
  return ownProblem("Aborted", "it was given up");
}

async function readJson<T>(
  answer: Dispatcher.ResponseData,
  server: string,
  signal: AbortSignal | undefined,
): Promise<ApiResult<T>> {
  let text: string;
  try {
    text = await answer.body.text();
  } catch (error) {
    return describeNetworkError(error, server, signal);
  }
  try {
    return { ok: true, value: JSON.parse(text) as T };
  } catch {
    return ownProblem("BadAnswer", `what answers at ${server} does not speak like an API server`);
  }
}

async function readText(
  answer: Dispatcher.ResponseData,
  onText: (text: string) => boolean,
  server: string,
  signal: AbortSignal | undefined,
): Promise<ApiResult<null>> {
  answer.body.setEncoding("utf8");
  const parts = answer.body[Symbol.asyncIterator]() as AsyncIterator<string>;
  for (;;) {
    let part: IteratorResult<string>;
    try {
      part = await parts.next();
    } catch (error) {
      const problem = describeNetworkError(error, server, signal);
      // What came before it was handed over already.
      return { ...problem, reason: problem.reason === "Unreachable" ? "Interrupted" : problem.reason };
    }
    if (part.done === true) return { ok: true, value: null };
    if (onText(part.value)) continue;
    await parts.return?.();
    return { ok: true, value: null };
  }
}
