// The completion script for fish, with descriptions.
import type { CommandSpec, Completes } from "../command.ts";

/** The script as text. */
export function fishCompletion(commands: readonly CommandSpec[]): string {
  const lines = ["# fish completion for sluice", "complete -c sluice -f"];
  for (const command of commands) {
    lines.push(`complete -c sluice -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`);
    const here = `complete -c sluice -n ${quote(`__fish_seen_subcommand_from ${command.name}`)}`;
    for (const option of command.options) {
      const short = option.short === undefined ? "" : ` -s ${option.short}`;
      const value =
        option.value === undefined
          ? ""
          : option.choices
            ? ` -x -a ${quote(option.choices.join(" "))}`
            : valuePart(option.completes ?? "none");
      lines.push(`${here}${short} -l ${option.name}${value} -d ${quote(option.description)}`);
    }
    const [argument] = command.arguments;
    if (argument?.choices) lines.push(`${here} -a ${quote(argument.choices.join(" "))}`);
    else if (argument && argument.completes !== "none")
      lines.push(`${here} -k -a ${quote(source(argument.completes))}`);
  }
  return `${lines.join("\n")}\n`;
}

function valuePart(completes: Completes): string {
  return completes === "none" ? " -x" : ` -x -a ${quote(source(completes))}`;
}

function source(completes: Completes): string {
  switch (completes) {
    case "pipe-file":
      return "(__fish_complete_suffix .pipe)";
    case "file":
      return "(__fish_complete_path)";
    case "folder":
      return "(__fish_complete_directories)";
    case "run":
    case "code":
      return `(sluice completion --list ${completes} 2>/dev/null)`;
    case "none":
      return "";
  }
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
