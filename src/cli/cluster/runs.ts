// `sluice runs --on kubernetes`: all runs of the namespace, oldest first.
import { listClusterRuns } from "../../backends/kubernetes/cluster-run.ts";
import { summarizeClusterRuns } from "../../backends/kubernetes/cluster-status.ts";
import type { CommandAction } from "../command.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { printRuns } from "../ui/print-runs.ts";
import { need, onClusterHere } from "./on-cluster.ts";

export const clusterRuns: CommandAction = (invocation, io) =>
  onClusterHere(invocation, io, async ({ client, steps }) => {
    steps.step("reading the runs");
    const summaries = need(await summarizeClusterRuns(client, need(await listClusterRuns(client))));
    const rows = summaries.map(({ run, state, ended }) => {
      const { name, pipeline, created } = run;
      return { run: name, pipeline, created, state, ...(ended !== undefined && { ended }) };
    });
    steps.end();
    printRuns(rows, invocation.has("json"), io);
    return EXIT_OK;
  });
