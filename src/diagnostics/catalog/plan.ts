// What keeps a checked program from becoming a plan: it is not clear which pipeline runs.
import { defineDiagnostics } from "../define.ts";

export const plan = defineDiagnostics({
  "which-pipeline": {
    severity: "error",
    message: (p: { names: readonly string[] }) =>
      `This file has several pipelines that could run: ${p.names.map((name) => `\`${name}\``).join(", ")}. Name one with \`--pipeline\`.`,
    explain:
      "A file runs the pipeline given by `--pipeline`, or the only one that no other pipeline calls. Here several are left to choose from, so that the choice must be yours.",
    example:
      'task work() { image "a/b:1" run ["work"] }\npipeline first() { do work() }\npipeline second() { do work() }',
  },
  "unknown-pipeline": {
    severity: "error",
    message: (p: { name: string; names: readonly string[] }) => {
      const known = p.names.map((name) => `\`${name}\``).join(", ");
      return `There is no pipeline \`${p.name}\` in this file; ${known === "" ? "it has none" : `there is ${known}`}.`;
    },
    explain:
      "`--pipeline` takes the name of a pipeline that the main file declares or imports. The names are case-sensitive.",
    example: 'task work() { image "a/b:1" run ["work"] }\npipeline nightly() { do work() }',
    shownBy: "command",
  },
});
