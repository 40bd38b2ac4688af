// All commands, in the order of the help. Only descriptions: what a command does is loaded when it is called.
import type { CommandSpec } from "./command.ts";
import {
  CLUSTER,
  DETACH,
  FAIL_FAST,
  FOLDER,
  FORCE_CONFLICTS,
  JSON_EVENTS,
  LOCAL_LIMITS,
  PARAMETER,
  PARAMETERS_FILE,
  PIPE_FILE,
  PIPELINE,
  PLACE,
  PROFILE,
  QUIET,
  RUN_ARGUMENT,
  STRICT,
} from "./option-specs.ts";

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
    description:
      "With `--on kubernetes` looks at the cluster instead and tells what would stand in the way of a run there: missing rights, Secrets and nodes, " +
      "quotas, refused pods. Nothing is written. The exit code is 1 when something would make the run fail.",
    arguments: [PIPE_FILE],
    options: [
      PIPELINE,
      PARAMETER,
      PARAMETERS_FILE,
      { name: "on", value: "ENGINE", description: "where it is to run", choices: ["local", "kubernetes"] },
      PROFILE,
      ...CLUSTER,
      { name: "json", description: "print the plan itself, as docs/plan.schema.json describes it, or the findings" },
      { name: "schema", description: "print the JSON Schema of the pipeline's parameters" },
      FOLDER,
    ],
    examples: [
      { command: "sluice plan", text: "show the plan of main.pipe" },
      { command: "sluice plan --json sweep.pipe > plan.json", text: "for programs" },
      { command: "sluice plan --schema sweep.pipe", text: "what may stand in a parameters file" },
      { command: "sluice plan --on kubernetes --profile cluster", text: "whether a cluster can run it" },
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
      "Steps that need nothing from each other become plain Jobs. Everything else gets a driver Job, " +
      "which starts the others. `--target argo` prints an object of Argo Workflows instead.",
    arguments: [PIPE_FILE],
    options: [
      { name: "target", value: "TARGET", description: "for what: jobs or argo", choices: ["jobs", "argo"] },
      {
        name: "kind",
        value: "KIND",
        description: "of the object for Argo (default: CronWorkflow with a schedule, else Workflow)",
        choices: ["Workflow", "WorkflowTemplate", "CronWorkflow"],
      },
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
      { command: "sluice compile --target argo | kubectl create -f -", text: "start it on Argo Workflows" },
    ],
    load: async () => (await import("./commands/compile.ts")).compile,
  },
  {
    name: "diff",
    summary: "show what would change in a cluster",
    description:
      "Compares the objects of `sluice compile` with those in the cluster, by the server's own dry run: nothing is written. Of a pipeline with a " +
      "schedule also what `sluice apply` would remove. Exit code 0: no difference, 1: differences, 2: it could not be told.",
    arguments: [PIPE_FILE],
    options: [PARAMETER, PARAMETERS_FILE, PIPELINE, PROFILE, ...CLUSTER, FORCE_CONFLICTS, STRICT, FOLDER],
    examples: [
      { command: "sluice diff nightly.pipe", text: "before `sluice apply`" },
      { command: "sluice diff --profile cluster || echo changed", text: "in continuous integration" },
    ],
    load: async () => (await import("./commands/diff.ts")).diff,
  },
  {
    name: "apply",
    summary: "put a scheduled pipeline into a cluster",
    description:
      "Applies what is meant to stay in the cluster: the CronJob that starts a run at each time of the pipeline's schedule, what these runs are made " +
      "from, and rights. First everything is tried without writing. What an earlier version of the pipeline left is removed, when no run needs it. " +
      "Without a schedule, removes what the pipeline's schedule left.",
    arguments: [PIPE_FILE],
    options: [
      PARAMETER,
      PARAMETERS_FILE,
      PIPELINE,
      PROFILE,
      ...CLUSTER,
      FORCE_CONFLICTS,
      { name: "dry-run", description: "only say what would change" },
      STRICT,
      FOLDER,
    ],
    examples: [
      { command: "sluice apply nightly.pipe", text: "from now on it runs as its schedule says" },
      { command: "sluice apply --dry-run nightly.pipe", text: "see first" },
    ],
    load: async () => (await import("./commands/apply.ts")).apply,
  },
  {
    name: "run",
    summary: "run a pipeline on this machine or in a cluster",
    description:
      "Checks the file, then runs its pipeline. The result is printed on stdout as JSON, everything else on stderr. " +
      "A run that failed or was cancelled goes on with `sluice resume`. Ctrl-C cancels, a second Ctrl-C does so at once. " +
      "With --on kubernetes, Ctrl-C leaves the run to the cluster (exit code 6): what runs there goes on.",
    arguments: [PIPE_FILE],
    options: [
      PARAMETER,
      PARAMETERS_FILE,
      PIPELINE,
      ...PLACE,
      DETACH,
      ...LOCAL_LIMITS,
      FAIL_FAST,
      STRICT,
      { name: "name", value: "NAME", description: "begin the run's name with this instead of the pipeline's name" },
      {
        name: "dry-run",
        description:
          "check everything, parameters and secrets too (in a cluster, what it would refuse), and start nothing",
      },
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
      { command: "sluice run --on kubernetes --detach", text: "in the cluster of the current context, driven there" },
    ],
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "resume",
    summary: "go on with a run that failed, was cancelled or was killed",
    description:
      "What has a result is not run again; what failed is tried anew. If the files changed since the run began, say which program counts: " +
      "--as-started or --edited. A run in a cluster keeps the program it began with.",
    arguments: [RUN_ARGUMENT],
    options: [
      { name: "as-started", description: "go on with the program as it was when the run began" },
      { name: "edited", description: "go on with the program as it is now; results of what did not change are kept" },
      ...PLACE,
      DETACH,
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
      { command: "sluice resume latest --on kubernetes", text: "drive the latest run of the cluster from here" },
    ],
    load: async () => (await import("./commands/resume.ts")).resume,
  },
  {
    name: "cancel",
    summary: "end a run; it can be resumed",
    arguments: [{ ...RUN_ARGUMENT, description: "its name, the beginning of it, or `latest`", required: true }],
    options: [{ name: "force", description: "do not give tasks their time to end" }, ...PLACE, FOLDER],
    examples: [{ command: "sluice cancel latest", text: "end the latest run and wait until it ended" }],
    load: async () => (await import("./commands/cancel.ts")).cancel,
  },
  {
    name: "runs",
    summary: "list the runs of this folder, or of a cluster's namespace",
    arguments: [],
    options: [{ name: "json", description: "one object a line" }, ...PLACE, FOLDER],
    examples: [{ command: "sluice runs", text: "newest last" }],
    load: async () => (await import("./commands/runs.ts")).runs,
  },
  {
    name: "status",
    summary: "show how far a run is and what failed",
    arguments: [RUN_ARGUMENT],
    options: [{ name: "json", description: "as one object" }, ...PLACE, FOLDER],
    examples: [{ command: "sluice status", text: "of the latest run" }],
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "logs",
    summary: "print what tasks wrote",
    description:
      'Without a step, lists the steps that have logs. A step is named as in the status, such as `train` or `runs["a1"].train`; runs[a1] will do. In a cluster, the pods of steps that succeeded are gone; those of failed attempts stay until `sluice clean`.',
    arguments: [
      { ...RUN_ARGUMENT, description: "its name, the beginning of it, or `latest`", required: true },
      { name: "step", description: "a step, with the key of its item in brackets", completes: "none" },
    ],
    options: [
      { name: "follow", short: "f", description: "keep printing until the step ends" },
      { name: "attempt", value: "N", description: "which attempt (default: the last)" },
      ...PLACE,
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
    options: [...PLACE, FOLDER],
    examples: [{ command: "sluice outputs latest", text: "its result again" }],
    load: async () => (await import("./commands/outputs.ts")).outputs,
  },
  {
    name: "clean",
    summary: "delete runs with their files",
    description:
      "Deletes runs that are not running, with everything that belongs to them. In a cluster these are its objects; Files that a run wrote to the " +
      "profile's storage stay there.",
    arguments: [{ name: "runs", description: "names, or the beginnings of names", variadic: true, completes: "run" }],
    options: [
      { name: "older-than", value: "DURATION", description: "those that began longer ago, such as 7d" },
      { name: "keep", value: "N", description: "all but the N newest" },
      { name: "all", description: "all that do not run, and the cache" },
      { name: "dry-run", description: "only say what would be deleted" },
      ...PLACE,
      FOLDER,
    ],
    examples: [
      { command: "sluice clean --keep 3", text: "keep the three newest" },
      { command: "sluice clean --older-than 7d --dry-run", text: "see first" },
    ],
    load: async () => (await import("./commands/clean.ts")).clean,
  },
  {
    name: "release",
    summary: "let go of a cluster's pods that wait to be recorded",
    description:
      "Pods stay in the cluster until a driver has recorded how they ended. When no driver will come any more, as in a namespace that is being " +
      "deleted, this lets them go; how they ended is lost. Nothing else is changed.",
    arguments: [{ name: "run", description: "its full name", completes: "none" }],
    options: [{ name: "all", description: "of all runs of the namespace" }, PROFILE, ...CLUSTER, FOLDER],
    examples: [{ command: "sluice release --all --namespace lab", text: "for a namespace that does not go away" }],
    load: async () => (await import("./commands/release.ts")).release,
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
