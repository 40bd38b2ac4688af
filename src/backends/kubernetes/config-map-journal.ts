// The journal of a run in the cluster: ConfigMaps with consecutive names that belong to the run's root and never change. A name that is taken
// already is how a driver learns that another one has gone on with the run. Old entries are gathered into larger ConfigMaps in the background,
// so that a long run leaves few objects and is read back fast. In: records. When an append says it is done they are in the cluster's storage.
import { createHash, randomUUID } from "node:crypto";
import type { JournalRecord } from "../../engine/protocol.ts";
import type { FileResult } from "../file-problem.ts";
import type { Journal, OpenedJournal } from "../journal.ts";
import { encodeLine } from "../journal-format.ts";
import { describeProblem } from "./api-problem.ts";
import type { ClusterClient } from "./client.ts";
import { createOnce, deleteObject, type RunRoot, seal } from "./create-once.ts";
import { cutText, type Entry, entryKey, orderEntries, readEntries, readRecords } from "./journal-entries.ts";
import { list } from "./list.ts";
import type { ConfigMap } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

export interface JournalPlace {
  readonly client: ClusterClient;
  readonly namespace: string;
  /** The run's id: names begin with it. */
  readonly run: string;
  readonly root: RunRoot;
}

export interface ClusterJournalOptions extends JournalPlace {
  /** Further labels of the ConfigMaps. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Milliseconds for which the cluster may be away before the journal fails. Default 10 minutes. */
  readonly patience?: number;
  /** UTF-8 bytes of a gathered ConfigMap. Default 200,000. */
  readonly gatherBytes?: number;
  /** How many entries are gathered at the latest. Default 500. */
  readonly gatherEntries?: number;
}

/** A journal whose last words can be awaited. */
export interface ClusterJournal extends Journal {
  /** Resolves when nothing is being written or gathered any more. */
  settled(): Promise<void>;
}

export interface OpenedClusterJournal extends OpenedJournal {
  readonly journal: ClusterJournal;
}

/** The label by which the ConfigMaps of a run's journal are found; its value is the run's id. */
export const JOURNAL_LABEL = "sluice.dev/journal";

const WRITER_ANNOTATION = "sluice.dev/writer";
const PATIENCE = 600_000;
const GATHER_BYTES = 200_000;
const GATHER_ENTRIES = 500;

interface Found {
  /** All, in order. */
  readonly entries: readonly Entry[];
  /** Those that are not gathered yet. */
  readonly alone: readonly Entry[];
  /** ConfigMaps whose one entry was gathered, and that are not needed any more. */
  readonly leftOver: readonly string[];
}

/** Reads the journal without changing anything. */
export async function readClusterJournal(
  place: JournalPlace,
): Promise<FileResult<{ readonly records: readonly JournalRecord[]; readonly warnings: readonly string[] }>> {
  const found = await find(place);
  return found.ok ? readRecords(found.value.entries, place.run) : found;
}

/** Opens the journal for appending; nothing is written yet. */
export async function openClusterJournal(options: ClusterJournalOptions): Promise<FileResult<OpenedClusterJournal>> {
  const found = await find(options);
  if (!found.ok) return found;
  const read = readRecords(found.value.entries, options.run);
  if (!read.ok) return read;
  const { records, warnings } = read.value;
  return { ok: true, value: { journal: appendTo(options, found.value, records.length), records, warnings } };
}

async function find({ client, namespace, run, root }: JournalPlace): Promise<FileResult<Found>> {
  const listed = await list<ConfigMap, readonly (Entry & { readonly gathered: boolean })[]>(
    client,
    resourcePath("configmaps", namespace),
    { labelSelector: `${JOURNAL_LABEL}=${run}` },
    ({ metadata, data = {} }) => {
      // Left from an earlier run of this name that is being removed.
      if (!metadata.ownerReferences?.some(({ uid }) => uid === root.uid)) return [];
      const gathered = metadata.name.startsWith(`${run}-g-`);
      return readEntries(data).map((entry) => ({ ...entry, gathered }));
    },
    { page: 50 },
  );
  if (!listed.ok) return { ok: false, message: describeProblem(listed, `read the journal \`${run}\``) };
  const all = listed.value.items.flat();
  const ordered = orderEntries(all, run);
  if (!ordered.ok) return ordered;
  const gathered = new Set(all.filter((entry) => entry.gathered).map(({ number }) => number));
  const leftOver = all.filter((entry) => !entry.gathered && !entry.first && gathered.has(entry.number));
  return {
    ok: true,
    value: {
      entries: ordered.value,
      alone: ordered.value.filter(({ number }) => !gathered.has(number)),
      leftOver: leftOver.map((entry) => nameOf(run, entry)),
    },
  };
}

function nameOf(run: string, { number }: Pick<Entry, "number">): string {
  return `${run}-j-${entryKey({ number, first: false })}`;
}

