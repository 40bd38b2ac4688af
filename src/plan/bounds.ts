// How much a plan can ask for at most: pods in all, pods when every retry budget is used up, and what may run at once. In: the tasks and
// pipelines of a plan. Out: upper bounds; null where only the run, or a parameter, decides.
import type { PlanBlock, PlanBounds, PlanMap, PlanNode, PlanPipeline, PlanResources, PlanTask } from "./plan.ts";
import { changesAmounts, largestRequests } from "./retry-schedule.ts";

/** Null: not bounded before the run. */
type Bound = number | null;

const METRICS = ["pods", "cpu", "memory", "gpu"] as const;
type Peak = Readonly<Record<(typeof METRICS)[number], Bound>>;

/** What a part of the plan can ask for at most. */
interface Demand {
  readonly pods: Bound;
  readonly attempts: Bound;
  readonly peak: Peak;
}

const NOTHING: Demand = { pods: 0, attempts: 0, peak: { pods: 0, cpu: 0, memory: 0, gpu: 0 } };

/** The bounds of a plan whose pipeline `id` runs. `finally` starts when all else has ended, so that the peaks are not added. */
export function planBounds(id: string, pipelines: readonly PlanPipeline[], tasks: readonly PlanTask[]): PlanBounds {
  const { pods, attempts, peak } = pipelineDemands(pipelines, tasks).get(id) ?? NOTHING;
  return {
    pods: meaningful(pods),
    attempts: meaningful(attempts),
    peak: combinePeaks(peak, peak, (bound) => meaningful(bound)),
  };
}

/** What one run of each pipeline can ask for, by id; tasks' own demands by `task:` and the id. */
function pipelineDemands(pipelines: readonly PlanPipeline[], tasks: readonly PlanTask[]): Map<string, Demand> {
  // Tasks that name the same resources block share its amounts.
  const peaks = new Map<PlanResources, Peak>();
  const ofTask = new Map<string, Demand>();
  for (const task of tasks) ofTask.set(task.id, taskDemand(task, peaks));
  const demands = new Map<string, Demand>();
  for (const pipeline of calledFirst(pipelines)) {
    const leaf: Leaf = (node) => (node.kind === "call" ? ofTask.get(node.task) : demands.get(node.pipeline)) ?? NOTHING;
    const body = blockDemand(pipeline.body, leaf);
    const last = pipeline.finally ? blockDemand(pipeline.finally, leaf) : NOTHING;
    demands.set(pipeline.id, {
      pods: add(body.pods, last.pods),
      attempts: add(body.attempts, last.attempts),
      peak: combinePeaks(body.peak, last.peak, most),
    });
  }
  return demands;
}

/** The pipelines, each behind those it calls; there is no recursion between them. */
function calledFirst(pipelines: readonly PlanPipeline[]): readonly PlanPipeline[] {
  if (pipelines.length === 1) return pipelines;
  const byId = new Map(pipelines.map((pipeline) => [pipeline.id, pipeline]));
  const done = new Set<string>();
  const sorted: PlanPipeline[] = [];
  // A stack of its own: pipelines may call each other in a chain of any length.
  const stack = pipelines.map((pipeline) => ({ pipeline, opened: false })).reverse();
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { pipeline, opened } = top;
    if (done.has(pipeline.id)) continue;
    if (opened) {
      done.add(pipeline.id);
      sorted.push(pipeline);
      continue;
    }
    stack.push({ pipeline, opened: true });
    for (const id of calledPipelines(pipeline)) {
      const called = byId.get(id);
      if (called && !done.has(id)) stack.push({ pipeline: called, opened: false });
    }
  }
  return sorted;
}

function calledPipelines(pipeline: PlanPipeline): Set<string> {
  const found = new Set<string>();
  const visit = (block: PlanBlock): void => {
    for (const node of block.nodes) {
      if (node.kind === "pipeline") found.add(node.pipeline);
      for (const inner of innerBlocks(node)) visit(inner);
    }
  };
  visit(pipeline.body);
  if (pipeline.finally) visit(pipeline.finally);
  return found;
}

/** The blocks inside of a node: the body of a map, the branches of an `if`. */
function innerBlocks(node: PlanNode): readonly PlanBlock[] {
  if (node.kind === "map") return [node.body];
  if (node.kind === "if") return node.else ? [node.then, node.else] : [node.then];
  return [];
}

/** `peaks`: those of tasks whose amounts no retry changes, by their resources. */
function taskDemand(task: PlanTask, peaks: Map<PlanResources, Peak>): Demand {
  let attempts: Bound = 1;
  for (const { count } of task.retries)
    attempts = add(attempts, count.op === "literal" && typeof count.value === "number" ? count.value : null);
  if (task.retries.some(changesAmounts)) return { pods: 1, attempts, peak: taskPeak(task) };
  const peak = peaks.get(task.resources) ?? taskPeak(task);
  peaks.set(task.resources, peak);
  return { pods: 1, attempts, peak };
}

function taskPeak(task: PlanTask): Peak {
  const requests = largestRequests(task);
  // What a task does not ask for counts as nothing: the engines' own defaults are not part of the plan.
  const request = (amount: "cpu" | "memory" | "gpu"): Bound =>
    requests.get(amount) ?? (requests.has(amount) ? null : 0);
  return { pods: 1, cpu: request("cpu"), memory: request("memory"), gpu: request("gpu") };
}

type Leaf = (node: Extract<PlanNode, { kind: "call" | "pipeline" }>) => Demand;

