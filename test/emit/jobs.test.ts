import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { splitData } from "../../src/emit/jobs/plan-config-maps.ts";
import { findGoldenCases } from "../harness/goldens.ts";
import { checkObject } from "./check-object.ts";
import { compileJobs, type Loose, program } from "./compile-jobs.ts";

const goldens = findGoldenCases().filter(({ kind }) => kind === "ok");

test.each(goldens.map(({ name, folder }) => [name, folder] as const))(
  "the objects of %s are what Kubernetes knows, and no name stands for two",
  async (_, folder) => {
    const objects: Loose[] = parseAllDocuments(readFileSync(join(folder, "jobs.yaml"), "utf8")).map((each) =>
      each.toJS(),
    );
    const problems = await Promise.all(objects.map(checkObject));
    expect(problems.flat()).toEqual([]);
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const object of objects) expect(Object.keys(object).slice(0, 3)).toEqual(["apiVersion", "kind", "metadata"]);
    for (const { metadata } of objects) expect(metadata.name).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
  },
);

test("the check of objects finds what the server would refuse", async () => {
  const object = {
    apiVersion: "v1",
    kind: "PodTemplate",
    metadata: { name: 1 },
    template: { spec: { containers: [{ imag: "x" }] } },
  };
  expect(await checkObject(object)).toEqual([
    "PodTemplate.metadata.name is no string",
    "PodTemplate.template.spec.containers[0] has no field imag",
    "PodTemplate.template.spec.containers[0] needs name",
  ]);
});

test("equal programs give equal bytes, and any change another name of the run", () => {
  const source = program({ parameters: "a: Int", body: "  do work(1)" });
  const { text, of } = compileJobs(source);
  expect(compileJobs(source).text).toBe(text);
  const run = (other: ReturnType<typeof compileJobs>): string => other.of("Job")[0].metadata.labels["sluice.dev/run"];
  const others = [
    compileJobs(source.replace("work(1)", "work(2)")),
    compileJobs(source, { profile: { namespace: "other" } }),
    compileJobs(source, { profile: { podSecurity: "restricted" } }),
  ];
  expect(new Set([run({ of } as ReturnType<typeof compileJobs>), ...others.map(run)]).size).toBe(4);
});

const rules = (retry: string, map = false): Loose => {
  const body = map ? "  do map i in range(2) { do work() }" : "  do work()";
  const { objects, of } = compileJobs(program({ task: retry, body }));
  return objects.length === 1 ? of("Job")[0].spec : "driven";
};
const EVICTED = [{ type: "DisruptionTarget", status: "True" }];
const codes = (operator: string, values: number[]) => ({ containerName: "task", operator, values });

test("a budget for evictions counts evictions only", () => {
  expect(rules("  retry evicted 5")).toMatchObject({
    backoffLimit: 5,
    podFailurePolicy: {
      rules: [
        { action: "Count", onPodConditions: EVICTED },
        { action: "FailJob", onExitCodes: codes("NotIn", [0]) },
      ],
    },
  });
  expect(rules("").podFailurePolicy).toEqual(rules("  retry evicted 3").podFailurePolicy);
  expect(rules("").backoffLimit).toBe(3);
});

test("a budget for exit codes counts these codes only, for each index of a map", () => {
  expect(rules("  retry exit(76, 75, 75) 2", true)).toMatchObject({
    backoffLimitPerIndex: 2,
    podFailurePolicy: {
      rules: [
        { action: "FailIndex", onPodConditions: EVICTED },
        { action: "FailIndex", onExitCodes: codes("NotIn", [75, 76]) },
      ],
    },
  });
});

test("a budget for any cause leaves evictions out, and none means one attempt", () => {
  expect(rules("  retry any 2")).toMatchObject({
    backoffLimit: 2,
    podFailurePolicy: { rules: [{ action: "FailJob", onPodConditions: EVICTED }] },
  });
  const none = rules("  retry evicted 0");
  expect(none.backoffLimit).toBe(0);
  expect(none.podFailurePolicy).toBeUndefined();
});

