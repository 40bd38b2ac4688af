// The API server ended and started again, which all other tests that run on the same bed would feel.
import { expect, test } from "vitest";
import { bed, type ClusterObject } from "./harness.ts";

const cluster = bed();

test.skipIf(!cluster.restartable)("the API server may be restarted: what it held is still there", async () => {
  await cluster.kubectl(["create", "configmap", "kept", "--from-literal=a=1"]);
  await cluster.restartApiServer();
  expect(await cluster.kubectl(["get", "configmap", "kept", "-o", "jsonpath={.data.a}"])).toBe("1");
});

test.skipIf(!cluster.restartable)("a wait outlives a restart of the API server", async () => {
  const added = cluster.waitFor<ClusterObject>("configmap/late", () => true);
  await cluster.restartApiServer({ awaySeconds: 1 });
  await cluster.kubectl(["create", "configmap", "late"]);
  expect((await added).metadata?.name).toBe("late");
});
