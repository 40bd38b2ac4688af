// `sluice plan --on kubernetes` before a real API server: what it finds, and that it writes nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Finding } from "../../src/backends/kubernetes/preflight/finding.ts";
import { runInProcess } from "../harness/in-process.ts";
import { bed } from "./harness.ts";

const cluster = bed();

interface Setup {
  readonly task?: string;
  readonly pod?: string;
  readonly profile?: string;
  readonly kubeconfig?: string;
  readonly namespace?: string;
}

function project({ task = "", profile = "" }: Setup): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-preflight-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, "main.pipe"),
    `secret token = "hf/token"
task train(n: Int) {
  image "${cluster.images.busybox}"
  run ["echo", n]
  env { TOKEN: token }
  ${task === "" ? "resources { cpu: 0.05, memory: 16Mi }" : task}
}
pipeline look(n: Int = 1) {
  do map i in range(3) { do train(i) }
}
`,
  );
  if (profile !== "")
    writeFileSync(join(folder, "sluice.yaml"), `default_profile: p\nprofiles: { p: { kubernetes: { ${profile} } } }\n`);
  return folder;
}

async function look(setup: Setup = {}) {
  const args = ["plan", "--on", "kubernetes", "--json"];
  const place = [
    "--namespace",
    setup.namespace ?? cluster.namespace,
    "--kubeconfig",
    setup.kubeconfig ?? cluster.kubeconfig,
  ];
  const { code, stdout, stderr } = await runInProcess([...args, ...place], project(setup));
  if (stdout === "") throw new Error(stderr);
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  return {
    code,
    findings,
    codes: findings.filter(({ severity }) => severity === "error").map(({ code: each }) => each),
  };
}

async function apply(...objects: readonly object[]): Promise<void> {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await cluster.kubectl(["apply", "--server-side", "-f", "-"], text);
  onTestFinished(async () => void (await cluster.kubectl(["delete", "--ignore-not-found", "-f", "-"], text)));
}

const secret = (data: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "hf" },
  stringData: data,
});

test("nothing stands in the way where all is there, and nothing is written", async () => {
  await apply(secret({ token: "sesame-open" }));
  const all = ["get", "all,configmap,podtemplate,sa,role,rolebinding,lease", "-o", "jsonpath={.items[*].metadata.uid}"];
  const before = await cluster.kubectl(all);
  const { code, codes } = await look();
  expect(codes).toEqual([]);
  expect(code).toBe(0);
  expect(await cluster.kubectl(all)).toBe(before);
});

test("a missing Secret is an error that says how to make it; a missing key one that lists the others, and no value", async () => {
  const none = await look();
  expect(none.code).toBe(1);
  expect(none.findings[0]).toMatchObject({
    code: "secret-missing",
    help: expect.stringContaining("kubectl create secret generic hf"),
  });
  await apply(secret({ tokens: "sesame-open" }));
  const { findings } = await look();
  expect(findings[0]).toMatchObject({ code: "secret-missing", help: "Did you mean `tokens`?" });
  expect(JSON.stringify(findings)).not.toContain("sesame-open");
});

test("classes, accounts, claims and queues that are not there are told once each", async () => {
  await apply(secret({ token: "x" }));
  const { codes } = await look({
    task: 'resources { cpu: 0.05, memory: 16Mi, priority: "urgent" }\n  pod { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] }',
    profile: "service_account: nobody, queue: research, images: { pull_secrets: [mirror] }",
  });
  expect(codes.toSorted()).toEqual([
    "account-missing",
    "claim-missing",
    "class-missing",
    "queue-missing",
    "secret-missing",
  ]);
});

test("what no node has is told: labels, amounts, devices", async () => {
  await apply(secret({ token: "x" }));
  expect((await look({ task: 'resources { node: { "disktype": "ssd" } }' })).codes).toEqual(["no-matching-node"]);
  expect((await look({ task: "resources { memory: 900Ti }" })).codes).toEqual(["no-large-node"]);
  const { findings } = await look({ task: "resources { gpu: 1 }" });
  expect(findings[0]).toMatchObject({ code: "no-large-node", message: expect.stringContaining("`nvidia.com/gpu`") });
});

