import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load-config.ts";
import { createSourceFile } from "../../src/text/source-file.ts";

function load(settings: string) {
  const text = `profiles:\n  a:\n    argo:\n${settings.replace(/^/gm, "      ")}\n`;
  const { value, diagnostics } = loadConfig(createSourceFile(0, "sluice.yaml", text));
  const problems = diagnostics.map(({ code, message, help, span }) => {
    return { code, message, help, text: text.slice(span.start, span.end) };
  });
  return { argo: value.profiles.get("a")?.argo, problems };
}

test("without settings there are none, and an empty section has no effect", () => {
  expect(loadConfig(createSourceFile(0, "sluice.yaml", "profiles: { a: {} }")).value.profiles.get("a")).toEqual({});
  expect(load("{}").argo).toEqual({ labels: {}, annotations: {}, ttl: {}, mutexes: [], semaphores: [], cron: {} });
});

test("all settings are read", () => {
  const { argo, problems } = load(`
labels: { team: research, constructor: x }
annotations: { title: "7" }
parallelism: 50
priority: -3
ttl: { after_completion: 168h, after_success: 24h, after_failure: "1h30m" }
pod_gc: OnWorkflowSuccess
artifact_gc: OnWorkflowDeletion
archive_logs: false
artifact_repository: { config_map: repositories, key: models }
synchronization: { mutexes: [release], semaphores: [{ config_map: limits, key: sweeps }] }
cron: { starting_deadline: 10m, successful_history: 0, failed_history: 2 }`);
  expect(problems).toEqual([]);
  expect(argo).toEqual({
    labels: { team: "research", constructor: "x" },
    annotations: { title: "7" },
    parallelism: 50,
    priority: -3,
    ttl: { completion: 604_800_000, success: 86_400_000, failure: 5_400_000 },
    podGc: "OnWorkflowSuccess",
    artifactGc: "OnWorkflowDeletion",
    archiveLogs: false,
    artifactRepository: { configMap: "repositories", key: "models" },
    mutexes: ["release"],
    semaphores: [{ configMap: "limits", key: "sweeps" }],
    cron: { startingDeadline: 600_000, successfulHistory: 0, failedHistory: 2 },
  });
});

test.each([
  ["ttl: { after_succes: 1h }", "after_succes", "Did you mean `after_success`?", "config-unknown-field"],
  ["semaphore: x", "semaphore", undefined, "config-unknown-field"],
  ["ttl: { after_success: 7d }", "7d", undefined, "config-wrong-value"],
  ["pod_gc: Never", "Never", undefined, "config-wrong-value"],
  ["parallelism: 0", "0", undefined, "config-wrong-value"],
  ["priority: high", "high", undefined, "config-wrong-value"],
  ["labels: { team: 7 }", "7", undefined, "config-wrong-value"],
])("%s is a mistake at its place", (settings, at, help, code) => {
  const { argo, problems } = load(settings);
  expect(argo).toBeUndefined();
  expect(problems).toMatchObject([{ code, text: at, ...(help !== undefined && { help }) }]);
});

test("what a setting takes is said in its own words", () => {
  expect(load("priority: high").problems[0]?.message).toContain("a whole number");
  expect(load("synchronization: { semaphores: [{ config_map: a }] }").problems[0]?.message).toContain(
    "{ config_map: limits, key: sweeps }",
  );
  expect(load("artifact_gc: never").problems[0]?.message).toContain("`OnWorkflowDeletion`");
});
