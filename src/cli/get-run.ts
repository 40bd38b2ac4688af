// A run of this machine by what people type for it.
import { findRun } from "../backends/find-runs.ts";
import type { RunFolder } from "../backends/run-folder.ts";
import { UsageError } from "./command.ts";
import type { Io } from "./io.ts";
import { findRoot } from "./project.ts";

/** The run that the command line means; the latest without an operand. */
export function getRun(io: Io, operand: string | undefined): RunFolder {
  const found = findRun(findRoot(io), operand ?? "latest");
  if (found.ok) return found.value;
  throw new UsageError(found.message);
}
