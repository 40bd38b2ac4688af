import fc from "fast-check";
import { expect, test } from "vitest";
import { type Box, type Link, layoutLayers } from "../../src/graph/layer-layout.ts";

const box = (id: string, width = 40, height = 20): Box => ({ id, width, height });

/** Boxes with links that go forward. */
const graphs = fc
  .array(fc.tuple(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 10, max: 90 })), { minLength: 1, maxLength: 14 })
  .chain((sizes) => {
    const boxes = sizes.map(([width, height], at) => box(`b${at}`, width, height));
    const pair = fc.tuple(fc.nat(boxes.length - 1), fc.nat(boxes.length - 1)).filter(([from, to]) => from < to);
    const links = boxes.length < 2 ? fc.constant([]) : fc.uniqueArray(pair, { maxLength: 25, selector: String });
    return links.map((pairs) => ({
      boxes,
      links: pairs.map(([from, to]): Link => ({ from: `b${from}`, to: `b${to}` })),
    }));
  });

test("boxes do not overlap and lie inside of the drawing", () => {
  fc.assert(
    fc.property(graphs, ({ boxes, links }) => {
      const { places, width, height } = layoutLayers(boxes, links);
      const placed = boxes.map((each) => ({ ...each, ...places.get(each.id)! }));
      for (const a of placed) {
        expect(a.x).toBeGreaterThanOrEqual(-0.01);
        expect(a.y).toBeGreaterThanOrEqual(-0.01);
        expect(a.x + a.width).toBeLessThanOrEqual(width + 0.01);
        expect(a.y + a.height).toBeLessThanOrEqual(height + 0.01);
        for (const b of placed) {
          if (a.id >= b.id) continue;
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          expect(apart, `${a.id} and ${b.id}`).toBe(true);
        }
      }
    }),
  );
});

test("lines go down, from the lower border of one box to the upper border of the other", () => {
  fc.assert(
    fc.property(graphs, ({ boxes, links }) => {
      const { places, lines } = layoutLayers(boxes, links);
      const sizes = new Map(boxes.map((each) => [each.id, each]));
      links.forEach(({ from, to }, at) => {
        const line = lines[at]!;
        expect(line[0]!.y).toBeCloseTo(places.get(from)!.y + sizes.get(from)!.height);
        expect(line.at(-1)!.y).toBeCloseTo(places.get(to)!.y);
        for (let next = 1; next < line.length; next++) expect(line[next]!.y).toBeGreaterThanOrEqual(line[next - 1]!.y);
      });
    }),
  );
});

test("a chain is a straight column", () => {
  const { places } = layoutLayers(
    [box("a", 100), box("b", 20), box("c", 60)],
    [
      { from: "a", to: "b" },
      { from: "b", to: "c" },
    ],
  );
  expect(["a", "b", "c"].map((id) => places.get(id)!.x)).toEqual([0, 40, 20]);
});

test("lines that need not cross do not cross", () => {
  const links = [
    { from: "a", to: "y" },
    { from: "b", to: "x" },
  ];
  const { places } = layoutLayers([box("a"), box("b"), box("x"), box("y")], links);
  expect(places.get("a")!.x < places.get("b")!.x).toBe(places.get("y")!.x < places.get("x")!.x);
});

test("nothing is drawn of nothing", () => {
  expect(layoutLayers([], [])).toMatchObject({ width: 0, height: 0 });
});

test("ten thousand boxes that one leads to, and that lead to one, are placed in a moment", () => {
  const boxes = [box("first"), ...Array.from({ length: 10_000 }, (_, at) => box(`b${at}`)), box("last")];
  const links = boxes.slice(1, -1).flatMap(({ id }) => [
    { from: "first", to: id },
    { from: id, to: "last" },
  ]);
  expect(layoutLayers(boxes, links).places.size).toBe(boxes.length);
});
