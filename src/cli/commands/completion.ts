// `sluice completion`: the script for a shell, made from the command table.
import { listRuns } from "../../backends/find-runs.ts";
import { catalogCodes } from "../../diagnostics/catalog.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { findRoot } from "../project.ts";

export const completion: CommandAction = async (invocation, io) => {
  const list = invocation.value("list");
  if (list === "code") io.stdout.write(`${catalogCodes().join("\n")}\n`);
  else if (list === "run") {
    const found = listRuns(findRoot(io));
    if (found.ok)
      io.stdout.write(
        ["latest", ...found.value.map((folder) => folder.description.id)].map((id) => `${id}\n`).join(""),
      );
  }
  if (list !== undefined) return EXIT_OK;
  switch (invocation.operands[0]) {
    case "bash":
      io.stdout.write(bashCompletion(invocation.commands));
      return EXIT_OK;
    case "zsh":
      io.stdout.write(zshCompletion(invocation.commands));
      return EXIT_OK;
    case "fish":
      io.stdout.write(fishCompletion(invocation.commands));
      return EXIT_OK;
    default:
      throw new UsageError("for which shell? `bash`, `zsh` or `fish`");
  }
};
