// `sluice apply`: puts a scheduled pipeline into the cluster, and removes what earlier versions of it left there.
import { type Applied, applyObjects } from "../../backends/kubernetes/apply/apply-objects.ts";
import { type Comparison, compareObjects } from "../../backends/kubernetes/apply/compare-objects.ts";
import { type Manifest, toManifest } from "../../backends/kubernetes/apply/server-apply.ts";
import { findStale } from "../../backends/kubernetes/apply/stale-objects.ts";
import type { ClusterClient } from "../../backends/kubernetes/client.ts";
import { explainProblem } from "../../backends/kubernetes/explain-problem.ts";
import { emitJobs } from "../../emit/jobs/emit.ts";
import { paint, type Style } from "../../util/paint.ts";
import { bringInputs } from "../bring-inputs.ts";
import { ClusterError, onCluster } from "../cluster/on-cluster.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { emitProgram, type ReadProgram, readProgram } from "../emit-program.ts";
import { EXIT_CLUSTER, EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import type { Io } from "../io.ts";

export const apply: CommandAction = async (invocation, io) => {
  const program = readProgram(invocation, io);
  if (program === undefined) return EXIT_SOURCE;
  return onCluster(invocation, io, program.profile, async ({ client, steps }) => {
    const options = { force: invocation.has("force-conflicts"), dryRun: invocation.has("dry-run") };
    steps.step("trying it without writing");
    if (program.pipeline.schedule === undefined) return await removeSchedule(program, client, options.dryRun, io);
    const brought = await bringInputs(program, { namespace: client.namespace, bucket: "leave" }, io);
    const files = brought && emitProgram(brought, client.namespace, io, emitJobs);
    if (files === undefined) return EXIT_SOURCE;
    const objects = files.flatMap((file) => file.objects.map(({ object }) => toManifest(object)));
    const compared = await compareObjects(client, client.namespace, objects, options.force);
    steps.end();
    return await applyAll(program, client, objects, compared, options, io);
  });
};

async function applyAll(
  { pipeline }: ReadProgram,
  client: ClusterClient,
  objects: readonly Manifest[],
  compared: readonly Comparison[],
  { force, dryRun }: { readonly force: boolean; readonly dryRun: boolean },
  io: Io,
): Promise<number> {
  const { namespace } = client;
  if (reportRefused(compared, io)) {
    io.stderr.write("nothing was changed\n");
    return EXIT_CLUSTER;
  }
  if (dryRun) {
    const stale = await findStale(client, namespace, pipeline.name, objects);
    if (!stale.ok) throw new ClusterError(explainProblem(stale, "list what is in the cluster", client));
    for (const { kind, object } of compared) {
      const change = kind === "added" ? "created" : kind === "changed" ? "changed" : "unchanged";
      printApplied({ change, kind: object.kind, name: object.metadata.name }, io);
    }
    for (const { kind, name } of stale.value) printApplied({ change: "pruned", kind, name }, io);
    io.stderr.write("this was a dry run: nothing was changed\n");
    return EXIT_OK;
  }
  const onApplied = (applied: Applied): void => printApplied(applied, io);
  const end = await applyObjects({ client, namespace, pipeline: pipeline.name, objects, force, onApplied });
  if (!end.ok) throw new ClusterError(`${end.message}; apply it again to go on`);
  const { cron, zone = "Etc/UTC" } = pipeline.schedule!;
  const suspended = compared.some((each) => each.object.kind === "CronJob" && isSuspended(each));
  const note = suspended
    ? "its CronJob is suspended and starts none: see `kubectl patch cronjob`"
    : "see them with `sluice runs --on kubernetes`";
  io.stderr.write(
    `pipeline \`${pipeline.name}\` runs at \`${cron}\` (${zone}) in namespace \`${namespace}\`; ${note}\n`,
  );
  return EXIT_OK;
}

/** A pipeline that has no schedule any more: what its schedule left goes. */
async function removeSchedule(
  { pipeline, compiled }: ReadProgram,
  client: ClusterClient,
  dryRun: boolean,
  io: Io,
): Promise<number> {
  const { namespace } = client;
  const stale = await findStale(client, namespace, pipeline.name, []);
  if (!stale.ok) throw new ClusterError(explainProblem(stale, "list what is in the cluster", client));
  if (stale.value.length === 0)
    throw new UsageError(
      `pipeline \`${pipeline.name}\` has no schedule, so nothing of it is meant to stay in the cluster; start a run with \`sluice run --on kubernetes ${compiled.file}\``,
    );
  const onApplied = (applied: Applied): void => printApplied(applied, io);
  if (dryRun) for (const { kind, name } of stale.value) onApplied({ change: "pruned", kind, name });
  else {
    const end = await applyObjects({
      client,
      namespace,
      pipeline: pipeline.name,
      objects: [],
      force: false,
      onApplied,
    });
    if (!end.ok) throw new ClusterError(`${end.message}; apply it again to go on`);
  }
  const kept = "its accounts and rights stay, for runs";
  io.stderr.write(
    dryRun
      ? "this was a dry run: nothing was changed\n"
      : `pipeline \`${pipeline.name}\` has no schedule any more; ${kept}\n`,
  );
  return EXIT_OK;
}

/** Prints what is refused; true when something is. */
export function reportRefused(compared: readonly Comparison[], io: Io): boolean {
  const refused = compared.filter((each) => each.kind === "refused");
  for (const message of new Set(refused.map((each) => each.message))) io.stderr.write(`error: ${message}\n`);
  if (refused.some(({ conflict }) => conflict)) io.stderr.write("  with --force-conflicts these fields become ours\n");
  return refused.length > 0;
}

function isSuspended(compared: Comparison): boolean {
  if (compared.kind !== "changed" && compared.kind !== "unchanged") return false;
  const { spec } = compared.after;
  return typeof spec === "object" && spec !== null && "suspend" in spec && spec.suspend === true;
}

const STYLES: Readonly<Record<Applied["change"], Style>> = {
  created: "good",
  changed: "warning",
  unchanged: "faint",
  pruned: "error",
};

function printApplied({ change, kind, name }: Applied, { stdout }: Io): void {
  stdout.write(`${paint(change.padEnd(9), STYLES[change], stdout.color)} ${kind} ${name}\n`);
}
