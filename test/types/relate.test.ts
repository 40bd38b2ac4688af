import fc from "fast-check";
import { expect, test } from "vitest";
import {
  explainMismatch,
  fillDefaults,
  isAssignable,
  joinTypes,
  needsDefaults,
  typesEqual,
} from "../../src/types/relate.ts";
import {
  BOOL,
  DURATION,
  ERROR,
  FLOAT,
  INT,
  listOf,
  NEVER,
  NONE,
  NULL,
  optionalOf,
  type RecordField,
  SIZE,
  STRING,
  type Type,
} from "../../src/types/type.ts";
import { makeRecord } from "../../src/types/value.ts";
import { dataTypes } from "./arbitrary.ts";

function record(fields: Record<string, Type>, name?: string): Type {
  const list = Object.entries(fields).map(([field, type]): RecordField => ({ name: field, type }));
  return name === undefined ? { kind: "record", fields: list } : { kind: "record", name, fields: list };
}

const SPLIT: Type = { kind: "enum", name: "Split", members: ["train", "test"] };
const WITH_DEFAULT: Type = {
  kind: "record",
  fields: [
    { name: "a", type: INT },
    { name: "b", type: INT, default: 3 },
  ],
};

test("an Int may stand for a Float, and not the other way", () => {
  expect(isAssignable(INT, FLOAT)).toBe(true);
  expect(isAssignable(FLOAT, INT)).toBe(false);
});

test("nothing else is converted", () => {
  expect(isAssignable(INT, STRING)).toBe(false);
  expect(isAssignable(INT, SIZE)).toBe(false);
  expect(isAssignable(SIZE, DURATION)).toBe(false);
  expect(isAssignable(BOOL, INT)).toBe(false);
  expect(isAssignable(STRING, SPLIT)).toBe(false);
});

test("a value and null may stand for an optional, and an optional not for a value", () => {
  expect(isAssignable(INT, optionalOf(INT))).toBe(true);
  expect(isAssignable(INT, optionalOf(FLOAT))).toBe(true);
  expect(isAssignable(NULL, optionalOf(INT))).toBe(true);
  expect(isAssignable(optionalOf(INT), optionalOf(FLOAT))).toBe(true);
  expect(isAssignable(optionalOf(INT), INT)).toBe(false);
  expect(isAssignable(NULL, INT)).toBe(false);
});

test("a list fits a larger bound or none, and one without a bound fits no bound", () => {
  expect(isAssignable(listOf(INT, 5), listOf(FLOAT, 10))).toBe(true);
  expect(isAssignable(listOf(INT, 5), listOf(INT))).toBe(true);
  expect(isAssignable(listOf(INT, 11), listOf(INT, 10))).toBe(false);
  expect(isAssignable(listOf(INT), listOf(INT, 10))).toBe(false);
  expect(isAssignable(listOf(NEVER), listOf(INT, 0))).toBe(true);
});

test("records are closed, and only optional and defaulted fields may be missing", () => {
  const wanted = record({ a: INT, b: optionalOf(STRING) });
  expect(isAssignable(record({ a: INT }), wanted)).toBe(true);
  expect(isAssignable(record({ b: STRING, a: INT }), wanted)).toBe(true);
  expect(isAssignable(record({ b: STRING }), wanted)).toBe(false);
  expect(isAssignable(record({ a: INT, c: INT }), wanted)).toBe(false);
  expect(isAssignable(record({ a: INT }), WITH_DEFAULT)).toBe(true);
});

test("enums are the same by name and members", () => {
  expect(isAssignable(SPLIT, { kind: "enum", name: "Split", members: ["train", "test"] })).toBe(true);
  expect(isAssignable(SPLIT, { kind: "enum", name: "Part", members: ["train", "test"] })).toBe(false);
  expect(isAssignable(SPLIT, { kind: "enum", name: "Split", members: ["train"] })).toBe(false);
});

test("a Partial is no list", () => {
  expect(isAssignable({ kind: "partial", element: INT }, listOf(INT))).toBe(false);
  expect(isAssignable({ kind: "partial", element: INT }, { kind: "partial", element: FLOAT })).toBe(true);
});

test("poison fits everywhere and takes everything; a missing result fits nowhere", () => {
  expect(isAssignable(ERROR, record({ a: INT }))).toBe(true);
  expect(isAssignable(INT, ERROR)).toBe(true);
  expect(isAssignable(NONE, optionalOf(INT))).toBe(false);
});

test("says for each place why a type does not fit", () => {
  const from = record({ lr: STRING, tags: listOf(record({ n: FLOAT })), extra: INT });
  const to = record({ lr: FLOAT, tags: listOf(record({ n: INT })), seed: INT }, "Experiment");
  expect(explainMismatch(from, to)).toEqual([
    "field `lr`: expected Float, found String",
    "field `tags`, item, field `n`: expected Int, found Float",
    "field `seed`: missing, expected Int",
    "field `extra`: not a field of Experiment",
  ]);
  expect(explainMismatch(listOf(INT, 30), listOf(INT, 20))).toEqual([
    "expected a list of at most 20, found a list of up to 30",
  ]);
  expect(explainMismatch(listOf(INT), listOf(INT, 20))).toEqual([
    "expected a list of at most 20, found a list without a bound",
  ]);
  expect(explainMismatch(INT, FLOAT)).toEqual([]);
});

