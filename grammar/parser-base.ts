// What all rules share: where the parser stands, spans, reports, and how it goes on after a mistake. Chevrotain's own
// recovery is off: it looks at kinds of tokens only, and here the line on which a token stands says best where the next
// statement begins.
import { type IToken, isRecognitionException, type TokenType, tokenLabel } from "chevrotain";
import type { DiagnosticExtra } from "../src/diagnostics/define.ts";
import type { Diagnostic, TextEdit } from "../src/diagnostics/diagnostic.ts";
import type { SourceFile } from "../src/text/source-file.ts";
import type { Span } from "../src/text/span.ts";
import {
  hasDeclarationHead,
  hasDeclarationWord,
  hasStatementWord,
  hasTaskStatement,
  isStatementWord,
  isTaskStatementWord,
} from "./line-starts.ts";
import { describeToken, explainForeign, explainPlain, spanOfToken } from "./messages.ts";
import type { Scanned } from "./scan.ts";
import { syntaxDiagnostic } from "./syntax-diagnostic.ts";
import { TokenList } from "./token-list.ts";
import { TokenParser } from "./token-parser.ts";
import { isKind, type KindSet, kindSet, symbols, type Token } from "./tokens.ts";

/** The deepest nesting of expressions, blocks and types. */
export const MAX_NESTING = 100;

const MAX_MISSING_COMMAS = 3;

/** Thrown, after a report, by a rule that cannot go on; caught where the next statement can be found. */
const GIVE_UP = new Error("a rule gave up after its report");

const CLOSERS = kindSet(symbols.RightBrace, symbols.RightBracket, symbols.RightParenthesis);

type Code = Parameters<typeof syntaxDiagnostic>[0];

/** Mistakes of the scanner that leave the tokens around them as they should be. */
const HARMLESS = new Set([
  "semicolon",
  "foreign-comment",
  "foreign-operator",
  "quote-style",
  "invalid-name",
  "unknown-escape",
]);

/** The kinds of construct at whose beginning the parser can go on. */
export type Resume = "statement" | "taskStatement" | "declaration" | "parameters";

export abstract class ParserBase extends TokenParser {
  protected source: SourceFile = { id: 0, path: "", text: "", lineStarts: [0] };
  protected diagnostics: Diagnostic[] = [];
  /** The column of the declaration being read; another one that begins there ends it. */
  protected declarationColumn = 0;
  protected inTask = false;
  private nesting = 0;
  private isTooDeepReported = false;
  private scanErrors: readonly number[] = [];
  private lastStuck = -1;
  private commaLine = -1;
  private missingCommas = 0;

  protected load(source: SourceFile, scanned: Scanned): void {
    this.source = source;
    this.diagnostics = [...scanned.diagnostics];
    this.scanErrors = scanned.diagnostics
      .filter(({ severity, code }) => severity === "error" && !HARMLESS.has(code))
      .flatMap(({ code, span }) => (code === "unterminated-interpolation" ? [span.start, span.end] : [span.start]))
      .sort((a, b) => a - b);
    this.declarationColumn = 0;
    this.inTask = false;
    this.nesting = 0;
    this.isTooDeepReported = false;
    this.lastStuck = -1;
    this.commaLine = -1;
    this.useTokens(scanned.tokens);
  }

  /** Forgets the file, so that its tokens do not stay in memory as long as the parser. */
  protected unload(): void {
    this.diagnostics = [];
    this.useTokens(new TokenList(""));
  }

  // Where the parser stands

  /** From an offset to the end of the last token read. */
  protected spanFrom(start: number): Span {
    return { file: this.source.id, start, end: Math.max(start, this.endOffset()) };
  }

  protected spanAt(index: number): Span {
    return { file: this.source.id, start: this.tokens.startAt(index), end: this.tokens.endAt(index) };
  }

  protected spanOf(token: IToken | undefined): Span {
    return spanOfToken(token as Token | undefined, this.source.id, this.source.text.length);
  }

  // Reports

  protected report<C extends Code>(
    code: C,
    span: Span,
    params: Parameters<typeof syntaxDiagnostic<C>>[2],
    extra: DiagnosticExtra = {},
  ): void {
    if (!this.RECORDING_PHASE) this.diagnostics.push(syntaxDiagnostic(code, span, params, extra));
  }

  /** A fix of one edit; without `span` the text goes behind the last token read. */
  protected fix(title: string, text: string, span?: Span): DiagnosticExtra {
    const end = this.endOffset();
    const edit: TextEdit = { span: span ?? { file: this.source.id, start: end, end }, text };
    return { fixes: [{ title, edits: [edit] }] };
  }

  /** Ends the rules up to the next place where the parser can go on. */
  protected giveUp(): never {
    throw GIVE_UP;
  }

