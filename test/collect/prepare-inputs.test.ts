import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type InputsOptions, prepareInputs } from "../../src/collect/prepare-inputs.ts";
import { DEFAULT_KUBERNETES_PROFILE, type S3Storage } from "../../src/config/kubernetes-profile.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { makeTestFolder, removeFolders } from "../backends/local-harness.ts";
import { compileSource } from "../harness/compile-source.ts";
import { fakeBucket } from "./fake-bucket.ts";

afterAll(removeFolders);

const SOURCE = `
type Pair = { f: File, n: Int }
task work(a: File, all: [File], d: Dir, r: Pair) -> [File] {
  image "a/b:1"
  run ["work", a, ...all, d, r.f, out]
}
pipeline main(p: File, q: Dir?, qs: [File] = []) {
  let f = file("one.csv")
  let fs = [f, file("two.csv"), p]
  let rec = { f: file("one.csv"), n: 3 }
  let w = work(a: f, all: fs, d: dir("folder"), r: rec)
  do map x in [file("two.csv"), p] { do work(a: if w == [] { yield file("one.csv") } else { yield x }, all: qs, d: dir("folder"), r: rec) }
}`;

function prepare(options: Partial<InputsOptions> = {}, parameters: Record<string, Value> = {}) {
  const folder = makeTestFolder();
  writeFileSync(join(folder, "one.csv"), "1\n");
  writeFileSync(join(folder, "two.csv"), "2\n");
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "folder", "x"), "x\n");
  const { plan, diagnostics } = compileSource(SOURCE);
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const given = makeRecord(Object.entries({ p: join(folder, "two.csv"), q: null, qs: [], ...parameters }));
  const prepared = prepareInputs(plan, given, {
    folder,
    run: "main-1",
    namespace: "here",
    profile: DEFAULT_KUBERNETES_PROFILE,
    ...options,
  });
  return { folder, prepared };
}

const storage: S3Storage = { kind: "s3", bucket: "bucket", prefix: "team/", pathStyle: true };

test("every file of this machine becomes a reference, equal content travels once", async () => {
  const prepared = await prepare().prepared;
  if (!prepared.ok) throw new Error(prepared.message);
  const { plan, parameters, objects } = prepared.value;
  expect(JSON.stringify(plan.pipelines)).not.toMatch(/"(value|default)":"(one|two|folder)/);
  expect(parameters.p).toMatch(/^input:main-1-inputs-\w+\/file-[0-9a-f]{64}\/two\.csv$/);
  expect(JSON.stringify(plan.pipelines)).toContain(JSON.stringify(parameters.p));
  expect(JSON.stringify(plan.pipelines)).toMatch(/input:main-1-inputs-\w+\/dir-[0-9a-f]{64}\/folder\//);
  expect(objects).toMatchObject([
    { kind: "ConfigMap", immutable: true, metadata: { namespace: "here", labels: { "sluice.dev/run": "main-1" } } },
  ]);
  expect(
    Object.keys(objects[0]!.binaryData as object)
      .map((key) => key.slice(0, 5))
      .sort(),
  ).toEqual(["dir-", "file-", "file-"].map((each) => expect.stringContaining(each)));
});

test("with a bucket they are uploaded under their hash, and not a second time", async () => {
  const { bucket, objects, uploads } = fakeBucket();
  const options = { profile: { ...DEFAULT_KUBERNETES_PROFILE, storage }, open: () => Promise.resolve(bucket) };
  const first = await prepare(options).prepared;
  if (!first.ok) throw new Error(first.message);
  expect(first.value.objects).toEqual([]);
  expect(first.value.parameters.p).toMatch(/^s3:\/\/bucket\/team\/inputs\/[0-9a-f]{64}\/two\.csv$/);
  expect([...objects.values()].sort()).toEqual(["", "1\n", "2\n", "x\n"]);
  const before = uploads();
  await prepare(options).prepared;
  expect(uploads()).toBe(before);
});

test("a dry run uploads nothing", async () => {
  const open = () => Promise.reject(new Error("opened"));
  const prepared = await prepare({ profile: { ...DEFAULT_KUBERNETES_PROFILE, storage }, open, dryRun: true }).prepared;
  expect(prepared.ok).toBe(true);
});

test("references of the storage stay; a folder of a bucket gets its `/`", async () => {
  const profile = { ...DEFAULT_KUBERNETES_PROFILE, storage };
  const prepared = await prepare({ profile, dryRun: true }, { p: "s3://bucket/x.csv", q: "s3://bucket/all" }).prepared;
  expect(prepared).toMatchObject({ value: { parameters: { p: "s3://bucket/x.csv", q: "s3://bucket/all/" } } });
});

test.each([
  ["pvc:x.csv", "the profile names no storage"],
  ["s3://bucket/x", "the profile names no storage"],
  ["https://example.org/x", "a cluster reads `pvc:…` and `s3://…`, not `https:`"],
  ["input:a/b/c", "no address that can be given"],
  ["/no/such/file", "it does not exist"],
])("what cannot be brought to a pod is refused: %s", async (p, sentence) => {
  const prepared = await prepare({}, { p }).prepared;
  expect(prepared).toMatchObject({ ok: false, message: expect.stringContaining(sentence) });
  expect(prepared).toMatchObject({ message: expect.stringContaining("parameter `p`") });
});

test("what is too large for a ConfigMap is named with what to do", async () => {
  const large = join(makeTestFolder(), "large.bin");
  writeFileSync(large, Buffer.alloc(900_001));
  const prepared = await prepare({}, { p: large }).prepared;
  expect(prepared).toMatchObject({
    message: expect.stringMatching(/large\.bin` has 900001 bytes, more than the 900000 .*`pvc:PATH`/),
  });
  const folder = makeTestFolder();
  const many = Array.from({ length: 13 }, (_, index) => {
    writeFileSync(join(folder, `${index}`), Buffer.alloc(800_000, index));
    return join(folder, `${index}`);
  });
  expect(await prepare({}, { qs: many }).prepared).toMatchObject({
    message: expect.stringContaining("more than the 10000000"),
  });
});
