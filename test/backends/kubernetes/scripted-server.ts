// A server of a few lines for what is hard to get out of a real API server at will, and clients that talk to it.
import { writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Clock, systemClock } from "../../../src/backends/clock.ts";
import { type ClientOptions, type ClusterClient, openClient } from "../../../src/backends/kubernetes/client.ts";
import { makeKubeconfig } from "../../harness/fault-proxy.ts";
import { makeTestFolder } from "../local-harness.ts";

export interface ScriptedRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  /** As JSON; undefined when there was none. */
  readonly body: unknown;
}

export type Script = (request: ScriptedRequest, answer: http.ServerResponse, count: number) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
  /** How many connections were made. */
  connections(): number;
}

const closers: (() => Promise<unknown>)[] = [];

/** Ends what the tests of a file started. */
export async function endScripted(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

/** Leaves something to `endScripted`. */
export function endLater(close: () => Promise<unknown>): void {
  closers.push(close);
}

/** Starts a server that answers as the script says; `count` counts requests from 1. */
export async function startScripted(script: Script): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  let connections = 0;
  const server = http.createServer((request, answer) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      text += part;
    });
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://server");
      const { method = "", headers } = request;
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      const asked = { method, path: pathname, query: searchParams, headers, body };
      requests.push(asked);
      script(asked, answer, requests.length);
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  endLater(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, requests, connections: () => connections };
}

/** Answers with JSON. */
export function answerJson(
  answer: http.ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  answer.writeHead(status, { "content-type": "application/json", ...headers });
  answer.end(JSON.stringify(body));
}

/** Answers as the API server refuses. */
export function refuse(
  answer: http.ServerResponse,
  code: number,
  reason: string,
  message: string,
  more: { readonly headers?: Record<string, string>; readonly causes?: readonly object[] } = {},
): void {
  const details = more.causes === undefined ? {} : { details: { causes: more.causes } };
  answerJson(answer, code, { kind: "Status", status: "Failure", code, reason, message, ...details }, more.headers);
}

/** A clock on which no wait takes any time; `waits` are the delays in milliseconds, in the order they were asked for. */
export function hastyClock(): Clock & { readonly waits: readonly number[] } {
  let now = 1_000_000;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    after: (delay, callback) => {
      waits.push(delay);
      const timer = setImmediate(() => {
        now += delay;
        callback();
      });
      return () => clearImmediate(timer);
    },
  };
}

/** A client of the server with this kubeconfig text or address; waits take no time. */
export async function connectTo(server: string, options: ClientOptions = {}): Promise<ClusterClient> {
  const file = join(makeTestFolder(), "kubeconfig");
  writeFileSync(file, server.startsWith("http") ? makeKubeconfig(server, { token: "abc" }) : server);
  const clock = options.clock ?? hastyClock();
  const opened = await openClient({
    kubeconfig: file,
    clock,
    random: () => 0,
    limit: { rate: 1e6, burst: 1e6 },
    ...options,
  });
  if (!opened.ok) throw new Error(opened.message);
  endLater(() => opened.value.close());
  return opened.value;
}

export { systemClock };
