import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteText } from "../../../src/emit/argo/expression/literal.ts";
import { toParameter } from "../../../src/emit/argo/expression/parameter.ts";
import { translate } from "../../../src/emit/argo/expression/translate.ts";
import type { Expr } from "../../../src/expr/expr.ts";
import { INT, listOf, optionalOf, SIZE, STRING, type Type } from "../../../src/types/type.ts";
import { arithmetic, call, compare, field, literal, ref } from "../../expr/build.ts";
import { buildExpr, POINT, TYPES } from "./expression-builder.ts";

const NAMES = new Map<string, Type>([
  ["n", INT],
  ["s", STRING],
  ["xs", listOf(INT)],
  ["p", POINT],
  ["q", optionalOf(POINT)],
  ["m", SIZE],
]);

function scope(name: string) {
  return { text: name, type: NAMES.get(name)! };
}

/** The text, or why there is none. */
function text(expr: Expr): string {
  const translated = translate(expr, scope);
  return translated.ok ? translated.text : `refused: ${translated.refusal.construct}`;
}

test("every translation can stand in a tag: no adjacent braces, no `let`, `??` or `?.` outside of texts", () => {
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const expr = buildExpr(g, g(fc.constantFrom, ...TYPES) as Type, NAMES, 4);
      const translated = translate(expr, scope);
      if (!translated.ok) return;
      expect(translated.text).not.toMatch(/\{\{|\}\}/);
      const outside = translated.text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
      expect(outside).not.toMatch(/\blet\b|\?\?|\?\.|\{\{|\}\}/);
      expect(text(expr)).toBe(translated.text);
    }),
    { numRuns: 500 },
  );
});

test("a field of what may be null is null, another is read as it is", () => {
  expect(text(field(ref("p"), "x"))).toBe("p.x");
  expect(text(field(ref("q"), "x"))).toBe('get(q, "x")');
});

test("calculations are guarded against what a double cannot count", () => {
  expect(text(arithmetic(ref("n"), "+", literal(1), "int"))).toBe(
    'map([n + 1.0], abs(#) <= 9007199254740991.0 ? # + 0.0 : sprig.fail("main.pipe:3:7: the result is outside the range of an Int: ±(2^53−1)"))[0]',
  );
  expect(text(arithmetic(ref("m"), "*", literal(1.5), "size"))).toMatch(/^map\(\[round\(m \* 1\.5\)\], /);
});

test("an inner comprehension takes the outer variable along", () => {
  const inner: Expr = {
    op: "for",
    item: "y",
    source: ref("xs"),
    value: { op: "list", items: [{ value: ref("x") }, { value: ref("y") }] },
    at: "a:1:1",
  };
  const outer: Expr = { op: "for", item: "x", source: ref("xs"), value: inner, at: "a:1:1" };
  expect(text(outer)).toBe(
    'map(xs, map(map(sortBy(toPairs(reduce(concat([[#]], xs), #index == 0 ? sprig.dict("-1", #) : ' +
      'sprig.set(#acc, string(#index - 1), [#acc["-1"], #, #index - 1]), {})), int(#[0])), #[1])[1:], [#[0][0], #[1]]))',
  );
});

test("records compare by their fields, in which null and missing are one", () => {
  expect(text(compare(ref("p"), "==", { op: "record", entries: [{ name: "x", value: literal(1) }] }))).toContain(
    'toJson(#.x) + "," + toJson(#.label)',
  );
});

test("the index in its own `where` is refused, and half a UTF-16 pair", () => {
  const numbered: Expr = {
    op: "for",
    item: "x",
    index: "i",
    source: ref("xs"),
    where: compare(ref("i"), "<", literal(2)),
    value: ref("x"),
    at: "main.pipe:4:2",
  };
  const refused = translate(numbered, scope);
  expect(refused).toMatchObject({
    ok: false,
    refusal: { construct: "the index `i` in its own `where`", at: "main.pipe:4:2" },
  });
  expect(text(literal("\ud83d"))).toBe("refused: a text with half of a UTF-16 pair");
  expect(text(literal({ a: ["\ud83d"] }))).toBe("refused: a text with half of a UTF-16 pair");
});

test("an expression with more nodes than the controller takes is refused", () => {
  const items = Array.from({ length: 5000 }, () => ({ value: ref("n") }));
  expect(text({ op: "list", items })).toBe("refused: an expression");
  expect(text(literal(Array.from({ length: 5000 }, (_, i) => i)))).toMatch(/^fromJSON\("\[0,1,/);
});

test("letters that Go changes otherwise make `upper` fail there", () => {
  expect(text(call("upper", [STRING], ref("s")))).toMatch(
    /# matches "\[\\\\x\{df\}.*\]" \? sprig\.fail\(.*\) : upper\(#\)/,
  );
});

test("texts have no braces side by side, nor an escape that the controller rewrites", () => {
  expect(quoteText('{{{"}}}')).toBe('"\\x7b\\x7b{\\"\\x7d\\x7d}"');
  expect(quoteText("\\u003c")).toBe('"\\x5cu003c"');
  expect(quoteText("\\\\u003c\\n")).toBe('"\\\\\\x5cu003c\\\\n"');
  expect(quoteText("a\n\u0001\u2028\u{e0067}")).toBe('"a\\n\\x01\\u2028\\U000e0067"');
});

test("a value travels as JSON with hidden braces", () => {
  expect(toParameter("x")).toBe('replace(toJson(x), "{" + "{", "{" + "\\\\u007b")');
});
