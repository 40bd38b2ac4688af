import { expect, test } from "vitest";
import { findDifference } from "../../../src/backends/kubernetes/check-templates.ts";

const wanted = {
  metadata: { labels: { a: "1" }, finalizers: ["f"] },
  spec: { containers: [{ name: "task", env: [{ name: "E", value: "" }], args: [] }], enableServiceLinks: false },
};

test("what the server adds, and what it leaves out because it is empty, is no difference", () => {
  const found = {
    metadata: { labels: { a: "1" }, finalizers: ["f"], creationTimestamp: null },
    spec: {
      containers: [{ name: "task", env: [{ name: "E" }], imagePullPolicy: "Always" }],
      dnsPolicy: "ClusterFirst",
    },
  };
  expect(findDifference(wanted, found, "template")).toBeUndefined();
});

test.each([
  [{ metadata: { labels: { a: "2" } } }, "template.metadata.labels.a"],
  [{ metadata: { labels: { a: "1" } }, spec: {} }, "template.metadata.finalizers"],
  [{ ...wanted, spec: { ...wanted.spec, enableServiceLinks: true } }, "template.spec.enableServiceLinks"],
  [{ ...wanted, spec: { containers: [...wanted.spec.containers, { name: "more" }] } }, "template.spec.containers"],
  [{ ...wanted, spec: { containers: [{ name: "other" }] } }, "template.spec.containers[0].name"],
  [undefined, "template"],
])("the first field that differs is named %#", (found, path) => {
  expect(findDifference(wanted, found, "template")).toBe(path);
});

test("fields that every object has by itself are not taken for set ones", () => {
  expect(findDifference({ constructor: "x" }, {}, "t")).toBe("t.constructor");
});
