// `sluice plan`: what would run.
import { writePlan } from "../../plan/dump.ts";
import { writePlanJson } from "../../plan/write-plan-json.ts";
import { toJsonSchema } from "../../types/to-json-schema.ts";
import { type CommandAction, UsageError } from "../command.ts";
import { compileFile, mainPipeline, noPipeline } from "../compile-file.ts";
import { isOnCluster } from "../engine-option.ts";
import { EXIT_OK, EXIT_SOURCE } from "../exit-codes.ts";
import { readRunParameters } from "../read-parameters.ts";
import { forbids, reportDiagnostics } from "../report-diagnostics.ts";

export const plan: CommandAction = async (invocation, io) => {
  if (isOnCluster(invocation)) {
    if (invocation.has("schema"))
      throw new UsageError("--schema says nothing of a cluster: leave out `--on kubernetes`");
    return (await import("../cluster/plan.ts")).planOnCluster(invocation, io);
  }
  const compiled = compileFile(invocation, io);
  const { plan: made, diagnostics } = compiled.compilation;
  reportDiagnostics(io, compiled.compilation);
  if (forbids(diagnostics, false)) return EXIT_SOURCE;
  if (!made) throw noPipeline(compiled.file);
  const pipeline = mainPipeline(made);
  if (invocation.values("param").length > 0 || invocation.value("params") !== undefined) {
    const { found } = readRunParameters(compiled, pipeline, invocation, io);
    reportDiagnostics(io, found);
    if (forbids(found.diagnostics, false)) return EXIT_SOURCE;
  }
  if (invocation.has("schema")) {
    const type = { kind: "record", name: pipeline.name, fields: pipeline.parameters } as const;
    io.stdout.write(`${JSON.stringify(toJsonSchema(type), null, 2)}\n`);
  } else if (invocation.has("json")) writePlanJson(made, io.stdout.write);
  else writePlan(made, io.stdout.write);
  return EXIT_OK;
};
