// What all parts of one emission share.
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import type { Plan, PlanPipeline } from "../../plan/plan.ts";
import type { RecordValue } from "../../types/value.ts";
import type { EmittedObject } from "../emitter.ts";
import { objectName, pipelineName } from "../k8s-names.ts";
import { type Component, objectLabels, type RunNames, type StepNames } from "../labels.ts";
import type { JsonObject } from "../yaml.ts";

export interface JobsContext {
  readonly plan: Plan;
  readonly pipeline: PlanPipeline;
  /** Decoded, defaults filled in. */
  readonly parameters: RecordValue;
  readonly profile: KubernetesProfile;
  /** As sluice.yaml calls it. */
  readonly profileName: string | undefined;
  readonly namespace: string;
  /** Of the driver and the helpers. */
  readonly engineImage: string;
  /** A name for the program, its parameters and its profile together: another for any change of them. */
  readonly run: string;
}

/** Bytes of data that one ConfigMap may hold; the server's limit is 1 MiB, of which the rest is room for what it adds. */
export const MOST_DATA = 900_000;

/** The metadata of an object. */
export function objectMetadata(
  context: JobsContext,
  name: string,
  component: Component,
  more: {
    readonly step?: StepNames;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly lasting?: true;
  } = {},
): JsonObject {
  const names: RunNames = more.lasting
    ? { pipeline: context.pipeline.name }
    : { pipeline: context.pipeline.name, run: context.run };
  const annotations = more.annotations ?? {};
  return {
    name,
    namespace: context.namespace,
    labels: objectLabels(names, component, more.step),
    ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
  };
}

/** An immutable ConfigMap. */
export function configMap(
  metadata: JsonObject,
  data: Readonly<Record<string, string>>,
  comment: string,
): EmittedObject {
  return { comment, object: { apiVersion: "v1", kind: "ConfigMap", metadata, immutable: true, data } };
}

/** The name of what exists once for the pipeline, however often it changes. */
export function lastingName(context: JobsContext, suffix: string): string {
  return pipelineName(context.pipeline.name, suffix);
}

/** The name of an object of this run, told apart by `identity` from all of its kind. */
export function runObjectName(
  context: JobsContext,
  parts: readonly string[],
  identity: string,
  length?: number,
): string {
  return objectName([context.pipeline.name, ...parts], `${context.run}\n${identity}`, length);
}
