// A plan as one SVG document that needs nothing else: no script, no font, no link. It reads on light and on dark pages.
import type { Plan } from "../plan/plan.ts";
import { widthOf } from "../plan/text-layout.ts";
import { printable } from "../util/printable.ts";
import {
  buildGraph,
  type GraphCluster,
  type GraphGroup,
  type GraphItem,
  type GraphNode,
  isCluster,
} from "./build-graph.ts";
import { type Layout, layoutLayers, type Point } from "./layer-layout.ts";

/** Lengths in pixels. Text is measured by its columns: no font is at hand. */
const LABEL = { size: 13, column: 7.4, line: 17 };
const DETAIL = { size: 11, column: 6.1, line: 14 };
const NODE_PADDING = { x: 12, y: 8 };
const CLUSTER_PADDING = 16;
const MARGIN = 20;
const TITLE_HEIGHT = 30;
/** How far the outlines behind a map stand out: it runs many times. */
const STACK = 4;

const STYLE = [
  `text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Helvetica,Arial,sans-serif;fill:#1d2733}`,
  `.title{font-size:15px;font-weight:600}`,
  `.label{font-size:${LABEL.size}px;font-weight:500}`,
  `.detail{font-size:${DETAIL.size}px;fill:#55636f}`,
  `.page{fill:#fff}`,
  `.box{stroke-width:1.2}`,
  `.call,.pipeline{fill:#e9f1fb;stroke:#3b73b9}`,
  `.check{fill:#fdf3e1;stroke:#c98a1b}`,
  `.let{fill:#f4f4f1;stroke:#a3a399}`,
  `.result{fill:#e5f3ea;stroke:#3f8f5b}`,
  `.map,.if,.finally,.called{fill:#f8fafc;stroke:#93a5b8}`,
  `.branch{fill:none;stroke:#b9c4cf;stroke-dasharray:3 3}`,
  `.inner{fill:none;stroke:#3b73b9;stroke-width:.8}`,
  `.edge{fill:none;stroke:#6b7a89;stroke-width:1.3}`,
  `.order{stroke-dasharray:5 4}`,
  `.head{fill:#6b7a89}`,
];

const DARK = [
  `text{fill:#e4e9ee}`,
  `.detail{fill:#a3b0bc}`,
  `.page{fill:#14191f}`,
  `.call,.pipeline{fill:#1b2f47;stroke:#5d97de}`,
  `.check{fill:#3b2d12;stroke:#d9a13c}`,
  `.let{fill:#262b30;stroke:#7d8690}`,
  `.result{fill:#173224;stroke:#57b07a}`,
  `.map,.if,.finally,.called{fill:#1a2027;stroke:#5a6b7c}`,
  `.branch{fill:none;stroke:#4a5866}`,
  `.inner{stroke:#5d97de}`,
  `.edge{stroke:#93a3b3}`,
  `.head{fill:#93a3b3}`,
];

/** A group with its place for each item, and the sizes of what is inside. */
interface Placed {
  readonly group: GraphGroup;
  readonly layout: Layout;
  readonly inner: ReadonlyMap<string, Placed>;
  readonly sizes: ReadonlyMap<string, { readonly width: number; readonly height: number }>;
}

/** The drawing; ends with a line break. */
export function toSvg(plan: Plan): string {
  const graph = buildGraph(plan);
  const placed = placeGroup(graph.group);
  const title = printable(graph.title);
  const width = Math.ceil(Math.max(placed.layout.width, widthOf(title) * 9) + 2 * MARGIN);
  const height = Math.ceil(placed.layout.height + TITLE_HEIGHT + 2 * MARGIN);
  const left = (width - placed.layout.width) / 2;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeLabel(title)}</title>`,
    `<style>${STYLE.join("")}@media (prefers-color-scheme:dark){${DARK.join("")}}</style>`,
    `<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 .8 7.5 4 0 7.2z"/></marker></defs>`,
    `<rect class="page" width="${width}" height="${height}" rx="8"/>`,
    text("title", MARGIN, MARGIN + 12, title),
  ];
  drawGroup(placed, { x: left, y: MARGIN + TITLE_HEIGHT }, lines);
  return `${[...lines, "</svg>"].join("\n")}\n`;
}

function placeGroup(group: GraphGroup): Placed {
  const inner = new Map<string, Placed>();
  const boxes = group.items.map((item) => {
    if (!isCluster(item)) return { id: item.id, ...nodeSize(item) };
    const placed = placeGroup(item.group);
    inner.set(item.id, placed);
    return { id: item.id, ...clusterSize(item, placed) };
  });
  const sizes = new Map(boxes.map(({ id, width, height }) => [id, { width, height }]));
  return { group, layout: layoutLayers(boxes, group.edges), inner, sizes };
}

function textWidth(item: GraphItem): number {
  return Math.max(widthOf(item.label) * LABEL.column, ...item.details.map((line) => widthOf(line) * DETAIL.column));
}

