import { expect, test } from "vitest";
import { DEFAULT_KUBERNETES_PROFILE } from "../../src/config/kubernetes-profile.ts";
import { type AttemptContext, type AttemptParts, attemptObjects } from "../../src/emit/jobs/attempt-job.ts";
import { shardItem, shardJob } from "../../src/emit/jobs/shard-job.ts";
import { JSON_FILE_SCHEME, makeRecord, type Value } from "../../src/types/value.ts";
import { compileSource } from "../harness/compile-source.ts";
import type { Loose } from "./compile-jobs.ts";

function itemOf(task: string, key: string, parameters: Record<string, Value>, more: Partial<AttemptParts> = {}) {
  const { plan, work } = compiled(task);
  const context: AttemptContext = {
    plan,
    pipeline: plan.pipelines[0]!,
    parameters: makeRecord([]),
    profile: { ...DEFAULT_KUBERNETES_PROFILE, storage: { kind: "pvc", claim: "c" } },
    profileName: undefined,
    namespace: "n",
    engineImage: "sluice:0",
    run: "main-1",
    program: "main-1",
  };
  const made = attemptObjects(context, {
    instance: `all[${JSON.stringify(key)}].work`,
    attempt: 1,
    task: work,
    parameters: makeRecord(Object.entries(parameters)),
    resources: {},
    outputPath: `main-1/${key}/1`,
    ...more,
  });
  if (!made.ok) throw new Error(made.message);
  return { context, work, item: shardItem(work, made.job, made.documents) };
}

/** The task, called with the parameters of a pipeline. */
function compiled(task: string) {
  const names = /work\(([^)]*)\)/.exec(task)?.[1]?.split(",") ?? [];
  const given = names.filter((name) => name.trim() !== "").map((name) => name.split(":").map((part) => part.trim()));
  const parameters = given.map(([name, type]) => `${name}: ${type}`).join(", ");
  const { plan, diagnostics } = compileSource(
    `${task}\npipeline main(${parameters}) { do work(${given.map(([name]) => name).join(", ")}) }`,
  );
  const work = plan?.tasks.find(({ name }) => name === "work");
  if (!plan || !work) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return { plan, work };
}

const PLAIN = 'task work(n: Int, t: String) -> Int { image "i" env { T: t, A: "b" } run ["w", "--n", n, t, out] }';

test("attempts that differ in texts alone fit into one shard, and the texts travel in annotations as they are", () => {
  const one = itemOf(PLAIN, "k $(HOME)", { n: 1, t: "a $(PATH) $$ $" }).item!;
  const two = itemOf(PLAIN, "k2", { n: 2, t: "b" }).item!;
  expect(one.shape).toBe(two.shape);
  expect(one.template).toEqual(two.template);
  const { metadata, spec } = one.template as Loose;
  const [container] = spec.containers;
  expect(container.command).toEqual(["w", "--n", "$(SLUICE_ARGUMENT_2)", "$(SLUICE_ARGUMENT_3)", "/sluice/out"]);
  const field = (name: string) => ({ fieldRef: { fieldPath: `metadata.annotations['sluice.dev/${name}']` } });
  expect(container.env.slice(0, 4)).toEqual([
    { name: "SLUICE_ARGUMENT_2", valueFrom: field("argument-2") },
    { name: "SLUICE_ARGUMENT_3", valueFrom: field("argument-3") },
    { name: "T", valueFrom: field("variable-0") },
    { name: "A", value: "b" },
  ]);
  expect(one.annotations).toMatchObject({
    "sluice.dev/instance": 'all["k $(HOME)"].work',
    "sluice.dev/key": "k $(HOME)",
    "sluice.dev/argument-2": "1",
    "sluice.dev/argument-3": "a $(PATH) $$ $",
    "sluice.dev/variable-0": "a $(PATH) $$ $",
    "sluice.dev/variable-4": "k $(HOME)",
  });
  expect(one.labels).toEqual({ "sluice.dev/attempt": "1", "sluice.dev/item": expect.any(String) });
  expect(metadata.labels).toMatchObject({ "sluice.dev/run": "main-1", "app.kubernetes.io/component": "task" });
  // It comes with the item: a pod that nobody has is held by nobody.
  expect(metadata.finalizers).toBeUndefined();
  expect(spec.schedulingGates).toEqual([{ name: "sluice.dev/item" }]);
});

