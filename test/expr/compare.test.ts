import fc from "fast-check";
import { expect, test } from "vitest";
import { compareValues, valuesEqual } from "../../src/expr/compare.ts";
import { canonicalText } from "../../src/types/encode.ts";
import { makeRecord } from "../../src/types/value.ts";
import { typedValues } from "../types/arbitrary.ts";

test("compares deeply, without regard to the order of fields", () => {
  expect(
    valuesEqual(
      makeRecord([
        ["a", [1, 2]],
        ["b", null],
      ]),
      makeRecord([
        ["b", null],
        ["a", [1, 2]],
      ]),
    ),
  ).toBe(true);
  expect(valuesEqual([makeRecord([["a", 1]])], [makeRecord([["a", 2]])])).toBe(false);
  expect(valuesEqual([1, 2], [1, 2, 3])).toBe(false);
});

test("a missing field equals null", () => {
  expect(
    valuesEqual(
      makeRecord([
        ["a", 1],
        ["b", null],
      ]),
      makeRecord([["a", 1]]),
    ),
  ).toBe(true);
  expect(
    valuesEqual(
      makeRecord([["a", 1]]),
      makeRecord([
        ["a", 1],
        ["b", 2],
      ]),
    ),
  ).toBe(false);
});

test("-0 equals 0, a text never a number, null only null", () => {
  expect(valuesEqual(-0, 0)).toBe(true);
  expect(valuesEqual("1", 1)).toBe(false);
  expect(valuesEqual(null, 0)).toBe(false);
  expect(valuesEqual([], makeRecord([]))).toBe(false);
  expect(valuesEqual(makeRecord([]), null)).toBe(false);
});

test("equality is that of the canonical texts", () => {
  fc.assert(
    fc.property(typedValues, typedValues, (a, b) => {
      expect(valuesEqual(a.value, b.value)).toBe(canonicalText(a.value) === canonicalText(b.value));
      expect(valuesEqual(a.value, structuredClone(a.value))).toBe(true);
    }),
  );
});

test("orders numbers by size and strings by their bytes", () => {
  expect([10, 9, -1].sort(compareValues)).toEqual([-1, 9, 10]);
  expect(["b", "B", "\u{10000}", "\uffff", "10", "9"].sort(compareValues)).toEqual([
    "10",
    "9",
    "B",
    "b",
    "\uffff",
    "\u{10000}",
  ]);
  expect(compareValues(-0, 0)).toBe(0);
  expect(compareValues(false, true)).toBeLessThan(0);
});
