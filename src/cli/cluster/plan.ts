// `sluice plan --on kubernetes`: what would stand in the way of a run in the cluster. Nothing is written there.
import { toManifest } from "../../backends/kubernetes/apply/server-apply.ts";
import type { Finding, FindingSeverity } from "../../backends/kubernetes/preflight/finding.ts";
import { preflight } from "../../backends/kubernetes/preflight/preflight.ts";
import { emitJobs, emitRun } from "../../emit/jobs/emit.ts";
import { pipelineName } from "../../emit/k8s-names.ts";
import { printBytes, printCores } from "../../emit/quantities.ts";
import type { JsonObject } from "../../emit/yaml.ts";
import type { Plan, PlanBounds } from "../../plan/plan.ts";
import type { RecordValue } from "../../types/value.ts";
import { paint, type Style } from "../../util/paint.ts";
import { printable } from "../../util/printable.ts";
import { bringInputs } from "../bring-inputs.ts";
import type { Invocation } from "../command.ts";
import { emitProgram, type ReadProgram, readProgram } from "../emit-program.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { plural } from "../ui/text.ts";
import { type Cluster, onCluster } from "./on-cluster.ts";

/** Prints what was found; the exit code is that of an error when one was. */
export async function planOnCluster(invocation: Invocation, io: Io): Promise<number> {
  const program = readProgram(invocation, io);
  if (program === undefined) return EXIT_SOURCE;
  return onCluster(invocation, io, program.profile, (cluster) => lookAt(program, cluster, invocation.has("json"), io));
}

async function lookAt(program: ReadProgram, { client, steps }: Cluster, json: boolean, io: Io): Promise<number> {
  const { profile } = program;
  const { namespace } = client;
  steps.step("reading inputs");
  const emitted = await emitAll(program, namespace, io);
  if (emitted === undefined) return EXIT_SOURCE;
  const { plan, parameters, objects } = emitted;
  steps.step("looking at the cluster");
  const findings = await preflight({
    client,
    namespace,
    plan,
    parameters,
    profile,
    objects: objects.map(toManifest),
  });
  steps.end();
  const failed = findings.some(({ severity }) => severity === "error");
  if (json) {
    const { context, server } = client;
    io.stdout.write(`${JSON.stringify({ context, server, namespace, bounds: plan.bounds, findings })}\n`);
  } else {
    for (const finding of findings) io.stdout.write(describeFinding(finding, io));
    io.stdout.write(summary(findings, plan.bounds, `namespace \`${namespace}\` of context \`${client.context}\``));
  }
  return failed ? EXIT_SOURCE : EXIT_OK;
}

interface EmittedProgram {
  readonly plan: Plan;
  readonly parameters: RecordValue;
  readonly objects: readonly JsonObject[];
}

/** What a run would make; of a schedule, what is applied. Undefined when it cannot be, and then that is printed. */
async function emitAll(program: ReadProgram, namespace: string, io: Io): Promise<EmittedProgram | undefined> {
  const { pipeline } = program;
  const scheduled = pipeline.schedule !== undefined;
  const run = pipelineName(pipeline.name, "-plan");
  const bringing = scheduled
    ? ({ namespace, bucket: "leave" } as const)
    : ({ namespace, run, bucket: "look" } as const);
  const brought = await bringInputs(program, bringing, io);
  if (brought === undefined) return undefined;
  const { plan, options } = brought;
  const { parameters } = options;
  if (scheduled) {
    const files = emitProgram(brought, namespace, io, emitJobs);
    const objects = files?.flatMap((file) => file.objects.map(({ object }) => object));
    return objects && { plan, parameters, objects };
  }
  const emitted = emitProgram(brought, namespace, io, (each, given) => emitRun(each, { ...given, run }));
  if (emitted === undefined) return undefined;
  const { lasting, root, owned, driver } = emitted;
  return { plan, parameters, objects: [...lasting, root, ...owned, driver] };
}

const STYLES: Readonly<Record<FindingSeverity, Style>> = { error: "error", warning: "warning", "not-checked": "hint" };

function describeFinding({ code, severity, message, help }: Finding, { stdout }: Io): string {
  const head = paint(
    `${severity === "not-checked" ? "not checked" : severity}[${code}]`,
    STYLES[severity],
    stdout.color,
  );
  const more = help === undefined ? "" : `  ${paint("help:", "hint", stdout.color)} ${printable(help)}\n`;
  return `${head}: ${printable(message)}\n${more}`;
}

function summary(findings: readonly Finding[], { pods, peak }: PlanBounds, where: string): string {
  const of = (severity: FindingSeverity) => findings.filter((each) => each.severity === severity).length;
  const [errors, warnings, open] = [of("error"), of("warning"), of("not-checked")];
  const counts = [
    errors > 0 && plural(errors, "error"),
    warnings > 0 && plural(warnings, "warning"),
    open > 0 && `${open} not checked`,
  ].filter((each) => each !== false);
  const found = counts.length === 0 ? "nothing stands in the way" : counts.join(", ");
  const amounts = [
    peak.cpu !== null && peak.cpu > 0 && `${printCores(peak.cpu)} cpu`,
    peak.memory !== null && peak.memory > 0 && `${printBytes(peak.memory)} memory`,
    peak.gpu !== null && peak.gpu > 0 && `${peak.gpu} gpu`,
  ].filter((each) => each !== false);
  const asks = amounts.length === 0 ? "" : `, which ask for at most ${amounts.join(", ")}`;
  const all = pods === null ? "as many pods as the run decides" : `at most ${plural(pods, "pod")}`;
  const atOnce = peak.pods === null ? "how many at once the run decides" : `${peak.pods} at once`;
  return `${found} in ${where}; ${all}, ${atOnce}${asks}\n`;
}
