// What helpers in pods are told of the profile's storage: its settings as an argument, its credentials as variables out of a Secret.
import type { S3Storage, Storage } from "../config/kubernetes-profile.ts";
import { canonicalJson } from "../plan/plan-hash.ts";
import { withoutExpansion } from "./expansion.ts";
import type { JsonObject } from "./yaml.ts";

/** What a helper needs to know to reach a bucket; the names are those of the profile. */
export interface BucketSettings {
  readonly bucket: string;
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle: boolean;
}

/** The settings out of a profile, without the name of its Secret. */
export function bucketSettings({ kind: _, secret: __, ...settings }: S3Storage): BucketSettings {
  return settings;
}

/** The arguments for a helper; none for a volume, which is mounted. */
export function storageArguments(storage: Storage | undefined): readonly string[] {
  if (storage?.kind !== "s3") return [];
  return ["--storage", withoutExpansion(canonicalJson(bucketSettings(storage)))];
}

/** The variables that hold credentials; none where the pod's account has an identity of its own. */
export function storageCredentials(storage: Storage | undefined): readonly JsonObject[] {
  if (storage?.kind !== "s3" || storage.secret === undefined) return [];
  const name = storage.secret;
  return [
    { name: "AWS_ACCESS_KEY_ID", valueFrom: { secretKeyRef: { name, key: "access_key_id" } } },
    { name: "AWS_SECRET_ACCESS_KEY", valueFrom: { secretKeyRef: { name, key: "secret_access_key" } } },
    { name: "AWS_SESSION_TOKEN", valueFrom: { secretKeyRef: { name, key: "session_token", optional: true } } },
  ];
}
