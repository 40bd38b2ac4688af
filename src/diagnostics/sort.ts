import type { Diagnostic } from "./diagnostic.ts";

/** Diagnostics by file, place, code and message, each said once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sorted = diagnostics.toSorted(
    (a, b) =>
      a.span.file - b.span.file ||
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
  return sorted.filter((diagnostic, at) => {
    const before = sorted[at - 1];
    return !(before && sameText(before, diagnostic) && sameSpan(before, diagnostic));
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sameText(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.message === b.message;
}

function sameSpan(a: Diagnostic, b: Diagnostic): boolean {
  return a.span.file === b.span.file && a.span.start === b.span.start && a.span.end === b.span.end;
}
