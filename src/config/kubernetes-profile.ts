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

export interface S3Storage {
  readonly kind: "s3";
  readonly bucket: string;
  /** What the keys of runs begin with: "", or ends in `/`. */
  readonly prefix: string;
  /** The address of the service; without one that of AWS. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Addresses name the bucket in their path instead of in the host. */
  readonly pathStyle: boolean;
  /** A Secret with `access_key_id`, `secret_access_key` and perhaps `session_token`; without one pods use the identity of their account. */
  readonly secret?: string;
}

export type Storage = { readonly kind: "pvc"; readonly claim: string } | S3Storage;

export interface KubernetesProfile {
  readonly namespace?: string;
  /** Of the pods of tasks. */
  readonly serviceAccount?: string;
  /** Where Files are kept. */
  readonly storage?: Storage;
  readonly gpu: NodeChoice & {
    /** The extended resource that counts them: `nvidia.com/gpu`. */
    readonly resource: string;
    readonly accelerators: ReadonlyMap<string, NodeChoice>;
  };
  readonly images: {
    /** The longest `from` that an image begins with is replaced by its `to`. */
    readonly rewrites: readonly { readonly from: string; readonly to: string }[];
    readonly pullSecrets: readonly string[];
    /** Of tasks that name none. */
    readonly default?: string;
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
  /** What a run has in the cluster at once, at most. Graphics processors are not bounded where nothing is said. */
  readonly limits: { readonly jobs: number; readonly pods: number; readonly gpus?: number };
  /** Milliseconds for which a pod may wait to start, before its attempt fails with the cause `start`. */
  readonly pendingLimit: number;
}

const NO_CHOICE: NodeChoice = { selectors: {}, tolerations: [] };

/** What holds where a profile says nothing. */
export const DEFAULT_KUBERNETES_PROFILE: KubernetesProfile = {
  gpu: { ...NO_CHOICE, resource: "nvidia.com/gpu", accelerators: new Map() },
  images: { rewrites: [], pullSecrets: [] },
  podSecurity: "baseline",
  driver: { cpu: 0.25, memory: 512 * 1024 * 1024 },
  results: "message",
  limits: { jobs: 200, pods: 200 },
  pendingLimit: 600_000,
};
