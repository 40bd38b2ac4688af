// Values of `pod` and `tolerations`: data of Kubernetes, whose lists hold records of different shapes, so that they are no values of our types.
// Records and lists that are written out are taken apart here, and what is inside them is folded.
import type { ExpressionNode } from "../syntax/ast.ts";
import { toJsonValue } from "../types/encode.ts";
import { isRecordValue, makeRecord, type Value } from "../types/value.ts";
import type { CheckContext } from "./context.ts";
import { entryName, entryValue } from "./entry-value.ts";
import { findRecord, withoutParentheses } from "./flatten-record.ts";
import { foldConstant } from "./fold.ts";

/** The JSON that a checked compile-time structure stands for; sizes as Kubernetes quantities. Undefined where an error was reported. */
export function foldStructure(context: CheckContext, node: ExpressionNode): Value | undefined {
  const bare = withoutParentheses(node);
  if (bare.kind === "Record") {
    const entries: [string, Value][] = [];
    for (const entry of bare.entries) {
      if (entry.kind === "Spread") {
        const found = findRecord(context, entry.value);
        const inner = found
          ? foldStructure({ ...context, module: found.module }, found.record)
          : foldStructure(context, entry.value);
        if (inner === undefined) return undefined;
        if (!isRecordValue(inner)) return undefined;
        entries.push(...Object.entries(inner));
        continue;
      }
      const name = entryName(entry);
      const value = foldStructure(context, entryValue(entry));
      if (name === undefined || value === undefined) return undefined;
      entries.push([name, value]);
    }
    return makeRecord(entries);
  }
  if (bare.kind === "List") {
    const items: Value[] = [];
    for (const item of bare.items) {
      const value = foldStructure(context, item.kind === "Spread" ? item.value : item);
      if (value === undefined) return undefined;
      if (item.kind !== "Spread") items.push(value);
      else if (Array.isArray(value)) for (const inner of value) items.push(inner);
      else return undefined;
    }
    return items;
  }
  return foldLeaf(context, bare);
}

/** The JSON of one folded expression. */
export function foldLeaf(context: CheckContext, node: ExpressionNode): Value | undefined {
  const type = context.facts.types.get(node);
  if (!type || type.kind === "error") return undefined;
  const value = foldConstant(context, node);
  return value === undefined ? undefined : toJsonValue(value, type);
}
