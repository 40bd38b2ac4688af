// What helpers in pods are told of the profile's bucket.
import type { BucketSettings } from "../emit/storage-settings.ts";
import type { Invocation } from "./command.ts";

/** The settings that `--storage` gives; undefined without it. */
export function readBucketSettings(invocation: Invocation): BucketSettings | undefined {
  const text = invocation.value("storage");
  return text === undefined ? undefined : (JSON.parse(text) as BucketSettings);
}
