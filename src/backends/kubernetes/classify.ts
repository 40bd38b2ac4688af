// What a pod says about its attempt: that it waits, that it runs, or how it ended. Pure: in go the pod as last seen, what was remembered of it, its
// events and whether we are ending it ourselves. The order of the questions is what the states of a real cluster call for; the Job's own status
// tells no causes apart and is not asked.

import { STAGE_IN_CONTAINER, STAGE_IN_EXIT } from "../../emit/collect.ts";
import type { Outcome } from "../../engine/protocol.ts";
import { printDuration } from "../../types/quantity.ts";
import { shorten } from "./api-problem.ts";
import type { ContainerStatus, Pod } from "./objects.ts";
import {
  type ContainerEnd,
  disruptionOf,
  endOf,
  hasRun,
  hasRunningStep,
  isSidecar,
  type PodEvent,
  type Remembered,
  statusesOf,
  tellingEvent,
  tellingState,
  type Waiting,
  waitingOf,
} from "./pod-facts.ts";

export type Failure = Extract<Outcome, { readonly ok: false }>;

/** What was seen of an attempt's objects. */
export interface Observation {
  /** As last seen; undefined when there is none now. */
  readonly pod: Pod | undefined;
  /** What was remembered of it while it was there; absent when no pod was ever seen. */
  readonly remembered?: Remembered;
  /** Of the pod, or of the Job while there is no pod; oldest first. */
  readonly events?: readonly PodEvent[];
  /** We are ending it ourselves. */
  readonly stopping?: boolean;
  /** We are ending it because its time has run out. */
  readonly expired?: boolean;
  /** Its Job is there no more. */
  readonly jobGone?: boolean;
  /** When its Job was created, in milliseconds since the epoch. */
  readonly created: number;
}

export interface ClassifyOptions {
  /** Name of the container that is the task. */
  readonly container: string;
  /** Milliseconds for which an attempt may wait to start. */
  readonly pendingLimit: number;
  /** Milliseconds after its grace period for which a pod that is being deleted may go on without a word. Default 60 s. */
  readonly silenceLimit?: number;
  /** Milliseconds that its container may run. */
  readonly timeout?: number;
}

/** When nothing has changed by then, the attempt is to be ended, and this is how it went. */
export interface GiveUp {
  /** Milliseconds since the epoch; 0 when there is nothing to wait for, Infinity when it is waited for without end. */
  readonly at: number;
  readonly outcome: Failure;
}

export type Standing =
  /** `giveUp`: it is being deleted, and nobody may be left to say that it ended. */
  | { readonly kind: "running"; readonly giveUp?: GiveUp }
  | { readonly kind: "waiting"; readonly waiting: Waiting; readonly giveUp: GiveUp }
  /** The task did its work: its results count. `sidecar`: what went wrong in a helper, for when a result is missing. */
  | { readonly kind: "succeeded"; readonly sidecar?: string }
  | { readonly kind: "failed"; readonly outcome: Failure };

const SILENCE_LIMIT = 60_000;
const CANCELLED: Failure = { ok: false, cause: "cancelled" };

/** Where an attempt stands. */
export function classify(observation: Observation, options: ClassifyOptions): Standing {
  const { pod, stopping = false } = observation;
  if (pod === undefined) return classifyWithoutPod(observation, options);
  const phase = pod.status?.phase;
  if (phase === "Succeeded") {
    const sidecar = describeSidecars(pod);
    return { kind: "succeeded", ...(sidecar === undefined ? {} : { sidecar }) };
  }
  if (phase === "Failed") {
    return { kind: "failed", outcome: stopping ? CANCELLED : failureOf(pod, observation, options) };
  }
  const deletion = pod.metadata.deletionTimestamp;
  if (deletion !== undefined) {
    const at = Date.parse(deletion) + (options.silenceLimit ?? SILENCE_LIMIT);
    const outcome = observation.expired ? ranTooLong(options, pod) : takenAway(pod);
    return { kind: "running", giveUp: { at, outcome: stopping ? CANCELLED : outcome } };
  }
  if (phase === "Running" || hasRunningStep(pod)) return { kind: "running" };
  return wait(waitingOf(pod, observation.events), observation, options);
}

function classifyWithoutPod(observation: Observation, options: ClassifyOptions): Standing {
  const { remembered, stopping = false, jobGone = false } = observation;
  if (remembered !== undefined || jobGone) {
    const what =
      remembered === undefined ? "its Job was deleted before it began" : "its pod was removed before its end was known";
    const message = withReason(what, remembered?.disruption);
    const outcome: Failure = observation.expired ? ranTooLong(options) : { ok: false, cause: "evicted", message };
    return { kind: "failed", outcome: stopping ? CANCELLED : outcome };
  }
  const nothing = { reason: "NoPod", message: "its Job has no pod yet", permanent: false };
  return wait(tellingEvent(observation.events ?? []) ?? nothing, observation, options);
}

function wait(waiting: Waiting, { created }: Observation, { pendingLimit }: ClassifyOptions): Standing {
  const message = `did not start: ${describeWaiting(waiting)}`;
  const outcome: Failure = { ok: false, cause: "start", message, ...(waiting.permanent ? { retryable: false } : {}) };
  // A quota that is full is waited for, however long it takes.
  const limit = waiting.reason === "QuotaExceeded" ? Infinity : created + pendingLimit;
  return { kind: "waiting", waiting, giveUp: { at: waiting.permanent ? 0 : limit, outcome } };
}

