import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "../../src/util/compare-bytes.ts";

test("orders strings as their UTF-8 bytes", () => {
  const text = fc.string({ unit: "binary", maxLength: 6 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 500 },
  );
});

test("puts a character beyond the BMP after the last one inside it, unlike UTF-16 order", () => {
  expect(compareBytes("\uffff", "\u{10000}")).toBeLessThan(0);
  expect("\uffff" < "\u{10000}").toBe(false);
});

test("tells apart characters that share their first surrogate", () => {
  expect(compareBytes("a\u{1f600}", "a\u{1f601}")).toBeLessThan(0);
});

test("orders lone surrogates by code point too, and finds only equal strings equal", () => {
  const text = fc
    .array(fc.constantFrom("a", "\ud83d", "\ude00", "\ue000", "\u{1f600}"), { maxLength: 4 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareBytes(a, b)) + Math.sign(compareBytes(b, a))).toBe(0);
      expect(compareBytes(a, b) === 0).toBe(a === b);
      expect(Math.sign(compareBytes(a, b))).toBe(compareCodePoints(a, b));
    }),
  );
});

test("puts a prefix first", () => {
  expect(["ab", "", "a"].sort(compareBytes)).toEqual(["", "a", "ab"]);
});

/** -1, 0 or 1, code point by code point; a lone surrogate counts as one. */
function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, (unit) => unit.codePointAt(0)!);
  const right = Array.from(b, (unit) => unit.codePointAt(0)!);
  const at = left.findIndex((point, i) => point !== right[i]);
  if (at < 0) return Math.sign(left.length - right.length);
  return at >= right.length ? 1 : Math.sign(left[at]! - right[at]!);
}
