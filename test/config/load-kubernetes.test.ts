import { expect, test } from "vitest";
import { DEFAULT_KUBERNETES_PROFILE } from "../../src/config/kubernetes-profile.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { createSourceFile, positionAt } from "../../src/text/source-file.ts";

function load(settings: string) {
  const text = `profiles:\n  a:\n    kubernetes:\n${settings.replace(/^/gm, "      ")}\n`;
  const source = createSourceFile(0, "sluice.yaml", text);
  const { value, diagnostics } = loadConfig(source);
  const problems = diagnostics.map(({ code, message, span, help }) => {
    const { line, column } = positionAt(source, span.start);
    return { code, message, help, at: `${line}:${column}`, text: text.slice(span.start, span.end) };
  });
  return { kubernetes: value.profiles.get("a")?.kubernetes, problems };
}

test("a profile without settings of a cluster has none, an empty one has the defaults", () => {
  expect(load("{}").kubernetes).toEqual(DEFAULT_KUBERNETES_PROFILE);
  expect(
    loadConfig(createSourceFile(0, "sluice.yaml", "profiles: { a: { cpus: 1 } }")).value.profiles.get("a"),
  ).toEqual({ cpus: 1 });
});

test("all settings are read", () => {
  const { kubernetes, problems } = load(`
namespace: research
service_account: tasks
storage: { pvc: files }
gpu:
  resource: amd.com/gpu
  selectors: { pool: gpu }
  tolerations: [{ key: gpu, operator: Exists }]
  accelerators: { a100: { selectors: { product: A100 } }, constructor: { tolerations: [{ key: x }] } }
images: { rewrites: { docker.io/: mirror.example/ }, pull_secrets: [mirror] }
queue: research
priority: batch
pod: { dnsPolicy: Default, containers: [{ imagePullPolicy: Always }] }
pod_security: restricted
driver: { image: "sluice:1", cpu: 2, memory: 1Gi }
results: collected`);
  expect(problems).toEqual([]);
  expect(kubernetes).toEqual({
    namespace: "research",
    serviceAccount: "tasks",
    storage: { kind: "pvc", claim: "files" },
    gpu: {
      resource: "amd.com/gpu",
      selectors: { pool: "gpu" },
      tolerations: [{ key: "gpu", operator: "Exists" }],
      accelerators: new Map([
        ["a100", { selectors: { product: "A100" }, tolerations: [] }],
        ["constructor", { selectors: {}, tolerations: [{ key: "x" }] }],
      ]),
    },
    images: { rewrites: [{ from: "docker.io/", to: "mirror.example/" }], pullSecrets: ["mirror"] },
    queue: "research",
    priority: "batch",
    pod: { dnsPolicy: "Default", containers: [{ imagePullPolicy: "Always" }] },
    podSecurity: "restricted",
    driver: { image: "sluice:1", cpu: 2, memory: 2 ** 30 },
    results: "collected",
    limits: { jobs: 200, pods: 200 },
    pendingLimit: 600_000,
  });
});

test.each([
  ["name_space: a", "name_space", "Did you mean `namespace`?"],
  ["gpu: { resorce: a }", "resorce", "Did you mean `resource`?"],
  ["gpu: { accelerators: { a100: { selector: {} } } }", "selector", "Did you mean `selectors`?"],
  ["images: { rewrite: {} }", "rewrite", "Did you mean `rewrites`?"],
  ["driver: { memry: 1Gi }", "memry", "Did you mean `memory`?"],
  ["pod: { dnsPolcy: Default }", "dnsPolcy", "Did you mean `dnsPolicy`?"],
  ["pod: { containers: [{ imagePulPolicy: Always }] }", "imagePulPolicy", "Did you mean `imagePullPolicy`?"],
  ["gpu: { tolerations: [{ keys: a }] }", "keys", "Did you mean `key`?"],
])("an unknown setting is found with the nearest one: %s", (settings, text, help) => {
  const { problems } = load(settings);
  expect(problems).toMatchObject([{ code: "config-unknown-field", text, help }]);
});

test.each([
  ["namespace: My_Space", "`namespace` is a name of small letters"],
  ["storage: {}", "`{ pvc: my-claim }`"],
  ["storage: files", "`storage` is a mapping"],
  ["gpu: { selectors: { pool: 1 } }", "a text; numbers and truth values need quotes"],
  ["gpu: { tolerations: [{ key: a, effect: NoShedule }] }", '`tolerations[0].effect` is `"NoSchedule"`'],
  ["pod_security: strict", "`pod_security` is `baseline` or `restricted`"],
  ["driver: { cpu: 0 }", "`cpu` is a number of cores above 0"],
  ["driver: { memory: 1GB }", "`memory` is an amount such as `8Gi`"],
  ["pod: { restartPolicy: Always }", "not set in `pod`: a pod runs one attempt"],
  ["pod: { containers: [{ image: a }] }", "not set in `pod`: write `image` in the task"],
  ["pod: { containers: [{ tty: true }, { tty: true }] }", "a list of one record"],
  ["pod: { terminationGracePeriodSeconds: soon }", "`pod.terminationGracePeriodSeconds` is a whole number"],
  ["images: { pull_secrets: [1] }", "the name of a Secret"],
])("a wrong value is found with what would be right: %s", (settings, message) => {
  const { problems } = load(settings);
  expect(problems).toHaveLength(1);
  expect(problems[0]!.code).toBe("config-wrong-value");
  expect(problems[0]!.message).toContain(message);
});

test("a bucket with an endpoint has a region and addresses with the bucket in their path", () => {
  const { kubernetes, problems } = load(
    "storage: { s3: { bucket: files, prefix: team/a/, endpoint: 'http://s3:9000', secret: s3 } }",
  );
  expect(problems).toEqual([]);
  expect(kubernetes?.storage).toEqual({
    kind: "s3",
    bucket: "files",
    prefix: "team/a/",
    endpoint: "http://s3:9000",
    region: "us-east-1",
    pathStyle: true,
    secret: "s3",
  });
  expect(load("storage: { s3: { bucket: files } }").kubernetes?.storage).toEqual({
    kind: "s3",
    bucket: "files",
    prefix: "",
    pathStyle: false,
  });
});

test.each([
  ["storage: {}", "storage"],
  ["storage: { pvc: a, s3: { bucket: files } }", "storage"],
  ["storage: { s3: { bucket: Files } }", "bucket"],
  ["storage: { s3: { bucket: files, prefix: a/../b } }", "prefix"],
  ["storage: { s3: { bucket: files, prefix: /a } }", "prefix"],
  ["storage: { s3: { bucket: files, endpoint: s3.example } }", "endpoint"],
])("a storage that names no one place is refused: %s", (settings, name) => {
  expect(load(settings).problems).toMatchObject([
    { code: "config-wrong-value", message: expect.stringContaining(name) },
  ]);
});

test("what a run may have at once, and how long a pod may wait", () => {
  const { kubernetes, problems } = load("limits: { jobs: 50, gpus: 4 }\npending_limit: 30m");
  expect(problems).toEqual([]);
  expect(kubernetes).toMatchObject({ limits: { jobs: 50, pods: 200, gpus: 4 }, pendingLimit: 1_800_000 });
  expect(load("pending_limit: soon").problems).toMatchObject([{ message: expect.stringContaining("`10m`") }]);
  expect(load("limits: { jobs: 0 }").problems).toHaveLength(1);
});
