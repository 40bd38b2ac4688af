// `sluice run`: check, parameters, secrets, and only then a run.
import { basename } from "node:path";
import { createRunFolder, makeRunId, RUN_FORMAT } from "../../backends/run-folder.ts";
import { mergeDiagnostics } from "../../diagnostics/merge.ts";
import { makeRecord } from "../../types/value.ts";
import { relativeToFile } from "../../util/relative-path.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { compileFile, declaredSecrets, mainPipeline, noPipeline } from "../compile-file.ts";
import { isOnArgo, isOnCluster } from "../engine-option.ts";
import { execute } from "../execute.ts";
import { EXIT_OK, EXIT_RUN_FAILED, EXIT_SOURCE } from "../exit-codes.ts";
import { folderOf } from "../host.ts";
import { findRoot, readSettings } from "../project.ts";
import { readRunParameters } from "../read-parameters.ts";
import { readSecrets } from "../read-secrets.ts";
import { forbids, reportDiagnostics } from "../report-diagnostics.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

export const run: CommandAction = async (invocation, io) => {
  const name = invocation.value("name");
  if (name !== undefined && !NAME.test(name))
    throw new UsageError(`--name takes up to 40 letters, digits, \`_\` and \`-\`, not \`${name}\``);
  if (isOnArgo(invocation)) return (await import("../argo/run.ts")).runOnArgo(invocation, name, io);
  if (isOnCluster(invocation)) return (await import("../cluster/run.ts")).runOnCluster(invocation, name, io);
  const compiled = compileFile(invocation, io);
  const { compilation, file } = compiled;
  const strict = invocation.has("strict");
  if (forbids(compilation.diagnostics, strict)) {
    reportDiagnostics(io, compilation);
    return EXIT_SOURCE;
  }
  const { plan } = compilation;
  if (!plan) throw noPipeline(file);
  const pipeline = mainPipeline(plan);
  const folder = folderOf(io.cwd, file);
  const settings = readSettings(invocation, io, folder);
  const parameters = readRunParameters(compiled, pipeline, invocation, io);
  const places = { declared: declaredSecrets(compilation), sources: compilation.sources };
  const secrets = readSecrets(plan, settings.value.secretsFile, io, places);
  const found = mergeDiagnostics([compilation, settings.found, parameters.found, secrets.found]);
  reportDiagnostics(io, found);
  if (forbids(found.diagnostics, strict)) return EXIT_SOURCE;
  const root = findRoot(io);
  if (invocation.has("dry-run")) {
    io.stderr.write(`${file}: pipeline \`${pipeline.name}\` would run; nothing was started\n`);
    return EXIT_OK;
  }
  const main = compilation.sources[0]!.path;
  const created = createRunFolder({
    root,
    description: {
      format: RUN_FORMAT,
      id: makeRunId(name ?? pipeline.name, io.now(), Math.random() * 0x10000),
      pipeline: pipeline.name,
      created: io.now(),
      folder,
      options: makeRecord([
        ["file", basename(main)],
        ["pipeline", pipeline.name],
        ["failFast", invocation.has("fail-fast")],
        ["strict", strict],
        ["profile", invocation.value("profile") ?? null],
      ]),
    },
    plan,
    parameters: parameters.value,
    sources: compilation.sources.map((source) => ({ path: relativeToFile(main, source.path), text: source.text })),
  });
  if (!created.ok) {
    io.stderr.write(`error: ${created.message}\n`);
    return EXIT_RUN_FAILED;
  }
  return execute(
    {
      folder: created.value,
      plan,
      parameters: parameters.value,
      secrets: secrets.value,
      settings: settings.value,
      root,
      failFast: invocation.has("fail-fast"),
      strict,
      json: invocation.has("json"),
      quiet: invocation.has("quiet"),
    },
    io,
  );
};
