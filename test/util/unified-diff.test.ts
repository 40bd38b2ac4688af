import fc from "fast-check";
import { expect, test } from "vitest";
import { unifiedDiff } from "../../src/util/unified-diff.ts";

const SIGNS = { head: "", same: " ", removed: "-", added: "+" } as const;

function show(before: string, after: string): string {
  return unifiedDiff(before.split(""), after.split(""))
    .map(({ kind, text }) => SIGNS[kind] + text)
    .join("\n");
}

test("equal texts have no difference", () => {
  expect(show("abc", "abc")).toBe("");
  expect(unifiedDiff([], [])).toEqual([]);
});

test("a changed line stands between those around it", () => {
  expect(show("abcdefghij", "abcdeXghij")).toBe("@@ -3,7 +3,7 @@\n c\n d\n e\n-f\n+X\n g\n h\n i");
});

test("what is far apart stands under heads of its own", () => {
  const heads = unifiedDiff([..."abcdefghijklmnop"], [..."Xbcdefghijklmnoq"]).filter(({ kind }) => kind === "head");
  expect(heads.map(({ text }) => text)).toEqual(["@@ -1,4 +1,4 @@", "@@ -13,4 +13,4 @@"]);
});

test("all of a new text is added", () => {
  expect(unifiedDiff([], ["a"])).toEqual([
    { kind: "head", text: "@@ -0,0 +1 @@" },
    { kind: "added", text: "a" },
  ]);
});

test("each text can be read off the difference, and no line is told twice that has not changed", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const shown = unifiedDiff(before, after).filter(({ kind }) => kind !== "head");
      const side = (without: string) => shown.filter(({ kind }) => kind !== without).map(({ text }) => text);
      const [old, now] = [side("added"), side("removed")];
      if (before.join() === after.join()) return shown.length === 0;
      const common = before.length - shown.filter(({ kind }) => kind === "removed").length;
      expect(common).toBe(longestCommon(before, after));
      return isPart(old, before) && isPart(now, after);
    }),
  );
});

/** By the textbook's table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const table = a.map(() => b.map(() => 0));
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (const [i, x] of a.entries())
    for (const [j, y] of b.entries())
      table[i]![j] = x === y ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
  return at(a.length - 1, b.length - 1);
}

function isPart(part: readonly string[], whole: readonly string[]): boolean {
  let next = 0;
  for (const each of whole) if (part[next] === each) next++;
  return next === part.length;
}
