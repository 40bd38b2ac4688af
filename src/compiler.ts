// The whole compiler: check the program, lower it to a plan. Each phase takes a value and returns a new one with what it has to say.
import type { ProgramHost } from "./analysis/load-program.ts";
import { type Checked, checkProgram, hasErrors } from "./check-program.ts";
import { sortDiagnostics } from "./diagnostics/sort.ts";
import { lower } from "./plan/lower.ts";
import type { Plan } from "./plan/plan.ts";

export interface CompileOptions {
  /** Which pipeline runs; needed where a file holds several that no other calls. */
  readonly pipeline?: string;
}

export interface Compilation extends Checked {
  /** Absent when there is an error, or no pipeline to run. */
  readonly plan?: Plan;
}

/** Compiles the file at `path` and all it imports. */
export function compile(path: string, host: ProgramHost, options: CompileOptions = {}): Compilation {
  const checked = checkProgram(path, host);
  if (!checked.analysis || hasErrors(checked.diagnostics)) return checked;
  const lowered = lower(checked.analysis, host.sha256 ? { ...options, sha256: host.sha256 } : options);
  const diagnostics = sortDiagnostics([...checked.diagnostics, ...lowered.diagnostics]);
  return lowered.value ? { ...checked, plan: lowered.value, diagnostics } : { ...checked, diagnostics };
}
