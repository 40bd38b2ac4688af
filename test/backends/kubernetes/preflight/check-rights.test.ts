import { afterAll, expect, test } from "vitest";
import { findMissingRights, RUN_RIGHTS } from "../../../../src/backends/kubernetes/preflight/check-rights.ts";
import { removeFolders } from "../../local-harness.ts";
import { answerJson, connectTo, endScripted, refuse, startScripted } from "../scripted-server.ts";

afterAll(async () => {
  await endScripted();
  removeFolders();
});

type Attributes = { readonly verb: string; readonly resource: string; readonly subresource?: string };

async function ask(rules: readonly object[], allows: (asked: Attributes) => boolean) {
  const server = await startScripted(({ path, body }, answer) => {
    if (path.endsWith("selfsubjectrulesreviews")) return answerJson(answer, 201, { status: { resourceRules: rules } });
    const { spec } = body as { spec: { resourceAttributes: Attributes } };
    return answerJson(answer, 201, { status: { allowed: allows(spec.resourceAttributes) } });
  });
  const missing = await findMissingRights(await connectTo(server.url), "ns", RUN_RIGHTS);
  return { missing, asked: server.requests.length };
}

test("one request is enough for who may do all", async () => {
  const { missing, asked } = await ask([{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }], () => false);
  expect(missing).toEqual({ kind: "known", missing: [] });
  expect(asked).toBe(1);
});

test("what the list does not show is asked for by itself, and told by verbs", async () => {
  const rules = [{ verbs: ["*"], apiGroups: ["", "coordination.k8s.io"], resources: ["*"] }];
  const { missing } = await ask(rules, ({ verb }) => verb !== "create" && verb !== "delete");
  expect(missing).toEqual({
    kind: "known",
    missing: [{ group: "batch", resource: "jobs", verbs: ["create", "delete"] }],
  });
});

test("a right to single objects by name is no right to all", async () => {
  const rules = [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], resourceNames: ["x"] }];
  const { missing } = await ask(rules, ({ resource, subresource }) => !(resource === "pods" && subresource === "log"));
  expect(missing).toEqual({ kind: "known", missing: [{ group: "", resource: "pods/log", verbs: ["get"] }] });
});

test("a server that does not say is no missing right", async () => {
  const server = await startScripted((_, answer) => refuse(answer, 403, "Forbidden", "no"));
  const missing = await findMissingRights(await connectTo(server.url), "ns", RUN_RIGHTS);
  expect(missing).toMatchObject({ kind: "unknown", finding: { severity: "not-checked" } });
});
