// The bed itself: what it must be able to show before anything of ours is tried on it.
import type { V1Job, V1Node, V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { bed, type ClusterObject } from "./harness.ts";

const cluster = bed();
const withPods = test.skipIf(!cluster.runsPods);

/** A Job of one container. */
function job(name: string, script: string, more: object = {}): ClusterObject {
  const container = { name: "main", image: cluster.images.busybox, command: ["sh", "-c", script], ...more };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: { restartPolicy: "Never", containers: [container] } } },
  } as ClusterObject;
}

const ended = (pod: V1Pod) => ["Succeeded", "Failed"].includes(pod.status?.phase ?? "");
const terminated = (pod: V1Pod) => pod.status?.containerStatuses?.[0]?.state?.terminated;
const isTrue = (conditions: readonly { type: string; status: string }[] | undefined, type: string) =>
  conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;

test("the namespace of a test file is there, and its name is allowed in labels", async () => {
  const listed = await cluster.kubectl(["get", "namespace", cluster.namespace, "-o", "jsonpath={.status.phase}"]);
  expect(listed).toBe("Active");
  expect(cluster.namespace.length).toBeLessThanOrEqual(63);
});

test("a field that the server does not know is refused, and nothing is created", async () => {
  const wrong = job("typing-error", "true", { imagePulPolicy: "Never" });
  const args = ["create", "--dry-run=server", "--validate=strict", "-f", "-"];
  const refused = await cluster.tryKubectl(args, JSON.stringify(wrong));
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('unknown field "spec.template.spec.containers[0].imagePulPolicy"');
  await expect(cluster.create(wrong)).rejects.toThrow("imagePulPolicy");
  expect(await cluster.kubectl(["get", "jobs", "-o", "name"])).toBe("");
});

test("a dry run of a good object says so and creates nothing", async () => {
  const args = ["create", "--dry-run=server", "--validate=strict", "-f", "-"];
  expect(await cluster.kubectl(args, JSON.stringify(job("good", "true")))).toContain("job.batch/good created");
  expect(await cluster.kubectl(["get", "jobs", "-o", "name"])).toBe("");
});

withPods("a node is ready", async () => {
  const node = await cluster.waitFor<V1Node>("nodes", ({ status }) => isTrue(status?.conditions, "Ready"));
  expect(Number(node.status!.allocatable!.pods)).toBeGreaterThan(0);
});

withPods("a Job runs: its log, its message and its end come back", async () => {
  await cluster.create(job("hello", "echo to the log; printf 'a result' > /dev/termination-log"));
  const pod = await cluster.waitFor<V1Pod>("pods", ended, { labels: "job-name=hello" });
  expect(terminated(pod)).toMatchObject({ exitCode: 0, message: "a result" });
  await cluster.waitFor<V1Job>("job/hello", ({ status }) => isTrue(status?.conditions, "Complete"));
  expect(await cluster.kubectl(["logs", "job/hello"])).toBe("to the log\n");
});

withPods("a container that fails says its exit code", async () => {
  await cluster.create(job("failing", "exit 3"));
  const pod = await cluster.waitFor<V1Pod>("pods", ended, { labels: "job-name=failing" });
  expect(pod.status?.phase).toBe("Failed");
  expect(terminated(pod)).toMatchObject({ exitCode: 3, reason: "Error" });
});

withPods("a container over its memory limit is killed by the kernel", async () => {
  const resources = { requests: { memory: "32Mi" }, limits: { memory: "32Mi" } };
  await cluster.create(job("hungry", "exec dd if=/dev/zero of=/dev/null bs=200M count=1", { resources }));
  const pod = await cluster.waitFor<V1Pod>("pods", ended, { labels: "job-name=hungry" });
  expect(terminated(pod)).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
});

withPods("a container gets TERM and may end in its own way", async () => {
  await cluster.create(job("patient", "trap 'exit 7' TERM; touch /tmp/on; while :; do sleep 0.1; done"));
  const labels = "job-name=patient";
  const running = await cluster.waitFor<V1Pod>("pods", ({ status }) => status?.phase === "Running", { labels });
  const name = running.metadata!.name!;
  await cluster.kubectl(["exec", name, "--", "sh", "-c", "until [ -e /tmp/on ]; do sleep 0.05; done; kill -TERM 1"]);
  expect(terminated(await cluster.waitFor<V1Pod>("pods", ended, { labels }))).toMatchObject({ exitCode: 7 });
});

withPods("a pod reaches the API server with its own account, and only as far as its rights go", async () => {
  await cluster.kubectl(["create", "serviceaccount", "reader"]);
  await cluster.kubectl(["create", "role", "reader", "--verb=list", "--resource=pods"]);
  await cluster.kubectl([
    "create",
    "rolebinding",
    "reader",
    "--role=reader",
    `--serviceaccount=${cluster.namespace}:reader`,
  ]);
  const program = `
    const { readFileSync } = require("node:fs");
    const folder = "/var/run/secrets/kubernetes.io/serviceaccount/";
    const read = (name) => readFileSync(folder + name, "utf8");
    const ask = (kind) => fetch(
      "https://" + process.env.KUBERNETES_SERVICE_HOST + ":" + process.env.KUBERNETES_SERVICE_PORT +
        "/api/v1/namespaces/" + read("namespace") + "/" + kind,
      { headers: { authorization: "Bearer " + read("token") } });
    Promise.all([ask("pods"), ask("secrets")]).then((answers) => console.log(...answers.map(({ status }) => status)));`;
  await cluster.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "reader" },
    spec: {
      serviceAccountName: "reader",
      restartPolicy: "Never",
      containers: [
        {
          name: "main",
          image: cluster.images.node,
          command: ["node", "-e", program],
          env: [{ name: "NODE_EXTRA_CA_CERTS", value: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt" }],
        },
      ],
    },
  } as ClusterObject);
  await cluster.waitFor<V1Pod>("pod/reader", ended);
  expect(await cluster.kubectl(["logs", "reader"])).toBe("200 403\n");
});

withPods("a quota holds pods back, and lets them through when it is raised", async () => {
  await cluster.kubectl(["create", "quota", "none", "--hard=count/jobs.batch=0"]);
  await cluster.waitFor<ClusterObject & { status?: { hard?: object } }>(
    "resourcequota/none",
    ({ status }) => status?.hard !== undefined,
  );
  await expect(cluster.create(job("held", "true"))).rejects.toThrow("exceeded quota: none");
  await cluster.kubectl(["delete", "quota", "none"]);
  await cluster.create(job("held", "true"));
  await cluster.waitFor<V1Pod>("pods", ended, { labels: "job-name=held" });
});

withPods("a namespace with the restricted pod standard refuses what the standard forbids", async () => {
  await cluster.kubectl(["label", "namespace", cluster.namespace, "pod-security.kubernetes.io/enforce=restricted"]);
  const run = ["run", "unfit", `--image=${cluster.images.busybox}`, "--restart=Never"];
  const refused = await cluster.tryKubectl([...run, "--", "true"]);
  await cluster.kubectl(["label", "namespace", cluster.namespace, "pod-security.kubernetes.io/enforce-"]);
  expect(refused.stderr).toContain('violates PodSecurity "restricted');
});