test.each([
  ["  retry oom 1 { memory: memory * 2 }\n  resources { memory: 1Gi }", "same resources"],
  ["  retry oom 2\n  resources { memory: 1Gi }", "cannot tell the cause `oom`"],
  ["  retry any 2 after 10s", "waits for times of its own"],
  ["  retry any 2\n  retry evicted 2", "counts failures of all causes together"],
  ["  cache true", "answered from the cache"],
])("what a Job cannot keep needs a driver, and the reason is said: %s", (task, reason) => {
  const { text, of } = compileJobs(program({ task, body: "  do work()" }));
  expect(of("PodTemplate")).toHaveLength(1);
  expect(text).toContain(reason);
});

test.each([
  ["  do work()\n  do work() after work", "waits for"],
  ["  do map i in range(3) tolerate 1 { do work() }", "tolerates failures"],
  ["  do map i in range(3) batch 2 { do work() }", "share a pod"],
  ["  do map i in range(3) { do work() do work() }", "more than one step"],
  ["  check true", "no step starts a pod"],
])("flow that Jobs do not have needs a driver: %s", (body, reason) => {
  const fixed = body.replace("do work()\n  do work() after work", "let a = work()\n  do work() after a");
  const { text, of } = compileJobs(program({ body: fixed }));
  expect(of("Role")).toHaveLength(1);
  expect(text).toContain(reason);
});

test("branches, called pipelines and values that are known are followed", () => {
  const source = `${program({ parameters: "n: Int", body: "  do inner(2)\n  do if 1 > 2 { do work(0) } else { do work(9) }" })}
pipeline inner(n: Int) { let m = n * 2 do work(m) }`;
  const { of, objects } = compileJobs(source.replace("pipeline main", "pipeline outer"), {});
  expect(of("Job")).toHaveLength(objects.length);
  expect(of("Job").map((job) => job.metadata.labels["sluice.dev/step"])).toEqual(["inner.work", "if.work_2"]);
});

test("items that differ in their texts have Jobs of their own while these may all run at once", () => {
  const source = (clause: string) => `
task work(name: String) { image "acme/tool:1" run ["work", name] }
pipeline main() { do map n in ["a", "b", "c"] ${clause} { do work(n) } }`;
  const { of } = compileJobs(source(""));
  expect(of("Job").map((job) => job.metadata.annotations["sluice.dev/key"])).toEqual(["a", "b", "c"]);
  expect(compileJobs(source("parallel 3")).of("PodTemplate")).toEqual([]);
  expect(compileJobs(source("parallel 2")).of("PodTemplate")).toHaveLength(1);
});

test("a map over nothing starts nothing, beside steps that do start", () => {
  const { of } = compileJobs(program({ body: "  do work()\n  do map i in range(0) { do work() }" }));
  expect(of("Job")).toHaveLength(1);
});

test("documents reach a pod as files, each index its own", () => {
  const { of } = compileJobs(`
task work(data: File) { image "acme/tool:1" run ["work", data] }
pipeline main() { do map i in range(3) { do work(json_file({ n: i })) } }`);
  expect(of("ConfigMap")[0].data).toEqual({ "0.0": '{"n":0}', "1.0": '{"n":1}', "2.0": '{"n":2}' });
  const { containers } = of("Job")[0].spec.template.spec;
  expect(containers[0].command).toEqual(["work", "/sluice/files/0"]);
  expect(containers[0].volumeMounts[0]).toMatchObject({ subPathExpr: "$(JOB_COMPLETION_INDEX).0" });
});

