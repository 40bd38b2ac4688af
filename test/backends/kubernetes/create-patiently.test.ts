import { afterEach, expect, test } from "vitest";
import { type Creator, createCreator } from "../../../src/backends/kubernetes/create-patiently.ts";
import type { ClusterObject } from "../../../src/backends/kubernetes/objects.ts";
import {
  answerJson,
  connectTo,
  endScripted,
  hastyClock,
  refuse,
  type Script,
  startScripted,
} from "./scripted-server.ts";

afterEach(endScripted);

interface Setup {
  readonly creator: Creator;
  readonly posted: readonly string[];
  readonly waits: readonly string[];
  readonly stop: AbortController;
}

async function setUp(full: (posts: number) => boolean): Promise<Setup> {
  const posted: string[] = [];
  const waits: string[] = [];
  const script: Script = ({ method, body }, answer) => {
    if (method === "GET") return refuse(answer, 404, "NotFound", "not there");
    posted.push((body as ClusterObject).metadata.name);
    if (full(posted.length)) return refuse(answer, 403, "Forbidden", "exceeded quota: q, used 1, limited 1");
    return answerJson(answer, 201, body);
  };
  const { url } = await startScripted(script);
  const client = await connectTo(url, { clock: hastyClock() });
  const stop = new AbortController();
  const waiting = (message: string): void => void waits.push(message);
  return { creator: createCreator({ client, namespace: "n", signal: stop.signal, waiting }), posted, waits, stop };
}

const job = (name: string): ClusterObject => ({ apiVersion: "batch/v1", kind: "Job", metadata: { name } });

test("while a quota is full one asks for all, says so once, and all are made in their order", async () => {
  const { creator, posted, waits } = await setUp((posts) => posts <= 4);
  const made = await Promise.all(["a", "b", "c"].map((name) => creator.create("jobs", job(name), () => true)));
  expect(made.map(({ kind }) => kind)).toEqual(["there", "there", "there"]);
  expect(waits).toEqual([expect.stringContaining("exceeded quota")]);
  expect(posted.filter((name) => name === "c").length).toBeLessThan(posted.length / 2);
});

test("what is not wanted any more when its turn comes is not asked for", async () => {
  const { creator, posted } = await setUp(() => false);
  expect(await creator.create("jobs", job("a"), () => false)).toEqual({ kind: "unwanted" });
  expect((await creator.create("jobs", job("b"), () => true)).kind).toBe("there");
  expect(posted).toEqual(["b"]);
});

test("the signal ends what waits for room", async () => {
  const { creator, stop } = await setUp((posts) => {
    if (posts === 3) stop.abort();
    return true;
  });
  expect(await creator.create("jobs", job("a"), () => true)).toEqual({ kind: "unwanted" });
});
