// What the `argo` part of a profile adds to a Workflow: how it is kept, and when it may start. In: the settings. Out: fields under Argo's names.
import type { ArgoProfile } from "../../config/argo-profile.ts";
import { wholeSeconds } from "../quantities.ts";
import { holdsFiles } from "../result-class.ts";
import type { JsonObject } from "../yaml.ts";
import { type ArgoContext, refuse } from "./context.ts";

/** Fields of the spec of a Workflow; refuses what would lose the result. */
export function specFields(context: ArgoContext, argo: ArgoProfile | undefined): JsonObject {
  if (argo === undefined) return {};
  const { parallelism, priority, ttl, podGc, artifactGc, archiveLogs, artifactRepository } = argo;
  if (artifactGc === "OnWorkflowCompletion") refuseLostFiles(context);
  const account = context.profile.serviceAccount;
  const ttlStrategy = withoutAbsent({
    secondsAfterCompletion: seconds(ttl.completion),
    secondsAfterSuccess: seconds(ttl.success),
    secondsAfterFailure: seconds(ttl.failure),
  });
  const synchronization = {
    ...(argo.mutexes.length > 0 && { mutexes: argo.mutexes.map((name) => ({ name })) }),
    ...(argo.semaphores.length > 0 && {
      semaphores: argo.semaphores.map(({ configMap, key }) => ({ configMapKeyRef: { name: configMap, key } })),
    }),
  };
  return {
    ...(parallelism !== undefined && { parallelism }),
    ...(priority !== undefined && { priority }),
    ...(Object.keys(synchronization).length > 0 && { synchronization }),
    ...(Object.keys(ttlStrategy).length > 0 && { ttlStrategy }),
    ...(podGc !== undefined && { podGC: { strategy: podGc } }),
    ...(artifactGc !== undefined && {
      artifactGC: { strategy: artifactGc, ...(account !== undefined && { serviceAccountName: account }) },
    }),
    ...(archiveLogs !== undefined && { archiveLogs }),
    ...(artifactRepository && {
      artifactRepositoryRef: {
        configMap: artifactRepository.configMap,
        ...(artifactRepository.key !== undefined && { key: artifactRepository.key }),
      },
    }),
  };
}

/** Labels and annotations of a Workflow; ours win. */
export function workflowMetadata(argo: ArgoProfile | undefined, labels: JsonObject): JsonObject {
  if (argo === undefined) return { labels };
  return {
    labels: { ...argo.labels, ...labels },
    ...(Object.keys(argo.annotations).length > 0 && { annotations: argo.annotations }),
  };
}

/** Those that Workflows get from what makes them. */
export function madeMetadata(argo: ArgoProfile | undefined): JsonObject {
  if (argo === undefined) return {};
  const metadata = {
    ...(Object.keys(argo.labels).length > 0 && { labels: argo.labels }),
    ...(Object.keys(argo.annotations).length > 0 && { annotations: argo.annotations }),
  };
  return Object.keys(metadata).length === 0 ? {} : { workflowMetadata: metadata };
}

/** Fields of the spec of a CronWorkflow. */
export function cronFields(argo: ArgoProfile | undefined): JsonObject {
  if (argo === undefined) return {};
  const { startingDeadline, successfulHistory, failedHistory } = argo.cron;
  return withoutAbsent({
    startingDeadlineSeconds: seconds(startingDeadline),
    successfulJobsHistoryLimit: successfulHistory,
    failedJobsHistoryLimit: failedHistory,
  });
}

function refuseLostFiles(context: ArgoContext): void {
  const { pipeline } = context;
  const result = pipeline.body.yield?.type;
  if (result === undefined || !holdsFiles(result)) return;
  refuse(context, "argo-files", pipeline.source, {
    what: `the Files in the result of \`${pipeline.name}\``,
    reason: "`artifact_gc` of the profile deletes them when the Workflow ends",
    instead: "Set `artifact_gc: OnWorkflowDeletion`, and `ttl` for when that is.",
  });
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : wholeSeconds(milliseconds);
}

function withoutAbsent(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
