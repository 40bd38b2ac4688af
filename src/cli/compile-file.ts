// The way from a .pipe file to a plan that all commands share that need one.
import { type Compilation, compile } from "../compiler.ts";
import type { Plan, PlanPipeline } from "../plan/plan.ts";
import type { Span } from "../text/span.ts";
import { type Invocation, UsageError } from "./command.ts";
import { createProgramHost, findMainFile } from "./host.ts";
import type { Io } from "./io.ts";

export interface CompiledFile {
  /** As shown. */
  readonly file: string;
  readonly compilation: Compilation;
}

/** Compiles the file the command line names, or main.pipe, for the pipeline it names. */
export function compileFile(invocation: Invocation, io: Io): CompiledFile {
  const file = findMainFile(io.cwd, invocation.operands[0]);
  const pipeline = invocation.value("pipeline");
  return { file, compilation: compile(file, createProgramHost(io.cwd), pipeline === undefined ? {} : { pipeline }) };
}

/** The pipeline that runs. */
export function mainPipeline(plan: Plan): PlanPipeline {
  return plan.pipelines.find((pipeline) => pipeline.id === plan.pipeline)!;
}

/** Complains of a file that is free of errors and has nothing to run. */
export function noPipeline(file: string): UsageError {
  return new UsageError(`\`${file}\` has no pipeline to run: a pipeline that calls the tasks is missing`);
}

/** Where the parameters of the running pipeline are declared. */
export function declaredParameters(
  compilation: Compilation,
  pipeline: PlanPipeline,
): { pipeline?: Span; parameters: ReadonlyMap<string, Span> } {
  for (const [node, signature] of compilation.analysis?.facts.signatures ?? []) {
    if (node.kind !== "Pipeline" || signature.name !== pipeline.name) continue;
    const parameters = new Map(signature.parameters.map((parameter) => [parameter.name, parameter.node.span] as const));
    if (signature.parameters.length === pipeline.parameters.length) return { pipeline: node.name.span, parameters };
  }
  return { parameters: new Map() };
}

/** Where secrets are declared, by name. */
export function declaredSecrets(compilation: Compilation): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>();
  for (const module of compilation.program.modules) {
    for (const [name, symbol] of module.globals) {
      if (symbol.kind === "secret" && !found.has(name)) found.set(name, symbol.node.name.span);
    }
  }
  return found;
}
