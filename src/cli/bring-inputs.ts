// Files of this machine that a program names, on their way into a cluster, for all commands that make objects of a cluster. What cannot be brought
// there is told at the place where it is named.
import type { InputProblem, InputsOptions } from "../collect/prepare-inputs.ts";
import { jobs } from "../diagnostics/catalog/jobs.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { mergeDiagnostics } from "../diagnostics/merge.ts";
import { programIdentity } from "../emit/jobs/emit.ts";
import { holdsFiles } from "../emit/result-class.ts";
import type { ReadProgram } from "./emit-program.ts";
import { folderOf } from "./host.ts";
import type { Io } from "./io.ts";
import { reportDiagnostics } from "./report-diagnostics.ts";

const diagnostic = bindDiagnostics(jobs);

export interface Bringing {
  /** The namespace that wins over the profile's. */
  readonly namespace: string | undefined;
  /** The run that they are for; without one they belong to the program. */
  readonly run?: string;
  /** What happens where the profile's storage is a bucket (see `InputsOptions`). */
  readonly bucket: InputsOptions["bucket"];
  readonly onStep?: (step: string) => void;
}

/** The program with references that pods can be given; undefined when something cannot be brought there, which then is printed. */
export async function bringInputs(program: ReadProgram, bringing: Bringing, io: Io): Promise<ReadProgram | undefined> {
  const { plan, pipeline, profile, options, compiled } = program;
  // Tasks get Files through their parameters alone.
  if (![pipeline, ...plan.tasks].some(({ parameters }) => parameters.some(({ type }) => holdsFiles(type))))
    return program;
  const { namespace, run, bucket, onStep } = bringing;
  const { prepareInputs } = await import("../collect/prepare-inputs.ts");
  const prepared = await prepareInputs(plan, options.parameters, {
    folder: folderOf(io.cwd, compiled.file),
    owner: (itsPlan, parameters) =>
      run ?? programIdentity(itsPlan, { ...options, parameters, ...(namespace !== undefined && { namespace }) }),
    profile,
    bucket,
    ...(onStep && { onStep }),
  });
  if (!prepared.ok) {
    const found = prepared.problems.map((problem) => describe(problem, program));
    const limits = { diagnostics: found, sources: compiled.compilation.sources };
    reportDiagnostics(io, mergeDiagnostics([program.found, limits]));
    return undefined;
  }
  const { parameters, inputs } = prepared.value;
  return { ...program, plan: prepared.value.plan, options: { ...options, parameters, inputs } };
}

function describe({ whose, at, text, isLocal, problem, help }: InputProblem, { options }: ReadProgram): Diagnostic {
  const more = help === undefined ? {} : { help };
  return isLocal
    ? diagnostic("local-file", options.span(at), { whose, path: text, problem }, more)
    : diagnostic("file-out-of-reach", options.span(at), { whose, problem }, more);
}
