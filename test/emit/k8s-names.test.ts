import fc from "fast-check";
import { expect, test } from "vitest";
import { attemptName, labelValue, objectName, pipelineName, shortHash } from "../../src/emit/k8s-names.ts";

const NAME = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const LABEL = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "-", "a/b", "A", "é", "---", "0", "x".repeat(300), "\n", "😀"),
);

test("any parts give a name that Kubernetes takes, of at most the length asked for", () => {
  fc.assert(
    fc.property(fc.array(text), text, fc.integer({ min: 20, max: 63 }), (parts, identity, length) => {
      const name = objectName(parts, identity, length);
      expect(name).toMatch(NAME);
      expect(name.length).toBeLessThanOrEqual(length);
    }),
  );
});

test("names of attempts differ by the attempt alone and stay within 63 characters", () => {
  fc.assert(
    fc.property(fc.array(text), text, fc.integer({ min: 1, max: 100_000 }), (parts, identity, attempt) => {
      const name = attemptName(parts, identity, attempt);
      expect(name).toMatch(NAME);
      expect(name.length).toBeLessThanOrEqual(63);
      expect(name.endsWith(`-${attempt}`)).toBe(true);
    }),
  );
});

test("different identities have different names, whatever their parts look like", () => {
  const keys = ["a/b", "a b", "a-b", "A-b", "a.b", "a\nb", `${"x".repeat(300)}1`, `${"x".repeat(300)}2`, "é", "è"];
  expect(new Set(keys.map((key) => objectName(["run", key], key))).size).toBe(keys.length);
  expect(new Set(keys.map((key) => labelValue(key))).size).toBe(keys.length);
});

test("a name is the same on every machine and in every version", () => {
  expect(objectName(["hp_sweep", "runs.train", "A 1"], 'runs["A 1"].train')).toBe("hp-sweep-runs-train-a-1-mldz9tfvp9");
  expect(shortHash("")).toHaveLength(10);
});

test("label values are what Kubernetes takes, and texts that are some stay as they are", () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(labelValue(value)).toMatch(LABEL);
      expect(labelValue(value).length).toBeLessThanOrEqual(63);
    }),
  );
  expect(labelValue("runs.train_2")).toBe("runs.train_2");
});

test("a pipeline's own name has no hash where no other pipeline can have the same", () => {
  expect(pipelineName("hp_sweep", "-driver")).toBe("hp-sweep-driver");
  const alike = ["hp_sweep", "Hp_sweep", "hp__sweep", "_hp_sweep", "hp_sweep_", "HP_SWEEP"];
  expect(new Set(alike.map((name) => pipelineName(name))).size).toBe(alike.length);
  expect(pipelineName("x".repeat(40), "-driver").length).toBeLessThanOrEqual(63);
  expect(pipelineName("_", "", 52)).toMatch(NAME);
});