function nodeSize(item: GraphNode): { width: number; height: number } {
  // Hexagons and double borders need room at their sides.
  const extra = item.kind === "check" ? 16 : item.kind === "pipeline" ? 8 : 0;
  return {
    width: Math.max(64, textWidth(item) + 2 * NODE_PADDING.x + extra),
    height:
      LABEL.line +
      item.details.length * DETAIL.line +
      2 * NODE_PADDING.y -
      (item.kind === "let" || item.kind === "result" ? 5 : 0),
  };
}

function headerHeight(item: GraphCluster): number {
  return LABEL.line + detailsOf(item).length * DETAIL.line + 8;
}

function detailsOf(item: GraphItem): readonly string[] {
  return item.details.filter((line) => line !== "");
}

function clusterSize(item: GraphCluster, placed: Placed): { width: number; height: number } {
  const stack = item.kind === "map" ? 2 * STACK : 0;
  return {
    width: Math.max(placed.layout.width, textWidth(item), 60) + 2 * CLUSTER_PADDING + stack,
    height: placed.layout.height + headerHeight(item) + 2 * CLUSTER_PADDING - 6 + stack,
  };
}

function drawGroup(placed: Placed, origin: Point, lines: string[]): void {
  for (const item of placed.group.items) {
    const place = placed.layout.places.get(item.id)!;
    const corner = { x: origin.x + place.x, y: origin.y + place.y };
    const size = placed.sizes.get(item.id)!;
    if (isCluster(item)) drawCluster(item, placed.inner.get(item.id)!, corner, size, lines);
    else drawNode(item, corner, size, lines);
  }
  placed.group.edges.forEach((edge, at) => {
    const points = placed.layout.lines[at]!.map(({ x, y }) => ({ x: x + origin.x, y: y + origin.y }));
    lines.push(
      `<path class="edge${edge.kind === "order" ? " order" : ""}" marker-end="url(#head)" d="${curve(points)}"/>`,
    );
  });
}

function drawCluster(
  item: GraphCluster,
  inner: Placed,
  corner: Point,
  size: { width: number; height: number },
  lines: string[],
): void {
  const stack = item.kind === "map" ? 2 * STACK : 0;
  const width = size.width - stack;
  const height = size.height - stack;
  for (let step = stack; step >= 0; step -= STACK) {
    lines.push(rect(`box ${item.kind}`, { x: corner.x + step, y: corner.y + step }, width, height, 10));
  }
  lines.push(text("label", corner.x + CLUSTER_PADDING, corner.y + CLUSTER_PADDING + 8, item.label));
  detailsOf(item).forEach((line, at) => {
    lines.push(
      text("detail", corner.x + CLUSTER_PADDING, corner.y + CLUSTER_PADDING + 8 + (at + 1) * DETAIL.line + 2, line),
    );
  });
  const x = corner.x + (width - inner.layout.width) / 2;
  drawGroup(inner, { x, y: corner.y + CLUSTER_PADDING + headerHeight(item) - 4 }, lines);
}

function drawNode(item: GraphNode, corner: Point, size: { width: number; height: number }, lines: string[]): void {
  const { width, height } = size;
  const { x, y } = corner;
  if (item.kind === "check") {
    const points = [
      [x + 12, y],
      [x + width - 12, y],
      [x + width, y + height / 2],
      [x + width - 12, y + height],
      [x + 12, y + height],
      [x, y + height / 2],
    ];
    lines.push(`<polygon class="box check" points="${points.map((point) => point.map(round).join(",")).join(" ")}"/>`);
  } else {
    const radius = item.kind === "let" || item.kind === "result" ? height / 2 : 6;
    lines.push(rect(`box ${item.kind}`, corner, width, height, radius));
    if (item.kind === "pipeline") lines.push(rect("inner", { x: x + 3, y: y + 3 }, width - 6, height - 6, 4));
  }
  const middle = x + width / 2;
  const top = y + (height - LABEL.line - item.details.length * DETAIL.line) / 2;
  lines.push(text("label", middle, top + 13, item.label, true));
  item.details.forEach((line, at) => {
    lines.push(text("detail", middle, top + LABEL.line + at * DETAIL.line + 11, line, true));
  });
}

/** A line that leaves and arrives upright. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let path = `M${round(first!.x)} ${round(first!.y)}`;
  let before = first!;
  for (const point of rest) {
    const middle = (before.y + point.y) / 2;
    path +=
      Math.abs(before.x - point.x) < 0.5
        ? `L${round(point.x)} ${round(point.y)}`
        : `C${round(before.x)} ${round(middle)} ${round(point.x)} ${round(middle)} ${round(point.x)} ${round(point.y)}`;
    before = point;
  }
  return path;
}

function rect(style: string, { x, y }: Point, width: number, height: number, radius: number): string {
  return `<rect class="${style}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${round(radius)}"/>`;
}

function text(style: string, x: number, y: number, content: string, isCentred = false): string {
  return `<text class="${style}" x="${round(x)}" y="${round(y)}"${isCentred ? ' text-anchor="middle"' : ""}>${escapeLabel(printable(content))}</text>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeLabel(content: string): string {
  return content.replace(/[&<>"']/g, (found) => ENTITIES[found]!);
}