test("a pod template shows known values, and expressions where the run decides", () => {
  const { of } = compileJobs(`
type Item = { id: String, size: Size, rate: Float }
task list() -> [Item] { image "acme/tool:1" run ["list", out] }
task work(item: Item, epochs: Int, note: String?) {
  image "acme/tool:1"
  run ["work", "--id=\\(item.id)-\\(epochs)", item.rate, ...opt("--note", note), ...opt("--x", item.id)]
  env { SIZE: item.size, EPOCHS: epochs }
  resources { cpu: 1..max(2, epochs), memory: max(2Gi, item.size * 3), storage: item.size + 1Gi, gpu: epochs - 9 }
  timeout 1min * item.rate
}
pipeline main(epochs: Int = 10) {
  let items = list()
  do map i in items key i.id { do work(i, epochs, null) }
}`);
  const template = of("PodTemplate").find((each) => each.metadata.labels["sluice.dev/step"] === "map.work").template;
  const [container] = template.spec.containers;
  expect(container.command).toEqual(["work", "--id=\\(item.id)-10", "\\(item.rate)", '\\(...opt("--x", item.id))']);
  expect(container.env).toEqual([
    { name: "SIZE", value: "\\(item.size)" },
    { name: "EPOCHS", value: "10" },
    { name: "SLUICE_RUN", value: expect.stringMatching(/^main-/) },
    { name: "SLUICE_STEP", value: "map.work" },
    { name: "SLUICE_KEY", value: "\\(i.id)" },
    { name: "SLUICE_ATTEMPT", value: "\\(attempt)" },
  ]);
  expect(container.resources.requests).toEqual({
    cpu: "1",
    memory: "2Gi",
    "ephemeral-storage": "1Gi",
    "nvidia.com/gpu": "1",
  });
  expect(container.resources.limits.cpu).toBe("10");
  expect(template.metadata.annotations).toEqual({
    "sluice.dev/key": "\\(i.id)",
    "sluice.dev/memory": "\\(max(2Gi, item.size * 3))",
    "sluice.dev/storage": "\\(item.size + 1Gi)",
    "sluice.dev/timeout": expect.stringContaining("item.rate"),
  });
  expect(template.metadata.finalizers).toEqual(["sluice.dev/harvest"]);
});

test("small results go by the termination message, others are collected", () => {
  const result = (type: string, profile = {}): Loose => {
    const source = `task work() -> ${type} { image "a/b:1" run ["work", ${type.startsWith("{") ? "out.x" : "out"}] }\npipeline main() { let x = work() check x == x }`;
    return compileJobs(source, { profile }).of("PodTemplate")[0].template.spec;
  };
  expect(result("Int").containers[0].terminationMessagePath).toBe("/sluice/out");
  expect(result("{ x: String }").containers[0]).toMatchObject({
    command: ["work", "/sluice/out/x"],
    terminationMessagePath: "/sluice/out/x",
  });
  expect(result("[Int]").initContainers[0]).toMatchObject({ name: "sluice-collect", restartPolicy: "Always" });
  expect(result("Int", { results: "collected" }).containers[0].terminationMessagePath).toBeUndefined();
});

test("a schedule makes a CronJob that starts one run at a time, in a zone that does not depend on the cluster", () => {
  const source = (zone: string) =>
    program({ body: "  do work()" }).replace("main()", `main() schedule "0 3 * * *" ${zone}`);
  expect(compileJobs(source("")).of("CronJob")[0].spec).toMatchObject({
    schedule: "0 3 * * *",
    timeZone: "Etc/UTC",
    concurrencyPolicy: "Forbid",
  });
  const [zoned] = compileJobs(source('in "Europe/Berlin"')).of("CronJob");
  expect(zoned.spec.timeZone).toBe("Europe/Berlin");
  expect(zoned.metadata.name).toBe("main");
});

test("the driver reads the plan that the names and hashes of the objects stand for", () => {
  const { of } = compileJobs(
    program({ result: " -> Int", body: "  let x = work()\n  check x > 0" }).replace('["work"]', '["work", out]'),
  );
  const [plan] = of("ConfigMap");
  const [job] = of("Job");
  expect(plan.metadata.name).toBe(job.metadata.name);
  expect(job.spec.template.spec.containers[0].args).toEqual(["drive", "--plan", plan.metadata.name]);
  expect(JSON.parse(plan.data["plan.json"]).pipeline).toBe("main");
  expect(Object.values(JSON.parse(plan.data["templates.json"]))).toEqual(
    of("PodTemplate").map(({ metadata }) => metadata.name),
  );
  const granted = of("Role")[0].rules.flatMap((rule: Loose) => rule.resources);
  expect(granted).not.toContain("secrets");
  expect(of("RoleBinding")[0].subjects).toEqual([
    { kind: "ServiceAccount", name: "main-driver", namespace: "default" },
  ]);
});

