// What all rules share: reports, and how the parser goes on after a mistake. The line on which a token stands says best
// where the next statement begins.
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
import { describeToken, explainForeign, explainPlain, type TellingRule } from "./messages.ts";
import type { Scanned } from "./scan.ts";
import { syntaxDiagnostic } from "./syntax-diagnostic.ts";
import { TokenReader } from "./token-reader.ts";
import { type Kind, type KindSet, kindSet, labelOf, symbols } from "./tokens.ts";

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

export abstract class ParserBase extends TokenReader {
  /** What is wrong with the file, the scanner's findings first. */
  readonly diagnostics: Diagnostic[];
  /** The column of the declaration being read; another one that begins there ends it. */
  protected declarationColumn = 0;
  protected inTask = false;
  private nesting = 0;
  private isTooDeepReported = false;
  private readonly scanErrors: readonly number[];
  private lastStuck = -1;
  private commaLine = -1;
  private missingCommas = 0;

  constructor(source: SourceFile, scanned: Scanned, firstId: number) {
    super(source, scanned.tokens, firstId);
    this.diagnostics = [...scanned.diagnostics];
    this.scanErrors = scanned.diagnostics
      .filter(({ severity, code }) => severity === "error" && !HARMLESS.has(code))
      .flatMap(({ code, span }) => (code === "unterminated-interpolation" ? [span.start, span.end] : [span.start]))
      .sort((a, b) => a - b);
  }

  /** Reads the next token, which has to be of a kind, and gives its index. */
  protected take(kind: Kind, rule?: TellingRule): number {
    if (!this.at(kind)) this.stuck(labelOf(kind), rule);
    this.next += 1;
    return this.next - 1;
  }

  // Reports

