// Lowers a checked program to the plan of one of its pipelines: in goes the tree with its facts, free of errors; out comes everything an engine
// or an emitter needs, and nothing that is not reached. Pipelines and tasks are lowered one after the other as they are met, not inside each
// other: chains of calls may be of any length.
import { checkExpression, inferExpression } from "../analysis/check-expression.ts";
import { createDeclarations } from "../analysis/declarations.ts";
import { plainText } from "../analysis/plain-text.ts";
import type { Analysis } from "../analysis/program.ts";
import { plan as catalog } from "../diagnostics/catalog/plan.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { compareBytes } from "../util/compare-bytes.ts";
import { relativeToFile } from "../util/relative-path.ts";
import { sha256 } from "../util/sha256.ts";
import { suggest } from "../util/suggest.ts";
import { planBounds } from "./bounds.ts";
import { lowerPipeline } from "./lower-pipeline.ts";
import { lowerTask } from "./lower-task.ts";
import { createLowering, type Lowering, type PipelineSymbol, type SecretSymbol } from "./lowering.ts";
import { PLAN_VERSION, type Plan, type PlanPipeline, type PlanSecret, type PlanTask } from "./plan.ts";

const diagnostic = bindDiagnostics(catalog);

export interface LowerOptions {
  /** The name of the pipeline that runs; needed where several could. */
  readonly pipeline?: string;
  /** The SHA-256 of a text's UTF-8 in hex; undefined leaves it to our own. */
  readonly sha256?: (text: string) => string | undefined;
}

/**
 * The plan of the pipeline that runs. Undefined, with a diagnostic, when it is not clear which one that is; undefined without one for a file
 * that has no pipeline at all.
 */
export function lower(
  analysis: Analysis,
  options: LowerOptions = {},
): { value: Plan | undefined; diagnostics: Diagnostic[] } {
  const chosen = choosePipeline(analysis, options.pipeline);
  if (!chosen.value) return { value: undefined, diagnostics: chosen.diagnostics };
  const { program, facts } = analysis;
  const diagnostics: Diagnostic[] = [];
  const { contextOf } = createDeclarations({
    facts,
    report: (found) => diagnostics.push(found),
    mainPath: program.modules[0]!.source.path,
    check: checkExpression,
    infer: inferExpression,
  });
  const lowering = createLowering(program, facts, contextOf);
  const id = lowering.pipelineId(chosen.value);
  const pipelines: PlanPipeline[] = [];
  for (let at = 0; at < lowering.pipelines.length; at++)
    pipelines.push(lowerPipeline(lowering, lowering.pipelines[at]!, at === 0));
  const tasks: PlanTask[] = [];
  for (let at = 0; at < lowering.tasks.length; at++) tasks.push(lowerTask(lowering, lowering.tasks[at]!));
  pipelines.sort((a, b) => compareBytes(a.id, b.id));
  tasks.sort((a, b) => compareBytes(a.id, b.id));
  const value: Plan = {
    version: PLAN_VERSION,
    pipeline: id,
    files: planFiles(lowering, options.sha256),
    secrets: lowering.secrets
      .map(({ id: name, symbol }) => lowerSecret(name, symbol))
      .sort((a, b) => compareBytes(a.name, b.name)),
    tasks,
    pipelines,
    bounds: planBounds(id, pipelines, tasks),
  };
  return { value, diagnostics };
}

function choosePipeline(
  analysis: Analysis,
  name: string | undefined,
): { value?: PipelineSymbol; diagnostics: Diagnostic[] } {
  const main = analysis.program.modules[0]!;
  const symbols = [...main.globals.values()].filter((symbol): symbol is PipelineSymbol => symbol.kind === "pipeline");
  if (name !== undefined) {
    const value = symbols.find((symbol) => symbol.name === name);
    if (value) return { value, diagnostics: [] };
    const names = symbols.map((symbol) => symbol.name);
    const near = suggest(name, names);
    const help = near.length > 0 ? { help: `Did you mean \`--pipeline ${near[0]}\`?` } : {};
    return {
      diagnostics: [diagnostic("unknown-pipeline", { file: main.source.id, start: 0, end: 0 }, { name, names }, help)],
    };
  }
  const called = new Set<unknown>();
  for (const calls of analysis.facts.pipelineCalls.values()) {
    for (const call of calls) {
      const symbol = analysis.facts.symbols.get(call);
      if (symbol) called.add("node" in symbol ? symbol.node : undefined);
    }
  }
  const declared = symbols.filter((symbol) => symbol.module === main);
  const free = declared.filter((symbol) => !called.has(symbol.node));
  const [value, ...others] = free;
  if (!value) return { diagnostics: [] };
  if (others.length === 0) return { value, diagnostics: [] };
  const names = free.map((symbol) => symbol.name);
  const related = others.map((symbol) => ({
    span: symbol.node.name.span,
    text: `\`${symbol.name}\` is declared here`,
  }));
  return { diagnostics: [diagnostic("which-pipeline", value.node.name.span, { names }, { related })] };
}

function planFiles({ program }: Lowering, hash: LowerOptions["sha256"]): Plan["files"] {
  const main = program.modules[0]!.source.path;
  return program.modules.map(({ source }) => ({
    path: relativeToFile(main, source.path),
    sha256: hash?.(source.text) ?? sha256(source.text),
  }));
}

function lowerSecret(name: string, symbol: SecretSymbol): PlanSecret {
  const text = plainText(symbol.node.value) ?? "";
  const slash = text.indexOf("/");
  return { name, object: text.slice(0, slash), key: text.slice(slash + 1) };
}
