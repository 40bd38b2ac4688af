// Checks a source text and gives what was said about it in a short form that tests can state.
import { analyze } from "../../src/analysis/analyze.ts";
import { loadProgram } from "../../src/analysis/load-program.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../../src/diagnostics/sort.ts";
import type { SourceFile } from "../../src/text/source-file.ts";
import { createMemoryHost } from "./memory-host.ts";

type Files = Readonly<Record<string, string>>;

/** Checks `main.pipe` of the given text, with other files beside it. */
export function checkSource(text: string, files: Files = {}): { diagnostics: Diagnostic[]; sources: SourceFile[] } {
  const host = createMemoryHost({ "main.pipe": text, ...files });
  const loaded = loadProgram("main.pipe", host);
  const analysis = analyze(loaded.value, host);
  return {
    diagnostics: sortDiagnostics([...loaded.diagnostics, ...analysis.diagnostics]),
    sources: loaded.value.modules.map((module) => module.source),
  };
}

/** Each diagnostic as `code: the text it marks`. */
export function findings(text: string, files: Files = {}): string[] {
  const { diagnostics, sources } = checkSource(text, files);
  return diagnostics.map(
    (found) => `${found.code}: ${sources[found.span.file]!.text.slice(found.span.start, found.span.end)}`,
  );
}

/** The only diagnostic of a text. */
export function onlyDiagnostic(text: string, files: Files = {}): Diagnostic {
  const { diagnostics } = checkSource(text, files);
  if (diagnostics.length === 1) return diagnostics[0]!;
  throw new Error(
    `one diagnostic was expected, not ${JSON.stringify(
      diagnostics.map((found) => [found.code, found.message]),
      null,
      1,
    )}`,
  );
}

/** The text after the first fix of a diagnostic was applied. */
export function applyFix(text: string, diagnostic: Diagnostic): string {
  const edits = (diagnostic.fixes[0]?.edits ?? []).toSorted((a, b) => b.span.start - a.span.start);
  return edits.reduce(
    (edited, edit) => edited.slice(0, edit.span.start) + edit.text + edited.slice(edit.span.end),
    text,
  );
}
