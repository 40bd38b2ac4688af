// A driver as a program of its own, which a test can kill. In: one argument, `DriveArguments` as JSON. Out: how it ended, as JSON on stdout.
import { openClient } from "../../src/backends/kubernetes/client.ts";
import { openClusterRun } from "../../src/backends/kubernetes/cluster-run.ts";
import { executeClusterRun } from "../../src/backends/kubernetes/execute-cluster-run.ts";

export interface DriveArguments {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly run: string;
  /** Seconds. */
  readonly leaseDuration: number;
  /** Items of a map above which it has shards. */
  readonly largeMap?: number;
}

const { kubeconfig, namespace, run, leaseDuration, ...more } = JSON.parse(process.argv[2] ?? "") as DriveArguments;
const opened = await openClient({ kubeconfig, namespace, limit: { rate: 1e6, burst: 1e6 } });
if (!opened.ok) throw new Error(opened.message);
const client = opened.value;
const found = await openClusterRun(client, run);
if (!found.ok) throw new Error(found.message);
const ended = await executeClusterRun({ client, run: found.value, engineVersion: "0.0.0", leaseDuration, ...more });
process.stdout.write(`${JSON.stringify(ended)}\n`);
await client.close();
