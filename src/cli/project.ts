// What sluice.yaml and the command line's options say: where runs are kept, and what a run may use.
import { dirname, resolve } from "node:path";
import { findConfig } from "../config/find-config.ts";
import { type Config, loadConfig, type Profile, unknownProfile } from "../config/load-config.ts";
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourcedDiagnostics } from "../diagnostics/merge.ts";
import { createSourceFile, type SourceFile } from "../text/source-file.ts";
import { parseSize } from "../types/quantity.ts";
import { type Invocation, UsageError } from "./command.ts";
import { readSource, toShown } from "./host.ts";
import type { Io } from "./io.ts";

const diagnostic = bindDiagnostics(config);

interface ReadConfig {
  readonly config: Config;
  /** The folder of sluice.yaml; where the search began when there is none. */
  readonly folder: string;
  readonly found: SourcedDiagnostics;
}

/** Reads the sluice.yaml that holds for an absolute folder. */
function readConfig(io: Io, folder: string): ReadConfig {
  const { path, misspelt } = findConfig(folder);
  if (misspelt !== undefined)
    io.stderr.write(`note: \`${toShown(io.cwd, misspelt)}\` is not read; the file is called sluice.yaml\n`);
  const none: Config = { profiles: new Map() };
  if (path === undefined) return { config: none, folder, found: { diagnostics: [], sources: [] } };
  const read = readSource(path);
  const source = createSourceFile(0, toShown(io.cwd, path), read.ok ? read.text : "");
  if (read.ok) {
    const { value, diagnostics } = loadConfig(source);
    return { config: value, folder: dirname(path), found: { diagnostics, sources: [source] } };
  }
  const problem = diagnostic(
    "config-not-readable",
    { file: 0, start: 0, end: 0 },
    { path: source.path, reason: read.reason },
  );
  return { config: none, folder: dirname(path), found: { diagnostics: [problem], sources: [source] } };
}

/** The absolute folder that holds `.sluice` for whoever stands in `io.cwd`; a broken sluice.yaml is passed over. */
export function findRoot(io: Io): string {
  const { config: read, folder } = readConfig(io, io.cwd);
  return read.runsFolder === undefined ? folder : resolve(folder, read.runsFolder);
}

/** What a run may use, from options first, then the profile. */
export interface Settings extends Omit<Profile, "secretsFile"> {
  /** Of the profile that holds. */
  readonly profileName?: string;
  /** Absolute. */
  readonly secretsFile?: string;
}

/** The settings for a program in an absolute folder, and what is wrong with sluice.yaml. */
export function readSettings(
  invocation: Invocation,
  io: Io,
  folder: string,
): { value: Settings; found: SourcedDiagnostics } {
  const read = readConfig(io, folder);
  const options = optionSettings(invocation);
  const sources: SourceFile[] = [...read.found.sources];
  const diagnostics: Diagnostic[] = [...read.found.diagnostics];
  const asked = invocation.value("profile");
  const name = asked ?? read.config.defaultProfile;
  const profile = name === undefined ? undefined : read.config.profiles.get(name);
  if (asked !== undefined && profile === undefined && diagnostics.length === 0) {
    const commandLine = createSourceFile(sources.length, "command line", `--profile ${asked}`);
    sources.push(commandLine);
    const span = { file: commandLine.id, start: "--profile ".length, end: commandLine.text.length };
    diagnostics.push(unknownProfile(asked, [...read.config.profiles.keys()], span));
  }
  const { secretsFile, ...rest } = profile ?? {};
  const value = {
    ...rest,
    ...(profile && name !== undefined && { profileName: name }),
    ...(secretsFile !== undefined && { secretsFile: resolve(read.folder, secretsFile) }),
    ...options,
  };
  return { value, found: { diagnostics, sources } };
}

function optionSettings(invocation: Invocation): Settings {
  const number = (option: string, isRight: (value: number) => boolean, what: string): number | undefined => {
    const text = invocation.value(option);
    if (text === undefined) return undefined;
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value) && isRight(value)) return value;
    throw new UsageError(`--${option} takes ${what}, not \`${text}\``);
  };
  const cpus = number("cpus", (value) => value > 0, "a number of cores above 0");
  const slots = number("slots", (value) => Number.isSafeInteger(value) && value > 0, "a whole number above 0");
  const text = invocation.value("memory");
  const memory = text === undefined ? undefined : parseSize(text);
  if (memory && !memory.ok) {
    const hint = memory.suggestions.length > 0 ? `; did you mean \`${memory.suggestions[0]}\`?` : "";
    throw new UsageError(`--memory takes an amount such as 8Gi: \`${text}\` ${memory.problem}${hint}`);
  }
  return {
    ...(cpus !== undefined && { cpus }),
    ...(slots !== undefined && { slots }),
    ...(memory && { memory: memory.value }),
  };
}
