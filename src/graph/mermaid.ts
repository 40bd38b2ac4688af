// A plan as a Mermaid flowchart, which many viewers of Markdown draw.

import type { Plan } from "../plan/plan.ts";
import { printable } from "../util/printable.ts";
import { buildGraph, type GraphGroup, type GraphItem, type GraphNode, isCluster } from "./build-graph.ts";

const SHAPES: Readonly<Record<GraphNode["kind"], readonly [string, string]>> = {
  call: ["[", "]"],
  pipeline: ["[[", "]]"],
  check: ["{{", "}}"],
  let: ["([", "])"],
  result: ["([", "])"],
};

const STYLES = [
  "classDef call fill:#e8f0fb,stroke:#3b73b9,color:#16263a",
  "classDef pipeline fill:#e8f0fb,stroke:#3b73b9,color:#16263a",
  "classDef check fill:#fdf3e1,stroke:#c98a1b,color:#3a2a0b",
  "classDef let fill:#f3f3ef,stroke:#9a9a90,color:#2b2b27",
  "classDef result fill:#e5f3ea,stroke:#3f8f5b,color:#143021",
];

/** The flowchart's source; ends with a line break. */
export function toMermaid(plan: Plan): string {
  const graph = buildGraph(plan);
  const lines = ["---", `title: ${JSON.stringify(plainText(graph.title))}`, "---", "flowchart TB"];
  addGroup(graph.group, "  ", lines);
  for (const style of STYLES) lines.push(`  ${style}`);
  return `${lines.join("\n")}\n`;
}

function addGroup(group: GraphGroup, indent: string, lines: string[]): void {
  for (const item of group.items) {
    const label = `"${[item.label, ...item.details].map(escapeLabel).join("<br/>")}"`;
    if (!isCluster(item)) {
      const [open, close] = SHAPES[item.kind];
      lines.push(`${indent}${item.id}${open}${label}${close}:::${item.kind}`);
      continue;
    }
    lines.push(`${indent}subgraph ${item.id}[${label}]`, `${indent}  direction TB`);
    addGroup(item.group, `${indent}  `, lines);
    // A subgraph without a node is drawn as a node of its own.
    if (item.group.items.length === 0) lines.push(`${indent}  ${emptyId(item)}[" "]`);
    lines.push(`${indent}end`);
  }
  for (const edge of group.edges)
    lines.push(`${indent}${edge.from} ${edge.kind === "data" ? "-->" : "-.->"} ${edge.to}`);
}

function emptyId(item: GraphItem): string {
  return `${item.id}_empty`;
}

/** Everything but plain characters by its number: quotes, brackets, `#`, and Markdown have a meaning of their own in labels. */
function escapeLabel(text: string): string {
  return plainText(text).replace(/[^A-Za-z0-9 .,:()=_+/-]/gu, (found) => `#${found.codePointAt(0)};`);
}

function plainText(text: string): string {
  return printable(text).replace(/[\n\t]/g, " ");
}
