import { expect, test } from "vitest";
import { applyFix, findings, onlyDiagnostic } from "../harness/check-source.ts";
import { compileSource } from "../harness/compile-source.ts";

const WORK = 'task work(n: Int) -> Int { image "a/b:1" run ["work", n, out] }\n';
const LOAD = 'task load(n: Int) { image "a/b:1" run ["load", n] }\n';
const body = (text: string) =>
  `${WORK}pipeline main(p: Int = 2) -> { ns: [Int] } {\n  check p > 0\n  ${text}\n  yield { ns }\n}`;

test("maps take every clause, and their result is a list in order", () => {
  expect(
    findings(
      body('let ns = map i, at in range(9) where i > 1 key "k\\(i)-\\(at)" max p parallel p batch 2 { yield work(i) }'),
    ),
  ).toEqual([]);
});

test.each([
  ["let ns = map i in p { yield work(i) }", "map-over-non-list: p"],
  ["let ns = map i in range(3) { yield i }", "map-without-call: map i in range(3)"],
  ["let ns = map i in range(3) parallel 2 parallel 3 { yield work(i) }", "duplicate-clause: parallel 3"],
  ["let ns = map i in range(3) parallel 0 { yield work(i) }", "clause-out-of-range: 0"],
  ["let ns = map i in range(3) batch 2 { yield work(work(i)) }", "batch-body: batch 2"],
  ["let ns = map i in range(3) batch p { yield work(i) }", "known-too-late: p"],
  ["let ns = map i in range(3) key i / 2 { yield work(i) }", "key-not-scalar: i / 2"],
  ["let ns = map i in range(3) parallel i { yield work(i) }", "unknown-name: i"],
  ["let n = work(1) let ns = map i in range(3) parallel n { yield work(i) }", "known-too-late: n"],
  ['let ns = map i in range(3) key "\\(work(i))" { yield work(i) }', "call-not-here: work(i)"],
  ["let ns = map p in range(3) { yield work(p) }", "shadowed-name: p"],
  ["let ns = map i in range(3) tolerate 1 { yield work(i) }", "partial-as-list: ns"],
  ["let ns = map i in work(1) { yield work(i) }", "map-over-non-list: work(1)"],
])("reports one mistake of a map once: %s", (text, expected) => {
  expect(findings(body(text))).toEqual([expected]);
});

test("a map that only computes is offered as a pure list", () => {
  const text = body("let ns = map i in range(3) where i > 0 { yield i * 2 }");
  expect(applyFix(text, onlyDiagnostic(text))).toContain("let ns = [for i in range(3) where i > 0: i * 2]");
});

test("tolerate gives a Partial with ok, failed and all", () => {
  const text = `${WORK}pipeline main() -> { a: [Int], b: [Int?], c: [Failure] } {\n  let r = map i in range(3) tolerate 10% { yield work(i) }\n  yield { a: r.ok, b: r.all, c: r.failed }\n}`;
  expect(findings(text)).toEqual([]);
});

test.each([
  [`${LOAD}pipeline main() -> { n: Int } { let a = load(1) yield { n: a } }`, "no-value: a"],
  [`${LOAD}pipeline main() { let a = load(1) do load(2) after a }`, ""],
  [`${LOAD}pipeline main() { do load(2) after a }`, "unknown-after: a"],
  [`${LOAD}pipeline main() { do 1 + 1 do load(1) }`, "do-without-call: 1 + 1"],
  [`${WORK}pipeline main() -> { n: Int } { do work(1) }`, "missing-result: main"],
  [`${WORK}pipeline main() { yield work(1) }`, "undeclared-result: work(1)"],
  [`${WORK}pipeline main() { do work(1) } finally { yield work(2) }`, "yield-not-here: work(2)"],
  [`${WORK}pipeline main() { do work(1) } finally { check run.status == RunStatus.failed }`, ""],
  [`${WORK}pipeline main(n: Int = work(1)) { do work(n) }`, "call-not-here: work(1)"],
  [`${WORK}const N = 0\npipeline main() { check N > 0 do work(1) }`, "check-fails: N > 0"],
  [`${WORK}pipeline main() { let a = b let b = work(1) do work(a) do work(b) }`, "used-before-declared: b"],
  [`${WORK}pipeline main() { let a = work(1) let a = work(2) do work(a) }`, "shadowed-name: a"],
  [
    `${WORK}pipeline inner() { do work(1) } finally { do work(2) }\npipeline main() { do inner() }`,
    "called-pipeline-statement: inner()",
  ],
  [`${WORK}pipeline a() { do work(1) do b() }\npipeline b() { do a() }`, "recursive-pipeline: a()"],
  ["const A = B\nconst B = A\npipeline main() { check A > 0 }", "recursive-constant: A"],
  ["type A = { b: B }\ntype B = { a: A? }\npipeline main(x: A) { check x.b.a == null }", "recursive-type: A"],
  ["const A = 1\nconst A = 2\npipeline main() { check A > 0 }", "duplicate-name: A"],
])("checks statements: %s", (text, expected) => {
  expect(findings(text)).toEqual(expected === "" ? [] : [expected]);
});

test("imports bring names from other files; cycles and unknown names are reported where they are written", () => {
  const lib = { "lib.pipe": `${WORK}const LIMIT = 3` };
  expect(findings('import { work, LIMIT } from "./lib.pipe"\npipeline main() { do work(LIMIT) }', lib)).toEqual([]);
  expect(findings('import { wrk } from "./lib.pipe"\npipeline main() { do wrk(1) }', lib)[0]).toBe(
    "unknown-import: wrk",
  );
  expect(findings('import { x } from "./nothing.pipe"\npipeline main() { do x(1) }')[0]).toBe(
    'file-not-readable: "./nothing.pipe"',
  );
  const circle = { "b.pipe": 'import { main } from "./main.pipe"\nconst B = 1' };
  expect(findings('import { B } from "./b.pipe"\npipeline main() { check B > 0 }', circle)).toContain(
    'import-cycle: "./main.pipe"',
  );
});

test("a `let` that is known when compiling counts as its value", () => {
  expect(findings(body("let size = 2 let ns = map i in range(3) batch size { yield work(i) }"))).toEqual([]);
  expect(findings(body("let size = 1 - 1 let ns = map i in range(3) batch size { yield work(i) }"))).toEqual([
    "clause-out-of-range: size",
  ]);
  expect(findings(body("let xs = [for i in range(3): len(range(i))] let ns = map i in xs { yield work(i) }"))).toEqual(
    [],
  );
});

test("what a check says of null holds for what follows, which waits for it", () => {
  const text = `${WORK}pipeline main(n: Int? = null) -> { m: Int } {\n  check n != null, "give a number"\n  yield { m: work(n) }\n}`;
  expect(findings(text)).toEqual([]);
  const block = compileSource(text).plan!.pipelines[0]!.body;
  expect(block.nodes.map((node) => [node.id, node.needs])).toEqual([
    ["check", []],
    ["work", ["check"]],
  ]);
  expect(
    findings(
      `${WORK}pipeline main(n: Int? = null) -> { m: Int } {\n  let m = work(n)\n  check n != null\n  yield { m }\n}`,
    ),
  ).toEqual(["maybe-null: n"]);
});

test("a list that may be longer than a map takes by default is pointed out", () => {
  const text = body("let ns = map i in range(2000) { yield work(i) }");
  const found = compileSource(text).diagnostics;
  expect(found.map((diagnostic) => diagnostic.code)).toEqual(["list-may-be-longer"]);
  expect(compileSource(applyFix(text, found[0]!)).diagnostics).toEqual([]);
});
