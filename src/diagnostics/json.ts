// Diagnostics for programs: one JSON object a line, with places as lines and columns (from 1, in UTF-16 units, the end exclusive) and offsets.
import { positionAt, type SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** A place in a file; `file` is the path as shown to people. */
export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Half-open range in UTF-16 units from the beginning of the file. */
  readonly start: number;
  readonly end: number;
}

export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly label?: string;
  readonly help?: string;
  readonly related: readonly (JsonPlace & { readonly text: string })[];
  readonly fixes: readonly {
    readonly title: string;
    readonly edits: readonly (JsonPlace & { readonly text: string })[];
  }[];
}

/** One object a line, each line ended. */
export function diagnosticsToJsonLines(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): string {
  const byId = new Map(sources.map((source) => [source.id, source]));
  return diagnostics.map((diagnostic) => `${JSON.stringify(diagnosticToJson(diagnostic, byId))}\n`).join("");
}

/** One diagnostic with its places resolved. */
export function diagnosticToJson(diagnostic: Diagnostic, sources: ReadonlyMap<number, SourceFile>): JsonDiagnostic {
  const place = (span: Span): JsonPlace => placeOf(span, sources);
  return {
    ...place(diagnostic.span),
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...(diagnostic.label !== undefined && { label: diagnostic.label }),
    ...(diagnostic.help !== undefined && { help: diagnostic.help }),
    related: diagnostic.related.map((related) => ({ ...place(related.span), text: related.text })),
    fixes: diagnostic.fixes.map((fix) => ({
      title: fix.title,
      edits: fix.edits.map((edit) => ({ ...place(edit.span), text: edit.text })),
    })),
  };
}

function placeOf(span: Span, sources: ReadonlyMap<number, SourceFile>): JsonPlace {
  const source = sources.get(span.file);
  if (!source) return { file: "", line: 1, column: 1, endLine: 1, endColumn: 1, start: span.start, end: span.end };
  const start = positionAt(source, span.start);
  const end = positionAt(source, span.end);
  return {
    file: source.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    start: span.start,
    end: span.end,
  };
}
