// In: a source text. Out: its tree, its comments and everything wrong with its syntax. Afterwards the tree is at most
// `MAX_TREE_DEPTH` nodes deep, error nodes stand where something could not be read, and there is an error for each of
// them. Never throws, whatever the text.
import { parseTokens } from "../../grammar/parser.ts";
import { scan } from "../../grammar/scan.ts";
import { syntaxDiagnostic } from "../../grammar/syntax-diagnostic.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../text/source-file.ts";
import type { CommentNode, FileNode } from "./ast.ts";
import { limitDepth, MAX_TREE_DEPTH } from "./limit-depth.ts";

/** Reads one file; the diagnostics are in the order of the text. Ids count up from `firstId`; the file itself has the last. */
export function parse(
  source: SourceFile,
  firstId = 0,
): {
  file: FileNode;
  comments: readonly CommentNode[];
  diagnostics: Diagnostic[];
} {
  const scanned = scan(source);
  const parsed = parseTokens(source, scanned, firstId);
  const { file, tooDeep } = limitDepth(parsed.file);
  const deep = tooDeep.map((span) => syntaxDiagnostic("too-deep", span, { limit: MAX_TREE_DEPTH }));
  const diagnostics = [...parsed.diagnostics, ...deep].sort((a, b) => a.span.start - b.span.start);
  return { file, comments: scanned.comments, diagnostics };
}
