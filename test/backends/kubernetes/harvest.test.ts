import { expect, test } from "vitest";
import { harvest } from "../../../src/backends/kubernetes/harvest.ts";
import type { Pod } from "../../../src/backends/kubernetes/objects.ts";
import { writeFrame } from "../../../src/backends/kubernetes/result-frame.ts";
import type { PlanOutput, PlanTask } from "../../../src/plan/plan.ts";
import type { Type } from "../../../src/types/type.ts";

const INT: Type = { kind: "int" };
const POINT: Type = { kind: "record", fields: [{ name: "x", type: INT }] };

function taskWith(...outputs: PlanOutput[]): PlanTask {
  return { id: "work", name: "work", outputs } as unknown as PlanTask;
}

function podSaying(messages: Readonly<Record<string, string>>): Pod {
  const statuses = Object.entries(messages).map(([name, message]) => ({
    name,
    state: { terminated: { exitCode: 0, reason: "Completed", message } },
  }));
  return {
    metadata: { name: "pod" },
    status: { phase: "Succeeded", containerStatuses: statuses },
  };
}

const output = (type: Type, name: string | null = null) => ({ name, type }) as unknown as PlanOutput;
const noLog = () => Promise.reject(new Error("no log was to be read"));
const options = { container: "task", always: false, strict: false, readLog: noLog };

test("a task without outputs has the value null", async () => {
  const { outcome } = await harvest(podSaying({}), { ...options, task: taskWith() });
  expect(outcome).toEqual({ ok: true, value: null });
});

test.each([
  [output(INT), "42\n", { ok: true, value: 42 }],
  [output({ kind: "string" }), "a b\n", { ok: true, value: "a b" }],
  [output(INT, "n"), "7", { ok: true, value: { n: 7 } }],
  [output(INT), "", { message: "output `out`: `/sluice/out` is empty, or nothing was written to it" }],
  [output(INT), "  \n", { message: "output `out`: `/sluice/out` is empty" }],
  [output(INT, "n"), "x", { cause: "output", message: expect.stringMatching(/^output `out.n`: `\/sluice\/out\/n`: /) }],
  [output({ kind: "string" }), "x".repeat(4096), { message: expect.stringContaining("4096 bytes or more") }],
])("the termination message is the output %#", async (declared, message, expected) => {
  const { outcome } = await harvest(podSaying({ task: message }), { ...options, task: taskWith(declared) });
  expect(outcome).toMatchObject(expected);
});

test("a field that the type does not have is dropped with a warning, or an error when that is asked for", async () => {
  const pod = podSaying({ task: '{"x":1,"y":2}' });
  const task = taskWith(output(POINT));
  const { outcome, warnings } = await harvest(pod, { ...options, task });
  expect(outcome).toEqual({ ok: true, value: { x: 1 } });
  expect(warnings).toEqual([expect.stringMatching(/^output `out`: .*"?y"?/)]);
  expect((await harvest(pod, { ...options, task, strict: true })).outcome).toMatchObject({ cause: "output" });
});

test("what a helper collected is decoded by type, from its message or from its log", async () => {
  const task = taskWith(output({ kind: "list", element: INT } as Type));
  const small = writeFrame({ ok: true, value: [1, 2], warnings: ["w"] });
  const read = await harvest(podSaying({ "sluice-collect": small.message }), { ...options, task });
  expect(read).toEqual({ outcome: { ok: true, value: [1, 2] }, warnings: ["w"] });
  const many = Array.from({ length: 2000 }, (_, index) => index);
  const large = writeFrame({ ok: true, value: many, warnings: [] });
  const readLog = async () => ({ ok: true as const, value: large.log ?? "" });
  const long = await harvest(podSaying({ "sluice-collect": large.message }), { ...options, task, readLog });
  expect(long.outcome).toEqual({ ok: true, value: many });
  const cut = async () => ({ ok: true as const, value: (large.log ?? "").slice(0, 5000) });
  const broken = await harvest(podSaying({ "sluice-collect": large.message }), { ...options, task, readLog: cut });
  expect(broken.outcome).toMatchObject({ cause: "output" });
});

test("where a result is missing, what went wrong in its helper is said", async () => {
  const task = taskWith(output({ kind: "list", element: INT } as Type));
  const { outcome } = await harvest(podSaying({ task: "" }), { ...options, task, sidecar: "the sidecar broke" });
  expect(outcome).toMatchObject({ cause: "output", message: expect.stringMatching(/; the sidecar broke$/) });
});
