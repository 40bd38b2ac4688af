// Runs one command line inside the test's process, with everything it would touch of the process handed in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Io, Signal } from "../../src/cli/io.ts";
import { runCli } from "../../src/cli/run-cli.ts";

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliSetup {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** An error: reading it fails with that. */
  readonly stdin?: string | Uint8Array | Error;
  /** Called with a function that delivers a signal, each time something is written to stderr. */
  readonly onStderr?: (text: string, signal: (name: Signal) => void) => void;
}

/** Runs `sluice` with these arguments. */
export async function cli(setup: CliSetup, ...argv: string[]): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const handlers = new Set<(signal: Signal) => void>();
  const signal = (name: Signal): void => {
    for (const handler of [...handlers]) handler(name);
  };
  const io: Io = {
    cwd: setup.cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...setup.env },
    stdout: {
      isTerminal: false,
      color: false,
      columns: 100,
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      isTerminal: false,
      color: false,
      columns: 100,
      write: (text) => {
        stderr += text;
        setup.onStderr?.(text, signal);
      },
    },
    readStdin: async () => {
      if (setup.stdin instanceof Error) throw setup.stdin;
      return typeof setup.stdin === "string"
        ? new TextEncoder().encode(setup.stdin)
        : (setup.stdin ?? new Uint8Array());
    },
    onSignal: (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    now: Date.now,
  };
  return { code: await runCli(argv, io), stdout, stderr };
}

/** A folder with these files, removed after the test. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
