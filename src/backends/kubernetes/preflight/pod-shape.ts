// The pods that the objects of a run stand for, as far as a look at the cluster needs them. In: emitted objects. Out: one shape for each task call
// and for the driver.
import type { Manifest } from "../apply/server-apply.ts";
import type { ObjectMeta } from "../objects.ts";

export interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly env?: readonly {
    readonly name: string;
    readonly valueFrom?: { readonly secretKeyRef?: KeyReference; readonly configMapKeyRef?: KeyReference };
  }[];
  readonly envFrom?: readonly { readonly secretRef?: ObjectReference; readonly configMapRef?: ObjectReference }[];
}

export interface ObjectReference {
  readonly name?: string;
  readonly optional?: boolean;
}

export interface KeyReference extends ObjectReference {
  readonly key: string;
}

export interface FileSource extends ObjectReference {
  readonly secretName?: string;
  readonly items?: readonly { readonly key: string }[];
}

export interface Volume {
  readonly name: string;
  readonly secret?: FileSource;
  readonly configMap?: FileSource;
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly projected?: {
    readonly sources?: readonly { readonly secret?: FileSource; readonly configMap?: FileSource }[];
  };
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

export interface NodeRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly activeDeadlineSeconds?: number;
  readonly priorityClassName?: string;
  readonly runtimeClassName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms?: readonly { readonly matchExpressions?: readonly NodeRequirement[] }[];
      };
    };
  };
  readonly tolerations?: readonly Toleration[];
  readonly imagePullSecrets?: readonly ObjectReference[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly containers: readonly ContainerSpec[];
  readonly volumes?: readonly Volume[];
}

export interface PodShape {
  /** Name of the object that holds it. */
  readonly name: string;
  /** For people: "step `train`", "the driver". */
  readonly who: string;
  /** The id of the task call. */
  readonly call?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

interface Template {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: PodSpec;
}

interface Carrier {
  readonly template?: Template;
  readonly spec?: {
    readonly template?: Template;
    readonly jobTemplate?: { readonly spec?: { readonly template?: Template } };
  };
}

/** Who the driver's pod is for. */
export const DRIVER = "the driver";

/** The pods of PodTemplates, Jobs and CronJobs. */
export function podShapes(objects: readonly Manifest[]): PodShape[] {
  return objects.flatMap((object) => {
    const { template, spec } = object as unknown as Carrier;
    const found = template ?? spec?.template ?? spec?.jobTemplate?.spec?.template;
    if (!found) return [];
    const labels = found.metadata?.labels ?? {};
    const step = object.metadata.labels?.["sluice.dev/step"];
    const who = step === undefined ? DRIVER : `step \`${step}\``;
    const { annotations = {} } = found.metadata ?? {};
    const call = object.metadata.annotations?.["sluice.dev/call"];
    return [{ name: object.metadata.name, who, ...(call && { call }), labels, annotations, spec: found.spec }];
  });
}
