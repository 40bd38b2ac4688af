import { expect, test } from "vitest";
import { applyFix } from "../harness/check-source.ts";
import { compileSource } from "../harness/compile-source.ts";

const WORK =
  'task work(n: Int) -> Int { image "a/b:1" run ["work", n, out] }\ntask load(n: Int) { image "a/b:1" run ["load", n] }\n';

/** What is advised on a program, as `code: the text it marks`. */
function advice(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  const { diagnostics, sources } = compileSource(text, files);
  return diagnostics.map(
    (found) => `${found.code}: ${sources[found.span.file]!.text.slice(found.span.start, found.span.end)}`,
  );
}

const inPipeline = (body: string, head = "main(xs: [Int] = [])") => `${WORK}pipeline ${head} {\n  ${body}\n}`;

test.each([
  ["let a = 1 check len(xs) > 0", ["unused-let: a"]],
  ["let a = work(1) check len(xs) > 0", ["unused-let: a"]],
  ["let _a = work(1) check len(xs) > 0", []],
  ["let a = work(1) do load(2) after a check len(xs) > 0", []],
  ["let a = work(1) do load(a) check len(xs) > 0", []],
  ["do map x in xs { let y = x + 1 do load(x) }", ["unused-let: y"]],
  ["do map x in xs { let y = x + 1 do load(y) }", []],
])("a let that nothing refers to: %s", (body, expected) => {
  expect(advice(inPipeline(body))).toEqual(expected);
});

test("an unused call becomes a `do`, an unused value goes", () => {
  const call = inPipeline("let a = work(1) check len(xs) > 0");
  expect(advice(applyFix(call, compileSource(call).diagnostics[0]!))).toEqual([]);
  const value = inPipeline("let a = 1 check len(xs) > 0");
  expect(advice(applyFix(value, compileSource(value).diagnostics[0]!))).toEqual([]);
});

test.each([
  ['run ["x"]', ["unused-parameter: a"]],
  ['run ["x", a]', []],
  ['run ["x"] env { a }', []],
  ['run ["x"] resources { cpu: a }', []],
  ['run ["x"] timeout 1h * a', []],
  ["script \"sh\" ''' echo $a '''", []],
  ["script \"sh\" ''' echo $ab '''", ["unused-parameter: a"]],
])("a parameter of a task is used by %s", (statements, expected) => {
  expect(advice(`task t(a: Int) { image "a/b:1" ${statements} }\npipeline main() { do t(1) }`)).toEqual(expected);
});

test("parameters of pipelines are used in both blocks and the timeout", () => {
  const text = `${WORK}pipeline main(a: Int = 1, b: Int = 1, c: Int = 1, _d: Int = 1) timeout 1h * a { do load(1) } finally { do load(b) }`;
  expect(advice(text)).toEqual(["unused-parameter: c"]);
});

test("names that are imported and not used can be removed", () => {
  const files = { "lib.pipe": `${WORK}type T = { a: Int }\nresources r { cpu: 1 }\nconst N = 3` };
  const text = 'import { work, load, T, r, N } from "./lib.pipe"\npipeline main() { do load(N) }';
  expect(advice(text, files)).toEqual(["unused-import: work", "unused-import: T", "unused-import: r"]);
  const fixed = applyFix(text, compileSource(text, files).diagnostics[0]!);
  expect(fixed).toContain("import { load, T, r, N }");
  const last = 'import { load, T } from "./lib.pipe"\npipeline main() { do load(1) }';
  expect(applyFix(last, compileSource(last, files).diagnostics[0]!)).toContain("import { load }");
});

test("imports are used as types, blocks and bounds", () => {
  const files = { "lib.pipe": "type T = { a: Int }\nresources r { cpu: 1 }\nconst N = 3" };
  const text =
    'import { T, r, N } from "./lib.pipe"\ntask t(xs: [T] max N) { image "a/b:1" run ["x", xs] resources r }\npipeline main() { do t([]) }';
  expect(advice(text, files)).toEqual([]);
});

