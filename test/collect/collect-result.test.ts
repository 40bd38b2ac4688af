import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { WrittenOutput } from "../../src/backends/read-outputs.ts";
import { collectResult, type Destination } from "../../src/collect/collect-result.ts";
import { DIR, FILE, listOf, optionalOf, type Type } from "../../src/types/type.ts";
import { makeTestFolder, removeFolders } from "../backends/local-harness.ts";
import { fakeBucket } from "./fake-bucket.ts";

afterAll(removeFolders);

function prepare(types: Record<string, Type>) {
  const folder = makeTestFolder();
  const outputs: WrittenOutput[] = Object.entries(types).map(([name, type]) => ({
    name,
    type,
    path: join(folder, name),
  }));
  return { folder, outputs, places: { folder, storage: "/sluice/storage" } };
}

const pvc: Destination = { kind: "pvc", path: "run/step/1" };

function toBucket() {
  const fake = fakeBucket();
  const settings = { bucket: "bucket", prefix: "team/", pathStyle: true };
  const destination: Destination = {
    kind: "s3",
    path: "run/step/1",
    settings,
    open: () => Promise.resolve(fake.bucket),
  };
  return { ...fake, destination };
}

test("Files in a volume become paths in it, and links paths of what they lead to", async () => {
  const { folder, outputs, places } = prepare({ model: FILE, parts: listOf(FILE), link: FILE, none: optionalOf(FILE) });
  writeFileSync(join(folder, "model"), "m");
  mkdirSync(join(folder, "parts"));
  writeFileSync(join(folder, "parts", "b"), "");
  writeFileSync(join(folder, "parts", "a"), "");
  symlinkSync("model", join(folder, "link"));
  expect(await collectResult(outputs, places, pvc)).toEqual({
    ok: true,
    value: {
      model: "pvc:run/step/1/model",
      parts: ["pvc:run/step/1/parts/a", "pvc:run/step/1/parts/b"],
      link: "pvc:run/step/1/model",
      none: null,
    },
    warnings: [],
  });
});

test("Files for a bucket are uploaded, folders with all that is in them", async () => {
  const { folder, outputs, places } = prepare({ model: FILE, all: DIR });
  writeFileSync(join(folder, "model"), "m");
  mkdirSync(join(folder, "all", "deep", "empty"), { recursive: true });
  writeFileSync(join(folder, "all", "deep", "x.txt"), "x");
  symlinkSync("deep/x.txt", join(folder, "all", "y.txt"));
  const { destination, objects } = toBucket();
  expect(await collectResult(outputs, places, destination)).toEqual({
    ok: true,
    value: { model: "s3://bucket/team/run/step/1/model", all: "s3://bucket/team/run/step/1/all/" },
    warnings: [],
  });
  expect([...objects.keys()].sort()).toEqual(
    ["all/", "all/deep/", "all/deep/empty/", "all/deep/x.txt", "all/y.txt", "model"].map(
      (key) => `team/run/step/1/${key}`,
    ),
  );
  expect(objects.get("team/run/step/1/all/y.txt")).toBe("x");
});

test("nothing is uploaded when one output is wrong", async () => {
  const { folder, outputs, places } = prepare({ model: FILE, all: DIR });
  writeFileSync(join(folder, "model"), "m");
  mkdirSync(join(folder, "all"));
  symlinkSync("/etc/passwd", join(folder, "all", "users"));
  const { destination, objects } = toBucket();
  const found = await collectResult(outputs, places, destination);
  expect(found).toMatchObject({ ok: false, message: expect.stringContaining("outside of its folder") });
  expect(objects.size).toBe(0);
});

test("a link out of the folder is refused, and so is a file of the pod", async () => {
  const linked = prepare({ model: FILE });
  symlinkSync("/etc/passwd", join(linked.folder, "model"));
  expect(await collectResult(linked.outputs, linked.places, pvc)).toMatchObject({
    message: expect.stringContaining("outside the attempt's folder"),
  });
  const named = prepare({ found: { kind: "record", fields: [{ name: "best", type: FILE }] } });
  writeFileSync(join(named.folder, "found"), '{"best": "file:///etc/passwd"}');
  expect(await collectResult(named.outputs, named.places, pvc)).toMatchObject({
    message: expect.stringContaining("is in this pod alone"),
  });
});
