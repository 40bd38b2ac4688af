import { expect, test } from "vitest";
import { applyFix, findings, onlyDiagnostic } from "../harness/check-source.ts";
import { taskSource } from "./task-source.ts";

const retry = (line: string, record = "{ cpu: 1, memory: 8Gi..16Gi }") =>
  taskSource(`resources ${record}\n  timeout 1h\n  ${line}`, {
    head: "t(n: Int, wait: Duration, size: Size)",
    before: "const TRIES = 2\nconst CAP = 16Gi",
  });

test.each([
  "retry oom 2 { memory: min(memory * 3, 64Gi) }",
  "retry oom TRIES { memory: memory * 4, cpu: cpu + 1 }",
  "retry oom 0",
  "retry oom 1 { memory: memory * 2 + size }",
  'retry oom 1 { node: { pool: "large" } }',
  'retry evicted 5 { node: { pool: "on-demand" } }',
  "retry exit(1, 255) 3 after 30s",
  "retry exit(75) 3 after 30s..10min retry any 2",
  "retry any 3 after wait",
  "retry timeout 1 retry start 1 retry output 1 retry disk 1",
  "retry any 1 retry evicted 2",
  "retry any 0 retry exit(3) 2",
])("accepts %s", (line) => {
  expect(findings(retry(line))).toEqual([]);
});

test.each([
  ["retry omo 2", "unknown-cause: omo", "Did you mean `oom`?"],
  ["retry OOMKilled 2", "unknown-cause: OOMKilled", "Here it is called `oom`"],
  ["retry error 2", "unknown-cause: error", "Here it is called `any`"],
  ["retry always 2", "unknown-cause: always", "Here it is called `any`"],
  ["retry preempted 2", "unknown-cause: preempted", "Here it is called `evicted`"],
  ["retry spot 2", "unknown-cause: spot", "Here it is called `evicted`"],
  ["retry bananas 2", "unknown-cause: bananas", "The causes are `oom`"],
  ["retry exit 2", "bad-exit-codes: exit", "names the codes"],
  ["retry exit(0) 2", "bad-exit-codes: 0", "is success"],
  ["retry exit(256) 2", "bad-exit-codes: 256", "from 1 to 255"],
  ["retry exit(n) 2", "unknown-name: n", "`n`"],
  ["retry evicted -1", "bad-retry-count: -1", "from 0 on"],
  ["retry evicted 1.5", "type-mismatch: 1.5", "Int"],
  ["retry evicted n", "known-too-late: n", "submitted"],
  ["retry any 2 after 30", "type-mismatch: 30", "30s"],
  ["retry any 2 after 10min..30s", "bad-backoff: 10min..30s", "`30s..10min`"],
  ["retry any 2 after 0s..30s", "bad-backoff: 0s", "never gives more"],
  ["retry any 2 { mem: 1Gi }", "unknown-resource: mem", "`memory`"],
  ["retry any 2 { storage: storage * 2 }", "unknown-previous-amount: storage", "no previous amount"],
  ["retry oom 2 { memory: memory }", "retry-does-not-grow: memory", "is the amount it had"],
  ["retry oom 2 { memory: memory * 2 }", "retry-does-not-grow: memory * 2", "is what it had"],
  ["retry oom 2 { memory: min(memory * 4, CAP) }", "retry-does-not-grow: min(memory * 4, CAP)", "is what it had"],
  ["retry oom 2 { memory: 4Gi }", "retry-does-not-grow: 4Gi", "less than"],
  ["retry evicted 2 { cpu: cpu }", "retry-does-not-grow: cpu", "is the amount it had"],
  ["retry oom 2", "retry-without-growth: oom", "same memory"],
  ["retry any 2 retry exit(3) 2", "retry-hidden: exit", "takes a failure of cause `exit` first"],
])("says once what is wrong with %s", (line, finding, part) => {
  const text = retry(line);
  expect(findings(text)).toEqual([finding]);
  expect(onlyDiagnostic(text).message).toContain(part);
});

test("a cause under another name is corrected", () => {
  const text = retry("retry OOMKilled 2 { memory: memory * 4 }");
  expect(findings(applyFix(text, onlyDiagnostic(text)))).toEqual([]);
});

test("a range of waits in the wrong order is turned round", () => {
  const text = retry("retry any 2 after 10min..30s");
  expect(applyFix(text, onlyDiagnostic(text))).toContain("after 30s..10min");
});

test("a retry for a timeout needs a timeout", () => {
  expect(findings(taskSource("retry timeout 2"))).toEqual(["retry-without-timeout: timeout"]);
});

test("what is known only while it runs is not guessed at", () => {
  expect(findings(retry("retry oom 2 { memory: memory * 2 }", "{ memory: size }"))).toEqual([]);
});

test("the amounts of a named block are the previous amounts", () => {
  const before = "resources big { memory: 8Gi }";
  expect(findings(taskSource("resources big\n  retry oom 2 { memory: memory * 2 }", { before }))).toEqual([]);
  expect(findings(taskSource("resources { ...big }\n  retry oom 2 { memory: memory * 1 }", { before }))).toEqual([
    "retry-does-not-grow: memory * 1",
  ]);
});
