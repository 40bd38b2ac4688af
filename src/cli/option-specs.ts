// Options and arguments that several commands take.
import type { OptionSpec } from "./command.ts";

/** Warnings count as errors. */
export const STRICT: OptionSpec = { name: "strict", description: "treat warnings as errors" };
/** Which pipeline. */
export const PIPELINE: OptionSpec = {
  name: "pipeline",
  value: "NAME",
  description: "which pipeline, where a file has several",
};
/** One parameter. */
export const PARAMETER: OptionSpec = {
  name: "param",
  short: "p",
  value: "NAME=VALUE",
  repeated: true,
  description: "a parameter of the pipeline; may be repeated",
};
/** A file of parameters. */
export const PARAMETERS_FILE: OptionSpec = {
  name: "params",
  value: "FILE",
  description: "parameters from a YAML or JSON file; -p wins",
  completes: "file",
};
/** Where to work. */
export const FOLDER: OptionSpec = {
  name: "chdir",
  short: "C",
  value: "DIR",
  description: "work in this folder",
  completes: "folder",
};
/** Events instead of a display. */
export const JSON_EVENTS: OptionSpec = {
  name: "json",
  description: "print events as JSON, one a line, the result last",
};
/** No progress. */
export const QUIET: OptionSpec = {
  name: "quiet",
  short: "q",
  description: "no progress, only problems and the result",
};
/** Where a run is. */
export const ENGINE: OptionSpec = {
  name: "on",
  value: "ENGINE",
  description: "where it runs (default: local)",
  choices: ["local", "kubernetes", "argo"],
};
/** Settings of sluice.yaml. */
export const PROFILE: OptionSpec = { name: "profile", value: "NAME", description: "a profile of sluice.yaml" };
/** A namespace of a cluster. */
export const NAMESPACE: OptionSpec = {
  name: "namespace",
  value: "NAME",
  description: "a namespace (default: the profile's)",
};
/** How a cluster is reached. */
export const CLUSTER: readonly OptionSpec[] = [
  NAMESPACE,
  { name: "context", value: "NAME", description: "a context of the kubeconfig (default: its current one)" },
  { name: "kubeconfig", value: "FILE", description: "how clusters are reached", completes: "file" },
];
/** Of commands that look after runs: here, or in a cluster. */
export const PLACE: readonly OptionSpec[] = [ENGINE, PROFILE, ...CLUSTER];
/** Nobody here drives it. */
export const DETACH: OptionSpec = { name: "detach", description: "let the cluster drive it, print its name and leave" };
/** Fields of others are taken over. */
export const FORCE_CONFLICTS: OptionSpec = {
  name: "force-conflicts",
  description: "take over fields that others own, such as those changed with kubectl edit",
};
/** What a run may use of this machine. */
export const LOCAL_LIMITS: readonly OptionSpec[] = [
  { name: "cpus", value: "N", description: "use at most so many cores" },
  { name: "memory", value: "SIZE", description: "use at most so much memory, such as 8Gi" },
  { name: "slots", value: "N", description: "run at most so many tasks at once" },
];
/** One failure ends all. */
export const FAIL_FAST: OptionSpec = { name: "fail-fast", description: "after a failure, stop what still runs" };
/** A run, as people name it. */
export const RUN_ARGUMENT = {
  name: "run",
  description: "its name, the beginning of it, or `latest` (the default)",
  completes: "run",
} as const;
/** A program. */
export const PIPE_FILE = {
  name: "file",
  description: "a .pipe file (default: main.pipe)",
  completes: "pipe-file",
} as const;
