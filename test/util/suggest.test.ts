import { expect, test } from "vitest";
import { suggest } from "../../src/util/suggest.ts";

test("finds the word with swapped, missing, added or wrong letters", () => {
  expect(suggest("imgae", ["image", "run", "script"])).toEqual(["image"]);
  expect(suggest("memry", ["cpu", "memory"])).toEqual(["memory"]);
  expect(suggest("retrry", ["retry"])).toEqual(["retry"]);
});

test("puts words that differ only in case first", () => {
  expect(suggest("string", ["strings", "String"])).toEqual(["String", "strings"]);
});

test("offers at most three, nearest first, ties by name", () => {
  expect(suggest("aaa", ["aac", "aab", "aaaa", "aad"])).toEqual(["aaaa", "aab", "aac"]);
});

test("offers nothing far away", () => {
  expect(suggest("gpu", ["memory", "timeout"])).toEqual([]);
});

test("answers at once among 10,000 candidates, and for a very long word", () => {
  const candidates = Array.from({ length: 10_000 }, (_, i) => `experiment_${i}`);
  const started = performance.now();
  expect(suggest("experimnet_9999", candidates)[0]).toBe("experiment_9999");
  expect(suggest("x".repeat(100_000), ["y".repeat(100_000)])).toEqual([]);
  expect(performance.now() - started).toBeLessThan(5000);
});
