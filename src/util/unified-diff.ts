// Two texts as lists of lines come in; out go the lines that differ, with a few that do not around them, in the unified format.

/** A line of the output; `head`: `@@ -3,7 +3,8 @@`. The text has no `+` or `-` before it. */
export interface DiffLine {
  readonly kind: "head" | "same" | "removed" | "added";
  readonly text: string;
}

/** Lines around each difference. */
const CONTEXT = 3;
/** Beyond so many edits the shortest script is not searched for: all that is old goes, all that is new comes. */
const MOST_EDITS = 500;

/** The differences; nothing when there are none. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): DiffLine[] {
  const script = editScript(before, after);
  const output: DiffLine[] = [];
  for (const [from, to] of hunks(script)) {
    const part = script.slice(from, to);
    const lines = (start: number, end: number, without: DiffLine["kind"]) =>
      script.slice(start, end).filter(({ kind }) => kind !== without).length;
    const range = (without: DiffLine["kind"]): string => {
      const start = lines(0, from, without);
      const length = lines(from, to, without);
      return `${length === 0 ? start : start + 1}${length === 1 ? "" : `,${length}`}`;
    };
    output.push({ kind: "head", text: `@@ -${range("added")} +${range("removed")} @@` }, ...part);
  }
  return output;
}

/** The places in the script that are shown, from and to: those less than twice the context apart are one. */
function hunks(script: readonly DiffLine[]): [number, number][] {
  const found: [number, number][] = [];
  script.forEach(({ kind }, at) => {
    if (kind === "same") return;
    const last = found.at(-1);
    const end = Math.min(script.length, at + 1 + CONTEXT);
    if (last && at - CONTEXT <= last[1]) last[1] = end;
    else found.push([Math.max(0, at - CONTEXT), end]);
  });
  return found;
}

function editScript(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (text: string): DiffLine => ({ kind: "same", text });
  const middle = shortestEdits(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [...before.slice(0, start).map(same), ...middle, ...before.slice(before.length - end).map(same)];
}

/** After Myers 1986, the greedy algorithm: for each number of edits, how far one comes on each diagonal. */
function shortestEdits(before: readonly string[], after: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: "removed", text });
  const added = (text: string): DiffLine => ({ kind: "added", text });
  const trace: Map<number, number>[] = [];
  const most = Math.min(before.length + after.length, MOST_EDITS);
  let reach = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach);
    const next = new Map(reach);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = comesFromAbove(reach, diagonal, edits) ? reach.get(diagonal + 1)! : reach.get(diagonal - 1)! + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(trace, before, after, edits);
    }
    reach = next;
  }
  return [...before.map(removed), ...after.map(added)];
}

function comesFromAbove(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  return diagonal === -edits || (diagonal !== edits && reach.get(diagonal - 1)! < reach.get(diagonal + 1)!);
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
  edits: number,
): DiffLine[] {
  const script: DiffLine[] = [];
  let x = before.length;
  let y = after.length;
  for (let at = edits; at >= 0; at--) {
    const reach = trace[at]!;
    const diagonal = x - y;
    const above = comesFromAbove(reach, diagonal, at);
    const fromX = at === 0 ? 0 : reach.get(above ? diagonal + 1 : diagonal - 1)!;
    const fromY = at === 0 ? 0 : fromX - (above ? diagonal + 1 : diagonal - 1);
    const [edgeX, edgeY] = at === 0 ? [0, 0] : above ? [fromX, fromY + 1] : [fromX + 1, fromY];
    while (x > edgeX && y > edgeY) {
      script.push({ kind: "same", text: before[x - 1]! });
      x--;
      y--;
    }
    if (at === 0) break;
    if (above) script.push({ kind: "added", text: after[y - 1]! });
    else script.push({ kind: "removed", text: before[x - 1]! });
    x = fromX;
    y = fromY;
  }
  return script.reverse();
}