test.each([
  [INT, FLOAT, FLOAT],
  [NULL, INT, optionalOf(INT)],
  [optionalOf(INT), FLOAT, optionalOf(FLOAT)],
  [NEVER, STRING, STRING],
  [listOf(INT, 3), listOf(FLOAT, 5), listOf(FLOAT, 5)],
  [listOf(INT, 3), listOf(INT), listOf(INT)],
  [listOf(NEVER, 0), listOf(STRING, 2), listOf(STRING, 2)],
  [record({ a: INT }), record({ a: FLOAT, b: optionalOf(INT) }), record({ a: FLOAT, b: optionalOf(INT) })],
  [NULL, NULL, NULL],
  [ERROR, INT, ERROR],
] as const)("joins %j and %j", (a, b, joined) => {
  expect(joinTypes(a, b)).toEqual(joined);
  expect(joinTypes(b, a)).toEqual(joined);
});

test("joins nothing that has no common type", () => {
  expect(joinTypes(INT, STRING)).toBeUndefined();
  expect(joinTypes(SIZE, INT)).toBeUndefined();
  expect(joinTypes(record({ a: INT }), record({ b: INT }))).toBeUndefined();
  expect(joinTypes(SPLIT, { kind: "enum", name: "Split", members: [] })).toBeUndefined();
  expect(joinTypes(NONE, INT)).toBeUndefined();
  expect(joinTypes(NONE, NULL)).toBeUndefined();
  expect(joinTypes(optionalOf(INT), NONE)).toBeUndefined();
});

test("both types fit their join, whatever they are", () => {
  fc.assert(
    fc.property(dataTypes, dataTypes, (a, b) => {
      const joined = joinTypes(a, b);
      if (joined === undefined) return;
      expect(isAssignable(a, joined)).toBe(true);
      expect(isAssignable(b, joined)).toBe(true);
    }),
  );
});

test("every type fits itself and its optional, and equals itself", () => {
  fc.assert(
    fc.property(dataTypes, (type) => {
      expect(isAssignable(type, type)).toBe(true);
      expect(isAssignable(type, optionalOf(type))).toBe(true);
      expect(typesEqual(type, structuredClone(type))).toBe(true);
      expect(typesEqual(listOf(type), listOf(type, 3))).toBe(false);
    }),
  );
});

test("alias names do not make types different", () => {
  expect(typesEqual(record({ a: INT }, "A"), record({ a: INT }, "B"))).toBe(true);
  expect(typesEqual(record({ a: INT }), record({ a: INT, b: INT }))).toBe(false);
});

test("fills what a literal leaves out, deep inside", () => {
  const type = record({ xs: listOf(WITH_DEFAULT), note: optionalOf(STRING) });
  const value = makeRecord([
    [
      "xs",
      [
        makeRecord([["a", 1]]),
        makeRecord([
          ["a", 1],
          ["b", 2],
        ]),
      ],
    ],
  ]);
  expect(JSON.stringify(fillDefaults(value, type))).toBe('{"xs":[{"a":1,"b":3},{"a":1,"b":2}],"note":null}');
});

test("fills the results of a tolerant map", () => {
  const value = makeRecord([
    ["ok", [makeRecord([["a", 1]])]],
    ["failed", []],
    ["all", [null, makeRecord([["a", 1]])]],
  ]);
  const filled = fillDefaults(value, { kind: "partial", element: WITH_DEFAULT });
  expect(JSON.stringify(filled)).toBe('{"ok":[{"a":1,"b":3}],"failed":[],"all":[null,{"a":1,"b":3}]}');
});

test("knows which values must be filled", () => {
  expect(needsDefaults(record({ a: INT }), WITH_DEFAULT)).toBe(true);
  expect(needsDefaults(listOf(record({ a: INT })), optionalOf(listOf(WITH_DEFAULT)))).toBe(true);
  expect(needsDefaults(WITH_DEFAULT, WITH_DEFAULT)).toBe(false);
  expect(needsDefaults(record({ a: INT }), record({ a: INT, b: optionalOf(INT) }))).toBe(false);
});

test("fields named like members of every object are ordinary fields", () => {
  const type = record({ constructor: INT, toString: INT });
  expect(isAssignable(record({}), type)).toBe(false);
  expect(isAssignable(type, record({}))).toBe(false);
  expect(JSON.stringify(fillDefaults(makeRecord([]), record({ constructor: optionalOf(INT) })))).toBe(
    '{"constructor":null}',
  );
});
