// The command line, read by commander from the command table. In: arguments without the program's name. Out: what to call, or text to print
// with an exit code: help, the version, or what is wrong with the command line.
import { Argument, Command, CommanderError, Option } from "commander";
import type { CommandSpec, Invocation, OptionSpec } from "./command.ts";
import { EXIT_OK, EXIT_USAGE } from "./exit-codes.ts";
import { VERSION } from "./version.ts";

export type ParsedArguments =
  | { readonly kind: "call"; readonly command: CommandSpec; readonly invocation: Invocation }
  | { readonly kind: "print"; readonly stdout: string; readonly stderr: string; readonly exitCode: number };

/** Reads the command line; `columns` gives the width for help. `hidden`: commands that help does not name. */
export function parseArguments(
  commands: readonly CommandSpec[],
  argv: readonly string[],
  columns: () => number,
  hidden: readonly CommandSpec[] = [],
): ParsedArguments {
  let called: ParsedArguments | undefined;
  let stdout = "";
  let stderr = "";
  const program = buildProgram(commands, hidden, argv, (command, invocation) => {
    called = { kind: "call", command, invocation: { ...invocation, commands } };
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        stdout += text;
      },
      writeErr: (text) => {
        stderr += text;
      },
      getOutHelpWidth: columns,
      getErrHelpWidth: columns,
    });
  }
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: "print", stdout, stderr, exitCode: error.exitCode === 0 && stderr === "" ? EXIT_OK : EXIT_USAGE };
  }
  return called ?? { kind: "print", stdout, stderr: stderr || program.helpInformation(), exitCode: EXIT_USAGE };
}

type Called = (command: CommandSpec, invocation: Omit<Invocation, "commands">) => void;

// A command line that begins with a command is about that one alone. In another, which asks for help or is mistaken, only the commands that it
// names are built in full: the others need no more than their line in the help.
function buildProgram(
  commands: readonly CommandSpec[],
  hidden: readonly CommandSpec[],
  argv: readonly string[],
  called: Called,
): Command {
  const program = new Command("sluice")
    .description("Batch pipelines: checked before the run, the same result on every engine.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print the help of a command")
    .showHelpAfterError(false)
    .addHelpText("after", "\n`sluice help COMMAND` has examples for each.");
  const named = [...commands, ...hidden].find(({ name }) => name === argv[0]);
  if (named) return program.addCommand(buildCommand(named, called));
  for (const spec of commands) {
    program.addCommand(
      buildCommand(argv.includes(spec.name) ? spec : { ...spec, options: [], arguments: [], examples: [] }, called),
    );
  }
  for (const spec of hidden) program.addCommand(buildCommand(spec, called), { hidden: true });
  return program;
}

/** The help of one command, as printed. */
export function commandHelp(spec: CommandSpec, columns: number): string {
  let text = "";
  const command = buildCommand(spec, () => {});
  new Command("sluice").addCommand(command);
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => columns,
  });
  command.outputHelp();
  return text;
}

function buildCommand(spec: CommandSpec, called: Called): Command {
  const command = new Command(spec.name)
    .summary(spec.summary)
    .description(spec.description ?? `${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`)
    .helpOption("-h, --help", "print help")
    .allowExcessArguments(false);
  for (const argument of spec.arguments) {
    const name = argument.variadic ? `${argument.name}...` : argument.name;
    const built = new Argument(argument.required ? `<${name}>` : `[${name}]`, argument.description);
    if (argument.choices) built.choices([...argument.choices]);
    command.addArgument(built);
  }
  for (const option of spec.options) command.addOption(buildOption(option));
  if (spec.examples.length > 0) command.addHelpText("after", `\n${examplesText(spec)}`);
  return command.action((...given: unknown[]) => {
    const operands = given
      .slice(0, spec.arguments.length)
      .flat()
      .filter((one): one is string => typeof one === "string");
    called(spec, createInvocation(operands, command.opts<Record<string, unknown>>()));
  });
}

function buildOption(spec: OptionSpec): Option {
  const head = spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
  const option = new Option(spec.value === undefined ? head : `${head} <${spec.value}>`, spec.description);
  if (spec.choices) option.choices([...spec.choices]);
  if (spec.repeated)
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

function examplesText(spec: CommandSpec): string {
  const width = Math.max(...spec.examples.map((example) => example.command.length));
  const fits = width <= 48;
  const lines = spec.examples.map(({ command, text }) =>
    fits ? `  ${command.padEnd(width)}  # ${text}` : `  # ${text}\n  ${command}`,
  );
  return `Examples:\n${lines.join("\n")}`;
}

function createInvocation(
  operands: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Omit<Invocation, "commands"> {
  const get = (name: string): unknown => options[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
  const values = (name: string): readonly string[] => {
    const found = get(name);
    if (Array.isArray(found)) return found.filter((one): one is string => typeof one === "string");
    return typeof found === "string" ? [found] : [];
  };
  return { operands, has: (name) => get(name) === true, value: (name) => values(name).at(-1), values };
}
