// `sluice collect`, in the helper beside a task: reads the outputs of the task, which has ended, and leaves the frame for whoever drives the run.
import { writeFileSync } from "node:fs";
import { describeFileError } from "../../backends/file-problem.ts";
import { MOST_MESSAGE, writeFrame } from "../../backends/kubernetes/result-frame.ts";
import type { WrittenOutput } from "../../backends/read-outputs.ts";
import { openBucket } from "../../collect/bucket.ts";
import { collectResult, type Destination } from "../../collect/collect-result.ts";
import { OUTPUT_PATH_VARIABLE } from "../../emit/collect.ts";
import { STORAGE_FOLDER } from "../../emit/file-references.ts";
import { OUT_FOLDER } from "../../emit/result-class.ts";
import type { CommandAction, Invocation } from "../command.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { readBucketSettings } from "../read-bucket-settings.ts";

const MESSAGE_PATH = "/dev/termination-log";

export const collect: CommandAction = async (invocation, io) => {
  const outputs = JSON.parse(invocation.operands[0] ?? "[]") as readonly WrittenOutput[];
  const places = { folder: OUT_FOLDER, storage: STORAGE_FOLDER };
  const collected = await collectResult(outputs, places, destinationOf(invocation, io));
  const { message, log } = writeFrame(collected, Number(invocation.value("message-bytes") ?? MOST_MESSAGE));
  // The message says that the log is whole.
  if (log !== undefined) io.stdout.write(log);
  const path = invocation.value("message-path") ?? MESSAGE_PATH;
  try {
    writeFileSync(path, message);
  } catch (error) {
    io.stderr.write(`error: ${describeFileError(error, "write", path)}\n`);
    return EXIT_SOURCE;
  }
  return EXIT_OK;
};

function destinationOf(invocation: Invocation, io: Io): Destination {
  const path = io.env[OUTPUT_PATH_VARIABLE];
  const settings = readBucketSettings(invocation);
  if (path === undefined) return { kind: "none" };
  if (settings === undefined) return { kind: "pvc", path };
  return { kind: "s3", path, settings, open: () => openBucket(settings.bucket, settings) };
}
