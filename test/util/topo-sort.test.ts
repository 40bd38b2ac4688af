import fc from "fast-check";
import { expect, test } from "vitest";
import { topoSort } from "../../src/util/topo-sort.ts";

function sort(needs: Record<string, string[]>) {
  return topoSort(
    Object.keys(needs),
    (id) => id,
    (id) => needs[id]!,
  );
}

test("puts items behind what they need", () => {
  expect(sort({ c: ["b"], b: ["a"], a: [] })).toEqual({ ok: true, sorted: ["a", "b", "c"] });
});

test("keeps the order of items that do not need each other", () => {
  expect(sort({ z: [], m: ["a"], b: [], a: [] })).toEqual({ ok: true, sorted: ["z", "b", "a", "m"] });
});

test("ignores needs that are no item, and repeated ones", () => {
  expect(sort({ b: ["a", "a", "elsewhere"], a: [] })).toEqual({ ok: true, sorted: ["a", "b"] });
});

test("names one cycle, from its earliest item along the needs", () => {
  expect(sort({ x: ["b"], a: [], b: ["c"], c: ["d"], d: ["b"], e: ["e"] })).toEqual({
    ok: false,
    cycle: ["b", "c", "d"],
  });
});

test("finds an item that needs itself", () => {
  expect(sort({ a: ["b"], b: ["b"] })).toEqual({ ok: false, cycle: ["b"] });
});

test("sorts long chains without deep recursion, whether they end or turn in a circle", () => {
  const names = Array.from({ length: 50_000 }, (_, i) => `n${i}`);
  const next = (id: string) => [`n${Number(id.slice(1)) + 1}`];
  const chain = topoSort(names, (id) => id, next);
  expect(chain.ok && chain.sorted[0]).toBe("n49999");
  const circle = topoSort(
    names,
    (id) => id,
    (id) => (id === "n49999" ? ["n0"] : next(id)),
  );
  expect(!circle.ok && circle.cycle).toEqual(names);
});

test("gives either an order that respects every need or a cycle that is one", () => {
  const graph = fc.integer({ min: 1, max: 8 }).chain((size) =>
    fc.array(fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 2 }), {
      minLength: size,
      maxLength: size,
    }),
  );
  fc.assert(
    fc.property(graph, (needs) => {
      const items = needs.map((_, i) => i);
      const result = topoSort(items, String, (i) => needs[i]!.map(String));
      if (result.ok) {
        expect([...result.sorted].sort()).toEqual(items);
        for (const [at, item] of result.sorted.entries())
          for (const need of needs[item]!) expect(result.sorted.indexOf(need)).toBeLessThan(at);
      } else {
        result.cycle.forEach((item, at) => {
          expect(needs[item]).toContain(result.cycle[(at + 1) % result.cycle.length]);
        });
      }
    }),
    { numRuns: 500 },
  );
});
