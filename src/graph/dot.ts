// A plan as a Graphviz graph.
import type { Plan } from "../plan/plan.ts";
import { printable } from "../util/printable.ts";
import {
  buildGraph,
  type GraphCluster,
  type GraphGroup,
  type GraphItem,
  type GraphNode,
  isCluster,
} from "./build-graph.ts";

const STYLES: Readonly<Record<GraphNode["kind"], string>> = {
  call: 'shape=box, style="rounded,filled", fillcolor="#e8f0fb", color="#3b73b9"',
  pipeline: 'shape=box, peripheries=2, style="rounded,filled", fillcolor="#e8f0fb", color="#3b73b9"',
  check: 'shape=hexagon, style=filled, fillcolor="#fdf3e1", color="#c98a1b"',
  let: 'shape=box, style="rounded,filled", fillcolor="#f3f3ef", color="#9a9a90", height=0.3',
  result: 'shape=box, style="rounded,filled", fillcolor="#e5f3ea", color="#3f8f5b", height=0.3',
};

/** The graph's source; ends with a line break. */
export function toDot(plan: Plan): string {
  const graph = buildGraph(plan);
  const lines = [
    `digraph ${quote(graph.title)} {`,
    `  graph [label=${quote(graph.title)}, labelloc=t, compound=true, rankdir=TB, fontname="Helvetica,Arial,sans-serif"];`,
    '  node [fontname="Helvetica,Arial,sans-serif", fontsize=11];',
    '  edge [color="#5d6b7a", arrowsize=0.7];',
  ];
  addGroup(graph.group, "  ", lines);
  return `${[...lines, "}"].join("\n")}\n`;
}

function addGroup(group: GraphGroup, indent: string, lines: string[]): void {
  const items = new Map(group.items.map((item) => [item.id, item]));
  for (const item of group.items) {
    if (isCluster(item)) addCluster(item, indent, lines);
    else
      lines.push(
        `${indent}${item.id} [label=${quote([item.label, ...item.details].join("\n"))}, ${STYLES[item.kind]}];`,
      );
  }
  for (const edge of group.edges) {
    const from = items.get(edge.from)!;
    const to = items.get(edge.to)!;
    // Graphviz joins nodes only; an edge of a cluster goes to a node in it and is cut off at its border.
    const attributes = [
      ...(edge.kind === "order" ? ["style=dashed"] : []),
      ...(isCluster(from) ? [`ltail=cluster_${from.id}`] : []),
      ...(isCluster(to) ? [`lhead=cluster_${to.id}`] : []),
    ];
    const tail = attributes.length > 0 ? ` [${attributes.join(", ")}]` : "";
    lines.push(`${indent}${leaf(from, "last")} -> ${leaf(to, "first")}${tail};`);
  }
}

function addCluster(item: GraphCluster, indent: string, lines: string[]): void {
  const label = quoteLines([item.label, ...item.details]);
  lines.push(
    `${indent}subgraph cluster_${item.id} {`,
    `${indent}  graph [label=${label}, labeljust=l, fontsize=11, style="rounded${item.kind === "branch" ? ",dotted" : ""}", color="#8aa0b8"];`,
  );
  if (item.group.items.length === 0) lines.push(`${indent}  ${leaf(item, "first")} [shape=point, style=invis];`);
  addGroup(item.group, `${indent}  `, lines);
  lines.push(`${indent}}`);
}

function leaf(item: GraphItem, end: "first" | "last"): string {
  let at = item;
  while (isCluster(at)) {
    const inner = end === "first" ? at.group.items[0] : at.group.items.at(-1);
    if (!inner) return `${at.id}_empty`;
    at = inner;
  }
  return at.id;
}

function quote(text: string): string {
  return `"${printable(text).replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, " ")}"`;
}

/** Several lines, each set to the left. */
function quoteLines(lines: readonly string[]): string {
  return `"${lines.map((line) => `${quote(line).slice(1, -1)}\\l`).join("")}"`;
}
