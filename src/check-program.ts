// The front half of the compiler: load and parse the files, bind and check them, then the rules, which only advise. A phase starts when the
// ones before it found no error, so that one mistake is reported once.
import { analyze } from "./analysis/analyze.ts";
import { loadProgram, type ProgramHost } from "./analysis/load-program.ts";
import type { Analysis, Program } from "./analysis/program.ts";
import { checkRules } from "./analysis/rules.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { sortDiagnostics } from "./diagnostics/sort.ts";
import type { SourceFile } from "./text/source-file.ts";

export interface Checked {
  readonly program: Program;
  /** Absent when a file could not be read or parsed. */
  readonly analysis?: Analysis;
  /** By file and place, without repeats. */
  readonly diagnostics: readonly Diagnostic[];
  /** By `span.file`. */
  readonly sources: readonly SourceFile[];
}

/** Checks the file at `path` and all it imports. */
export function checkProgram(path: string, host: ProgramHost): Checked {
  const loaded = loadProgram(path, host);
  const base = { program: loaded.value, sources: loaded.value.modules.map((module) => module.source) };
  if (hasErrors(loaded.diagnostics)) return { ...base, diagnostics: sortDiagnostics(loaded.diagnostics) };
  const analysis = analyze(loaded.value, host);
  const found = [...loaded.diagnostics, ...analysis.diagnostics];
  if (!hasErrors(found)) checkRules(analysis, (advice) => found.push(advice));
  return { ...base, analysis, diagnostics: sortDiagnostics(found) };
}

/** Whether there is an error among them, not only warnings. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
