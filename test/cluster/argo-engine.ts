// The conformance suite's engine on Argo in the test cluster. What tells how a task failed is coarser there, so sentences of failures are not
// compared; that, and which cases the compiler refuses, stands in the documentation.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import { NOT_ON_ARGO } from "../harness/argo-suite.ts";
import type { ConformanceCase, ConformanceStep, Expectation, FoundCase } from "../harness/conformance.ts";
import type { CasePlace, ConformanceEngine, EngineCase, Perform } from "../harness/conformance-engine.ts";
import type { Bed, ClusterObject } from "./harness.ts";
import { makeSecrets } from "./make-secrets.ts";

export interface ArgoEngine extends ConformanceEngine {
  /** By case, what the compiler or the command line said where it refused a run because of Argo. */
  readonly refused: ReadonlyMap<ConformanceCase, string>;
}

/** Milliseconds of a command: a pod takes seconds to start, and one case starts hundreds. */
const LIMIT = 1_200_000;

export function argoEngine(cluster: Bed, atOnce: number): ArgoEngine {
  const refused = new Map<ConformanceCase, string>();
  return {
    atOnce,
    without: NOT_ON_ARGO,
    refused,
    prepare: (place) => prepareCase(cluster, refused, place),
  };
}

/** The repository in which Argo keeps Files, for the cluster's namespace: a folder of the bed's S3 server. */
export async function makeRepository(cluster: Bed): Promise<void> {
  const { s3, namespace } = cluster;
  if (s3 === undefined) return;
  mkdirSync(join(dirname(cluster.kubeconfig), "s3", namespace));
  const name = "artifact-repositories";
  const secret = (key: string) => ({ name, key });
  const repository = {
    bucket: namespace,
    endpoint: s3.inside.replace("http://", ""),
    insecure: true,
    accessKeySecret: secret("id"),
    secretKeySecret: secret("key"),
  };
  const annotations = { "workflows.argoproj.io/default-artifact-repository": "s3" };
  await cluster.create(
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name },
      stringData: { id: s3.accessKeyId, key: s3.secretAccessKey },
    } as ClusterObject,
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, annotations },
      data: { s3: JSON.stringify({ s3: repository }) },
    } as ClusterObject,
  );
}

/** The case as Argo keeps it: the same results and failures, without their sentences. */
export function asOnArgo(found: FoundCase): FoundCase {
  const { expected } = found;
  const { steps } = expected;
  return { ...found, expected: { ...relax(expected), ...(steps && { steps: steps.map(relax) }) } };
}

function relax<T extends Expectation>(expectation: T): T {
  const { failures, messages, status } = expectation;
  return {
    ...expectation,
    ...(failures && { failures: failures.map(({ message: _, ...failure }) => failure) }),
    ...(messages && status !== "refused" && { messages: [] }),
  };
}

async function prepareCase(
  cluster: Bed,
  refused: Map<ConformanceCase, string>,
  { work, scratch, expected }: CasePlace,
): Promise<EngineCase> {
  chmodSync(scratch, 0o777);
  const name = basename(dirname(scratch)).toLowerCase();
  if (!existsSync(join(work, "sluice.yaml")))
    writeFileSync(join(work, "sluice.yaml"), stringify(makeProfile(cluster, name, scratch)));
  const variables = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { SCRATCH: scratch } };
  await cluster.create(variables as ClusterObject);
  await makeSecrets(cluster, work, expected);
  const environment = { ...expected.environment, KUBECONFIG: cluster.kubeconfig };
  let run: string | undefined;
  let objects = "";
  const perform = async (step: ConformanceStep, options: readonly string[], command: Perform) => {
    const given = options.filter((_, i) => !isOfThisMachine(options[i]) && !isOfThisMachine(options[i - 1]));
    const what = step.do === "run" ? ["main.pipe"] : [run ?? "latest"];
    const cancel = (stdout: string): void => {
      const running = findRun(stdout);
      if (running !== undefined) void command(["cancel", running, "--on", "argo"], { environment });
    };
    const finished = await command([step.do, "--json", "--on", "argo", ...given, ...what], {
      environment,
      limit: LIMIT,
      ...(step.when && { interrupt: { file: join(scratch, step.when), act: cancel } }),
    });
    run = findRun(finished.stdout) ?? run;
    // Whatever became of the command: nothing of the case goes on.
    if (run !== undefined) {
      const { absent = [] } = expected;
      if (absent.length > 0) objects += await cluster.kubectl(["get", "workflows,pods", "-o", "json"]);
      await cluster.tryKubectl(["delete", "workflow", run, "--wait=false"]);
    }
    const said =
      /^error\[argo-[a-z]+\]: (.*)$/m.exec(finished.stderr) ?? /^(?:error: )?(.* on Argo.*)$/m.exec(finished.stderr);
    if (finished.code !== null && [1, 2].includes(finished.code) && said) refused.set(expected, said[1]!);
    return finished;
  };
  return {
    perform,
    check: async () =>
      (expected.absent ?? [])
        .filter((text) => objects.includes(text))
        .map((text) => `\`${text}\` stands in an object of the namespace of ${run}`),
  };
}

/** What a case's sluice.yaml says. */
function makeProfile(cluster: Bed, variables: string, scratch: string): object {
  const kubernetes = {
    namespace: cluster.namespace,
    images: { default: cluster.images.node, rewrites: { "node:24-slim": cluster.images.node } },
    pod: {
      containers: [
        {
          envFrom: [{ configMapRef: { name: variables } }],
          volumeMounts: [{ name: "scratch", mountPath: scratch }],
        },
      ],
      volumes: [{ name: "scratch", hostPath: { path: scratch, type: "Directory" } }],
    },
  };
  // A map without `parallel` would start all of its pods at once.
  return { default_profile: "test", profiles: { test: { kubernetes, argo: { parallelism: 8 } } } };
}

/** The name of the run that the events are about. */
function findRun(stdout: string): string | undefined {
  return /"run":"([^"]+)"/.exec(stdout)?.[1];
}

/** Options, each with a value, that speak of the machine that runs all tasks. */
function isOfThisMachine(option: string | undefined): boolean {
  return option === "--slots" || option === "--cpus";
}
