// `sluice init`: a project that runs at once. Nothing that is there is overwritten.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeFileError } from "../../backends/file-problem.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { toShown } from "../host.ts";
import { EXAMPLE_PROJECT, SMALL_PROJECT } from "../init-projects.ts";

export const init: CommandAction = async (invocation, io) => {
  const operand = invocation.operands[0] ?? ".";
  const folder = resolve(io.cwd, operand);
  const project = invocation.has("example") ? EXAMPLE_PROJECT : SMALL_PROJECT;
  // A repository has its own .gitignore: that one alone is no reason to refuse.
  const files = project.filter(({ name }) => name !== ".gitignore" || !existsSync(join(folder, name)));
  const there = files.filter(({ name }) => existsSync(join(folder, name)));
  if (there.length > 0) {
    const names = there.map(({ name }) => `\`${toShown(io.cwd, join(folder, name))}\``).join(", ");
    throw new UsageError(`nothing is overwritten: ${names} ${there.length === 1 ? "is" : "are"} there already`);
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of files) writeFileSync(join(folder, name), text, { flag: "wx" });
  } catch (error) {
    throw new UsageError(describeFileError(error, "write to", operand));
  }
  for (const { name } of files) io.stderr.write(`wrote ${toShown(io.cwd, join(folder, name))}\n`);
  const change = toShown(io.cwd, folder) === "." ? "" : `cd ${operand} && `;
  io.stderr.write(`\nnow: ${change}sluice run\n`);
  return EXIT_OK;
};
