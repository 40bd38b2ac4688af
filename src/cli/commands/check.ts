// `sluice check`: compiles files and shows what is wrong; with `--fix` edits them first, as often as that brings something new.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeFileError } from "../../backends/file-problem.ts";
import { checkProgram } from "../../check-program.ts";
import { applyFixes } from "../../diagnostics/apply-fixes.ts";
import { mergeDiagnostics, type SourcedDiagnostics } from "../../diagnostics/merge.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import { createProgramHost, findSourceFiles } from "../host.ts";
import type { Io } from "../io.ts";
import { forbids, reportDiagnostics } from "../report-diagnostics.ts";

/** A fix may bring a new problem to light, whose fix brings another; each round is shorter, this only stops two that undo each other. */
const MOST_ROUNDS = 10;

export const check: CommandAction = async (invocation, io) => {
  const files = findSourceFiles(io.cwd, invocation.operands);
  const strict = invocation.has("strict");
  let found = checkFiles(files, io);
  if (invocation.has("fix")) found = fixFiles(files, found, io);
  reportDiagnostics(io, found, invocation.has("json"));
  if (forbids(found.diagnostics, strict)) return EXIT_SOURCE;
  if (!invocation.has("json") && found.diagnostics.length === 0) {
    io.stderr.write(files.length === 1 ? `${files[0]}: no problems\n` : `${files.length} files: no problems\n`);
  }
  return EXIT_OK;
};

function checkFiles(files: readonly string[], io: Io): SourcedDiagnostics {
  const host = createProgramHost(io.cwd);
  return mergeDiagnostics(files.map((file) => checkProgram(file, host)));
}

function fixFiles(files: readonly string[], first: SourcedDiagnostics, io: Io): SourcedDiagnostics {
  let found = first;
  let total = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { texts, count } = applyFixes(found.diagnostics, found.sources);
    if (count === 0) break;
    total += count;
    for (const [id, text] of texts) writeSource(io, found.sources.find((source) => source.id === id)!.path, text);
    found = checkFiles(files, io);
  }
  if (total > 0) io.stderr.write(total === 1 ? "1 fix made\n\n" : `${total} fixes made\n\n`);
  return found;
}

function writeSource(io: Io, path: string, text: string): void {
  try {
    writeFileSync(resolve(io.cwd, path), text);
  } catch (error) {
    throw new UsageError(describeFileError(error, "write", path));
  }
}
