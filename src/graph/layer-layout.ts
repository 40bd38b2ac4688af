// Places boxes in layers from top to bottom, after Sugiyama: every edge goes down; within a layer boxes are ordered to have few crossings and
// then moved, without changing that order, as near to what they are joined with as there is room.

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Link {
  readonly from: string;
  readonly to: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The top left corners, by id. */
  readonly places: ReadonlyMap<string, Point>;
  /** For each link, in order, the points its line goes through, from border to border. */
  readonly lines: readonly (readonly Point[])[];
}

const COLUMN_GAP = 28;
const LAYER_GAP = 38;
/** What a line takes where it passes through a layer. */
const LANE = 14;
/** Beyond so many passing places, lines go straight: nobody looks at such a drawing for its beauty. */
const MOST_LANES = 5000;
const SWEEPS = 6;

/** A box, or the place where a line passes through a layer. */
interface Cell {
  readonly width: number;
  readonly box?: Box;
  readonly above: Cell[];
  readonly below: Cell[];
  position: number;
  /** Of the middle. */
  x: number;
}

/** Links whose ends are no boxes are not allowed; those that would go up are ignored for placing. Boxes stand in an order in which links go forward. */
export function layoutLayers(boxes: readonly Box[], links: readonly Link[]): Layout {
  const layerOf = assignLayers(boxes, links);
  const layers: Cell[][] = [];
  const cells = new Map<string, Cell>();
  const put = (layer: number, cell: Cell): Cell => {
    while (layers.length <= layer) layers.push([]);
    layers[layer]!.push(cell);
    return cell;
  };
  for (const box of boxes)
    cells.set(box.id, put(layerOf.get(box.id)!, { width: box.width, box, above: [], below: [], position: 0, x: 0 }));
  const lanes = links.reduce((sum, link) => sum + Math.max(0, layerOf.get(link.to)! - layerOf.get(link.from)! - 1), 0);
  const chains = links.map((link) => chainOf(link, layerOf, cells, lanes <= MOST_LANES ? put : undefined));
  orderCells(layers);
  placeCells(layers);
  return finish(layers, cells, links, chains);
}

/** Each box below all that lead to it. */
function assignLayers(boxes: readonly Box[], links: readonly Link[]): Map<string, number> {
  const layerOf = new Map(boxes.map((box) => [box.id, 0]));
  const into = new Map<string, string[]>();
  for (const { from, to } of links) {
    const sources = into.get(to);
    if (sources) sources.push(from);
    else into.set(to, [from]);
  }
  for (const box of boxes) {
    let layer = 0;
    for (const from of into.get(box.id) ?? []) layer = Math.max(layer, layerOf.get(from)! + 1);
    layerOf.set(box.id, layer);
  }
  return layerOf;
}

/** The cells a link goes through. */
function chainOf(
  link: Link,
  layerOf: ReadonlyMap<string, number>,
  cells: ReadonlyMap<string, Cell>,
  put: ((layer: number, cell: Cell) => Cell) | undefined,
): Cell[] {
  const chain = [cells.get(link.from)!];
  const last = layerOf.get(link.to)!;
  for (let layer = layerOf.get(link.from)! + 1; put && layer < last; layer++) {
    chain.push(put(layer, { width: LANE, above: [], below: [], position: 0, x: 0 }));
  }
  chain.push(cells.get(link.to)!);
  for (let at = 1; at < chain.length; at++) {
    chain[at - 1]!.below.push(chain[at]!);
    chain[at]!.above.push(chain[at - 1]!);
  }
  return chain;
}

/** Orders each layer by the average position of the neighbours, from the top and from the bottom in turn. */
function orderCells(layers: readonly Cell[][]): void {
  const number = (layer: Cell[]) => {
    layer.forEach((cell, position) => {
      cell.position = position;
    });
  };
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = new Map(
        layer.map((cell) => [cell, average(down ? cell.above : cell.below, (each) => each.position) ?? cell.position]),
      );
      layer.sort((a, b) => wanted.get(a)! - wanted.get(b)! || a.position - b.position);
      number(layer);
    }
  }
}

function average(cells: readonly Cell[], of: (cell: Cell) => number): number | undefined {
  return cells.length === 0 ? undefined : cells.reduce((sum, cell) => sum + of(cell), 0) / cells.length;
}

function placeCells(layers: readonly Cell[][]): void {
  for (const layer of layers) {
    let x = 0;
    for (const cell of layer) {
      cell.x = x + cell.width / 2;
      x += cell.width + COLUMN_GAP;
    }
    // Layers start out centred on one axis.
    for (const cell of layer) cell.x -= (x - COLUMN_GAP) / 2;
  }
  for (let sweep = 0; sweep < SWEEPS * 2; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const last = sweep >= SWEEPS * 2 - 2;
      moveNear(
        layer,
        (cell) =>
          average(last ? [...cell.above, ...cell.below] : down ? cell.above : cell.below, (each) => each.x) ?? cell.x,
      );
    }
  }
}

// The order of a layer and its gaps are kept; the sum of the squared distances from the wanted places is least ("pool adjacent violators").
function moveNear(layer: readonly Cell[], wantedOf: (cell: Cell) => number): void {
  const pools: { sum: number; size: number }[] = [];
  const offsets: number[] = [];
  let offset = 0;
  layer.forEach((cell, at) => {
    const before = layer[at - 1];
    if (before) offset += (before.width + cell.width) / 2 + COLUMN_GAP;
    offsets.push(offset);
    let pool = { sum: wantedOf(cell) - offset, size: 1 };
    for (let last = pools.at(-1); last && last.sum / last.size >= pool.sum / pool.size; last = pools.at(-1)) {
      pool = { sum: pool.sum + last.sum, size: pool.size + last.size };
      pools.pop();
    }
    pools.push(pool);
  });
  let at = 0;
  for (const { sum, size } of pools) {
    for (let each = 0; each < size; each++, at++) layer[at]!.x = sum / size + offsets[at]!;
  }
}

function finish(
  layers: readonly Cell[][],
  cells: ReadonlyMap<string, Cell>,
  links: readonly Link[],
  chains: readonly Cell[][],
): Layout {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (const layer of layers) {
    for (const cell of layer) {
      left = Math.min(left, cell.x - cell.width / 2);
      right = Math.max(right, cell.x + cell.width / 2);
    }
  }
  const tops = new Map<Cell, number>();
  const bands = new Map<Cell, { top: number; bottom: number }>();
  let y = 0;
  for (const layer of layers) {
    const height = layer.reduce((most, cell) => Math.max(most, cell.box?.height ?? 0), 0);
    for (const cell of layer) {
      tops.set(cell, y + (height - (cell.box?.height ?? 0)) / 2);
      bands.set(cell, { top: y, bottom: y + height });
    }
    y += height + LAYER_GAP;
  }
  const places = new Map<string, Point>();
  for (const [id, cell] of cells) places.set(id, { x: cell.x - cell.width / 2 - left, y: tops.get(cell)! });
  const lines = links.map((_, at) => {
    const [first, ...rest] = chains[at]!;
    const last = rest.pop()!;
    const points = [{ x: first!.x - left, y: tops.get(first!)! + first!.box!.height }];
    for (const lane of rest) {
      const { top, bottom } = bands.get(lane)!;
      points.push({ x: lane.x - left, y: top }, { x: lane.x - left, y: bottom });
    }
    return [...points, { x: last.x - left, y: tops.get(last)! }];
  });
  return { width: layers.length > 0 ? right - left : 0, height: Math.max(0, y - LAYER_GAP), places, lines };
}
