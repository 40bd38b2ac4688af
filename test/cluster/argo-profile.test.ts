// What the `argo` part of a profile asks for happens on Argo's own controller: labels, locks, and what is deleted when.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Finished, runCommand } from "../harness/run-command.ts";
import { makeRepository } from "./argo-engine.ts";
import { bed, type ClusterObject } from "./harness.ts";

const cluster = bed();
const withArgo = test.skipIf(!cluster.runsArgo || cluster.s3 === undefined);
const folder = mkdtempSync(join(tmpdir(), "sluice-argo-profile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = `
task make(seconds: Int) -> { model: File } {
  image "${cluster.images.busybox}"
  run ["sh", "-c", "sleep $0; echo model > $1", seconds, out.model]
}
pipeline main(seconds: Int = 0) -> File { yield make(seconds).model }
`;

interface Workflow extends ClusterObject {
  readonly status?: { readonly phase?: string; readonly message?: string };
}

beforeAll(async () => {
  if (!cluster.runsArgo) return;
  await makeRepository(cluster);
  // What the pods that delete artifacts need.
  const name = "artifact-gc";
  const rule = (resource: string, verbs: string[]) => ({ apiGroups: ["argoproj.io"], resources: [resource], verbs });
  await cluster.create(
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name },
      rules: [rule("workflowartifactgctasks", ["list", "watch"]), rule("workflowartifactgctasks/status", ["patch"])],
    } as ClusterObject,
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name: "default" }],
    } as ClusterObject,
  );
  writeFileSync(join(folder, "main.pipe"), PROGRAM);
});

/** Runs `sluice` in the folder with these settings of `argo`. */
function sluice(argo: object, ...argv: string[]): Promise<Finished> {
  const profile = { kubernetes: { namespace: cluster.namespace }, argo };
  writeFileSync(join(folder, "sluice.yaml"), JSON.stringify({ default_profile: "test", profiles: { test: profile } }));
  return runCommand(argv, { cwd: folder, environment: { KUBECONFIG: cluster.kubeconfig } });
}

withArgo("a Workflow goes when its time is over, its pods when they have ended, and its Files with it", async () => {
  const settings = {
    labels: { team: "research" },
    annotations: { "workflows.argoproj.io/title": "A title" },
    parallelism: 2,
    priority: 7,
    ttl: { after_success: "20s", after_failure: "1h" },
    pod_gc: "OnPodCompletion",
    artifact_gc: "OnWorkflowDeletion",
  };
  const run = await sluice(settings, "run", "--on", "argo");
  expect(run.code, run.stderr).toBe(0);
  const key = JSON.parse(run.stdout) as string;
  const file = join(dirname(cluster.kubeconfig), "s3", cluster.namespace, key.replace(/^.*?:\/\/[^/]*\//, ""));
  expect(existsSync(file), file).toBe(true);
  const name = /^run (\S+) in /.exec(run.stderr)![1]!;
  const workflow = JSON.parse(await cluster.kubectl(["get", "workflow", name, "-o", "json"])) as Workflow;
  expect(workflow.metadata?.labels).toMatchObject({ team: "research" });
  expect(workflow.metadata?.annotations).toMatchObject({ "workflows.argoproj.io/title": "A title" });
  await cluster.kubectl([
    "wait",
    "--for=delete",
    `pods`,
    "-l",
    `workflows.argoproj.io/workflow=${name}`,
    "--timeout=60s",
  ]);
  await cluster.kubectl(["wait", "--for=delete", `workflow/${name}`, "--timeout=100s"]);
  expect(existsSync(file)).toBe(false);
});

withArgo("of two Workflows that hold the same name one waits for the other", async () => {
  const settings = { synchronization: { mutexes: ["release"] } };
  const first = (await sluice(settings, "run", "--on", "argo", "--detach", "-p", "seconds=600")).stdout.trim();
  await cluster.waitFor<Workflow>(`workflow/${first}`, ({ status }) => status?.phase === "Running");
  const second = (await sluice(settings, "run", "--on", "argo", "--detach")).stdout.trim();
  const waiting = await cluster.waitFor<Workflow>(`workflow/${second}`, ({ status }) => status?.message !== undefined);
  expect(waiting.status).toMatchObject({ phase: "Pending", message: expect.stringContaining("release") });
  await sluice(settings, "cancel", first, "--force", "--on", "argo");
  const ended = await cluster.waitFor<Workflow>(
    `workflow/${second}`,
    ({ status }) => status?.phase === "Succeeded" || status?.phase === "Failed" || status?.phase === "Error",
    { seconds: 100 },
  );
  expect(ended.status?.phase).toBe("Succeeded");
});
