// A diagnostic is data: what is wrong, where, and what would be right. It is never thrown.
import type { Span } from "../text/span.ts";

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** An edit that makes the diagnostic go away; `title` starts with a verb. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export interface RelatedPlace {
  readonly span: Span;
  readonly text: string;
}

export interface Diagnostic {
  /** A kebab-case word of the catalogue. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly span: Span;
  /** What the marked text is, in a few words, printed behind the carets. */
  readonly label?: string;
  readonly related: readonly RelatedPlace[];
  readonly help?: string;
  readonly fixes: readonly Fix[];
}
