// Where a run lives: `<root>/.sluice/runs/<run id>/` with
//   run.json, plan.json, parameters.json   what runs; written once, whole, before the folder appears
//   sources/                               copies of the `.pipe` files
//   journal.jsonl, lock.*, spawner.*       what happened; who drives; who starts processes
//   work/<instance>/attempt-<n>/           one attempt: its outputs `out…` and its `output.log`
//   result.json                            how it ended
// Names of instance folders derive from the instance id alone.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { FailureReport, InstanceId } from "../engine/protocol.ts";
import { PLAN_VERSION, type Plan } from "../plan/plan.ts";
import type { RunStatus } from "../types/type.ts";
import type { RecordValue, Value } from "../types/value.ts";
import { type FileResult, fileFailure, tryFile } from "./file-problem.ts";
import { restoreValue } from "./journal-format.ts";

export const RUN_FORMAT = 1;

/** What a run is, besides its plan and parameters. */
export interface RunDescription {
  readonly format: typeof RUN_FORMAT;
  readonly id: string;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** The folder of the main `.pipe` file, absolute: where host processes work and relative files are looked up. */
  readonly folder: string;
  /** What the command line wants to find again on resume; plain JSON. */
  readonly options: RecordValue;
}

export interface RunFolder {
  readonly path: string;
  readonly description: RunDescription;
}

export interface SourceCopy {
  /** Relative to the main file's folder, with `/`; a path that leaves it is kept under its last name. */
  readonly path: string;
  readonly text: string;
}

export interface NewRun {
  /** The folder that holds `.sluice`. */
  readonly root: string;
  readonly description: RunDescription;
  readonly plan: Plan;
  readonly parameters: RecordValue;
  readonly sources: readonly SourceCopy[];
}

/** How a run ended, for people and programs; the result is JSON as outputs are printed. */
export interface RunResult {
  readonly status: RunStatus;
  readonly result: Value;
  readonly failures: readonly FailureReport[];
  /** Milliseconds since the epoch. */
  readonly ended: number;
}

export interface LoadedRun {
  readonly plan: Plan;
  readonly parameters: RecordValue;
}

/** The folder of all runs of a project. */
export function runsFolder(root: string): string {
  return path.join(root, ".sluice", "runs");
}

/** `hp-sweep-20261124-031654-7f3a`: pipeline, UTC time, and four hex digits of `random` (any number). */
export function makeRunId(pipeline: string, time: number, random: number): string {
  const [date = "", clock = ""] = new Date(time).toISOString().replace(/\..*/, "").replace(/[-:]/g, "").split("T");
  const suffix = (Math.trunc(Math.abs(random)) % 0x10000).toString(16).padStart(4, "0");
  return `${slug(pipeline, 40) || "run"}-${date}-${clock}-${suffix}`;
}

/** Makes the folder of a new run. It appears whole or not at all. */
export function createRunFolder(run: NewRun): FileResult<RunFolder> {
  const parent = runsFolder(run.root);
  const target = path.join(parent, run.description.id);
  const aside = path.join(parent, `.new-${run.description.id}`);
  // Making folders there fails in ways that have no end.
  const system = /^\/(?:proc|sys)(?=\/|$)/.exec(path.resolve(run.root))?.[0];
  if (system !== undefined)
    return { ok: false, message: `cannot make the run's folder \`${target}\`: \`${system}\` holds no files of users` };
  try {
    if (fs.mkdirSync(parent, { recursive: true }) !== undefined) {
      // Runs are nothing to keep under version control.
      fs.writeFileSync(path.join(run.root, ".sluice", ".gitignore"), "*\n");
    }
    fs.mkdirSync(aside);
    writeDurable(path.join(aside, "run.json"), run.description);
    writeDurable(path.join(aside, "plan.json"), run.plan);
    writeDurable(path.join(aside, "parameters.json"), run.parameters);
    fs.mkdirSync(path.join(aside, "work"));
    // Node reads a script by the nearest package.json: that of the user's project must not decide what kind of module a task's script is.
    fs.writeFileSync(path.join(aside, "package.json"), "{}\n");
    fs.writeFileSync(path.join(aside, "journal.jsonl"), "");
    for (const source of run.sources) copySource(path.join(aside, "sources"), source);
    syncFolder(aside);
    // Renaming onto a folder that is not empty fails: two runs never share one.
    fs.renameSync(aside, target);
    syncFolder(parent);
    return { ok: true, value: { path: target, description: run.description } };
  } catch (error) {
    const failure = fileFailure(error, "make the run's folder", target);
    if (failure.code !== "EEXIST") fs.rmSync(aside, { recursive: true, force: true });
    return failure;
  }
}

/** Writes the copy of a source into the folder of copies. Throws file errors. */
export function copySource(folder: string, source: SourceCopy): void {
  const inside = path.normalize(source.path);
  const target = path.join(folder, inside.startsWith("..") || path.isAbsolute(inside) ? path.basename(inside) : inside);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, source.text);
}

