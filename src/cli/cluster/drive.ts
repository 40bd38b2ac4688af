// `sluice drive`: the driver inside of the cluster, as its Job starts it. Exit codes tell the Job what to do: after 1 to 5 it starts no other pod,
// since the run has ended or cannot be driven; after all others it does.
import { openClient } from "../../backends/kubernetes/client.ts";
import { openClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { readClusterStatus } from "../../backends/kubernetes/cluster-status.ts";
import { openOrCreateScheduledRun } from "../../backends/kubernetes/start-scheduled-run.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { EXIT_CANCELLED, EXIT_CLUSTER, EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import { driveClusterRun } from "./drive-run.ts";

/** What the Job gives: its namespace and the run's name. */
const NAMESPACE_VARIABLE = "SLUICE_NAMESPACE";
const RUN_VARIABLE = "SLUICE_RUN";

/** Milliseconds for which the cluster may be away before this driver gives its place to another. */
const PATIENCE = 600_000;

export const drive: CommandAction = async (invocation, io) => {
  const { [NAMESPACE_VARIABLE]: namespace, [RUN_VARIABLE]: name } = io.env;
  if (!namespace || !name)
    throw new UsageError(`\`drive\` runs in the driver's Job, which sets ${NAMESPACE_VARIABLE} and ${RUN_VARIABLE}`);
  const endings = invocation.value("endings") ?? "0";
  if (!/^\d{1,6}$/.test(endings)) throw new UsageError(`--endings takes a number, not \`${endings}\``);
  const opened = await openClient({ namespace, patience: PATIENCE });
  if (!opened.ok) throw new UsageError(opened.message);
  const client = opened.value;
  const fail = (message: string): number => {
    io.stderr.write(`error: ${message}\n`);
    return EXIT_CLUSTER;
  };
  try {
    const program = invocation.value("plan") ?? name;
    const found =
      program === name
        ? await openClusterRun(client, name)
        : await openOrCreateScheduledRun(client, { program, job: name });
    if (!found.ok) return fail(found.message);
    const run = found.value;
    const status = await readClusterStatus(client, run);
    if (!status.ok) return fail(status.message);
    const { end, recorded } = status.value.folded;
    if (end !== null && recorded.endings > Number(endings)) {
      io.stderr.write(`run ${name} has ended: ${end.status}\n`);
      return end.status === "succeeded" ? EXIT_OK : end.status === "failed" ? EXIT_RUN_FAILED : EXIT_CANCELLED;
    }
    return await driveClusterRun(
      {
        client,
        run,
        options: " --on kubernetes",
        failFast: invocation.has("fail-fast") || run.failFast,
        strict: invocation.has("strict") || run.strict,
        cancelFirst: run.cancelRequested,
        json: false,
        quiet: false,
        inCluster: true,
        // In a pod, its name.
        holder: `the driver pod ${io.env.HOSTNAME ?? name}`,
      },
      io,
    );
  } finally {
    await client.close();
  }
};
