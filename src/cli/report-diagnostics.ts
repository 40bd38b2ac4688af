// Shows what the compiler and the command line's files have to say: for people on stderr, or as JSON lines on stdout.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnosticsToJsonLines } from "../diagnostics/json.ts";
import type { SourcedDiagnostics } from "../diagnostics/merge.ts";
import { renderDiagnostics } from "../diagnostics/render.ts";
import type { Io } from "./io.ts";

/** More are counted, not shown. */
const MOST_SHOWN = 100;

/** Prints them; nothing when there are none. */
export function reportDiagnostics(io: Io, found: SourcedDiagnostics, json = false): void {
  if (json) io.stdout.write(diagnosticsToJsonLines(found.diagnostics, found.sources));
  else {
    const { color, columns } = io.stderr;
    io.stderr.write(renderDiagnostics(found.diagnostics, found.sources, { color, width: columns, limit: MOST_SHOWN }));
  }
}

/** Whether they forbid going on: errors, or warnings where those count. */
export function forbids(diagnostics: readonly Diagnostic[], strict: boolean): boolean {
  return diagnostics.some((diagnostic) => strict || diagnostic.severity === "error");
}
