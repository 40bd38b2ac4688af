import { expect, test } from "vitest";
import { readImageName } from "../../src/util/image-name.ts";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["busybox", {}],
  ["busybox:1.37", { tag: "1.37" }],
  ["localhost/a", {}],
  ["mirror.example:5000/a/b__c/d-e.f:v1_2", { tag: "v1_2" }],
  ["[::1]:5000/a", {}],
  [`ghcr.io/acme/tools:1@${digest}`, { tag: "1", digest }],
  ["acme/tools@sha256:9f1c…", { digest: "sha256:9f1c…", isShortened: true }],
  [`${"a".repeat(255)}:1`, { tag: "1" }],
] as const)("%s can be an image", (image, parts) => {
  expect(readImageName(image)).toEqual({ ok: true, ...parts });
});

test.each([
  ["", "it is empty"],
  ["a b", "it contains blanks"],
  ["https://ghcr.io/a", "it begins without `https://`", "ghcr.io/a"],
  ["ghcr.io/Acme/tools:1", "small letters", "ghcr.io/acme/tools:1"],
  ["Acme/tools", "small letters", "acme/tools"],
  ["a:", "no tag after the colon"],
  ["a:-x", "not a tag"],
  ["a@sha256:abc", "has 64 digits"],
  ["a@md5:abc", "begins with `sha256:`"],
  [`a@${digest.toUpperCase()}`, "digest"],
  ["a//b", "empty part"],
  ["-a.b:5/c", "not the name of a registry"],
  ["a/b$", "has signs other than"],
  ["a".repeat(256), "longer than 255"],
] as const)("%j cannot be one", (image, why, instead?: string) => {
  const read = readImageName(image);
  expect(read).toMatchObject({ ok: false, problem: expect.stringContaining(why) });
  expect(read).toEqual(expect.objectContaining(instead === undefined ? {} : { instead }));
});
