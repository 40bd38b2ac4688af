// The result of a task whose pod did its work: read from the pod's own words, or from its helper's, checked and decoded by type. In: the pod. Out:
// the attempt's outcome, with warnings about fields that were dropped.

import { COLLECT_CONTAINER } from "../../emit/collect.ts";
import { OUT_FOLDER, resultClass } from "../../emit/result-class.ts";
import type { Outcome } from "../../engine/protocol.ts";
import type { PlanTask } from "../../plan/plan.ts";
import { decodeValue, printDecodeError } from "../../types/decode.ts";
import { makeRecord } from "../../types/value.ts";
import { describeOutput, readOutputText, resultType } from "../output-form.ts";
import { type ApiResult, describeProblem } from "./api-problem.ts";
import type { Pod } from "./objects.ts";
import { endOf, statusesOf } from "./pod-facts.ts";
import { type Collected, readFrame, readLogFrame } from "./result-frame.ts";

export interface HarvestOptions {
  readonly task: PlanTask;
  /** The profile has everything collected. */
  readonly always: boolean;
  /** Extra fields are errors. */
  readonly strict: boolean;
  /** The container that is the task. */
  readonly container: string;
  /** What went wrong in a helper. */
  readonly sidecar?: string;
  /** The log of a container of the pod. */
  readonly readLog: (container: string) => Promise<ApiResult<string>>;
}

export interface Harvest {
  readonly outcome: Outcome;
  readonly warnings: readonly string[];
}

/** Bytes at which the node cuts a termination message. */
const LONGEST_MESSAGE = 4096;
/** Bytes that it keeps of all messages of a pod; its containers have equal shares. */
const ALL_MESSAGES = 12 * 1024;

/** Reads the result of a pod that succeeded. */
export async function harvest(pod: Pod, options: HarvestOptions): Promise<Harvest> {
  const { task } = options;
  switch (resultClass(task, options.always)) {
    case "none":
      return { outcome: { ok: true, value: null }, warnings: [] };
    case "message":
      return harvestMessage(messageOf(pod, options.container), statusesOf(pod).length, options);
    case "collected":
      return harvestCollected(pod, options);
  }
}

function harvestMessage(message: string, containers: number, { task, strict }: HarvestOptions): Harvest {
  const [output] = task.outputs;
  if (output === undefined) throw new Error(`the task ${task.id} has no output`);
  const name = describeOutput(output.name);
  const file = output.name === null ? OUT_FOLDER : `${OUT_FOLDER}/${output.name}`;
  if (message === "") return failed(`${name}: \`${file}\` is empty, or nothing was written to it`);
  const bytes = Buffer.byteLength(message);
  const longest = Math.min(LONGEST_MESSAGE, Math.floor(ALL_MESSAGES / Math.max(1, containers)));
  if (bytes >= longest) {
    return failed(
      `${name}: \`${file}\` has ${longest} bytes or more, more than a termination message can hold; set \`results: collected\` in the profile, or write large data to a File output`,
    );
  }
  // The node puts this character wherever it finds something else than UTF-8.
  if (message.includes("\uFFFD"))
    return failed(
      `${name}: \`${file}\` is not UTF-8 text, or has the character U+FFFD, which a termination message cannot tell apart; set \`results: collected\` in the profile where it is meant`,
    );
  const read = readOutputText(message, output.type, file, { strict });
  if (!read.ok) return failed(`${name}: ${read.message}`);
  const value = output.name === null ? read.value : makeRecord([[output.name, read.value]]);
  return { outcome: { ok: true, value }, warnings: read.warnings.map((warning) => `${name}: ${warning}`) };
}

async function harvestCollected(pod: Pod, options: HarvestOptions): Promise<Harvest> {
  const { task, strict, sidecar, readLog } = options;
  const found = await readCollected(messageOf(pod, COLLECT_CONTAINER), readLog);
  if (!found.ok) return failed(sidecar === undefined ? found.message : `${found.message}; ${sidecar}`);
  // The helper knows nothing of it: it drops extra fields, and says which.
  if (strict && found.warnings.length > 0) return failed(found.warnings.join("; "));
  const decoded = decodeValue(found.value, resultType(task), { strict });
  if (!decoded.ok) return failed(`the result: ${decoded.errors.map(printDecodeError).join("; ")}`);
  return { outcome: { ok: true, value: decoded.value }, warnings: [...found.warnings, ...decoded.warnings] };
}

async function readCollected(message: string, readLog: HarvestOptions["readLog"]): Promise<Collected> {
  const frame = readFrame(message);
  if (frame.kind === "whole") return frame.collected;
  if (frame.kind === "broken") return { ok: false, message: frame.message };
  const log = await readLog(COLLECT_CONTAINER);
  if (!log.ok) return { ok: false, message: describeProblem(log, "read the result from its helper's log") };
  const inLog = readLogFrame(frame.header, log.value);
  return inLog.kind === "whole" ? inLog.collected : { ok: false, message: inLog.message };
}

function messageOf(pod: Pod, container: string): string {
  const status = statusesOf(pod).find(({ name }) => name === container);
  return (status && endOf(status)?.message) ?? "";
}

function failed(message: string): Harvest {
  return { outcome: { ok: false, cause: "output", exitCode: 0, message }, warnings: [] };
}
