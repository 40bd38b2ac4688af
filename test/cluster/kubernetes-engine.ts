// The conformance suite's engine on the test cluster. The node is this machine, so that a folder of this machine can be the scratch folder of all
// pods of a case, and a volume for their Files. Limits of this machine's capacity become limits of the run's Jobs; Ctrl-C, which leaves a run to the
// cluster, becomes `sluice cancel`.
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import type { ConformanceCase, ConformanceStep } from "../harness/conformance.ts";
import type { CasePlace, ConformanceEngine, EngineCase, Perform } from "../harness/conformance-engine.ts";
import { findProcesses } from "../harness/run-command.ts";
import type { Bed, ClusterObject } from "./harness.ts";
import { makeSecrets } from "./make-secrets.ts";

/** Of a driver that was killed, how long its Lease may stand in the way of the next one. */
const LEASE = 40_000;
/** Milliseconds for one command. */
const LONGEST = 300_000;
/** Jobs of one run at once, so that the runs beside it get their share of the node. */
const MOST_JOBS = 10;
/** How long it may take until what was ended is gone. */
const LEAVING = 20_000;

/** The engine; `claim` names a volume claim for Files. */
export function kubernetesEngine(cluster: Bed, claim: string): ConformanceEngine {
  return {
    atOnce: 4,
    without: new Map([
      ["folder", "a pod does not have the files beside main.pipe, but those that it is given as inputs"],
      ["processes", "pods do not see each other's processes"],
      ["variables", "secrets are Secrets of the namespace, and only their pods may read them"],
      ["edit", "a run of a cluster keeps the program that it began with"],
    ]),
    prepare: (place) => prepareCase(cluster, claim, place),
  };
}

async function prepareCase(cluster: Bed, claim: string, { work, scratch, expected }: CasePlace): Promise<EngineCase> {
  chmodSync(scratch, 0o777);
  if (!existsSync(join(work, "sluice.yaml"))) {
    const profile = makeProfile(cluster, claim, scratch, expected);
    writeFileSync(join(work, "sluice.yaml"), stringify(profile));
  }
  const name = basename(dirname(scratch)).toLowerCase();
  const variables = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { SCRATCH: scratch } };
  await cluster.create(variables as ClusterObject);
  await makeSecrets(cluster, work, expected);
  const environment = { ...expected.environment, KUBECONFIG: cluster.kubeconfig };
  let run: string | undefined;
  const perform = async (step: ConformanceStep, options: readonly string[], command: Perform) => {
    const given = options.filter((_, i) => !isOfThisMachine(options[i]) && !isOfThisMachine(options[i - 1]));
    const what = step.do === "run" ? ["main.pipe"] : [run ?? "latest"];
    const cancel = (stdout: string): void => {
      const running = findRun(stdout);
      if (running !== undefined) void command(["cancel", running, "--on", "kubernetes"], { environment });
    };
    const began = Date.now();
    for (;;) {
      const finished = await command([step.do, "--json", "--on", "kubernetes", ...given, ...what], {
        environment,
        limit: LONGEST,
        ...(step.when && {
          interrupt: {
            file: join(scratch, step.when),
            ...(step.then === "kill" ? { signal: "SIGKILL" as const } : { act: cancel }),
          },
        }),
      });
      run = findRun(finished.stdout) ?? run;
      const isTaken = /is being driven by /.test(finished.stderr);
      if (step.do !== "resume" || !isTaken || Date.now() - began > LEASE) return finished;
      await pause(1000);
    }
  };
  return {
    perform,
    check: async () => [
      ...(await checkProcesses(scratch)),
      ...(run === undefined ? [] : await checkObjects(cluster, run, expected)),
    ],
  };
}

/** What a case's sluice.yaml says. */
function makeProfile(cluster: Bed, claim: string, scratch: string, { options = [] }: ConformanceCase): object {
  const slots = options.includes("--slots") ? Number(options[options.indexOf("--slots") + 1]) : MOST_JOBS;
  const kubernetes = {
    namespace: cluster.namespace,
    images: { default: cluster.images.node, rewrites: { "node:24-slim": cluster.images.node } },
    storage: { pvc: claim },
    ...(cluster.images.sluice !== undefined && { driver: { image: cluster.images.sluice } }),
    limits: { jobs: slots },
    pod: {
      containers: [
        {
          // Variables are the task's own affair: they come from an object.
          envFrom: [{ configMapRef: { name: basename(dirname(scratch)).toLowerCase() } }],
          volumeMounts: [{ name: "scratch", mountPath: scratch }],
        },
      ],
      volumes: [{ name: "scratch", hostPath: { path: scratch, type: "Directory" } }],
    },
  };
  return { default_profile: "test", profiles: { test: { kubernetes } } };
}

async function checkProcesses(scratch: string): Promise<string[]> {
  for (const began = Date.now(); ; await pause(200)) {
    const left = findProcesses(scratch);
    if (left.length === 0) return [];
    if (Date.now() - began > LEAVING) return [`processes left running: ${left.join(", ")}`];
  }
}

async function checkObjects(cluster: Bed, run: string, { absent = [] }: ConformanceCase): Promise<string[]> {
  if (absent.length === 0) return [];
  const kinds = "configmaps,jobs,pods,podtemplates,leases,events";
  const objects = await cluster.kubectl(["get", kinds, "-o", "json"]);
  return absent
    .filter((text) => objects.includes(text))
    .map((text) => `\`${text}\` stands in an object of the namespace of ${run}`);
}

/** The name of the run that the events are about. */
function findRun(stdout: string): string | undefined {
  return /"run":"([^"]+)"/.exec(stdout)?.[1];
}

/** Options, each with a value, that speak of the machine that runs all tasks. */
function isOfThisMachine(option: string | undefined): boolean {
  return option === "--slots" || option === "--cpus";
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
