import fc from "fast-check";
import { expect, test } from "vitest";
import {
  buildInstanceId,
  finallyPath,
  type InstanceStep,
  lanePaths,
  parseInstanceId,
} from "../../src/engine/instance-id.ts";
import { block, letNode, literal, pipeline } from "../harness/plan-builder.ts";

test("an instance id joins node ids by dots and holds keys as JSON strings", () => {
  expect(buildInstanceId([{ node: "runs", key: "a1" }, { node: "train" }])).toBe('runs["a1"].train');
  expect(buildInstanceId([{ node: "runs", key: 'a"].b["' }])).toBe('runs["a\\"].b[\\""]');
});

const step: fc.Arbitrary<InstanceStep> = fc.record(
  { node: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/), key: fc.string({ unit: "binary" }) },
  { requiredKeys: ["node"] },
);

test("whatever the keys hold, an instance id is taken apart into the steps it was built from", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
      expect(parseInstanceId(buildInstanceId(steps))).toEqual(steps);
    }),
  );
});

test("the paths of the items around an instance are prefixes of its id, whatever the keys hold", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
      const expected = steps.flatMap((one, at) =>
        one.key === undefined ? [] : [buildInstanceId(steps.slice(0, at + 1))],
      );
      expect(lanePaths(buildInstanceId(steps))).toEqual(expected);
    }),
  );
});

test.each(["", "a..b", "a[b]", 'a["b]', 'a["b"]c', "1a", 'a["\\q"]', 'a["b"].'])("%j is no instance id", (text) => {
  expect(parseInstanceId(text)).toBeNull();
});

test("instances of `finally` cannot be mistaken for those of a node named `finally`", () => {
  expect(finallyPath(pipeline("p", block([])))).toBe("finally");
  expect(finallyPath(pipeline("p", block([letNode("finally", literal(1))])))).toBe("finally_");
});