  protected report<C extends Code>(
    code: C,
    span: Span,
    params: Parameters<typeof syntaxDiagnostic<C>>[2],
    extra: DiagnosticExtra = {},
  ): void {
    this.diagnostics.push(syntaxDiagnostic(code, span, params, extra));
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

  /** Ends the rules because the next token does not fit, which is reported. */
  protected stuck(expected: string, rule?: TellingRule): never {
    this.reportStuck(expected, rule);
    this.giveUp();
  }

  /** Reports that the next token does not fit, unless that follows from a mistake just reported. */
  private reportStuck(expected: string, rule?: TellingRule, instead?: Diagnostic): void {
    const at = this.startOffset();
    if (at === this.lastStuck || this.followsScanError()) return;
    this.lastStuck = at;
    const { id: file, text } = this.source;
    const [previous, found, next] = [this.peek(0), this.peek(), this.peek(2)];
    const place = { file, textLength: text.length, previous, found, next, rule, expected };
    const foreign = instead === undefined || instead.code.startsWith("unknown-") ? explainForeign(place) : undefined;
    this.diagnostics.push(foreign ?? instead ?? explainPlain(place));
  }

  /** Reports a certain diagnostic at the next token, unless it follows from a mistake just reported. */
  protected reportStuckWith<C extends Code>(
    code: C,
    params: Parameters<typeof syntaxDiagnostic<C>>[2],
    extra: DiagnosticExtra = {},
  ): void {
    this.reportStuck("", undefined, syntaxDiagnostic(code, this.spanOf(this.peek()), params, extra));
  }

  protected stuckWith<C extends Code>(code: C, params: Parameters<typeof syntaxDiagnostic<C>>[2]): never {
    this.reportStuckWith(code, params);
    this.giveUp();
  }

  /** Ends the rules unless the next token is of that kind. */
  protected expect(kind: Kind, expected: string): void {
    if (!this.at(kind) || this.startsNewStatement()) this.stuck(expected);
  }

  protected describeNext(): string {
    return describeToken(this.peek());
  }

  private followsScanError(): boolean {
    if (this.scanErrors.length === 0) return false;
    const from = this.next === 0 ? 0 : this.tokens.startAt(this.next - 1);
    const to = this.tokens.endAt(this.next);
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
    if (this.nesting >= MAX_NESTING) {
      if (!this.isTooDeepReported) this.report("too-deep", this.spanOf(this.peek()), { limit: MAX_NESTING });
      this.isTooDeepReported = true;
      this.giveUp();
    }
    this.nesting += 1;
  }

  protected leave(): void {
    this.nesting -= 1;
  }

  /**
   * Runs a rule; when it gives up, moves on to where `resume` can go on and takes the result of `failed`.
   */
  protected attempt<T>(resume: Resume, run: () => T, failed: (span: Span) => T): T {
    const first = this.next;
    const start = this.startOffset();
    const { nesting } = this;
    try {
      return run();
    } catch (error) {
      if (error !== GIVE_UP) throw error;
      this.nesting = nesting;
      this.skipTo(resume, first);
      return failed(this.spanFrom(start));
    }
  }

  /** Moves to where `resume` can go on; `first` is the index of the token with which the failed construct began. */
  protected skipTo(resume: Resume, first: number): void {
    const { tokens } = this;
    const column = tokens.startsLineAt(first) ? this.columnAt(first) : -1;
    let braces = 0;
    let others = 0;
    let index = first;
    // The first token of a failed construct is never skipped to again.
    const earliest = Math.max(this.next, resume === "parameters" ? first : first + 1);
    for (; index < tokens.length; index++) {
      if (index >= earliest && this.canResume(resume, index, braces, others, column)) break;
      const kind = tokens.kindAt(index);
      if (kind === symbols.LeftBrace) braces += 1;
      else if (kind === symbols.RightBrace) [braces, others] = [Math.max(0, braces - 1), 0];
      else if (kind === symbols.LeftParenthesis || kind === symbols.LeftBracket) others += 1;
      else if (kind === symbols.RightParenthesis || kind === symbols.RightBracket) others = Math.max(0, others - 1);
    }
    this.next = index;
  }

  private canResume(resume: Resume, index: number, braces: number, others: number, column: number): boolean {
    const { tokens } = this;
    const kind = tokens.kindAt(index);
    if (resume === "declaration" && braces === 0 && hasDeclarationWord(tokens, index)) return true;
    if (hasDeclarationHead(tokens, index) && this.columnAt(index) <= this.declarationColumn) return true;
    if (resume === "declaration") return false;
    if (braces === 0 && kind === symbols.RightBrace) return true;
    if (resume === "parameters") {
      return (kind === symbols.RightParenthesis && others === 0) || (kind === symbols.LeftBrace && braces === 0);
    }
    if (!tokens.startsLineAt(index)) return false;
    if (!(resume === "statement" ? isStatementWord(kind) : isTaskStatementWord(kind))) return false;
    return braces === 0 || this.columnAt(index) <= column;
  }

  /** Moves behind the bracket that closes the next one. */
  protected skipBrackets(): void {
    let open = 0;
    do {
      if (this.at(symbols.LeftBracket)) open += 1;
      if (this.at(symbols.RightBracket)) open -= 1;
      this.next += 1;
    } while (open > 0 && this.next < this.tokens.length);
  }

  // What tokens look like the beginning of

  /** Whether the next token begins another declaration, so that the one being read was left open. */
  protected startsDeclaration(): boolean {
    return hasDeclarationHead(this.tokens, this.next) && this.columnAt(this.next) <= this.declarationColumn;
  }

  /** Whether the next token begins a new line of a block or task, so that whatever is open before it was left open. */
  protected startsNewStatement(afterValue = false): boolean {
    if (!this.tokens.startsLineAt(this.next)) return false;
    if (this.startsDeclaration() || hasStatementWord(this.tokens, this.next)) return true;
    return this.inTask && hasTaskStatement(this.tokens, this.next, afterValue);
  }

  // Lists in brackets

  /**
   * After an item: reads the comma, and says whether another item may follow, which begins with one of `starts`. A comma
   * that is missing between two items is reported.
   */
  protected mayContinue(what: string, starts: KindSet): boolean {
    const hasComma = this.takeIf(symbols.Comma);
    while (hasComma && this.at(symbols.Comma)) {
      const span = this.spanAt(this.next);
      this.report("extra-comma", span, undefined, this.fix("Remove `,`", "", span));
      this.next += 1;
    }
    if (this.startsNewStatement(!hasComma)) return false;
    if (hasComma || !this.atAny(starts)) return true;
    if (!this.followsScanError() && this.mayReportComma()) {
      this.report("missing-comma", this.spanOf(this.peek()), { what }, this.fix("Insert `,`", ","));
    }
    return true;
  }

  /** The items of a list, each of which begins with one of `starts`. */
  protected listOf<T>(what: string, starts: KindSet, read: () => T, goes = true): T[] {
    if (!goes || !this.atAny(starts)) return [];
    // An array that grows keeps room for many: most lists are of one item, and the others are cut to size.
    const first = read();
    if (!this.mayContinue(what, starts) || !this.atAny(starts)) return [first];
    const items = [first];
    do items.push(read());
    while (this.mayContinue(what, starts) && this.atAny(starts));
    return items.slice();
  }

  // More missing commas on one line than that follow from another mistake, such as a forgotten quote or `for`.
  private mayReportComma(): boolean {
    const line = this.startOffset() - this.columnAt(this.next);
    this.missingCommas = line === this.commaLine ? this.missingCommas + 1 : 1;
    this.commaLine = line;
    return this.missingCommas <= MAX_MISSING_COMMAS;
  }

  /**
   * Reads the closing sign of what was opened at an index. A forgotten one is reported and done without; anything else
   * ends the rules.
   */
  protected close(open: number, closer: Kind, expected = "`,` or ", rule?: TellingRule): void {
    if (this.takeIf(closer)) return;
    const label = labelOf(closer);
    const isOver = this.next >= this.tokens.length || this.startsNewStatement(true) || this.atAny(CLOSERS);
    const isAfterSeparator = this.next - 1 === open || this.tokens.imageAt(this.next - 1) === ",";
    if (!isOver) this.stuck(isAfterSeparator ? label : `${expected}${label}`, rule);
    this.reportUnclosed(open, label.replaceAll("`", ""));
  }

  /** Reports an opening sign without its counterpart, which was noticed at the next token. */
  protected reportUnclosed(open: number, closer: string): void {
    const found = this.peek();
    const related = [
      { span: this.spanOf(found), text: found === undefined ? "the file ends here" : "missing before this" },
    ];
    const params = { opener: this.tokens.imageAt(open), closer };
    const extra = { related, ...this.fix(`Insert \`${closer}\``, closer) };
    this.reportStuck("", undefined, syntaxDiagnostic("missing-closer", this.spanAt(open), params, extra));
  }
}
