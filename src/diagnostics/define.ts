// The typed catalogue: tables from code to sentence, and the function that builds a diagnostic from a code and the parameters of its
// sentence. An unknown code or a wrong parameter does not compile.
import type { Span } from "../text/span.ts";
import type { Diagnostic } from "./diagnostic.ts";

export interface CatalogEntry<P> {
  readonly severity: "error" | "warning";
  readonly message: (params: P) => string;
  /** Why this is wrong and what to do, in two or three sentences; printed by `sluice explain`. */
  readonly explain: string;
  /** A smallest program that gives this diagnostic and no other; a test compiles it. */
  readonly example: string;
  /** For diagnostics that no program alone can give (files, parameters, configuration): why `example` is not compiled. */
  readonly shownBy?: "command";
}

// `CatalogEntry<never>`: a table may hold messages with any parameters, and keeps their types.
export function defineDiagnostics<const T extends Record<string, CatalogEntry<never>>>(table: T): T {
  return table;
}

export type DiagnosticExtra = Partial<Pick<Diagnostic, "related" | "help" | "fixes" | "label">>;

/** Binds the constructor to one table: `const diagnostic = bindDiagnostics(names)`. */
export function bindDiagnostics<const T extends Record<string, CatalogEntry<never>>>(catalog: T) {
  return <C extends keyof T & string>(
    code: C,
    span: Span,
    params: Parameters<T[C]["message"]>[0],
    extra: DiagnosticExtra = {},
  ): Diagnostic => {
    const entry = catalog[code] as unknown as CatalogEntry<typeof params>;
    return { code, severity: entry.severity, message: entry.message(params), span, related: [], fixes: [], ...extra };
  };
}
