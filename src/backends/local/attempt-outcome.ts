// What the end of a process means: its exit, what the kernel did to it, and what it left in its log, as an outcome with a sentence.
import { constants } from "node:os";
import type { Outcome } from "../../engine/protocol.ts";
import type { ProcessEnd } from "./process-group.ts";

/** What is said about a command that did not start. */
export interface SpawnProblem {
  /** The system's code, such as ENOENT. */
  readonly code: string;
  /** The program, as written or as the script's interpreter. */
  readonly program: string;
  readonly folder: string;
  readonly folderExists: boolean;
  /** The search path for programs. */
  readonly searchPath: string;
  /** Bytes of all arguments and of the whole environment. */
  readonly argumentBytes: number;
  readonly environmentBytes: number;
}

/** Codes of the system for a shortage that passes. */
export const PASSING_SHORTAGES: ReadonlySet<string> = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM", "ETXTBSY"]);

/** The outcome of an attempt whose process could not be started. */
export function spawnFailure(problem: SpawnProblem): Outcome {
  const { code, program } = problem;
  const retryable = PASSING_SHORTAGES.has(code);
  return { ok: false, cause: "start", message: `cannot start \`${program}\`: ${spawnReason(problem)}`, retryable };
}

function spawnReason(problem: SpawnProblem): string {
  const { code, program, folder } = problem;
  switch (code) {
    case "ENOENT":
      if (!problem.folderExists) return `the folder \`${folder}\` it is to work in does not exist`;
      return program.includes("/")
        ? `there is no such file in \`${folder}\`, or its interpreter (first line) is missing`
        : `no such command in the folders of PATH (${problem.searchPath === "" ? "it is empty" : problem.searchPath})`;
    case "EACCES":
    case "EPERM":
      return "permission denied; is the file executable?";
    case "ENOEXEC":
      return "it is not a program of this machine; a script needs a first line such as `#!/bin/sh`";
    case "E2BIG":
      return `the command line is too long: ${problem.argumentBytes} bytes of arguments and ${problem.environmentBytes} of environment are more than the system passes on (one argument: 128 KiB on Linux); give large values by file`;
    case "ENOTDIR":
      return `a part of the path is a file, not a folder (working in \`${folder}\`)`;
    case "EAGAIN":
      return "the machine has no room for another process (see `ulimit -u`)";
    case "EMFILE":
    case "ENFILE":
      return "too many files are open (see `ulimit -n`)";
    case "ENOMEM":
      return "the machine has no memory left for another process";
    case "ETXTBSY":
      return "the program's file is still being written";
    case "ERR_INVALID_ARG_VALUE":
      return "its command line or environment holds a NUL character, which no process can be given";
    default:
      return `system error ${code}`;
  }
}

export interface ExitFacts {
  readonly end: ProcessEnd;
  /** The kernel killed it for memory. */
  readonly outOfMemory: boolean;
  /** The end of its log; "" when there is nothing. */
  readonly log: string;
}

/** Whether the process died by SIGKILL, or says with its exit code that a program it waited for did. */
export function wasKilled(end: ProcessEnd): boolean {
  return end.signal === "SIGKILL" || end.code === 128 + constants.signals.SIGKILL;
}

/** The outcome of a process that ended by itself, but not with 0. */
export function exitFailure({ end, outOfMemory, log }: ExitFacts): Outcome {
  const exitCode = end.code ?? 128 + (end.signal === null ? 0 : constants.signals[end.signal]);
  const how =
    end.signal === null
      ? `exited with code ${exitCode}`
      : `was ended by the signal ${end.signal} (exit code ${exitCode})`;
  if (outOfMemory)
    return { ok: false, cause: "oom", exitCode, message: withLog("was killed because memory ran out", log) };
  return { ok: false, cause: "exit", exitCode, message: withLog(how, log) };
}

/** A sentence followed by the end of the log. */
export function withLog(sentence: string, log: string): string {
  return log === "" ? `${sentence}; its log is empty` : `${sentence}; its log ends with:\n${log}`;
}