function appendTo(options: ClusterJournalOptions, found: Found, count: number): ClusterJournal {
  const { client, namespace, run, root } = options;
  const patience = options.patience ?? PATIENCE;
  const gatherBytes = options.gatherBytes ?? GATHER_BYTES;
  const gatherEntries = options.gatherEntries ?? GATHER_ENTRIES;
  const labels = { ...options.labels, [JOURNAL_LABEL]: run };
  // Two drivers may write the very same text under the same name; only one of them has written it.
  const writer = randomUUID();
  const alone: Entry[] = [...found.alone];
  const leftOver = [...found.leftOver];
  let entries = found.entries.length;
  let written = count;
  let first = true;
  let failure: { ok: false; message: string } | undefined;
  let closed = false;
  let busy = false;
  let writing = Promise.resolve();
  let gathering: Promise<void> | undefined;
  let queue: { readonly records: readonly JournalRecord[]; readonly done: (result: FileResult<null>) => void }[] = [];

  function makeConfigMap(name: string, entries: readonly Entry[], annotations?: Record<string, string>): ConfigMap {
    const data = Object.fromEntries(entries.map((entry) => [entryKey(entry), entry.text]));
    const metadata = { name, labels, ...(annotations && { annotations }) };
    return seal({ apiVersion: "v1", kind: "ConfigMap", metadata, immutable: true, data }, root);
  }

  async function writeEntry(text: string): Promise<FileResult<null>> {
    const entry = { number: entries + 1, text, first };
    const name = nameOf(run, entry);
    const configMap = makeConfigMap(name, [entry], { [WRITER_ANNOTATION]: writer });
    const until = client.clock.now() + patience;
    for (;;) {
      const made = await createOnce(client, "configmaps", namespace, configMap, { patience, priority: "first" });
      if (made.kind === "there") {
        entries = entry.number;
        first = false;
        alone.push(entry);
        return { ok: true, value: null };
      }
      if (made.kind === "taken") {
        const message = `another driver has gone on with the run \`${run}\`: entry ${entry.number} of its journal is not ours`;
        return { ok: false, message };
      }
      // A full quota answers at once, again and again.
      if (made.kind === "refused" || client.clock.now() >= until) return { ok: false, message: made.message };
      await new Promise<void>((resolve) => client.clock.after(QUOTA_WAIT, resolve));
    }
  }

  async function writeAll(): Promise<void> {
    busy = true;
    while (queue.length > 0) {
      const group = queue;
      queue = [];
      let text = "";
      if (failure === undefined)
        for (const { records } of group) for (const record of records) text += `${encodeLine(record, ++written)}\n`;
      for (const part of text === "" ? [] : cutText(text)) {
        if (failure !== undefined) break;
        const done = await writeEntry(part);
        if (!done.ok) failure = { ok: false, message: `cannot write the journal: ${done.message}` };
      }
      for (const { done } of group) done(failure ?? { ok: true, value: null });
      gathering ??= startGathering();
    }
    // At once, not when the promise is settled: whoever was told that its records are durable may append the next.
    busy = false;
  }

  // How many of the oldest entries make up a ConfigMap of the intended size; 0 when they are too few yet.
  function countToGather(): number {
    let bytes = 0;
    for (const [at, { text }] of alone.entries()) {
      const size = Buffer.byteLength(text);
      if (at > 0 && bytes + size > gatherBytes) return at;
      bytes += size;
      if (at + 1 >= gatherEntries) return at + 1;
    }
    return 0;
  }

  function startGathering(): Promise<void> | undefined {
    if (closed || failure !== undefined || (countToGather() === 0 && leftOver.length === 0)) return undefined;
    return gather().finally(() => {
      gathering = undefined;
    });
  }

  // Nothing depends on it: what cannot be done now is done by a later driver.
  async function gather(): Promise<void> {
    for (;;) {
      for (let name = leftOver[0]; name !== undefined; name = leftOver[0]) {
        if (closed) return;
        const deleted = await deleteObject(client, "configmaps", namespace, name, { priority: "last" });
        if (!deleted.ok) return;
        leftOver.shift();
      }
      const old = alone.slice(0, countToGather());
      const [from, to] = [old[0], old.at(-1)];
      if (closed || from === undefined || to === undefined) return;
      // One that is large by itself stays as it is.
      if (old.length > 1) {
        // Drivers that gather the same at the same time meet in the same object; what is gathered differently has another name.
        const mark = createHash("sha256").update(old.map(entryKey).join(" ")).digest("hex").slice(0, 8);
        const range = `${entryKey({ ...from, first: false })}-${entryKey({ ...to, first: false })}`;
        const gathered = makeConfigMap(`${run}-g-${range}-${mark}`, old);
        const made = await createOnce(client, "configmaps", namespace, gathered, { priority: "last" });
        if (made.kind !== "there") return;
        leftOver.push(...old.filter(({ first }) => !first).map((entry) => nameOf(run, entry)));
      }
      alone.splice(0, old.length);
    }
  }

  return {
    append: (records) => {
      if (closed) throw new Error("append to a closed journal");
      if (failure !== undefined) return Promise.resolve(failure);
      return new Promise((done) => {
        queue.push({ records, done });
        if (!busy) writing = writeAll();
      });
    },
    close: () => {
      closed = true;
    },
    settled: async () => {
      while (busy || gathering !== undefined) await (busy ? writing : gathering);
    },
  };
}

/** Milliseconds between two tries while a quota is full. */
const QUOTA_WAIT = 1000;
