import { expect, test } from "vitest";
import { DEFAULT_KUBERNETES_PROFILE } from "../../src/config/kubernetes-profile.ts";
import { mergePodSpec, orderPodSpec } from "../../src/emit/merge-pod.ts";
import { rewriteImage } from "../../src/emit/pod-resources.ts";
import { printBytes, printCores, wholeSeconds } from "../../src/emit/quantities.ts";

test("amounts are spelled as Kubernetes spells them", () => {
  expect([4, 0.5, 0.1, 1.5, 0.0001, 0.29].map(printCores)).toEqual(["4", "500m", "100m", "1500m", "1m", "290m"]);
  expect([16 * 2 ** 30, 1.5 * 2 ** 30, 5e8, 4097, 0.5].map(printBytes)).toEqual([
    "16Gi",
    "1536Mi",
    "500M",
    "4097",
    "1",
  ]);
  expect([1, 1000, 1001, 1e15].map(wholeSeconds)).toEqual([1, 1, 2, 2147483647]);
});

test("records are merged by field, named things by name, the rest is added", () => {
  const spec = {
    containers: [
      {
        name: "task",
        image: "a",
        securityContext: { a: 1, b: { c: 1 } },
        volumeMounts: [{ name: "v", mountPath: "/v" }],
      },
    ],
    volumes: [{ name: "v", emptyDir: {} }],
    tolerations: [{ key: "a" }],
  };
  const over = {
    containers: [{ name: "task", securityContext: { b: { d: 2 } }, volumeMounts: [{ name: "w", mountPath: "/w" }] }],
    volumes: [{ name: "v", emptyDir: { medium: "Memory" } }, { name: "w" }],
    tolerations: [{ key: "a" }],
    dnsPolicy: "Default",
  };
  expect(mergePodSpec(spec, over)).toEqual({
    containers: [
      {
        name: "task",
        image: "a",
        securityContext: { a: 1, b: { c: 1, d: 2 } },
        volumeMounts: [
          { name: "v", mountPath: "/v" },
          { name: "w", mountPath: "/w" },
        ],
      },
    ],
    volumes: [{ name: "v", emptyDir: { medium: "Memory" } }, { name: "w" }],
    tolerations: [{ key: "a" }, { key: "a" }],
    dnsPolicy: "Default",
  });
  expect(mergePodSpec(spec, undefined)).toBe(spec);
});

test("fields stand in the documented order, others last by name", () => {
  const spec = {
    volumes: [],
    zeta: 1,
    containers: [{ env: [], image: "a", name: "task" }],
    alpha: 1,
    restartPolicy: "Never",
  };
  const ordered = orderPodSpec(spec);
  expect(Object.keys(ordered)).toEqual(["restartPolicy", "containers", "volumes", "alpha", "zeta"]);
  expect(Object.keys((ordered.containers as readonly object[])[0]!)).toEqual(["name", "image", "env"]);
});

test("names that objects have by nature are data like any other", () => {
  const over = JSON.parse('{"nodeSelector":{"__proto__":"x","constructor":"y"}}');
  const merged = mergePodSpec({ nodeSelector: { a: "b" }, containers: [] }, over);
  expect(Object.entries(merged.nodeSelector as object)).toEqual([
    ["a", "b"],
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
});

test("the longest rewrite of an image that fits counts", () => {
  const rewrites = [
    { from: "docker.io/", to: "m/" },
    { from: "docker.io/library/", to: "m/lib/" },
  ];
  const profile = { ...DEFAULT_KUBERNETES_PROFILE, images: { rewrites, pullSecrets: [] } };
  expect(rewriteImage("docker.io/library/python:3", profile)).toBe("m/lib/python:3");
  expect(rewriteImage("docker.io/acme/x:1", profile)).toBe("m/acme/x:1");
  expect(rewriteImage("ghcr.io/docker.io/x:1", profile)).toBe("ghcr.io/docker.io/x:1");
});
