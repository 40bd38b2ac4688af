// What a Workflow's state says, read without a cluster.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { planAnnotation, readArgoRun } from "../../../src/backends/argo/argo-run.ts";
import { describeExpressionFailure, describePodFailure } from "../../../src/backends/argo/describe-failure.ts";
import { snapshotOf } from "../../../src/backends/argo/follow-run.ts";
import type { Workflow, WorkflowNode } from "../../../src/backends/argo/workflow.ts";
import { withoutHelper } from "../../../src/backends/argo/workflow-pods.ts";
import { makeRecord } from "../../../src/types/value.ts";
import { compileSource } from "../../harness/compile-source.ts";

const { plan } = compileSource(`
task train(name: String) -> Int {
  image "a/b:1"
  run ["train", name, out]
  timeout 5min
}
pipeline main(names: [String]) -> { b: Int, a: Int } {
  let runs = map name in names key name tolerate 1 { yield train(name) }
  check len(runs.ok) > 0, "none is left"
  yield { b: len(runs.ok), a: 1 }
}
`);

function node(name: string, phase: string, more: Partial<WorkflowNode> = {}): WorkflowNode {
  return { id: name, name: name === "" ? "w" : `w.${name}`, type: "DAG", phase, ...more };
}

const given = {
  parameters: [
    { name: "list-items", value: '["x","y"]' },
    { name: "list-keys", value: '["x","y"]' },
  ],
};
const LANES = [
  node("runs.items(0:0)", "Succeeded"),
  node("runs.items(0:0).train", "Succeeded", { type: "Retry" }),
  node("runs.items(0:0).train(0)", "Failed", { type: "Pod", message: "main: Error (exit code 75)" }),
  node("runs.items(0:0).train(1)", "Succeeded", { type: "Pod" }),
  node("runs.items(0:0).train-result", "Succeeded"),
  node("runs.items(1:1)", "Succeeded"),
  node("runs.items(1:1).train", "Failed", { type: "Retry", message: "No more retries left" }),
  node("runs.items(1:1).train(0)", "Failed", { type: "Pod", message: "main: OOMKilled (exit code 137)" }),
];

function workflow(phase: string, nodes: readonly WorkflowNode[], more: Partial<Workflow> = {}): Workflow {
  return {
    metadata: { name: "w", uid: "u", annotations: planAnnotation(plan!, makeRecord([["names", ["x", "y"]]]))! },
    status: { phase, nodes: Object.fromEntries(nodes.map((each) => [each.id, each])) },
    ...more,
  };
}

function read(given: Workflow) {
  const result = readArgoRun(given);
  if (!result.ok) throw new Error(result.message);
  return result.value;
}

test("attempts, tolerated failures and items are told by the program's own names", () => {
  const { trace, state } = read(workflow("Running", [node("runs", "Running", { inputs: given }), ...LANES]));
  expect(state).toBe("running");
  expect(trace.calls.map(({ instance, state: each, attempts }) => [instance, each, attempts.length])).toEqual([
    ['runs["x"].train', "succeeded", 2],
    ['runs["y"].train', "failed", 1],
  ]);
  expect(trace.calls[1]!.failure).toMatchObject({ key: "y", index: 1, cause: "oom", exit_code: 137, attempts: 1 });
  expect(trace.failures).toEqual([]);
  expect(snapshotOf({ trace, state }).maps).toEqual([
    { map: "runs", total: 2, done: 1, failed: 1, running: 0, waiting: 0 },
  ]);
});

test("a check that does not hold is a failure with its own words", () => {
  const message =
    'failed to evaluate expression: none is left (1:66)\n | (len(x) > 0) ? "true" : sprig.fail("none is left")';
  const nodes = [
    node("runs", "Succeeded", { inputs: given }),
    ...LANES,
    node("check", "Error", { type: "Skipped", message }),
  ];
  const { trace, state } = read(workflow("Error", nodes));
  expect(state).toBe("failed");
  expect(trace.failures).toMatchObject([{ instance: "check", cause: "check", message: "none is left" }]);
});

test("a map that fails more than it may tells the item's failure and its own", () => {
  const nodes = [
    node("runs", "Error", { inputs: given }),
    ...LANES,
    node("runs.tolerated", "Error", { type: "Skipped", message: "1 of 2 items failed (`tolerate` allows 0)." }),
  ];
  const { failures } = read(workflow("Error", nodes)).trace;
  expect(failures.map(({ instance }) => instance)).toEqual(['runs["y"].train', "runs"]);
  expect(failures[1]!.message).toMatch(
    /^1 of 2 items failed \(`tolerate` allows 0\)\. The first failure is that of item `y` \(index 1\)/,
  );
});

