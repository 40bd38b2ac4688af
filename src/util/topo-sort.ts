// Items and what each needs come in; out goes an order in which everything comes after its needs, or one cycle that
// forbids it.

export type Sorted<T> =
  | { readonly ok: true; readonly sorted: readonly T[] }
  /** Each item needs the next, the last needs the first; the first is the earliest item that lies on a cycle. */
  | { readonly ok: false; readonly cycle: readonly T[] };

/**
 * Sorts items behind their needs; among those that may come next, the one that stood first does. Needs that are no item
 * are ignored.
 */
export function topoSort<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  needsOf: (item: T) => Iterable<string>,
): Sorted<T> {
  const positions = new Map<string, number>();
  items.forEach((item, position) => {
    positions.set(idOf(item), position);
  });
  const needs = items.map((item) => {
    const known = new Set<number>();
    for (const id of needsOf(item)) {
      const position = positions.get(id);
      if (position !== undefined) known.add(position);
    }
    return [...known];
  });
  const order = orderOf(needs);
  if (order.length === items.length) return { ok: true, sorted: order.map((position) => items[position]!) };
  return { ok: false, cycle: findCycle(needs, new Set(order)).map((position) => items[position]!) };
}

/** Positions in order, as far as cycles allow (Kahn 1962, with a heap for the earliest). */
function orderOf(needs: readonly (readonly number[])[]): number[] {
  const dependents: number[][] = needs.map(() => []);
  const unmet = needs.map((list) => list.length);
  needs.forEach((list, position) => {
    for (const need of list) dependents[need]!.push(position);
  });
  const ready: number[] = [];
  unmet.forEach((count, position) => {
    if (count === 0) pushHeap(ready, position);
  });
  const order: number[] = [];
  for (let next = popHeap(ready); next !== undefined; next = popHeap(ready)) {
    order.push(next);
    for (const dependent of dependents[next]!) if (--unmet[dependent]! === 0) pushHeap(ready, dependent);
  }
  return order;
}

/**
 * The cycle through the earliest position that lies on one. What is sorted lies on none; the rest may merely need a
 * cycle.
 */
function findCycle(needs: readonly (readonly number[])[], sorted: ReadonlySet<number>): number[] {
  const component = componentsOf(needs, sorted);
  for (let start = 0; start < needs.length; start++) {
    const home = component.get(start);
    if (home === undefined || !onCycle(start, needs, component)) continue;
    const from = new Map<number, number>();
    const queue = [start];
    for (const position of queue) {
      for (const need of needs[position]!) {
        if (need === start) return pathTo(position, start, from);
        if (component.get(need) !== home || from.has(need)) continue;
        from.set(need, position);
        queue.push(need);
      }
    }
  }
  throw new Error("no cycle among unsorted items");
}

function onCycle(
  position: number,
  needs: readonly (readonly number[])[],
  component: ReadonlyMap<number, number>,
): boolean {
  return needs[position]!.some((need) => component.get(need) === component.get(position));
}

function pathTo(end: number, start: number, from: ReadonlyMap<number, number>): number[] {
  const path = [end];
  for (let at = end; at !== start; ) {
    at = from.get(at)!;
    path.push(at);
  }
  return path.reverse();
}

/** Strongly connected components of the unsorted positions (Tarjan 1972, without recursion); a number for each. */
function componentsOf(needs: readonly (readonly number[])[], sorted: ReadonlySet<number>): Map<number, number> {
  const component = new Map<number, number>();
  const low: number[] = [];
  const seen: number[] = [];
  const open: number[] = [];
  let count = 0;
  for (let root = 0; root < needs.length; root++) {
    if (sorted.has(root) || seen[root] !== undefined) continue;
    const work: { position: number; next: number }[] = [];
    const enter = (position: number): void => {
      low[position] = seen[position] = count++;
      open.push(position);
      work.push({ position, next: 0 });
    };
    enter(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { position } = top;
      const need = needs[position]![top.next++];
      if (need !== undefined) {
        if (sorted.has(need) || component.has(need)) continue;
        if (seen[need] === undefined) enter(need);
        else low[position] = Math.min(low[position]!, seen[need]);
        continue;
      }
      work.pop();
      const parent = work.at(-1)?.position;
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[position]!);
      if (low[position] !== seen[position]) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        component.set(member, position);
        if (member === position) break;
      }
    }
  }
  return component;
}

function pushHeap(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]! <= value) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = value;
}

function popHeap(heap: number[]): number | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
    if (heap[child]! >= last) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return top;
}
