// `sluice outputs --on argo`: the result as the Workflow holds it. Files are keys in Argo's artifact repository.
import { onClusterHere } from "../cluster/on-cluster.ts";
import type { CommandAction } from "../command.ts";
import { printResult } from "../execute.ts";
import { EXIT_CANCELLED, EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import { describeNoResult } from "../ui/text.ts";
import { openPickedRun } from "./on-argo.ts";

export const argoOutputs: CommandAction = (invocation, io) =>
  onClusterHere(invocation, io, async ({ client, steps }) => {
    steps.step("reading the Workflow");
    const { name, state, result, plan } = await openPickedRun(client, invocation.operands[0]);
    if (state !== "succeeded") {
      io.stderr.write(describeNoResult(name, state === "failing" ? "running" : state));
      return state === "cancelled" ? EXIT_CANCELLED : EXIT_RUN_FAILED;
    }
    printResult(result, plan, io);
    return EXIT_OK;
  });
