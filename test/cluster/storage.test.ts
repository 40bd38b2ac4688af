// Files of a run on a real cluster: kept in a volume, kept in a bucket, brought from this machine; and results that a helper collects.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterClient } from "../../src/backends/kubernetes/client.ts";
import { type ClusterRun, openClusterRun } from "../../src/backends/kubernetes/cluster-run.ts";
import { createClusterRun } from "../../src/backends/kubernetes/create-run.ts";
import { openBucket } from "../../src/collect/bucket.ts";
import { prepareInputs } from "../../src/collect/prepare-inputs.ts";
import { DEFAULT_KUBERNETES_PROFILE, type KubernetesProfile } from "../../src/config/kubernetes-profile.ts";
import { emitRun } from "../../src/emit/jobs/emit.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { compileSource } from "../harness/compile-source.ts";
import { closeAfterTests, connect } from "./cluster-client.ts";
import { bed, makeVolume } from "./harness.ts";
import { driveRun } from "./runs.ts";

const cluster = bed();
closeAfterTests();
const { busybox, sluice } = cluster.images;
const { s3 } = cluster;

/** What the node, which is this machine, shows to pods as a volume. */
const volume = mkdtempSync(join(tmpdir(), "sluice-volume-"));
/** What the user has. */
const here = mkdtempSync(join(tmpdir(), "sluice-inputs-"));
const claim = "files";
const bucket = `bucket-${cluster.namespace.slice(-6)}`;

const base: KubernetesProfile = {
  ...DEFAULT_KUBERNETES_PROFILE,
  driver: { ...DEFAULT_KUBERNETES_PROFILE.driver, ...(sluice !== undefined && { image: sluice }) },
};
const inVolume: KubernetesProfile = { ...base, storage: { kind: "pvc", claim } };
const inBucket = (endpoint: string): KubernetesProfile => ({
  ...base,
  storage: { kind: "s3", bucket, prefix: "team/", endpoint, region: "us-east-1", pathStyle: true, secret: "s3" },
});

const withHelpers = test.runIf(cluster.runsPods && sluice !== undefined);
const withBucket = test.runIf(cluster.runsPods && sluice !== undefined && s3 !== undefined);

