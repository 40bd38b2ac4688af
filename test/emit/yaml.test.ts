import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { type Json, printYaml } from "../../src/emit/yaml.ts";

/** Texts that some reader or other takes for something else. */
const HOSTILE = [
  "",
  " ",
  "  leading",
  "trailing ",
  "trailing\n",
  "\n",
  "\n\n",
  "a\n\n\n",
  "a\n b\n",
  " a\nb",
  "\ta",
  "a\tb",
  "a\n\tb",
  "on",
  "off",
  "y",
  "n",
  "Y",
  "N",
  "yes",
  "No",
  "TRUE",
  "true",
  "null",
  "~",
  "NaN",
  ".nan",
  ".inf",
  "-.Inf",
  "<<",
  "=",
  "1",
  "007",
  "0o7",
  "0x1F",
  "0b101",
  "1_000",
  "12:30:45",
  "1:2",
  "190:20:30.15",
  "1e3",
  "1E3",
  "+1",
  "-0",
  ".5",
  "5.",
  "1.",
  "0.1.2",
  "1,000",
  "2026-01-01",
  "2026-01-01T00:00:00Z",
  "# no comment",
  "a # b",
  "a: b",
  "a:",
  ": a",
  "- a",
  "-",
  "--- a",
  "---",
  "...",
  "? a",
  "!tag",
  "&a",
  "*a",
  "{a}",
  "[a]",
  "a, b",
  "@a",
  "`a`",
  "%a",
  "|",
  ">",
  "|-\n a",
  '"',
  "'",
  "''",
  "\\",
  "\\n",
  "\\(exp.lr)",
  "$(HOME)",
  "{{x}}",
  "\u0000",
  "\u0007",
  "\u001b[31m",
  "\u007f",
  "\u0085",
  "\u00a0",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\ufeffa\nb",
  "\ud800",
  "a\rb",
  "a\r\nb",
  "😀",
  "é",
  "\ue000",
];

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."0123456789_:.xobeE+-, \n\t#'\"|>&*!%@`~yYnN") }),
  fc.array(fc.constantFrom(...HOSTILE)).map((texts) => texts.join("\n")),
);
const key = hostile.filter((text) => text !== "__proto__" && text !== "<<");
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostile,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;

test("what is printed is read back the same by readers of YAML 1.1 and 1.2", () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = printYaml([{ comment: "", value }]);
      for (const version of ["1.1", "1.2"] as const) {
        expect(parse(text, { version, merge: version === "1.1", maxAliasCount: 0 })).toEqual(value);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each(HOSTILE)("the text %j stays a text, as a value and as a name", (text) => {
  const value = { plain: text, list: [text], [text]: 1 };
  const printed = printYaml([{ comment: "", value }]);
  expect(parse(printed, { version: "1.2" })).toEqual(value);
  expect(parse(printed, { version: "1.1", merge: false })).toEqual(value);
});

test("texts of several lines are blocks that can be read", () => {
  const script = 'import os\n\nif True:\n    print("# on")\n';
  expect(printYaml([{ comment: "", value: { script } }])).toBe(
    'script: |\n  import os\n\n  if True:\n      print("# on")\n',
  );
});

test("nothing is folded, and what is repeated is written out", () => {
  const long = "word ".repeat(100).trim();
  const shared = { a: [long] };
  const text = printYaml([{ comment: "", value: { first: shared, second: shared } }]);
  expect(text).not.toMatch(/[&*]a/);
  expect(text.split("\n").filter((line) => line.includes(long))).toHaveLength(2);
});

test("documents are divided, and a comment cannot leave its line", () => {
  const text = printYaml([
    { comment: "one\ntwo\u2028kind: Secret\rkind: Secret", value: { a: 1 } },
    { comment: "", value: { b: undefined, c: 2 } },
  ]);
  expect(text).toBe("# one\n# two kind: Secret kind: Secret\na: 1\n---\nc: 2\n");
  expect(parseAllDocuments(text)).toHaveLength(2);
});
