// The completion script for zsh, with descriptions.
import type { ArgumentSpec, CommandSpec, Completes, OptionSpec } from "../command.ts";

/** The script as text. */
export function zshCompletion(commands: readonly CommandSpec[]): string {
  const list = commands.map((command) => `    ${quote(`${command.name}:${escapeColon(command.summary)}`)}`).join("\n");
  return `#compdef sluice
_sluice_words() { local -a words; words=(\${(f)"$(sluice completion --list $1 2>/dev/null)"}); compadd -a words }
_sluice() {
  local context state line
  local -a commands
  commands=(
${list}
    'help:print the help of a command'
  )
  _arguments -C '(-h --help)'{-h,--help}'[print help]' '(-V --version)'{-V,--version}'[print the version]' '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe -t commands command commands ;;
    argument)
      case $words[1] in
${commands.map(commandCase).join("\n")}
        help) _describe -t commands command commands ;;
      esac ;;
  esac
}
if [ "$funcstack[1]" = "_sluice" ]; then _sluice "$@"; else compdef _sluice sluice; fi
`;
}

function commandCase(command: CommandSpec): string {
  const parts = [...command.options.map(optionPart), ...command.arguments.map(argumentPart)].map(
    (part) => ` \\\n          ${part}`,
  );
  return `        ${command.name}) _arguments${parts.join("")} \\\n          '(-h --help)'{-h,--help}'[print help]' ;;`;
}

function optionPart(option: OptionSpec): string {
  const text = `[${escapeBracket(option.description)}]`;
  const value =
    option.value === undefined
      ? ""
      : `:${option.value}:${option.choices ? `(${option.choices.join(" ")})` : action(option.completes ?? "none")}`;
  const many = option.repeated ? "*" : "";
  if (option.short === undefined) return quote(`${many}--${option.name}${text}${value}`);
  const names = `{${many === "" ? "" : "\\*"}-${option.short},${many === "" ? "" : "\\*"}--${option.name}}`;
  return `${many === "" ? quote(`(-${option.short} --${option.name})`) : ""}${names}${quote(`${text}${value}`)}`;
}

function argumentPart(argument: ArgumentSpec): string {
  const head = argument.variadic ? "*" : "";
  return quote(
    `${head}:${escapeColon(argument.name)}:${argument.choices ? `(${argument.choices.join(" ")})` : action(argument.completes)}`,
  );
}

function action(completes: Completes): string {
  switch (completes) {
    case "pipe-file":
      return '_files -g "*.pipe(-.)"';
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "run":
    case "code":
      return `{_sluice_words ${completes}}`;
    case "none":
      return " ";
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function escapeColon(text: string): string {
  return text.replaceAll(":", "\\:");
}

function escapeBracket(text: string): string {
  return text.replace(/[[\]]/g, "\\$&");
}