beforeAll(async () => {
  if (!cluster.runsPods || sluice === undefined) return;
  chmodSync(volume, 0o777);
  await makeVolume(cluster, claim, volume);
  if (s3 === undefined) return;
  const stringData = { access_key_id: s3.accessKeyId, secret_access_key: s3.secretAccessKey };
  await cluster.create({ apiVersion: "v1", kind: "Secret", metadata: { name: "s3" }, stringData } as never);
  process.env.AWS_ACCESS_KEY_ID = s3.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = s3.secretAccessKey;
  const { CreateBucketCommand, S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client({ endpoint: s3.outside, region: "us-east-1", forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
});

afterAll(async () => {
  await cluster.tryKubectl(["delete", "persistentvolume", `${cluster.namespace}-files`, "--wait=false"]);
  rmSync(volume, { recursive: true, force: true });
  rmSync(here, { recursive: true, force: true });
});

withBucket("a large file is kept in parts and comes back as it was", async () => {
  const settings = { region: "us-east-1", endpoint: s3!.outside, pathStyle: true };
  const opened = await openBucket(bucket, settings);
  // Three parts, the last a short one; no two alike.
  const bytes = Buffer.alloc(20 * 1024 * 1024 + 7);
  for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32LE(at, Math.min(at, bytes.length - 4));
  const file = join(here, "large.bin");
  writeFileSync(file, bytes, { mode: 0o755 });
  expect(await opened.upload(file, "large/model.bin")).toEqual({ ok: true, value: null });
  expect(await opened.sizeOf("large/model.bin")).toEqual({ ok: true, value: bytes.length });
  expect(await opened.download("large/model.bin", `${file}.back`)).toEqual({ ok: true, value: null });
  expect(readFileSync(`${file}.back`).equals(bytes)).toBe(true);
  expect(statSync(`${file}.back`).mode & 0o111).toBe(0o111);
});

let runs = 0;

async function start(
  client: ClusterClient,
  source: string,
  profile: KubernetesProfile,
  parameters: Record<string, Value> = {},
): Promise<ClusterRun> {
  const { plan, diagnostics } = compileSource(source);
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const name = `files-${cluster.namespace.slice(-6)}-${runs++}`;
  const { namespace } = client;
  const { storage } = profile;
  // Pods know the bucket's server under another address.
  const outside =
    storage?.kind === "s3" && s3 ? { ...profile, storage: { ...storage, endpoint: s3.outside } } : profile;
  const options = { folder: here, owner: () => name, profile: outside, bucket: "upload" } as const;
  const prepared = await prepareInputs(plan, makeRecord(Object.entries(parameters)), options);
  if (!prepared.ok) throw new Error(prepared.problems.map(({ problem }) => problem).join("\n"));
  const emitted = emitRun(prepared.value.plan, {
    inputs: prepared.value.inputs,
    parameters: prepared.value.parameters,
    profile,
    namespace,
    version: "0.0.0",
    run: name,
    span: () => ({ file: 0, start: 0, end: 0 }),
  });
  if (emitted.value === undefined) throw new Error(emitted.diagnostics.map(({ message }) => message).join("\n"));
  const made = await createClusterRun({ client, objects: emitted.value, driver: false, onNote: () => {} });
  if (!made.ok) throw new Error(made.message);
  const opened = await openClusterRun(client, name);
  if (!opened.ok) throw new Error(opened.message);
  return opened.value;
}

const FILES = `
type Found = { best: File, scores: [Float], sizes: { name: String, size: Size } }
task make(n: Int) -> { model: File, parts: [File], all: Dir, note: String, found: Found, maybe: File? } {
  image "${busybox}"
  script "sh" '''
    echo "model $n" > $out_model
    for i in 1 2 3; do echo part $i > $out_parts/$i.txt; done
    mkdir -p $out_all/deep/er $out_all/empty
    echo inside > $out_all/deep/er/file.txt
    echo 'a "note"' > $out_note
    echo best > /sluice/out/best.bin
    echo '{"best": "best.bin", "scores": [1, 0.5], "sizes": {"name": "x", "size": "2Gi"}, "extra": 1}' > $out_found
  '''
}
task use(model: File, parts: [File], all: Dir, best: File) -> String {
  image "${busybox}"
  script "sh" '''
    { cat $model; cat $all/deep/er/file.txt; cat $best; ls $all; } > /tmp/all
    tr '\\n' ' ' < /tmp/all > $out
  '''
}
pipeline main() -> { text: String, note: String, size: Size, maybe: File?, model: File, count: Int } {
  let made = make(7)
  let text = use(made.model, made.parts, made.all, made.found.best)
  yield {
    text: text, note: made.note, size: made.found.sizes.size, maybe: made.maybe, model: made.model, count: len(made.parts)
  }
}`;

const EXPECTED = { text: "model 7 inside best deep empty ", note: 'a "note"', maybe: null, count: 3 };

withHelpers("Files stay in a volume, and the next task reads them there", async () => {
  const client = await connect(cluster);
  const run = await start(client, FILES, inVolume);
  const driving = driveRun(client, run);
  const ended = await driving.ended;
  expect(ended).toMatchObject({ status: "succeeded", result: EXPECTED });
  expect(JSON.stringify(ended)).toMatch(new RegExp(`"model":"pvc:${run.name}/made-[0-9a-f]{16}/1/model"`));
  expect(driving.warnings.join()).toContain("extra");
});

withBucket("Files go through a bucket", async () => {
  const client = await connect(cluster);
  const run = await start(client, FILES, inBucket(s3!.inside));
  const ended = await driveRun(client, run).ended;
  expect(ended).toMatchObject({ status: "succeeded", result: EXPECTED });
  expect(JSON.stringify(ended)).toMatch(
    new RegExp(`"model":"s3://${bucket}/team/${run.name}/made-[0-9a-f]{16}/1/model"`),
  );
});

function writeInputs(): void {
  mkdirSync(join(here, "folder", "deep"), { recursive: true });
  writeFileSync(join(here, "data one.csv"), "1,2\n");
  writeFileSync(join(here, "folder", "deep", "x.txt"), "x\n");
  writeFileSync(join(here, "folder", "tool.sh"), "#!/bin/sh\necho tool\n", { mode: 0o755 });
}

const INPUTS = `
task read(data: File, all: Dir, more: [File]) -> String {
  image "${busybox}"
  script "sh" '''
    { basename "$data"; cat "$data"; cat $all/deep/x.txt; $all/tool.sh; ls $all; } > /tmp/all
    tr '\\n' ' ' < /tmp/all > $out
  '''
}
pipeline main(data: File) -> String {
  let text = read(data, dir("folder"), [file("data one.csv")])
  yield text
}`;

withHelpers("Files and folders of this machine travel in ConfigMaps", async () => {
  writeInputs();
  const client = await connect(cluster);
  const run = await start(client, INPUTS, base, { data: join(here, "data one.csv") });
  const ended = await driveRun(client, run).ended;
  expect(ended).toMatchObject({ status: "succeeded", result: "data one.csv 1,2 x tool deep tool.sh " });
});

withBucket("Files and folders of this machine travel through the bucket", async () => {
  writeInputs();
  const client = await connect(cluster);
  const run = await start(client, INPUTS, inBucket(s3!.inside), { data: join(here, "data one.csv") });
  const ended = await driveRun(client, run).ended;
  expect(ended).toMatchObject({ status: "succeeded", result: "data one.csv 1,2 x tool deep tool.sh " });
});

const READS = `
task read(data: File) -> String {
  image "${busybox}"
  script "sh" '''
    cat $data > $out
  '''
}
pipeline main(data: File) -> String {
  let text = read(data)
  yield text
}`;

withBucket("an object that is not there fails its task with a sentence", async () => {
  const client = await connect(cluster);
  const run = await start(client, READS, inBucket(s3!.inside), { data: `s3://${bucket}/nothing.csv` });
  const ended = await driveRun(client, run).ended;
  expect(ended).toMatchObject({ status: "failed", failures: [{ cause: "start", attempts: 1 }] });
  expect(JSON.stringify(ended)).toContain(`cannot read \`s3://${bucket}/nothing.csv\`: it does not exist`);
});

withHelpers("a file of the volume is given by its path", async () => {
  writeFileSync(join(volume, "given.txt"), "given\n");
  const client = await connect(cluster);
  const run = await start(client, READS, inVolume, { data: "pvc:given.txt" });
  expect(await driveRun(client, run).ended).toMatchObject({ status: "succeeded", result: "given" });
});
