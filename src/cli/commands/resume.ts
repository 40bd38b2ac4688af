// `sluice resume`: go on with a run from what its journal holds.
import { basename, resolve } from "node:path";
import { replacePlan } from "../../backends/replace-plan.ts";
import { loadRun, type RunFolder, readResult } from "../../backends/run-folder.ts";
import { compile } from "../../compiler.ts";
import { mergeDiagnostics } from "../../diagnostics/merge.ts";
import type { Plan } from "../../plan/plan.ts";
import type { RecordValue } from "../../types/value.ts";
import { relativeToFile } from "../../util/relative-path.ts";
import { sha256 } from "../../util/sha256.ts";
import { carryParameters } from "../carry-parameters.ts";
import { type CommandAction, type Invocation, UsageError } from "../command.ts";
import { declaredSecrets, mainPipeline } from "../compile-file.ts";
import { isOnArgo, isOnCluster } from "../engine-option.ts";
import { type ExecuteSetup, execute, printResult } from "../execute.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import { getRun } from "../get-run.ts";
import { createProgramHost, readSource, toShown } from "../host.ts";
import type { Io } from "../io.ts";
import { findRoot, readSettings } from "../project.ts";
import { readSecrets, type SecretPlaces } from "../read-secrets.ts";
import { forbids, reportDiagnostics } from "../report-diagnostics.ts";

export const resume: CommandAction = async (invocation, io) => {
  const asStarted = invocation.has("as-started");
  const edited = invocation.has("edited");
  if (asStarted && edited) throw new UsageError("--as-started and --edited exclude each other");
  if (isOnArgo(invocation))
    throw new UsageError(
      "a run on Argo cannot be resumed: Argo keeps no results by what they were made from; begin a new run, or let `argo retry` try its failed nodes again by Argo's own rules",
    );
  if (isOnCluster(invocation)) return (await import("../cluster/resume.ts")).resumeOnCluster(invocation, io);
  const folder = getRun(io, invocation.operands[0]);
  const loaded = loadRun(folder);
  if (!loaded.ok) throw new UsageError(loaded.message);
  const { plan, parameters } = loaded.value;
  if (!edited) {
    const result = readResult(folder);
    if (result.ok && result.value?.status === "succeeded")
      return printAgain(result.value.result, folder, plan, invocation, io);
    const changed = changedSources(folder, plan);
    if (changed.length > 0 && !asStarted) throw new UsageError(changedText(folder, changed, io));
    return go({ folder, plan, parameters, places: { declared: new Map(), sources: [] } }, invocation, io);
  }
  return resumeEdited(folder, parameters, plan, invocation, io);
};

function printAgain(
  result: RecordValue[string],
  folder: RunFolder,
  plan: Plan,
  invocation: Invocation,
  io: Io,
): number {
  const { id } = folder.description;
  if (invocation.has("json")) {
    io.stdout.write(
      `${JSON.stringify({ time: io.now(), type: "run-ended", run: id, status: "succeeded", result, failures: [] })}\n`,
    );
  } else {
    if (!invocation.has("quiet")) io.stderr.write(`run ${id} succeeded before; this is its result\n`);
    printResult(result, plan, io);
  }
  return EXIT_OK;
}

/** The sources of a plan that are not any more as they were, with what happened to them. */
function changedSources(folder: RunFolder, plan: Plan): { path: string; how: string }[] {
  return plan.files.flatMap((file) => {
    const path = resolve(folder.description.folder, file.path);
    const read = readSource(path);
    if (!read.ok) return [{ path, how: `cannot be read: ${read.reason}` }];
    return sha256(read.text) === file.sha256 ? [] : [{ path, how: "was edited" }];
  });
}

function changedText(folder: RunFolder, changed: readonly { path: string; how: string }[], io: Io): string {
  const { id } = folder.description;
  const list = changed.map(({ path, how }) => `  ${toShown(io.cwd, path)} ${how}`).join("\n");
  return [
    `since run ${id} began, its program changed:`,
    list,
    "Which one counts?",
    `  sluice resume ${id} --as-started   go on with the program as it was when the run began`,
    `  sluice resume ${id} --edited       go on with the program as it is now; results of what did not change are kept`,
  ].join("\n");
}

function resumeEdited(
  folder: RunFolder,
  before: RecordValue,
  old: Plan,
  invocation: Invocation,
  io: Io,
): Promise<number> | number {
  const { options } = folder.description;
  const main = resolve(folder.description.folder, String(options.file ?? old.files[0]?.path ?? ""));
  const file = toShown(io.cwd, main);
  const compilation = compile(file, createProgramHost(io.cwd), { pipeline: folder.description.pipeline });
  reportDiagnostics(io, compilation);
  if (forbids(compilation.diagnostics, invocation.has("strict"))) return EXIT_SOURCE;
  const { plan } = compilation;
  if (!plan) throw new UsageError(`\`${file}\` has no pipeline any more`);
  const carried = carryParameters(mainPipeline(old).parameters, mainPipeline(plan).parameters, before);
  if (!carried.ok) throw new UsageError(`${carried.message}; begin a new run with \`sluice run ${basename(main)}\``);
  const shown = compilation.sources[0]!.path;
  const sources = compilation.sources.map((source) => ({
    path: relativeToFile(shown, source.path),
    text: source.text,
  }));
  const parameters = carried.value;
  const places = { declared: declaredSecrets(compilation), sources: compilation.sources };
  return go(
    { folder, plan, parameters, places, prepare: () => replacePlan(folder, plan, parameters, sources) },
    invocation,
    io,
  );
}

interface Going extends Pick<ExecuteSetup, "folder" | "plan" | "parameters" | "prepare" | "cancelFirst"> {
  readonly places: SecretPlaces;
}

/** Drives a run on, with the settings it began with where the command line says nothing else. */
export async function go(going: Going, invocation: Invocation, io: Io): Promise<number> {
  const { places, ...run } = going;
  const { options, folder } = run.folder.description;
  const profile = options.profile;
  const chosen: Invocation = {
    ...invocation,
    value: (option) =>
      invocation.value(option) ?? (option === "profile" && typeof profile === "string" ? profile : undefined),
  };
  const settings = readSettings(chosen, io, folder);
  const secrets = readSecrets(run.plan, settings.value.secretsFile, io, places);
  const found = mergeDiagnostics([settings.found, secrets.found]);
  reportDiagnostics(io, found);
  if (forbids(found.diagnostics, false)) return EXIT_SOURCE;
  return execute(
    {
      ...run,
      secrets: secrets.value,
      settings: settings.value,
      root: findRoot(io),
      failFast: invocation.has("fail-fast") || options.failFast === true,
      strict: invocation.has("strict") || options.strict === true,
      json: invocation.has("json"),
      quiet: invocation.has("quiet"),
    },
    io,
  );
}
