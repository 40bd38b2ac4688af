import { expect, test } from "vitest";
import { DEFAULT_KUBERNETES_PROFILE } from "../../src/config/kubernetes-profile.ts";
import {
  type AttemptContext,
  type AttemptParts,
  attemptObjectName,
  attemptObjects,
  fenceJob,
} from "../../src/emit/jobs/attempt-job.ts";
import { joinJobs, readItems } from "../../src/emit/jobs/shared-job.ts";
import type { JsonObject } from "../../src/emit/yaml.ts";
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
  const { spec, metadata } = job.spec.template;
  // The driver keeps the timeout; the deadline is for when there is none.
  expect(spec.activeDeadlineSeconds).toBe(602);
  expect(metadata.annotations["sluice.dev/timeout"]).toBe("1.5s");
  expect(job.metadata.annotations["sluice.dev/timeout"]).toBe("1.5s");
  expect(spec.containers[0].resources).toEqual({ requests: { memory: "1Gi" }, limits: { memory: "2Gi" } });
});

test("a fence has the name of the attempt and starts nothing", () => {
  const { context, job } = attempt('task work() { image "i" run ["w"] }', {});
  const fence = fenceJob(context, 'all["no: 1"].work', 3) as Loose;
  expect(fence.metadata.name).toBe(job.metadata.name);
  expect(fence.metadata.labels["sluice.dev/fence"]).toBe("true");
  expect(fence.spec.suspend).toBe(true);
});

test("attempts that share a pod run as init containers before the last, each with its own arguments and marks", () => {
  const source = 'task work(n: Int) -> Int { image "i" timeout 1min env { N: n } run ["w", n, out] }';
  const items = [0, 1, 2].map((n) => {
    const { parts, job } = attempt(source, { n }, { instance: `all["${n}"].work`, attempt: 1, timeout: 60_000 });
    return { parts, job: job as JsonObject };
  });
  const job = joinJobs(items) as Loose;
  expect(job.metadata.name).toBe((items[0]!.job as Loose).metadata.name);
  const { spec, metadata } = job.spec.template;
  const containers = [...spec.initContainers, ...spec.containers];
  expect(
    containers.map(({ name, command, env, terminationMessagePath }: Loose) => [
      name,
      command[1],
      env.find((each: Loose) => each.name === "SLUICE_KEY").value,
      terminationMessagePath,
    ]),
  ).toEqual([
    ["item-1", "0", "0", "/sluice/out"],
    ["item-2", "1", "1", "/sluice/out"],
    ["task", "2", "2", "/sluice/out"],
  ]);
  expect(spec.activeDeadlineSeconds).toBe(3 * 660);
  for (const { annotations } of [metadata, job.metadata])
    expect(readItems(annotations["sluice.dev/items"])).toEqual([
      { instance: 'all["0"].work', attempt: 1, timeout: 60_000, container: "item-1" },
      { instance: 'all["1"].work', attempt: 1, timeout: 60_000, container: "item-2" },
      { instance: 'all["2"].work', attempt: 1, timeout: 60_000, container: "task" },
    ]);
  expect(readItems("[[3]]")).toEqual([]);
  expect(readItems("{")).toEqual([]);
});
