import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../../src/backends/clock.ts";
import { describeProblem } from "../../../src/backends/kubernetes/api-problem.ts";
import { openClient } from "../../../src/backends/kubernetes/client.ts";
import { list } from "../../../src/backends/kubernetes/list.ts";
import { makeKubeconfig } from "../../harness/fault-proxy.ts";
import { makeTestFolder, removeFolders } from "../local-harness.ts";
import {
  answerJson,
  connectTo,
  endScripted,
  hastyClock,
  refuse,
  type Script,
  startScripted,
} from "./scripted-server.ts";

afterAll(async () => {
  await endScripted();
  removeFolders();
});

const ok: Script = (_, answer) => answerJson(answer, 200, { ok: true });

test("manifests go out as they are, with strict validation and our credentials, over few connections", async () => {
  const server = await startScripted(ok);
  const client = await connectTo(server.url, { connections: 4 });
  const manifest = { metadata: { name: "a" }, spec: { brandNew: 1 } };
  const made = await Promise.all(Array.from({ length: 50 }, () => client.request("POST", "/x", { body: manifest })));
  expect(made.every((result) => result.ok)).toBe(true);
  expect(server.connections()).toBeLessThanOrEqual(4);
  expect(client.calls()).toBe(50);
  const [first] = server.requests;
  expect(first?.body).toEqual(manifest);
  expect(first?.query.get("fieldValidation")).toBe("Strict");
  expect(first?.headers).toMatchObject({ authorization: "Bearer abc", "content-type": "application/json" });
});

test("a patch is a merge patch unless it is said to be another", async () => {
  const server = await startScripted(ok);
  const client = await connectTo(server.url);
  await client.request("PATCH", "/x", { body: {} });
  await client.request("PATCH", "/x", { body: {}, patch: "apply", query: { fieldManager: "sluice" } });
  expect(server.requests.map(({ headers }) => headers["content-type"])).toEqual([
    "application/merge-patch+json",
    "application/apply-patch+yaml",
  ]);
});

test("an overloaded server is asked again after the time it says, whatever the request", async () => {
  const clock = hastyClock();
  const server = await startScripted((_, answer, count) =>
    count < 3
      ? refuse(answer, 429, "TooManyRequests", "busy", { headers: { "retry-after": "2" } })
      : ok(_, answer, count),
  );
  const client = await connectTo(server.url, { clock, random: () => 0.4 });
  expect(await client.request("POST", "/x", { body: {} })).toEqual({ ok: true, value: { ok: true } });
  expect(clock.waits).toEqual([2200, 2200]);
});

test("what failed inside the server is repeated, with growing waits, only where that cannot do a thing twice", async () => {
  const clock = hastyClock();
  const server = await startScripted((_, answer) => refuse(answer, 500, "InternalError", "etcd leader changed"));
  const client = await connectTo(server.url, { clock, patience: 1000 });
  const refused = { ok: false, status: 500, reason: "InternalError", message: "etcd leader changed" };
  expect(await client.request("POST", "/x", { body: {} })).toMatchObject(refused);
  expect(server.requests.length).toBe(1);
  expect(await client.request("GET", "/x")).toMatchObject(refused);
  expect(clock.waits).toEqual([50, 100, 200, 400]);
  expect(await client.request("POST", "/x", { body: {}, repeatable: true, patience: 100 })).toMatchObject(refused);
  expect(server.requests.length).toBe(1 + 5 + 2);
});

test("a connection that breaks before the answer is whole loses nothing", async () => {
  const server = await startScripted((request, answer, count) => {
    if (count === 1) answer.socket?.resetAndDestroy();
    else if (count === 2) {
      answer.writeHead(200, { "content-length": 100 });
      answer.write('{"ok":', () => answer.socket?.destroy());
    } else ok(request, answer, count);
  });
  const client = await connectTo(server.url);
  expect(await client.request("GET", "/x")).toEqual({ ok: true, value: { ok: true } });
  expect(server.requests.length).toBe(3);
});

test("a server that does not answer is given up after the timeout", async () => {
  const server = await startScripted(() => {});
  const client = await connectTo(server.url, { timeout: 100, patience: 0 });
  expect(await client.request("GET", "/x")).toMatchObject({ ok: false, status: 0, reason: "TimedOut" });
});

