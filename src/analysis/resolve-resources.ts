// What lowering needs of a `resources` statement or of the override record of a `retry` line. In: a name or record that was checked. Out: the
// expressions by field, spreads opened, all of them nodes that have facts.

import type { ExpressionNode, NameNode, RecordNode } from "../syntax/ast.ts";
import { AMOUNTS, type Amount } from "../types/amounts.ts";
import type { Value } from "../types/value.ts";
import type { CheckContext } from "./context.ts";
import { type FlatEntry, findRecord, flattenRecord, withoutParentheses } from "./flatten-record.ts";
import { foldStructure } from "./fold-structure.ts";

/** `4..8`; without a range both are the same node. */
export interface ResolvedRange {
  readonly request: ExpressionNode;
  readonly limit: ExpressionNode;
}

export interface ResolvedEntry {
  readonly name: string;
  readonly value: ExpressionNode;
}

export interface ResolvedResources {
  readonly cpu?: ResolvedRange;
  readonly memory?: ResolvedRange;
  readonly storage?: ResolvedRange;
  readonly shared_memory?: ResolvedRange;
  readonly gpu?: ExpressionNode;
  readonly accelerator?: ExpressionNode;
  readonly devices?: readonly ResolvedEntry[];
  readonly node?: readonly ResolvedEntry[];
  /** As in a pod spec. */
  readonly tolerations?: Value;
  readonly priority?: ExpressionNode;
}

/** The two ends of a range, or the expression twice. */
export function splitRange(node: ExpressionNode): ResolvedRange {
  const bare = withoutParentheses(node);
  return bare.kind === "Binary" && bare.operator === ".."
    ? { request: bare.left, limit: bare.right }
    : { request: node, limit: node };
}

// A named block may be that of thousands of tasks: its entries are the same for all.
const namedBlocks = new WeakMap<RecordNode, ReadonlyMap<string, FlatEntry>>();

/** The entries of a resources block, named or in place, spreads opened. */
export function resourceEntries(
  context: Pick<CheckContext, "facts" | "module">,
  value: NameNode | RecordNode,
): ReadonlyMap<string, FlatEntry> {
  if (value.kind === "Record") return flattenRecord(context, value);
  const symbol = context.module.globals.get(value.text);
  if (symbol?.kind !== "resources") return new Map();
  const known = namedBlocks.get(symbol.node.value);
  if (known) return known;
  const entries = flattenRecord({ facts: context.facts, module: symbol.module }, symbol.node.value);
  namedBlocks.set(symbol.node.value, entries);
  return entries;
}

/** The fields that are set, after checking without errors; what was reported is left out. */
export function resolveResources(context: CheckContext, value: NameNode | RecordNode): ResolvedResources {
  const entries = resourceEntries(context, value);
  const ranges: Partial<Record<Amount, ResolvedRange>> = {};
  for (const amount of AMOUNTS) {
    const entry = entries.get(amount);
    if (entry) ranges[amount] = splitRange(entry.value);
  }
  const tolerations = entries.get("tolerations");
  const folded = tolerations && foldStructure({ ...context, module: tolerations.module }, tolerations.value);
  return {
    ...ranges,
    ...pick("gpu", entries.get("gpu")?.value),
    ...pick("accelerator", entries.get("accelerator")?.value),
    ...pick("devices", resolveEntries(context, entries.get("devices"))),
    ...pick("node", resolveEntries(context, entries.get("node"))),
    ...pick("tolerations", folded),
    ...pick("priority", entries.get("priority")?.value),
  };
}

function resolveEntries(context: CheckContext, entry: FlatEntry | undefined): ResolvedEntry[] | undefined {
  if (!entry) return undefined;
  const found = findRecord({ facts: context.facts, module: entry.module }, entry.value);
  if (!found) return undefined;
  const entries = flattenRecord({ facts: context.facts, module: found.module }, found.record);
  return [...entries.values()].map(({ name, value }) => ({ name, value }));
}

function pick<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V };
}