/** Opens the folder of a run by its full id. */
export function openRunFolder(root: string, id: string): FileResult<RunFolder> {
  const folder = path.join(runsFolder(root), id);
  const read = readJson(path.join(folder, "run.json"));
  if (!read.ok) return read;
  const description = read.value as unknown as RunDescription;
  if (description.format > RUN_FORMAT) return { ok: false, message: newer(folder) };
  return {
    ok: true,
    value: { path: folder, description: { ...description, options: restoreValue(description.options) as RecordValue } },
  };
}

/** Reads plan and parameters of a run. */
export function loadRun(folder: RunFolder): FileResult<LoadedRun> {
  const plan = readJson(path.join(folder.path, "plan.json"));
  if (!plan.ok) return plan;
  const parameters = readJson(path.join(folder.path, "parameters.json"));
  if (!parameters.ok) return parameters;
  const loaded = restorePlan(plan.value);
  if (loaded.version !== PLAN_VERSION) return { ok: false, message: newer(folder.path) };
  return { ok: true, value: { plan: loaded, parameters: restoreValue(parameters.value) as RecordValue } };
}

// Literals inside a plan are values, too; records that inherit nothing serve everywhere else just as well.
function restorePlan(plan: Value): Plan {
  return restoreValue(plan) as unknown as Plan;
}

function newer(folder: string): string {
  return `\`${folder}\` was made by another version of sluice; use that version for this run`;
}

/** The path of the journal. */
export function journalPath(folder: RunFolder): string {
  return path.join(folder.path, "journal.jsonl");
}

/** Writes how the run ended; a reader sees the old file or the new one, never half of it. */
export function writeResult(folder: RunFolder, result: RunResult): FileResult<null> {
  const target = path.join(folder.path, "result.json");
  return tryFile("write the result", target, () => {
    writeDurable(`${target}.new`, result);
    fs.renameSync(`${target}.new`, target);
    return null;
  });
}

/** How the run ended; undefined while it has not, or when it was interrupted. */
export function readResult(folder: RunFolder): FileResult<RunResult | undefined> {
  const read = readJson(path.join(folder.path, "result.json"));
  if (read.ok) return { ok: true, value: read.value as unknown as RunResult };
  return read.code === "ENOENT" ? { ok: true, value: undefined } : read;
}

/** Forgets an earlier end, when the run goes on. */
export function clearResult(folder: RunFolder): FileResult<null> {
  const target = path.join(folder.path, "result.json");
  return tryFile("remove the earlier result", target, () => {
    fs.rmSync(target, { force: true });
    return null;
  });
}

/** Longest part of an instance folder's name taken from the id; with the hash the name stays under 100 characters. */
const SLUG_LENGTH = 60;

/** `runs-a1-train-3f2a9c81d04be677`: readable, at most 100 characters, different for different ids on every file system. */
export function instanceFolderName(instance: InstanceId): string {
  const hash = createHash("sha256").update(instance, "utf8").digest("hex").slice(0, 16);
  const readable = slug(instance, SLUG_LENGTH);
  return readable === "" ? hash : `${readable}-${hash}`;
}

function slug(text: string, length: number): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, length)
    .replace(/^-+|-+$/g, "");
}

/** The folder of one attempt. */
export function attemptFolder(folder: RunFolder, instance: InstanceId, attempt: number): string {
  return path.join(folder.path, "work", instanceFolderName(instance), `attempt-${attempt}`);
}

/** The log of an attempt: what its process wrote to standard output and error, in the order written. */
export const LOG_NAME = "output.log";

export interface AttemptFolder {
  readonly attempt: number;
  readonly path: string;
  readonly log: string;
}

/** The attempts of an instance that have a folder, first to last; none for an instance that never ran. */
export function listAttempts(folder: RunFolder, instance: InstanceId): FileResult<readonly AttemptFolder[]> {
  const parent = path.join(folder.path, "work", instanceFolderName(instance));
  let names: string[];
  try {
    names = fs.readdirSync(parent);
  } catch (error) {
    const failure = fileFailure(error, "read the folder", parent);
    return failure.code === "ENOENT" ? { ok: true, value: [] } : failure;
  }
  const attempts = names
    .flatMap((name) => /^attempt-(\d+)$/.exec(name)?.slice(1) ?? [])
    .map(Number)
    .sort((a, b) => a - b)
    .map((attempt) => {
      const at = path.join(parent, `attempt-${attempt}`);
      return { attempt, path: at, log: path.join(at, LOG_NAME) };
    });
  return { ok: true, value: attempts };
}

/** Reads a JSON file of ours. */
export function readJson(file: string): FileResult<Value> {
  const text = tryFile("read", file, () => fs.readFileSync(file, "utf8"));
  if (!text.ok) return text;
  try {
    return { ok: true, value: JSON.parse(text.value) as Value };
  } catch {
    return { ok: false, message: `\`${file}\` is damaged: it is not JSON` };
  }
}

function writeDurable(file: string, value: unknown): void {
  const descriptor = fs.openSync(file, "w");
  try {
    fs.writeFileSync(descriptor, `${JSON.stringify(value, null, 2)}\n`);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
