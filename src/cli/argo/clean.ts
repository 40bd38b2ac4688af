// `sluice clean --on argo`: deletes Workflows with their pods and scripts. One that runs stays; artifacts stay in their repository.
import { type ArgoRun, deleteArgoRun, listArgoRuns } from "../../backends/argo/argo-run.ts";
import { chooseByAge, readSelection } from "../clean-selection.ts";
import { need, onClusterHere } from "../cluster/on-cluster.ts";
import type { CommandAction } from "../command.ts";
import { EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import { plural } from "../ui/text.ts";
import { getArgoRun } from "./on-argo.ts";

export const cleanOnArgo: CommandAction = (invocation, io) => {
  const selection = readSelection(invocation, io.now());
  return onClusterHere(invocation, io, async ({ client, steps }) => {
    steps.step("reading the Workflows");
    const named: ArgoRun[] = [];
    for (const operand of invocation.operands) named.push(await getArgoRun(client, operand));
    const chosen =
      named.length > 0
        ? [...new Map(named.map((run) => [run.uid, run])).values()]
        : chooseByAge(need(await listArgoRuns(client)), ({ created }) => created, selection);
    const dry = invocation.has("dry-run");
    let failed = false;
    let removed = 0;
    for (const run of chosen) {
      if (run.state === "running") {
        io.stderr.write(`run ${run.name} is running and stays\n`);
        failed ||= named.length > 0;
        continue;
      }
      steps.step(`deleting ${run.name}`);
      const result = dry ? ({ ok: true } as const) : await deleteArgoRun(client, run);
      if (result.ok) {
        removed++;
        io.stderr.write(`${dry ? "would delete" : "deleted"} run ${run.name}\n`);
      } else {
        failed = true;
        io.stderr.write(`error: ${result.message}\n`);
      }
    }
    if (removed !== 1) io.stderr.write(`${plural(removed, "run")} ${dry ? "would be deleted" : "deleted"}\n`);
    return failed ? EXIT_RUN_FAILED : EXIT_OK;
  });
};