test("secrets of the main file are used in env", () => {
  const text =
    'secret a = "x/y"\nsecret b = "x/z"\ntask t() { image "a/b:1" run ["x"] env { A: a } }\npipeline main() { do t() }';
  expect(advice(text)).toEqual(["unused-secret: b"]);
});

test.each([
  ['run ["x", "AKIAIOSFODNN7EXAMPLE"]', 1],
  ['run ["x", "--password", "correct-horse"]', 1],
  ['run ["x", "--token=abcdefgh"]', 1],
  ['run ["x", "postgres://me:hunter2@db/x"]', 1],
  ['run ["x"] env { DB_PASSWORD: "correct-horse" }', 1],
  ["run [\"x\"] env { KEY: '''\n-----BEGIN RSA PRIVATE KEY-----\n''' }", 1],
  ['run ["x"] env { PAD_TOKEN: "<|endoftext|>", MAX_TOKEN: "50000000", TOKEN_FILE: "/run/secrets/token" }', 0],
  ['run ["x", "--password", "-"]', 0],
  ['run ["x", "https://example.com/a@b"]', 0],
  ['run ["x", "--tokenizer", "bert-base-uncased"]', 0],
])("a text that looks like a secret: %s", (statements, count) => {
  const found = advice(`task t() { image "a/b:1" ${statements} }\npipeline main() { do t() }`);
  expect(found.map((finding) => finding.split(":")[0])).toEqual(Array(count).fill("secret-in-text"));
});

test.each([
  ["do map x in xs max 20000 { do load(x) }", 1],
  ["do map x in xs max 20000 batch 100 { do load(x) }", 0],
  ["do map x in xs max 5000 { do load(x) }", 0],
  ["do map x in xs max 3000 { do load(work(x)) }", 1],
  ["do map x in xs max 100 { do map y in range(100) { do load(x + y) } }", 1],
  ["do map x in xs { do map y in xs { do load(x + y) } }", 0],
])("maps with stated bounds that make very many pods: %s", (body, count) => {
  expect(advice(inPipeline(body)).filter((finding) => finding.startsWith("many-pods")).length).toBe(count);
});

test.each([
  ['do map x in xs key "a" { do load(x) }', ['constant-key: "a"']],
  ['do map x in xs key "a\\(len(xs))" { do load(x) }', ['constant-key: "a\\(len(xs))"']],
  ['do map x in xs key "a\\(x)" { do load(x) }', []],
  ['do map x, i in xs key "\\(i)" { do load(x) }', []],
])("a key depends on its item: %s", (body, expected) => {
  expect(advice(inPipeline(body))).toEqual(expected);
});

test.each([
  ["check true", ["constant-condition: true"]],
  ["check not false and len(xs) > 0", []],
  ["do if 1 < 2 { do load(1) }", ["constant-condition: 1 < 2"]],
  ["do if DEBUG { do load(1) }", []],
  ["do map x in xs where true { do load(x) }", ["constant-condition: true"]],
])("a condition without a name never changes: %s", (body, expected) => {
  expect(advice(`const DEBUG = false\n${inPipeline(`check len(xs) >= 0 ${body}`)}`)).toEqual(expected);
});

test.each([
  ["retry any 3 after 1h", "2h", ["timeout-below-waits: 2h"]],
  ["retry any 3 after 1h", "3h", []],
  ["retry any 10 after 1s..10min", "10min", ["timeout-below-waits: 10min"]],
  ["retry any 5 after 1s..10min", "1min", []],
])("%s in a pipeline that ends after %s", (retry, timeout, expected) => {
  const text = `task t() { image "a/b:1" run ["x"] ${retry} }\npipeline main() timeout ${timeout} { do t() }`;
  expect(advice(text)).toEqual(expected);
});
