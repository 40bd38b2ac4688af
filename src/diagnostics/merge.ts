// Several compilations may read the same file: what they say is joined so that each file is shown under one number and each problem once.
import type { SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { sortDiagnostics } from "./sort.ts";

export interface SourcedDiagnostics {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly SourceFile[];
}

/** Joins them; files keep the order in which they are first met. */
export function mergeDiagnostics(parts: readonly SourcedDiagnostics[]): SourcedDiagnostics {
  const byPath = new Map<string, SourceFile>();
  const diagnostics: Diagnostic[] = [];
  for (const part of parts) {
    const numbers = new Map<number, number>();
    for (const source of part.sources) {
      const known = byPath.get(source.path) ?? { ...source, id: byPath.size };
      byPath.set(source.path, known);
      numbers.set(source.id, known.id);
    }
    for (const diagnostic of part.diagnostics) diagnostics.push(renumber(diagnostic, numbers));
  }
  return { diagnostics: sortDiagnostics(diagnostics), sources: [...byPath.values()] };
}

function renumber(diagnostic: Diagnostic, numbers: ReadonlyMap<number, number>): Diagnostic {
  const move = (span: Span): Span => ({ ...span, file: numbers.get(span.file) ?? -1 });
  return {
    ...diagnostic,
    span: move(diagnostic.span),
    related: diagnostic.related.map((related) => ({ ...related, span: move(related.span) })),
    fixes: diagnostic.fixes.map((fix) => ({
      ...fix,
      edits: fix.edits.map((edit) => ({ ...edit, span: move(edit.span) })),
    })),
  };
}
