import { expect, test } from "vitest";
import type { Expr } from "../../src/expr/expr.ts";
import { freeNames, substitute } from "../../src/expr/names.ts";
import { INT } from "../../src/types/type.ts";
import { AT, arithmetic, call, compare, field, literal, ref, run } from "./build.ts";

const EXPR: Expr = {
  op: "for",
  item: "x",
  index: "i",
  source: ref("xs"),
  where: compare(ref("x"), ">", ref("limit")),
  by: ref("x"),
  take: call("len", [], ref("xs")),
  value: {
    op: "let",
    bindings: [{ name: "y", value: arithmetic(ref("x"), "+", ref("i"), "int") }],
    body: field(ref("settings"), "y"),
  },
  at: AT,
};

test("finds the names an expression needs, not those it makes", () => {
  expect([...freeNames(EXPR)].sort()).toEqual(["limit", "settings", "xs"]);
});

test("finds names in every kind of expression", () => {
  const all: Expr = {
    op: "list",
    items: [
      { spread: ref("a") },
      { value: { op: "record", entries: [{ name: "k", value: ref("b") }, { spread: ref("c") }] } },
      { value: { op: "not", value: ref("d") } },
      { value: { op: "negate", value: ref("e"), kind: "int", at: AT } },
      { value: { op: "index", value: ref("f"), index: ref("g"), at: AT } },
      { value: { op: "coalesce", left: ref("h"), right: ref("i") } },
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word
      { value: { op: "if", test: ref("j"), then: ref("k"), else: ref("l") } },
      { value: { op: "text", parts: ["x", { value: ref("m"), type: INT }] } },
    ],
  };
  expect([...freeNames(all)].join("")).toBe("abcdefghijklm");
});

test("replaces names everywhere, and leaves the rest as it is", () => {
  const replaced = substitute(
    EXPR,
    new Map<string, Expr>([
      ["xs", literal([5, 6, 7])],
      ["limit", literal(5)],
      ["settings", literal({ y: "ok" })],
    ]),
  );
  expect([...freeNames(replaced)]).toEqual([]);
  expect(run(replaced)).toEqual(["ok", "ok"]);
  expect(substitute(EXPR, new Map())).toBe(EXPR);
});