  /** Reports that the next token does not fit, unless that follows from a mistake just reported. */
  protected reportStuck(expected: string, rule: string, instead?: Diagnostic): void {
    const found = this.peek();
    const at = this.startOffset();
    if (this.RECORDING_PHASE || at === this.lastStuck || this.followsScanError()) return;
    this.lastStuck = at;
    const { id: file, text } = this.source;
    const place = { file, textLength: text.length, previous: this.peek(0), found, next: this.peek(2), rule, expected };
    const foreign = instead === undefined || instead.code.startsWith("unknown-") ? explainForeign(place) : undefined;
    this.diagnostics.push(foreign ?? instead ?? explainPlain(place));
  }

  protected stuck(expected: string, rule: string, instead?: Diagnostic): never {
    this.reportStuck(expected, rule, instead);
    this.giveUp();
  }

  /** Reports a certain diagnostic at the next token, unless it follows from a mistake just reported. */
  protected reportStuckWith<C extends Code>(
    code: C,
    params: Parameters<typeof syntaxDiagnostic<C>>[2],
    extra: DiagnosticExtra = {},
  ): void {
    this.reportStuck("", "", syntaxDiagnostic(code, this.spanOf(this.peek()), params, extra));
  }

  protected stuckWith<C extends Code>(code: C, params: Parameters<typeof syntaxDiagnostic<C>>[2]): never {
    this.reportStuckWith(code, params);
    this.giveUp();
  }

  /** Ends the rules unless the next token is of that kind. */
  protected expect(kind: TokenType, expected: string, rule: string): void {
    if (!this.RECORDING_PHASE && (!this.isNext(kind) || this.startsNewStatement())) this.stuck(expected, rule);
  }

  protected describeNext(): string {
    return describeToken(this.peek());
  }

  private followsScanError(): boolean {
    const from = this.peek(0)?.startOffset ?? 0;
    const token = this.peek();
    const to = token === undefined ? this.source.text.length : token.endOffset + 1;
    let low = 0;
    let high = this.scanErrors.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.scanErrors[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return low < this.scanErrors.length && this.scanErrors[low]! <= to;
  }

  // Going deeper and coming back

  /** Goes one level deeper; beyond the limit the rules end. `leave` comes back, as does `attempt` after a mistake. */
  protected enter(): void {
    if (this.RECORDING_PHASE) return;
    if (this.isDeepest()) {
      if (!this.isTooDeepReported) this.report("too-deep", this.spanOf(this.peek()), { limit: MAX_NESTING });
      this.isTooDeepReported = true;
      this.giveUp();
    }
    this.nesting += 1;
  }

  protected isDeepest(): boolean {
    return this.nesting >= MAX_NESTING;
  }

  protected leave(): void {
    this.nesting -= 1;
  }

  /**
   * Runs a rule; when it gives up, explains why, moves on to where `resume` can go on and takes the result of `failed`.
   */
  protected attempt<T>(resume: Resume, run: () => T, failed: (span: Span) => T): T {
    const first = this.currIdx + 1;
    const start = this.startOffset();
    const { nesting } = this;
    try {
      return run();
    } catch (error) {
      if (this.RECORDING_PHASE) throw error;
      this.nesting = nesting;
      if (error !== GIVE_UP) this.explainException(error);
      this.skipTo(resume, first);
      return failed(this.spanFrom(start));
    }
  }

  private explainException(error: unknown): void {
    if (!(error instanceof Error) || !isRecognitionException(error)) throw error;
    const { context } = error as Error & { context: { ruleStack: string[] } };
    this.errors = [];
    this.reportStuck(error.message, context.ruleStack.at(-1) ?? "");
  }

  /** Moves to where `resume` can go on; `first` is the index of the token with which the failed construct began. */
  protected skipTo(resume: Resume, first: number): void {
    const { tokens } = this;
    const column = tokens.startsLineAt(first) ? this.columnAt(first) : -1;
    let braces = 0;
    let others = 0;
    let index = first;
    // The first token of a failed construct is never skipped to again.
    const earliest = Math.max(this.currIdx + 1, resume === "parameters" ? first : first + 1);
    for (; index < tokens.length; index++) {
      const token = tokens.at(index)!;
      if (index >= earliest && this.canResume(resume, index, braces, others, column)) break;
      if (isKind(token, symbols.LeftBrace)) braces += 1;
      else if (isKind(token, symbols.RightBrace)) [braces, others] = [Math.max(0, braces - 1), 0];
      else if (isKind(token, symbols.LeftParenthesis) || isKind(token, symbols.LeftBracket)) others += 1;
      else if (isKind(token, symbols.RightParenthesis) || isKind(token, symbols.RightBracket))
        others = Math.max(0, others - 1);
    }
    this.currIdx = index - 1;
  }

  private canResume(resume: Resume, index: number, braces: number, others: number, column: number): boolean {
    const token = this.tokens.at(index)!;
    const isOutside = resume === "declaration" && braces === 0;
    if (isOutside && hasDeclarationWord(this.tokens, index)) return true;
    if (hasDeclarationHead(this.tokens, index) && this.columnOf(token) <= this.declarationColumn) return true;
    if (resume === "declaration") return false;
    if (braces === 0 && isKind(token, symbols.RightBrace)) return true;
    if (resume === "parameters") {
      return (
        (isKind(token, symbols.RightParenthesis) && others === 0) || (braces === 0 && isKind(token, symbols.LeftBrace))
      );
    }
    if (!(resume === "statement" ? isStatementWord(token) : isTaskStatementWord(token))) return false;
    if (token.startsLine && this.columnOf(token) <= column) return true;
    return braces === 0 && token.startsLine;
  }

  /** Moves behind the bracket that closes the next one. */
  protected skipBrackets(): void {
    let open = 0;
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      if (isKind(token, symbols.LeftBracket)) open += 1;
      if (isKind(token, symbols.RightBracket)) open -= 1;
      this.currIdx += 1;
      if (open === 0) return;
    }
  }

