// The way of all commands to a cluster: which one, with whose options, and whether it answers at all.
import type { ClusterClient } from "../../backends/kubernetes/client.ts";
import { type ListedRun, listClusterRuns, pickClusterRun } from "../../backends/kubernetes/cluster-run.ts";
import { explainProblem } from "../../backends/kubernetes/explain-problem.ts";
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import { type Invocation, UsageError } from "../command.ts";
import { EXIT_CLUSTER, EXIT_SOURCE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { readSettings } from "../project.ts";
import { forbids, reportDiagnostics } from "../report-diagnostics.ts";
import { createSteps, type Steps } from "../ui/steps.ts";
import { connect } from "./connect.ts";

/** A cluster that has answered. */
export interface Cluster {
  readonly client: ClusterClient;
  /** The options with which other commands reach the same runs: ` --on kubernetes --namespace lab`. */
  readonly options: string;
  readonly steps: Steps;
}

/** Something the cluster says no to; it is printed, and the exit code is its own. */
export class ClusterError extends Error {}

/** Milliseconds for which a cluster that does not answer is tried. */
const FIRST_PATIENCE = 5000;

const OPTIONS = ["profile", "context", "namespace", "kubeconfig"] as const;

/** Does something with the cluster that the command line and the profile mean, and closes the connections. */
export async function onCluster(
  invocation: Invocation,
  io: Io,
  profile: KubernetesProfile | undefined,
  act: (cluster: Cluster) => Promise<number>,
): Promise<number> {
  const opened = await connect(invocation, profile);
  if (!opened.ok) throw new UsageError(opened.message);
  const client = opened.value;
  const steps = createSteps(io);
  try {
    steps.step(`waiting for ${client.server}`);
    const answer = await client.request("GET", "/version", { patience: FIRST_PATIENCE });
    // Some do not let everybody ask for the version; that is an answer as well.
    if (!answer.ok && answer.status !== 403)
      throw new ClusterError(explainProblem(answer, `use context \`${client.context}\``, client));
    return await act({ client, steps, options: optionsText(invocation) });
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (invocation.has("json"))
      io.stdout.write(`${JSON.stringify({ time: io.now(), type: "error", message: error.message })}\n`);
    io.stderr.write(`error: ${error.message}\n`);
    return EXIT_CLUSTER;
  } finally {
    steps.end();
    await client.close();
  }
}

/** The same with the profile of the sluice.yaml that holds here. */
export function onClusterHere(
  invocation: Invocation,
  io: Io,
  act: (cluster: Cluster) => Promise<number>,
): Promise<number> {
  const settings = readSettings(invocation, io, io.cwd);
  reportDiagnostics(io, settings.found);
  if (forbids(settings.found.diagnostics, false)) return Promise.resolve(EXIT_SOURCE);
  return onCluster(invocation, io, settings.value.kubernetes, act);
}

/** The run that the command line means. */
export async function getClusterRun(client: ClusterClient, operand: string | undefined): Promise<ListedRun> {
  const picked = pickClusterRun(client, need(await listClusterRuns(client)), operand ?? "latest");
  if (picked.ok) return picked.value;
  throw new UsageError(picked.message);
}

/** The value, or the end of the command. */
export function need<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string },
): T {
  if (result.ok) return result.value;
  throw new ClusterError(result.message);
}

function optionsText(invocation: Invocation): string {
  const given = OPTIONS.flatMap((name) => {
    const value = invocation.value(name);
    return value === undefined ? [] : [` --${name} ${quote(value)}`];
  });
  return ` --on ${invocation.value("on") ?? "kubernetes"}${given.join("")}`;
}

/** As a shell takes it for one word. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
