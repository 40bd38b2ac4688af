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

test("is antisymmetric and zero only for equal strings, lone surrogates included", () => {
  const text = fc
    .array(fc.constantFrom("a", "\ud83d", "\ude00", "\ue000", "\u{1f600}"), { maxLength: 4 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareBytes(a, b)) + Math.sign(compareBytes(b, a))).toBe(0);
      expect(compareBytes(a, b) === 0).toBe(a === b);
    }),
  );
});

test("puts a prefix first", () => {
  expect(["ab", "", "a"].sort(compareBytes)).toEqual(["", "a", "ab"]);
});
