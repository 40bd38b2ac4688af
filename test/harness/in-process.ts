// One `sluice` command inside the test's own process. In: arguments, folder, environment. Out: what a shell would see, without colours.
import type { Io } from "../../src/cli/io.ts";
import { runCli } from "../../src/cli/run-cli.ts";

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line (without the program's name) in an absolute folder, for output 100 columns wide. */
export async function runInProcess(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const texts = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof texts): Io["stdout"] => ({
    isTerminal: false,
    color: false,
    columns: 100,
    write: (text) => {
      texts[name] += text;
    },
  });
  const io: Io = {
    cwd,
    env,
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    readStdin: async () => new Uint8Array(),
    onSignal: () => () => {},
    now: () => 0,
  };
  const code = await runCli(argv, io);
  return { code, ...texts };
}
