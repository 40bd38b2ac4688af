// Whether Jobs alone can run a plan: every step's input is known, no step waits for another, and nobody has to read a result. In: plan and
// parameters. Out: the steps with the items of each, or the reasons why a driver is needed, each with its place.

import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import { type Expanded, expandMap } from "../../engine/expand-map.ts";
import { joinKey, joinNode } from "../../engine/instance-id.ts";
import { evaluate } from "../../expr/evaluate.ts";
import type {
  ExprArgument,
  Plan,
  PlanBlock,
  PlanCall,
  PlanMap,
  PlanNode,
  PlanPipeline,
  PlanTask,
} from "../../plan/plan.ts";
import { makeRecord, type RecordValue, type Value } from "../../types/value.ts";
import { isInPlace } from "../file-references.ts";
import { namedFiles } from "../map-files.ts";
import { retryPolicy } from "./retry-policy.ts";

export interface StaticItem {
  /** `exports["orders"].export` */
  readonly instance: string;
  /** Absent outside of maps. */
  readonly key?: string;
  readonly parameters: RecordValue;
}

/** A task call that starts at once: of a map, with all its items. */
export interface StaticStep {
  /** `exports.export` */
  readonly path: string;
  readonly call: PlanCall;
  readonly task: PlanTask;
  readonly items: readonly StaticItem[];
  /** Items at once; infinite where nothing bounds them. Absent outside of maps. */
  readonly parallel?: number;
}

export interface DriverReason {
  readonly text: string;
  /** "file:line:column" */
  readonly at: string;
}

export type StaticPlan =
  | { readonly kind: "driverless"; readonly steps: readonly StaticStep[] }
  | { readonly kind: "driven"; readonly reasons: readonly DriverReason[] };

interface Walk {
  readonly plan: Plan;
  readonly profile: KubernetesProfile;
  readonly steps: StaticStep[];
  readonly reasons: DriverReason[];
  /** Nodes gone through: pipelines that call pipelines multiply them. */
  visited: number;
}

/** Around a block: its paths, and the values of names. */
interface Place {
  readonly instance: string;
  readonly values: Map<string, Value>;
}

/** More items are not evaluated here: a driver starts them as they are due. */
const MOST_ITEMS = 10_000;
/** More steps are left to a driver, too. */
const MOST_STEPS = 500;
const MOST_NODES = 20_000;

/** The steps, or the reasons for a driver. */
export function staticSteps(
  plan: Plan,
  pipeline: PlanPipeline,
  parameters: RecordValue,
  profile: KubernetesProfile,
): StaticPlan {
  const walk: Walk = { plan, profile, steps: [], reasons: [], visited: 0 };
  const because = (text: string, at = pipeline.source): void => void walk.reasons.push({ text, at });
  if (pipeline.schedule) because("a schedule starts it");
  if (pipeline.timeout) because("the run as a whole has a timeout");
  if (pipeline.finally) because("`finally` waits for the end of all steps");
  if (pipeline.result.kind !== "none") because("it has a result");
  walkBlock(walk, pipeline.body, { instance: "", values: new Map(Object.entries(parameters)) });
  if (walk.visited > MOST_NODES || walk.steps.length > MOST_STEPS) because(`it has more than ${MOST_STEPS} steps`);
  if (walk.steps.length === 0 && walk.reasons.length === 0) because("no step starts a pod");
  return walk.reasons.length > 0
    ? { kind: "driven", reasons: walk.reasons }
    : { kind: "driverless", steps: walk.steps };
}

function walkBlock(walk: Walk, block: PlanBlock, place: Place): void {
  const running = new Set<string>();
  for (const node of block.nodes) {
    if (++walk.visited > MOST_NODES) return;
    const awaited = node.needs.find((id) => running.has(id));
    if (awaited !== undefined) {
      walk.reasons.push({ text: `\`${node.id}\` waits for \`${awaited}\``, at: node.source });
      running.add(node.id);
      continue;
    }
    const before = walk.steps.length + walk.reasons.length;
    const reason = walkNode(walk, node, place);
    if (reason !== undefined) walk.reasons.push({ text: reason, at: node.source });
    if (walk.steps.length + walk.reasons.length > before) running.add(node.id);
  }
}

