// Statements of a task one by one: what is missing, written twice or misnamed; images and environment variables.
import { defineDiagnostics } from "../define.ts";
import { exampleProgram, exampleStatements } from "./example-program.ts";

export const taskStatements = defineDiagnostics({
  "missing-command": {
    severity: "error",
    message: (p: { task: string }) => `Task \`${p.task}\` does not say what it runs.`,
    explain:
      "A task is one container run, so it says what runs: `run [..]` is the whole command line, `args [..]` keeps the image's entrypoint, and `script \"python\" '''…'''` runs a text.",
    example: exampleProgram({ body: ['image "acme/tool:1"'] }),
  },
  "two-commands": {
    severity: "error",
    message: (p: { task: string; first: string; second: string }) =>
      `Task \`${p.task}\` has both \`${p.first}\` and \`${p.second}\`; a task runs one thing.`,
    explain:
      "Exactly one of `run`, `args` and `script` says what a task runs. Where two things have to run, write two tasks, or one `script` that runs both.",
    example: exampleProgram({ body: ['image "acme/tool:1"', 'run ["tool"]', 'args ["--fast"]'] }),
  },
  "repeated-statement": {
    severity: "error",
    message: (p: { statement: string }) => `\`${p.statement}\` is written twice.`,
    explain:
      "Apart from `retry`, every statement of a task is written at most once, so that a reader never has to ask which one holds.",
    example: exampleStatements("timeout 1h", "timeout 2h"),
  },
  "missing-image": {
    severity: "warning",
    message: (p: { task: string }) =>
      `Task \`${p.task}\` has no image: in a cluster it runs only where the profile names one.`,
    explain:
      'Without `image` a task can run as a local process, but not in a cluster. Name the container image it needs: `image "ghcr.io/acme/tool:1.2.0"`.',
    example: exampleProgram({ body: ['run ["tool"]'] }),
  },
  "bad-image": {
    severity: "error",
    message: (p: { image: string; problem: string }) => `\`${p.image}\` is not the name of an image: ${p.problem}.`,
    explain:
      "An image is named `registry/path:tag` or `registry/path@sha256:digest`; registry and tag may be left out. The path is written in small letters.",
    example: exampleProgram({ body: ['image "https://ghcr.io/acme/tool:1"', 'run ["tool"]'] }),
  },
  "unpinned-image": {
    severity: "warning",
    message: (p: { image: string; tag: string | undefined }) =>
      p.tag === undefined
        ? `\`${p.image}\` has no tag, so it means whatever is latest on the day it runs.`
        : `\`${p.image}\` means whatever is latest on the day it runs.`,
    explain:
      "The same pipeline gives another result when the image behind the name changes, also between two items of one map. Name a version (`:1.8.2`) or, best, a digest (`@sha256:…`).",
    example: exampleProgram({ body: ['image "acme/tool:latest"', 'run ["tool"]'] }),
  },
  "bad-env-name": {
    severity: "error",
    message: (p: { name: string }) => `\`${p.name}\` cannot be the name of an environment variable.`,
    explain:
      "An environment variable's name begins with a letter or `_` and goes on with letters, digits, `_`, `-` and `.`; that is what Kubernetes accepts everywhere.",
    example: exampleStatements('env { "2FAST": "yes" }'),
  },
  "reserved-name": {
    severity: "error",
    message: (p: { name: string; what: string; why: string }) => `\`${p.name}\` cannot be ${p.what}: ${p.why}.`,
    explain:
      "Environment variables such as `PATH`, `HOME` or `LD_PRELOAD` decide how every process runs, those beginning with `KUBERNETES_` and `SLUICE_` are set by the runtime, and `out` stands for the paths of the results. Choose another name.",
    example: exampleStatements('env { PATH: "/opt/bin" }'),
  },
  "repeated-env": {
    severity: "error",
    message: (p: { name: string }) => `The environment variable \`${p.name}\` is set twice.`,
    explain: "One of the two values would be lost. Remove one of them.",
    example: exampleStatements('env { MODE: "fast", MODE: "slow" }'),
  },
  "env-is-parameter": {
    severity: "error",
    message: (p: { name: string }) =>
      `\`${p.name}\` is already an environment variable: it is a parameter of this task.`,
    explain:
      "In a task with `script`, every parameter is an environment variable of its own name. Leave the `env` entry out, or give it another name.",
    example: exampleProgram({
      head: "t(mode: String)",
      body: ['image "acme/tool:1"', "script \"sh\" ''' tool $mode '''", 'env { mode: "fast" }'],
      call: 't("slow")',
    }),
  },
  "secret-not-named": {
    severity: "error",
    message: (p: { text: string }) => `\`${p.text}\` is secret, but not the name of a secret.`,
    explain:
      "Which secret a variable holds must be readable from the program, so that it can be handed over without ever being seen: write the name that `secret NAME = …` declares, and nothing around it.",
    example: exampleProgram({
      before: ['secret hf_token = "hf-credentials/token"'],
      body: ['image "acme/tool:1"', 'run ["tool"]', "env { TOKEN: (hf_token) }"],
    }),
  },
  "bad-secret": {
    severity: "error",
    message: (p: { text: string; problem: string }) => `\`${p.text}\` names no key of a Secret: ${p.problem}.`,
    explain:
      'A secret names a Secret object of the cluster and one of its keys: `secret hf_token = "hf-credentials/token"`. The value itself never stands in a program.',
    example: exampleProgram({
      before: ['secret hf_token = "hf-credentials"'],
      body: ['image "acme/tool:1"', 'run ["tool"]', "env { TOKEN: hf_token }"],
    }),
  },
  "record-not-written-out": {
    severity: "error",
    message: (p: { slot: string; instead: string }) =>
      `\`${p.slot}\` wants entries that can be read here; ${p.instead}.`,
    explain:
      "The names in `env`, `resources`, `devices` and `node` are known before anything runs. Write the entries one by one, or spread a named `resources` block or a constant that is written as a record.",
    example: exampleProgram({
      head: "t(settings: { MODE: String })",
      body: ['image "acme/tool:1"', 'run ["tool"]', "env { ...settings }"],
      call: 't({ MODE: "fast" })',
    }),
  },
  "bad-timeout": {
    severity: "error",
    message: (p: { found: string; hint: string }) => `A timeout is a Duration above zero, not ${p.found}.${p.hint}`,
    explain: "`timeout` bounds one attempt of the task: `timeout 6h`, `timeout 90s`. The units are `ms s min h d`.",
    example: exampleStatements("timeout 600"),
  },
  "bad-cache": {
    severity: "error",
    message: (p: { found: string }) => `\`cache\` wants \`true\`, \`false\` or a version as a String, not ${p.found}.`,
    explain:
      'With `cache true` a later run takes the result of an earlier one when the task and its inputs are equal. `cache "2"` does the same under a version that you change to start afresh.',
    example: exampleStatements("cache 2"),
  },
  "name-too-long": {
    severity: "error",
    message: (p: { kind: string; name: string; length: number }) =>
      `The name of ${p.kind} \`${p.name}\` has ${p.length} characters; 40 is the most.`,
    explain:
      "Objects in the cluster are named after tasks and pipelines and may have 63 characters, of which the runtime needs some. Shorten the name.",
    example: "pipeline train_every_experiment_of_the_whole_department() {}\n",
  },
});