test("a server that is not there is named, and asked again also to create", async () => {
  const port = await new Promise<number>((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
  const clock = hastyClock();
  const client = await connectTo(`http://127.0.0.1:${port}`, { clock, patience: 300 });
  const refused = await client.request("POST", "/x", { body: {} });
  expect(refused).toMatchObject({ ok: false, reason: "Unreachable" });
  if (refused.ok) throw new Error("unexpected");
  expect(describeProblem(refused, "create the Job `a`")).toBe(
    `cannot create the Job \`a\`: the API server http://127.0.0.1:${port} cannot be reached: nothing listens there`,
  );
  expect(clock.waits).toEqual([50, 100]);
});

test("a signal ends a request, also while it waits to be repeated or let through", async () => {
  const server = await startScripted((_, answer) => refuse(answer, 503, "ServiceUnavailable", "no"));
  const waiting = await connectTo(server.url, { clock: { now: () => 0, after: () => () => {} } });
  const stop = new AbortController();
  const repeated = waiting.request("GET", "/x", { signal: stop.signal });
  while (server.requests.length === 0) await new Promise((done) => setImmediate(done));
  stop.abort();
  expect(await repeated).toMatchObject({ ok: false, reason: "Aborted" });

  const limited = await connectTo(server.url, {
    clock: { now: () => 0, after: () => () => {} },
    limit: { rate: 1, burst: 1 },
    patience: 0,
  });
  await limited.request("GET", "/x");
  const second = new AbortController();
  const held = limited.request("GET", "/x", { signal: second.signal });
  second.abort();
  expect(await held).toMatchObject({ ok: false, reason: "Aborted" });
});

test("credentials that are refused are read again once", async () => {
  const server = await startScripted((request, answer, count) =>
    request.headers.authorization === "Bearer new"
      ? ok(request, answer, count)
      : refuse(answer, 401, "Unauthorized", "Unauthorized"),
  );
  const file = join(makeTestFolder(), "kubeconfig");
  writeFileSync(file, makeKubeconfig(server.url, { token: "old" }));
  const client = await connectTo(readFileSync(file, "utf8"), { kubeconfig: file });
  expect(await client.request("GET", "/x")).toMatchObject({ ok: false, status: 401, reason: "Unauthorized" });
  expect(server.requests.length).toBe(2);
  writeFileSync(file, makeKubeconfig(server.url, { token: "new" }));
  expect(await client.request("GET", "/x")).toMatchObject({ ok: true });
});

test("a login command runs once for many requests, and again when its token is refused", async () => {
  const folder = makeTestFolder();
  const command = join(folder, "login.mjs");
  const count = join(folder, "count");
  writeFileSync(count, "");
  writeFileSync(
    command,
    `#!${process.execPath}
import fs from "node:fs";
fs.appendFileSync(${JSON.stringify(count)}, "x");
const token = "t" + fs.readFileSync(${JSON.stringify(count)}, "utf8").length;
console.log(JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token } }));`,
  );
  chmodSync(command, 0o755);
  let accepted = "Bearer t1";
  const server = await startScripted((request, answer, count) =>
    request.headers.authorization === accepted
      ? ok(request, answer, count)
      : refuse(answer, 401, "Unauthorized", "Unauthorized"),
  );
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command, interactiveMode: "Never" };
  const client = await connectTo(makeKubeconfig(server.url, { exec }));
  const all = await Promise.all(Array.from({ length: 10 }, () => client.request("GET", "/x")));
  expect(all.every((result) => result.ok)).toBe(true);
  expect(readFileSync(count, "utf8")).toBe("x");
  accepted = "Bearer t2";
  const again = await Promise.all(Array.from({ length: 10 }, () => client.request("GET", "/x")));
  expect(again.every((result) => result.ok)).toBe(true);
  expect(readFileSync(count, "utf8")).toBe("xx");
});

test("a login command that is missing is named", async () => {
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "/no/such/login", interactiveMode: "Never" };
  const client = await connectTo(makeKubeconfig("http://127.0.0.1:1", { exec }));
  expect(await client.request("GET", "/x")).toMatchObject({
    ok: false,
    reason: "Credentials",
    message: expect.stringContaining("the login command `/no/such/login` is not installed"),
  });
});

test("a refusal keeps what is wrong with which field, shortened, and never a whole object", async () => {
  const object = `core.PodTemplateSpec{${"x".repeat(20_000)}}`;
  const server = await startScripted((_, answer) =>
    refuse(
      answer,
      422,
      "Invalid",
      `Job.batch "a" is invalid: spec.template: Invalid value: ${object}: field is immutable`,
      {
        causes: [
          {
            reason: "FieldValueInvalid",
            message: `Invalid value: ${object}: field is immutable`,
            field: "spec.template",
          },
          ...Array.from({ length: 9 }, () => ({
            reason: "FieldValueRequired",
            message: "Required value",
            field: "spec.x",
          })),
        ],
      },
    ),
  );
  const client = await connectTo(server.url);
  const refused = await client.request("POST", "/x", { body: {} });
  if (refused.ok) throw new Error("unexpected");
  expect(refused.message).toMatch(
    /^`spec\.template`: Invalid value: core\.PodTemplateSpec.*\.\.\..*: field is immutable; /,
  );
  expect(refused.message).toMatch(/`spec\.x`: Required value; and 5 more$/);
  expect(refused.message.length).toBeLessThan(700);
  expect(refused.causes[0]).toMatchObject({ field: "spec.template", reason: "FieldValueInvalid" });
});

