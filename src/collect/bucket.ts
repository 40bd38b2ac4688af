// A bucket: files in and out, whole or not at all. In: its settings, and credentials from the surroundings, as the library finds them. Out: what
// was done, or a sentence that names the object and says why it could not be.
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, readFile, rename, rm, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { errorCode, type FileResult, fileFailure } from "../backends/file-problem.ts";
import type { BucketSettings } from "../emit/storage-settings.ts";

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

export interface Bucket {
  /** Copies a file there; what stood under the key is replaced. */
  readonly upload: (file: string, key: string) => Promise<FileResult<null>>;
  /** An object without content, which marks a folder. */
  readonly mark: (key: string) => Promise<FileResult<null>>;
  /** Bytes of an object; undefined when there is none. */
  readonly sizeOf: (key: string) => Promise<FileResult<number | undefined>>;
  /** Copies an object to a file, which is there whole or not at all. The code of a failure is `ENOENT` where there is no such object. */
  readonly download: (key: string, file: string) => Promise<FileResult<null>>;
  /** All objects whose keys begin so, in the order of their keys. */
  readonly list: (prefix: string) => Promise<FileResult<readonly ListedObject[]>>;
}

/** Parts of a large upload: at least so many bytes, at most 10,000 of them. */
const LEAST_PART = 8 * 1024 * 1024;
const MOST_PARTS = 9_000;
/** A file of more bytes would need parts that the helper's memory cannot hold. */
const LARGEST_FILE = 1024 ** 4;
/** What says of an object that it is a program. */
const EXECUTABLE = "sluice-executable";
/** How often a download that broke off is begun again. */
const DOWNLOAD_TRIES = 5;
const FIRST_PAUSE = 500;

