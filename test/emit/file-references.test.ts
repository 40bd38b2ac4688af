import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_KUBERNETES_PROFILE } from "../../src/config/kubernetes-profile.ts";
import { podPath, readReference, referenceProblem } from "../../src/emit/file-references.ts";

test.each([
  ["pvc:data/train.csv", "/sluice/storage/data/train.csv"],
  ["pvc:./data/", "/sluice/storage/data"],
  ["s3://bucket/a/b.csv", expect.stringMatching(/^\/sluice\/in\/\w{10}\/b\.csv$/)],
  ["s3://bucket/a/all/", expect.stringMatching(/^\/sluice\/in\/\w{10}\/all$/)],
  ["s3://bucket", expect.stringMatching(/^\/sluice\/in\/\w{10}\/bucket$/)],
  ["input:map-1/file-ab/x y.csv", expect.stringMatching(/^\/sluice\/inputs\/\w{10}\/x y\.csv$/)],
  ["input:map-1/dir-ab/all/", expect.stringMatching(/^\/sluice\/in\/\w{10}\/all$/)],
])("%s stands in the pod at its own place", (reference, path) => {
  expect(podPath(reference)).toEqual(path);
});

test.each([
  "pvc:",
  "pvc:../x",
  "pvc:a/../b",
  "pvc:/etc",
  "s3://",
  "s3://B/x",
  "s3://bucket/a/../b",
  "s3://bucket//x",
  "gs://a/b",
  "input:map/key/..",
  "input:map/../name",
  "data.csv",
])("%s is no reference of a cluster", (reference) => {
  expect(readReference(reference)).toMatchObject({ ok: false, message: expect.stringContaining(`\`${reference}\``) });
});

test("no reference leads out of its folder", () => {
  const part = fc.constantFrom("a", "..", ".", "", "/", "\\", "b c", "\u0000", "ä");
  const text = fc
    .tuple(fc.constantFrom("pvc:", "s3://bucket/", "input:map/key/"), fc.array(part))
    .map(([head, parts]) => head + parts.join("/"));
  fc.assert(
    fc.property(text, (reference) => {
      if (!readReference(reference).ok) return;
      expect(podPath(reference)).toMatch(/^\/sluice\/(storage|in|inputs)\/./);
      expect(podPath(reference).split("/")).not.toContain("..");
    }),
  );
});

test("a reference of another storage is refused, documents are passed over", () => {
  const profile = { ...DEFAULT_KUBERNETES_PROFILE, storage: { kind: "pvc" as const, claim: "files" } };
  expect(referenceProblem(['json:{"a":1}', "pvc:x", "input:m/k/n"], profile)).toBeUndefined();
  expect(referenceProblem(["s3://bucket/x"], profile)).toContain("the volume claim `files`");
});
