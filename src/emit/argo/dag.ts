// The dag of one template while it is made: its tasks with what they depend on, and what the names of the block stand for in it.
import type { Json, JsonObject } from "../yaml.ts";
import { type ArgoContext, type Binding, uniqueName } from "./context.ts";
import { taskName } from "./task-name.ts";
import { tag } from "./terms.ts";

export interface Dag {
  readonly tasks: JsonObject[];
  readonly scope: Map<string, Binding>;
  /** The tasks that stand before each, at any distance. */
  readonly before: Map<string, ReadonlySet<string>>;
  readonly taken: Set<string>;
  /** Tasks by node: those that a node which needs it waits for. */
  readonly nodes: Map<string, readonly string[]>;
}

/** A dag without tasks. `names`: what its template sees from outside. */
export function createDag(names: ReadonlyMap<string, Binding>): Dag {
  return { tasks: [], scope: new Map(names), before: new Map(), taken: new Set(), nodes: new Map() };
}

export interface TaskParts {
  readonly name: string;
  readonly template: string;
  readonly after: readonly string[];
  /** Names with terms. */
  readonly given?: readonly (readonly [string, string])[];
  readonly more?: JsonObject;
}

/** Adds a task that waits for the success of `after`; gives its name. */
export function addTask(dag: Dag, parts: TaskParts): string {
  const name = uniqueName(taskName(parts.name), dag.taken);
  const waits = withoutImplied(dag, parts.after);
  dag.before.set(name, new Set(waits.flatMap((each) => [each, ...(dag.before.get(each) ?? [])])));
  const parameters = (parts.given ?? []).map(([each, term]) => ({ name: each, value: tag(term) }));
  dag.tasks.push({
    name,
    template: parts.template,
    ...(waits.length > 0 && { depends: waits.map((each) => `${each}.Succeeded`).join(" && ") }),
    ...(parts.more ?? {}),
    ...(parameters.length > 0 && { arguments: { parameters } }),
  });
  return name;
}

/** Adds a task that only computes, without a pod; gives its name. Its output is `v`. */
export function addValue(context: ArgoContext, dag: Dag, name: string, after: readonly string[], term: string): string {
  context.shared.add("value");
  return addTask(dag, { name, template: "value", after, given: [["v", term]] });
}

/** The tasks that nothing waits for. */
export function sinks(dag: Dag): string[] {
  const names = dag.tasks.map((task) => String(task.name));
  return names.filter((name) => !names.some((other) => dag.before.get(other)?.has(name)));
}

/** The tasks that a node waits for, by the nodes that it needs. */
export function tasksOf(dag: Dag, needs: readonly string[]): string[] {
  return [...new Set(needs.flatMap((need) => dag.nodes.get(need) ?? []))];
}

function withoutImplied(dag: Dag, after: readonly string[]): string[] {
  const all = [...new Set(after)];
  return all.filter((name) => !all.some((other) => other !== name && dag.before.get(other)?.has(name)));
}

/** The body of a template with this dag; a dag without tasks gets one that does nothing. */
export function dagBody(
  context: ArgoContext,
  dag: Dag,
  inputs: readonly string[],
  outputs: readonly (readonly [string, string])[],
  more: { readonly [name: string]: Json } = {},
): JsonObject {
  if (dag.tasks.length === 0) {
    context.shared.add("check");
    dag.tasks.push({ name: "nothing", template: "check" });
  }
  return {
    ...more,
    ...(inputs.length > 0 && { inputs: { parameters: inputs.map((name) => ({ name })) } }),
    dag: { tasks: dag.tasks },
    ...(outputs.length > 0 && {
      outputs: { parameters: outputs.map(([name, expression]) => ({ name, valueFrom: { expression } })) },
    }),
  };
}
