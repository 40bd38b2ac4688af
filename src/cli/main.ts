// Joins the command line to this process.
import { createProcessIo } from "./process-io.ts";
import { runCli } from "./run-cli.ts";

/** Runs the command line of this process and sets its exit code; `loaded` is called when the command is about to start. */
export async function main(loaded: () => void): Promise<void> {
  process.exitCode = await runCli(process.argv.slice(2), createProcessIo(), loaded);
}
