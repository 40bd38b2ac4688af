import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findModels, generatePodSchema } from "../../scripts/generate-pod-schema.ts";
import { POD_TYPES } from "../../src/analysis/generated/pod-schema.ts";
import {
  OWNED_CONTAINER_FIELDS,
  OWNED_CONTAINER_RESOURCES,
  OWNED_POD_FIELDS,
} from "../../src/analysis/pod-ownership.ts";
import { type PodType, podFields } from "../../src/analysis/pod-types.ts";

test("the generated table is what the client's models say", async () => {
  const written = readFileSync(new URL("../../src/analysis/generated/pod-schema.ts", import.meta.url), "utf8");
  expect(await generatePodSchema(findModels())).toBe(written);
});

test("the table is small", () => {
  expect(JSON.stringify(POD_TYPES).length).toBeLessThan(40_000);
});

test("every type of the table names only types that are in it", () => {
  const named = (type: PodType): string[] =>
    type.kind === "object"
      ? [type.name]
      : type.kind === "list"
        ? named(type.item)
        : type.kind === "map"
          ? named(type.value)
          : [];
  const missing = Object.keys(POD_TYPES).flatMap((name) =>
    [...podFields(name).values()]
      .flatMap((field) => named(field.type))
      .filter((other) => !Object.hasOwn(POD_TYPES, other)),
  );
  expect(missing).toEqual([]);
});

test.each([
  ["PodSpec", OWNED_POD_FIELDS],
  ["Container", OWNED_CONTAINER_FIELDS],
  ["ResourceRequirements", OWNED_CONTAINER_RESOURCES],
])("what is refused in a %s exists there", (type, owned) => {
  const fields = podFields(type);
  expect([...owned.keys()].filter((field) => !fields.has(field))).toEqual([]);
});
