// `sluice compile`: the pipeline as objects of Kubernetes, on stdout or in files.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeFileError } from "../../backends/file-problem.ts";
import { emitArgo } from "../../emit/argo/emit.ts";
import { ARGO_FILES, ARGO_KINDS } from "../../emit/argo/kinds.ts";
import { type EmittedFile, joinFiles } from "../../emit/emitter.ts";
import { emitJobs, JOBS_FILES } from "../../emit/jobs/emit.ts";
import { bringInputs } from "../bring-inputs.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { emitProgram, namespaceOption, readProgram } from "../emit-program.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import type { Io } from "../io.ts";

export const compile: CommandAction = async (invocation, io) => {
  const namespace = namespaceOption(invocation);
  if (invocation.value("target") === undefined)
    throw new UsageError("--target is missing: say for what to compile, `--target jobs` or `--target argo`");
  const isArgo = invocation.value("target") === "argo";
  const kind = ARGO_KINDS.find((each) => each === invocation.value("kind"));
  if (kind !== undefined && !isArgo) throw new UsageError("--kind is for `--target argo`");
  // Whoever submits a template gives them.
  const program = readProgram(invocation, io, kind === "WorkflowTemplate");
  if (kind === "CronWorkflow" && program && !program.pipeline.schedule)
    throw new UsageError(`--kind CronWorkflow: pipeline \`${program.pipeline.name}\` has no schedule`);
  // A Workflow reads Files from its artifact repository.
  const brought = program && !isArgo ? await bringInputs(program, { namespace, bucket: "leave" }, io) : program;
  const files =
    brought &&
    emitProgram(brought, namespace, io, (plan, options) =>
      isArgo
        ? emitArgo(plan, { ...options, ...(brought.argo && { argo: brought.argo }), ...(kind && { kind }) })
        : emitJobs(plan, options),
    );
  if (files === undefined) return EXIT_SOURCE;
  const output = invocation.value("output") ?? "-";
  if (output !== "-") return writeFiles(io, output, files);
  io.stdout.write(joinFiles(files));
  return EXIT_OK;
};

/** Writes the files, and removes those of an earlier time that are not written any more: they would be applied with the others. */
function writeFiles(io: Io, shown: string, files: readonly EmittedFile[]): number {
  const folder = resolve(io.cwd, shown);
  let at = shown;
  try {
    mkdirSync(folder, { recursive: true });
    const written = new Set(files.map(({ path }) => path));
    for (const name of readdirSync(folder)) {
      at = join(shown, name);
      const isOurs = ([...JOBS_FILES, ...ARGO_FILES] as readonly string[]).includes(name) && !written.has(name);
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
