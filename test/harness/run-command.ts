// One `sluice` command as a process of its own, for what needs real signals and real exit codes: the built one where it is up to date (it
// starts faster), else from its sources.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const CLI = isBuilt() ? path("dist/sluice.mjs") : path("src/cli/entry.ts");
const BIN = path("node_modules/.bin");
/** Milliseconds after which a command that does not end is killed, where nothing else is said. */
const LIMIT = 60_000;

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandSetup {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. */
  readonly limit?: number;
  /** Once the file exists, sends the signal, or does something with what was printed until then. */
  readonly interrupt?: {
    readonly file: string;
    readonly signal?: NodeJS.Signals;
    readonly act?: (stdout: string) => unknown;
  };
}

/** Runs a command line (without the program's name) to its end. */
export function runCommand(argv: readonly string[], setup: CommandSetup): Promise<Finished> {
  const { cwd, environment, interrupt } = setup;
  const child = spawn(process.execPath, ["--no-warnings", CLI, ...argv], {
    cwd,
    env: {
      ...process.env,
      PATH: `${BIN}${delimiter}${process.env.PATH}`,
      NO_COLOR: "1",
      FORCE_COLOR: "",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const watch =
    interrupt &&
    setInterval(() => {
      if (!existsSync(interrupt.file)) return;
      clearInterval(watch);
      if (interrupt.signal !== undefined) child.kill(interrupt.signal);
      interrupt.act?.(texts.stdout);
    }, 10);
  const limit = setTimeout(() => child.kill("SIGKILL"), setup.limit ?? LIMIT);
  return new Promise((done, fail) => {
    child.on("error", fail);
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      clearInterval(watch);
      clearTimeout(limit);
      done({ code, signal, ...texts });
    };
    // After a kill, tasks that outlive the driver may hold its output open: its exit counts, not the end of its output.
    child.on(interrupt?.signal === "SIGKILL" ? "exit" : "close", end);
  });
}

/** Whether the built bundle is newer than every source. */
function isBuilt(): boolean {
  const built = path("dist/sluice.mjs");
  if (!existsSync(built)) return false;
  const { mtimeMs } = statSync(built);
  return ["src", "grammar"].every((folder) =>
    readdirSync(path(folder), { withFileTypes: true, recursive: true }).every(
      (entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs <= mtimeMs,
    ),
  );
}

/** Whether a process exists and is no zombie. */
export function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch {
    return false;
  }
  if (!existsSync(`/proc/${id}/stat`)) return true;
  return !/\) Z /.test(readFileSync(`/proc/${id}/stat`, "utf8"));
}

/** The ids of processes whose environment names a folder; none where the system does not tell. */
export function findProcesses(folder: string): number[] {
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => {
      try {
        return readFileSync(`/proc/${id}/environ`, "utf8").includes(folder) && isAlive(id);
      } catch {
        return false;
      }
    });
}
