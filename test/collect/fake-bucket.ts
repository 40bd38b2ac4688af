// A bucket in memory.
import { readFileSync, writeFileSync } from "node:fs";
import type { Bucket } from "../../src/collect/bucket.ts";

/** The bucket and what is in it; `uploads` counts them. */
export function fakeBucket(): { bucket: Bucket; objects: Map<string, string>; uploads: () => number } {
  const objects = new Map<string, string>();
  let uploads = 0;
  const good = <T>(value: T) => Promise.resolve({ ok: true as const, value });
  const bucket: Bucket = {
    upload: (file, key) => {
      uploads++;
      objects.set(key, readFileSync(file, "utf8"));
      return good(null);
    },
    mark: (key) => {
      objects.set(key, "");
      return good(null);
    },
    sizeOf: (key) => good(objects.get(key)?.length),
    download: (key, file) => {
      const content = objects.get(key);
      if (content === undefined)
        return Promise.resolve({ ok: false, message: `cannot read \`${key}\`: it does not exist`, code: "ENOENT" });
      writeFileSync(file, content);
      return good(null);
    },
    list: (prefix) =>
      good([...objects].filter(([key]) => key.startsWith(prefix)).map(([key, text]) => ({ key, size: text.length }))),
  };
  return { bucket, objects, uploads: () => uploads };
}