test("a script gets its parameters as variables", () => {
  const task = `task work(n: Int) { image "i" script "sh" ''' echo $n ''' }`;
  const { item } = itemOf(task, "k", { n: 3 });
  const [container] = (item!.template as Loose).spec.containers;
  expect(container.env[0]).toMatchObject({ name: "n", valueFrom: { fieldRef: {} } });
  expect(item!.annotations["sluice.dev/variable-0"]).toBe("3");
});

test("documents are files made of annotations", () => {
  const task = 'task work(f: File) { image "i" run ["w", f] }';
  const { item } = itemOf(task, "k", { f: `${JSON_FILE_SCHEME}{"a":1}` });
  const { volumes, containers } = (item!.template as Loose).spec;
  expect(volumes.filter(({ name }: Loose) => name === "sluice-files")).toEqual([
    {
      name: "sluice-files",
      downwardAPI: {
        items: [{ path: "0", fieldRef: { fieldPath: "metadata.annotations['sluice.dev/file-0']" } }],
      },
    },
  ]);
  expect(containers[0].volumeMounts).toContainEqual(
    expect.objectContaining({ name: "sluice-files", mountPath: "/sluice/files/0", subPath: "0" }),
  );
  expect(item!.annotations["sluice.dev/file-0"]).toBe('{"a":1}\n');
});

test.each([
  ["what they ask for", { resources: { cpu: { request: 1, limit: 1 } } }],
  ["their time", { timeout: 1000 }],
])("another shape: %s", (_, more) => {
  const parameters = { n: 1, t: "a" };
  expect(itemOf(PLAIN, "k", parameters, more).item!.shape).not.toBe(itemOf(PLAIN, "k", parameters).item!.shape);
});

test("another number of arguments is another shape", () => {
  const task = 'task work(all: [String]) { image "i" run ["w", ...all] }';
  const shapeOf = (...all: string[]) => itemOf(task, "k", { all }).item!.shape;
  expect(shapeOf("a", "b")).toBe(shapeOf("c", "d"));
  expect(shapeOf("a")).not.toBe(shapeOf("c", "d"));
});

test("an attempt keeps a Job of its own where a pod cannot be made before it is known", () => {
  const parameters = { n: 1, t: "x".repeat(300_000) };
  expect(itemOf(PLAIN, "k", parameters).item).toBeUndefined();
  expect(itemOf('task work() -> File { image "i" run ["w", out] }', "k", {}).item).toBeUndefined();
  const gated = 'task work() { image "i" run ["w"] pod { schedulingGates: [{ name: "a.b/c" }] } }';
  expect(itemOf(gated, "k", {}).item).toBeUndefined();
});

test("the Job of a shard makes each of its pods once", () => {
  const { context, work, item } = itemOf(PLAIN, "k", { n: 1, t: "a" });
  const parts = { task: work, step: "all.work", item: item!, completions: 700, parallelism: 40 };
  const job = shardJob(context, { ...parts, identity: "a" }) as Loose;
  expect(job.spec).toMatchObject({
    completions: 700,
    parallelism: 40,
    completionMode: "Indexed",
    backoffLimitPerIndex: 0,
    podReplacementPolicy: "Failed",
  });
  expect(job.metadata.name.length).toBeLessThanOrEqual(51);
  expect((shardJob(context, { ...parts, identity: "b" }) as Loose).metadata.name).not.toBe(job.metadata.name);
  expect(job.metadata.annotations).toMatchObject({ "sluice.dev/task": work.id, "sluice.dev/shape": item!.shape });
});
