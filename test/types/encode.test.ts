import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalText, toJsonText, toJsonValue, toText } from "../../src/types/encode.ts";
import { BOOL, DURATION, FILE, FLOAT, INT, listOf, optionalOf, SIZE, STRING, type Type } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";
import { typedValues } from "./arbitrary.ts";

const JOB: Type = {
  kind: "record",
  fields: [
    { name: "wait", type: DURATION },
    { name: "memory", type: SIZE },
    { name: "note", type: optionalOf(STRING) },
    { name: "B", type: BOOL },
  ],
};

test("writes record keys in byte order, without spaces", () => {
  const value = makeRecord([
    ["wait", 90_000],
    ["memory", 2 ** 34],
    ["note", null],
    ["B", true],
  ]);
  expect(toJsonText(value, JOB)).toBe('{"B":true,"memory":"16Gi","note":null,"wait":"1m30s"}');
});

test("orders keys by UTF-8 bytes where that differs from UTF-16", () => {
  const type: Type = {
    kind: "record",
    fields: [
      { name: "\u{10000}", type: INT },
      { name: "\uffff", type: INT },
    ],
  };
  expect(
    toJsonText(
      makeRecord([
        ["\u{10000}", 1],
        ["\uffff", 2],
      ]),
      type,
    ),
  ).toBe('{"\uffff":2,"\u{10000}":1}');
});

test.each([
  [-0, "0"],
  [1, "1"],
  [0.001, "0.001"],
  [1e-7, "1e-7"],
  [1e21, "1e+21"],
  [0.1 + 0.2, "0.30000000000000004"],
])("writes the Float %d as ECMAScript does", (value, text) => {
  expect(toJsonText(value, FLOAT)).toBe(text);
  expect(toText(value, FLOAT)).toBe(text);
});

test("escapes only what JSON must have, and lone surrogates", () => {
  expect(toJsonText('a"\\\n\t\u0001/é\u2028\u007f😀\ud800', STRING)).toBe(
    '"a\\"\\\\\\n\\t\\u0001/é\u2028\u007f😀\\ud800"',
  );
});

test("a missing optional field is written as null", () => {
  expect(
    toJsonText(
      makeRecord([
        ["wait", 0],
        ["memory", 0],
        ["B", false],
      ]),
      JOB,
    ),
  ).toBe('{"B":false,"memory":"0","note":null,"wait":"0s"}');
});

test.each<[Value, Type, string]>([
  ["", STRING, ""],
  ["'; rm -rf x; '", STRING, "'; rm -rf x; '"],
  ["007", STRING, "007"],
  [42, INT, "42"],
  [true, BOOL, "true"],
  [1_500_000, SIZE, "1500k"],
  [500, DURATION, "500ms"],
  ["train", { kind: "enum", name: "Split", members: ["train"] }, "train"],
  ["/data/x.csv", FILE, "/data/x.csv"],
  [["a", "b"], listOf(STRING), '["a","b"]'],
  [["/data/x.csv"], listOf(FILE), '["/data/x.csv"]'],
  [null, optionalOf(STRING), "null"],
  ["x", optionalOf(STRING), "x"],
])("the text of %j is what a process gets", (value, type, text) => {
  expect(toText(value, type)).toBe(text);
});

test("prints results with fields in the order declared", () => {
  const value = makeRecord([
    ["B", true],
    ["note", "x"],
    ["memory", 1024],
    ["wait", 1000],
  ]);
  expect(JSON.stringify(toJsonValue(value, JOB))).toBe('{"wait":"1s","memory":"1Ki","note":"x","B":true}');
});

test("both forms of JSON hold the same data", () => {
  fc.assert(
    fc.property(typedValues, ({ type, value }) => {
      expect(canonicalText(JSON.parse(toJsonText(value, type)))).toBe(
        canonicalText(JSON.parse(JSON.stringify(toJsonValue(value, type)))),
      );
    }),
  );
});

test("values have one canonical text exactly when they are equal", () => {
  expect(
    canonicalText(
      makeRecord([
        ["b", -0],
        ["a", 1],
        ["c", null],
      ]),
    ),
  ).toBe(
    canonicalText(
      makeRecord([
        ["a", 1],
        ["b", 0],
      ]),
    ),
  );
  expect(canonicalText(["1"])).not.toBe(canonicalText([1]));
  expect(canonicalText(["null"])).not.toBe(canonicalText([null]));
  expect(canonicalText(["a,b"])).not.toBe(canonicalText(["a", "b"]));
});

test("encodes 10,000 records fast", () => {
  const record = makeRecord([
    ["wait", 1],
    ["memory", 1],
    ["note", "x"],
    ["B", true],
  ]);
  const started = performance.now();
  expect(toJsonText(new Array(10_000).fill(record), listOf(JOB)).length).toBe(10_000 * 48 + 1);
  expect(performance.now() - started).toBeLessThan(5000);
});

test("encodes types of 100 levels", () => {
  let type: Type = INT;
  let value: Value = 1;
  for (let i = 0; i < 100; i++) {
    type = i % 2 === 0 ? listOf(type) : { kind: "record", fields: [{ name: "a", type }] };
    value = i % 2 === 0 ? [value] : makeRecord([["a", value]]);
  }
  expect(toJsonText(value, type)).toBe(`${'{"a":['.repeat(50)}1${"]}".repeat(50)}`);
});
