import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packFolder } from "../../src/collect/packed-folder.ts";
import { stageIn } from "../../src/collect/stage-in.ts";
import { podPath } from "../../src/emit/file-references.ts";
import { makeTestFolder, removeFolders } from "../backends/local-harness.ts";
import { fakeBucket } from "./fake-bucket.ts";

afterAll(removeFolders);

function prepare(objects: Record<string, string>) {
  const root = makeTestFolder();
  const fake = fakeBucket();
  for (const [key, text] of Object.entries(objects)) fake.objects.set(key, text);
  return { root, open: () => Promise.resolve(fake.bucket) };
}

test("objects and folders of a bucket stand where the task's arguments say", async () => {
  const places = prepare({ "a/data.csv": "1", "b/all/": "", "b/all/deep/x": "x", "b/all/empty/": "" });
  const references = ["s3://bucket/a/data.csv", "s3://bucket/b/all/", "s3://bucket/b/all"];
  expect(await stageIn(references, places)).toEqual({ ok: true, value: null });
  const at = (reference: string) => `${places.root}${podPath(reference)}`;
  expect(readFileSync(at(references[0]!), "utf8")).toBe("1");
  for (const folder of references.slice(1)) {
    expect(readdirSync(at(folder))).toEqual(["deep", "empty"]);
    expect(readFileSync(join(at(folder), "deep", "x"), "utf8")).toBe("x");
  }
});

test.each([
  ["s3://bucket/nothing", "cannot read `nothing`: it does not exist"],
  ["s3://bucket/nothing/", "cannot read `s3://bucket/nothing/`: it does not exist"],
])("what is not there is named: %s", async (reference, message) => {
  expect(await stageIn([reference], prepare({}))).toEqual({ ok: false, message, code: "ENOENT" });
});

test("a key that would leave its folder is refused", async () => {
  const found = await stageIn(["s3://bucket/all/"], prepare({ "all/../../x": "x" }));
  expect(found).toMatchObject({ ok: false, message: expect.stringContaining("which no path can have") });
});

test("a packed folder comes back with its programs and empty folders", async () => {
  const from = makeTestFolder();
  mkdirSync(join(from, "deep", "empty"), { recursive: true });
  writeFileSync(join(from, "deep", "tool"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(from, "ä b"), Buffer.from([0, 255, 10]));
  const packed = packFolder(from);
  const places = prepare({});
  const stored = join(places.root, "sluice/packed/inputs-1/dir-abc");
  mkdirSync(dirname(stored), { recursive: true });
  writeFileSync(stored, packed.ok ? packed.value : "");
  const reference = "input:inputs-1/dir-abc/folder/";
  expect(await stageIn([reference], places)).toEqual({ ok: true, value: null });
  const target = `${places.root}${podPath(reference)}`;
  expect(statSync(join(target, "deep", "tool")).mode & 0o111).toBe(0o111);
  expect([...readFileSync(join(target, "ä b"))]).toEqual([0, 255, 10]);
  expect(readdirSync(join(target, "deep"))).toEqual(["empty", "tool"]);
  expect(packFolder(target)).toEqual(packed);
});

test("a packed folder that is damaged is refused", async () => {
  const places = prepare({});
  const stored = join(places.root, "sluice/packed/inputs-1/dir-abc");
  mkdirSync(dirname(stored), { recursive: true });
  writeFileSync(stored, "no");
  expect(await stageIn(["input:inputs-1/dir-abc/folder/"], places)).toMatchObject({
    message: expect.stringContaining("damaged"),
  });
});
