// `sluice logs`: what the process of a step wrote, of any attempt, also while it still writes.
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { readJournal } from "../../backends/journal.ts";
import { type AttemptFolder, journalPath, listAttempts, type RunFolder } from "../../backends/run-folder.ts";
import { findLockHolder } from "../../backends/run-lock.ts";
import type { InstanceId, JournalRecord } from "../../engine/protocol.ts";
import { foldJournal, type RecordedInstance } from "../../engine/recorded.ts";
import { type CommandAction, type Invocation, UsageError } from "../command.ts";
import { isOnArgo, isOnCluster } from "../engine-option.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { findInstance, wantedAttempt } from "../find-instance.ts";
import { getRun } from "../get-run.ts";
import { toShown } from "../host.ts";
import type { Io } from "../io.ts";
import { shortStep } from "../ui/text.ts";

/** Milliseconds between two looks at a log that is followed, and looks between two at the journal. */
const LOOK = 200;
const JOURNAL_EVERY = 5;
const BLOCK = 64 * 1024;

export const logs: CommandAction = async (invocation, io) => {
  if (isOnArgo(invocation)) return (await import("../argo/logs.ts")).argoLogs(invocation, io);
  if (isOnCluster(invocation)) return (await import("../cluster/logs.ts")).clusterLogs(invocation, io);
  const [runOperand, step] = invocation.operands;
  const folder = getRun(io, runOperand);
  const { instances } = foldJournal(readRecords(folder)).recorded;
  if (step === undefined) return listLogs(folder, instances, io);
  const instance = findInstance(step, instances);
  const attempt = await findAttempt(folder, instance, invocation, io);
  const end = await printFile(attempt.log, 0, io);
  if (invocation.has("follow")) await follow(folder, instance, attempt, end, io);
  return EXIT_OK;
};

function readRecords(folder: RunFolder): readonly JournalRecord[] {
  const journal = readJournal(journalPath(folder));
  if (!journal.ok) throw new UsageError(journal.message);
  return journal.value.records;
}

function listLogs(folder: RunFolder, instances: ReadonlyMap<InstanceId, RecordedInstance>, io: Io): number {
  for (const [id, instance] of instances) {
    const attempts = listAttempts(folder, id);
    if (!attempts.ok) throw new UsageError(attempts.message);
    const state = instance.open ? "running" : instance.result ? "succeeded" : "failed";
    for (const { attempt, log } of attempts.value) {
      const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
      const last = attempt === attempts.value.at(-1)?.attempt;
      if (size > 0)
        io.stdout.write(`${shortStep(id)}  attempt ${attempt}${last ? ` (${state})` : ""}  ${toShown(io.cwd, log)}\n`);
    }
  }
  return EXIT_OK;
}

async function findAttempt(
  folder: RunFolder,
  instance: InstanceId,
  invocation: Invocation,
  io: Io,
): Promise<AttemptFolder> {
  const wanted = wantedAttempt(invocation);
  const attempts = listAttempts(folder, instance);
  if (!attempts.ok) throw new UsageError(attempts.message);
  const found = wanted === undefined ? attempts.value.at(-1) : attempts.value.find(({ attempt }) => attempt === wanted);
  if (!found) {
    const known = attempts.value.map(({ attempt }) => attempt).join(", ");
    if (known === "")
      throw new UsageError(
        `\`${shortStep(instance)}\` ran nothing in this run: its result was reused or came from the cache`,
      );
    throw new UsageError(`\`${shortStep(instance)}\` has no attempt ${wanted}; there are ${known}`);
  }
  if (wanted === undefined && found.attempt > 1)
    io.stderr.write(`attempt ${found.attempt}; earlier ones with --attempt\n`);
  return found;
}

/** Prints a file from an offset and gives the offset of its end. */
async function printFile(file: string, from: number, io: Io): Promise<number> {
  if (!statSync(file, { throwIfNoEntry: false })) return from;
  const descriptor = openSync(file, "r");
  const decoder = new TextDecoder();
  let at = from;
  try {
    const block = Buffer.alloc(BLOCK);
    for (;;) {
      const length = readSync(descriptor, block, 0, BLOCK, at);
      if (length === 0) break;
      io.stdout.write(decoder.decode(block.subarray(0, length), { stream: true }));
      at += length;
    }
  } finally {
    closeSync(descriptor);
  }
  return at;
}

async function follow(
  folder: RunFolder,
  instance: InstanceId,
  attempt: AttemptFolder,
  from: number,
  io: Io,
): Promise<void> {
  let at = from;
  let stopped = false;
  const release = io.onSignal(() => {
    stopped = true;
  });
  for (let look = 0; !stopped; look++) {
    const over = look % JOURNAL_EVERY === 0 && hasEnded(folder, instance, attempt.attempt);
    at = await printFile(attempt.log, at, io);
    if (over) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
  release();
}

function hasEnded(folder: RunFolder, instance: InstanceId, attempt: number): boolean {
  const holder = findLockHolder(folder.path);
  if (!holder.ok || holder.value === undefined) return true;
  return readRecords(folder).some(
    (record) => record.type === "attempt-ended" && record.instance === instance && record.attempt === attempt,
  );
}
