// Warnings about programs that are correct and probably not meant.
import { defineDiagnostics } from "../define.ts";
import { exampleProgram } from "./example-program.ts";

export const rules = defineDiagnostics({
  "unused-let": {
    severity: "warning",
    message: (p: { name: string; effect: boolean }) =>
      p.effect ? `The result called \`${p.name}\` is never used.` : `\`${p.name}\` is never used.`,
    explain:
      "Nothing refers to this name. Remove the `let`; where a task is called for its effect, write `do`. A name that begins with `_` is left alone.",
    example: "pipeline main() {\n  let size = 1Gi\n}\n",
  },
  "unused-parameter": {
    severity: "warning",
    message: (p: { name: string; owner: string }) => `\`${p.owner}\` never uses its parameter \`${p.name}\`.`,
    explain:
      "Callers have to think of a value that changes nothing. Remove the parameter, or use it. A name that begins with `_` is left alone.",
    example: exampleProgram({
      head: "t(name: String)",
      body: ['image "acme/tool:1"', 'run ["tool"]'],
      call: 't("a")',
    }),
  },
  "unused-import": {
    severity: "warning",
    message: (p: { name: string; from: string }) => `\`${p.name}\` is imported from \`${p.from}\` and never used.`,
    explain: "The file names something of another file that it does not use. Remove the name from the import.",
    example: 'import { train } from "./train.pipe"\n\npipeline main() {}\n',
    shownBy: "command",
  },
  "unused-secret": {
    severity: "warning",
    message: (p: { name: string }) => `The secret \`${p.name}\` is never used.`,
    explain: "Every secret of a program must exist before a run starts. Remove the ones that no task has in its `env`.",
    example: 'secret token = "credentials/token"\n\npipeline main() {}\n',
  },
  "secret-in-text": {
    severity: "warning",
    message: (p: { what: string }) => `This looks like ${p.what}, readable by everyone who can read this file.`,
    explain:
      'Keep it in a cluster Secret, name it (`secret token = "object/key"`), and hand it to the task as an environment variable: `env { TOKEN: token }`. What was in a file that others can read should be changed.',
    example: exampleProgram({
      body: ['image "acme/tool:1"', 'run ["tool"]', 'env { API_PASSWORD: "correct-horse" }'],
    }),
  },
  "many-pods": {
    severity: "warning",
    message: (p: { pods: string; factors: string }) => `This map may start ${p.pods} pods (${p.factors}).`,
    explain:
      "Every pod costs a second or more to start, and the cluster has to keep track of each. `batch n` puts n items into one pod, where the body is one task call; or let one task work on a chunk of the list.",
    example: [
      "task list_files() -> [File] max 20000 {",
      '  image "acme/tool:1"',
      '  run ["list", out]',
      "}",
      "",
      "task convert(file: File) {",
      '  image "acme/tool:1"',
      '  run ["convert", file]',
      "}",
      "",
      "pipeline main() {",
      "  do map f in list_files() max 20000 {",
      "    do convert(f)",
      "  }",
      "}",
      "",
    ].join("\n"),
  },
  "timeout-below-waits": {
    severity: "warning",
    message: (p: { pipeline: string; timeout: string; task: string; waits: string }) =>
      `Pipeline \`${p.pipeline}\` ends after ${p.timeout}, but the retries of \`${p.task}\` alone wait ${p.waits}.`,
    explain:
      "The timeout of a pipeline bounds the whole run, the waiting between attempts included. Raise it, or shorten the waits or their number.",
    example: [
      "task t() {",
      '  image "acme/tool:1"',
      '  run ["tool"]',
      "  retry any 5 after 1h",
      "}",
      "",
      "pipeline main() timeout 2h {",
      "  do t()",
      "}",
      "",
    ].join("\n"),
  },
  "constant-key": {
    severity: "warning",
    message: (p: { item: string }) => `This key is the same for every \`${p.item}\`, so two items make the run fail.`,
    explain: "A key names one item of a map and is different for each. Use a field of the item, or leave `key` out.",
    example: [
      "task t(name: String) {",
      '  image "acme/tool:1"',
      '  run ["tool", name]',
      "}",
      "",
      "pipeline main(names: [String]) {",
      '  do map name in names key "all" {',
      "    do t(name)",
      "  }",
      "}",
      "",
    ].join("\n"),
  },
  "constant-condition": {
    severity: "warning",
    message: (p: { value: boolean }) => `This condition is always ${p.value}.`,
    explain:
      "The condition holds no name, so it never changes. Remove what it guards, or write the condition that was meant. A constant (`const DEBUG = false`) is a switch and is left alone.",
    example: 'pipeline main() {\n  check true, "never said"\n}\n',
  },
});