// On a cluster that is not ours nodes are left as they are.
test.runIf(cluster.restartable)("a taint of the nodes is told with the toleration that would do", async () => {
  await apply(secret({ token: "x" }));
  const names = (await cluster.kubectl(["get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"])).split(" ");
  const taint = async (text: string) => void (await cluster.kubectl(["taint", "node", ...names, text]));
  await taint("team=blue:NoSchedule");
  onTestFinished(() => taint("team=blue:NoSchedule-"));
  const toleration = '{ key: "team", operator: "Equal", value: "blue", effect: "NoSchedule" }';
  const { code, findings } = await look();
  const finding = findings.find(({ message }) => message.includes("train"));
  expect(finding).toMatchObject({
    code: "taint-not-tolerated",
    severity: "error",
    message: expect.stringContaining("`team=blue:NoSchedule`"),
    help: expect.stringContaining(toleration),
  });
  expect(code).toBe(1);
  const task = `resources { cpu: 0.05, memory: 16Mi, tolerations: [${toleration}] }`;
  const tolerated = await look({ task });
  expect(tolerated.findings.filter(({ message }) => message.includes("train"))).toEqual([]);
});

test("the namespace's Pod Security Standard and LimitRange refuse pods before the run", async () => {
  await apply(secret({ token: "x" }), {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "small" },
    spec: { limits: [{ type: "Container", max: { memory: "8Mi" } }] },
  });
  expect((await look()).codes).toContain("limit-range");
  await cluster.kubectl(["delete", "limitrange", "small"]);
  const label = "pod-security.kubernetes.io/enforce";
  await cluster.kubectl(["label", "namespace", cluster.namespace, `${label}=restricted`]);
  onTestFinished(async () => void (await cluster.kubectl(["label", "namespace", cluster.namespace, `${label}-`])));
  const refused = await look();
  expect(refused.codes).toEqual(["pod-security"]);
  expect(refused.findings[0]?.help).toContain("pod_security: restricted");
  expect((await look({ profile: "pod_security: restricted" })).codes).toEqual([]);
});

test("quotas: too small for one pod is an error, less than the run's peak or used up a warning", async () => {
  await apply(secret({ token: "x" }));
  const quota = async (hard: Record<string, string>) => {
    await apply({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: { hard } });
    const path = "jsonpath={.status.hard}";
    await cluster.kubectl(["wait", "resourcequota/q", "--for=jsonpath={.status.hard}", "--timeout=30s", `-o=${path}`]);
    const found = await look();
    await cluster.kubectl(["delete", "resourcequota", "q"]);
    return found.findings.map(({ code, severity }) => `${severity} ${code}`);
  };
  expect(await quota({ "requests.memory": "8Mi" })).toContain("error quota-too-small");
  expect(await quota({ "requests.cpu": "300m" })).not.toContain("warning quota-below-peak");
  expect(await quota({ pods: "2" })).toContain("warning quota-below-peak");
  expect(await quota({ "count/jobs.batch": "0" })).toContain("warning quota-used-up");
});

test("who may do little is told what is missing, and what could not be looked at", async () => {
  await apply(
    secret({ token: "x" }),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "guest" } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "guest" },
      rules: [{ apiGroups: [""], resources: ["configmaps", "pods"], verbs: ["get", "list"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "guest" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "guest" },
      subjects: [{ kind: "ServiceAccount", name: "guest", namespace: cluster.namespace }],
    },
  );
  const { code, findings } = await look({ kubeconfig: await kubeconfigOf("guest") });
  expect(code).toBe(1);
  const missing = findings.filter((each) => each.code === "right-missing").map(({ message }) => message);
  expect(missing).toContainEqual(expect.stringContaining("create, patch, update, delete configmaps in namespace"));
  expect(missing).toContainEqual(expect.stringContaining("jobs.batch"));
  const unchecked = findings.filter(({ severity }) => severity === "not-checked").map((each) => each.code);
  expect(unchecked.toSorted()).toEqual([
    "driver-right-missing",
    "limit-range",
    "no-matching-node",
    "pod-refused",
    "quota-below-peak",
    "secret-missing",
  ]);
});

test("a namespace that is not there is the one thing told", async () => {
  const { code, findings } = await look({ namespace: "nowhere" });
  expect(code).toBe(1);
  expect(findings).toMatchObject([
    { code: "namespace-missing", help: expect.stringContaining("kubectl create namespace nowhere") },
  ]);
});

/** A kubeconfig for a service account. */
async function kubeconfigOf(account: string): Promise<string> {
  const token = (await cluster.kubectl(["create", "token", account])).trim();
  const folder = mkdtempSync(join(tmpdir(), "sluice-guest-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "kubeconfig");
  writeFileSync(file, readFileSync(cluster.kubeconfig));
  const config = (...args: readonly string[]) => cluster.kubectl(["--kubeconfig", file, "config", ...args]);
  await config("set-credentials", account, `--token=${token}`);
  await config("set-context", "--current", `--user=${account}`);
  return file;
}
