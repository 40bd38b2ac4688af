// Plans of small programs, for tests of everything that comes after checking.
import { type Compilation, compile } from "../../src/compiler.ts";
import type { Plan, PlanBlock, PlanNode } from "../../src/plan/plan.ts";
import { createMemoryHost } from "../harness/memory-host.ts";

/** What the compiler makes of a text under the name `main.pipe`, with other files beside it. */
export function compileText(
  text: string,
  files: Readonly<Record<string, string>> = {},
  pipeline?: string,
): Compilation {
  return compile(
    "main.pipe",
    createMemoryHost({ "main.pipe": text, ...files }),
    pipeline === undefined ? {} : { pipeline },
  );
}

/** The plan of a program without errors. */
export function planOf(text: string, files: Readonly<Record<string, string>> = {}, pipeline?: string): Plan {
  const compilation = compileText(text, files, pipeline);
  const errors = compilation.diagnostics.filter((found) => found.severity === "error");
  if (!compilation.plan)
    throw new Error(`no plan: ${JSON.stringify(errors.map((found) => [found.code, found.message]))}`);
  return compilation.plan;
}

/** The body of the pipeline that runs. */
export function bodyOf(plan: Plan): PlanBlock {
  return plan.pipelines.find((pipeline) => pipeline.id === plan.pipeline)!.body;
}

/** The node of that id, wherever it stands in the pipeline that runs. */
export function nodeOf<K extends PlanNode["kind"]>(plan: Plan, id: string, kind: K): Extract<PlanNode, { kind: K }> {
  const open = [...bodyOf(plan).nodes];
  for (let node = open.shift(); node; node = open.shift()) {
    if (node.id === id && node.kind === kind) return node as Extract<PlanNode, { kind: K }>;
    if (node.kind === "map") open.push(...node.body.nodes);
    if (node.kind === "if") open.push(...node.then.nodes, ...(node.else?.nodes ?? []));
  }
  throw new Error(`there is no ${kind} \`${id}\``);
}

/** Three tasks that tests call: `load() -> [Item] max 50`, `work(item: Item, rate: Float = 0.5) -> Int`, `note(text: String)`. */
export const TASKS = `
type Item = { name: String, weight: Int = 1 }
task load() -> [Item] max 50 { image "x:1" run ["load", out] }
task work(item: Item, rate: Float = 0.5) -> Int { image "x:1" run ["work", item.name, rate, out] }
task note(text: String) { image "x:1" run ["note", text] }
`;
