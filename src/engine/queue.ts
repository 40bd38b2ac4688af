// A first-in-first-out list whose operations cost the same however long it is.

export interface Queue<T> {
  items: (T | undefined)[];
  head: number;
}

export function makeQueue<T>(): Queue<T> {
  return { items: [], head: 0 };
}

/** Adds at the end. */
export function pushLast<T>(queue: Queue<T>, item: T): void {
  queue.items.push(item);
}

/** Puts an item back before all others. */
export function pushFirst<T>(queue: Queue<T>, item: T): void {
  if (queue.head > 0) queue.items[--queue.head] = item;
  else queue.items.unshift(item);
}

/** The first item, without taking it; undefined when there is none. */
export function peekFirst<T>(queue: Queue<T>): T | undefined {
  return queue.items[queue.head];
}

/** Takes the first item; undefined when there is none. */
export function takeFirst<T>(queue: Queue<T>): T | undefined {
  const item = queue.items[queue.head];
  if (queue.head >= queue.items.length) return undefined;
  queue.items[queue.head++] = undefined;
  if (queue.head === queue.items.length || (queue.head > 1024 && queue.head * 2 > queue.items.length)) {
    queue.items = queue.items.slice(queue.head);
    queue.head = 0;
  }
  return item;
}
