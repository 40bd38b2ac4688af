// What the Argo target writes, by name.

export const ARGO_KINDS = ["Workflow", "WorkflowTemplate", "CronWorkflow"] as const;
export type ArgoKind = (typeof ARGO_KINDS)[number];

/** The file this target writes. */
export const ARGO_FILES = ["workflow.yaml"] as const;
