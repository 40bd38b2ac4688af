import { expect, test } from "vitest";
import { imageProblem } from "../../../../src/backends/kubernetes/preflight/check-image.ts";

test.each([
  "busybox",
  "busybox:1.37",
  "localhost/a",
  "mirror.example:5000/a/b__c/d-e.f:v1_2",
  "[::1]:5000/a",
  `ghcr.io/acme/tools:1@sha256:${"a".repeat(64)}`,
])("%s can be an image", (image) => {
  expect(imageProblem(image)).toBeUndefined();
});

test.each([
  ["", "empty"],
  ["a b", "blank"],
  ["https://ghcr.io/a", "web address"],
  ["ghcr.io/Acme/tools", "capitals"],
  ["Acme/tools", "capitals"],
  ["a:", "tag is empty"],
  ["a:-x", "no tag"],
  ["a@sha256:abc", "no digest"],
  ["a//b", "part of its name is empty"],
  ["-a.b:5/c", "no host"],
  ["a/b$", "no part"],
])("%j cannot be one", (image, why) => {
  expect(imageProblem(image)).toContain(why);
});
