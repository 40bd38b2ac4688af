// The whole compiler: load and parse the files, bind and check them, lower them to a plan. Each phase takes a value and returns a new one
// with what it has to say; here everything said is put in order. A phase starts when the ones before it found no error, so that one mistake
// is reported once; the rules only advise.
import { analyze } from "./analysis/analyze.ts";
import { loadProgram, type ProgramHost } from "./analysis/load-program.ts";
import type { Analysis, Program } from "./analysis/program.ts";
import { checkRules } from "./analysis/rules.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { sortDiagnostics } from "./diagnostics/sort.ts";
import { lower } from "./plan/lower.ts";
import type { Plan } from "./plan/plan.ts";
import type { SourceFile } from "./text/source-file.ts";

export interface CompileOptions {
  /** Which pipeline runs; needed where a file holds several that no other calls. */
  readonly pipeline?: string;
}

export interface Compilation {
  readonly program: Program;
  /** Absent when a file could not be read or parsed. */
  readonly analysis?: Analysis;
  /** Absent when there is an error. */
  readonly plan?: Plan;
  /** By file and place, without repeats. */
  readonly diagnostics: readonly Diagnostic[];
  /** By `span.file`. */
  readonly sources: readonly SourceFile[];
}

/** Checks the file at `path` and all it imports. Without errors, and with a pipeline to run, there is a plan. */
export function compile(path: string, host: ProgramHost, options: CompileOptions = {}): Compilation {
  const loaded = loadProgram(path, host);
  const base = { program: loaded.value, sources: loaded.value.modules.map((module) => module.source) };
  if (loaded.diagnostics.some(isError)) return { ...base, diagnostics: sortDiagnostics(loaded.diagnostics) };
  const analysis = analyze(loaded.value, host);
  const found = [...loaded.diagnostics, ...analysis.diagnostics];
  if (found.some(isError)) return { ...base, analysis, diagnostics: sortDiagnostics(found) };
  checkRules(analysis, (advice) => found.push(advice));
  const lowered = lower(analysis, options);
  const diagnostics = sortDiagnostics([...found, ...lowered.diagnostics]);
  return lowered.value ? { ...base, analysis, plan: lowered.value, diagnostics } : { ...base, analysis, diagnostics };
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}
