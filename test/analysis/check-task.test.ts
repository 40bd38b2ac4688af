import { expect, test } from "vitest";
import { applyFix, findings, onlyDiagnostic } from "../harness/check-source.ts";
import { taskSource } from "./task-source.ts";

const IMAGE = 'image "acme/tool:1"';

test("a task with every statement checks cleanly", () => {
  const text = taskSource(
    `env { MODE: mode, LEVEL: 3, TOKEN: token, WHERE: out, ...COMMON }
     resources { ...small, memory: max(8Gi, size * 2), tolerations: [{ key: "gpu", operator: "Exists" }, { operator: "Exists" }] }
     retry oom 2 { memory: min(memory * 2, 64Gi) }
     retry evicted 5
     retry exit(75, 111) 3 after 1s..10min
     retry timeout 1 after 30s
     timeout 6h
     cache "v2"
     pod { hostNetwork: false }`,
    {
      head: "t(mode: String, size: Size) -> File",
      before:
        'const COMMON = { THREADS: 4 }\nsecret token = "hub/token"\nresources small { cpu: 1..2, memory: 1Gi, gpu: 0 }',
      base: `${IMAGE}\n  run ["tool", mode, out]`,
    },
  );
  expect(findings(text)).toEqual([]);
});

test.each([
  [IMAGE, ["missing-command: t"]],
  [`${IMAGE} run ["tool"] args ["a"]`, ['two-commands: args ["a"]']],
  [`${IMAGE} args ["a"] script "sh" ''' tool '''`, ["two-commands: script \"sh\" ''' tool '''"]],
  [`${IMAGE} run ["tool"] run ["tool"]`, ['repeated-statement: run ["tool"]']],
  [`${IMAGE} ${IMAGE} run ["tool"]`, [`repeated-statement: ${IMAGE}`]],
  ['run ["tool"]', ["missing-image: t"]],
  [`${IMAGE} args []`, []],
])("a task says once what it runs and where: %s", (base, expected) => {
  expect(findings(taskSource("", { base }))).toEqual(expected);
});

test.each([
  ['""', "it is empty"],
  ['"acme/Tool:1"', "small letters"],
  ['"acme//tool:1"', "an empty part"],
  ['"acme/tool:"', "no tag after the colon"],
  ['"acme/tool:a b"', "blanks"],
  ['"acme/tool:-x"', "is not a tag"],
  ['"docker://acme/tool:1"', "begins without `docker://`"],
  ['"acme/tool@sha256:12"', "64 digits, and this has 2"],
  ['"acme/tool@sha256:xyz"', "digits 0–9 and a–f"],
  ['"acme/tool@md5:12"', "begins with `sha256:`"],
  ['"exa_mple.com/tool:1"', "is not the name of a registry"],
])("refuses what is not the name of an image: %s", (image, problem) => {
  const found = onlyDiagnostic(taskSource("", { base: `image ${image} run ["tool"]` }));
  expect([found.code, found.message]).toEqual(["bad-image", expect.stringContaining(problem)]);
});

test.each([
  ["tool", "has no tag"],
  ["tool:latest", "whatever is latest"],
  ["localhost:5000/tool", "has no tag"],
])("warns of an image that is another one tomorrow: %s", (image, part) => {
  const found = onlyDiagnostic(taskSource("", { base: `image "${image}" run ["tool"]` }));
  expect([found.code, found.severity, found.message]).toEqual([
    "unpinned-image",
    "warning",
    expect.stringContaining(part),
  ]);
});

test.each([
  "tool:1",
  "localhost:5000/a/b__c/d.e-f:v1.2_3",
  "ghcr.io/acme/tool:1.8.2",
  `tool:1@sha256:${"a".repeat(64)}`,
  `[2001:db8::1]:5000/tool@sha256:${"0".repeat(64)}`,
])("accepts %s", (image) => {
  expect(findings(taskSource("", { base: `image "${image}" run ["tool"]` }))).toEqual([]);
});

test("an image may be put together from constants, but not from parameters", () => {
  const before = 'const REGISTRY = "ghcr.io/acme"';
  expect(findings(taskSource("", { before, base: 'image "\\(REGISTRY)/tool:1" run ["tool"]' }))).toEqual([]);
  const late = taskSource("", { head: "t(v: String)", base: 'image "acme/tool:\\(v)" run ["tool"]' });
  expect(onlyDiagnostic(late).code).toBe("known-too-late");
});