/** Opens a bucket of this name with these settings; nothing is asked of it yet. */
export async function openBucket(name: string, settings: Omit<BucketSettings, "bucket" | "prefix">): Promise<Bucket> {
  const libraries = await import("./s3-libraries.ts");
  const client = new libraries.S3Client({
    ...(settings.region !== undefined && { region: settings.region }),
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
    forcePathStyle: settings.pathStyle,
    maxAttempts: 6,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
    retryMode: "standard",
    // Services other than AWS know little of the newer checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const shown = (key: string): string => `s3://${name}/${key}`;

  const upload: Bucket["upload"] = async (file, key) => {
    try {
      const { size, mode } = await stat(file);
      if (size > LARGEST_FILE)
        return { ok: false, message: `\`${file}\` has ${size} bytes, more than the 1 TiB that can be kept in S3` };
      const partSize = Math.max(LEAST_PART, Math.ceil(size / MOST_PARTS));
      const done = new libraries.Upload({
        client,
        params: {
          Bucket: name,
          Key: key, // A small one is read at once: the library wants to know how long it is.
          Body: size <= LEAST_PART ? await readFile(file) : createReadStream(file),
          ContentType: contentType(key),
          ...((mode & 0o111) !== 0 && { Metadata: { [EXECUTABLE]: "true" } }),
        },
        partSize,
        queueSize: partSize > 2 * LEAST_PART ? 1 : 4,
      }).done();
      await done;
    } catch (error) {
      return errorCode(error) !== undefined && isFileError(error)
        ? fileFailure(error, "read", file)
        : requestFailure(error, "write", shown(key));
    }
    return { ok: true, value: null };
  };

  const mark: Bucket["mark"] = (key) =>
    attempt("write", key, async () => {
      await client.send(new libraries.PutObjectCommand({ Bucket: name, Key: key, Body: "", ContentLength: 0 }));
      return null;
    });

  const sizeOf: Bucket["sizeOf"] = async (key) => {
    const found = await attempt("read", key, async () => {
      const { ContentLength = 0 } = await client.send(new libraries.HeadObjectCommand({ Bucket: name, Key: key }));
      return ContentLength;
    });
    return !found.ok && found.code === "ENOENT" ? { ok: true, value: undefined } : found;
  };

  const download: Bucket["download"] = async (key, file) => {
    for (let tried = 1; ; tried++) {
      try {
        const answer = await client.send(new libraries.GetObjectCommand({ Bucket: name, Key: key }));
        const { Body, ContentLength, Metadata } = answer;
        if (Body === undefined) throw new Error("the answer has no content");
        await pipeline(Body as Readable, createWriteStream(`${file}.part`));
        const { size } = await stat(`${file}.part`);
        if (ContentLength !== undefined && size !== ContentLength)
          throw new Error(`only ${size} of ${ContentLength} bytes came`);
        if (Metadata?.[EXECUTABLE] === "true") await chmod(`${file}.part`, 0o755);
        await rename(`${file}.part`, file);
        return { ok: true, value: null };
      } catch (error) {
        await rm(`${file}.part`, { force: true });
        if (isFileError(error)) return fileFailure(error, "write", file);
        const failure = requestFailure(error, "read", shown(key));
        // What the service answered will be the same again; the library has tried often enough what it knows to pass.
        if (tried === DOWNLOAD_TRIES || statusOf(error) !== undefined || failure.code !== undefined) return failure;
        await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE * 2 ** (tried - 1)));
      }
    }
  };

  const list: Bucket["list"] = (prefix) =>
    attempt("list", prefix, async () => {
      const found: ListedObject[] = [];
      for (let token: string | undefined; ; ) {
        const page = await client.send(
          new libraries.ListObjectsV2Command({
            Bucket: name,
            Prefix: prefix,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        );
        for (const { Key, Size } of page.Contents ?? []) found.push({ key: Key ?? "", size: Size ?? 0 });
        token = page.NextContinuationToken;
        if (page.IsTruncated !== true || token === undefined) return found;
      }
    });

  async function attempt<T>(doing: string, key: string, operation: () => Promise<T>): Promise<FileResult<T>> {
    try {
      return { ok: true, value: await operation() };
    } catch (error) {
      return requestFailure(error, doing, shown(key));
    }
  }

  return { upload, mark, sizeOf, download, list };
}

const TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  gz: "application/gzip",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  jsonl: "application/jsonl",
  log: "text/plain",
  md: "text/markdown",
  parquet: "application/vnd.apache.parquet",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  tsv: "text/tab-separated-values",
  txt: "text/plain",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
};

/** What browsers and tools are told of a file, by the ending of its name. */
function contentType(key: string): string {
  const ending = /\.([A-Za-z0-9]+)$/.exec(key)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(TYPES, ending) ? TYPES[ending]! : "application/octet-stream";
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}

function statusOf(error: unknown): number | undefined {
  const metadata = error instanceof Error && "$metadata" in error ? error.$metadata : undefined;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

/** One sentence; the code is `ENOENT` where the object or bucket is not there, `EACCES` where it may not be used. */
function requestFailure(error: unknown, doing: string, what: string): { ok: false; message: string; code?: string } {
  const name = error instanceof Error ? error.name : "";
  const status = statusOf(error);
  const say = (why: string, code?: string) => ({
    ok: false as const,
    message: `cannot ${doing} \`${what}\`: ${why}`,
    ...(code !== undefined && { code }),
  });
  if (name === "NoSuchBucket") return say("there is no such bucket", "ENOENT");
  if (name === "NoSuchKey" || status === 404) return say("it does not exist", "ENOENT");
  if (name === "CredentialsProviderError")
    return say(
      "there are no credentials: name a Secret as `secret` of the profile's storage, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
      "EACCES",
    );
  if (status === 403 || status === 401) return say(`the service refuses: ${name}`, "EACCES");
  const words = error instanceof Error ? firstLine(error) : String(error);
  if (/region is missing/i.test(words))
    return say("no region is known: name it as `region` of the profile's storage", "EACCES");
  return say(words === "" ? name : words);
}

function firstLine(error: Error): string {
  // A connection that was tried on several addresses has an error for each.
  const inner = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  return (inner.message.split("\n")[0] ?? "").slice(0, 300);
}
