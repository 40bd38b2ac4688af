// The part of a profile that says how pods are made in a cluster: `profiles.<name>.kubernetes` of sluice.yaml, as settings. Names are those of
// Kubernetes where they stand for its own things.
import type { RecordValue } from "../types/value.ts";

/** What a processor or a class of nodes asks of a pod. */
export interface NodeChoice {
  /** Node labels, by name. */
  readonly selectors: Readonly<Record<string, string>>;
  /** As in a pod spec. */
  readonly tolerations: readonly RecordValue[];
}

export interface KubernetesProfile {
  readonly namespace?: string;
  /** Of the pods of tasks. */
  readonly serviceAccount?: string;
  /** Where Files are kept. */
  readonly storage?: { readonly kind: "pvc"; readonly claim: string };
  readonly gpu: NodeChoice & {
    /** The extended resource that counts them: `nvidia.com/gpu`. */
    readonly resource: string;
    readonly accelerators: ReadonlyMap<string, NodeChoice>;
  };
  readonly images: {
    /** The longest `from` that an image begins with is replaced by its `to`. */
    readonly rewrites: readonly { readonly from: string; readonly to: string }[];
    readonly pullSecrets: readonly string[];
  };
  /** A local queue of Kueue. */
  readonly queue?: string;
  /** A PriorityClass, for tasks that name none. */
  readonly priority?: string;
  /** Fields of every task's pod spec; those of the task's own `pod` win. */
  readonly pod?: RecordValue;
  /** `restricted`: containers also promise not to run as root. */
  readonly podSecurity: "baseline" | "restricted";
  readonly driver: {
    readonly image?: string;
    /** Cores. */
    readonly cpu: number;
    /** Bytes. */
    readonly memory: number;
  };
  /** `collected`: no result goes by termination message. */
  readonly results: "message" | "collected";
}

const NO_CHOICE: NodeChoice = { selectors: {}, tolerations: [] };

/** What holds where a profile says nothing. */
export const DEFAULT_KUBERNETES_PROFILE: KubernetesProfile = {
  gpu: { ...NO_CHOICE, resource: "nvidia.com/gpu", accelerators: new Map() },
  images: { rewrites: [], pullSecrets: [] },
  podSecurity: "baseline",
  driver: { cpu: 0.25, memory: 512 * 1024 * 1024 },
  results: "message",
};