test("the scheme of an image is removed by the fix", () => {
  const text = taskSource("", { base: 'image "https://ghcr.io/acme/tool:1" run ["tool"]' });
  expect(findings(applyFix(text, onlyDiagnostic(text)))).toEqual([]);
});

test.each([
  ["timeout 0s", "bad-timeout: 0s"],
  ["timeout 600", "bad-timeout: 600"],
  ['timeout "6h"', 'type-mismatch: "6h"'],
  ["timeout 6Gi", "type-mismatch: 6Gi"],
  ["cache 2", "bad-cache: 2"],
  ["cache null", "bad-cache: null"],
])("checks what timeout and cache are given: %s", (statement, expected) => {
  expect(findings(taskSource(statement))).toEqual([expected]);
});

test("the fix of a bare number as a timeout gives it a unit", () => {
  const text = taskSource("timeout 600");
  expect(applyFix(text, onlyDiagnostic(text))).toContain("timeout 600s");
});

test("cache must be known when compiling", () => {
  expect(findings(taskSource("cache v", { head: "t(v: String)" }))).toEqual(["known-too-late: v"]);
});

test.each([
  ['env { "A B": 1 }', 'bad-env-name: "A B"'],
  ["env { PATH: 1 }", "reserved-name: PATH"],
  ["env { LD_PRELOAD: 1 }", "reserved-name: LD_PRELOAD"],
  ["env { KUBERNETES_PORT: 1 }", "reserved-name: KUBERNETES_PORT"],
  ["env { SLUICE_X: 1 }", "reserved-name: SLUICE_X"],
  ["env { out_x: 1 }", "reserved-name: out_x"],
  ["env { A: 1, A: 2 }", "repeated-env: A"],
  ["env { A: null }", "not-text: null"],
  ["env { A: maybe }", "not-text: maybe"],
  ["env { ...r }", "record-not-written-out: ...r"],
  ["env { A: (token) }", "secret-not-named: (token)"],
  ["env { ...NULLS }", "not-text: NULLS"],
  ["env { ...PATHS }", "reserved-name: ...PATHS"],
])("checks the names and values of env: %s", (statement, expected) => {
  const before = 'secret token = "hub/token"\nconst NULLS = { A: null }\nconst PATHS = { PATH: "x" }';
  expect(findings(taskSource(statement, { head: "t(maybe: Int?, r: { A: Int })", before }))).toEqual([expected]);
});

test("env takes secrets, files, lists and the output's path", () => {
  const text = taskSource("env { A: token, B: f, C: xs, D: out, path: 1, e.f: 1 }".replace(", e.f: 1", ', "e.f": 1'), {
    head: "t(f: File, xs: [Int]) -> File",
    before: 'secret token = "hub/token"',
  });
  expect(findings(text)).toEqual([]);
});

test("parameters of a script are variables: reserved names and a second value in env are refused", () => {
  const base = `${IMAGE}\n  script "sh" ''' tool $PATH $mode '''`;
  const text = taskSource("env { mode: 1 }", { head: "t(PATH: String, mode: String)", base });
  expect(findings(text)).toEqual(["reserved-name: PATH", "env-is-parameter: mode"]);
  expect(findings(taskSource("", { head: "t(PATH: String)" }))).toEqual([]);
});

test.each([
  ["task", 'task a_name_that_is_longer_than_forty_characters() {\n  image "a/b:1"\n  run ["x"]\n}'],
  ["pipeline", "pipeline a_name_that_is_longer_than_forty_characters() {}"],
])("refuses the name of a %s that no object name could hold", (kind, text) => {
  const found = onlyDiagnostic(text);
  expect([found.code, found.message]).toEqual(["name-too-long", expect.stringContaining(`${kind} \`a_name`)]);
});

test.each([
  ["hub", "no `/`"],
  ["Hub/token", "`Hub` is not the name of a Secret"],
  ["/token", "`` is not the name of a Secret"],
  ["hub/", "`` is not a key"],
  ["hub/a/b", "`a/b` is not a key"],
])("a secret that is used names a Secret and a key, not `%s`", (value, part) => {
  const found = onlyDiagnostic(taskSource("env { A: token }", { before: `secret token = "${value}"` }));
  expect([found.code, found.message]).toEqual(["bad-secret", expect.stringContaining(part)]);
});

test("a parameter called `out` is refused where it would hide the result's path", () => {
  const base = `${IMAGE}\n  run ["tool", out]`;
  expect(findings(taskSource("", { head: "t(out: Int) -> File", base }))).toContain("reserved-name: out");
  expect(findings(taskSource("", { head: "t(out: Int)", base }))).toEqual([]);
});
