// How runs stand: running, interrupted, or how they ended, from their journals and Leases. Nothing is changed.
import type { JournalRecord } from "../../engine/protocol.ts";
import { type Folded, foldJournal } from "../../engine/recorded.ts";
import type { FileResult } from "../file-problem.ts";
import type { RunState } from "../find-runs.ts";
import type { ClusterClient } from "./client.ts";
import type { ListedRun } from "./cluster-run.ts";
import { JOURNAL_LABEL, readClusterJournal } from "./config-map-journal.ts";
import { explainProblem } from "./explain-problem.ts";
import { readEntries } from "./journal-entries.ts";
import { findLeaseHolder, type LeaseHolder } from "./lease.ts";
import { list } from "./list.ts";
import type { ConfigMap } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

export interface ClusterSummary {
  readonly run: ListedRun;
  readonly state: RunState;
  /** Who drives it, when it runs. */
  readonly holder?: LeaseHolder;
  /** Milliseconds since the epoch. */
  readonly ended?: number;
}

export interface ClusterStatus extends ClusterSummary {
  readonly records: readonly JournalRecord[];
  readonly folded: Folded;
  /** What was left out of the journal, in sentences. */
  readonly warnings: readonly string[];
}

/** Reads the whole journal of a run. */
export async function readClusterStatus(client: ClusterClient, run: ListedRun): Promise<FileResult<ClusterStatus>> {
  const { namespace } = client;
  const journal = await readClusterJournal({ client, namespace, run: run.name, root: run });
  if (!journal.ok) return journal;
  const { records, warnings } = journal.value;
  const folded = foldJournal(records);
  const last = records.at(-1);
  const state = await stateOf(client, run, last);
  return state.ok ? { ok: true, value: { run, ...state.value, records, folded, warnings } } : state;
}

/** The state of many runs, from the last words of their journals. */
export async function summarizeClusterRuns(
  client: ClusterClient,
  runs: readonly ListedRun[],
): Promise<FileResult<readonly ClusterSummary[]>> {
  if (runs.length === 0) return { ok: true, value: [] };
  const listed = await list<ConfigMap, LastWords | undefined>(
    client,
    resourcePath("configmaps", client.namespace),
    { labelSelector: JOURNAL_LABEL },
    readLastWords,
    { page: 50 },
  );
  if (!listed.ok) return { ok: false, message: explainProblem(listed, "read the journals of the runs", client) };
  const latest = new Map<string, LastWords>();
  for (const words of listed.value.items) {
    if (words === undefined || (latest.get(words.owner)?.entry ?? 0) > words.entry) continue;
    latest.set(words.owner, words);
  }
  const summaries: ClusterSummary[] = [];
  for (const run of runs) {
    const state = await stateOf(client, run, latest.get(run.uid)?.record);
    if (!state.ok) return state;
    summaries.push({ run, ...state.value });
  }
  return { ok: true, value: summaries };
}

async function stateOf(
  client: ClusterClient,
  { name }: ListedRun,
  last: JournalRecord | undefined,
): Promise<FileResult<Omit<ClusterSummary, "run">>> {
  if (last?.type === "run-ended") return { ok: true, value: { state: last.status, ended: last.time } };
  const holder = await findLeaseHolder({ client, namespace: client.namespace, name });
  if (!holder.ok) return holder;
  if (holder.value === undefined) return { ok: true, value: { state: "interrupted" } };
  return { ok: true, value: { state: "running", holder: holder.value } };
}

interface LastWords {
  /** The uid of the run's root. */
  readonly owner: string;
  readonly entry: number;
  /** Absent when the last line is not whole. */
  readonly record?: JournalRecord;
}

function readLastWords({ metadata, data = {} }: ConfigMap): LastWords | undefined {
  const owner = metadata.ownerReferences?.[0]?.uid;
  const last = readEntries(data).reduce<{ number: number; text: string } | undefined>(
    (best, entry) => (best === undefined || entry.number > best.number ? entry : best),
    undefined,
  );
  if (owner === undefined || last === undefined) return undefined;
  const line = last.text.trimEnd().split("\n").at(-1) ?? "";
  try {
    const { record } = JSON.parse(line) as { readonly record?: JournalRecord };
    return { owner, entry: last.number, ...(record && { record }) };
  } catch {
    return { owner, entry: last.number };
  }
}
