// The parameters of a command line: read, checked against the pipeline, problems shown with the places they are at.
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { reasonOf } from "../backends/file-problem.ts";
import { readParameters } from "../config/parameters.ts";
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { SourcedDiagnostics } from "../diagnostics/merge.ts";
import type { PlanPipeline } from "../plan/plan.ts";
import { createSourceFile, type SourceFile } from "../text/source-file.ts";
import type { RecordValue } from "../types/value.ts";
import type { Invocation } from "./command.ts";
import { type CompiledFile, declaredParameters } from "./compile-file.ts";
import { readSource, toShown } from "./host.ts";
import type { Io } from "./io.ts";

const diagnostic = bindDiagnostics(config);

/** The parameters for a pipeline, and what is wrong with them. */
export function readRunParameters(
  compiled: CompiledFile,
  pipeline: PlanPipeline,
  invocation: Invocation,
  io: Io,
): { value: RecordValue; found: SourcedDiagnostics } {
  const sources: SourceFile[] = [...compiled.compilation.sources];
  const named = invocation.value("params");
  let file: SourceFile | undefined;
  if (named !== undefined) {
    const path = resolve(io.cwd, named);
    const read = readSource(path);
    file = createSourceFile(sources.length, toShown(io.cwd, path), read.ok ? read.text : "");
    sources.push(file);
    if (!read.ok) {
      const problem = diagnostic(
        "config-not-readable",
        { file: file.id, start: 0, end: 0 },
        { path: named, reason: read.reason },
      );
      return { value: {}, found: { diagnostics: [problem], sources } };
    }
  }
  const declared = declaredParameters(compiled.compilation, pipeline);
  const { value, diagnostics, commandLine } = readParameters({
    pipeline: pipeline.name,
    specs: pipeline.parameters,
    declared: declared.parameters,
    ...(declared.pipeline && { pipelineSpan: declared.pipeline }),
    commandLine: invocation.values("param"),
    ...(file && { file }),
    commandLineFolder: io.cwd,
    fileFolder: named === undefined ? io.cwd : dirname(resolve(io.cwd, named)),
    strict: invocation.has("strict"),
    pathProblem,
    commandLineId: sources.length,
  });
  return { value, found: { diagnostics, sources: [...sources, commandLine] } };
}

function pathProblem(path: string, kind: "file" | "dir"): string | undefined {
  try {
    const stats = statSync(path);
    if (kind === "file") return stats.isDirectory() ? "it is a folder, not a file" : undefined;
    return stats.isDirectory() ? undefined : "it is a file, not a folder";
  } catch (error) {
    return reasonOf(error);
  }
}
