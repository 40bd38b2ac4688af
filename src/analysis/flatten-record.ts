// Opens the spreads of a record whose fields must be known one by one (`resources`, `env`, `devices`, `node`): named resources blocks and
// constants written as records. In: a record and the module it stands in. Out: its entries, a later one in the place of an earlier of the
// same name. Names are looked up in the files, so that it does not matter what has been checked before.
import type { EntryNode, ExpressionNode, RecordNode, SpreadNode } from "../syntax/ast.ts";
import type { CheckContext } from "./context.ts";
import { entryName, entryValue } from "./entry-value.ts";
import type { Module } from "./program.ts";

type Place = Pick<CheckContext, "facts" | "module">;

export interface FlatEntry {
  readonly name: string;
  readonly node: EntryNode;
  readonly value: ExpressionNode;
  /** Where it is written. */
  readonly module: Module;
}

/** A record literal and the module it stands in. */
export interface FoundRecord {
  readonly record: RecordNode;
  readonly module: Module;
}

/** Parentheses taken off. */
export function withoutParentheses(node: ExpressionNode): ExpressionNode {
  let at = node;
  while (at.kind === "Parentheses") at = at.value;
  return at;
}

/** The record literal that an expression stands for; undefined where it is written as anything but a record or the name of one. */
export function findRecord(place: Place, node: ExpressionNode): FoundRecord | undefined {
  const seen = new Set<ExpressionNode>();
  let module = place.module;
  for (let at = withoutParentheses(node); !seen.has(at); ) {
    seen.add(at);
    if (at.kind === "Record") return { record: at, module };
    if (at.kind !== "NameExpression") return undefined;
    const symbol = place.facts.symbols.get(at) ?? module.globals.get(at.text);
    if (symbol?.kind !== "const" && symbol?.kind !== "resources") return undefined;
    module = symbol.module;
    at = withoutParentheses(symbol.node.value);
  }
  return undefined;
}

/** The entries of a record by name. A spread of anything but a record that is written out is given to `onSpread` and left out. */
export function flattenRecord(
  place: Place,
  record: RecordNode,
  onSpread: (spread: SpreadNode) => void = () => {},
): ReadonlyMap<string, FlatEntry> {
  const entries = new Map<string, FlatEntry>();
  const open = new Set<RecordNode>();
  const collect = (at: FoundRecord, onProblem: (spread: SpreadNode) => void): void => {
    open.add(at.record);
    for (const entry of at.record.entries) {
      if (entry.kind === "Spread") {
        const inner = findRecord({ facts: place.facts, module: at.module }, entry.value);
        if (!inner) onProblem(entry);
        else if (!open.has(inner.record)) collect(inner, () => {});
        continue;
      }
      const name = entryName(entry);
      if (name !== undefined) entries.set(name, { name, node: entry, value: entryValue(entry), module: at.module });
    }
    open.delete(at.record);
  };
  collect({ record, module: place.module }, onSpread);
  return entries;
}
