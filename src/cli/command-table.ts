// All commands, in the order of the help. Only descriptions: what a command does is loaded when it is called.
import type { CommandSpec, OptionSpec } from "./command.ts";

const STRICT: OptionSpec = { name: "strict", description: "treat warnings as errors" };
const PIPELINE: OptionSpec = {
  name: "pipeline",
  value: "NAME",
  description: "which pipeline, where a file has several",
};
const PARAMETER: OptionSpec = {
  name: "param",
  short: "p",
  value: "NAME=VALUE",
  repeated: true,
  description: "a parameter of the pipeline; may be repeated",
};
const PARAMETERS_FILE: OptionSpec = {
  name: "params",
  value: "FILE",
  description: "parameters from a YAML or JSON file; -p wins",
  completes: "file",
};
const FOLDER: OptionSpec = {
  name: "chdir",
  short: "C",
  value: "DIR",
  description: "work in this folder",
  completes: "folder",
};
const JSON_EVENTS: OptionSpec = { name: "json", description: "print events as JSON, one a line, the result last" };
const QUIET: OptionSpec = { name: "quiet", short: "q", description: "no progress, only problems and the result" };
const ENGINE: OptionSpec = { name: "on", value: "ENGINE", description: "where it runs", choices: ["local"] };
const PROFILE: OptionSpec = { name: "profile", value: "NAME", description: "a profile of sluice.yaml" };
const LOCAL_LIMITS: readonly OptionSpec[] = [
  PROFILE,
  { name: "cpus", value: "N", description: "use at most so many cores" },
  { name: "memory", value: "SIZE", description: "use at most so much memory, such as 8Gi" },
  { name: "slots", value: "N", description: "run at most so many tasks at once" },
];
const FAIL_FAST: OptionSpec = { name: "fail-fast", description: "after a failure, stop what still runs" };
const RUN_ARGUMENT = {
  name: "run",
  description: "its name, the beginning of it, or `latest` (the default)",
  completes: "run",
} as const;
const PIPE_FILE = { name: "file", description: "a .pipe file (default: main.pipe)", completes: "pipe-file" } as const;

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "check",
    summary: "find mistakes without running anything",
    description:
      "Checks each file and all it imports. Folders are searched for .pipe files. Without files, main.pipe is checked.",
    arguments: [{ name: "files", description: "files or folders", variadic: true, completes: "pipe-file" }],
    options: [
      STRICT,
      { name: "fix", description: "make the edits that are offered as the only one for a problem" },
      { name: "json", description: "print each problem as JSON, one a line, on stdout" },
      FOLDER,
    ],
    examples: [
      { command: "sluice check", text: "check main.pipe" },
      { command: "sluice check --strict pipelines/", text: "check all in a folder, warnings count" },
      { command: "sluice check --fix main.pipe", text: "repair what has one obvious repair" },
    ],
    load: async () => (await import("./commands/check.ts")).check,
  },
  {
    name: "fmt",
    summary: "format files in the one style",
    description: "Rewrites the files; with `-` formats stdin to stdout. A file with syntax errors is left as it is.",
    arguments: [
      {
        name: "files",
        description: "files or folders, or - for stdin (default: main.pipe)",
        variadic: true,
        completes: "pipe-file",
      },
    ],
    options: [{ name: "check", description: "change nothing, name the files that are not formatted" }, FOLDER],
    examples: [
      { command: "sluice fmt .", text: "format all files in this folder and below" },
      { command: "sluice fmt --check .", text: "fail if one is not formatted, as in continuous integration" },
      { command: "sluice fmt - < main.pipe", text: "print the formatted text" },
    ],
    load: async () => (await import("./commands/fmt.ts")).fmt,
  },
  {
    name: "plan",
    summary: "show what would run: steps, order, limits, cost",
    arguments: [PIPE_FILE],
    options: [
      PIPELINE,
      PARAMETER,
      PARAMETERS_FILE,
      { name: "json", description: "print the plan itself, as docs/plan.schema.json describes it" },
      { name: "schema", description: "print the JSON Schema of the pipeline's parameters" },
      FOLDER,
    ],
    examples: [
      { command: "sluice plan", text: "show the plan of main.pipe" },
      { command: "sluice plan --json sweep.pipe > plan.json", text: "for programs" },
      { command: "sluice plan --schema sweep.pipe", text: "what may stand in a parameters file" },
    ],
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "graph",
    summary: "draw a pipeline",
    arguments: [PIPE_FILE],
    options: [
      {
        name: "format",
        short: "f",
        value: "FORMAT",
        description: "mermaid (the default), dot or svg",
        choices: ["mermaid", "dot", "svg"],
      },
      {
        name: "output",
        short: "o",
        value: "FILE",
        description: "write to a file; its ending chooses the format",
        completes: "file",
      },
      PIPELINE,
      FOLDER,
    ],
    examples: [
      { command: "sluice graph", text: "print mermaid for main.pipe" },
      { command: "sluice graph -o sweep.svg sweep.pipe", text: "draw an image" },
    ],
    load: async () => (await import("./commands/graph.ts")).graph,
  },
  {
    name: "compile",
    summary: "write a pipeline as objects of Kubernetes",
    description:
      "Prints the objects that run the pipeline in a cluster, for review and `kubectl apply -f`. Nothing has to be installed there. " +
      "Steps that need nothing from each other become plain Jobs. Everything else gets a driver, which this version does not have yet: " +
      "those objects are for review.",
    arguments: [PIPE_FILE],
    options: [
      { name: "target", value: "TARGET", description: "for what: jobs", choices: ["jobs"] },
      PARAMETER,
      PARAMETERS_FILE,
      PIPELINE,
      PROFILE,
      { name: "namespace", value: "NAME", description: "where the objects are made (default: the profile's)" },
      {
        name: "output",
        short: "o",
        value: "DIR",
        description: "write files into this folder instead of printing them",
        completes: "folder",
      },
      STRICT,
      FOLDER,
    ],
    examples: [
      { command: "sluice compile --target jobs | kubectl diff -f -", text: "see what would change" },
      { command: "sluice compile --target jobs --profile cluster -o manifests", text: "files for review" },
    ],
    load: async () => (await import("./commands/compile.ts")).compile,
  },
  {
    name: "run",
    summary: "run a pipeline on this machine",
    description:
      "Checks the file, then runs its pipeline. The result is printed on stdout as JSON, everything else on stderr. " +
      "A run that failed or was cancelled goes on with `sluice resume`. Ctrl-C cancels, a second Ctrl-C does so at once.",
    arguments: [PIPE_FILE],
    options: [
      PARAMETER,
      PARAMETERS_FILE,
      PIPELINE,
      ENGINE,
      ...LOCAL_LIMITS,
      FAIL_FAST,
      STRICT,
      { name: "name", value: "NAME", description: "begin the run's name with this instead of the pipeline's name" },
      { name: "dry-run", description: "check everything, parameters and secrets too, and start nothing" },
      JSON_EVENTS,
      QUIET,
      FOLDER,
    ],
    examples: [
      { command: "sluice run -p epochs=20", text: "run main.pipe with a parameter" },
      {
        command: "sluice run --params sweep.yaml sweep.pipe > best.json",
        text: "parameters from a file, the result to a file",
      },
      { command: "sluice run --slots 2 --fail-fast", text: "two tasks at a time, stop at the first failure" },
    ],
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "resume",
    summary: "go on with a run that failed, was cancelled or was killed",
    description:
      "What has a result is not run again; what failed is tried anew. If the files changed since the run began, say which program counts: " +
      "--as-started or --edited.",
    arguments: [RUN_ARGUMENT],
    options: [
      { name: "as-started", description: "go on with the program as it was when the run began" },
      { name: "edited", description: "go on with the program as it is now; results of what did not change are kept" },
      ...LOCAL_LIMITS,
      FAIL_FAST,
      STRICT,
      JSON_EVENTS,
      QUIET,
      FOLDER,
    ],
    examples: [
      { command: "sluice resume", text: "go on with the latest run" },
      { command: "sluice resume hp-sweep-20261124 --edited", text: "after a task was repaired" },
    ],
    load: async () => (await import("./commands/resume.ts")).resume,
  },
  {
    name: "cancel",
    summary: "end a run; it can be resumed",
    arguments: [{ ...RUN_ARGUMENT, description: "its name, the beginning of it, or `latest`", required: true }],
    options: [{ name: "force", description: "do not give tasks their time to end" }, FOLDER],
    examples: [{ command: "sluice cancel latest", text: "end the latest run and wait until it ended" }],
    load: async () => (await import("./commands/cancel.ts")).cancel,
  },
  {
    name: "runs",
    summary: "list the runs of this folder",
    arguments: [],
    options: [{ name: "json", description: "one object a line" }, FOLDER],
    examples: [{ command: "sluice runs", text: "newest last" }],
    load: async () => (await import("./commands/runs.ts")).runs,
  },
  {
    name: "status",
    summary: "show how far a run is and what failed",
    arguments: [RUN_ARGUMENT],
    options: [{ name: "json", description: "as one object" }, FOLDER],
    examples: [{ command: "sluice status", text: "of the latest run" }],
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "logs",
    summary: "print what tasks wrote",
    description:
      'Without a step, lists the steps that have logs. A step is named as in the status, such as `train` or `runs["a1"].train`; runs[a1] will do.',
    arguments: [
      { ...RUN_ARGUMENT, description: "its name, the beginning of it, or `latest`", required: true },
      { name: "step", description: "a step, with the key of its item in brackets", completes: "none" },
    ],
    options: [
      { name: "follow", short: "f", description: "keep printing until the step ends" },
      { name: "attempt", value: "N", description: "which attempt (default: the last)" },
      FOLDER,
    ],
    examples: [
      { command: "sluice logs latest", text: "which logs there are" },
      { command: "sluice logs latest 'runs[a1].train'", text: "of one item" },
    ],
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "outputs",
    summary: "print the result of a run as JSON",
    arguments: [RUN_ARGUMENT],
    options: [FOLDER],
    examples: [{ command: "sluice outputs latest", text: "its result again" }],
    load: async () => (await import("./commands/outputs.ts")).outputs,
  },
  {
    name: "clean",
    summary: "delete runs with their files",
    arguments: [{ name: "runs", description: "names, or the beginnings of names", variadic: true, completes: "run" }],
    options: [
      { name: "older-than", value: "DURATION", description: "those that began longer ago, such as 7d" },
      { name: "keep", value: "N", description: "all but the N newest" },
      { name: "all", description: "all that do not run, and the cache" },
      { name: "dry-run", description: "only say what would be deleted" },
      FOLDER,
    ],
    examples: [
      { command: "sluice clean --keep 3", text: "keep the three newest" },
      { command: "sluice clean --older-than 7d --dry-run", text: "see first" },
    ],
    load: async () => (await import("./commands/clean.ts")).clean,
  },
  {
    name: "explain",
    summary: "say more about a problem that was reported",
    arguments: [{ name: "code", description: "the word in brackets, such as unknown-task", completes: "code" }],
    options: [{ name: "all", description: "list all codes" }],
    examples: [
      { command: "sluice explain unknown-task", text: "why it is wrong, with an example" },
      { command: "sluice explain --all", text: "what there is" },
    ],
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  {
    name: "init",
    summary: "begin a project that runs at once",
    arguments: [{ name: "dir", description: "where (default: here)", completes: "folder" }],
    options: [{ name: "example", description: "a longer example: a parameter search with retries" }],
    examples: [{ command: "sluice init demo && cd demo && sluice run", text: "from nothing to a result" }],
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "completion",
    summary: "print the script that completes commands in your shell",
    arguments: [
      { name: "shell", description: "bash, zsh or fish", completes: "none", choices: ["bash", "zsh", "fish"] },
    ],
    options: [
      {
        name: "list",
        value: "KIND",
        description: "print words of a kind, one a line; the scripts call this",
        choices: ["run", "code"],
      },
    ],
    examples: [
      { command: "sluice completion bash > ~/.local/share/bash-completion/completions/sluice", text: "for bash" },
      { command: 'sluice completion zsh > "$' + '{fpath[1]}/_sluice"', text: "for zsh" },
      { command: "sluice completion fish > ~/.config/fish/completions/sluice.fish", text: "for fish" },
    ],
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
