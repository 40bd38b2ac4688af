// What a command is: its description as data, from which the parser, the help, the manual page and the shell completion are made, and the
// function that carries it out, loaded only when it is called.
import type { Io } from "./io.ts";

/** What may stand for a value, for completion. */
export type Completes = "pipe-file" | "file" | "folder" | "run" | "code" | "none";

export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly required?: true;
  readonly variadic?: true;
  readonly completes: Completes;
  readonly choices?: readonly string[];
}

export interface OptionSpec {
  /** Without dashes: `fail-fast`. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Name of the value; absent for a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly repeated?: true;
  readonly description: string;
  readonly completes?: Completes;
  readonly choices?: readonly string[];
}

export interface CommandExample {
  readonly command: string;
  readonly text: string;
}

export interface CommandSpec {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** More, in full sentences. */
  readonly description?: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly CommandExample[];
  readonly load: () => Promise<CommandAction>;
}

/** Carries a command out and gives the exit code. */
export type CommandAction = (invocation: Invocation, io: Io) => Promise<number>;

/** The command line of one command, checked against its description. */
export interface Invocation {
  /** All commands there are, this one among them. */
  readonly commands: readonly CommandSpec[];
  readonly operands: readonly string[];
  readonly has: (option: string) => boolean;
  /** The last one given. */
  readonly value: (option: string) => string | undefined;
  /** All that were given, in order. */
  readonly values: (option: string) => readonly string[];
}

/** A mistake in the command line, found by a command itself: it is printed, and the exit code is that of usage. */
export class UsageError extends Error {}
