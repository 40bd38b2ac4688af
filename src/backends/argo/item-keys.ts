// The keys of a map's items, from what its node in the Workflow was given: where a task or a Failure wants them they stand there, else they are
// computed again.
import { defaultKey, keyText } from "../../engine/expand-map.ts";
import { evaluate } from "../../expr/evaluate.ts";
import { freeNames } from "../../expr/names.ts";
import type { PlanMap } from "../../plan/plan.ts";
import type { Value } from "../../types/value.ts";
import { restoreValue } from "../journal-format.ts";
import { parameterOf, type WorkflowNode } from "./workflow.ts";

/** The keys in the order of the items; undefined when the list is not known yet. An item whose key needs more than itself is named by its index. */
export function itemKeys(map: PlanMap, node: WorkflowNode): readonly string[] | undefined {
  const parameters = node.inputs?.parameters;
  const items = readList(parameterOf(parameters, "list-items"));
  if (items === undefined) return undefined;
  const keys = readList(parameterOf(parameters, "list-keys"));
  if (keys?.length === items.length) return keys.map(String);
  const { key, item: name, index: indexName } = map;
  const closed = key === undefined || [...freeNames(key)].every((each) => each === name || each === indexName);
  return items.map((item, index) => {
    if (key === undefined) return defaultKey(item, map.itemType).normalize("NFC");
    if (!closed) return String(index);
    const evaluated = evaluate(key, (each) => (each === name ? item : index));
    return evaluated.ok ? keyText(evaluated.value).normalize("NFC") : String(index);
  });
}

function readList(text: string | undefined): readonly Value[] | undefined {
  if (text === undefined) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? (restoreValue(list as Value) as readonly Value[]) : undefined;
  } catch {
    return undefined;
  }
}