test("data of any size is split between characters and can be joined again", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 30, max: 60 }),
      (texts, most) => {
        const chunks = splitData(
          texts.map((text, index) => [`k${index}`, text] as const),
          most,
        );
        for (const chunk of chunks) {
          const bytes = Object.entries(chunk).reduce((sum, [key, text]) => sum + Buffer.byteLength(key + text), 0);
          expect(bytes).toBeLessThanOrEqual(most);
        }
        const all = Object.assign({}, ...chunks) as Record<string, string>;
        texts.forEach((text, index) => {
          let joined = all[`k${index}`]!;
          for (let part = 1; all[`k${index}.${part}`] !== undefined; part++) joined += all[`k${index}.${part}`];
          expect(joined).toBe(text);
        });
      },
    ),
  );
});

test("a text that no process can be given and a script that no ConfigMap holds are found", () => {
  const long = "x".repeat(131_100);
  expect(
    compileJobs(program({ body: "  do work()" }).replace('["work"]', `["work", "${long}"]`)).problems,
  ).toMatchObject([{ code: "text-too-large", message: expect.stringContaining("131100 bytes") }]);
  const script = `task work() { image "a/b:1" script "sh" '''\n${"# line\n".repeat(140_000)}''' }\npipeline main() { do work() }`;
  expect(compileJobs(script).problems).toMatchObject([{ code: "script-too-large" }]);
});

test("an amount that is out of range with these parameters is found before anything is emitted", () => {
  const source = `task work(n: Int) { image "a/b:1" run ["work"] resources { memory: 1Mi * n } }\npipeline main(n: Int) { do work(n) }`;
  expect(compileJobs(source, { parameters: { n: 1 } }).problems).toMatchObject([{ code: "fails-before-start" }]);
  expect(compileJobs(source, { parameters: { n: 8 } }).of("Job")).toHaveLength(1);
});

test("Files of the volume need no driver: pods read them where they are; what has to be copied needs one", () => {
  const profile = { storage: { kind: "pvc", claim: "data" } } as const;
  const source = (parameters: string, body: string) => program({ parameters, body }).replace('["work"]', '["work", f]');
  const { of, objects } = compileJobs(source("f: File", '  do map i in range(3) { do work(file("pvc:a/b.csv")) }'), {
    profile,
  });
  expect(objects).toHaveLength(1);
  const { containers, volumes, initContainers } = of("Job")[0].spec.template.spec;
  expect(initContainers).toBeUndefined();
  expect(volumes).toEqual([{ name: "sluice-storage", persistentVolumeClaim: { claimName: "data" } }]);
  expect(containers[0]).toMatchObject({
    command: ["work", "/sluice/storage/a/b.csv"],
    volumeMounts: [{ name: "sluice-storage", mountPath: "/sluice/storage", readOnly: true }],
  });
  const bucket = { storage: { kind: "s3", bucket: "files", prefix: "", pathStyle: true } } as const;
  const copied = compileJobs(source("f: File", '  do work(file("s3://files/a.csv"))'), { profile: bucket });
  expect(copied.of("PodTemplate")).toHaveLength(1);
  expect(copied.text).toContain("Files are brought to its pods");
});

test("programs of this machine may be executed in their pods, where other Files are as they always are", () => {
  const source = program({
    parameters: "f: File",
    body: '  do work(file("input:m/exec-ab/tool.sh")) do work(file("input:m/file-ab/t.csv"))',
  });
  const { of } = compileJobs(source);
  expect(of("Job").map(({ spec }) => spec.template.spec.volumes[0].configMap)).toEqual([
    { name: "m", items: [{ key: "exec-ab", path: "exec-ab", mode: 0o555 }] },
    { name: "m" },
  ]);
});

test("a queue of Kueue is named at Jobs of tasks", () => {
  const { of } = compileJobs(program({ body: "  do work()" }), { profile: { queue: "research" } });
  expect(of("Job")[0].metadata.labels["kueue.x-k8s.io/queue-name"]).toBe("research");
});

test("pipelines that call pipelines over and over are left to a driver, quickly", () => {
  const levels = Array.from(
    { length: 40 },
    (_, level) => `pipeline p${level}() { do p${level + 1}() do p${level + 1}() }`,
  );
  const source = `task work() { image "a/b:1" run ["work"] }\n${levels.join("\n")}\npipeline p40() { do work() }`;
  const { of, text } = compileJobs(source);
  expect(of("PodTemplate")).toHaveLength(1);
  expect(text).toContain("more than 500 steps");
});
