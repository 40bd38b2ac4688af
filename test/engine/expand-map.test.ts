import { expect, test } from "vitest";
import { type Expansion, expandMap } from "../../src/engine/expand-map.ts";
import type { Expr } from "../../src/expr/expr.ts";
import { INT, STRING, type Type } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { call, compare, failing, field, literal, type MapParts, map, ref } from "../harness/plan-builder.ts";

function expand(items: readonly Value[], parts: Partial<MapParts> = {}) {
  const node = map("runs", { items: literal(items), body: [call("train", "train", { x: ref("e") })], ...parts });
  return expandMap(node, () => undefined);
}

function expansion(items: readonly Value[], parts: Partial<MapParts> = {}): Expansion {
  const expanded = expand(items, parts);
  if (!expanded.ok) throw new Error(expanded.failure.message);
  return expanded.expansion;
}

function message(items: readonly Value[], parts: Partial<MapParts> = {}): string {
  const expanded = expand(items, parts);
  return expanded.ok ? "" : expanded.failure.message;
}

const text: Partial<MapParts> = { itemType: STRING };

test("`where` filters before keys and indexes are given", () => {
  const { items, keys } = expansion([5, 1, 7], {
    where: compare(ref("e"), ">", literal(2)),
    index: "i",
    key: ref("i"),
  });
  expect(items).toEqual([5, 7]);
  expect(keys).toEqual(["0", "1"]);
});

test("a list longer than `max` fails with both numbers", () => {
  expect(message([1, 2, 3], { max: literal(2) })).toMatch(/3 items.*`max` of 2/);
  expect(message([1], { max: literal(0) })).toMatch(/1 items.*`max` of 0/);
});

test("`max` counts after `where`, and `max 0` takes the empty list", () => {
  expect(expansion([1, 5], { max: literal(1), where: compare(ref("e"), ">", literal(2)) }).items).toEqual([5]);
  expect(expansion([], { max: literal(0) }).items).toEqual([]);
});

test.each([0, -1])("`parallel %i` fails", (parallel) => {
  expect(message([1], { parallel: literal(parallel) })).toMatch(/`parallel` is .*at least 1/);
});

test("`batch 0` fails", () => {
  expect(message([1], { batch: 0 })).toMatch(/`batch` is 0/);
});

test("without `parallel` the window is not bounded", () => {
  expect(expansion([1]).parallel).toBe(Number.POSITIVE_INFINITY);
});

test.each<[string, Type, readonly Value[], readonly string[]]>([
  ["an Int", INT, [7, -1], ["7", "-1"]],
  ["a Float", { kind: "float" }, [0.001, -0], ["0.001", "0"]],
  ["a Bool", { kind: "bool" }, [true, false], ["true", "false"]],
  ["a String", STRING, ["a/b c", "007"], ["a/b c", "007"]],
  ["an enum", { kind: "enum", name: "Split", members: ["train"] }, ["train"], ["train"]],
])("without `key`, %s names itself", (_, itemType, items, keys) => {
  expect(expansion(items, { itemType }).keys).toEqual(keys);
});

const point: Type = {
  kind: "record",
  fields: [
    { name: "a", type: INT },
    { name: "b", type: INT },
  ],
};

test("without `key`, a record is named by its content, whatever the order of its fields", () => {
  const [one] = expansion(
    [
      makeRecord([
        ["a", 1],
        ["b", 2],
      ]),
    ],
    { itemType: point },
  ).keys;
  const [same] = expansion(
    [
      makeRecord([
        ["b", 2],
        ["a", 1],
      ]),
    ],
    { itemType: point },
  ).keys;
  const [other] = expansion(
    [
      makeRecord([
        ["a", 2],
        ["b", 2],
      ]),
    ],
    { itemType: point },
  ).keys;
  expect(one).toMatch(/^[0-9a-f]{16}$/);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test("null and the text null are different items of a list of optional texts", () => {
  expect(new Set(expansion([null, "null"], { itemType: { kind: "optional", inner: STRING } }).keys).size).toBe(2);
});

test("equal keys fail with the keys and both indexes", () => {
  expect(message([3, 4, 3])).toMatch(/`3` names the items with index 0 and 2\. Add a `key`/);
  expect(message([3, 4], { key: literal("k") })).toMatch(/`k` names the items with index 0 and 1\.$/);
  expect(message([1, 1, 1, 1, 1, 1])).toMatch(/and 2 more/);
});

test("keys are compared in NFC", () => {
  expect(message(["\u00e9", "e\u0301"], text)).toMatch(/not unique/);
  expect(expansion(["e\u0301"], text).keys).toEqual(["\u00e9"]);
});

test("keys may hold slashes, quotes, newlines, emoji, leading dashes and 300 characters", () => {
  const keys = ["a/b", 'say "x"', "two\nlines", "😀", "-rf", "k".repeat(300), "", "__proto__"];
  expect(expansion(keys, text).keys).toEqual(keys);
});

test.each(["\0", "\t", "\r", "\u007f", "\u0085"])("a key with the control character %j fails", (character) => {
  expect(message(["fine", `a${character}`], text)).toMatch(/index 1 holds the control character U\+/);
});

test.each<[string, Expr, Partial<MapParts>]>([
  ["list", failing, { items: failing }],
  ["where", failing, { where: failing }],
  ["key", failing, { key: failing }],
  ["max", failing, { max: failing }],
  ["parallel", failing, { parallel: failing }],
])("a failed evaluation of the %s is the failure of the map", (_, __, parts) => {
  expect(message([1], parts)).not.toBe("");
});

test.each([
  [{ count: 2 }, 50, 2],
  [{ percent: 1 }, 50, 0],
  [{ percent: 1 }, 199, 1],
  [{ percent: 100 }, 50, 50],
  [{ percent: 33.3 }, 1000, 333],
  [{ percent: 0 }, 50, 0],
])("%j of %i items bears %i failures", (tolerate, count, allowed) => {
  const items = Array.from({ length: count }, (_, index) => index);
  expect(expansion(items, { tolerate }).allowed).toBe(allowed);
});

test("the percentage is of the items that `where` left", () => {
  const where = compare(ref("e"), "<", literal(10));
  const items = Array.from({ length: 100 }, (_, index) => index);
  expect(expansion(items, { where, tolerate: { percent: 50 } }).allowed).toBe(5);
});

test("without `tolerate` no failure is borne", () => {
  expect(expansion([1]).allowed).toBe(0);
});

test("a key may be any field of the item", () => {
  const items = [
    makeRecord([
      ["a", 1],
      ["b", 2],
    ]),
  ];
  expect(expansion(items, { itemType: point, key: field(ref("e"), "b") }).keys).toEqual(["2"]);
});
