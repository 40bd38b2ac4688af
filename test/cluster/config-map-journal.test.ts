import { expect, test } from "vitest";
import { drive } from "../../src/backends/drive.ts";
import type { ClusterClient } from "../../src/backends/kubernetes/client.ts";
import {
  type ClusterJournal,
  type ClusterJournalOptions,
  JOURNAL_LABEL,
  openClusterJournal,
  readClusterJournal,
} from "../../src/backends/kubernetes/config-map-journal.ts";
import { list } from "../../src/backends/kubernetes/list.ts";
import { resourcePath } from "../../src/backends/kubernetes/resource-path.ts";
import type { JournalRecord } from "../../src/engine/protocol.ts";
import { makeRecord } from "../../src/types/value.ts";
import type { ProxiedRequest } from "../harness/fault-proxy.ts";
import { closeAfterTests, connect, connectThroughFaults, makeRoot } from "./cluster-client.ts";
import { bed } from "./harness.ts";

const cluster = bed();
closeAfterTests();

const isPost = ({ method }: ProxiedRequest): boolean => method === "POST";

function ended(instance: string, value = "ü\n😀"): JournalRecord {
  return { type: "attempt-ended", instance, attempt: 1, fingerprint: "f", outcome: { ok: true, value }, time: 1 };
}

async function open(
  options: ClusterJournalOptions,
): Promise<{ journal: ClusterJournal; records: readonly JournalRecord[]; warnings: readonly string[] }> {
  const opened = await openClusterJournal(options);
  if (!opened.ok) throw new Error(opened.message);
  return opened.value;
}

async function place(client: ClusterClient, run: string): Promise<ClusterJournalOptions> {
  return { client, namespace: cluster.namespace, run, root: await makeRoot(client, run) };
}

async function append(journal: ClusterJournal, ...records: JournalRecord[]): Promise<void> {
  const done = await journal.append(records);
  if (!done.ok) throw new Error(done.message);
}

async function namesOf(client: ClusterClient, run: string): Promise<readonly string[]> {
  const path = resourcePath("configmaps", cluster.namespace);
  const listed = await list(
    client,
    path,
    { labelSelector: `${JOURNAL_LABEL}=${run}` },
    ({ metadata }) => metadata.name,
  );
  if (!listed.ok) throw new Error(listed.message);
  return listed.value.items;
}

test("what was appended is read back in order by later drivers, whatever the fields are called", async () => {
  const client = await connect(cluster);
  const options = await place(client, "read-back");
  const first = await open(options);
  expect(first.records).toEqual([]);
  const value = makeRecord([
    ["__proto__", 1],
    ["constructor", "x"],
  ]);
  const strange: JournalRecord = {
    type: "attempt-handle",
    instance: 'xs["b\n"].y',
    attempt: 1,
    handle: value,
    time: 2,
  };
  await append(first.journal, ended("a"), strange);
  await append(first.journal, ended("b"));
  first.journal.close();
  const second = await open(options);
  expect(second.records).toEqual([ended("a"), strange, ended("b")]);
  await append(second.journal, ended("c"));
  expect((await open(options)).records).toEqual([ended("a"), strange, ended("b"), ended("c")]);
  expect(await namesOf(client, "read-back")).toEqual(
    ["00000001", "00000002", "00000003"].map((n) => `read-back-j-${n}`),
  );
});

test("appends that come while one is being written go together", async () => {
  const client = await connect(cluster);
  const options = await place(client, "grouped");
  const { journal } = await open(options);
  const records = Array.from({ length: 50 }, (_, at) => ended(`a${at}`));
  await Promise.all(records.map((record) => append(journal, record)));
  expect((await namesOf(client, "grouped")).length).toBeLessThanOrEqual(3);
  expect((await open(options)).records).toEqual(records);
});

test("an append may follow at once on being told that the last one is durable", async () => {
  const client = await connect(cluster);
  const options = await place(client, "chained");
  const { journal } = await open(options);
  let last = journal.append([ended("a")]);
  for (const name of "bcd") last = last.then(() => journal.append([ended(name)]));
  expect(await last).toEqual({ ok: true, value: null });
  expect((await open(options)).records).toEqual([..."abcd"].map((name) => ended(name)));
});

