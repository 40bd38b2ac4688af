// `sluice fmt`: brings files to the one style, or says which are not.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeFileError } from "../../backends/file-problem.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { mergeDiagnostics, type SourcedDiagnostics } from "../../diagnostics/merge.ts";
import { format } from "../../format/format.ts";
import { parse } from "../../syntax/parse.ts";
import { createSourceFile, type SourceFile } from "../../text/source-file.ts";
import type { CommandAction } from "../command.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import { decodeSource, findSourceFiles, readSource, type TextRead } from "../host.ts";
import type { Io } from "../io.ts";
import { reportDiagnostics } from "../report-diagnostics.ts";

export const fmt: CommandAction = async (invocation, io) => {
  if (invocation.operands.length === 1 && invocation.operands[0] === "-")
    return formatStdin(io, invocation.has("check"));
  const files = findSourceFiles(io.cwd, invocation.operands);
  const problems: SourcedDiagnostics[] = [];
  let failed = false;
  for (const file of files) {
    const result = formatText(file, readSource(resolve(io.cwd, file)));
    if (!result.ok) {
      failed = true;
      if (result.reason !== undefined) io.stderr.write(`error: cannot read \`${file}\`: ${result.reason}\n`);
      problems.push(result);
    } else if (result.text !== result.source.text) {
      if (invocation.has("check")) {
        failed = true;
        io.stderr.write(`${file} is not formatted\n`);
      } else failed = !writeFormatted(io, file, result.text) || failed;
    }
  }
  reportDiagnostics(io, mergeDiagnostics(problems));
  return failed ? EXIT_SOURCE : EXIT_OK;
};

type Formatted =
  | { readonly ok: true; readonly text: string; readonly source: SourceFile }
  | {
      readonly ok: false;
      readonly reason?: string;
      readonly diagnostics: readonly Diagnostic[];
      readonly sources: readonly SourceFile[];
    };

function formatText(path: string, read: TextRead): Formatted {
  if (!read.ok) return { ok: false, reason: read.reason, diagnostics: [], sources: [] };
  const source = createSourceFile(0, path, read.text);
  const { file, comments, diagnostics } = parse(source);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0) return { ok: false, diagnostics: errors, sources: [source] };
  return { ok: true, text: format(file, comments, source), source };
}

function writeFormatted(io: Io, file: string, text: string): boolean {
  try {
    writeFileSync(resolve(io.cwd, file), text);
    io.stderr.write(`formatted ${file}\n`);
    return true;
  } catch (error) {
    io.stderr.write(`error: ${describeFileError(error, "write", file)}\n`);
    return false;
  }
}

async function formatStdin(io: Io, onlyCheck: boolean): Promise<number> {
  const result = formatText("stdin", decodeSource(Buffer.from(await io.readStdin())));
  if (!result.ok) {
    if (result.reason !== undefined) io.stderr.write(`error: cannot read stdin: ${result.reason}\n`);
    reportDiagnostics(io, result);
    return EXIT_SOURCE;
  }
  if (!onlyCheck) io.stdout.write(result.text);
  else if (result.text !== result.source.text) {
    io.stderr.write("stdin is not formatted\n");
    return EXIT_SOURCE;
  }
  return EXIT_OK;
}
