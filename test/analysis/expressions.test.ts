import { expect, test } from "vitest";
import { applyFix, findings, onlyDiagnostic } from "../harness/check-source.ts";

const WORK = 'task work(n: Int) -> Int { image "a/b:1" run ["work", n, out] }\n';
const SCORE =
  'type Score = { id: String, loss: Float, note: String? }\ntask score(n: Int) -> Score { image "a/b:1" run ["score", n, out] }\n';

/** Wraps an expression as the result of a pipeline that has these parameters. */
function result(type: string, expression: string, parameters = ""): string {
  return `${WORK}${SCORE}pipeline main(${parameters}) -> { x: ${type}, n: Int, s: Score } { yield { x: ${expression}, n: work(1), s: score(1) } }`;
}

test.each([
  ["Int", "1 + 2 * 3"],
  ["Float", "1 / 2"],
  ["Float", "1"],
  ["Int", "7 % 3"],
  ["Size", "3 * 2Gi + 512Mi"],
  ["Float", "4Gi / 1Gi"],
  ["Duration", "2 * 30s"],
  ["Bool", "1 < 2 and not (3 >= 4) or 2 in [1, 2]"],
  ["String?", "null"],
  ["[Float]", "[1, 0.5]"],
  ["[Int] max 3", "[...[1, 2], 3]"],
  ["Int?", "[1, 2][0]"],
  ["Int", "[1, 2][0] ?? 0"],
  ["String", '"a \\(1) \\(true) \\([1, 2])"'],
  ["[String]", '[for i in range(3) where i > 0 by i desc take 2: "\\(i)"]'],
  ["Int", "if p { yield 1 } else { let y = 2 yield y }", "p: Bool"],
  ["Int?", "if p { yield 1 }", "p: Bool"],
  ["[{ a: Int, b: String }] max 4", 'grid({ a: [1, 2], b: ["x", "y"] })'],
])("accepts a value of %s: %s", (type, expression, parameters = "") => {
  expect(findings(result(type, expression, parameters))).toEqual([]);
});

test.each([
  ["Int", "0.5", "type-mismatch: 0.5"],
  ["String", "3", "type-mismatch: 3"],
  ["Int", '"3"', 'type-mismatch: "3"'],
  ["Size", "16", "type-mismatch: 16"],
  ["Int", "null", "maybe-null: null"],
  ["Int", "[1][0]", "maybe-null: [1][0]"],
  ["Int", "[1, 2]", "list-for-item: [1, 2]"],
  ["[Int]", "3", "type-mismatch: 3"],
  ["Int", "1 + true", "wrong-operands: 1 + true"],
  ["Size", "1Gi + 1", "wrong-operands: 1Gi + 1"],
  ["String", '"a" + "b"', 'wrong-operands: "a" + "b"'],
  ["Bool", '1 == "1"', 'not-comparable: 1 == "1"'],
  ["Bool", "not 1", "wrong-operand: 1"],
  ["Bool", "true and 1", "wrong-operand: 1"],
  ["Int", "5m", "unknown-unit: 5m"],
  ["Int", "9007199254740992", "number-out-of-range: 9007199254740992"],
  ["Int", "1..3", "range-not-here: 1..3"],
  ["Int", "nope", "unknown-name: nope"],
  ["Int", "work", "not-a-value: work"],
  ["Int", "n(3)", "not-callable: n", "n: Int = 1"],
  ["Int", "[1].len()", "not-callable: len"],
  ["Int", "[1].length", "no-fields: length"],
  ["Int", "n.x", "no-fields: x", "n: Int = 1"],
  ["Int", "n[0]", "not-indexable: n", "n: Int = 1"],
  ["Int", "n ?? 1", "never-null: ??", "n: Int = 1"],
  ["Float", "s.los", "unknown-field: los", "s: Score"],
  ["Float", "s?.loss", "never-null: ?.", "s: Score"],
  ["Float", "s.loss", "maybe-null: s", "s: Score?"],
  ["String", '"\\(n)"', "not-printable: n", "n: Int? = 1"],
  ["Score", '{ id: "a" }', 'missing-field: { id: "a" }'],
  ["Score", '{ id: "a", loss: 1, los: 2 }', "unknown-field: los"],
  ["Score", '{ id: "a", id: "b", loss: 1 }', "duplicate-field: id"],
  ["Score", "{ id: 3, loss: 1 }", "type-mismatch: 3"],
  ["[Float]", '[1, "a"]', 'type-mismatch: "a"'],
  ["Int", 'len([1, "a"])', 'mixed-list: "a"'],
  ["[Int]", "[...3]", "spread-wrong: 3"],
  ["Int", "work()", "missing-argument: work()"],
  ["Int", "work(1, 2)", "too-many-arguments: 2"],
  ["Int", "work(n: 1, m: 2)", "unknown-argument: m"],
  ["Int", "work(1, n: 2)", "duplicate-argument: n: 2"],
  ["Int", "work(wrong)", "unknown-name: wrong"],
  ["Int", "wrk(1)", "unknown-task: wrk"],
  ["Int", "len(3)", "wrong-argument: 3"],
  ["Int", "len(xs: [1])", "argument-not-named: xs"],
  ["[Int]", "[for i in range(3): work(i)]", "call-not-here: work(i)"],
  ["Bool", "true and work(1) > 0", "call-not-here: work(1)"],
  ["Int", "7 % 0 + n", "cannot-evaluate: 7 % 0", "n: Int = 1"],
])("reports one mistake once, at its place: %s = %s", (type, expression, expected, parameters = "") => {
  expect(findings(result(type, expression, parameters))).toEqual(expected === "" ? [] : [expected]);
});

