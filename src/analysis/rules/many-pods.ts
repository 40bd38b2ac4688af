// Maps that may start more pods than a cluster likes to keep track of, by the bounds that the program itself states.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { MapNode } from "../../syntax/ast.ts";
import { walk } from "../../syntax/children.ts";
import type { Facts, Module } from "../program.ts";
import { type Checked, estimateIn, type Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

const MANY = 5000;

/** Counts the innermost maps, by the stated bounds of all maps around them. Bounds that nobody stated count as 1. */
export function findManyPods({ program, facts, nodes }: Checked, report: Report): void {
  for (const module of program.modules) {
    const place = { module, facts, report };
    /** The maps around the one that is looked at, the innermost last. */
    const around: Surrounding[] = [];
    for (const node of nodes(module, "Map")) {
      while (around.length > 0 && around.at(-1)!.node.span.end <= node.span.start) around.pop();
      // What stands in the source of a map, before its body, is run once and not for each item.
      const outer = around.findLast((each) => each.node.body.span.start <= node.span.start);
      around.push(checkMap(node, outer, place));
    }
  }
}

interface Place {
  readonly module: Module;
  readonly facts: Facts;
  readonly report: Report;
}

interface Surrounding {
  readonly node: MapNode;
  /** Those of all maps around a node of its body. */
  readonly bounds: readonly number[];
  readonly batched: boolean;
}

function checkMap(node: MapNode, outer: Surrounding | undefined, place: Place): Surrounding {
  const bound = boundOf(node, place);
  const bounds = [...(outer?.bounds ?? []), ...(bound === undefined ? [] : [bound])];
  const batched = (outer?.batched ?? false) || node.clauses.some((clause) => clause.clause === "batch");
  const calls = batched ? 0 : countCalls(node, place.facts);
  const pods = bounds.reduce((product, factor) => product * factor, calls);
  if (pods > MANY) {
    const factors = [...bounds.map(group), ...(calls > 1 ? [`${calls} calls`] : [])].join(" × ");
    const told = { pods: group(pods), factors: bounds.length === 1 && calls === 1 ? "one for each item" : factors };
    place.report(diagnostic("many-pods", { ...node.span, end: node.source.span.end }, told));
  }
  return { node, bounds, batched };
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
    if (node.kind === "Call" && facts.symbols.get(node)) calls++;
    return node.kind !== "Map";
  });
  return calls;
}

function group(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