test("what a gateway or a web page answers becomes a short sentence", async () => {
  const server = await startScripted((request, answer) => {
    answer.writeHead(request.path === "/login" ? 200 : 404, { "content-type": "text/html" });
    answer.end(`<html><body><h1>Who are you?</h1>${"<p>".repeat(1000)}</body></html>`);
  });
  const client = await connectTo(server.url, { patience: 0 });
  expect(await client.request("GET", "/x")).toMatchObject({ status: 404, reason: "HTTP 404", message: "Who are you?" });
  expect(await client.request("GET", "/login")).toMatchObject({ status: 0, reason: "BadAnswer" });
});

test("a list is read page by page, keeps what is asked for, and starts over when a page comes too late", async () => {
  let late = true;
  const server = await startScripted(({ query }, answer) => {
    const at = Number(query.get("continue") ?? 0);
    if (at === 4 && late) {
      late = false;
      return refuse(answer, 410, "Expired", "The provided continue parameter is too old");
    }
    const items = [at, at + 1].map((name) => ({ metadata: { name: `${name}` }, spec: "large" }));
    const metadata = { resourceVersion: "7", ...(at < 4 ? { continue: `${at + 2}` } : {}) };
    answerJson(answer, 200, { metadata, items });
  });
  const client = await connectTo(server.url);
  const listed = await list(client, "/pods", { labelSelector: "a=b" }, ({ metadata }) => metadata.name, { page: 2 });
  expect(listed).toEqual({ ok: true, value: { items: ["0", "1", "2", "3", "4", "5"], resourceVersion: "7" } });
  expect(server.requests.map(({ query }) => query.get("continue"))).toEqual([null, "2", "4", null, "2", "4"]);
  expect(server.requests.every(({ query }) => query.get("labelSelector") === "a=b" && query.get("limit") === "2")).toBe(
    true,
  );
});

test("a text is handed over as it comes, until enough of it is there", async () => {
  const server = await startScripted((_, answer) => {
    // Never ends by itself; a character comes in two parts.
    const bytes = Buffer.from("ä".repeat(10));
    answer.write(bytes.subarray(0, 9));
    setImmediate(() => answer.write(bytes.subarray(9)));
  });
  const client = await connectTo(server.url);
  let text = "";
  const collect = (part: string): boolean => {
    text += part;
    return text.length < 10;
  };
  expect(await client.stream("/log", collect)).toEqual({ ok: true, value: null });
  expect(text).toBe("ä".repeat(10));
});

test("a closed client says so", async () => {
  const server = await startScripted(() => {});
  const client = await connectTo(server.url);
  const open = client.request("GET", "/x");
  while (server.requests.length === 0) await new Promise((done) => setImmediate(done));
  await client.close();
  expect(await open).toMatchObject({ ok: false, reason: "Aborted" });
  expect(await client.request("GET", "/x")).toMatchObject({ ok: false, reason: "Aborted" });
});

const opened = async (text: string, context?: string) => {
  const file = join(makeTestFolder(), "config");
  writeFileSync(file, text);
  const result = await openClient({
    kubeconfig: file,
    clock: systemClock(),
    ...(context === undefined ? {} : { context }),
  });
  return result.ok ? result.value : result.message.replaceAll(file, "FILE");
};

test("what is wrong with a kubeconfig is said without quoting it", async () => {
  const good = makeKubeconfig("https://h.example:6443/base/");
  expect(await opened("users:\n  - {token: s3cret\n")).toMatch(
    /^the kubeconfig `FILE` is not valid YAML: see line \d$/,
  );
  expect(await opened("")).toBe("`FILE` is not a kubeconfig: clusters, users or contexts are missing or have no name");
  expect(await opened(good, "proxi")).toBe("`FILE` has no context `proxi`; did you mean `proxy`?");
  expect(await opened(good, "other")).toBe("`FILE` has no context `other`; it has `proxy`");
  expect(await opened(good.replace("cluster: proxy", "cluster: gone"))).toContain(
    "names a cluster that the file does not describe",
  );
  expect(await opened(good.replace("https://", "ftp://"))).toContain("is no http or https address");
  const plain = good.replace("https://", "http://").replace("insecure-skip-tls-verify: true", "{}");
  expect(await opened(plain.replace(/\{\}/, "insecure-skip-tls-verify: false"))).toContain("without encryption");
  const missing = await openClient({ kubeconfig: "/no/such/file" });
  expect(missing).toEqual({ ok: false, message: "cannot read the kubeconfig `/no/such/file`: it does not exist" });
  const client = await opened(good);
  expect(client).toMatchObject({ server: "https://h.example:6443/base", context: "proxy", namespace: "default" });
});
