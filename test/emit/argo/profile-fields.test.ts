// What the `argo` part of a profile adds, checked against Argo's schema.
import { expect, test } from "vitest";
import { checkArgoObject } from "./check-argo-object.ts";
import { compileArgo } from "./compile-argo.ts";

const PROGRAM = `
task work(n: Int) -> { model: File } { image "a/b:1" run ["work", n, out.model] }
pipeline main() -> { model: File } { yield { model: work(1).model } }
`;
const SCHEDULED = 'task work() { image "a/b:1" run ["work"] }\npipeline main() schedule "0 3 * * *" { do work() }';

test("a Workflow is kept, numbered and started as the profile says", () => {
  const { workflow, problems } = compileArgo(PROGRAM, {
    profile: { serviceAccount: "tasks" },
    argo: {
      labels: { team: "research", "app.kubernetes.io/managed-by": "someone" },
      annotations: { "workflows.argoproj.io/title": "A title" },
      parallelism: 50,
      priority: -1,
      ttl: { completion: 3_600_000, success: 1, failure: 86_400_000 },
      podGc: "OnPodSuccess",
      artifactGc: "OnWorkflowDeletion",
      archiveLogs: false,
      artifactRepository: { configMap: "repositories" },
      mutexes: ["release"],
      semaphores: [{ configMap: "limits", key: "sweeps" }],
    },
  });
  expect(problems).toEqual([]);
  expect(workflow.metadata.labels).toMatchObject({ team: "research", "app.kubernetes.io/managed-by": "sluice" });
  expect(workflow.metadata.annotations).toEqual({ "workflows.argoproj.io/title": "A title" });
  expect(workflow.spec).toMatchObject({
    parallelism: 50,
    priority: -1,
    ttlStrategy: { secondsAfterCompletion: 3600, secondsAfterSuccess: 1, secondsAfterFailure: 86400 },
    podGC: { strategy: "OnPodSuccess" },
    artifactGC: { strategy: "OnWorkflowDeletion", serviceAccountName: "tasks" },
    archiveLogs: false,
    artifactRepositoryRef: { configMap: "repositories" },
    synchronization: {
      mutexes: [{ name: "release" }],
      semaphores: [{ configMapKeyRef: { name: "limits", key: "sweeps" } }],
    },
  });
  expect(checkArgoObject(workflow)).toEqual([]);
});

test.each(["CronWorkflow", "WorkflowTemplate"] as const)(
  "a %s hands labels on to the Workflows that it makes",
  (kind) => {
    const argo = { labels: { team: "research" }, cron: { startingDeadline: 600_000, successfulHistory: 0 } };
    const { workflow } = compileArgo(SCHEDULED, { kind, argo });
    expect(workflow.spec.workflowMetadata).toEqual({ labels: { team: "research" } });
    expect(workflow.metadata.labels).not.toHaveProperty("team");
    if (kind === "CronWorkflow")
      expect(workflow.spec).toMatchObject({ startingDeadlineSeconds: 600, successfulJobsHistoryLimit: 0 });
    expect(checkArgoObject(workflow)).toEqual([]);
  },
);

test("settings that are not there add nothing", () => {
  expect(compileArgo(PROGRAM, { argo: {} }).text).toBe(compileArgo(PROGRAM).text);
});

test("Files of the result may not be deleted when the Workflow ends", () => {
  const { problems } = compileArgo(PROGRAM, { argo: { artifactGc: "OnWorkflowCompletion" } });
  expect(problems).toMatchObject([{ code: "argo-files", message: expect.stringContaining("the Files in the result") }]);
  expect(compileArgo(SCHEDULED, { argo: { artifactGc: "OnWorkflowCompletion" } }).problems).toEqual([]);
});

test("an image for all tasks will do", () => {
  const source = 'task work() { run ["work"] }\npipeline main() { do work() }';
  expect(compileArgo(source).problems).toMatchObject([{ code: "image-needed" }]);
  const { template } = compileArgo(source, {
    profile: { images: { rewrites: [], pullSecrets: [], default: "a/b:1" } },
  });
  expect(template("work").container.image).toBe("a/b:1");
});
