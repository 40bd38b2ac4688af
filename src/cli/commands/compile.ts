// `sluice compile`: the pipeline as objects of Kubernetes, on stdout or in files.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeFileError } from "../../backends/file-problem.ts";
import { DEFAULT_KUBERNETES_PROFILE } from "../../config/kubernetes-profile.ts";
import { mergeDiagnostics, type SourcedDiagnostics } from "../../diagnostics/merge.ts";
import { type EmittedFile, joinFiles } from "../../emit/emitter.ts";
import { emitJobs, JOBS_FILES } from "../../emit/jobs/emit.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { compileFile, mainPipeline, noPipeline } from "../compile-file.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import { placeFinder } from "../find-place.ts";
import { folderOf } from "../host.ts";
import type { Io } from "../io.ts";
import { readSettings } from "../project.ts";
import { readRunParameters } from "../read-parameters.ts";
import { forbids, reportDiagnostics } from "../report-diagnostics.ts";
import { VERSION } from "../version.ts";

const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is written only when a driver is needed. */
const DRIVER_FILE = "4-driver.yaml";

export const compile: CommandAction = async (invocation, io) => {
  const namespace = invocation.value("namespace");
  if (namespace !== undefined && !NAMESPACE.test(namespace))
    throw new UsageError(`--namespace takes up to 63 small letters, digits and \`-\`, not \`${namespace}\``);
  if (invocation.value("target") === undefined)
    throw new UsageError("--target is missing: say for what to compile, `--target jobs`");
  const strict = invocation.has("strict");
  const compiled = compileFile(invocation, io);
  const { compilation, file } = compiled;
  if (forbids(compilation.diagnostics, strict)) {
    reportDiagnostics(io, compilation);
    return EXIT_SOURCE;
  }
  const { plan } = compilation;
  if (!plan) throw noPipeline(file);
  const settings = readSettings(invocation, io, folderOf(io.cwd, file));
  const parameters = readRunParameters(compiled, mainPipeline(plan), invocation, io);
  const before = mergeDiagnostics([compilation, settings.found, parameters.found]);
  if (forbids(before.diagnostics, strict)) {
    reportDiagnostics(io, before);
    return EXIT_SOURCE;
  }
  const { profileName } = settings.value;
  const emitted = emitJobs(plan, {
    parameters: parameters.value,
    profile: settings.value.kubernetes ?? DEFAULT_KUBERNETES_PROFILE,
    ...(profileName !== undefined && { profileName }),
    ...(namespace !== undefined && { namespace }),
    version: VERSION,
    span: placeFinder(compilation.sources),
  });
  const limits = { diagnostics: emitted.diagnostics, sources: compilation.sources };
  const found = mergeDiagnostics([withoutImageAdvice(before, limits), limits]);
  reportDiagnostics(io, found);
  if (forbids(found.diagnostics, strict)) return EXIT_SOURCE;
  if (emitted.value.some(({ path }) => path === DRIVER_FILE))
    io.stderr.write(
      "note: this pipeline needs a driver, which this version of sluice does not have yet: these objects are for review\n",
    );
  const output = invocation.value("output") ?? "-";
  if (output !== "-") return writeFiles(io, output, emitted.value);
  io.stdout.write(joinFiles(emitted.value));
  return EXIT_OK;
};

/** What was said before, without the advice to name an image where its absence is an error now. */
function withoutImageAdvice(before: SourcedDiagnostics, limits: SourcedDiagnostics): SourcedDiagnostics {
  const places = limits.diagnostics.filter(({ code }) => code === "image-needed").map(({ span }) => span.start);
  const diagnostics = before.diagnostics.filter(
    ({ code, span }) => code !== "missing-image" || !places.includes(span.start),
  );
  return { ...before, diagnostics };
}

/** Writes the files, and removes those of an earlier time that are not written any more: they would be applied with the others. */
function writeFiles(io: Io, shown: string, files: readonly EmittedFile[]): number {
  const folder = resolve(io.cwd, shown);
  let at = shown;
  try {
    mkdirSync(folder, { recursive: true });
    const written = new Set(files.map(({ path }) => path));
    for (const name of readdirSync(folder)) {
      at = join(shown, name);
      const isOurs = (JOBS_FILES as readonly string[]).includes(name) && !written.has(name);
      if (!isOurs || !readFileSync(join(folder, name), "utf8").includes("app.kubernetes.io/managed-by: sluice"))
        continue;
      rmSync(join(folder, name));
      io.stderr.write(`removed ${at}\n`);
    }
    for (const { path, text } of files) {
      at = join(shown, path);
      writeFileSync(join(folder, path), text);
      io.stderr.write(`wrote ${at}\n`);
    }
    return EXIT_OK;
  } catch (error) {
    io.stderr.write(`error: ${describeFileError(error, "write", at)}\n`);
    return EXIT_SOURCE;
  }
}
