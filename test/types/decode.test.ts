import fc from "fast-check";
import { expect, test } from "vitest";
import { valuesEqual } from "../../src/expr/compare.ts";
import { type Decoded, decodeJson, decodeText, decodeValue, printDecodeError } from "../../src/types/decode.ts";
import { toJsonText, toText } from "../../src/types/encode.ts";
import { type Json, NumberText } from "../../src/types/json.ts";
import {
  BOOL,
  DIR,
  DURATION,
  FILE,
  FLOAT,
  INT,
  listOf,
  optionalOf,
  SECRET,
  SIZE,
  STRING,
  type Type,
} from "../../src/types/type.ts";
import { typedValues } from "./arbitrary.ts";

const SPLIT: Type = { kind: "enum", name: "Split", members: ["train", "validate"] };
const EXPERIMENT: Type = {
  kind: "record",
  name: "Experiment",
  fields: [
    { name: "exp_id", type: STRING },
    { name: "lr", type: FLOAT, default: 0.1 },
    { name: "note", type: optionalOf(STRING) },
  ],
};

/** The value as JSON text, or the errors as lines. */
function outcome(decoded: Decoded): string {
  return decoded.ok ? JSON.stringify(decoded.value) : decoded.errors.map(printDecodeError).join("\n");
}

test("gives back every value that was encoded, whatever its type", () => {
  fc.assert(
    fc.property(typedValues, ({ type, value }) => {
      const decoded = decodeJson(toJsonText(value, type), type, { strict: true });
      expect(decoded.ok).toBe(true);
      expect(decoded.ok && valuesEqual(decoded.value, value)).toBe(true);
      expect(decoded.ok && toJsonText(decoded.value, type)).toBe(toJsonText(value, type));
    }),
    { numRuns: 500 },
  );
});