test.each([
  ["Int", '"3"', "3"],
  ["Size", "16", "16Gi"],
  ["Size", '"16Gi"', "16Gi"],
  ["String", "3", '"3"'],
  ["String", '"a" + "b"', '"ab"'],
  ["[Int]", "[1] + [2]", "[...[1], ...[2]]"],
  ["Int", "[1].len()", "len([1])"],
  ["Int", "[1].length", "len([1])"],
  ["Float?", "s.loss", "s?.loss", "s: Score?"],
  ["Int", "wrk(1)", "work(1)"],
  ["Duration", "10sec", "10s"],
  ["Int", "len(xs: [1])", "len([1])"],
  ["[Int]", "3", "[3]"],
])("the fix of a %s = %s gives %s", (type, expression, fixed, parameters = "") => {
  const text = result(type, expression, parameters);
  expect(applyFix(text, onlyDiagnostic(text))).toBe(result(type, fixed, parameters));
  expect(findings(result(type, fixed, parameters))).toEqual([]);
});

test.each([
  ["if n != null { yield n } else { yield 0 }"],
  ["if n == null { yield 0 } else { yield n }"],
  ["if not (n == null) { yield n } else { yield 0 }"],
  ["if n != null and n > 0 { yield n } else { yield 0 }"],
  ["if n == null or n < 0 { yield 0 } else { yield n }"],
  ["n ?? 0"],
  ["len([for x in [n] where x != null: x + 1])"],
])("a test against null narrows: %s", (expression) => {
  expect(findings(result("Int", expression, "n: Int? = null"))).toEqual([]);
});

test("narrowing reaches fields and stops at the end of the branch", () => {
  expect(findings(result("String", 'if s.note != null { yield s.note } else { yield "" }', "s: Score"))).toEqual([]);
  expect(findings(result("String?", "if s != null and s.loss > 0.5 { yield s.note }", "s: Score?"))).toEqual([]);
  const text = `${WORK}pipeline main(n: Int? = null) -> { x: Int } {\n  let a = if n != null { yield n } else { yield 0 }\n  let b = work(n)\n  yield { x: a + b }\n}`;
  expect(findings(text)).toEqual(["maybe-null: n"]);
});

test("enums compare only with themselves, and a text that is a member says so", () => {
  const head = "enum Split { train, test }\nenum Mode { fast }\n";
  expect(
    findings(
      `${head}pipeline main(s: Split = Split.train, m: Mode = Mode.fast) { check s == Split.test or m == Mode.fast }`,
    ),
  ).toEqual([]);
  expect(findings(`${head}pipeline main(s: Split = Split.train) { check s == Mode.fast }`)).toEqual([
    "not-comparable: s == Mode.fast",
  ]);
  const text = `${head}pipeline main(s: Split = Split.train, m: Mode = Mode.fast) { check s == "test" or m == Mode.fast }`;
  expect(applyFix(text, onlyDiagnostic(text))).toContain("s == Split.test");
  expect(
    findings(
      `${head}pipeline main(s: Split = Split.tran, m: Mode = Mode.fast) { check s == Split.test and m == Mode.fast }`,
    ),
  ).toEqual(["unknown-member: tran"]);
});

test("defaults of record fields are filled in for literals, and asked for elsewhere", () => {
  const head = "type P = { lr: Float, depth: Int = 3 }\n";
  expect(findings(`${head}const START: P = { lr: 1 }\npipeline main() { check START.depth == 3 }`)).toEqual([]);
});

test("a record that lacks a defaulted field is completed by spreading it into a literal", () => {
  const text =
    "type P = { lr: Float, depth: Int = 3 }\nconst SHORT = { lr: 0.5 }\nconst LONG: P = SHORT\npipeline main() { check LONG.depth == 3 }";
  expect(findings(text)).toEqual(["type-mismatch: SHORT"]);
  const fixed = applyFix(text, onlyDiagnostic(text));
  expect(fixed).toContain("const LONG: P = { ...SHORT }");
  expect(findings(fixed)).toEqual([]);
});
