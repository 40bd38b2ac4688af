import { mkdirSync, rmSync, writeFileSync } from "node:fs";
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
    owner: () => "main-1",
    profile: DEFAULT_KUBERNETES_PROFILE,
    bucket: "upload",
    ...options,
  });
  return { folder, prepared };
}

const storage: S3Storage = { kind: "s3", bucket: "bucket", prefix: "team/", pathStyle: true };

test("every file of this machine becomes a reference, equal content travels once", async () => {
  const prepared = await prepare().prepared;
  if (!prepared.ok) throw new Error("not prepared");
  const { plan, parameters, inputs } = prepared.value;
  expect(JSON.stringify(plan.pipelines)).not.toMatch(/"(value|default)":"(one|two|folder)/);
  expect(parameters.p).toMatch(/^input:main-inputs-\w+\/file-[0-9a-f]{64}\/two\.csv$/);
  expect(JSON.stringify(plan.pipelines)).toContain(JSON.stringify(parameters.p));
  expect(JSON.stringify(plan.pipelines)).toMatch(/input:main-inputs-\w+\/dir-[0-9a-f]{64}\/folder\//);
  expect(inputs.map(({ entries }) => entries.map(({ key, text }) => `${key.slice(0, 5)} ${text}`).sort())).toEqual([
    ["dir-9 folder", "file- one.csv", "file- two.csv"].map((each) => expect.stringMatching(each.replace("9", "\\w"))),
  ]);
});

test("with a bucket they are uploaded under their hash, and not a second time", async () => {
  const { bucket, objects, uploads } = fakeBucket();
  const options = { profile: { ...DEFAULT_KUBERNETES_PROFILE, storage }, open: () => Promise.resolve(bucket) };
  const first = await prepare(options).prepared;
  if (!first.ok) throw new Error("not prepared");
  expect(first.value.inputs).toEqual([]);
  expect(first.value.parameters.p).toMatch(/^s3:\/\/bucket\/team\/inputs\/[0-9a-f]{64}\/two\.csv$/);
  expect([...objects.values()].sort()).toEqual(["", "1\n", "2\n", "x\n"]);
  const before = uploads();
  await prepare(options).prepared;
  expect(uploads()).toBe(before);
});

test("a dry run uploads nothing", async () => {
  const open = () => Promise.reject(new Error("opened"));
  const prepared = await prepare({ profile: { ...DEFAULT_KUBERNETES_PROFILE, storage }, open, bucket: "look" })
    .prepared;
  expect(prepared.ok).toBe(true);
});

test("references of the storage stay; a folder of a bucket gets its `/`", async () => {
  const profile = { ...DEFAULT_KUBERNETES_PROFILE, storage };
  const prepared = await prepare({ profile, bucket: "look" }, { p: "s3://bucket/x.csv", q: "s3://bucket/all" })
    .prepared;
  expect(prepared).toMatchObject({ value: { parameters: { p: "s3://bucket/x.csv", q: "s3://bucket/all/" } } });
});

test("what only is compiled leaves the bucket alone, and takes ConfigMaps", async () => {
  const open = () => Promise.reject(new Error("opened"));
  const options = { profile: { ...DEFAULT_KUBERNETES_PROFILE, storage }, open, bucket: "leave" } as const;
  const prepared = await prepare(options).prepared;
  expect(prepared).toMatchObject({ value: { parameters: { p: expect.stringMatching(/^input:/) } } });
});

test("a File that may be executed is told apart from one of the same content", async () => {
  const program = join(makeTestFolder(), "tool.sh");
  writeFileSync(program, "1\n", { mode: 0o755 });
  const prepared = await prepare({}, { p: program }).prepared;
  expect(prepared).toMatchObject({
    value: { parameters: { p: expect.stringMatching(/\/exec-[0-9a-f]{64}\/tool\.sh$/) } },
  });
  expect(JSON.stringify(prepared)).toMatch(/\/file-[0-9a-f]{64}\/one\.csv/);
});

test("ConfigMaps are named after their owner and what they hold, and not after where the files lie", async () => {
  const nameOf = async (options: Partial<InputsOptions>) => {
    const { prepared } = prepare(options);
    const done = await prepared;
    return done.ok ? done.value.inputs[0]?.name : undefined;
  };
  const identity = (plan: unknown, parameters: unknown) => JSON.stringify([plan, parameters]);
  const [one, again, other] = [
    await nameOf({ owner: identity }),
    await nameOf({ owner: identity }),
    await nameOf({ owner: () => "other" }),
  ];
  expect(one).toMatch(/^main-inputs-\w+$/);
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

test.each([
  ["pvc:x.csv", "the profile names no storage"],
  ["s3://bucket/x", "the profile names no storage"],
  ["https://example.org/x", "a cluster reads `pvc:…` and `s3://…`, not `https:`"],
  ["input:a/b/c", "no address that can be given"],
  ["/no/such/file", "it does not exist"],
])("what cannot be brought to a pod is refused: %s", async (p, sentence) => {
  const prepared = await prepare({}, { p }).prepared;
  expect(prepared).toMatchObject({
    ok: false,
    problems: [
      { whose: "Parameter `p`", at: expect.stringMatching(/:7:15$/), problem: expect.stringContaining(sentence) },
    ],
  });
});

test("what is too large for a ConfigMap is named with its place and with what to do", async () => {
  const large = join(makeTestFolder(), "large.bin");
  writeFileSync(large, Buffer.alloc(900_001));
  const problem = "it has 900001 bytes, more than the 900000 that a ConfigMap can hold";
  const claimed = { ...DEFAULT_KUBERNETES_PROFILE, storage: { kind: "pvc", claim: "data" } } as const;
  for (const [profile, help] of [
    [DEFAULT_KUBERNETES_PROFILE, /`file\("pvc:PATH"\)` or `file\("s3:\/\/BUCKET\/KEY"\)`/],
    [claimed, /volume claim `data`.*`file\("pvc:PATH"\)`/],
    [{ ...DEFAULT_KUBERNETES_PROFILE, storage }, /`file\("s3:\/\/bucket\/KEY"\)`.*uploads it by itself/],
  ] as const)
    expect(await prepare({ profile, bucket: "leave" }, { p: large }).prepared).toMatchObject({
      problems: [{ whose: "Parameter `p`", problem, help: expect.stringMatching(help) }],
    });
  const folder = makeTestFolder();
  const many = Array.from({ length: 13 }, (_, index) => {
    writeFileSync(join(folder, `${index}`), Buffer.alloc(800_000, index));
    return join(folder, `${index}`);
  });
  expect(await prepare({}, { qs: many }).prepared).toMatchObject({
    problems: [{ whose: "Parameter `qs`", problem: expect.stringContaining("more than the 10000000") }],
  });
});

test("a file that is named in a list of the program is told with the place of the list", async () => {
  const { folder, prepared } = prepare();
  await prepared;
  rmSync(join(folder, "two.csv"));
  const { plan } = compileSource(SOURCE);
  const options = { folder, owner: () => "x", profile: DEFAULT_KUBERNETES_PROFILE, bucket: "leave" } as const;
  const again = await prepareInputs(
    plan!,
    makeRecord([
      ["p", join(folder, "one.csv")],
      ["q", null],
      ["qs", []],
    ]),
    options,
  );
  expect(again).toMatchObject({
    problems: [
      { whose: "`fs`", at: expect.stringMatching(/:9:/), problem: "cannot use the file `two.csv`: it does not exist" },
      { at: expect.stringMatching(/:12:/) },
    ],
  });
});
