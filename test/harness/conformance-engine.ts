// What the conformance suite asks of an engine, and the engine of this machine. An engine says what it cannot do, makes the folder of a case
// ready, carries out commands, and looks afterwards where only it can.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConformanceCase, ConformanceStep } from "./conformance.ts";
import { type CommandSetup, type Finished, findProcesses, isAlive } from "./run-command.ts";

/**
 * What a case may ask for beyond the language:
 * `scratch`: tasks share a folder with the test, at $SCRATCH; `folder`: tasks see the files beside main.pipe;
 * `processes`: tasks see each other's processes; `variables`: secrets come from variables of the environment;
 * `edit`: a run goes on with a program that was changed since.
 */
export type Need = "scratch" | "folder" | "processes" | "variables" | "edit";

/** Runs `sluice` with these arguments in the case's folder. */
export type Perform = (argv: readonly string[], setup?: Omit<CommandSetup, "cwd">) => Promise<Finished>;

export interface CasePlace {
  /** The copy of the case's folder. */
  readonly work: string;
  readonly scratch: string;
  readonly expected: ConformanceCase;
}

/** One case on an engine. */
export interface EngineCase {
  /** Carries out `run` or `resume` with these options. */
  perform(step: ConformanceStep, options: readonly string[], command: Perform): Promise<Finished>;
  /** What is not as it should be at the end, besides what is in the two folders; `printed`: what the commands wrote. */
  check(printed: string): Promise<readonly string[]>;
}

export interface ConformanceEngine {
  /** Cases at once. */
  readonly atOnce: number;
  /** What it does not have, and why. */
  readonly without: ReadonlyMap<Need, string>;
  /** Makes a case ready. */
  prepare(place: CasePlace): Promise<EngineCase>;
}

/** Processes of this machine. */
export const LOCAL_ENGINE: ConformanceEngine = {
  // Each runs a few processes.
  atOnce: 2,
  without: new Map(),
  prepare: async ({ scratch, expected }) => ({
    perform: (step, options, command) =>
      command([step.do, "--json", ...options, ...(step.do === "run" ? ["--on", "local", "main.pipe"] : [])], {
        environment: { ...expected.environment, SCRATCH: scratch },
        ...(step.when && {
          interrupt: { file: join(scratch, step.when), signal: step.then === "kill" ? "SIGKILL" : "SIGINT" },
        }),
      }),
    check: async () => {
      const left = findProcesses(scratch);
      const alive = (expected.ended ?? []).filter((file) => isAlive(Number(readFileSync(join(scratch, file), "utf8"))));
      return [
        ...alive.map((file) => `the process of ${file} is still running`),
        ...(left.length > 0 ? [`processes left running: ${left.join(", ")}`] : []),
      ];
    },
  }),
};

/** The cases an engine can run. */
export function suits(engine: ConformanceEngine, { needs = [] }: ConformanceCase): boolean {
  return needs.every((need) => !engine.without.has(need));
}
