// The part of a profile that says how Workflows are kept and started: `profiles.<name>.argo` of sluice.yaml, as settings. Names and words are
// Argo's own where they stand for its own things. Nothing of it changes what a program computes.

/** When Argo's controller deletes the pods of a Workflow. */
export const POD_GC_STRATEGIES = [
  "OnPodCompletion",
  "OnPodSuccess",
  "OnWorkflowCompletion",
  "OnWorkflowSuccess",
] as const;

/** When it deletes the artifacts of a Workflow. */
export const ARTIFACT_GC_STRATEGIES = ["OnWorkflowCompletion", "OnWorkflowDeletion"] as const;

export interface ConfigMapKey {
  readonly configMap: string;
  readonly key?: string;
}

export interface ArgoProfile {
  /** Further labels and annotations of the Workflow. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Pods of one Workflow at once. */
  readonly parallelism?: number;
  /** Among Workflows that wait; the higher starts first. */
  readonly priority?: number;
  /** Milliseconds until a Workflow that has ended is deleted. */
  readonly ttl: { readonly completion?: number; readonly success?: number; readonly failure?: number };
  readonly podGc?: (typeof POD_GC_STRATEGIES)[number];
  readonly artifactGc?: (typeof ARTIFACT_GC_STRATEGIES)[number];
  /** The logs of pods become artifacts. */
  readonly archiveLogs?: boolean;
  /** Where artifacts are kept, instead of the default repository. */
  readonly artifactRepository?: ConfigMapKey;
  /** What a Workflow holds while it runs. */
  readonly mutexes: readonly string[];
  readonly semaphores: readonly Required<ConfigMapKey>[];
  readonly cron: {
    /** Milliseconds for which a start that was missed is made up for. */
    readonly startingDeadline?: number;
    /** Workflows that are kept. */
    readonly successfulHistory?: number;
    readonly failedHistory?: number;
  };
}
