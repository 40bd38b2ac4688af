// The completion script for bash. It knows commands and options; runs and codes it asks `sluice` for.
import type { CommandSpec, Completes } from "../command.ts";

/** The script as text. */
export function bashCompletion(commands: readonly CommandSpec[]): string {
  const names = commands.map((command) => command.name).join(" ");
  return `# bash completion for sluice
_sluice() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" operand=0 index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      -*) ;;
      *) if [[ -z "$command" ]]; then command="\${COMP_WORDS[index]}"; else operand=$((operand + 1)); fi ;;
    esac
  done
  if [[ -z "$command" ]]; then
    COMPREPLY=($(compgen -W "${names} help --help --version" -- "$current"))
    return
  fi
  case "$command" in
${commands.map(commandCase).join("\n")}
    help) COMPREPLY=($(compgen -W "${names}" -- "$current")) ;;
  esac
}
_sluice_files() {
  local hidden='.*'
  if [[ "$1" == .* ]]; then hidden=''; fi
  COMPREPLY=($(compgen -f -X '!*.pipe' -- "$1") $(compgen -d -X "$hidden" -- "$1"))
  compopt -o filenames 2>/dev/null
}
complete -F _sluice sluice
`;
}

function commandCase(command: CommandSpec): string {
  const lines = [`    ${command.name})`];
  const valued = command.options.filter((option) => option.value !== undefined);
  if (valued.length > 0) {
    lines.push('      case "$previous" in');
    for (const option of valued) {
      const names = [...(option.short === undefined ? [] : [`-${option.short}`]), `--${option.name}`].join("|");
      lines.push(
        `        ${names}) ${option.choices ? words(option.choices) : reply(option.completes ?? "none")}; return ;;`,
      );
    }
    lines.push("      esac");
  }
  const options = command.options.flatMap((option) => [
    `--${option.name}`,
    ...(option.short === undefined ? [] : [`-${option.short}`]),
  ]);
  lines.push(`      if [[ "$current" == -* ]]; then ${words([...options, "--help"])}; return; fi`);
  for (const [index, argument] of command.arguments.entries()) {
    const test = argument.variadic ? "" : `if [[ $operand == ${index} ]]; then `;
    const answer = argument.choices ? words(argument.choices) : reply(argument.completes);
    lines.push(`      ${test}${answer}${test === "" ? "" : "; fi"}`);
  }
  lines.push("      ;;");
  return lines.join("\n");
}

function words(list: readonly string[]): string {
  return `COMPREPLY=($(compgen -W "${list.join(" ")}" -- "$current"))`;
}

function reply(completes: Completes): string {
  switch (completes) {
    case "pipe-file":
      return '_sluice_files "$current"';
    case "file":
      return 'COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null';
    case "folder":
      return 'COMPREPLY=($(compgen -d -- "$current")); compopt -o filenames 2>/dev/null';
    case "run":
    case "code":
      return `COMPREPLY=($(compgen -W "$(sluice completion --list ${completes} 2>/dev/null)" -- "$current"))`;
    case "none":
      return "COMPREPLY=()";
  }
}