/** Adds the steps of a node, or gives the reason why it needs a driver. */
function walkNode(walk: Walk, node: PlanNode, place: Place): string | undefined {
  const lookup = (name: string) => place.values.get(name);
  const instance = joinNode(place.instance, node.id);
  switch (node.kind) {
    case "let": {
      const value = evaluate(node.value, lookup);
      if (!value.ok) return `\`${node.id}\` cannot be computed`;
      place.values.set(node.id, value.value);
      return undefined;
    }
    case "check": {
      const test = evaluate(node.test, lookup);
      return test.ok && test.value === true ? undefined : "a check does not hold";
    }
    case "if": {
      const test = evaluate(node.test, lookup);
      if (!test.ok) return "the condition cannot be computed";
      const chosen = test.value === true ? node.then : node.else;
      if (chosen) walkBlock(walk, chosen, { instance, values: place.values });
      return undefined;
    }
    case "pipeline": {
      const called = walk.plan.pipelines.find(({ id }) => id === node.pipeline);
      const given = evaluateArguments(node.arguments, place.values);
      if (!called || !given) return "an argument cannot be computed";
      walkBlock(walk, called.body, { instance, values: new Map(Object.entries(given)) });
      return undefined;
    }
    case "call": {
      const given = evaluateArguments(node.arguments, place.values);
      if (!given) return "an argument cannot be computed";
      addStep(walk, { path: staticPath(instance), call: node, items: [{ instance, parameters: given }] });
      return undefined;
    }
    case "map":
      return walkMap(walk, node, place, instance);
  }
}

function walkMap(walk: Walk, map: PlanMap, place: Place, instance: string): string | undefined {
  if (map.tolerate) return "the map tolerates failures, which a Job would count as its own";
  if (map.batch !== undefined) return "several items share a pod";
  const calls = map.body.nodes.filter((node) => node.kind !== "let");
  const [call] = calls;
  if (calls.length !== 1 || call?.kind !== "call") return "an item has more than one step";
  const expanded: Expanded = expandMap(map, (name) => place.values.get(name));
  if (!expanded.ok) return "the items of the map cannot be computed";
  const { items, keys, parallel } = expanded.expansion;
  if (items.length > MOST_ITEMS) return `the map has more than ${MOST_ITEMS} items`;
  if (items.length === 0) return undefined;
  const found: StaticItem[] = [];
  for (const [index, item] of items.entries()) {
    const values = new Map(place.values).set(map.item, item);
    if (map.index !== undefined) values.set(map.index, index);
    for (const node of map.body.nodes) {
      if (node.kind !== "let") continue;
      const value = evaluate(node.value, (name) => values.get(name));
      if (!value.ok) return `\`${node.id}\` of an item cannot be computed`;
      values.set(node.id, value.value);
    }
    const parameters = evaluateArguments(call.arguments, values);
    if (!parameters) return "an argument of an item cannot be computed";
    found.push({ instance: joinNode(joinKey(instance, keys[index]!), call.id), key: keys[index]!, parameters });
  }
  addStep(walk, { path: joinNode(staticPath(instance), call.id), call, items: found, parallel });
  return undefined;
}

function addStep(walk: Walk, step: Omit<StaticStep, "task">): void {
  const task = walk.plan.tasks.find(({ id }) => id === step.call.task);
  if (!task) throw new Error(`the plan has no task ${step.call.task}`);
  const because = (text: string, at = step.call.source): void => void walk.reasons.push({ text, at });
  if (task.outputs.length > 0) because(`the result of \`${task.name}\` is read and checked`);
  if (task.cache) because(`\`${task.name}\` may be answered from the cache`, task.source);
  const policy = retryPolicy(task, new Map(Object.entries(step.items[0]!.parameters)), step.parallel !== undefined);
  if (!policy.ok) because(policy.reason, policy.at);
  const files = step.items.flatMap(({ parameters }) =>
    task.parameters.flatMap(({ name, type }) => namedFiles(parameters[name] ?? null, type)),
  );
  if (!files.every((reference) => isInPlace(reference, walk.profile))) because("Files are brought to its pods");
  walk.steps.push({ ...step, task });
}

function evaluateArguments(
  given: readonly ExprArgument[],
  values: ReadonlyMap<string, Value>,
): RecordValue | undefined {
  const entries: (readonly [string, Value])[] = [];
  for (const { name, value } of given) {
    const evaluated = evaluate(value, (each) => values.get(each));
    if (!evaluated.ok) return undefined;
    entries.push([name, evaluated.value]);
  }
  return makeRecord(entries);
}

function staticPath(instance: string): string {
  return instance.replace(/\["(?:[^"\\]|\\.)*"\]/g, "");
}
