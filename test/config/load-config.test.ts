import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { generateValidator } from "../../scripts/generate-validators.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { readSecretsFile } from "../../src/config/secrets-file.ts";
import { readYaml } from "../../src/config/yaml-data.ts";
import { applyFixes } from "../../src/diagnostics/apply-fixes.ts";
import { createSourceFile, positionAt } from "../../src/text/source-file.ts";

function load(text: string) {
  const source = createSourceFile(0, "sluice.yaml", text);
  const { value, diagnostics } = loadConfig(source);
  const problems = diagnostics.map(({ code, message, span, help }) => {
    const { line, column } = positionAt(source, span.start);
    return { code, message, help, at: `${line}:${column}`, text: text.slice(span.start, span.end) };
  });
  return { value, problems };
}

test("amounts become numbers, paths stay as written", () => {
  const { value, problems } = load(`
default_profile: small
runs_folder: ../runs
profiles:
  small: { cpus: 1.5, memory: 8Gi, slots: 2, grace: 1m30s, secrets_file: s.yaml, gpus: 1 }
  other: { memory: 1024 }
`);
  expect(problems).toEqual([]);
  expect(value.defaultProfile).toBe("small");
  expect(value.runsFolder).toBe("../runs");
  expect(value.profiles.get("small")).toEqual({
    cpus: 1.5,
    memory: 8 * 2 ** 30,
    slots: 2,
    grace: 90_000,
    secretsFile: "s.yaml",
    gpus: 1,
  });
  expect(value.profiles.get("other")).toEqual({ memory: 1024 });
});

test("an empty file has no settings", () => {
  expect(load("# nothing yet\n").problems).toEqual([]);
});

test("an unknown setting is reported at its name, with the nearest and all known ones", () => {
  const { problems } = load("profiles:\n  small:\n    cpu: 4\n");
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({
    code: "config-unknown-field",
    at: "3:5",
    text: "cpu",
    help: "Did you mean `cpus`?",
  });
  expect(problems[0]!.message).toContain("`secrets_file`");
});

test.each([
  ["profiles: [a]", "profiles", "a mapping from names to settings", "a list"],
  ["profiles: { a: { cpus: many } }", "cpus", "a number of cores", "the text `many`"],
  ["profiles: { a: { slots: 1.5 } }", "slots", "a whole number above 0", "the number `1.5`"],
  ["profiles: { a: { memory: 8GB } }", "memory", "such as `8Gi`", "8GB"],
  ["profiles: { a: { grace: soon } }", "grace", "such as `10s`", "soon"],
  ["profiles: { a: 3 }", "a", "a mapping of settings", "the number `3`"],
  ["[1]", "sluice.yaml", "a mapping of settings", "a list"],
  ["profiles: { 'a b': {} }", "the name of a profile", "letters", "a b"],
])("a wrong value is reported with what would be right: %s", (text, name, expected, found) => {
  const { problems } = load(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]!.code).toBe("config-wrong-value");
  for (const part of [name, expected, found]) expect(problems[0]!.message).toContain(part);
});

test("a default profile that is not declared is reported where it is named", () => {
  const { problems } = load("default_profile: smal\nprofiles: { small: {} }\n");
  expect(problems[0]).toMatchObject({ code: "unknown-profile", at: "1:18", help: "Did you mean `small`?" });
});

test("broken YAML is reported at its place", () => {
  expect(load("profiles:\n  small: {cpus: 4\n").problems[0]).toMatchObject({ code: "config-syntax" });
  expect(load("a: 1\na: 2\n").problems[0]!.message).toContain("a second time");
  expect(load("--- 1\n--- 2\n").problems[0]!.message).toContain("more than one document");
});

test("deep nesting and aliases that multiply are refused", () => {
  expect(load(`profiles: ${"[".repeat(20_000)}`).problems[0]!.code).toBe("config-syntax");
  const lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (let at = 1; at < 9; at++)
    lines.push(
      `${"abcdefghi"[at]}: &${"abcdefghi"[at]} [${Array(10)
        .fill(`*${"abcdefghi"[at - 1]}`)
        .join(", ")}]`,
    );
  expect(load(lines.join("\n")).problems[0]!.message).toContain("aliases");
});

test("names that objects have by nature are ordinary unknown names", () => {
  expect(load("__proto__: { cpus: 1 }").problems[0]).toMatchObject({ code: "config-unknown-field", text: "__proto__" });
  expect(load("constructor: 1").problems[0]).toMatchObject({ code: "config-unknown-field" });
});

test("any text is read without a throw, each problem inside the text", () => {
  const part = fc.constantFrom(
    "profiles",
    ":",
    " ",
    "\n",
    "  ",
    "{",
    "}",
    "[",
    "]",
    "&a",
    "*a",
    "- ",
    "cpus",
    "!!set",
    "? ",
    "|",
    ">",
    "'",
    '"',
    "\t",
    "0x1F",
    "<<",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.array(part, { maxLength: 30 }).map((parts) => parts.join("")),
      ),
      (text) => {
        const { diagnostics } = loadConfig(createSourceFile(0, "a", text));
        for (const { span } of diagnostics) expect(span.start <= span.end && span.end <= text.length).toBe(true);
        readYaml(createSourceFile(0, "a", text));
      },
    ),
  );
});

test("secrets are read as texts, and no message holds one", () => {
  const read = (text: string) => readSecretsFile(createSourceFile(0, "secrets.yaml", text));
  expect([...read("a: x\nb: 007\nc: 'y z'\n").value]).toEqual([
    ["a", "x"],
    ["b", "007"],
    ["c", "y z"],
  ]);
  for (const text of ["a: [hidden]", "[hidden]", "a: 'hidden\n b", "hidden"]) {
    const { diagnostics } = read(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(JSON.stringify(diagnostics)).not.toContain("hidden");
    expect(diagnostics[0]!.span).toEqual({ file: 0, start: 0, end: 0 });
  }
});

test("the compiled validator is that of the published schema", () => {
  const file = new URL("../../src/config/generated/validate-sluice-yaml.ts", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(generateValidator());
});

test("the fix of an unknown setting begins with a capital and keeps the quotes of the name", () => {
  const source = createSourceFile(0, "sluice.yaml", '{ "profiles": { "small": { "cpu": 1 } } }');
  const { diagnostics } = loadConfig(source);
  expect(diagnostics[0]?.fixes[0]?.title).toBe("Change to `cpus`");
  expect(applyFixes(diagnostics, [source]).texts.get(0)).toBe('{ "profiles": { "small": { "cpus": 1 } } }');
});
