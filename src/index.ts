// The public interface: the compiler as a library. Everything else is internal and may change.
export type { ProgramHost } from "./analysis/load-program.ts";
export type { Compilation, CompileOptions } from "./compiler.ts";
export { compile } from "./compiler.ts";
export type { Diagnostic, Fix, RelatedPlace, TextEdit } from "./diagnostics/diagnostic.ts";
export type { JsonDiagnostic } from "./diagnostics/json.ts";
export { diagnosticsToJsonLines } from "./diagnostics/json.ts";
export { renderDiagnostics } from "./diagnostics/render.ts";
export { format } from "./format/format.ts";
export { toDot } from "./graph/dot.ts";
export { toMermaid } from "./graph/mermaid.ts";
export { toSvg } from "./graph/svg.ts";
export type { Plan } from "./plan/plan.ts";
export { PLAN_VERSION } from "./plan/plan.ts";
export { parse } from "./syntax/parse.ts";
export type { SourceFile } from "./text/source-file.ts";
export { createSourceFile } from "./text/source-file.ts";
export type { Span } from "./text/span.ts";
