// `sluice graph`: a pipeline drawn.
import { writeFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { describeFileError } from "../../backends/file-problem.ts";
import { toDot } from "../../graph/dot.ts";
import { toMermaid } from "../../graph/mermaid.ts";
import { toSvg } from "../../graph/svg.ts";
import type { Plan } from "../../plan/plan.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { compileFile, noPipeline } from "../compile-file.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import { forbids, reportDiagnostics } from "../report-diagnostics.ts";

type GraphFormat = "mermaid" | "dot" | "svg";

const DRAW: Readonly<Record<GraphFormat, (plan: Plan) => string>> = { mermaid: toMermaid, dot: toDot, svg: toSvg };

const ENDINGS: Readonly<Record<string, GraphFormat>> = {
  ".svg": "svg",
  ".dot": "dot",
  ".gv": "dot",
  ".mmd": "mermaid",
  ".mermaid": "mermaid",
};

export const graph: CommandAction = async (invocation, io) => {
  const output = invocation.value("output");
  const ending = output === undefined ? "" : extname(output).toLowerCase();
  const fromEnding = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
  const format = (invocation.value("format") as GraphFormat | undefined) ?? fromEnding ?? "mermaid";
  const compiled = compileFile(invocation, io);
  reportDiagnostics(io, compiled.compilation);
  if (forbids(compiled.compilation.diagnostics, false)) return EXIT_SOURCE;
  if (!compiled.compilation.plan) throw noPipeline(compiled.file);
  const drawing = DRAW[format](compiled.compilation.plan);
  if (output === undefined) io.stdout.write(drawing);
  else {
    try {
      writeFileSync(resolve(io.cwd, output), drawing);
    } catch (error) {
      throw new UsageError(describeFileError(error, "write", output));
    }
  }
  return EXIT_OK;
};
