import { expect, test } from "vitest";
import { fingerprint } from "../../src/engine/fingerprint.ts";
import { INT, STRING, type Type } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { compute, exactly, literal, plan, ref, retry, type TaskParts, task } from "../harness/plan-builder.ts";

const plain = plan({ tasks: [], body: [] });
const one: TaskParts = { image: "i:1", env: [{ name: "A", value: literal("1"), type: STRING }] };

function of(parts: TaskParts = {}, x: Value = 1): string {
  return fingerprint(plain, task("t", { ...one, ...parts }), makeRecord([["x", x]]));
}

test("a fingerprint is 64 hex digits, the same for the same work", () => {
  expect(of()).toMatch(/^[0-9a-f]{64}$/);
  expect(of()).toBe(of());
});

test.each<[string, TaskParts]>([
  ["resources", { resources: { cpu: exactly(8) } }],
  ["retries", { retries: [retry("oom", 3)] }],
  ["the timeout", { timeout: literal(1) }],
  ["the name and place", { name: "other", source: "other.pipe:9:9", documentation: "text" }],
  [
    "the place of its command",
    { command: { form: "run", items: [{ value: literal("t"), type: STRING }], source: "elsewhere:5:5" } },
  ],
])("%s are no part of it", (_, parts) => {
  expect(of(parts)).toBe(of());
});

test("places inside expressions are no part of it", () => {
  const placed = (at: string): TaskParts => ({
    command: {
      form: "run",
      items: [{ value: { ...compute(ref("x"), "+", literal(1)), at } as ReturnType<typeof literal>, type: INT }],
      source: at,
    },
  });
  expect(of(placed("a.pipe:1:1"))).toBe(of(placed("a.pipe:7:3")));
});

test.each<[string, TaskParts]>([
  ["the command", { command: { form: "run", items: [], source: "" } }],
  ["the command's form", { command: { form: "args", items: [{ value: literal("t"), type: STRING }], source: "" } }],
  ["the image", { image: "i:2" }],
  ["env", { env: [{ name: "A", value: literal("2"), type: STRING }] }],
  ["the output's type", { outputs: [{ name: null, type: STRING }] }],
])("%s is part of it", (_, parts) => {
  expect(of(parts)).not.toBe(of());
});

test("every field of a literal is data, whatever its name", () => {
  const withValue = (at: string) =>
    of({ env: [{ name: "A", value: literal(makeRecord([["at", at]])), type: STRING }] });
  expect(withValue("a")).not.toBe(withValue("b"));
});

test("parameters are part of it by value, not by the order of a record's fields", () => {
  expect(of({}, 2)).not.toBe(of({}, 1));
  const point: Type = {
    kind: "record",
    fields: [
      { name: "a", type: INT },
      { name: "b", type: INT },
    ],
  };
  const parameters = { x: point };
  expect(
    of(
      { parameters },
      makeRecord([
        ["a", 1],
        ["b", 2],
      ]),
    ),
  ).toBe(
    of(
      { parameters },
      makeRecord([
        ["b", 2],
        ["a", 1],
      ]),
    ),
  );
});

test("parameters cannot run into each other", () => {
  const two = task("t", { parameters: { x: STRING, y: STRING } });
  const a = fingerprint(
    plain,
    two,
    makeRecord([
      ["x", 'a"\ny="b'],
      ["y", ""],
    ]),
  );
  const b = fingerprint(
    plain,
    two,
    makeRecord([
      ["x", "a"],
      ["y", 'b"\ny="'],
    ]),
  );
  expect(a).not.toBe(b);
});

test("a secret is part of it by the key it names", () => {
  const secret = { env: [{ name: "T", secret: "token" }] };
  const at = (key: string) =>
    fingerprint(
      { ...plain, secrets: [{ name: "token", object: "o", key }] },
      task("t", secret),
      makeRecord([["x", 1]]),
    );
  expect(at("a")).not.toBe(at("b"));
});