/** What a node can ask for, given what calls do. */
function nodeDemand(node: PlanNode, leaf: Leaf): Demand {
  switch (node.kind) {
    case "call":
    case "pipeline":
      return leaf(node);
    case "map":
      return mapDemand(node, blockDemand(node.body, leaf));
    case "if": {
      const then = blockDemand(node.then, leaf);
      const other = node.else ? blockDemand(node.else, leaf) : NOTHING;
      return {
        pods: most(then.pods, other.pods),
        attempts: most(then.attempts, other.attempts),
        peak: combinePeaks(then.peak, other.peak, most),
      };
    }
    case "check":
    case "let":
      return NOTHING;
  }
}

/** The most items a map can have, or null where only a parameter bounds them. */
export function itemBound(node: PlanMap): Bound {
  const max = node.max.op === "literal" && typeof node.max.value === "number" ? node.max.value : undefined;
  if (node.bound === undefined) return max ?? null;
  return max === undefined ? node.bound : Math.min(node.bound, max);
}

// With `batch` an attempt is an item's, but a pod holds several. In the worst case each attempt has a pod of its own: an item that failed is
// retried alone. At once, batches count as they are first packed.
function mapDemand(node: PlanMap, item: Demand): Demand {
  const items = itemBound(node);
  const lanes = items === null || node.batch === undefined ? items : Math.ceil(items / node.batch);
  const parallel =
    node.parallel?.op === "literal" && typeof node.parallel.value === "number" ? node.parallel.value : null;
  const atOnce = lanes === null ? parallel : parallel === null ? lanes : Math.min(lanes, parallel);
  const scale = (bound: Bound) => multiply(atOnce, bound);
  return {
    pods: multiply(lanes, item.pods),
    attempts: multiply(items, item.attempts),
    peak: combinePeaks(item.peak, item.peak, (bound) => scale(bound)),
  };
}

/** What the nodes of a block can ask for together. */
function blockDemand(block: PlanBlock, leaf: Leaf): Demand {
  const demands = block.nodes.map((node) => nodeDemand(node, leaf));
  const sum = (pick: (demand: Demand) => Bound) =>
    demands.reduce<Bound>((total, demand) => add(total, pick(demand)), 0);
  return {
    pods: sum((each) => each.pods),
    attempts: sum((each) => each.attempts),
    peak: blockPeak(block.nodes, demands),
  };
}

const SEARCHED = 64;

// The nodes are covered by chains in which each node needs the one before, directly or by way of others. Of a chain one node runs at a time,
// so the sum over the chains of each chain's largest demand is an upper bound, whichever chains are chosen. They are chosen greedily: a node
// joins the chain, among those ending in what it needs, whose demand is largest. The search for such chains is cut off, which costs
// precision only.
function blockPeak(nodes: readonly PlanNode[], demands: readonly Demand[]): Peak {
  const positions = new Map<string, number>();
  nodes.forEach((node, position) => {
    positions.set(node.id, position);
  });
  const chains: Peak[] = [];
  /** By position: the chain that ends in the node. */
  const endsIn = new Map<number, number>();
  nodes.forEach((node, position) => {
    const { peak } = demands[position]!;
    if (peak.pods === 0) return;
    const end = findEnd(node, nodes, positions, endsIn, chains);
    if (end === undefined) {
      endsIn.set(position, chains.length);
      chains.push(peak);
      return;
    }
    const chain = endsIn.get(end)!;
    endsIn.delete(end);
    endsIn.set(position, chain);
    chains[chain] = combinePeaks(chains[chain]!, peak, most);
  });
  return chains.reduce((total, chain) => combinePeaks(total, chain, add), NOTHING.peak);
}

/** The position of the end of the best chain that the node can go on with. */
function findEnd(
  node: PlanNode,
  nodes: readonly PlanNode[],
  positions: ReadonlyMap<string, number>,
  endsIn: ReadonlyMap<number, number>,
  chains: readonly Peak[],
): number | undefined {
  if (node.needs.length === 0) return undefined;
  const seen = new Set<number>();
  const queue: PlanNode[] = [node];
  let best: number | undefined;
  const sizeOf = (end: number) => chains[endsIn.get(end)!]!.pods ?? Number.POSITIVE_INFINITY;
  for (let at = 0; at < queue.length; at++) {
    for (const id of queue[at]!.needs) {
      if (seen.size >= SEARCHED) return best;
      const position = positions.get(id);
      if (position === undefined || seen.has(position)) continue;
      seen.add(position);
      queue.push(nodes[position]!);
      if (endsIn.has(position) && (best === undefined || sizeOf(position) > sizeOf(best))) best = position;
    }
  }
  return best;
}

function combinePeaks(a: Peak, b: Peak, combine: (a: Bound, b: Bound) => Bound): Peak {
  return {
    pods: combine(a.pods, b.pods),
    cpu: combine(a.cpu, b.cpu),
    memory: combine(a.memory, b.memory),
    gpu: combine(a.gpu, b.gpu),
  };
}

function add(a: Bound, b: Bound): Bound {
  return a === null || b === null ? null : a + b;
}

function multiply(a: Bound, b: Bound): Bound {
  if (a === 0 || b === 0) return 0;
  return a === null || b === null ? null : a * b;
}

function most(a: Bound, b: Bound): Bound {
  return a === null || b === null ? null : Math.max(a, b);
}

/** A bound beyond what can be counted exactly bounds nothing. */
function meaningful(bound: Bound): Bound {
  return bound === null || bound > Number.MAX_SAFE_INTEGER ? null : bound;
}
