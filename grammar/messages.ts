// In: where the parser got stuck and what it wanted. Out: the one diagnostic that says so in plain words; habits from
// other languages are recognised here.
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import { MAP_CLAUSES } from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";
import { syntaxDiagnostic } from "./syntax-diagnostic.ts";
import { Float, Int, isWordKind, reserved, symbols, type Token } from "./tokens.ts";

/** A rule in which people write what other languages would want there. */
export type TellingRule = "list" | "forRest" | "mapExpression";

/** The place at which the parser is stuck. `undefined` tokens are the ends of the file. */
export interface StuckPlace {
  readonly file: number;
  readonly textLength: number;
  readonly previous: Token | undefined;
  readonly found: Token | undefined;
  readonly next: Token | undefined;
  /** The rule that was being read, where that makes a difference. */
  readonly rule: TellingRule | undefined;
  /** What could have stood there, in words. */
  readonly expected: string;
}

/** The span of a token; that of the end of the file is empty. */
export function spanOfToken(token: Token | undefined, file: number, textLength: number): Span {
  if (token === undefined) return { file, start: textLength, end: textLength };
  return { file, start: token.start, end: token.end };
}

/** How a message quotes a token. */
export function describeToken(token: Token | undefined): string {
  if (token === undefined) return "the end of the file";
  if (token.image === "" || token.image.startsWith(')"')) return "the end of the interpolation";
  const line = token.image.split("\n", 1)[0]!.trimEnd();
  return `\`${line.length > 40 || line.length < token.image.length ? `${line.slice(0, 40)}…` : line}\``;
}

/** The diagnostic for a stuck parser: what could have stood there, and what does. */
export function explainPlain(place: StuckPlace): Diagnostic {
  const { file, textLength, previous, expected } = place;
  const found = describeToken(place.found);
  if (previous !== undefined && (place.found === undefined || place.found.startsLine)) {
    const params = { found, expected: `${expected} after ${describeToken(previous)}` };
    const label = "something is missing after this";
    return syntaxDiagnostic("unexpected-token", spanOfToken(previous, file, textLength), params, { label });
  }
  const span = spanOfToken(place.found, file, textLength);
  return syntaxDiagnostic("unexpected-token", span, { found, expected }, { label: helpLabel(place) });
}

function helpLabel({ found, expected }: StuckPlace): string {
  if (found !== undefined && expected === "a value" && (found.kind === reserved.if || found.kind === reserved.map)) {
    return "inside an expression this needs parentheses";
  }
  return "not expected here";
}

/** The diagnostic for a habit from another language, if that is what the parser is stuck at. */
export function explainForeign(place: StuckPlace): Diagnostic | undefined {
  const { previous, found, next, rule, expected } = place;
  if (found === undefined) return undefined;
  const span = spanOfToken(found, place.file, place.textLength);
  const swap = (text: string) => ({ fixes: [{ title: `Write \`${text}\``, edits: [{ span, text }] }] });
  if (found.kind === symbols.Question) return syntaxDiagnostic("conditional-operator", span, undefined);
  if (found.kind === symbols.Assign && !/^(the name|a |`:`)/.test(expected)) {
    return syntaxDiagnostic("comparison-sign", span, undefined, swap("=="));
  }
  if (
    found.kind === symbols.Dot &&
    next !== undefined &&
    (next.kind === Int || next.kind === Float) &&
    expected === "a value"
  ) {
    const number = next.image;
    return syntaxDiagnostic("number-without-zero", { ...span, end: next.end }, { number }, swap("0."));
  }
  const isDouble = previous !== undefined && previous.image === found.image && previous.end === span.start;
  if (isDouble && (found.kind === symbols.Greater || found.kind === symbols.Less)) {
    return syntaxDiagnostic("order-sign", { ...span, start: previous.start }, { found: found.image.repeat(2) });
  }
  if (rule === "list" && found.kind === reserved.for) return syntaxDiagnostic("comprehension-order", span, undefined);
  if (rule === "forRest" && found.kind === reserved.if) {
    return syntaxDiagnostic("foreign-word", span, { word: "if", instead: "`where`" }, swap("where"));
  }
  if (rule === "mapExpression" && found.kind === symbols.LeftParenthesis)
    return syntaxDiagnostic("map-parentheses", span, undefined);
  if (rule === "mapExpression" && isClause(found.image))
    return syntaxDiagnostic("misplaced-clause", span, { clause: found.image });
  return undefined;
}

function isClause(word: string): boolean {
  return MAP_CLAUSES.some((clause) => clause === word);
}

/** Whether a word stands behind a `map` where only a statement can stand, as a clause that came too late. */
export function isMisplacedClause(token: Token, next: Token | undefined): boolean {
  if (!isClause(token.image) || next === undefined || next.startsLine) return false;
  return isWordKind(next.kind) || /^["0-9]/.test(next.image);
}

/** Whether what belongs to the pipeline around a block, `schedule "…"`, `timeout …` or `finally {`, stands inside of it. */
export function isPipelinePart(
  token: Token,
  next: Token | undefined,
): token is Token & { readonly image: PipelinePart } {
  if (next === undefined || next.startsLine) return false;
  if (token.image === "schedule") return next.image.startsWith('"');
  if (token.image === "timeout") return isWordKind(next.kind) || /^[0-9]/.test(next.image);
  return token.image === "finally" && next.kind === symbols.LeftBrace;
}

/** What a pipeline says outside of its block. */
export type PipelinePart = "schedule" | "timeout" | "finally";
