// `sluice status --on kubernetes`: from the run's root, its journal and its Lease.
import { openClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { readClusterStatus } from "../../backends/kubernetes/cluster-status.ts";
import { readWaiting } from "../../backends/kubernetes/read-waiting.ts";
import { describeGroup } from "../../backends/kubernetes/waiting-groups.ts";
import type { CommandAction } from "../command.ts";
import { mainPipeline } from "../compile-file.ts";
import { EXIT_OK } from "../exit-codes.ts";
import { readProgress } from "../journal-progress.ts";
import { printStatus } from "../print-status.ts";
import { getClusterRun, need, onClusterHere } from "./on-cluster.ts";
import { showClusterRun } from "./show-run.ts";

export const clusterStatus: CommandAction = (invocation, io) =>
  onClusterHere(invocation, io, async ({ client, options, steps }) => {
    steps.step("reading the run");
    const listed = await getClusterRun(client, invocation.operands[0]);
    const run = need(await openClusterRun(client, listed.name));
    const { state, holder, ended, records, warnings } = need(await readClusterStatus(client, run));
    for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
    const read = ended === undefined ? await readWaiting(client, run.name) : { ok: true as const, value: [] };
    if (!read.ok) io.stderr.write(`warning: what pods wait for is not known: ${read.message}\n`);
    const waiting = read.ok ? read.value : [];
    const marked = run.cancelRequested && ended === undefined;
    const facts = {
      run: showClusterRun(run, options),
      state,
      created: run.created,
      ...(ended !== undefined && { ended }),
      ...(holder && { driver: `driven by ${holder.holder}${marked ? ", asked to end" : ""}` }),
      lines: [
        ["cluster", `namespace ${client.namespace}, context ${client.context}`],
        ...waiting.map((group, index) => [index === 0 ? "waiting" : "", describeGroup(group)] as const),
      ] as const,
      json: {
        driver: holder?.holder ?? null,
        cancelRequested: marked,
        namespace: client.namespace,
        context: client.context,
        waiting: waiting.map(({ count, reason, message, example }) => ({ count, reason, message, example })),
      },
      declared: mainPipeline(run.plan).parameters,
      parameters: run.parameters,
      progress: readProgress(records),
    };
    printStatus(facts, invocation.has("json"), io);
    return EXIT_OK;
  });
