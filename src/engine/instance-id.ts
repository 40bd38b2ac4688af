// Instance ids: node ids joined by dots, item keys as JSON strings in brackets (`runs["a1"].train`). Ids are built here and taken apart here;
// nobody else knows how they are spelled. Node ids are identifiers, so that only a key can hold a dot, a bracket or a quote.
import type { PlanPipeline } from "../plan/plan.ts";
import type { InstanceId } from "./protocol.ts";

/** One step of an instance id: a node, and the item's key where the step goes into a map's item. */
export interface InstanceStep {
  readonly node: string;
  readonly key?: string;
}

/** The id of a node inside the instance `path`; `""` is the pipeline itself. */
export function joinNode(path: InstanceId, node: string): InstanceId {
  return path === "" ? node : `${path}.${node}`;
}

/** The path of one item of the map `map`. */
export function joinKey(map: InstanceId, key: string): InstanceId {
  return `${map}[${JSON.stringify(key)}]`;
}

/** The instance id made of these steps. */
export function buildInstanceId(steps: readonly InstanceStep[]): InstanceId {
  let id = "";
  for (const step of steps) {
    id = joinNode(id, step.node);
    if (step.key !== undefined) id = joinKey(id, step.key);
  }
  return id;
}

/** The steps of an instance id; null when the text is not one. */
export function parseInstanceId(id: string): readonly InstanceStep[] | null {
  const step = /([A-Za-z_][A-Za-z0-9_]*)(\["(?:[^"\\]|\\.)*"\])?(\.|$)/suy;
  const steps: InstanceStep[] = [];
  for (let at = 0; ; at = step.lastIndex) {
    step.lastIndex = at;
    const match = step.exec(id);
    if (match === null) return null;
    const [, node, bracket, separator] = match;
    const key = bracket === undefined ? undefined : parseKey(bracket);
    if (key === null) return null;
    steps.push(key === undefined ? { node: node! } : { node: node!, key });
    if (separator === "") return step.lastIndex === id.length ? steps : null;
  }
}

function parseKey(bracket: string): string | null {
  try {
    return JSON.parse(bracket.slice(1, -1)) as string;
  } catch {
    return null;
  }
}

/** The node ids of an instance joined by dots, without the keys of items: `runs.train`. "" when the text is no id. */
export function nodePath(id: InstanceId): string {
  return (parseInstanceId(id) ?? []).map(({ node }) => node).join(".");
}

/** The key of the innermost map's item; undefined outside of maps. */
export function innermostKey(id: InstanceId): string | undefined {
  return (parseInstanceId(id) ?? []).findLast(({ key }) => key !== undefined)?.key;
}

/** The paths of all items an instance lies in, outermost first: for `a["x"].b["y"].c` they are `a["x"]` and `a["x"].b["y"]`. */
export function lanePaths(id: InstanceId): readonly InstanceId[] {
  const paths: InstanceId[] = [];
  let quoted = false;
  for (let at = 0; at < id.length; at++) {
    const character = id[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "]") paths.push(id.slice(0, at + 1));
  }
  return paths;
}

/** What the ids of instances in `finally` begin with: `finally`, with underscores added until no node of the body is named so. */
export function finallyPath(pipeline: PlanPipeline): InstanceId {
  const names = new Set(pipeline.body.nodes.map((node) => node.id));
  let path = "finally";
  while (names.has(path)) path += "_";
  return path;
}
