// The key of the item for which a task runs, which each task sees as SLUICE_KEY: which templates have to be given it. A template outside of all maps
// is not, and there the key is empty.
import type { Plan, PlanBlock } from "../../plan/plan.ts";
import type { ArgoContext } from "./context.ts";

/** The input that holds the key of the item, JSON of a text. */
export const KEY = "item-key";

/** Whether a task runs in the block for the item that the block belongs to. */
export function needsKey(context: Pick<ArgoContext, "pipelines">, block: PlanBlock): boolean {
  return block.nodes.some((node) => {
    switch (node.kind) {
      case "call":
        return true;
      case "pipeline":
        return needsKey(context, context.pipelines.get(node.pipeline)!.body);
      case "if":
        return needsKey(context, node.then) || (node.else !== undefined && needsKey(context, node.else));
      default:
        return false;
    }
  });
}

/** Ids of the pipelines that are called for items of maps. */
export function pipelinesOfItems({ pipelines, pipeline: main }: Plan): ReadonlySet<string> {
  const byId = new Map(pipelines.map((each) => [each.id, each]));
  const seen = new Set<string>();
  const found = new Set<string>();
  const walk = (block: PlanBlock, inMap: boolean): void => {
    for (const node of block.nodes) {
      if (node.kind === "map") walk(node.body, true);
      else if (node.kind === "if") {
        walk(node.then, inMap);
        if (node.else) walk(node.else, inMap);
      } else if (node.kind === "pipeline") {
        if (inMap) found.add(node.pipeline);
        const visit = `${node.pipeline} ${inMap}`;
        if (seen.has(visit)) continue;
        seen.add(visit);
        walk(byId.get(node.pipeline)!.body, inMap);
      }
    }
  };
  const own = byId.get(main);
  if (own) walk(own.body, false);
  if (own?.finally) walk(own.finally, false);
  return found;
}
