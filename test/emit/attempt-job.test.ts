import { expect, test } from "vitest";
import { DEFAULT_KUBERNETES_PROFILE } from "../../src/config/kubernetes-profile.ts";
import {
  type AttemptContext,
  type AttemptParts,
  attemptObjectName,
  attemptObjects,
  fenceJob,
} from "../../src/emit/jobs/attempt-job.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { compileSource } from "../harness/compile-source.ts";
import type { Loose } from "./compile-jobs.ts";

function attempt(task: string, parameters: Record<string, Value>, more: Partial<AttemptParts> = {}) {
  const { plan } = compileSource(
    `${task}\npipeline main() { do work(${Object.keys(parameters).length > 0 ? "MARK" : ""}) }`.replace("MARK", "1"),
  );
  if (!plan) throw new Error("the program is wrong");
  const context: AttemptContext = {
    plan,
    pipeline: plan.pipelines[0]!,
    parameters: makeRecord([]),
    profile: DEFAULT_KUBERNETES_PROFILE,
    profileName: undefined,
    namespace: "n",
    engineImage: "sluice:0",
    run: "main-1",
    program: "main-1",
  };
  const parts: AttemptParts = {
    instance: 'all["no: 1"].work',
    attempt: 3,
    task: plan.tasks[0]!,
    parameters: makeRecord(Object.entries(parameters)),
    resources: {},
    outputPath: "main-1/x/3",
    ...more,
  };
  const made = attemptObjects(context, parts);
  return { context, parts, made, job: (made.ok ? made.job : undefined) as Loose };
}

test("a Job is started once, says whose attempt it is, and its pod is kept until it was harvested", () => {
  const { job, context } = attempt('task work(n: Int) { image "i" env { N: n } run ["w", n] }', { n: 5 });
  expect(job.metadata.name).toBe(attemptObjectName(context, 'all["no: 1"].work', 3));
  expect(job.metadata.name).toMatch(/^main-all-work-no-1-[a-z0-9]{10}-3$/);
  expect(job.metadata.labels).toMatchObject({ "sluice.dev/run": "main-1", "sluice.dev/attempt": "3" });
  expect(job.metadata.annotations).toMatchObject({ "sluice.dev/key": "no: 1", "sluice.dev/task": expect.any(String) });
  expect(job.spec).toMatchObject({ backoffLimit: 0, podReplacementPolicy: "Failed" });
  const { metadata, spec } = job.spec.template;
  expect(metadata.finalizers).toEqual(["sluice.dev/harvest"]);
  expect(spec.containers[0].command).toEqual(["w", "5"]);
  expect(spec.containers[0].env).toEqual([
    { name: "N", value: "5" },
    { name: "SLUICE_RUN", value: "main-1" },
    { name: "SLUICE_STEP", value: "all.work" },
    { name: "SLUICE_KEY", value: "no: 1" },
    { name: "SLUICE_ATTEMPT", value: "3" },
  ]);
});

test("the amounts and the timeout are those of the attempt", () => {
  const memory = { request: 1024 ** 3, limit: 2 * 1024 ** 3 };
  const { job } = attempt('task work() { image "i" run ["w"] }', {}, { resources: { memory }, timeout: 1500 });
  const { spec } = job.spec.template;
  expect(spec.activeDeadlineSeconds).toBe(2);
  expect(spec.containers[0].resources).toEqual({ requests: { memory: "1Gi" }, limits: { memory: "2Gi" } });
});

test("a fence has the name of the attempt and starts nothing", () => {
  const { context, job } = attempt('task work() { image "i" run ["w"] }', {});
  const fence = fenceJob(context, 'all["no: 1"].work', 3) as Loose;
  expect(fence.metadata.name).toBe(job.metadata.name);
  expect(fence.metadata.labels["sluice.dev/fence"]).toBe("true");
  expect(fence.spec.suspend).toBe(true);
});
