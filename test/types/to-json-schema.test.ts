import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toJsonText } from "../../src/types/encode.ts";
import { toJsonSchema } from "../../src/types/to-json-schema.ts";
import { DURATION, INT, listOf, optionalOf, SIZE, STRING, type Type } from "../../src/types/type.ts";
import { typedValues } from "./arbitrary.ts";

const EXPERIMENT: Type = {
  kind: "record",
  name: "Experiment",
  fields: [
    { name: "id", type: STRING },
    { name: "wait", type: DURATION, default: 60_000 },
    { name: "note", type: optionalOf(STRING) },
  ],
};

test("describes records, defaults, bounds and optional fields", () => {
  expect(toJsonSchema(listOf(EXPERIMENT, 5))).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "array",
    maxItems: 5,
    items: {
      title: "Experiment",
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: {
        id: { type: "string" },
        wait: { type: "string", default: "1m0s" },
        note: { anyOf: [{ type: "string" }, { type: "null" }] },
      },
    },
  });
});

test("accepts the JSON of every value of the type", () => {
  const ajv = new Ajv2020({ strict: false });
  fc.assert(
    fc.property(typedValues, ({ type, value }) => {
      // ajv leaves the property `__proto__` out of what it checks.
      fc.pre(!JSON.stringify(type).includes("__proto__"));
      const validate = ajv.compile(JSON.parse(JSON.stringify(toJsonSchema(type))));
      expect(validate(JSON.parse(toJsonText(value, type)))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test.each<[Type, unknown, boolean]>([
  [SIZE, "16Gi", true],
  [SIZE, 4096, true],
  [SIZE, "16GB", false],
  [DURATION, "1h30m", true],
  [DURATION, "5min", false],
  [INT, 1.5, false],
  [{ kind: "enum", name: "Split", members: ["train"] }, "test", false],
  [EXPERIMENT, { id: "a", extra: 1 }, false],
])("for %j, %j is valid: %j", (type, data, valid) => {
  expect(new Ajv2020({ strict: false }).compile(toJsonSchema(type))(data)).toBe(valid);
});
