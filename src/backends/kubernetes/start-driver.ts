// Lets the cluster drive a run that exists: one more driver Job, with the account and the rights it needs.

import { emitRun } from "../../emit/jobs/emit.ts";
import type { JsonObject } from "../../emit/yaml.ts";
import type { FileResult } from "../file-problem.ts";
import type { ClusterClient } from "./client.ts";
import { type ClusterRun, RUN_LABEL } from "./cluster-run.ts";
import { createDriver } from "./create-run.ts";
import { explainProblem } from "./explain-problem.ts";
import { list } from "./list.ts";
import type { Job } from "./look.ts";
import { resourcePath } from "./resource-path.ts";

export interface DriverStart {
  readonly client: ClusterClient;
  readonly run: ClusterRun;
  /** Of this program. */
  readonly version: string;
  readonly failFast: boolean;
  readonly strict: boolean;
  /** How many ends of the run are recorded: a driver that finds more has nothing left to do. */
  readonly endings: number;
  readonly onNote: (message: string) => void;
  readonly onStep?: (step: string) => void;
}

/** Starts the Job `RUN-2`, or the next number that is free. */
export async function startDriver(options: DriverStart): Promise<FileResult<null>> {
  const { client, run, version, failFast, strict, endings } = options;
  const { plan, parameters, profile, namespace, name } = run;
  const span = () => ({ file: -1, start: 0, end: 0 });
  const emitted = emitRun(plan, { parameters, profile, namespace, version, run: name, failFast, span });
  if (emitted.value === undefined)
    return { ok: false, message: `this version of sluice cannot drive run \`${name}\`: use the one that started it` };
  const jobs = await list<Job, string>(
    client,
    resourcePath("jobs", client.namespace),
    { labelSelector: `${RUN_LABEL}=${name},app.kubernetes.io/component=driver` },
    ({ metadata }) => metadata.name,
  );
  if (!jobs.ok) return { ok: false, message: explainProblem(jobs, "list the drivers of the run", client) };
  const numbers = jobs.value.items.map((job) => Number(/-(\d{1,6})$/.exec(job.slice(name.length))?.[1] ?? 1));
  const driver = nextDriver(emitted.value.driver, `${name}-${Math.max(1, ...numbers) + 1}`, [
    ...["drive", "--plan", name, "--endings", String(endings)],
    ...(failFast ? ["--fail-fast"] : []),
    ...(strict ? ["--strict"] : []),
  ]);
  const objects = { ...emitted.value, owned: [], driver };
  return createDriver({ ...options, objects, driver: true }, run.root);
}

interface DriverJob {
  readonly metadata: JsonObject;
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly JsonObject[] } } };
}

function nextDriver(driver: JsonObject, name: string, args: readonly string[]): JsonObject {
  const { metadata, spec, ...job } = driver as unknown as DriverJob;
  const { template } = spec;
  const containers = template.spec.containers.map((container) => ({ ...container, args }));
  const pod = { ...template, spec: { ...template.spec, containers } };
  return { ...job, metadata: { ...metadata, name }, spec: { ...spec, template: pod } } as unknown as JsonObject;
}
