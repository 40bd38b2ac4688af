// `sluice diff`: what applying the compiled objects would change in the cluster, as a unified diff on stdout. Nothing is written.
import { type Comparison, compareObjects } from "../../backends/kubernetes/apply/compare-objects.ts";
import { toManifest } from "../../backends/kubernetes/apply/server-apply.ts";
import { findStale, type StaleObject } from "../../backends/kubernetes/apply/stale-objects.ts";
import type { ClusterClient } from "../../backends/kubernetes/client.ts";
import { explainProblem } from "../../backends/kubernetes/explain-problem.ts";
import { emitJobs } from "../../emit/jobs/emit.ts";
import { type JsonObject, printYaml } from "../../emit/yaml.ts";
import { paint } from "../../util/paint.ts";
import { printable } from "../../util/printable.ts";
import { type DiffLine, unifiedDiff } from "../../util/unified-diff.ts";
import { bringInputs } from "../bring-inputs.ts";
import { ClusterError, onCluster } from "../cluster/on-cluster.ts";
import type { CommandAction } from "../command.ts";
import { emitProgram, type ReadProgram, readProgram } from "../emit-program.ts";
import { EXIT_CLUSTER, EXIT_DIFFERS, EXIT_NOT_COMPARED, EXIT_OK } from "../exit-codes.ts";
import type { Io, Sink } from "../io.ts";
import type { Steps } from "../ui/steps.ts";
import { count } from "../ui/text.ts";
import { reportRefused } from "./apply.ts";

/** Characters of a line that are printed: plans are one long line. */
const LONGEST_LINE = 500;

export const diff: CommandAction = async (invocation, io) => {
  const program = readProgram(invocation, io);
  if (program === undefined) return EXIT_NOT_COMPARED;
  return onCluster(invocation, io, program.profile, ({ client, steps }) => {
    steps.step("asking the server what would change");
    return diffAll(program, client, steps, invocation.has("force-conflicts"), io);
  });
};

async function diffAll(
  program: ReadProgram,
  client: ClusterClient,
  steps: Steps,
  force: boolean,
  io: Io,
): Promise<number> {
  const { namespace } = client;
  const { pipeline } = program;
  const brought = await bringInputs(program, { namespace, bucket: "leave" }, io);
  const files = brought && emitProgram(brought, namespace, io, emitJobs);
  if (files === undefined) return EXIT_NOT_COMPARED;
  const objects = files.flatMap((file) => file.objects.map(({ object }) => toManifest(object)));
  const compared = await compareObjects(client, namespace, objects, force);
  // What runs of a pipeline without a schedule left is theirs.
  const stale = await findStale(client, namespace, pipeline.name, pipeline.schedule === undefined ? [] : objects);
  if (!stale.ok) throw new ClusterError(explainProblem(stale, "list what is in the cluster", client));
  steps.end();
  for (const each of compared) printComparison(each, io.stdout);
  for (const each of stale.value) printRemoved(each, io.stdout);
  const of = (kind: Comparison["kind"]) => compared.filter((each) => each.kind === kind).length;
  const refused = reportRefused(compared, io);
  const counts = [
    [of("added"), "added"],
    [of("changed"), "changed"],
    [of("unchanged"), "unchanged"],
    [stale.value.length, "removed"],
    [of("refused"), "refused"],
  ] as const;
  const told = counts.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  io.stderr.write(`${told.join(", ")} in namespace \`${namespace}\` of context \`${client.context}\`\n`);
  if (refused) return EXIT_CLUSTER;
  return of("unchanged") === compared.length && stale.value.length === 0 ? EXIT_OK : EXIT_DIFFERS;
}

function printComparison(compared: Comparison, sink: Sink): void {
  if (compared.kind !== "added" && compared.kind !== "changed") return;
  const { kind, metadata } = compared.object;
  const before = compared.kind === "added" ? [] : yamlLines(compared.before);
  const after = yamlLines(compared.kind === "added" ? (compared.object as unknown as JsonObject) : compared.after);
  const name = `${kind} ${metadata.name}`;
  printHead(compared.kind === "added" ? "/dev/null" : `cluster: ${name}`, `program: ${name}`, sink);
  for (const line of unifiedDiff(before, after)) sink.write(`${paintLine(line, sink.color)}\n`);
}

function printRemoved({ kind, name }: StaleObject, sink: Sink): void {
  printHead(`cluster: ${kind} ${name}`, "/dev/null", sink);
}

function printHead(before: string, after: string, { write, color }: Sink): void {
  write(`${paint(`--- ${before}`, "strong", color)}\n${paint(`+++ ${after}`, "strong", color)}\n`);
}

function yamlLines(object: JsonObject): string[] {
  return printYaml([{ comment: "", value: object }])
    .replace(/\n$/, "")
    .split("\n");
}

function paintLine({ kind, text }: DiffLine, color: boolean): string {
  const more = text.length - LONGEST_LINE;
  const shown = printable(more > 0 ? `${text.slice(0, LONGEST_LINE)}… (${count(more)} more characters)` : text);
  switch (kind) {
    case "head":
      return paint(shown, "hint", color);
    case "added":
      return paint(`+${shown}`, "good", color);
    case "removed":
      return paint(`-${shown}`, "error", color);
    case "same":
      return ` ${shown}`;
  }
}
