import fc from "fast-check";
import { expect, test } from "vitest";
import { cut, padLeft, widthOf, wrap } from "../../src/plan/text-layout.ts";

test("text is wrapped at blanks, and a word only when it is longer than a line", () => {
  expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
  expect(wrap("one abcdefghijkl x", 6)).toEqual(["one", "abcdef", "ghijkl", "x"]);
  expect(wrap("one two three", 8, 5, "  ")).toEqual(["one two", "  three"]);
  expect(wrap("", 8)).toEqual([""]);
});

test("what does not fit into the lines ends in dots", () => {
  expect(wrap("one two three four", 8, 2)).toEqual(["one two", "three…"]);
  expect(wrap("one two threefou five", 8, 2)).toEqual(["one two", "threefo…"]);
});

test("no line is wider than asked for, and nothing is lost", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "é", "日", "😀"), minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 4, max: 20 }), (words, width) => {
      const lines = wrap(words.join(" "), width, Number.POSITIVE_INFINITY, " ");
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(" ", "")).toBe(words.join(""));
    }),
  );
});

test("wide characters count two columns", () => {
  expect(widthOf("日本")).toBe(4);
  expect(cut("日本語", 5)).toBe("日本…");
  expect(padLeft("日", 4)).toBe("  日");
});

test("a text of plain words is broken as one with wider characters is, word for word", () => {
  const plain = "one two threeandmore four five six seven";
  const wide = plain.replaceAll("o", "\u{1d428}");
  for (let width = 13; width < 45; width++) {
    for (const lines of [1, 2, 3, Number.POSITIVE_INFINITY])
      expect(wrap(wide, width, lines, "  ").map((line) => line.replaceAll("\u{1d428}", "o"))).toEqual(
        wrap(plain, width, lines, "  "),
      );
  }
});
