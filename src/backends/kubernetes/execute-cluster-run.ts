// One driver of one run in the cluster, from taking its Lease to giving it back: a new run, or one that goes on from its journal. In: the run as its
// root holds it. Out: how it ended; or that it was let go of, and then everything that runs in the cluster goes on, for the next driver to take over.
import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import type { AttemptContext } from "../../emit/jobs/attempt-job.ts";
import { objectLabels } from "../../emit/labels.ts";
import { foldJournal } from "../../engine/recorded.ts";
import { type DrivingOptions, driveRecorded } from "../drive-recorded.ts";
import type { Executed } from "../execute-run.ts";
import type { FileResult } from "../file-problem.ts";
import { describeProblem } from "./api-problem.ts";
import { checkTemplates } from "./check-templates.ts";
import type { ClusterClient } from "./client.ts";
import { openClusterCache } from "./cluster-cache.ts";
import { CANCEL_ANNOTATION, type ClusterRun } from "./cluster-run.ts";
import { openClusterJournal } from "./config-map-journal.ts";
import { createKubernetesBackend } from "./kubernetes-backend.ts";
import { type HeldLease, takeLease } from "./lease.ts";
import { resourcePath } from "./resource-path.ts";
import { sweepRun } from "./retire.ts";
import { watchRoot } from "./watch-root.ts";

export interface ExecuteClusterOptions extends Omit<DrivingOptions, "plan" | "parameters" | "planHash" | "defaults"> {
  readonly client: ClusterClient;
  readonly run: ClusterRun;
  /** What the run may have at once; what is not said here is as the profile has it. */
  readonly limits?: { readonly jobs?: number; readonly pods?: number; readonly gpus?: number };
  /** Extra fields in outputs are errors. Default: as the run was begun. */
  readonly strict?: boolean;
  /** Results are neither looked up nor kept. */
  readonly noCache?: boolean;
  /** Who drives, for people; a random part is added. Default: user and machine. */
  readonly holder?: string;
  /** How many Jobs of failed attempts stay, with their logs, until the run is cleaned. Default 20. */
  readonly keepFailed?: number;
  /** Milliseconds for which the cluster may be away. Default 10 minutes. */
  readonly patience?: number;
  /** Seconds without a sign of life after which another driver may go on with the run. Default 15. */
  readonly leaseDuration?: number;
  /** Maps with more items than this have their pods from Indexed Jobs. Default 500. */
  readonly largeMap?: number;
  /** Takes the run from whoever drives it. */
  readonly takeOver?: boolean;
}

export type ClusterExecuted = Executed | { readonly kind: "detached" };

const PATIENCE = 600_000;
const KEPT = 20;

/** Drives the run until it ends or is let go of. */
export async function executeClusterRun(options: ExecuteClusterOptions): Promise<ClusterExecuted> {
  const { client, run, detach } = options;
  const { namespace, root, name } = run;
  const labels = objectLabels({ pipeline: run.pipeline, run: name }, "driver");
  const lease = await takeLease({
    client,
    namespace,
    name,
    holder: nameHolder(options.holder),
    root,
    labels,
    ...(options.leaseDuration !== undefined && { duration: options.leaseDuration }),
    ...(options.takeOver && { takeOver: true }),
    ...(detach && { signal: detach }),
  });
  if (!lease.ok) return detach?.aborted ? { kind: "detached" } : { kind: "refused", message: lease.message };
  try {
    return await executeLeased(options, lease.value);
  } finally {
    await lease.value.release();
  }
}