test("an item that was not started, since others had failed, is neither done nor failed", () => {
  const end = (text: string): Partial<WorkflowNode> => ({ outputs: { parameters: [{ name: "v", value: text }] } });
  const nodes = [
    node("runs", "Running", { inputs: given }),
    node("runs.items(0:0)", "Succeeded", end('{"f":{"index":0,"key":"x"},"i":0,"off":false,"ok":false,"v":null}')),
    node("runs.items(1:1)", "Succeeded", end('{"f":{"index":1,"key":"y"},"i":1,"off":true,"ok":false,"v":null}')),
  ];
  expect(read(workflow("Running", nodes)).trace.maps).toMatchObject([{ count: 2, done: 0, failed: 1, running: 0 }]);
});

test("a failure in `finally` is told, and the run has succeeded", () => {
  const nodes = [
    node("", "Succeeded", { outputs: { parameters: [{ name: "result", value: '{"a":1,"b":2}' }] } }),
    node("onExit", "Failed"),
  ];
  expect(read(workflow("Failed", nodes))).toMatchObject({ state: "succeeded", result: { b: 2, a: 1 } });
});

test("a run that took too long says so, though its Workflow has no words for it", () => {
  const late = { type: "Pod", message: "Step exceeded its deadline" };
  const nodes = [node("runs", "Failed", { inputs: given }), node("runs.items(0:0).train", "Failed", late)];
  const { message, trace } = read(workflow("Failed", nodes));
  expect(message).toBe("Step exceeded its deadline");
  expect(trace.failures).toEqual([]);
});

test("the result has its fields in the order of its type, and is read from a compressed state as well", () => {
  const root = node("", "Succeeded", { outputs: { parameters: [{ name: "result", value: '{"a":1,"b":2}' }] } });
  const plain = workflow("Succeeded", [root]);
  const nodes = gzipSync(JSON.stringify({ w: root })).toString("base64");
  const packed = workflow("Succeeded", [], { status: { phase: "Succeeded", compressedNodes: nodes } });
  for (const each of [plain, packed]) expect(JSON.stringify(read(each).result)).toBe('{"b":2,"a":1}');
});

test("a run that was asked to end is cancelled, and what ended with it is no failure", () => {
  const stopped = { type: "Pod", message: "workflow shutdown with strategy:  Stop" };
  const nodes = [
    node("runs", "Failed", { inputs: given }),
    node("runs.items(0:0)", "Failed"),
    node("runs.items(0:0).train", "Failed", stopped),
  ];
  const { state, trace } = read(workflow("Failed", nodes, { spec: { shutdown: "Stop" } }));
  expect(state).toBe("cancelled");
  expect(trace.failures).toEqual([]);
  expect(trace.calls).toEqual([]);
});

test("a Workflow that holds no plan, or whose state is elsewhere, is refused with a sentence", () => {
  expect(readArgoRun({ metadata: { name: "w" } })).toMatchObject({ ok: false, message: /not started by/ });
  const status = { phase: "Running", offloadNodeStatusVersion: "fnv:1" };
  expect(readArgoRun(workflow("Running", [], { status }))).toMatchObject({ ok: false, message: /Argo's database/ });
});

test.each([
  ["main: Error (exit code 3)", "exit"],
  ["main: OOMKilled (exit code 137)", "oom"],
  ["Pod was active on the node longer than the specified deadline", "timeout"],
  ["wait: Error (exit code 64): open /mainctrfs/sluice/out/out: no such file or directory", "output"],
  ["wait: Error (exit code 64): failed to save outputs", "output"],
  ["wait: Error (exit code 64): etcdserver: request is too large", "output"],
  ["main: Error (exit code 64)", "exit"],
  ['main: Error (exit code 64): failed to find name in PATH: exec: "x": executable file not found in $PATH', "start"],
  ["main: Error (exit code 64): failed to start command: fork/exec /bin/sh: argument list too long", "start"],
  ["ImagePullBackOff: no such image", "start"],
])("`%s` has the cause %s", (message, cause) => {
  expect(describePodFailure(node("x", "Failed", { message }), "5m").cause).toBe(cause);
});

test("Argo's repetition of the expression is left out of a failure", () => {
  const message = "task 'w.x' errored: failed to evaluate expression: Division by zero. (1:7)\n | 1 / 0";
  expect(describeExpressionFailure(node("x", "Error", { message }))).toBe("Division by zero.");
});

test("lines of Argo's helper are no part of a task's log, however they come", () => {
  const helper = 'time=2026-11-24T08:19:35.959Z level=INFO msg="waiting for signals" argo=true signalPath=/x';
  const text = `${helper}\nhello\n\ntime=1 level=INFO msg=mine\n${helper}\nError: exit status 3\nlast`;
  for (const size of [1, 7, text.length]) {
    let told = "";
    const lines = withoutHelper((each) => {
      told += each;
    });
    for (let at = 0; at < text.length; at += size) lines.push(text.slice(at, at + size));
    lines.end();
    expect(told).toBe("hello\n\ntime=1 level=INFO msg=mine\nlast");
  }
});
