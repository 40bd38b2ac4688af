// The constructor of all diagnostics about syntax.
import { syntaxDiagnostics } from "../src/diagnostics/catalog/syntax.ts";
import { bindDiagnostics } from "../src/diagnostics/define.ts";

/** Builds a diagnostic of the catalogue `syntax`. */
export const syntaxDiagnostic = bindDiagnostics(syntaxDiagnostics);
