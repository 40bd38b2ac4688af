// `sluice outputs --on kubernetes`: the result as the journal holds it. Files are references to where they are stored.
import { openClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { readClusterStatus } from "../../backends/kubernetes/cluster-status.ts";
import { toJsonValue } from "../../types/encode.ts";
import type { CommandAction } from "../command.ts";
import { mainPipeline } from "../compile-file.ts";
import { printResult } from "../execute.ts";
import { EXIT_CANCELLED, EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import { describeNoResult } from "../ui/text.ts";
import { getClusterRun, need, onClusterHere } from "./on-cluster.ts";

export const clusterOutputs: CommandAction = (invocation, io) =>
  onClusterHere(invocation, io, async ({ client, steps }) => {
    steps.step("reading the run");
    const listed = await getClusterRun(client, invocation.operands[0]);
    const { state, folded } = need(await readClusterStatus(client, listed));
    if (state !== "succeeded") {
      io.stderr.write(describeNoResult(listed.name, state));
      return state === "cancelled" ? EXIT_CANCELLED : EXIT_RUN_FAILED;
    }
    const { plan } = need(await openClusterRun(client, listed.name));
    const result = folded.end?.result;
    printResult(result === undefined ? null : toJsonValue(result, mainPipeline(plan).result), plan, io);
    return EXIT_OK;
  });
