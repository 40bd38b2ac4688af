// `sluice cancel`: asks the process that drives a run to end it and waits until it has; a run that nobody drives is ended here.
import { summarizeRun } from "../../backends/find-runs.ts";
import { isRunning } from "../../backends/process-identity.ts";
import { loadRun, type RunFolder } from "../../backends/run-folder.ts";
import { findLockHolder, type LockHolder } from "../../backends/run-lock.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { isOnArgo, isOnCluster } from "../engine-option.ts";
import { EXIT_CANCELLED, EXIT_OK } from "../exit-codes.ts";
import { getRun } from "../get-run.ts";
import type { Io } from "../io.ts";
import { go } from "./resume.ts";

/** Milliseconds between two looks. */
const LOOK = 50;

export const cancel: CommandAction = async (invocation, io) => {
  if (isOnArgo(invocation)) return (await import("../argo/cancel.ts")).cancelOnArgo(invocation, io);
  if (isOnCluster(invocation)) return (await import("../cluster/cancel.ts")).cancelOnCluster(invocation, io);
  const folder = getRun(io, invocation.operands[0]);
  const { id } = folder.description;
  const summary = summarizeRun(folder);
  if (!summary.ok) throw new UsageError(summary.message);
  const { state, holder } = summary.value;
  if (holder) {
    askToEnd(holder, id);
    io.stderr.write(`asked process ${holder.pid} to end run ${id}; its tasks get their time to end\n`);
    await waitForEnd(folder, holder, invocation.has("force"));
    return tellEnd(folder, io);
  }
  if (state !== "interrupted") {
    io.stderr.write(`run ${id} has ended already: ${state}\n`);
    return EXIT_OK;
  }
  const loaded = loadRun(folder);
  if (!loaded.ok) throw new UsageError(loaded.message);
  const code = await go(
    { folder, ...loaded.value, places: { declared: new Map(), sources: [] }, cancelFirst: true },
    invocation,
    io,
  );
  return code === EXIT_CANCELLED ? EXIT_OK : code;
};

/** Only a process that surely is the driver is sent a signal: its start time and boot are compared. */
function askToEnd(holder: LockHolder, id: string): void {
  const running = isRunning(holder);
  if (running === undefined)
    throw new UsageError(`run ${id} is driven by process ${holder.pid} on ${holder.host}; cancel it there`);
  if (!running) return;
  try {
    process.kill(holder.pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EPERM")
      throw new UsageError(`process ${holder.pid}, which drives run ${id}, belongs to another user`);
  }
}

async function waitForEnd(folder: RunFolder, holder: LockHolder, force: boolean): Promise<void> {
  for (let look = 1; ; look++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    const now = findLockHolder(folder.path);
    if (!now.ok || now.value?.pid !== holder.pid || now.value.start !== holder.start) return;
    // The first signal must have been taken before the second says "at once".
    if (force && look === 4) askToEnd(holder, folder.description.id);
  }
}

function tellEnd(folder: RunFolder, io: Io): number {
  const { id } = folder.description;
  const summary = summarizeRun(folder);
  io.stderr.write(summary.ok ? `run ${id}: ${summary.value.state}\n` : `error: ${summary.message}\n`);
  return EXIT_OK;
}
