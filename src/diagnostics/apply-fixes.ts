// Carries out the fixes that are the only one offered for their problem. In: diagnostics and sources. Out: new texts of the files that change.
import type { SourceFile } from "../text/source-file.ts";
import type { Diagnostic, TextEdit } from "./diagnostic.ts";

export interface AppliedFixes {
  /** By file number: the new text. */
  readonly texts: ReadonlyMap<number, string>;
  /** How many fixes went in. */
  readonly count: number;
}

/** Applies each single fix whole or not at all: one that overlaps an earlier one is left for the next time. */
export function applyFixes(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): AppliedFixes {
  const taken = new Map<number, TextEdit[]>();
  let count = 0;
  for (const { fixes } of diagnostics) {
    const [fix, ...more] = fixes;
    if (!fix || more.length > 0 || fix.edits.length === 0) continue;
    const known = fix.edits.every((edit) => sources.some((source) => source.id === edit.span.file));
    if (!known || fix.edits.some((edit) => overlapsAny(edit, taken.get(edit.span.file) ?? []))) continue;
    for (const edit of fix.edits) taken.set(edit.span.file, [...(taken.get(edit.span.file) ?? []), edit]);
    count++;
  }
  const texts = new Map<number, string>();
  for (const [file, edits] of taken)
    texts.set(file, applyEdits(sources.find((source) => source.id === file)!.text, edits));
  return { texts, count };
}

/** The text with edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    result += text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  return result + text.slice(at);
}

function overlapsAny(edit: TextEdit, others: readonly TextEdit[]): boolean {
  return others.some(
    ({ span }) =>
      (edit.span.start < span.end && span.start < edit.span.end) ||
      (edit.span.start === span.start && edit.span.end === span.end),
  );
}
