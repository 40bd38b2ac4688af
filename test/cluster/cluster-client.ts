// Clients of the test cluster, straight or through the fault proxy, and the objects that tests of the client need.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type ClientOptions, type ClusterClient, openClient } from "../../src/backends/kubernetes/client.ts";
import { createOnce, type RunRoot } from "../../src/backends/kubernetes/create-once.ts";
import type { ClusterObject, ConfigMap } from "../../src/backends/kubernetes/objects.ts";
import { resourcePath } from "../../src/backends/kubernetes/resource-path.ts";
import { makeTestFolder, removeFolders } from "../backends/local-harness.ts";
import { type FaultProxy, readUpstream, startFaultProxy } from "../harness/fault-proxy.ts";
import type { Bed, ClusterObject as BedObject } from "./harness.ts";

const closers: (() => Promise<unknown>)[] = [];

/** Call once at the top of a file: after its last test, what these functions opened is closed. */
export function closeAfterTests(): void {
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    removeFolders();
  });
}

/** A client of the cluster that is not held back. */
export async function connect(bed: Bed, options: ClientOptions = {}): Promise<ClusterClient> {
  const limit = { rate: 1e6, burst: 1e6 };
  const opened = await openClient({ kubeconfig: bed.kubeconfig, namespace: bed.namespace, limit, ...options });
  if (!opened.ok) throw new Error(opened.message);
  closers.push(() => opened.value.close());
  return opened.value;
}

/** A client whose requests all go through a proxy that can do harm to them. */
export async function connectThroughFaults(
  bed: Bed,
  options: ClientOptions = {},
): Promise<{ readonly client: ClusterClient; readonly proxy: FaultProxy }> {
  const proxy = await startFaultProxy(readUpstream(bed.kubeconfig));
  closers.push(() => proxy.close());
  const kubeconfig = join(makeTestFolder(), "kubeconfig");
  writeFileSync(kubeconfig, proxy.kubeconfig);
  return { client: await connect(bed, { ...options, kubeconfig }), proxy };
}

/** Makes the root object of a run. */
export async function makeRoot(client: ClusterClient, name: string): Promise<RunRoot> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name } };
  const made = await client.request<ConfigMap>("POST", resourcePath("configmaps", client.namespace), { body });
  if (!made.ok) throw new Error(made.message);
  return { name, uid: made.value.metadata.uid ?? "" };
}

/** A Job that is never begun. */
export function suspendedJob(name: string, image = "cluster.test/busybox:1"): ClusterObject {
  const container = { name: "main", image, command: ["true"] };
  const spec = { suspend: true, template: { spec: { restartPolicy: "Never", containers: [container] } } };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec } as ClusterObject;
}

/** Creates a sealed object and insists that it is there. */
export async function mustCreate(client: ClusterClient, object: ConfigMap): Promise<ConfigMap> {
  const made = await createOnce(client, "configmaps", client.namespace, object);
  if (made.kind !== "there") throw new Error(made.message);
  return made.object;
}

/** An object as the test bed's functions take it. */
export function forKubectl(object: ClusterObject): BedObject {
  return object as unknown as BedObject;
}
