// `sluice clean --on kubernetes`: removes runs with all their objects. A run that is being driven stays; Files in the storage stay.
import { hostname } from "node:os";
import { cleanClusterRun } from "../../backends/kubernetes/clean-run.ts";
import { type ListedRun, listClusterRuns, openClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { summarizeClusterRuns } from "../../backends/kubernetes/cluster-status.ts";
import { removeClusterCache } from "../../backends/kubernetes/remove-cache.ts";
import { chooseByAge, readSelection } from "../clean-selection.ts";
import type { CommandAction } from "../command.ts";
import { EXIT_OK, EXIT_RUN_FAILED } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { plural } from "../ui/text.ts";
import { type Cluster, getClusterRun, need, onClusterHere } from "./on-cluster.ts";

export const cleanOnCluster: CommandAction = (invocation, io) => {
  const selection = readSelection(invocation, io.now());
  return onClusterHere(invocation, io, async (cluster) => {
    const { client, steps } = cluster;
    steps.step("reading the runs");
    const named: ListedRun[] = [];
    for (const operand of invocation.operands) named.push(await getClusterRun(client, operand));
    const chosen =
      named.length > 0
        ? [...new Map(named.map((run) => [run.uid, run])).values()]
        : chooseByAge(need(await listClusterRuns(client)), ({ created }) => created, selection);
    const dry = invocation.has("dry-run");
    let failed = false;
    let removed = 0;
    for (const { run, state } of need(await summarizeClusterRuns(client, chosen))) {
      if (state === "running") {
        io.stderr.write(`run ${run.name} is running and stays\n`);
        failed ||= named.length > 0;
        continue;
      }
      const left = await describeFiles(cluster, run);
      const result = dry ? ({ ok: true } as const) : await remove(cluster, run, io);
      if (result.ok) {
        removed++;
        io.stderr.write(`${dry ? "would delete" : "deleted"} run ${run.name}${left}\n`);
      } else {
        failed = true;
        io.stderr.write(`error: ${result.message}\n`);
      }
    }
    if (invocation.has("all") && !dry) {
      const cleaned = await removeClusterCache(client);
      if (!cleaned.ok) io.stderr.write(`error: ${cleaned.message}\n`);
      failed ||= !cleaned.ok;
    }
    if (removed !== 1) io.stderr.write(`${plural(removed, "run")} ${dry ? "would be deleted" : "deleted"}\n`);
    return failed ? EXIT_RUN_FAILED : EXIT_OK;
  });
};

async function remove({ client, steps }: Cluster, run: ListedRun, io: Io) {
  const stop = new AbortController();
  const release = io.onSignal(() => stop.abort());
  try {
    return await cleanClusterRun({
      client,
      run,
      holder: `clean on ${hostname()}, process ${process.pid}`,
      signal: stop.signal,
      onStep: (step) => steps.step(`${run.name}: ${step}`),
    });
  } finally {
    release();
  }
}

/** Where the Files are that stay; nothing for a run that has none, or cannot be read any more. */
async function describeFiles({ client }: Cluster, { name }: ListedRun): Promise<string> {
  const opened = await openClusterRun(client, name);
  const storage = opened.ok ? opened.value.profile.storage : undefined;
  if (storage === undefined) return "";
  const place =
    storage.kind === "pvc"
      ? `\`${name}/\` of volume claim \`${storage.claim}\``
      : `\`s3://${storage.bucket}/${storage.prefix}${name}/\``;
  return `; Files it wrote stay in ${place}`;
}
