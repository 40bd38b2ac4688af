// What `cancel --force` does without waiting for anybody.
import { afterEach, expect, test } from "vitest";
import { killPods } from "../../../src/backends/kubernetes/kill-pods.ts";
import { takeLease } from "../../../src/backends/kubernetes/lease.ts";
import { stopDrivers } from "../../../src/backends/kubernetes/stop-drivers.ts";
import { answerJson, connectTo, endScripted, type ScriptedRequest, startScripted } from "./scripted-server.ts";

afterEach(endScripted);

const metadata = { resourceVersion: "1" };

function pod(name: string, instance: string, more: object = {}): object {
  const annotations = { "sluice.dev/instance": instance };
  return { metadata: { name, uid: `uid-${name}`, annotations, ...more }, status: { phase: "Running" } };
}

function deletions(requests: readonly ScriptedRequest[]): unknown[] {
  return requests
    .filter(({ method }) => method === "DELETE")
    .map(({ path, body }) => [path.split("/").at(-1), (body as { gracePeriodSeconds?: number }).gracePeriodSeconds]);
}

test("pods of a run end without grace, but those of `finally` and those that end already so", async () => {
  const items = [
    pod("a", "runs[1].work"),
    pod("b", "finally.tell"),
    pod("c", "finally_things"),
    pod("d", "runs[2].work", { deletionGracePeriodSeconds: 0 }),
    pod("e", "runs[3].work", { deletionGracePeriodSeconds: 600 }),
  ];
  const server = await startScripted(({ method }, answer) =>
    answerJson(answer, 200, method === "GET" ? { metadata, items } : {}),
  );
  const client = await connectTo(server.url);
  expect(await killPods(client, "run", "finally")).toEqual({ ok: true, value: 3 });
  expect(deletions(server.requests)).toEqual([
    ["a", 0],
    ["c", 0],
    ["e", 0],
  ]);
  expect(server.requests[0]!.query.get("fieldSelector")).toBe("status.phase!=Succeeded,status.phase!=Failed");
});

test.each([
  [true, 0],
  [false, 3],
])("drivers are ended by their pods, which have little time: force %j, %i s", async (force, grace) => {
  let ended = false;
  const owner = [{ apiVersion: "batch/v1", kind: "Job", name: "run", uid: "job" }];
  const server = await startScripted(({ method, path }, answer) => {
    if (method === "DELETE" && path.includes("/pods/")) ended = true;
    const jobs = [{ metadata: { name: "run", uid: "job" }, status: {} }];
    const pods = ended ? [] : [{ metadata: { name: "run-x", uid: "pod", ownerReferences: owner } }];
    answerJson(answer, 200, method === "GET" ? { metadata, items: path.endsWith("/jobs") ? jobs : pods } : {});
  });
  const client = await connectTo(server.url);
  expect(await stopDrivers(client, "run", force)).toEqual({ ok: true, value: ["run"] });
  expect(deletions(server.requests)).toEqual([
    ["run", undefined],
    ["run-x", grace],
  ]);
});

test("a Lease is taken over at the first try from whoever holds it, and only if that is wanted", async () => {
  const renewTime = new Date(1_000_000).toISOString();
  let version = 1;
  const server = await startScripted(({ method }, answer) => {
    const spec = { holderIdentity: "other", leaseDurationSeconds: 15, renewTime };
    if (method === "GET") version += 1;
    answerJson(answer, 200, { metadata: { name: "run", resourceVersion: String(version) }, spec });
  });
  const client = await connectTo(server.url);
  const options = { client, namespace: "n", name: "run", holder: "me", root: { name: "run", uid: "u" } };
  const refused = await takeLease(options);
  expect(refused).toMatchObject({ ok: false, message: expect.stringContaining("is being driven by other") });
  const before = server.requests.length;
  const taken = await takeLease({ ...options, takeOver: true });
  expect(server.requests.slice(before).map(({ method }) => method)).toEqual(["GET", "PUT"]);
  expect(server.requests.at(-1)!.body).toMatchObject({ spec: { holderIdentity: "me" } });
  if (taken.ok) await taken.value.release();
});
