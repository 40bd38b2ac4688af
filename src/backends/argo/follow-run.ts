// A run of Argo while it goes on: its Workflow is watched, and what changes between two states of it becomes the reports that every engine gives.

import { nodePath } from "../../engine/instance-id.ts";
import type { Report } from "../../engine/protocol.ts";
import type { RunSnapshot } from "../../engine/snapshot.ts";
import type { ApiProblem } from "../kubernetes/api-problem.ts";
import type { ClusterClient } from "../kubernetes/client.ts";
import { resourcePath } from "../kubernetes/resource-path.ts";
import { follow } from "../kubernetes/watch.ts";
import { type OpenArgoRun, readArgoRun } from "./argo-run.ts";
import { describePodFailure } from "./describe-failure.ts";
import type { Trace } from "./trace.ts";
import type { Workflow } from "./workflow.ts";

export interface FollowRunOptions {
  readonly client: ClusterClient;
  readonly name: string;
  /** Ends the following; the run goes on. */
  readonly signal: AbortSignal;
  readonly onReport: (report: Report) => void;
  readonly onSnapshot: (snapshot: RunSnapshot) => void;
  readonly onTrouble?: (problem: ApiProblem) => void;
}

export type Followed =
  | { readonly kind: "ended"; readonly run: OpenArgoRun }
  | { readonly kind: "left" }
  | { readonly kind: "broken"; readonly message: string };

/** Milliseconds between two looks at a state that changes fast. */
const PAUSE = 200;

/** Follows the run until it ends or the signal comes. */
export async function followArgoRun(options: FollowRunOptions): Promise<Followed> {
  const { client, name, signal } = options;
  const stop = new AbortController();
  const leave = (): void => stop.abort();
  signal.addEventListener("abort", leave, { once: true });
  const reporter = createReporter(options.onReport);
  let end: Followed = { kind: "left" };
  let latest: Workflow | undefined;
  let takeBack: (() => void) | undefined;
  const finish = (how: Followed): void => {
    end = how;
    stop.abort();
  };
  const look = (): void => {
    takeBack = undefined;
    if (latest === undefined || stop.signal.aborted) return;
    const read = readArgoRun(latest);
    if (!read.ok) {
      finish({ kind: "broken", message: read.message });
      return;
    }
    const run = read.value;
    options.onSnapshot(snapshotOf(run));
    reporter(run);
    if (run.state !== "running" && run.state !== "failing") finish({ kind: "ended", run });
  };
  const gone = (): void => finish({ kind: "broken", message: `Workflow \`${name}\` was deleted` });
  const see = (workflow: Workflow): void => {
    latest = workflow;
    takeBack ??= client.clock.after(PAUSE, look);
  };
  if (signal.aborted) stop.abort();
  await follow<Workflow, Workflow>(client, resourcePath("workflows", client.namespace), {
    fieldSelector: `metadata.name=${name}`,
    signal: stop.signal,
    project: (workflow) => workflow,
    sync: (items) => {
      if (items.length === 0) gone();
      else for (const item of items) see(item);
    },
    change: (type, item) => {
      if (type === "DELETED") gone();
      else see(item);
    },
    ...(options.onTrouble && { trouble: options.onTrouble }),
  });
  takeBack?.();
  signal.removeEventListener("abort", leave);
  return end;
}

/** The counts that progress is drawn from. */
export function snapshotOf({ trace, state }: Pick<OpenArgoRun, "trace" | "state">): RunSnapshot {
  const maps = new Map<string, { total: number; done: number; failed: number; running: number }>();
  for (const { instance, count, done, failed, running } of trace.maps) {
    const path = nodePath(instance);
    const sum = maps.get(path) ?? { total: 0, done: 0, failed: 0, running: 0 };
    maps.set(path, {
      total: sum.total + count,
      done: sum.done + done,
      failed: sum.failed + failed,
      running: sum.running + running,
    });
  }
  const isOver = state !== "running" && state !== "failing";
  return {
    phase: isOver ? "ended" : trace.inFinally ? "finally" : state === "failing" ? "failing" : "running",
    status: isOver ? state : null,
    maps: [...maps].map(([map, sum]) => ({ map, ...sum, waiting: sum.total - sum.done - sum.failed - sum.running })),
    calls: trace.calls
      .filter(({ instance }) => !instance.includes("["))
      .map(({ instance, state: each }) => ({ instance, state: each })),
    running: trace.calls.filter((each) => each.state === "running").length,
  };
}

/** Tells what is new in each state, once. */
function createReporter(onReport: (report: Report) => void): (run: OpenArgoRun) => void {
  const said = new Set<string>();
  const once = (key: string, report: Report): void => {
    if (said.has(key)) return;
    said.add(key);
    onReport(report);
  };
  return ({ trace }) => {
    for (const { instance, count } of trace.maps) once(`map ${instance}`, { type: "map-expanded", instance, count });
    for (const call of trace.calls) reportCall(call, once);
    for (const failure of trace.failures)
      once(`end ${failure.instance}`, { type: "instance-failed", failure, tolerated: false });
    for (const { instance, done, failed, state } of trace.maps)
      if (state !== "running")
        once(`map end ${instance}`, { type: "map-ended", instance, ok: done, failed, status: state });
    const [first] = trace.failures;
    if (first) once("failing", { type: "run-failing", failure: first });
    if (trace.inFinally) once("finally", { type: "finally-started" });
  };
}

function reportCall(call: Trace["calls"][number], once: (key: string, report: Report) => void): void {
  const { instance, attempts, state, failure, tolerated } = call;
  once(`ready ${instance}`, { type: "instance-ready", instance });
  for (const [number, node] of attempts.slice(0, -1).entries()) {
    const { cause, message } = describePodFailure(node, undefined);
    const attempt = number + 2;
    once(`retry ${instance} ${attempt}`, { type: "instance-retried", instance, attempt, cause, message, delay: 0 });
  }
  if (state === "succeeded")
    once(`end ${instance}`, {
      type: "instance-succeeded",
      instance,
      attempts: Math.max(1, attempts.length),
      reused: false,
    });
  else if (failure) once(`end ${instance}`, { type: "instance-failed", failure, tolerated });
}
