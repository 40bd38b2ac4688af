// What starts the run: the driver Job, or for a scheduled pipeline the CronJob that makes one each time.

import { HELPER_SECURITY } from "../collect.ts";
import type { EmittedObject } from "../emitter.ts";
import { LONGEST_CRON_NAME, pipelineName } from "../k8s-names.ts";
import { objectLabels } from "../labels.ts";
import { printBytes, printCores } from "../quantities.ts";
import type { JsonObject } from "../yaml.ts";
import { type JobsContext, objectMetadata } from "./context.ts";
import { driverAccount } from "./rights.ts";
import type { DriverReason } from "./static-steps.ts";

/** A driver that is killed is started again and goes on; this often. */
const RESTARTS = 20;
/** Exit codes of `sluice` after which another start would end in the same way. */
const FINAL_CODES = [1, 2, 3, 4, 5];
const MOST_REASONS = 3;
/** Runs of a schedule that are kept, of those that succeeded and of those that failed. */
const KEPT_RUNS = 10;

/** The Job, or the CronJob. `started`: the run goes by its own name and begins now, whatever its Job is called and whether it has a schedule. */
export function driverJob(context: JobsContext, reasons: readonly DriverReason[], started = false): EmittedObject {
  const { pipeline, run } = context;
  const shown = reasons.slice(0, MOST_REASONS).map(({ text, at }) => `${text} (${at})`);
  const more = reasons.length > MOST_REASONS ? `, and ${reasons.length - MOST_REASONS} more` : "";
  const comment = `${pipeline.source}: the driver of pipeline ${pipeline.name}\nit is needed since ${shown.join("; ")}${more}`;
  const spec = driverSpec(context, started);
  if (!pipeline.schedule || started) {
    const metadata = objectMetadata(context, run, "driver");
    return { comment, object: { apiVersion: "batch/v1", kind: "Job", metadata, spec } };
  }
  const { cron, zone } = pipeline.schedule;
  const name = pipelineName(pipeline.name, "", LONGEST_CRON_NAME);
  const metadata = objectMetadata(context, name, "driver", { lasting: true });
  return {
    comment,
    object: {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata,
      spec: {
        schedule: cron,
        // Without a zone the controller's own would count, which differs from cluster to cluster.
        timeZone: zone ?? "Etc/UTC",
        concurrencyPolicy: "Forbid",
        // A run is kept for as long as its Job.
        successfulJobsHistoryLimit: KEPT_RUNS,
        failedJobsHistoryLimit: KEPT_RUNS,
        jobTemplate: { metadata: { labels: driverLabels(context, false) }, spec },
      },
    },
  };
}

function driverLabels(context: JobsContext, started: boolean): Record<string, string> {
  // Each Job of a schedule is a run of its own, known by the name of the Job.
  const isRun = started || context.pipeline.schedule === undefined;
  return objectLabels({ pipeline: context.pipeline.name, ...(isRun && { run: context.run }) }, "driver");
}

function driverSpec(context: JobsContext, started: boolean): JsonObject {
  const { profile, run, engineImage } = context;
  const amounts = { cpu: printCores(profile.driver.cpu), memory: printBytes(profile.driver.memory) };
  const { runAsNonRoot, runAsUser, ...container } = HELPER_SECURITY;
  return {
    backoffLimit: RESTARTS,
    podFailurePolicy: {
      rules: [
        { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
        { action: "FailJob", onExitCodes: { containerName: "driver", operator: "In", values: FINAL_CODES } },
      ],
    },
    podReplacementPolicy: "Failed",
    template: {
      metadata: { labels: driverLabels(context, started) },
      spec: {
        serviceAccountName: driverAccount(context),
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        restartPolicy: "Never",
        securityContext: { runAsNonRoot, runAsUser, seccompProfile: { type: "RuntimeDefault" } },
        ...(profile.images.pullSecrets.length > 0 && {
          imagePullSecrets: profile.images.pullSecrets.map((name) => ({ name })),
        }),
        containers: [
          {
            name: "driver",
            image: engineImage,
            args: ["drive", "--plan", run],
            env: [
              { name: "SLUICE_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
              {
                name: "SLUICE_RUN",
                ...(started
                  ? { value: run }
                  : { valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-name']" } } }),
              },
            ],
            resources: { requests: amounts, limits: amounts },
            terminationMessagePolicy: "FallbackToLogsOnError",
            securityContext: container,
          },
        ],
      },
    },
  };
}
