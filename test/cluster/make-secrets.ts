// The secrets of a conformance case, whose values stand in its environment, as Secrets of the cluster.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConformanceCase } from "../harness/conformance.ts";
import type { Bed, ClusterObject } from "./harness.ts";

/** A Secret for each variable of the case that stands for one. */
export async function makeSecrets(cluster: Bed, work: string, { environment = {} }: ConformanceCase): Promise<void> {
  const source = readFileSync(join(work, "main.pipe"), "utf8");
  for (const [, name, secret, key] of source.matchAll(/^secret (\w+) = "([^/"]+)\/([^"]+)"/gm)) {
    const value = environment[`SLUICE_SECRET_${name!.toUpperCase()}`];
    if (value === undefined) continue;
    const object = { apiVersion: "v1", kind: "Secret", metadata: { name: secret! }, stringData: { [key!]: value } };
    await cluster.create(object as ClusterObject);
  }
}
