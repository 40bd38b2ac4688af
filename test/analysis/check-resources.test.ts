import { expect, test } from "vitest";
import { applyFix, findings, onlyDiagnostic } from "../harness/check-source.ts";
import { taskSource } from "./task-source.ts";

const resources = (record: string, before = "") =>
  taskSource(`resources ${record}`, { head: "t(n: Int, size: Size, maybe: Size?)", before });

test("every field takes a value of its kind", () => {
  const record = `{ cpu: 0.5..n, memory: max(8Gi, 3 * size), storage: 10Gi..20Gi, shared_memory: 1Gi, gpu: n, accelerator: "a100",
    devices: { "nvidia.com/mig-1g.10gb": 1 }, node: { disktype: "ssd", "example.com/pool": "gpu" },
    tolerations: [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }, { key: "b", tolerationSeconds: 30 }], priority: "high" }`;
  expect(findings(resources(record))).toEqual([]);
});

test.each([
  ["{ memroy: 1Gi }", "unknown-resource: memroy", "Did you mean `memory`?"],
  ["{ mem: 1Gi }", "unknown-resource: mem", "Here it is called `memory`"],
  ["{ cpus: 1 }", "unknown-resource: cpus", "Here it is called `cpu`"],
  ["{ gpus: 1 }", "unknown-resource: gpus", "Here it is called `gpu`"],
  ['{ "ephemeral-storage": 1Gi }', 'unknown-resource: "ephemeral-storage"', "Here it is called `storage`"],
  ["{ shm: 1Gi }", "unknown-resource: shm", "Here it is called `shared_memory`"],
  ["{ limits: { cpu: 1 } }", "unknown-resource: limits", "a request and a limit"],
  ['{ "nvidia.com/mig-1g.10gb": 1 }', 'unknown-resource: "nvidia.com/mig-1g.10gb"', "go into `devices`"],
  ["{ bananas: 1 }", "unknown-resource: bananas", "There is `cpu`"],
  ["{ cpu: 1, cpu: 2 }", "repeated-resource: cpu", "written twice"],
  ["{ memory: 16 }", "type-mismatch: 16", "did you mean `16Gi`"],
  ['{ memory: "16Gi" }', 'type-mismatch: "16Gi"', "without quotes"],
  ["{ memory: 5min }", "type-mismatch: 5min", "Size"],
  ["{ memory: maybe }", "maybe-null: maybe", "??"],
  ['{ cpu: "500m" }', 'bad-amount: "500m"', "Write `0.5`"],
  ["{ cpu: 500m }", "unknown-unit: 500m", "0.5"],
  ["{ memory: 16GB }", "unknown-unit: 16GB", "16G"],
  ["{ cpu: 1Gi }", "type-mismatch: 1Gi", "Float"],
  ["{ gpu: 0.5 }", "bad-amount: 0.5", "whole number of GPUs"],
  ["{ gpu: -1 }", "amount-out-of-range: -1", "from 0 on"],
  ["{ gpu: 1..2 }", "range-not-allowed: 1..2", "not a range"],
  ["{ cpu: 0 }", "amount-out-of-range: 0", "above zero"],
  ["{ storage: -1Gi }", "amount-out-of-range: -1Gi", "above zero"],
  ["{ memory: 16k }", "amount-out-of-range: 16k", "Did you mean `16G`?"],
  ["{ memory: 4Mi - 1k }", "amount-out-of-range: 4Mi - 1k", "4 MiB"],
  ["{ memory: 16Gi..8Gi }", "request-above-limit: 16Gi..8Gi", "above its limit"],
  ["{ memory: BIG..8Gi }", "request-above-limit: BIG..8Gi", "above its limit"],
  ["{ priority: 100 }", "bad-amount: 100", "PriorityClass"],
  ["{ accelerator: 5 }", "type-mismatch: 5", "String"],
  ["{ devices: { mig: 1 } }", "bad-qualified-name: mig", "vendor.com/device"],
  ['{ devices: { "a.com/b": 0.5 } }', "type-mismatch: 0.5", "Int"],
  ["{ devices: 1 }", "bad-amount: 1", "a record such as"],
  ['{ node: { "bad key": "x" } }', 'bad-qualified-name: "bad key"', "node label"],
  ["{ node: { ssd: true } }", "type-mismatch: true", '"true"'],
  ['{ tolerations: [{ key: "a", operator: "exists" }] }', 'wrong-pod-value: "exists"', 'Write `"Exists"`'],
  ["{ tolerations: [{ kee: 1 }] }", "unknown-pod-field: kee", "`key`"],
  ["{ ...nothing }", "unknown-resources: nothing", "nothing of that name"],
  ["{ ...n }", "record-not-written-out: ...n", "write the amounts one by one"],
  ["nothing", "unknown-resources: nothing", "nothing of that name"],
  ["BIG", "unknown-resources: BIG", "it is a constant"],
])("says once what is wrong with %s", (record, finding, part) => {
  const text = resources(record, "const BIG = 16Gi");
  expect(findings(text)).toEqual([finding]);
  expect(onlyDiagnostic(text).message).toContain(part);
});

test.each([
  ["{ memory: 16 }", "{ memory: 16Gi }"],
  ['{ memory: "16Gi" }', "{ memory: 16Gi }"],
  ["{ memory: 16Ki }", "{ memory: 16Gi }"],
  ["{ mem: 1Gi }", "{ memory: 1Gi }"],
  ["{ cpu: 8..4 }", "{ cpu: 4..8 }"],
  ['{ cpu: "250m" }', "{ cpu: 0.25 }"],
  ["gpu_nod", "gpu_node"],
])("%s is corrected to %s", (record, fixed) => {
  const text = resources(record, "resources gpu_node { gpu: 1 }");
  const right = applyFix(text, onlyDiagnostic(text));
  expect(right).toContain(`resources ${fixed}`);
  expect(findings(right)).toEqual([]);
});

test("the bound of memory is 4 MiB exactly", () => {
  expect(findings(resources("{ memory: 4Mi }"))).toEqual([]);
});

test("named blocks are checked where they are declared, once, and may spread each other", () => {
  const before = "resources a { ...b, cpu: 2 }\nresources b { cpu: 0, memory: 1Gi }";
  expect(findings(resources("{ ...a, memory: 2Gi }", before))).toEqual(["amount-out-of-range: 0"]);
});

test("blocks that spread each other in a circle are refused", () => {
  const codes = findings(resources("a", "resources a { ...b }\nresources b { ...a }")).map(
    (finding) => finding.split(":")[0],
  );
  expect(new Set(codes)).toEqual(new Set(["resources-cycle"]));
});

test("a constant that is spread must be a record of amounts", () => {
  expect(findings(resources("{ ...POOL }", "const POOL = { cpu: 1 }"))).toEqual([]);
  expect(findings(resources("{ ...POOL }", 'const POOL = { disk_type: "ssd" }'))).toEqual([
    "unknown-resource: ...POOL",
  ]);
});

test("a block of another file is found by its import", () => {
  const text = resources("shared", 'import { shared } from "./blocks.pipe"');
  expect(findings(text, { "blocks.pipe": "const N = 4\nresources shared { cpu: N }" })).toEqual([]);
});

test("fields with the names of object members are unknown fields like any other", () => {
  expect(findings(resources("{ constructor: 1, __proto__: 2 }"))).toEqual([
    "unknown-resource: constructor",
    "unknown-resource: __proto__",
  ]);
});