test("a driver that was passed over can write no more, also long after the entries behind its last were gathered", async () => {
  const client = await connect(cluster);
  const options = { ...(await place(client, "fenced")), gatherEntries: 3 };
  const old = await open(options);
  await append(old.journal, ended("a"));
  const next = await open(options);
  for (const name of "bcdefgh") await append(next.journal, ended(name));
  await next.journal.settled();
  expect(await namesOf(client, "fenced")).not.toContain("fenced-j-00000003");
  const refused = await old.journal.append([ended("x")]);
  expect(refused).toEqual({
    ok: false,
    message:
      "cannot write the journal: another driver has gone on with the run `fenced`: entry 2 of its journal is not ours",
  });
  expect(await old.journal.append([ended("y")])).toEqual(refused);
  await append(next.journal, ended("i"));
  expect((await open(options)).records).toEqual([..."abcdefghi"].map((name) => ended(name)));
});

test("of two drivers that begin at the same time one can write", async () => {
  const client = await connect(cluster);
  const options = await place(client, "both");
  const drivers = await Promise.all([open(options), open(options)]);
  // Even the very same words are only one driver's.
  const written = await Promise.all(drivers.map(({ journal }) => journal.append([ended("a")])));
  expect(written.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect((await open(options)).records).toEqual([ended("a")]);
});

test("an append whose answer is lost is written once", async () => {
  const { client, proxy } = await connectThroughFaults(cluster);
  const options = await place(client, "lost");
  const { journal } = await open(options);
  for (const kind of ["reset-after", "reset-before", "reset-after"] as const) {
    proxy.inject({ fault: { kind }, matches: isPost });
    await append(journal, ended(kind));
  }
  expect((await open(options)).records).toEqual(
    ["reset-after", "reset-before", "reset-after"].map((name) => ended(name)),
  );
  expect((await namesOf(client, "lost")).length).toBe(3);
});

test("a cluster that stays away ends the journal with the reason", async () => {
  const { client, proxy } = await connectThroughFaults(cluster);
  const options = { ...(await place(client, "away")), patience: 200 };
  const { journal } = await open(options);
  proxy.inject({ fault: { kind: "answer", status: 503, reason: "ServiceUnavailable" }, matches: isPost, times: 1000 });
  expect(await journal.append([ended("a")])).toEqual({
    ok: false,
    message:
      "cannot write the journal: cannot create the ConfigMap `away-j-00000001`: by the proxy (503 ServiceUnavailable)",
  });
});

test("records larger than a ConfigMap are cut and put together again; one cut short by a crash is left out", async () => {
  const { client, proxy } = await connectThroughFaults(cluster, { patience: 100 });
  const options = { ...(await place(client, "large")), patience: 100 };
  const large = ended("large", "ä".repeat(700_000));
  const first = await open(options);
  await append(first.journal, ended("a"), large, ended("b"));
  expect((await namesOf(client, "large")).length).toBe(2);
  proxy.inject({
    fault: { kind: "answer", status: 500 },
    matches: ({ path, method }) => isPost({ path, method }) && crash(),
    times: 1000,
  });
  // The first part arrives, the second does not: the driver is gone in between.
  let posts = 0;
  function crash(): boolean {
    posts += 1;
    return posts > 1;
  }
  expect(await first.journal.append([large])).toMatchObject({ ok: false });
  proxy.heal();
  const second = await open(options);
  expect(second.records).toEqual([ended("a"), large, ended("b")]);
  expect(second.warnings).toEqual([
    "record 4 of the journal `large` was cut short when the run was interrupted; it is left out",
  ]);
  await append(second.journal, ended("c"));
  const third = await open(options);
  expect(third.records).toEqual([ended("a"), large, ended("b"), ended("c")]);
  expect(third.warnings).toEqual(second.warnings);
});

test("old entries are gathered into few objects, whatever becomes of the one that gathers", async () => {
  const { client, proxy } = await connectThroughFaults(cluster, { patience: 0 });
  const options = { ...(await place(client, "gathered")), gatherBytes: 2000, gatherEntries: 8 };
  const written: JournalRecord[] = [];
  for (let driver = 0; driver < 4; driver++) {
    const { journal, records } = await open({ ...options, patience: 5000 });
    expect(records).toEqual(written);
    // Each driver fails somewhere while it tidies up.
    proxy.inject({
      fault: { kind: "reset-after" },
      matches: ({ path, method }) => method === "DELETE" && path.includes(`${driver}`),
    });
    proxy.inject({
      fault: { kind: "answer", status: 500 },
      matches: ({ method }) => method === "DELETE" && driver === 2,
    });
    for (let at = 0; at < 25; at++) {
      const record = ended(`${driver}-${at}`);
      await append(journal, record);
      written.push(record);
    }
    await journal.settled();
    journal.close();
    proxy.heal();
  }
  const last = await open(options);
  expect(last.records).toEqual(written);
  await append(last.journal, ended("z"));
  await last.journal.settled();
  const names = await namesOf(client, "gathered");
  // A dozen entries of a hundred records, those that are too few to be gathered yet, and the first ones.
  expect(names.length).toBeLessThan(12 + 8 + 5 + 5);
  // The first entry of each driver stays.
  for (const number of [1, 26, 51, 76]) expect(names).toContain(`gathered-j-${String(number).padStart(8, "0")}`);
  expect(await readClusterJournal(options)).toEqual({
    ok: true,
    value: { records: [...written, ended("z")], warnings: [] },
  });
});

test("a journal with a hole or a changed record is refused", async () => {
  const client = await connect(cluster);
  const options = await place(client, "damaged");
  const { journal } = await open(options);
  for (const name of "abc") await append(journal, ended(name));
  await cluster.kubectl(["delete", "configmap", "damaged-j-00000002"]);
  expect(await readClusterJournal(options)).toEqual({
    ok: false,
    message:
      "entry 2 of the journal `damaged` is missing: one of its ConfigMaps was deleted; the run cannot be continued from it",
  });
  const owner = { apiVersion: "v1", kind: "ConfigMap", ...options.root };
  const metadata = { name: "damaged-x", labels: { [JOURNAL_LABEL]: "damaged" }, ownerReferences: [owner] };
  const body = { metadata, data: { "00000002": '{"v":1,"seq":2,"crc":"00000000","record":{}}\n' } };
  await client.request("POST", resourcePath("configmaps", cluster.namespace), { body });
  expect(await readClusterJournal(options)).toEqual({
    ok: false,
    message: "entry 2 of the journal `damaged` holds a damaged record; the run cannot be continued from it",
  });
});

test("the journal of an earlier run of the same name is not this one's", async () => {
  const client = await connect(cluster);
  const options = await place(client, "same-name");
  await append((await open(options)).journal, ended("a"));
  const other = { ...options, root: { name: "same-name", uid: "00000000-0000-0000-0000-000000000000" } };
  expect((await open(other)).records).toEqual([]);
});

test("a run is driven over it as over the local journal, and stops when another driver has gone on", async () => {
  const client = await connect(cluster);
  const options = await place(client, "driven");
  const { journal } = await open(options);
  const rival = await open(options);
  const backend = () => ({
    capacity: () => ({}),
    recover: () => Promise.resolve(new Map<string, number>()),
    start: () => {},
    stop: () => {},
    hurry: () => {},
    close: () => Promise.resolve(),
  });
  const end = { type: "end", status: "succeeded", failures: [] } as const;
  const once = () =>
    drive({
      backend,
      journal,
      clock: client.clock,
      engine: () => () => [{ type: "append", records: [ended("a")] }, end],
    });
  expect(await once()).toEqual({ kind: "ended", end });
  await rival.journal.append([ended("b")]);
  expect((await open(options)).records).toEqual([ended("a")]);
  const next = await open(options);
  await append(next.journal, ended("c"));
  expect(await once()).toMatchObject({ kind: "journal-failed", message: expect.stringContaining("another driver") });
});
