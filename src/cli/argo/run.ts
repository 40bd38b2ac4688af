// `sluice run --on argo`: check, the Workflow, and then Argo's controller does the rest; it is followed from here.
import { createArgoRun, planAnnotation } from "../../backends/argo/argo-run.ts";
import type { ClusterObject } from "../../backends/kubernetes/objects.ts";
import { makeRunId } from "../../backends/run-folder.ts";
import { emitArgo } from "../../emit/argo/emit.ts";
import { objectLabels } from "../../emit/labels.ts";
import { type Cluster, need, onCluster } from "../cluster/on-cluster.ts";
import { printStarted } from "../cluster/run.ts";
import { type Invocation, UsageError } from "../command.ts";
import { emitProgram, type ReadProgram, readProgram } from "../emit-program.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { followRun } from "./follow.ts";

/** Characters of the pipeline's name that begin the run's: the names of its pods are made from it. */
const LONGEST_BEGINNING = 30;

/** What a run of Argo cannot keep, and why. */
const NOT_ON_ARGO = [
  ["fail-fast", "it does not stop what runs when something else fails"],
  ["strict", "it does not look for fields that outputs have beyond their type"],
] as const;

/** Starts a run; `name`: what its name begins with instead of the pipeline's. */
export function runOnArgo(invocation: Invocation, name: string | undefined, io: Io): Promise<number> {
  for (const [option, reason] of NOT_ON_ARGO)
    if (invocation.has(option)) throw new UsageError(`--${option} is not possible on Argo: ${reason}`);
  const program = readProgram(invocation, io);
  if (program === undefined) return Promise.resolve(EXIT_SOURCE);
  return onCluster(invocation, io, program.profile, (cluster) => start(program, cluster, invocation, name, io));
}

async function start(
  program: ReadProgram,
  cluster: Cluster,
  invocation: Invocation,
  beginning: string | undefined,
  io: Io,
): Promise<number> {
  const { client, steps, options } = cluster;
  const { pipeline, plan } = program;
  const name = makeRunId((beginning ?? pipeline.name).slice(0, LONGEST_BEGINNING), io.now(), Math.random() * 0x10000);
  const files = emitProgram(program, client.namespace, io, (each, given) =>
    emitArgo(each, { ...given, ...(program.argo && { argo: program.argo }), kind: "Workflow", run: name }),
  );
  if (files === undefined) return EXIT_SOURCE;
  const annotations = planAnnotation(plan, program.options.parameters);
  if (annotations === undefined)
    throw new UsageError(
      "this program is too large to be followed on Argo: `sluice compile --target argo` writes the Workflow alone",
    );
  const labels = objectLabels({ pipeline: pipeline.name, run: name }, "plan");
  const objects = files.flatMap((file) =>
    file.objects.map(({ object }): ClusterObject => {
      const emitted = object as unknown as ClusterObject;
      const { generateName: _, ...metadata } = emitted.metadata as ClusterObject["metadata"] & {
        readonly generateName?: string;
      };
      if (emitted.kind !== "Workflow") return emitted;
      const ours = {
        name,
        labels: { ...metadata.labels, ...labels },
        annotations: { ...metadata.annotations, ...annotations },
      };
      return { ...emitted, metadata: { ...metadata, ...ours } };
    }),
  );
  const dryRun = invocation.has("dry-run");
  steps.step("creating the Workflow");
  need(await createArgoRun(client, objects, dryRun));
  if (dryRun) {
    const where = `namespace \`${client.namespace}\` of context \`${client.context}\``;
    io.stderr.write(`pipeline \`${pipeline.name}\` would run on Argo in ${where}; nothing was started\n`);
    return EXIT_OK;
  }
  const [json, quiet] = [invocation.has("json"), invocation.has("quiet")];
  if (invocation.has("detach")) {
    printStarted({ run: name, options, json, quiet, cluster }, io);
    return EXIT_OK;
  }
  steps.end();
  return followRun({ client, name, pipeline: pipeline.name, plan, options, json, quiet }, io);
}
