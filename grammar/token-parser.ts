// Where the parser stands in the list of tokens. Chevrotain wants an array of tokens; here the list stands in for it, and
// whatever can be answered from its numbers does not make a token.
import {
  EarlyExitException,
  EmbeddedActionsParser,
  EOF,
  type ILookaheadStrategy,
  type IRecognitionException,
  type IToken,
  NoViableAltException,
  type TokenType,
  tokenLabel,
} from "chevrotain";
import { type Lookahead, type LookaheadTable, makeLookahead, readSets } from "./lookahead.ts";
import { endToken, TokenList } from "./token-list.ts";
import { allTokens, hasKind, type KindSet, type Token } from "./tokens.ts";

const END = endToken(EOF);
const SOMETHING_ELSE = "something else";

export abstract class TokenParser extends EmbeddedActionsParser {
  /** The index of the last token read. */
  declare protected currIdx: number;
  // What Chevrotain's analysis of the rules leaves behind.
  declare private selfAnalysisDone: boolean;
  declare private fullRuleNameToShort: Readonly<Record<string, number>>;
  declare private setLaFuncCache: (rule: number | undefined, key: number, lookahead: Lookahead) => void;
  declare private SAVE_ERROR: (error: IRecognitionException) => IRecognitionException;
  protected tokens = new TokenList("");
  private nextToken: IToken = END;
  private nextIndex = -1;

  /** With a `strategy` Chevrotain is to analyse and check the rules; without, `useLookahead` takes the place of that. */
  constructor(strategy: ILookaheadStrategy | undefined) {
    super(allTokens, {
      recoveryEnabled: false,
      maxLookahead: 1,
      skipValidations: strategy === undefined,
      ...(strategy && { lookaheadStrategy: strategy }),
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
        buildNotAllInputParsedMessage: () => "the end of the file",
        buildNoViableAltMessage: () => SOMETHING_ELSE,
        buildEarlyExitMessage: () => SOMETHING_ELSE,
      },
    });
  }

  /** Takes from a table what Chevrotain's analysis would find out. To be called once all rules are there. */
  protected useLookahead(table: LookaheadTable): void {
    const sets = readSets(table);
    const nextKind = () => this.LA_FAST(1).tokenTypeIdx;
    for (const [rule, choices] of Object.entries(table.rules)) {
      const index = this.fullRuleNameToShort[rule];
      for (const choice of choices) this.setLaFuncCache(index, choice[0], makeLookahead(choice, sets, nextKind));
    }
    this.selfAnalysisDone = true;
  }

  // To say what would have fitted, Chevrotain looks into the analysed rules, which a table is not. The messages here do
  // not say it.
  protected raiseNoAltException(): never {
    throw this.SAVE_ERROR(new NoViableAltException(SOMETHING_ELSE, this.LA(1), this.LA(0)));
  }

  protected raiseEarlyExitException(): never {
    throw this.SAVE_ERROR(new EarlyExitException(SOMETHING_ELSE, this.LA(1), this.LA(0)));
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
