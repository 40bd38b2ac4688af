// Scopes: one instance of a block. Readiness is counted: a node is entered when the last node it needs is complete. Everything that follows
// from a step goes onto the work stack, so that no chain of nodes, however long, deepens the call stack.
import type { Lookup } from "../expr/expr.ts";
import type { PlanBlock } from "../plan/plan.ts";
import type { Value } from "../types/value.ts";
import type { InstanceId } from "./protocol.ts";
import type { BlockTable, Group, Live, Owner, RunState, Scope } from "./state.ts";

/** The counts of a block, computed once. */
export function getTable(state: RunState, block: PlanBlock): BlockTable {
  let table = state.tables.get(block);
  if (table === undefined) {
    table = buildTable(block);
    state.tables.set(block, table);
  }
  return table;
}

function buildTable(block: PlanBlock): BlockTable {
  const indexes = new Map(block.nodes.map((node, index) => [node.id, index]));
  const needs: number[] = [];
  const dependents: number[][] = block.nodes.map(() => []);
  block.nodes.forEach((node, index) => {
    let count = 0;
    for (const need of new Set(node.needs)) {
      const provider = indexes.get(need);
      if (provider === undefined) continue;
      dependents[provider]!.push(index);
      count++;
    }
    needs.push(count);
  });
  return { block, needs, dependents };
}

export interface ScopeParts {
  readonly table: BlockTable;
  readonly path: InstanceId;
  readonly staticPath: string;
  readonly outer: Scope | null;
  readonly owner: Owner;
  readonly lane: Scope["lane"];
  readonly group: Group;
  readonly inFinally: boolean;
  readonly keepFailures: boolean;
}

/** Opens a scope: registers it with its owner and queues the nodes that wait for nothing. */
export function openScope(state: RunState, parts: ScopeParts, values: Iterable<readonly [string, Value]>): Scope {
  const own = new Map<string, Value>(values);
  const { outer } = parts;
  const scope: Scope = {
    kind: "scope",
    ...parts,
    values: own,
    lookup: outer === null ? (name) => own.get(name) : makeLookup(own, outer),
    unmet: parts.table.needs.slice(),
    remaining: parts.table.needs.length,
    live: new Set(),
    failures: [],
    doom: null,
    closed: false,
  };
  if (parts.owner.kind === "node") parts.owner.scope.live.add(scope);
  if (scope.remaining === 0) state.work.push({ kind: "close", scope });
  for (let node = scope.unmet.length - 1; node >= 0; node--) {
    if (scope.unmet[node] === 0) state.work.push({ kind: "enter", scope, node });
  }
  return scope;
}

function makeLookup(own: ReadonlyMap<string, Value>, outer: Scope): Lookup {
  return (name) => {
    const found = own.get(name);
    if (found !== undefined) return found;
    for (let scope: Scope | null = outer; scope !== null; scope = scope.outer) {
      const value = scope.values.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/** A node has its value: what waited for it alone is entered, and a scope without further nodes closes. */
export function completeNode(state: RunState, scope: Scope, node: number, value: Value): void {
  if (scope.doom !== null) return;
  scope.values.set(scope.table.block.nodes[node]!.id, value);
  if (--scope.remaining === 0) state.work.push({ kind: "close", scope });
  const dependents = scope.table.dependents[node]!;
  for (let at = dependents.length - 1; at >= 0; at--) {
    const dependent = dependents[at]!;
    if (--scope.unmet[dependent]! === 0) state.work.push({ kind: "enter", scope, node: dependent });
  }
}

/** A child has ended; a doomed scope closes with its last one. */
export function releaseChild(state: RunState, scope: Scope, child: Live): void {
  if (scope.live.delete(child) && scope.doom !== null && scope.live.size === 0)
    state.work.push({ kind: "close", scope });
}
