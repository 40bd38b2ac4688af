import { expect, test } from "vitest";
import { printStructure, printType } from "../../src/types/print.ts";
import {
  BOOL,
  ERROR,
  FAILURE,
  INT,
  listOf,
  NEVER,
  NONE,
  NULL,
  optionalOf,
  STRING,
  type Type,
} from "../../src/types/type.ts";

const EXPERIMENT: Type = { kind: "record", name: "Experiment", fields: [{ name: "id", type: STRING }] };

test.each([
  [INT, "Int"],
  [{ kind: "size" }, "Size"],
  [optionalOf(BOOL), "Bool?"],
  [listOf(EXPERIMENT, 200), "[Experiment] max 200"],
  [listOf(optionalOf(INT)), "[Int?]"],
  [optionalOf(listOf(INT, 3)), "[Int] max 3?"],
  [
    {
      kind: "record",
      fields: [
        { name: "a", type: INT },
        { name: "b", type: optionalOf(STRING) },
      ],
    },
    "{ a: Int, b: String? }",
  ],
  [{ kind: "record", fields: [] }, "{}"],
  [{ kind: "partial", element: EXPERIMENT }, "Partial<Experiment>"],
  [{ kind: "enum", name: "Split", members: ["train"] }, "Split"],
  [FAILURE, "Failure"],
  [NULL, "null"],
  [listOf(NEVER), "[]"],
  [NONE, "no value"],
  [ERROR, "unknown"],
] as const)("prints %j as %s", (type, text) => {
  expect(printType(type)).toBe(text);
});

test("opens only the outermost alias when asked", () => {
  expect(printStructure(EXPERIMENT)).toBe("{ id: String }");
  expect(printStructure(listOf(EXPERIMENT))).toBe("[Experiment]");
});
