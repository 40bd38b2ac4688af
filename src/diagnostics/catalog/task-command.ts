// What a task runs: its arguments, its script, and the paths of its results.
import { defineDiagnostics } from "../define.ts";
import { exampleProgram } from "./example-program.ts";

const IMAGE = 'image "acme/tool:1"';

export const taskCommand = defineDiagnostics({
  "empty-command": {
    severity: "error",
    message: (p: { problem: string }) => `There is nothing to run: ${p.problem}.`,
    explain:
      'The first item of `run [..]` is the program, the others are its arguments: `run ["python", "train.py"]`. A `script` names its interpreter and has a text.',
    example: exampleProgram({ body: [IMAGE, "run []"] }),
  },
  "shell-in-program": {
    severity: "error",
    message: (p: { text: string; problem: string }) => `There is no program called \`${p.text}\`: ${p.problem}.`,
    explain:
      "No shell reads a command: the first item of `run` is the name of a program, and every further item is one argument. For pipes and redirections write `script \"sh\" '''…'''`.",
    example: exampleProgram({ body: [IMAGE, 'run ["python train.py"]'] }),
  },
  "shell-in-argument": {
    severity: "warning",
    message: (p: { text: string; means: string }) =>
      `The program gets \`${p.text}\` as it stands; no shell reads it as ${p.means}.`,
    explain:
      "Arguments reach the program unchanged, so that data can hold any character. For pipes, redirections and variables write `script \"sh\" '''…'''`.",
    example: exampleProgram({ body: [IMAGE, 'run ["tool", ">", "log.txt"]'] }),
  },
  "shell-injection": {
    severity: "warning",
    message: (p: { shell: string }) =>
      `The inserted value becomes part of a command that \`${p.shell}\` reads: a quote or \`;\` in it changes what runs.`,
    explain:
      'Data should never be part of a shell\'s text. Hand it over as an argument (`run ["sh", "-c", "tool \\"$1\\"", "sh", x]`), or write a `script`, where every parameter is an environment variable.',
    example: exampleProgram({
      head: "t(name: String)",
      body: [IMAGE, 'run ["sh", "-c", "tool \\(name)"]'],
      call: 't("a")',
    }),
  },
  "script-interpolation": {
    severity: "warning",
    message: (p: { text: string; name: string }) =>
      `\`${p.text}\` reaches the script as it stands; \`${p.name}\` is an environment variable there.`,
    explain:
      "Nothing is inserted into a script's text. Every parameter is an environment variable of its own name, and the result's path is `out` or `out_<name>`: `$name` in sh, `os.environ[\"name\"]` in Python.",
    example: exampleProgram({
      head: "t(name: String)",
      body: [IMAGE, "script \"sh\" '''", "  tool --name \\(name)", "'''"],
      call: 't("a")',
    }),
  },
  "bad-interpreter": {
    severity: "error",
    message: (p: { text: string; problem: string }) => `\`${p.text}\` cannot run a script: ${p.problem}.`,
    explain:
      'The word after `script` is the name of one program, which gets the text as a file: `script "python"`, `script "bash"`. Options belong into the text (`set -e`).',
    example: exampleProgram({ body: [IMAGE, "script \"bash -e\" ''' tool '''"] }),
  },
  "not-text": {
    severity: "error",
    message: (p: { type: string; where: string; why: string }) => `${p.type} cannot be ${p.where}: ${p.why}.`,
    explain:
      'An argument or environment variable is one text. A value that may be null has none: `...opt("--flag", x)` adds a flag only when there is a value, and `x ?? y` puts another in its place. Of a Partial, `.ok` is the list of what succeeded.',
    example: exampleProgram({
      head: "t(note: String?)",
      body: [IMAGE, 'run ["tool", "--note", note]'],
      call: "t(null)",
    }),
  },
  "spread-not-list": {
    severity: "error",
    message: (p: { type: string }) => `\`...\` adds the items of a list, and this is ${p.type}.`,
    explain: "Without `...` a value is one argument, whatever its type; a list or record then arrives as compact JSON.",
    example: exampleProgram({
      head: "t(name: String)",
      body: [IMAGE, 'run ["tool", ...name]'],
      call: 't("a")',
    }),
  },
  "unbounded-arguments": {
    severity: "warning",
    message: (p: { type: string }) =>
      `Each file of this ${p.type} becomes an argument, and nothing bounds their number: a long list does not fit a command line.`,
    explain:
      "The operating system refuses command lines of more than about 2 MB. Pass the list as one argument (`files`, compact JSON) or as a file (`json_file(files)`), or bound it in its type: `[File] max 500`.",
    example: exampleProgram({
      head: "t(files: [File])",
      body: [IMAGE, 'run ["tool", ...files]'],
      call: 't([file("a.txt")])',
    }),
  },
  "no-output": {
    severity: "error",
    message: (p: { task: string }) => `Task \`${p.task}\` has no result, so there is no \`out\`.`,
    explain:
      "`out` is the path to which a task writes its result. Declare the result after the parameters: `task t() -> File { … }`.",
    example: exampleProgram({ body: [IMAGE, 'run ["tool", "--out", out]'] }),
  },
  "which-output": {
    severity: "error",
    message: (p: { paths: string }) => `The results have a path each: write ${p.paths}.`,
    explain:
      "A result type written as `{ score: Score, model: File }` declares named outputs, and each is written to a path of its own.",
    example: exampleProgram({
      head: "t() -> { score: Float, model: File }",
      body: [IMAGE, 'run ["tool", out, out.score, out.model]'],
    }),
  },
  "unknown-output": {
    severity: "error",
    message: (p: { name: string; task: string; near: string }) =>
      `Task \`${p.task}\` has no output called \`${p.name}\`.${p.near}`,
    explain:
      "The outputs are the fields of the result type that stands after `->`. A single result of any other type has the one path `out`.",
    example: exampleProgram({
      head: "t() -> { model: File }",
      body: [IMAGE, 'run ["tool", out.model, out.modle]'],
    }),
  },
  "unused-output": {
    severity: "warning",
    message: (p: { path: string; where: string }) =>
      `Nothing tells the command where to write its result: ${p.where} never uses \`${p.path}\`.`,
    explain:
      "A task writes each of its results to the path it is given, and fails when the file is not there at its end. Pass the path as an argument (`out`, `out.name`), or use the variable `out` or `out_<name>` in a script.",
    example: exampleProgram({ head: "t() -> File", body: [IMAGE, 'run ["tool"]'] }),
  },
  "output-passed-twice": {
    severity: "warning",
    message: (p: { path: string }) => `\`${p.path}\` is passed twice: the second file would overwrite the first.`,
    explain:
      "Each output path names one file. Where the command writes two files, declare two outputs: `-> { model: File, log: File }`.",
    example: exampleProgram({ head: "t() -> File", body: [IMAGE, 'run ["tool", "--model", out, "--log", out]'] }),
  },
});
