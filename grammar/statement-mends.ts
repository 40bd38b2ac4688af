// What stands in a block in the words of another language or with a slip of the pen. In: the parser before such a place.
// Out: a report, and where it is plain what was meant the token as it should be; otherwise the statement is given up.
import { MAP_CLAUSES } from "../src/syntax/ast.ts";
import { suggest } from "../src/util/suggest.ts";
import { AFTER_WORDS, ELSE_IF_WORDS, FOREIGN_CLAUSES, FOREIGN_STATEMENTS } from "./foreign.ts";
import { EXPRESSION_STARTS } from "./literal-rules.ts";
import { contextual, isNameKind, NAMES, Name, reserved, symbols, type Token } from "./tokens.ts";
import { TypeRules } from "./type-rules.ts";

const CLAUSE_WORDS: readonly string[] = [...MAP_CLAUSES, ...FOREIGN_CLAUSES.keys()];
const CLAUSES = MAP_CLAUSES.map((clause) => `\`${clause}\``).join(", ");

export abstract class StatementMends extends TypeRules {
  protected retypeForeignStatement(token: Token, next: Token | undefined): boolean {
    const instead = FOREIGN_STATEMENTS.get(token.image);
    if (instead === undefined || next === undefined || next.startsLine) return false;
    const follows = instead === "let" ? isNameKind(next.kind) : /^["'A-Za-z0-9_{[]/.test(next.image);
    if (!follows) return false;
    const span = this.spanOf(token);
    const params = { word: token.image, instead: `\`${instead}\`` };
    this.report("foreign-word", span, params, this.fix(`Write \`${instead}\``, instead, span));
    this.retype(reserved[instead]);
    return true;
  }

  /** Reads the `=` behind the name of what is declared; `==` and `:` are taken for it, after a report. */
  protected takeAssign(): void {
    if (this.at(symbols.Equal) || this.at(symbols.Colon)) {
      const span = this.spanAt(this.next);
      const found = this.tokens.imageAt(this.next);
      this.report("assignment-sign", span, { found }, this.fix("Write `=`", "=", span));
      this.retype(symbols.Assign);
    }
    this.take(symbols.Assign);
  }

  /** Takes `depends_on a` for `after a`, after a report; with another sign behind the word the statement ends. */
  protected mendAfter(): void {
    if (!this.atAny(NAMES)) return;
    const token = this.peek();
    if (token === undefined || token.startsLine || !AFTER_WORDS.has(token.image)) return;
    const span = this.spanOf(token);
    const params = { word: token.image, instead: "`after`" };
    const isName = this.peekKind(2) === Name;
    this.report("foreign-word", span, params, isName ? this.fix("Write `after`", "after", span) : {});
    if (!isName) this.giveUp();
    this.retype(contextual.after);
  }

  /** `after` waits for what a `let` has named, so neither text nor a call can follow it. */
  protected refuseAfterValue(): void {
    const token = this.peek();
    if (token === undefined || this.startsNewStatement()) this.stuck("the name of a `let`");
    const next = this.peek(2);
    const isName = isNameKind(token.kind);
    if (isName && (next === undefined || next.startsLine || !/^[.([]$/.test(next.image))) return;
    const span = this.spanOf(token);
    const end = isName && next?.image === "(" ? this.endOfCall() : span.end;
    const found = this.source.text.slice(span.start, end);
    const quoted = /^"([A-Za-z_]\w*)"$/.exec(token.image)?.[1];
    const extra =
      quoted !== undefined
        ? this.fix(`Write \`${quoted}\``, quoted, span)
        : isName
          ? { help: `Name that statement first: \`let done = ${this.firstLine(found)}\`, then write \`after done\`.` }
          : {};
    this.report("after-not-a-name", { ...span, end }, { found: this.firstLine(found) }, extra);
    this.giveUp();
  }

  private firstLine(text: string): string {
    const line = text.split("\n", 1)[0] ?? "";
    return line.length < text.length || line.length > 60 ? `${line.slice(0, 60)}…` : line;
  }

  // The end of the call whose name is next, or of its `(` when that is not closed on its line.
  private endOfCall(): number {
    let open = 0;
    for (let ahead = 2; ; ahead++) {
      const token = this.peek(ahead);
      if (token === undefined || token.startsLine) return this.tokens.endAt(this.next + 1);
      if (token.kind === symbols.LeftParenthesis) open += 1;
      if (token.kind === symbols.RightParenthesis) open -= 1;
      if (open === 0) return token.end;
    }
  }

  protected mendElseIf(): void {
    if (!this.atAny(NAMES)) return;
    const token = this.peek();
    if (token === undefined || !ELSE_IF_WORDS.has(token.image) || this.peek(2)?.image === "=") return;
    const span = this.spanOf(token);
    this.report(
      "foreign-word",
      span,
      { word: token.image, instead: "`else if`" },
      this.fix("Write `else if`", "else if", span),
    );
    this.retype(contextual.elif);
  }

  /** Takes a word that is nearly, or elsewhere, a clause of `map` for that clause, after a report. */
  protected mendClause(): void {
    if (!this.at(Name)) return;
    const [token, next] = [this.peek(), this.peek(2)];
    if (token === undefined || next === undefined || next.startsLine) return;
    const isSign = next.kind === symbols.Colon || next.kind === symbols.Assign;
    if (!isSign && (EXPRESSION_STARTS[next.kind] !== 1 || /^[({[]$/.test(next.image))) return;
    const word = token.image.toLowerCase();
    const meant = FOREIGN_CLAUSES.has(word) ? [word] : suggest(word, CLAUSE_WORDS);
    const [near, ...others] = new Set(meant.map((one) => FOREIGN_CLAUSES.get(one) ?? one));
    const span = this.spanOf(token);
    const clause = others.length > 0 ? undefined : MAP_CLAUSES.find((one) => one === near);
    const help = `Did you mean \`${clause}\`?`;
    const replaced = isSign ? { ...span, end: next.end } : span;
    const extra = clause === undefined ? {} : { help, ...this.fix(`Write \`${clause}\``, clause, replaced) };
    this.report("unknown-clause", span, { word: token.image, known: CLAUSES }, extra);
    if (clause === undefined || isSign) this.giveUp();
    this.retype(contextual[clause]);
  }
}
