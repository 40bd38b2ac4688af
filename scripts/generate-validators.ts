// Compiles JSON Schemas to validators that need no ajv at run time. `--check` only says whether they are up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";

const SCHEMA = new URL("../docs/sluice-yaml.schema.json", import.meta.url);
const TARGET = new URL("../src/config/generated/validate-sluice-yaml.ts", import.meta.url);

/** The text of the generated module. */
export function generateValidator(): string {
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    verbose: false,
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, "utf8")));
  // The helper for string lengths is the only one taken from ajv's run time; here a length is only asked to be 1.
  const code = standaloneCode
    .default(ajv, validate)
    .replace(
      /const (func\d+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;/g,
      "const $1 = (text) => text.length;",
    )
    .replace(/export default .*;\n?/, "")
    .replace('"use strict";', "");
  if (code.includes("require(")) throw new Error("the validator needs ajv at run time");
  return [
    "// @ts-nocheck",
    "// Generated from docs/sluice-yaml.schema.json by scripts/generate-validators.ts.",
    code.replace(/export const validate\b/, "export const validateSluiceYaml"),
    "",
  ].join("\n");
}

if (import.meta.main) {
  const text = generateValidator();
  if (!process.argv.includes("--check")) writeFileSync(TARGET, text);
  else if (readFileSync(TARGET, "utf8") !== text) {
    console.error(
      "src/config/generated/validate-sluice-yaml.ts is out of date: run `node scripts/generate-validators.ts`",
    );
    process.exitCode = 1;
  }
}
