// Where the parser stands in the list of tokens. Chevrotain wants an array of tokens; here the list stands in for it, and
// whatever can be answered from its numbers does not make a token.
import { EmbeddedActionsParser, EOF, type IToken, type TokenType, tokenLabel } from "chevrotain";
import { endToken, TokenList } from "./token-list.ts";
import { allTokens, hasKind, type KindSet, type Token } from "./tokens.ts";

const END = endToken(EOF);

export abstract class TokenParser extends EmbeddedActionsParser {
  /** The index of the last token read. */
  declare protected currIdx: number;
  protected tokens = new TokenList("");
  private nextToken: IToken = END;
  private nextIndex = -1;

  constructor(skipValidations: boolean) {
    super(allTokens, {
      recoveryEnabled: false,
      maxLookahead: 1,
      skipValidations,
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
        buildNotAllInputParsedMessage: () => "the end of the file",
        buildNoViableAltMessage: () => "something else",
        buildEarlyExitMessage: () => "something else",
      },
    });
  }

  /** Starts before the first of some tokens. */
  protected useTokens(tokens: TokenList): void {
    this.input = [];
    this.tokens = tokens;
    this.nextToken = END;
    this.nextIndex = -1;
  }

  // What Chevrotain asks

  protected override LA(ahead: number): IToken {
    return ahead === 1 ? this.LA_FAST(1) : (this.tokens.at(this.currIdx + ahead) ?? END);
  }

  protected override LA_FAST(ahead: number): IToken {
    const index = this.currIdx + ahead;
    if (index !== this.nextIndex) {
      this.nextIndex = index;
      this.nextToken = this.tokens.at(index) ?? END;
    }
    return this.nextToken;
  }

  // There is no array of tokens to be made longer and shorter again.
  protected onBeforeParse(): void {}
  protected onAfterParse(): void {}

  // What the rules ask

  /** The token `ahead` from here, 1 being the next; undefined beyond both ends. */
  protected peek(ahead = 1): Token | undefined {
    const token = this.LA(ahead);
    return token === END ? undefined : (token as Token);
  }

  /** The index of the kind of the token `ahead` from here. */
  protected peekKind(ahead = 1): number {
    return this.tokens.kindAt(this.currIdx + ahead);
  }

  protected isNext(...kinds: readonly TokenType[]): boolean {
    const kind = this.peekKind();
    for (let index = 0; index < kinds.length; index++) if (hasKind(kind, kinds[index]!)) return true;
    return false;
  }

  protected isNextIn(kinds: KindSet): boolean {
    return kinds[this.peekKind()] === 1;
  }

  /**
   * Whether an optional part of a rule begins here. Asked where the part is mostly absent, since handing Chevrotain a
   * function costs more than the question; while the grammar is recorded every part is there.
   */
  protected mayBegin(kinds: KindSet): boolean {
    return this.RECORDING_PHASE || kinds[this.peekKind()] === 1;
  }

  protected startOffset(): number {
    return this.tokens.startAt(this.currIdx + 1);
  }

  protected endOffset(): number {
    return this.tokens.endAt(this.currIdx);
  }

  protected columnOf(token: Token): number {
    return token.startOffset - this.tokens.source.lastIndexOf("\n", token.startOffset - 1) - 1;
  }

  protected columnAt(index: number): number {
    const start = this.tokens.startAt(index);
    return start - this.tokens.source.lastIndexOf("\n", start - 1) - 1;
  }

  /** How far the line of the next token is indented, in columns. */
  protected indentationOfNext(): number {
    let index = this.currIdx + 1;
    while (index > 0 && !this.tokens.startsLineAt(index)) index -= 1;
    return index < this.tokens.length ? this.columnAt(index) : 0;
  }

  /** Gives the next token the kind that was meant, after a report. */
  protected retype(kind: TokenType): void {
    this.tokens.retype(this.currIdx + 1, kind);
    this.nextIndex = -1;
  }
}
