// Commands that run in pods, called by the objects that sluice makes and by nobody else: no help, completion or manual page names them.
import type { CommandSpec, OptionSpec } from "./command.ts";

const STORAGE: OptionSpec = { name: "storage", value: "JSON", description: "the bucket and how it is reached" };

export const POD_COMMANDS: readonly CommandSpec[] = [
  {
    name: "collect",
    summary: "check what a task wrote, and say so in the termination message",
    arguments: [{ name: "outputs", description: "the declared outputs as JSON", required: true, completes: "none" }],
    options: [
      STORAGE,
      { name: "message-bytes", value: "N", description: "how long the termination message may be" },
      { name: "message-path", value: "FILE", description: "where the termination message is written" },
    ],
    examples: [],
    load: async () => (await import("./commands/collect.ts")).collect,
  },
  {
    name: "stage-in",
    summary: "copy Files into the pod of a task",
    arguments: [{ name: "references", description: "what to copy", variadic: true, completes: "none" }],
    options: [STORAGE],
    examples: [],
    load: async () => (await import("./commands/stage-in.ts")).stageInCommand,
  },
  {
    name: "drive",
    summary: "drive the run of this pod's Job to its end",
    arguments: [],
    options: [
      { name: "plan", value: "NAME", description: "the ConfigMap that the run is made from" },
      { name: "endings", value: "N", description: "how often the run had ended when the Job was made" },
      { name: "fail-fast", description: "after a failure, stop what still runs" },
      { name: "strict", description: "extra fields in outputs are errors" },
    ],
    examples: [],
    load: async () => (await import("./cluster/drive.ts")).drive,
  },
];
