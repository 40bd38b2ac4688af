import fc from "fast-check";
import { expect, test } from "vitest";
import { type Json, NumberText, parseJson, quote } from "../../src/types/json.ts";

/** What `JSON.parse` would have made of it. */
function plain(json: Json): unknown {
  if (json instanceof NumberText) return Number(json.text);
  if (json instanceof Map) return Object.fromEntries([...json].map(([key, value]) => [key, plain(value as Json)]));
  return Array.isArray(json) ? json.map(plain) : json;
}

test("agrees with JSON.parse on valid documents, however they are spaced", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const parsed = parseJson(text);
      expect(parsed.ok && JSON.stringify(plain(parsed.value))).toBe(JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: 300 },
  );
});

test("accepts exactly the texts that JSON.parse does, keys given twice apart", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    '"a"',
    '"b"',
    "1",
    "-",
    "0",
    ".5",
    "e1",
    "true",
    "null",
    " ",
    "\n",
    "\\",
    "\\n",
    "nul",
    "\t",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join("");
      const parsed = parseJson(text);
      let accepted = true;
      try {
        JSON.parse(text);
      } catch {
        accepted = false;
      }
      if (!parsed.ok && parsed.error.message.endsWith("is given twice")) return;
      expect([text, parsed.ok]).toEqual([text, accepted]);
      if (!parsed.ok) expect(parsed.error.offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 3000 },
  );
});

test("keeps the text of numbers that are not plain safe integers", () => {
  const parsed = parseJson("[1, -0, 1.0, 1e0, 9007199254740991, 9007199254740992, -9007199254740993]");
  expect(parsed.ok && parsed.value).toEqual([
    1,
    0,
    new NumberText("1.0"),
    new NumberText("1e0"),
    9007199254740991,
    new NumberText("9007199254740992"),
    new NumberText("-9007199254740993"),
  ]);
});

test("takes any key", () => {
  const parsed = parseJson('{"__proto__": 1, "constructor": 2, "": 3}');
  expect(parsed.ok && [...(parsed.value as Map<string, Json>)]).toEqual([
    ["__proto__", 1],
    ["constructor", 2],
    ["", 3],
  ]);
});

test.each([
  ["", "$", "nothing here: expected a JSON value", 0],
  ["  \n", "$", "nothing here: expected a JSON value", 0],
  ['{"a": [1, NaN]}', "$.a[1]", "`NaN` is not a number in JSON: a Float is finite", 10],
  ["-Infinity", "$", "`-Infinity` is not a number in JSON: a Float is finite", 0],
  ['{"a": 1, "a": 2}', "$", 'the key `"a"` is given twice', 9],
  ["[1, 2,]", "$", "a comma before `]` is not JSON", 5],
  ['{"a": 1,}', "$", "a comma before `}` is not JSON", 7],
  ["[1 2]", "$", "expected `,` or `]`, found `2`", 3],
  ['{"a" 1}', "$", 'expected `:` after the key `"a"`, found `1`', 5],
  ["{a: 1}", "$", "expected a key in double quotes, found `a`", 1],
  ["['a']", "$[0]", "`'a'`: strings are in double quotes", 1],
  ["True", "$", "`True` is not JSON; write `true`", 0],
  ["[None]", "$[0]", "`None` is not JSON; write `null`", 1],
  ["007", "$", "`007`: a number has no leading zeros, a string is in double quotes", 0],
  ["+1", "$", "`+1` is not a number as JSON writes it", 0],
  [".5", "$", "`.5` is not a number as JSON writes it", 0],
  ["5.", "$", "`5.` is not a number as JSON writes it", 0],
  ["1.2.3", "$", "expected a value, found `1.2.3`", 0],
  ["// no\n1", "$", "comments are not JSON", 0],
  ['{"a": {"b": [1, 2', "$.a.b", "the text ends inside the array opened by `[`", 17],
  ['["abc', "$[0]", 'the text ends inside the string `"abc`', 1],
  ['"a\nb"', "$", "a line break inside a string; JSON writes it as `\\n`", 2],
  ['"\\x41"', "$", "`\\x` is not an escape of JSON", 1],
  ['"\\u12"', "$", "`\\u` is not an escape of JSON", 1],
  ["1 2", "$", "unexpected `2` after the end of the JSON value", 2],
  ["\ufeff1", "$", "the text begins with a byte order mark; write it as UTF-8 without one", 0],
])("says what is wrong with %j", (text, path, message, offset) => {
  expect(parseJson(text)).toEqual({ ok: false, error: { path, message, offset } });
});

test("refuses nesting beyond 200 levels, and takes 200", () => {
  expect(parseJson("[".repeat(200) + "]".repeat(200)).ok).toBe(true);
  expect(parseJson("[".repeat(201) + "]".repeat(201))).toMatchObject({
    ok: false,
    error: { message: "nested deeper than 200 levels", offset: 200 },
  });
  expect(parseJson('{"a":'.repeat(100_000)).ok).toBe(false);
});

test("quotes at most 60 characters, and no control characters", () => {
  expect(quote("x".repeat(100))).toBe(`\`${"x".repeat(59)}…\``);
  expect(quote("a\u001b[31m")).toBe("`a\\u001b[31m`");
});
