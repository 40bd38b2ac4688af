// Maps that may start more pods than a cluster likes to keep track of, by the bounds that the program itself states.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { MapNode, SyntaxNode } from "../../syntax/ast.ts";
import { forEachChild, walk } from "../../syntax/children.ts";
import type { Facts, Module } from "../program.ts";
import { type Checked, estimateIn, type Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

const MANY = 5000;

/** Counts the innermost maps, by the stated bounds of all maps around them. Bounds that nobody stated count as 1. */
export function findManyPods({ program, facts }: Checked, report: Report): void {
  for (const module of program.modules) {
    for (const declaration of module.file.declarations) {
      if (declaration.kind === "Pipeline") visit(declaration, [], false, { module, facts, report });
    }
  }
}

interface Place {
  readonly module: Module;
  readonly facts: Facts;
  readonly report: Report;
}

function visit(node: SyntaxNode, bounds: readonly number[], batched: boolean, place: Place): void {
  if (node.kind !== "Map") {
    forEachChild(node, (child) => visit(child, bounds, batched, place));
    return;
  }
  const bound = boundOf(node, place);
  const inner = bound === undefined ? bounds : [...bounds, bound];
  const inBatch = batched || node.clauses.some((clause) => clause.clause === "batch");
  visit(node.source, bounds, batched, place);
  visit(node.body, inner, inBatch, place);
  const calls = countCalls(node, place.facts);
  if (inBatch || calls === 0) return;
  const pods = inner.reduce((product, factor) => product * factor, calls);
  if (pods <= MANY) return;
  const factors = [...inner.map(group), ...(calls > 1 ? [`${calls} calls`] : [])].join(" × ");
  const told = { pods: group(pods), factors: inner.length === 1 && calls === 1 ? "one for each item" : factors };
  place.report(diagnostic("many-pods", { ...node.span, end: node.source.span.end }, told));
}

function boundOf(node: MapNode, { module, facts }: Place): number | undefined {
  const type = facts.types.get(node.source);
  const clause = node.clauses.find((candidate) => candidate.clause === "max");
  const bounds = [type?.kind === "list" ? type.max : undefined, clause && estimateIn(facts, module, clause.value)];
  const known = bounds.filter((bound) => bound !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Calls of tasks and pipelines in the body itself, those of inner maps left out. */
function countCalls(map: MapNode, facts: Facts): number {
  let calls = 0;
  walk(map.body, (node) => {
    if (node.kind === "Call" && facts.symbols.has(node)) calls++;
    return node.kind !== "Map";
  });
  return calls;
}

function group(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
