// Names, and values of a single token or a path of names. Most values are that, so they are read here at once, and not
// through all the rules from `expression` down. Whatever is not plainly one of them is left to the rules.
import type { TokenType } from "chevrotain";
import { type ExpressionNode, makeNode, type NameNode, type StringTextNode } from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";
import { FOREIGN_LITERALS } from "./foreign.ts";
import { ParserBase } from "./parser-base.ts";
import {
  contextual,
  Float,
  Int,
  isWordKind,
  type KindSet,
  kindSet,
  Name,
  PlainString,
  reserved,
  symbols,
} from "./tokens.ts";

// biome-ignore format: a table
/** The operators between two operands. */
export const OPERATORS: readonly TokenType[] = [
  reserved.or, reserved.and, symbols.Equal, symbols.NotEqual, symbols.Less, symbols.LessEqual, symbols.Greater,
  symbols.GreaterEqual, reserved.in, symbols.Coalesce, symbols.Range, symbols.Plus, symbols.Minus, symbols.Star,
  symbols.Slash, symbols.Remainder,
];
const SUFFIXES = [symbols.Dot, symbols.QuestionDot, symbols.LeftBracket, symbols.LeftParenthesis];
/** The kinds of token with which a suffix of a value begins. */
export const SUFFIX_STARTS = kindSet(...SUFFIXES);
const VALUE_GOES_ON = kindSet(...OPERATORS, ...SUFFIXES);
const LEAVES = kindSet(Int, Float, PlainString, Name);

// Words behind which a name gets a meaning.
const INTRODUCERS = kindSet(
  reserved.let,
  reserved.map,
  reserved.for,
  contextual.const,
  contextual.task,
  contextual.pipeline,
);

// Those of other languages too.
const CLOSING_QUOTES: ReadonlySet<string> = new Set(['"', "'", "\u201D", "\u2019"]);

export abstract class LeafRules extends ParserBase {
  private readonly declaredWords = new Map<string, boolean>();

  protected forgetWords(): void {
    this.declaredWords.clear();
  }

  /** Reads a name if the next token is one of `kinds` and nothing speaks against it. */
  protected readName(kinds: KindSet): NameNode | undefined {
    if (kinds[this.peekKind()] !== 1 || this.startsNewStatement()) return undefined;
    this.currIdx += 1;
    return this.nameAt(this.currIdx);
  }

  /** Takes `train-model` where a name is declared for one name, after a report. */
  protected mendHyphens(name: NameNode): NameNode {
    if (this.RECORDING_PHASE || !this.isNext(symbols.Minus) || !this.continuesName()) return name;
    while (this.isNext(symbols.Minus) && this.continuesName()) this.currIdx += 2;
    const span = this.spanFrom(name.span.start);
    const written = this.source.text.slice(span.start, span.end);
    const text = written.replaceAll("-", "_");
    this.report("invalid-name", span, { name: written }, this.fix(`Write \`${text}\``, text, span));
    return { kind: "Name", span, text };
  }

  // Whether a sign and a word or number follow without a blank between them.
  private continuesName(): boolean {
    const at = this.currIdx + 1;
    const { tokens } = this;
    const isNameLike = isWordKind(tokens.kindAt(at + 1)) || tokens.kindAt(at + 1) === Int.tokenTypeIdx;
    return isNameLike && tokens.startAt(at) === this.endOffset() && tokens.startAt(at + 1) === tokens.endAt(at);
  }

  private nameAt(index: number): NameNode {
    return { kind: "Name", span: this.spanAt(index), text: this.tokens.imageAt(index) };
  }

  /** Reads a whole expression if it is a leaf or a path of names. */
  protected readWholeLeaf(): ExpressionNode | undefined {
    return VALUE_GOES_ON[this.tokens.kindAt(this.endOfLeaf())] === 1 ? undefined : this.readLeaf();
  }

  /** Reads a leaf, or a path of names, with which an expression begins. */
  protected readLeaf(): ExpressionNode | undefined {
    const kind = this.peekKind();
    if (LEAVES[kind] !== 1 || this.isDeepest() || this.startsNewStatement()) return undefined;
    const end = this.endOfLeaf();
    const at = this.currIdx + 1;
    const span = this.spanAt(at);
    this.currIdx = at;
    if (kind === Int.tokenTypeIdx) return { kind: "Int", span, text: this.tokens.imageAt(at) };
    if (kind === Float.tokenTypeIdx) return { kind: "Float", span, text: this.tokens.imageAt(at) };
    if (kind === PlainString.tokenTypeIdx) {
      const text = this.stringText(at);
      return { kind: "String", span, parts: text === undefined ? [] : [text] };
    }
    let value = this.nameExpression(span, this.tokens.imageAt(at));
    while (this.currIdx + 1 < end) {
      this.currIdx += 2;
      const name = this.nameAt(this.currIdx);
      value = { kind: "Member", span: this.spanFrom(span.start), value, name, optional: false };
    }
    return value;
  }

  // The index behind the leaf or path that begins at the next token. A path ends before a name on a line of its own.
  private endOfLeaf(): number {
    const { tokens } = this;
    let index = this.currIdx + 2;
    if (!isWordKind(tokens.kindAt(index - 1))) return index;
    while (tokens.kindAt(index) === symbols.Dot.tokenTypeIdx) {
      if (!isWordKind(tokens.kindAt(index + 1)) || tokens.startsLineAt(index + 1)) break;
      index += 2;
    }
    return index;
  }

  /** A name; where it is a value of another language, that value, after a report. */
  protected nameExpression(span: Span, text: string): ExpressionNode {
    const instead = FOREIGN_LITERALS.get(text);
    if (instead === undefined || this.isDeclaredWord(text)) return { kind: "NameExpression", span, text };
    this.report("foreign-literal", span, { word: text, instead }, this.fix(`Write \`${instead}\``, instead, span));
    return instead === "null" ? makeNode("Null", span, {}) : makeNode("Bool", span, { value: instead === "true" });
  }

  // `None` may be a name of the user's own: then something in the file gives it a meaning.
  private isDeclaredWord(word: string): boolean {
    let isDeclared = this.declaredWords.get(word);
    if (isDeclared === undefined) {
      isDeclared = false;
      for (let index = 0; index < this.tokens.length && !isDeclared; index++) {
        if (this.tokens.imageAt(index) !== word) continue;
        const isIntroduced = INTRODUCERS[this.tokens.kindAt(index - 1)] === 1;
        isDeclared = isIntroduced || this.tokens.kindAt(index + 1) === symbols.Colon.tokenTypeIdx;
      }
      this.declaredWords.set(word, isDeclared);
    }
    return isDeclared;
  }

  /** The text in a piece of a string; undefined when it is empty. */
  protected stringText(index: number): StringTextNode | undefined {
    const value = this.tokens.valueAt(index) ?? "";
    if (value === "") return undefined;
    const { source } = this.tokens;
    const last = this.tokens.endAt(index);
    const tail = source.startsWith("\\(", last - 2) ? 2 : CLOSING_QUOTES.has(source[last - 1] ?? "") ? 1 : 0;
    const start = this.tokens.startAt(index) + 1;
    return { kind: "StringText", span: { file: this.source.id, start, end: Math.max(start, last - tail) }, value };
  }
}