test("never throws, whatever the data and the type", () => {
  fc.assert(
    fc.property(fc.jsonValue(), typedValues, (json, { type }) => {
      const decoded = decodeJson(JSON.stringify(json), type);
      expect(decoded.ok || decoded.errors.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a missing or null optional field is null, a missing field with a default has it", () => {
  expect(outcome(decodeJson('{"exp_id": "a"}', EXPERIMENT))).toBe('{"exp_id":"a","lr":0.1,"note":null}');
  expect(outcome(decodeJson('{"exp_id": "a", "note": null, "lr": 2}', EXPERIMENT))).toBe(
    '{"exp_id":"a","lr":2,"note":null}',
  );
});

test("null where the type is not optional is an error", () => {
  expect(outcome(decodeJson('{"exp_id": null, "lr": null}', EXPERIMENT))).toBe(
    "$.exp_id: expected String, found null; only `String?` may be null\n$.lr: expected Float, found null; only `Float?` may be null",
  );
});

test("an extra field is dropped with one warning for all places, and an error when strict", () => {
  const text = '[{"exp_id": "a", "note_": "x"}, {"exp_id": "b", "note_": "y"}]';
  const lenient = decodeJson(text, listOf(EXPERIMENT));
  expect(lenient).toMatchObject({
    ok: true,
    warnings: [
      "$[0].note_: the field `note_` is not one of `Experiment` and is dropped (here and in 1 other place); did you mean `note`?",
    ],
  });
  expect(outcome(lenient)).not.toContain("note_");
  expect(outcome(decodeJson(text, listOf(EXPERIMENT), { strict: true }))).toBe(
    "$[0]: the field `note_` is not one of `Experiment`; did you mean `note`?\n$[1]: the field `note_` is not one of `Experiment`; did you mean `note`?",
  );
});

test("a missing field names the one that was probably meant", () => {
  expect(outcome(decodeJson('[{"expid": "a"}]', listOf(EXPERIMENT)))).toBe(
    "$[0]: the field `exp_id` (String) is missing; there is `expid`, which `Experiment` does not have",
  );
});

test.each([
  ["1.0", "$: expected Int, found `1.0`: a whole number is written without fraction or exponent, `1`"],
  ["1e0", "$: expected Int, found `1e0`: a whole number is written without fraction or exponent, `1`"],
  ["1.5", "$: expected Int, found `1.5`, which is not a whole number"],
  ["9007199254740991", "9007199254740991"],
  [
    "9007199254740992",
    "$: expected Int, found `9007199254740992`, which is outside ±(2^53−1); large identifiers are Strings",
  ],
  ["1e400", "$: expected Int, found `1e400`, which is outside ±(2^53−1); large identifiers are Strings"],
  ['"7"', '$: expected Int, found `"7"`, a string: write `7` without quotes'],
  ["[1]", "$: expected Int, found `[1]`"],
  ["-0", "0"],
])("as an Int, %s is %s", (text, result) => {
  expect(outcome(decodeJson(text, INT))).toBe(result);
});

test.each([
  ["1", "1"],
  ["1.0", "1"],
  ["-0.0", "0"],
  ["1e-7", "1e-7"],
  ["100000000000000000000", "100000000000000000000"],
  ["1e400", "$: `1e400` is too large for a Float, or not a number: a Float is finite"],
  ["NaN", "$: `NaN` is not a number in JSON: a Float is finite (line 1, column 1)"],
  ['"0.5"', '$: expected Float, found `"0.5"`, a string: write `0.5` without quotes'],
])("as a Float, %s is %s", (text, result) => {
  expect(outcome(decodeJson(text, FLOAT))).toBe(result);
});

test.each(["007", "1e3", "true", "null", ""])("the string %j stays a string", (text) => {
  for (const decoded of [
    decodeJson(JSON.stringify(text), STRING),
    decodeText(text, STRING),
    decodeValue(text, STRING),
  ]) {
    expect(decoded.ok && decoded.value).toBe(text);
    expect(decoded.ok && toText(decoded.value, STRING)).toBe(text);
  }
});

test.each([
  ["7", '$: expected String, found `7`: write `"7"`'],
  ["7.0", '$: expected String, found `7.0`: write `"7.0"`'],
  ["true", '$: expected String, found `true`: write `"true"`'],
  ['{"a": [1, "b", null]}', '$: expected String, found `{"a":[1,"b",null]}`'],
])("as a String, %s is an error", (text, result) => {
  expect(outcome(decodeJson(text, STRING))).toBe(result);
});

test.each<[Type, string, string]>([
  [SIZE, '"16Gi"', String(2 ** 34)],
  [SIZE, "4096", "4096"],
  [
    SIZE,
    '"16GB"',
    "$: expected Size, such as `16Gi`; `16GB` is not a size such as `16Gi`, `500M` or `4096`: did you mean `16G` or `16Gi`?",
  ],
  [SIZE, "1.5", '$: expected Size, such as `"16Gi"` or a whole number of bytes, found `1.5`'],
  [DURATION, '"1h30m"', "5400000"],
  [DURATION, "30", '$: expected Duration, such as `"1h30m"`, found `30`; write the unit, such as `"30s"`'],
  [
    DURATION,
    '"5min"',
    "$: expected Duration, such as `1h30m`; `5min` is not a duration such as `1h30m`, `90s` or `300ms`: did you mean `5m`?",
  ],
  [BOOL, '"true"', '$: expected Bool, found `"true"`, a string: write `true` without quotes'],
  [SPLIT, '"train"', '"train"'],
  [SPLIT, '"trian"', '$: expected Split, found `"trian"`: did you mean `"train"`?'],
  [SPLIT, "3", '$: expected Split, found `3`: one of `"train"`, `"validate"`'],
  [FILE, '"s3://b/k"', '"s3://b/k"'],
  [FILE, '""', "$: expected File, a path or URI, found an empty string"],
  [DIR, '"a\\u0000"', "$: expected Dir; a path cannot have a NUL character"],
  [listOf(INT, 2), "[1, 2, 3]", "$: a list of 3 items, where at most 2 are allowed"],
  [listOf(INT, 0), "[]", "[]"],
  [listOf(INT), '{"a": 1}', '$: expected [Int], an array, found `{"a":1}`'],
  [EXPERIMENT, "[]", "$: expected `Experiment`, an object, found `[]`"],
  [SECRET, '"x"', "$: a Secret cannot be given as data"],
])("as %j, %s is %s", (type, text, result) => {
  expect(outcome(decodeJson(text, type))).toBe(result);
});

test("paths lead to the place, through fields of any name", () => {
  const type: Type = {
    kind: "record",
    fields: [{ name: "items", type: listOf({ kind: "record", fields: [{ name: "odd key", type: optionalOf(INT) }] }) }],
  };
  expect(outcome(decodeJson('{"items": [{}, {"odd key": "x"}]}', type))).toBe(
    '$.items[1]["odd key"]: expected Int, found `"x"`',
  );
});

test("a syntax error has its line and column", () => {
  expect(decodeJson('{\n  "exp_id": "a",\n  "lr": NaN\n}', EXPERIMENT)).toEqual({
    ok: false,
    errors: [
      {
        path: "$.lr",
        message: "`NaN` is not a number in JSON: a Float is finite",
        position: { offset: 27, line: 3, column: 9 },
      },
    ],
  });
});

test("long values are cut in messages", () => {
  const text = JSON.stringify(Array.from({ length: 100_000 }, (_, i) => `item ${i}`));
  expect(outcome(decodeJson(text, INT)).length).toBeLessThan(100);
});

test("stops after 20 errors and says so", () => {
  const decoded = decodeJson(JSON.stringify(new Array(100_000).fill("x")), listOf(INT));
  expect(!decoded.ok && decoded.errors.length).toBe(21);
  expect(!decoded.ok && decoded.errors.at(-1)?.message).toBe("there are more errors; these are the first 20");
});

test("fields named like members of every object are ordinary data", () => {
  const type: Type = {
    kind: "record",
    fields: [
      { name: "__proto__", type: INT },
      { name: "constructor", type: optionalOf(INT) },
    ],
  };
  const decoded = decodeJson('{"__proto__": 1}', type);
  expect(decoded.ok && toJsonText(decoded.value, type)).toBe('{"__proto__":1,"constructor":null}');
  expect(decodeJson("{}", type).ok).toBe(false);
});

test("takes parsed data with plain objects, and numbers with their text", () => {
  const json: Json = { exp_id: "a", lr: new NumberText("1e-3") };
  expect(outcome(decodeValue(json, EXPERIMENT))).toBe('{"exp_id":"a","lr":0.001,"note":null}');
  expect(outcome(decodeValue(new NumberText("1.0"), INT))).toContain("without fraction");
  expect(outcome(decodeValue(3, INT))).toBe("3");
  expect(outcome(decodeValue(Number.NaN, FLOAT))).toContain("a Float is finite");
  expect(outcome(decodeValue(Number.NaN, INT))).toContain("not a whole number");
});

test.each<[string, Type, string]>([
  ["42", INT, "42"],
  ["4.2", INT, "$: expected Int, found `4.2`, which is not a whole number"],
  ["007", INT, "$: expected Int, such as `42`, found `007`"],
  ["", INT, "$: expected Int, such as `42`, found ``"],
  ["1e-3", FLOAT, "0.001"],
  ["NaN", FLOAT, "$: expected Float, such as `0.001`, found `NaN`"],
  ["true", BOOL, "true"],
  ["yes", BOOL, "$: expected `true` or `false`, found `yes`"],
  ["16Gi", SIZE, String(2 ** 34)],
  ["4096", SIZE, "4096"],
  ["1h30m", DURATION, "5400000"],
  ["train", SPLIT, '"train"'],
  ["tain", SPLIT, '$: expected Split, found `"tain"`: did you mean `"train"`?'],
  ["null", optionalOf(INT), "null"],
  ["3", optionalOf(INT), "3"],
  ["data/x.csv", FILE, '"data/x.csv"'],
  ["[1, 2]", listOf(INT), "[1,2]"],
  ['{"exp_id": "a"}', EXPERIMENT, '{"exp_id":"a","lr":0.1,"note":null}'],
  ["[1,", listOf(INT), "$[1]: the text ends after `[1,`, where a value is expected (line 1, column 4)"],
])("on the command line, %j is a value of %j", (text, type, result) => {
  expect(outcome(decodeText(text, type))).toBe(result);
});

test("decodes 100,000 records in seconds, even on a busy machine", () => {
  const text = JSON.stringify(Array.from({ length: 100_000 }, (_, i) => ({ exp_id: `e${i}`, lr: i / 7, note: null })));
  const started = performance.now();
  expect(decodeJson(text, listOf(EXPERIMENT, 100_000)).ok).toBe(true);
  expect(performance.now() - started).toBeLessThan(5000);
});
