// A plan as a drawing, before anyone has decided how it is drawn. In: a plan. Out: nodes and clusters, nested as blocks are; edges join things
// of the same block only, so that every format can draw a block inside its cluster.

import { itemBound } from "../plan/bounds.ts";
import { count } from "../plan/dump-steps.ts";
import { printResources } from "../plan/dump-tasks.ts";
import { freeNamesOfBlock, freeNamesOfNode } from "../plan/free-names.ts";
import type { Plan, PlanBlock, PlanIf, PlanMap, PlanNode, PlanPipeline, PlanTask } from "../plan/plan.ts";
import { printExpr } from "../plan/print-expr.ts";
import { cut } from "../plan/text-layout.ts";
import { assertNever } from "../util/assert-never.ts";

export interface Graph {
  readonly title: string;
  /** The body of the pipeline that runs and its `finally` behind all that ends the body; then the pipelines it calls, each joined to nothing. */
  readonly group: GraphGroup;
}

export interface GraphGroup {
  readonly items: readonly GraphItem[];
  readonly edges: readonly GraphEdge[];
}

export type GraphItem = GraphNode | GraphCluster;

export interface GraphNode {
  readonly kind: "call" | "pipeline" | "check" | "let" | "result";
  /** Unique in the graph: `n1`, `n2` … in the order of the plan. */
  readonly id: string;
  readonly label: string;
  /** Smaller lines below the label. */
  readonly details: readonly string[];
}

export interface GraphCluster {
  readonly kind: "map" | "if" | "branch" | "finally" | "called";
  readonly id: string;
  readonly label: string;
  readonly details: readonly string[];
  readonly group: GraphGroup;
}

/** `order`: no data goes that way; it was asked for by `after`, or `finally` waits. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "data" | "order";
}

/** Columns of a label; longer ones are cut. */
const WIDEST = 52;

interface Drawing {
  readonly tasks: ReadonlyMap<string, PlanTask>;
  readonly newId: () => string;
}

/** The drawing of a plan. */
export function buildGraph(plan: Plan): Graph {
  let last = 0;
  const drawing: Drawing = {
    tasks: new Map(plan.tasks.map((task) => [task.id, task])),
    newId: () => `n${++last}`,
  };
  const root = plan.pipelines.find((pipeline) => pipeline.id === plan.pipeline);
  if (!root) return { title: plan.pipeline, group: { items: [], edges: [] } };
  const body = drawBlock(root.body, drawing, "result");
  const items = [...body.items];
  const edges = [...body.edges];
  if (root.finally) {
    const end = cluster("finally", "finally", [], drawBlock(root.finally, drawing), drawing);
    const goesOn = new Set(edges.map((edge) => edge.from));
    for (const item of items) if (!goesOn.has(item.id)) edges.push({ from: item.id, to: end.id, kind: "order" });
    items.push(end);
  }
  for (const pipeline of plan.pipelines) if (pipeline !== root) items.push(drawCalled(pipeline, drawing));
  return { title: `pipeline ${root.id}`, group: { items, edges } };
}

function drawCalled(pipeline: PlanPipeline, drawing: Drawing): GraphCluster {
  return cluster("called", `pipeline ${pipeline.id}`, [], drawBlock(pipeline.body, drawing), drawing);
}

function cluster(
  kind: GraphCluster["kind"],
  label: string,
  details: readonly string[],
  group: GraphGroup,
  drawing: Drawing,
): GraphCluster {
  return {
    kind,
    id: drawing.newId(),
    label: cut(label, WIDEST),
    details: details.map((line) => cut(line, WIDEST)),
    group,
  };
}

function drawBlock(block: PlanBlock, drawing: Drawing, resultLabel?: string): GraphGroup {
  const items: GraphItem[] = [];
  const edges: GraphEdge[] = [];
  const ids = new Map<string, string>();
  for (const node of block.nodes) {
    const item = drawNode(node, drawing);
    ids.set(node.id, item.id);
    items.push(item);
    const data = freeNamesOfNode(node);
    for (const need of node.needs) {
      const from = ids.get(need);
      if (from !== undefined) edges.push({ from, to: item.id, kind: data.has(need) ? "data" : "order" });
    }
  }
  if (resultLabel === undefined || !block.yield) return { items, edges };
  const result: GraphNode = { kind: "result", id: drawing.newId(), label: resultLabel, details: [] };
  for (const name of freeNamesOfBlock({ nodes: [], yield: block.yield })) {
    const from = ids.get(name);
    if (from !== undefined) edges.push({ from, to: result.id, kind: "data" });
  }
  return { items: [...items, result], edges };
}

function drawNode(node: PlanNode, drawing: Drawing): GraphItem {
  const make = (kind: GraphNode["kind"], label: string, details: readonly string[]): GraphNode => ({
    kind,
    id: drawing.newId(),
    label: cut(label, WIDEST),
    details: details.filter((line) => line !== "").map((line) => cut(line, WIDEST)),
  });
  switch (node.kind) {
    case "call": {
      const task = drawing.tasks.get(node.task);
      return make("call", node.id, [
        node.task === node.id ? "" : `task ${node.task}`,
        task ? printResources(mainResources(task)) : "",
      ]);
    }
    case "pipeline":
      return make("pipeline", node.id, [`pipeline ${node.pipeline}`]);
    case "let":
      return make("let", node.id, []);
    case "check":
      return make("check", "check", [node.text.replace(/\s+/g, " ")]);
    case "map":
      return drawMap(node, drawing);
    case "if":
      return drawIf(node, drawing);
    default:
      return assertNever(node);
  }
}

/** What decides where a task can run; the rest would make the boxes wide. */
function mainResources({ resources: { cpu, memory, gpu, accelerator } }: PlanTask): PlanTask["resources"] {
  return { ...(cpu && { cpu }), ...(memory && { memory }), ...(gpu && { gpu }), ...(accelerator && { accelerator }) };
}

function drawMap(node: PlanMap, drawing: Drawing): GraphCluster {
  const bound = itemBound(node);
  const limits = [
    bound === null ? "" : `at most ${count(bound, "item")}`,
    node.parallel ? `${printExpr(node.parallel)} at once` : "",
    node.batch === undefined ? "" : `${node.batch} in a pod`,
  ];
  const names = node.index === undefined ? node.item : `${node.item}, ${node.index}`;
  const group = drawBlock(node.body, drawing);
  return cluster(
    "map",
    named(node, `map ${names} in ${printExpr(node.input)}`),
    [limits.filter((each) => each !== "").join(", ")],
    group,
    drawing,
  );
}

/** With the name that the user gave it, if any. */
function named(node: PlanMap | PlanIf, text: string): string {
  return new RegExp(`^${node.kind}(_\\d+)?$`).test(node.id) ? text : `${node.id}: ${text}`;
}

function drawIf(node: PlanIf, drawing: Drawing): GraphCluster {
  const label = named(node, `if ${printExpr(node.test)}`);
  const then = drawBlock(node.then, drawing);
  if (!node.else) return cluster("if", label, [], then, drawing);
  const branches = [
    cluster("branch", "then", [], then, drawing),
    cluster("branch", "else", [], drawBlock(node.else, drawing), drawing),
  ];
  return cluster("if", label, [], { items: branches, edges: [] }, drawing);
}

/** Whether an item has others inside. */
export function isCluster(item: GraphItem): item is GraphCluster {
  return "group" in item;
}
