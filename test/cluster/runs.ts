// Runs in the test cluster: a program from memory is created there as `sluice run` does it, and driven from the test.
import { randomBytes } from "node:crypto";
import type { ClusterClient } from "../../src/backends/kubernetes/client.ts";
import { type ClusterRun, openClusterRun } from "../../src/backends/kubernetes/cluster-run.ts";
import { openClusterJournal } from "../../src/backends/kubernetes/config-map-journal.ts";
import { createClusterRun } from "../../src/backends/kubernetes/create-run.ts";
import {
  type ClusterExecuted,
  type ExecuteClusterOptions,
  executeClusterRun,
} from "../../src/backends/kubernetes/execute-cluster-run.ts";
import { DEFAULT_KUBERNETES_PROFILE, type KubernetesProfile } from "../../src/config/kubernetes-profile.ts";
import { emitRun } from "../../src/emit/jobs/emit.ts";
import type { JournalRecord, Report } from "../../src/engine/protocol.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { compileSource } from "../harness/compile-source.ts";

/** Creates a run and reads it back. */
export async function createRun(
  client: ClusterClient,
  source: string,
  { profile = {}, parameters = {} }: { profile?: Partial<KubernetesProfile>; parameters?: Record<string, Value> } = {},
): Promise<ClusterRun> {
  const { plan, diagnostics } = compileSource(source);
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const name = `main-${randomBytes(4).toString("hex")}`;
  const emitted = emitRun(plan, {
    parameters: makeRecord(Object.entries(parameters)),
    profile: { ...DEFAULT_KUBERNETES_PROFILE, ...profile },
    namespace: client.namespace,
    version: "0.0.0",
    run: name,
    span: () => ({ file: 0, start: 0, end: 0 }),
  });
  if (emitted.value === undefined) throw new Error(emitted.diagnostics.map(({ message }) => message).join("\n"));
  const made = await createClusterRun({
    client,
    objects: emitted.value,
    driver: false,
    onNote: () => {},
  });
  if (!made.ok) throw new Error(made.message);
  const opened = await openClusterRun(client, name);
  if (!opened.ok) throw new Error(opened.message);
  return opened.value;
}

export interface Driving {
  readonly ended: Promise<ClusterExecuted>;
  readonly reports: readonly Report[];
  readonly warnings: readonly string[];
  /** Lets go of the run, as a driver does that is told to end. */
  readonly detach: () => Promise<ClusterExecuted>;
  readonly cancel: () => void;
}

/** Drives a run from here. */
export function driveRun(
  client: ClusterClient,
  run: ClusterRun,
  options: Partial<ExecuteClusterOptions> = {},
): Driving {
  const reports: Report[] = [];
  const warnings: string[] = [];
  const detach = new AbortController();
  const cancel = new AbortController();
  const ended = executeClusterRun({
    client,
    run,
    engineVersion: "0.0.0",
    leaseDuration: 3,
    detach: detach.signal,
    cancel: cancel.signal,
    onReport: (report) => reports.push(report),
    onWarning: ({ message }) => warnings.push(message),
    ...options,
  });
  return {
    ended,
    reports,
    warnings,
    detach: () => {
      detach.abort();
      return ended;
    },
    cancel: () => cancel.abort(),
  };
}

/** What the journal of a run holds. */
export async function readRecords(client: ClusterClient, run: ClusterRun): Promise<readonly JournalRecord[]> {
  const { namespace, name, root } = run;
  const opened = await openClusterJournal({ client, namespace, run: name, root });
  if (!opened.ok) throw new Error(opened.message);
  return opened.value.records;
}
