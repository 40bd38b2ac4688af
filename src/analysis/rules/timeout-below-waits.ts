// Pipelines whose own timeout ends the run before the waits between the attempts of one task are over.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { PipelineNode, RetryNode, TaskNode } from "../../syntax/ast.ts";
import { walk } from "../../syntax/children.ts";
import type { Facts, Module } from "../program.ts";
import { splitRange } from "../resolve-resources.ts";
import { type Checked, estimateIn, type Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

/** Compares where timeout, counts and waits are all written as numbers. */
export function findTimeoutsBelowWaits({ program, facts }: Checked, report: Report): void {
  for (const module of program.modules) {
    for (const node of module.file.declarations) {
      if (node.kind === "Pipeline" && node.timeout) checkPipeline(node, node.timeout, module, facts, report);
    }
  }
}

function checkPipeline(
  pipeline: PipelineNode,
  timeout: NonNullable<PipelineNode["timeout"]>,
  module: Module,
  facts: Facts,
  report: Report,
): void {
  const limit = estimateIn(facts, module, timeout);
  if (limit === undefined || limit <= 0) return;
  const seen = new Set<TaskNode>();
  walk(pipeline.body, (node) => {
    const symbol = node.kind === "Call" ? facts.symbols.get(node) : undefined;
    if (symbol?.kind !== "task" || seen.has(symbol.node)) return;
    seen.add(symbol.node);
    let waits = 0;
    for (const statement of symbol.node.statements) {
      if (statement.kind === "Retry") waits += sumOfWaits(statement, symbol.module, facts);
    }
    if (waits <= limit) return;
    const told = {
      pipeline: pipeline.name.text,
      timeout: `\`${spell(limit)}\``,
      task: symbol.name,
      waits: `\`${spell(waits)}\``,
    };
    const related = [{ span: node.span, text: `\`${symbol.name}\` is called here` }];
    report(diagnostic("timeout-below-waits", timeout.span, told, { related }));
  });
}

/** Milliseconds waited when the whole budget of a line is used; 0 where a run decides. */
function sumOfWaits(line: RetryNode, module: Module, facts: Facts): number {
  if (!line.after) return 0;
  const { request, limit } = splitRange(line.after);
  const count = estimateIn(facts, module, line.count);
  const from = estimateIn(facts, module, request);
  const to = estimateIn(facts, module, limit);
  if (count === undefined || from === undefined || to === undefined || count <= 0 || from <= 0) return 0;
  let sum = 0;
  let wait = from;
  let left = count;
  for (; left > 0 && wait < to; left--) {
    sum += wait;
    wait *= 2;
  }
  return sum + Math.max(0, left) * to;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** A duration as the language writes it, in its largest whole unit. */
function spell(milliseconds: number): string {
  for (const [unit, size] of UNITS) {
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}
