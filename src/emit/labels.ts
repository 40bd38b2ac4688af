// Labels and annotations by which objects are found again: the recommended ones of Kubernetes, and our own.
import { labelValue, shortHash } from "./k8s-names.ts";

export type Component = "plan" | "program" | "driver" | "task" | "script" | "items" | "rights" | "cache";

export interface RunNames {
  /** Of the pipeline that runs. */
  readonly pipeline: string;
  /** Absent for what outlives runs. */
  readonly run?: string;
}

/** One instance of a step, or the step itself where the item is not known. */
export interface StepNames {
  /** The path of node ids: `runs.train`. */
  readonly step: string;
  /** `runs["a1"].train` */
  readonly instance?: string;
  readonly key?: string;
  readonly attempt?: number;
}

/** The labels of an object. */
export function objectLabels(names: RunNames, component: Component, step?: StepNames): Record<string, string> {
  const item = step?.key === undefined || step.instance === undefined ? undefined : shortHash(step.instance);
  return {
    "app.kubernetes.io/name": labelValue(names.pipeline),
    ...(names.run !== undefined && { "app.kubernetes.io/instance": labelValue(names.run) }),
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/part-of": labelValue(names.pipeline),
    "app.kubernetes.io/managed-by": "sluice",
    ...(names.run !== undefined && { "sluice.dev/run": labelValue(names.run) }),
    "sluice.dev/pipeline": labelValue(names.pipeline),
    ...(step && { "sluice.dev/step": labelValue(step.step) }),
    ...(item !== undefined && { "sluice.dev/item": item }),
    ...(step?.attempt !== undefined && { "sluice.dev/attempt": String(step.attempt) }),
  };
}

/** The annotations of an instance: its id and the key of its item, as people know them. */
export function stepAnnotations(step: StepNames): Record<string, string> {
  return {
    ...(step.instance !== undefined && { "sluice.dev/instance": step.instance }),
    ...(step.key !== undefined && { "sluice.dev/key": step.key }),
  };
}
