import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, planHash } from "../../src/plan/plan-hash.ts";
import { planOf, TASKS } from "./plan-of.ts";

const text = `${TASKS}pipeline p(n: Int = 1) { do note("\\(n)") }`;

test("the same program has the same hash, whatever the order of the plan's keys", () => {
  const plan = planOf(text);
  const reversed = JSON.parse(JSON.stringify(plan), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );
  expect(planHash(plan)).toMatch(/^[0-9a-f]{64}$/);
  expect(planHash(planOf(text))).toBe(planHash(plan));
  expect(planHash(reversed)).toBe(planHash(plan));
});

test("a change of the program changes the hash", () => {
  expect(planHash(planOf(text.replace("n: Int = 1", "n: Int = 2")))).not.toBe(planHash(planOf(text)));
});

test("keys stand in the order of their bytes", () => {
  expect(canonicalJson({ b: 1, "\uffff": 2, "\u{10000}": 3, a: [null, "x"], gone: undefined })).toBe(
    '{"a":[null,"x"],"b":1,"\uffff":2,"\u{10000}":3}',
  );
});

test("canonical JSON says what JSON says", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