  // What tokens look like the beginning of

  /** Whether the next token begins another declaration, so that the one being read was left open. */
  protected startsDeclaration(): boolean {
    const at = this.currIdx + 1;
    return hasDeclarationHead(this.tokens, at) && this.columnAt(at) <= this.declarationColumn;
  }

  /** Whether the next token begins a new line of a block or task, so that whatever is open before it was left open. */
  protected startsNewStatement(afterValue = false): boolean {
    const at = this.currIdx + 1;
    if (!this.tokens.startsLineAt(at)) return false;
    if (this.startsDeclaration() || hasStatementWord(this.tokens, at)) return true;
    return this.inTask && hasTaskStatement(this.tokens, at, afterValue);
  }

  // Lists in brackets

  protected readonly readComma = (): IToken => this.CONSUME(symbols.Comma);

  /** After an item: whether another may follow, which begins with one of `starts`. A comma that is missing between two items is reported. */
  protected mayContinue(comma: IToken | undefined, what: string, starts: KindSet): boolean {
    if (this.RECORDING_PHASE) return true;
    while (comma !== undefined && this.isNext(symbols.Comma)) {
      const span = this.spanOf(this.peek());
      this.report("extra-comma", span, undefined, this.fix("Remove `,`", "", span));
      this.currIdx += 1;
    }
    if (this.startsNewStatement(comma === undefined)) return false;
    if (comma !== undefined || !this.isNextIn(starts)) return true;
    if (!this.followsScanError() && this.mayReportComma()) {
      this.report("missing-comma", this.spanOf(this.peek()), { what }, this.fix("Insert `,`", ","));
    }
    return true;
  }

  // More missing commas on one line than that follow from another mistake, such as a forgotten quote or `for`.
  private mayReportComma(): boolean {
    const line = this.startOffset() - this.columnAt(this.currIdx + 1);
    this.missingCommas = line === this.commaLine ? this.missingCommas + 1 : 1;
    this.commaLine = line;
    return this.missingCommas <= MAX_MISSING_COMMAS;
  }

  /**
   * Whether the closing sign is there to be read. A forgotten one is reported and done without; anything else ends the
   * rules.
   */
  protected mayClose(open: IToken, closer: TokenType, rule: string, expected = "`,` or "): boolean {
    if (this.RECORDING_PHASE || this.isNext(closer)) return true;
    const isOver = this.peek() === undefined || this.startsNewStatement(true) || this.isNextIn(CLOSERS);
    const previous = this.peek(0);
    const isAfterSeparator = previous?.startOffset === open.startOffset || previous?.image === ",";
    if (!isOver) this.stuck(isAfterSeparator ? tokenLabel(closer) : `${expected}${tokenLabel(closer)}`, rule);
    this.reportUnclosed(open, tokenLabel(closer).replaceAll("`", ""));
    return false;
  }

  /** Reports an opening sign without its counterpart, which was noticed at the next token. */
  protected reportUnclosed(open: IToken, closer: string): void {
    const found = this.peek();
    const related = [
      { span: this.spanOf(found), text: found === undefined ? "the file ends here" : "missing before this" },
    ];
    const params = { opener: open.image, closer };
    const extra = { related, ...this.fix(`Insert \`${closer}\``, closer) };
    this.reportStuck("", "", syntaxDiagnostic("missing-closer", this.spanOf(open), params, extra));
  }
}