function failureOf(pod: Pod, observation: Observation, options: ClassifyOptions): Failure {
  if (observation.expired) return ranTooLong(options, pod);
  const { status } = pod;
  const task = options.container;
  const disruption = disruptionOf(pod);
  if (status?.reason === "DeadlineExceeded") return timedOut(pod, observation, options);
  if (status?.reason === "Evicted" && disruption === undefined)
    return { ok: false, cause: "disk", message: withReason("used more disk than it may", status.message) };
  if (disruption !== undefined || pod.metadata.deletionTimestamp !== undefined) return takenAway(pod);
  // A sidecar that fails is started again and does not end the pod, so it is the last to blame.
  const failed = statusesOf(pod)
    .map((container) => ({ container, end: endOf(container), sidecar: isSidecar(pod, container.name) }))
    .filter((one): one is FailedContainer => one.end !== undefined && one.end.exitCode !== 0)
    .sort((a, b) => Number(a.sidecar) - Number(b.sidecar));
  const inDuty = failed.filter(({ sidecar }) => !sidecar);
  const blamed = inDuty.length > 0 ? inDuty : failed;
  const first =
    blamed.find(({ end }) => end.reason === "OOMKilled") ??
    blamed.find(({ end }) => end.reason === "StartError") ??
    blamed.find(({ container }) => container.name === task) ??
    blamed[0];
  if (first !== undefined && first.end.reason !== "ContainerStatusUnknown") return blame(first, task);
  // None of its containers failed: its node refused, gave up or lost it.
  const reason = [status?.reason, status?.message ?? first?.end.message]
    .filter((part) => part !== undefined)
    .join(": ");
  return { ok: false, cause: "evicted", message: withReason("its node gave it up", reason) };
}

interface FailedContainer {
  readonly container: ContainerStatus;
  readonly end: ContainerEnd;
  readonly sidecar: boolean;
}

function blame({ container, end }: FailedContainer, task: string): Failure {
  const who = container.name === task ? "" : `the container \`${container.name}\` `;
  const { exitCode } = end;
  if (container.name === STAGE_IN_CONTAINER) return blameStaging(end);
  switch (end.reason) {
    case "OOMKilled":
      return {
        ok: false,
        cause: "oom",
        exitCode,
        message: withLog(`${who}was killed because memory ran out`, end.message),
      };
    case "StartError": {
      const message = withReason(`${who}cannot be started`, end.message);
      return { ok: false, cause: "start", message, retryable: false };
    }
    default:
      return {
        ok: false,
        cause: "exit",
        exitCode,
        message: withLog(`${who}exited with code ${exitCode}`, end.message),
      };
  }
}

// The task has not begun: what its inputs could not be brought for is not its own failure.
function blameStaging({ exitCode, reason, message = "" }: ContainerEnd): Failure {
  const cause = exitCode === STAGE_IN_EXIT.full ? "disk" : "start";
  const words = message.trim();
  const how = reason === "OOMKilled" ? "memory ran out" : words === "" ? `exit code ${exitCode}` : words;
  return {
    ok: false,
    cause,
    message: `its inputs could not be brought to the pod: ${how}`,
    ...(exitCode === STAGE_IN_EXIT.missing && { retryable: false }),
  };
}

// The clock of a pod's deadline runs from the moment a node has taken it, also while it cannot start.
function timedOut(pod: Pod, { remembered }: Observation, options: ClassifyOptions): Failure {
  if (remembered?.ran === true || statusesOf(pod).some(hasRun)) return ranTooLong(options, pod);
  const waiting = tellingState(pod) ?? remembered?.waiting;
  const message = withReason("did not start before the deadline of its pod", waiting && describeWaiting(waiting));
  return { ok: false, cause: "start", message };
}

// Its exit code says nothing then, not even a zero.
function ranTooLong({ timeout, container }: ClassifyOptions, pod?: Pod): Failure {
  const limit = timeout === undefined ? "" : ` of ${printDuration(timeout)}`;
  const sentence = `ran longer than its timeout${limit} and was ended`;
  const status = pod && statusesOf(pod).find(({ name }) => name === container);
  const end = status && endOf(status);
  const silent = end === undefined || end.reason === "ContainerStatusUnknown" || end.exitCode === 0;
  return { ok: false, cause: "timeout", message: silent ? sentence : withLog(sentence, end.message) };
}

function takenAway(pod: Pod): Failure {
  const disruption = disruptionOf(pod);
  const message = disruption === undefined ? "its pod was deleted" : withReason("its pod was evicted", disruption);
  return { ok: false, cause: "evicted", message };
}

/** "configmap "x" not found (CreateContainerConfigError)": a reason to wait, for people. */
function describeWaiting({ reason, message }: Waiting): string {
  const words = shorten(message, 400);
  return words === "" ? reason : `${words} (${reason})`;
}

// A helper that failed matters only where a result is missing; what it said last is the best word on why.
function describeSidecars(pod: Pod): string | undefined {
  for (const container of statusesOf(pod)) {
    const end = endOf(container);
    if (end === undefined || end.exitCode === 0 || !isSidecar(pod, container.name)) continue;
    const how = end.reason === "OOMKilled" ? "was killed because memory ran out" : `exited with code ${end.exitCode}`;
    return withLog(`the sidecar \`${container.name}\` ${how}`, end.message);
  }
  return undefined;
}

function withReason(sentence: string, reason: string | undefined): string {
  return reason === undefined || reason === "" ? sentence : `${sentence}: ${shorten(reason, 400)}`;
}

function withLog(sentence: string, log: string | undefined): string {
  const text = log?.trim() ?? "";
  return text === "" ? `${sentence}; its log is empty` : `${sentence}; its log ends with:\n${text}`;
}
