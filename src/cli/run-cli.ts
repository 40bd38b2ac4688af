// One call of `sluice` from arguments to exit code. The only place where a thrown error is caught: all of them are mistakes of ours.
import { UsageError } from "./command.ts";
import { COMMANDS } from "./command-table.ts";
import { EXIT_CRASH, EXIT_USAGE } from "./exit-codes.ts";
import { changeFolder } from "./host.ts";
import type { Io } from "./io.ts";
import { parseArguments } from "./parse-arguments.ts";
import { POD_COMMANDS } from "./pod-commands.ts";
import { VERSION } from "./version.ts";

/**
 * Carries out one command line (without the program's name) and gives the exit code. `loaded` is called when the command is about to
 * start.
 */
export async function runCli(argv: readonly string[], io: Io, loaded: () => void = () => {}): Promise<number> {
  try {
    const parsed = parseArguments(COMMANDS, argv, () => Math.min(io.stdout.columns, 100), POD_COMMANDS);
    if (parsed.kind === "print") {
      io.stdout.write(parsed.stdout);
      io.stderr.write(parsed.stderr);
      return parsed.exitCode;
    }
    const action = await parsed.command.load();
    loaded();
    const folder = parsed.invocation.value("chdir");
    return await action(parsed.invocation, folder === undefined ? io : { ...io, cwd: changeFolder(io.cwd, folder) });
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`error: ${error.message}\n`);
      return EXIT_USAGE;
    }
    io.stderr.write(crashText(error, argv, io));
    return EXIT_CRASH;
  }
}

function crashText(error: unknown, argv: readonly string[], io: Io): string {
  const message = error instanceof Error ? `${error.name}: ${error.message.split("\n")[0] ?? ""}` : String(error);
  const stack = io.env.SLUICE_DEBUG && error instanceof Error ? `${error.stack ?? ""}\n` : "";
  return [
    "error: sluice itself made a mistake; your files are not to blame.",
    `  ${message}`,
    `  sluice ${VERSION}, Node ${process.versions.node}, ${process.platform}-${process.arch}, command: ${argv[0] ?? ""}`,
    "Please report it with these lines and, if you can, the file it happened with.",
    stack === "" ? "SLUICE_DEBUG=1 prints where it happened.\n" : stack,
  ].join("\n");
}
