import type { ServerResponse } from "node:http";
import { afterAll, expect, test } from "vitest";
import type { ApiProblem } from "../../../src/backends/kubernetes/api-problem.ts";
import type { ClientOptions } from "../../../src/backends/kubernetes/client.ts";
import type { ClusterObject } from "../../../src/backends/kubernetes/objects.ts";
import { follow, watch } from "../../../src/backends/kubernetes/watch.ts";
import { removeFolders } from "../local-harness.ts";
import {
  answerJson,
  connectTo,
  endScripted,
  refuse,
  type Script,
  startScripted,
  systemClock,
} from "./scripted-server.ts";

afterAll(async () => {
  await endScripted();
  removeFolders();
});

function event(type: string, name: string, resourceVersion: string): string {
  return `${JSON.stringify({ type, object: { kind: "Pod", metadata: { name, resourceVersion } } })}\n`;
}

function answerList(answer: ServerResponse, resourceVersion: string, ...names: string[]): void {
  answerJson(answer, 200, { metadata: { resourceVersion }, items: names.map((name) => ({ metadata: { name } })) });
}

/** Follows until `enough` of what was told, each as a short text. */
async function followUntil(
  script: Script,
  enough: (told: readonly string[]) => boolean,
  options: { readonly client?: ClientOptions; readonly silence?: number; readonly relist?: number } = {},
): Promise<{ told: string[]; versions: (string | null)[] }> {
  const server = await startScripted(script);
  const client = await connectTo(server.url, options.client);
  const told: string[] = [];
  const stop = new AbortController();
  const tell = (text: string): void => {
    told.push(text);
    if (enough(told)) stop.abort();
  };
  await follow(client, "/pods", {
    ...options,
    project: ({ metadata }: ClusterObject) => metadata.name,
    sync: (items) => tell(`list ${items.join(" ")}`),
    change: (type, item) => tell(`${type} ${item}`),
    trouble: ({ reason }: ApiProblem) => tell(reason),
    signal: stop.signal,
  });
  return { told, versions: server.requests.map(({ query }) => query.get("resourceVersion")) };
}

test("after a list the changes from its version on are told, and a watch that ends goes on where it was", async () => {
  const { told, versions } = await followUntil(
    ({ query }, answer, count) => {
      if (query.get("watch") === null) return answerList(answer, "5", "a");
      answer.write(count === 2 ? event("ADDED", "b", "6") + event("BOOKMARK", "", "9") : event("DELETED", "a", "10"));
      if (count === 2) answer.end();
    },
    (told) => told.includes("DELETED a"),
  );
  expect(told).toEqual(["list a", "ADDED b", "DELETED a"]);
  expect(versions).toEqual([null, "5", "9"]);
});

test("events are whole however the bytes come", async () => {
  const text = event("ADDED", "ä😀", "6") + event("MODIFIED", "ä😀", "7");
  const { told } = await followUntil(
    async ({ query }, answer) => {
      if (query.get("watch") === null) return answerList(answer, "5");
      for (const byte of Buffer.from(text)) await new Promise((done) => answer.write(Buffer.of(byte), done));
    },
    (told) => told.length === 3,
  );
  expect(told).toEqual(["list ", "ADDED ä😀", "MODIFIED ä😀"]);
});

test("a version that is too old, as an event or as an answer, makes a new list", async () => {
  const { told, versions } = await followUntil(
    ({ query }, answer, count) => {
      if (query.get("watch") === null) return answerList(answer, String(count), `at${count}`);
      if (count === 4) return refuse(answer, 410, "Expired", "too old resource version");
      if (count === 2)
        answer.end(`${JSON.stringify({ type: "ERROR", object: { code: 410, reason: "Expired", message: "old" } })}\n`);
      else answer.write(event("ADDED", "x", "9"));
    },
    (told) => told.includes("ADDED x"),
  );
  expect(told).toEqual(["list at1", "Expired", "list at3", "Expired", "list at5", "ADDED x"]);
  expect(versions).toEqual([null, "1", null, "3", null, "5"]);
});

test("a watch cut inside a line loses nothing: it goes on from the last whole event", async () => {
  const { told, versions } = await followUntil(
    ({ query }, answer, count) => {
      if (query.get("watch") === null) return answerList(answer, "1");
      const half = event("ADDED", "b", "3").slice(0, 30);
      if (count === 2) answer.write(event("ADDED", "a", "2") + half, () => answer.socket?.destroy());
      else if (count === 3) answer.end(half);
      else answer.write(event("ADDED", "b", "3"));
    },
    (told) => told.includes("ADDED b"),
  );
  expect(told).toEqual(["list ", "ADDED a", "Interrupted", "Interrupted", "ADDED b"]);
  expect(versions).toEqual([null, "1", "2", "2"]);
});

test("a watch that falls silent is taken for dead", async () => {
  const { told } = await followUntil(
    ({ query }, answer, count) => {
      if (query.get("watch") === null) return answerList(answer, "1");
      answer.write(count === 2 ? event("ADDED", "a", "2") : event("ADDED", "b", "3"));
    },
    (told) => told.includes("ADDED b"),
    { silence: 150 },
  );
  expect(told).toEqual(["list ", "ADDED a", "TimedOut", "ADDED b"]);
});

test("overload and breakdowns are waited out, with growing waits, also while listing", async () => {
  const waits: number[] = [];
  const clock = systemClock();
  const { told } = await followUntil(
    ({ query }, answer, count) => {
      if (count === 1) return refuse(answer, 429, "TooManyRequests", "busy", { headers: { "retry-after": "1" } });
      if (count === 2) return answer.socket?.resetAndDestroy();
      if (count === 4 || count === 5) return refuse(answer, 500, "InternalError", "no");
      if (query.get("watch") === null) return answerList(answer, "1");
      answer.write(event("ADDED", "a", "2"));
    },
    (told) => told.includes("ADDED a"),
    {
      client: {
        clock: {
          now: clock.now,
          after: (delay, callback) => {
            waits.push(delay);
            return clock.after(0, callback);
          },
        },
      },
    },
  );
  expect(told).toEqual(["TooManyRequests", "Interrupted", "list ", "InternalError", "InternalError", "ADDED a"]);
  expect(waits).toEqual([1000, 100, 50, 100]);
});

test("a list is asked for anew from time to time, and what is missing in it is gone", async () => {
  const { told, versions } = await followUntil(
    ({ query }, answer, count) => {
      if (query.get("watch") === null) return answerList(answer, String(count), ...(count === 1 ? ["a", "b"] : ["b"]));
      answer.write(event("MODIFIED", "a", "4"), () => answer.end());
    },
    (told) => told.includes("list b"),
    { relist: 0 },
  );
  expect(told).toEqual(["list a b", "list b"]);
  expect(versions).toEqual([null, null]);
});

test("a line that is no event ends the watch with a problem", async () => {
  for (const line of ["nonsense", '{"type":"ADDED"}', '{"type":"OTHER","object":{"metadata":{}}}', "[]"]) {
    const server = await startScripted((_, answer) => answer.end(`${line}\n`));
    const ended = await watch(await connectTo(server.url), "/pods", "1", () => {});
    expect([line, ended]).toMatchObject([line, { ok: false, reason: "BadAnswer" }]);
  }
});
