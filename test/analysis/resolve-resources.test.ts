import { expect, test } from "vitest";
import { compileSource } from "../harness/compile-source.ts";

const resourcesOf = (text: string, files: Readonly<Record<string, string>> = {}) => {
  const { plan, diagnostics } = compileSource(text, files);
  expect(diagnostics).toEqual([]);
  return JSON.parse(JSON.stringify(plan!.tasks[0]!.resources)) as unknown;
};
const program = (statement: string, before = "") =>
  `${before}\ntask t() { image "a/b:1" run ["x"] ${statement} }\npipeline main() { do t() }`;
const literal = (value: unknown) => ({ op: "literal", value });
const both = (value: number) => ({ request: literal(value), limit: literal(value) });

test("one amount is request and limit, a range is both", () => {
  expect(resourcesOf(program("resources { cpu: 2, memory: 1Gi..2Gi }"))).toEqual({
    cpu: both(2),
    memory: { request: literal(2 ** 30), limit: literal(2 ** 31) },
  });
});

test("spreads are opened, and what stands later wins", () => {
  const before = "resources a { ...b, cpu: 2 }\nresources b { cpu: 1, gpu: 1, memory: 1Gi }";
  expect(resourcesOf(program("resources { ...a, memory: 2Gi }", before))).toEqual({
    cpu: both(2),
    memory: both(2 ** 31),
    gpu: literal(1),
  });
});

test("a named block of another file keeps the constants of its file", () => {
  const files = { "lib.pipe": 'const N = 8\nresources a { cpu: N, node: { pool: P } }\nconst P = "x"' };
  const text = program("resources a", 'import { a } from "./lib.pipe"');
  expect(resourcesOf(text, files)).toEqual({ cpu: both(8), node: [{ name: "pool", value: literal("x") }] });
});

test("devices and selectors keep the order written, tolerations are data", () => {
  const statement = `resources { devices: { "b.com/x": 1, "a.com/y": 2 }, node: { z: "1", a: "2" }, tolerations: [{ operator: "Exists" }, { key: "a", tolerationSeconds: 5 }] }`;
  expect(resourcesOf(program(statement))).toEqual({
    devices: [
      { name: "b.com/x", count: literal(1) },
      { name: "a.com/y", count: literal(2) },
    ],
    node: [
      { name: "z", value: literal("1") },
      { name: "a", value: literal("2") },
    ],
    tolerations: [{ operator: "Exists" }, { key: "a", tolerationSeconds: 5 }],
  });
});
