// `sluice runs --on argo`: all Workflows of the namespace that come from sluice, oldest first.
import { listArgoRuns } from "../../backends/argo/argo-run.ts";
import { need, onClusterHere } from "../cluster/on-cluster.ts";
import type { CommandAction } from "../command.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { printRuns } from "../ui/print-runs.ts";

export const argoRuns: CommandAction = (invocation, io) =>
  onClusterHere(invocation, io, async ({ client, steps }) => {
    steps.step("reading the Workflows");
    const rows = need(await listArgoRuns(client)).map(({ name, pipeline, created, state, ended }) => {
      return { run: name, pipeline, created, state, ...(ended !== undefined && { ended }) };
    });
    steps.end();
    printRuns(rows, invocation.has("json"), io);
    return EXIT_OK;
  });
