import { afterAll, expect, test } from "vitest";
import { createOnce, dropFinalizer, seal } from "../../../src/backends/kubernetes/create-once.ts";
import type { ClusterObject } from "../../../src/backends/kubernetes/objects.ts";
import { removeFolders } from "../local-harness.ts";
import { answerJson, connectTo, endScripted, refuse, type Script, startScripted } from "./scripted-server.ts";

afterAll(async () => {
  await endScripted();
  removeFolders();
});

const job: ClusterObject = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "a" } };
const sealed = seal(job, { name: "root", uid: "u1" });

async function create(script: Script) {
  const server = await startScripted(script);
  const client = await connectTo(server.url, { patience: 0 });
  const created = await createOnce(client, "jobs", "ns", sealed);
  return { created, asked: server.requests.map(({ method }) => method).join(" ") };
}

test("a conflict over a quota's counts is no object of the same name", async () => {
  const { created, asked } = await create((_, answer, count) =>
    count < 3
      ? refuse(answer, 409, "Conflict", "Operation cannot be fulfilled on resourcequotas")
      : answerJson(answer, 201, sealed),
  );
  expect(created).toMatchObject({ kind: "there", again: false });
  expect(asked).toBe("POST POST POST");
});

test("an object that is gone before it can be looked at is made again", async () => {
  const { created, asked } = await create(({ method }, answer, count) => {
    if (method === "GET") return refuse(answer, 404, "NotFound", "not found");
    return count === 1 ? refuse(answer, 409, "AlreadyExists", "exists") : answerJson(answer, 201, sealed);
  });
  expect(created).toMatchObject({ kind: "there", again: false });
  expect(asked).toBe("POST GET POST");
});

test("a name that keeps being taken and free again is waited for", async () => {
  const { created } = await create(({ method }, answer) =>
    method === "GET" ? refuse(answer, 404, "NotFound", "no") : refuse(answer, 409, "AlreadyExists", "exists"),
  );
  expect(created).toEqual({ kind: "waiting", message: "cannot create the Job `a`: exists (409 AlreadyExists)" });
});

test("missing rights are refused, a namespace that is being deleted too", async () => {
  for (const message of [
    'jobs.batch is forbidden: User "x" cannot create resource "jobs"',
    'jobs.batch "a" is forbidden: unable to create new content in namespace ns because it is being terminated',
  ]) {
    const { created, asked } = await create((_, answer) => refuse(answer, 403, "Forbidden", message));
    expect(created).toMatchObject({
      kind: "refused",
      message: `cannot create the Job \`a\`: ${message} (403 Forbidden)`,
    });
    expect(asked).toBe("POST");
  }
});

test("the hash tells any two objects apart and does not depend on the order of fields", () => {
  const hash = (object: ClusterObject, uid = "u") =>
    seal(object, { name: "root", uid }).metadata.annotations?.["sluice.dev/hash"];
  const labels = { a: "1", b: "2" };
  const one = hash({ kind: "Job", metadata: { name: "a", labels } });
  expect(hash({ metadata: { labels: { b: "2", a: "1" }, name: "a" }, kind: "Job" })).toBe(one);
  expect(hash({ kind: "Job", metadata: { name: "a", labels: { a: "1", b: "3" } } })).not.toBe(one);
  expect(hash({ kind: "Job", metadata: { name: "a", labels } }, "v")).not.toBe(one);
});

test("a finalizer is dropped from the newest list, and only with its version", async () => {
  const pod = (resourceVersion: string, ...finalizers: string[]): ClusterObject => ({
    metadata: { name: "p", uid: "u", resourceVersion, finalizers },
  });
  const server = await startScripted(({ method }, answer, count) => {
    if (method === "GET") answerJson(answer, 200, pod("2", "ours"));
    else if (count === 1) refuse(answer, 409, "Conflict", "the object has been modified");
    else answerJson(answer, 200, pod("3"));
  });
  const client = await connectTo(server.url);
  expect(await dropFinalizer(client, "pods", "ns", pod("1", "tracking", "ours"), "ours")).toEqual({
    ok: true,
    value: null,
  });
  expect(server.requests.map(({ body }) => body)).toEqual([
    { metadata: { resourceVersion: "1", uid: "u", finalizers: ["tracking"] } },
    undefined,
    { metadata: { resourceVersion: "2", uid: "u", finalizers: [] } },
  ]);
});