async function executeLeased(options: ExecuteClusterOptions, lease: HeldLease): Promise<ClusterExecuted> {
  const { client, run } = options;
  const { namespace, root, name, plan, profile, parameters, planHash } = run;
  const patience = options.patience ?? PATIENCE;
  const { detach } = options;
  const warn = (message: string): void => options.onWarning?.({ instance: "", message });
  const pipeline = plan.pipelines.find(({ id }) => id === plan.pipeline);
  if (pipeline === undefined) throw new Error(`the plan has no pipeline ${plan.pipeline}`);
  const context: AttemptContext = {
    plan,
    pipeline,
    parameters,
    profile,
    profileName: undefined,
    namespace,
    engineImage: profile.driver.image ?? `sluice:${options.engineVersion}`,
    run: name,
    program: run.program ?? name,
  };
  const labels = objectLabels({ pipeline: pipeline.name, run: name }, "driver");
  const opened = await openClusterJournal({ client, namespace, run: name, root, labels, patience });
  if (!opened.ok) return { kind: "refused", message: opened.message };
  const { journal, records, warnings } = opened.value;
  for (const warning of warnings) warn(warning);
  const stopped = new AbortController();
  const failed = new AbortController();
  const cancel = new AbortController();
  const force = new AbortController();
  /** Its own: attempts are looked after until the journal has their ends. */
  const fail = (message: string): void => failed.abort(message);
  const letGo = AbortSignal.any([failed.signal, lease.lost, ...(detach ? [detach] : [])]);
  try {
    const prepared = await prepare();
    if (!prepared.ok) return letGo.aborted ? letGoEnd() : { kind: "refused", message: prepared.message };
    const watching = watchRoot({
      client,
      namespace,
      root,
      signal: stopped.signal,
      cancelled: (forced) => {
        cancel.abort();
        if (forced) force.abort();
      },
      gone: () => fail("the run was removed from the cluster"),
    });
    const cache = openClusterCache({
      client,
      namespace,
      plan,
      run: name,
      pipeline: pipeline.name,
      signal: stopped.signal,
    });
    const driven = await driveRecorded({
      ...options,
      run: name,
      plan,
      parameters,
      planHash,
      failFast: options.failFast ?? run.failFast,
      journal,
      records,
      clock: client.clock,
      cancel: AbortSignal.any([cancel.signal, ...(options.cancel ? [options.cancel] : [])]),
      force: AbortSignal.any([force.signal, ...(options.force ? [options.force] : [])]),
      detach: letGo,
      backend: (sink) =>
        createKubernetesBackend(
          {
            client,
            context,
            root,
            limits: { ...profile.limits, ...options.limits },
            ...(options.noCache ? {} : { cache }),
            strict: options.strict ?? run.strict,
            keepFailed: options.keepFailed ?? KEPT,
            patience,
            isOurs: lease.isHeld,
            ...(options.largeMap !== undefined && { largeMap: options.largeMap }),
            fail,
          },
          sink,
        ),
    });
    stopped.abort();
    await watching;
    switch (driven.kind) {
      case "ended": {
        if (driven.again) {
          const swept = await sweepRun(name, { client, namespace, patience });
          if (!swept.ok) warn(describeProblem(swept, "remove what the run has left in the cluster"));
        }
        return driven;
      }
      case "refused":
        return driven;
      case "journal-failed":
        return interrupted(driven.message);
      case "detached":
        return letGoEnd();
    }
  } finally {
    stopped.abort();
    journal.close();
    await journal.settled();
  }

  async function prepare(): Promise<FileResult<null>> {
    const { end } = foldJournal(records);
    // It has done its work when the run has ended since.
    if (end !== null && run.cancelRequested && !options.cancelFirst) {
      const body = { metadata: { annotations: { [CANCEL_ANNOTATION]: null } } };
      const path = resourcePath("configmaps", namespace, name);
      const unmarked = await client.request("PATCH", path, { body, patience, signal: letGo, repeatable: true });
      if (!unmarked.ok) return { ok: false, message: describeProblem(unmarked, "take the cancel mark off the run") };
    }
    if (end?.status === "succeeded") return { ok: true, value: null };
    return checkTemplates({ client, context, templates: run.templates, signal: letGo, patience });
  }

  function letGoEnd(): ClusterExecuted {
    if (lease.lost.aborted) return interrupted(String(lease.lost.reason));
    if (failed.signal.aborted) return interrupted(String(failed.signal.reason));
    return { kind: "detached" };
  }

  function interrupted(message: string): ClusterExecuted {
    return {
      kind: "interrupted",
      message: `${message}; what runs in the cluster goes on, and what is recorded is kept`,
    };
  }
}

function nameHolder(given: string | undefined): string {
  return `${given ?? describeUser()} (${randomBytes(3).toString("hex")})`;
}

function describeUser(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user without an entry, as in many images.
    return hostname();
  }
}
