// Names, strings, texts, records and lists. Afterwards strings know their parts, and missing commas and brackets have
// been reported.
import type { ParserMethod, TokenType } from "chevrotain";
import {
  type EntryNode,
  type ExpressionNode,
  type ForNode,
  type ListNode,
  makeNode,
  type NameNode,
  type RawNode,
  type RecordNode,
  type SpreadNode,
  type StringNode,
  type StringTextNode,
} from "../src/syntax/ast.ts";
import { LeafRules } from "./leaf-rules.ts";
import {
  AnyWord,
  contextual,
  Float,
  Int,
  isKind,
  kindSet,
  Name,
  Percent,
  PlainString,
  Quantity,
  Raw,
  reserved,
  StringEnd,
  StringMiddle,
  StringStart,
  symbols,
  type Token,
} from "./tokens.ts";

/** A rule of the grammar that gives a `T`. */
export type Rule<T, A extends unknown[] = []> = ParserMethod<A, T>;

/** The kinds of token with which a value without operators begins. */
// biome-ignore format: a table
const PRIMARY_KINDS: readonly TokenType[] = [
  Int, Float, Quantity, Percent, PlainString, StringStart, Raw, reserved.true, reserved.false, reserved.null, Name,
  symbols.LeftParenthesis, symbols.LeftBrace, symbols.LeftBracket,
];
export const PRIMARY_STARTS = kindSet(...PRIMARY_KINDS);
/** The kinds of token with which an expression begins. */
export const EXPRESSION_STARTS = kindSet(...PRIMARY_KINDS, reserved.not, symbols.Minus, reserved.if, reserved.map);

/** The kinds of words. */
export const WORDS = kindSet(AnyWord);
/** The kinds of words that are names everywhere. */
export const NAMES = kindSet(Name);
const ENTRY_STARTS = kindSet(AnyWord, PlainString, StringStart, symbols.Ellipsis);
const ITEM_STARTS = kindSet(...PRIMARY_KINDS, reserved.not, symbols.Minus, reserved.if, reserved.map, symbols.Ellipsis);

export abstract class LiteralRules extends LeafRules {
  abstract readonly expression: Rule<ExpressionNode>;
  abstract readonly operators: Rule<ExpressionNode>;

  readonly name: Rule<NameNode, [what: string]> = this.RULE("name", (what: string): NameNode => {
    if (!this.RECORDING_PHASE) this.prepareName(what);
    const token = this.CONSUME(Name);
    return { kind: "Name", span: this.spanOf(token), text: token.image };
  });

  private prepareName(what: string): void {
    if (this.isNext(Name) && !this.startsDeclaration()) return;
    const token = this.peek();
    if (token === undefined || !isKind(token, AnyWord) || this.startsNewStatement()) {
      this.stuckWith("missing-name", { what, found: this.describeNext() });
    }
    this.report("reserved-word", this.spanOf(token), { word: token.image });
    this.retype(Name);
  }

  /** In a list of names: takes a reserved word for a name, after a report. */
  protected mendReserved(): void {
    const token = this.peek();
    if (token === undefined || isKind(token, Name) || !isKind(token, AnyWord)) return;
    if (!/^[:,)}]$/.test(this.peek(2)?.image ?? "")) return;
    this.report("reserved-word", this.spanOf(token), { word: token.image });
    this.retype(Name);
  }

  // A field may be called like a reserved word, but not across a line: there a statement begins.
  readonly fieldName: Rule<NameNode> = this.RULE("fieldName", (): NameNode => {
    if (!this.RECORDING_PHASE && (!this.isNextIn(WORDS) || this.startsNewStatement()))
      this.stuck("the name of a field", "fieldName");
    const token = this.CONSUME(AnyWord);
    return { kind: "Name", span: this.spanOf(token), text: token.image };
  });

  /** Takes `name = value` for `name: value`, after a report. */
  protected mendColon(before: ExpressionNode | NameNode | StringNode, where: string): void {
    if (!this.isNext(symbols.Assign) || (before.kind !== "NameExpression" && before.kind !== "Name")) return;
    const span = this.spanOf(this.peek());
    // `name =` becomes `name:`, the blank before the sign goes.
    const edit = { ...span, start: before.span.end };
    this.report("equals-for-colon", span, { name: before.text, where }, this.fix("Write `:`", ":", edit));
    this.retype(symbols.Colon);
  }

  readonly string: Rule<StringNode> = this.RULE("string", (): StringNode => {
    const start = this.startOffset();
    const parts: (StringTextNode | ExpressionNode)[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(PlainString);
          this.pushText(parts);
        },
      },
      {
        ALT: () => {
          this.CONSUME(StringStart);
          this.pushText(parts);
          parts.push(this.SUBRULE(this.expression));
          this.MANY(() => {
            this.CONSUME(StringMiddle);
            this.pushText(parts);
            parts.push(this.SUBRULE1(this.expression));
          });
          this.CONSUME(StringEnd);
          this.pushText(parts);
        },
      },
    ]);
    return { kind: "String", span: this.spanFrom(start), parts };
  });

  // The text of the piece just read, if there is any.
  private pushText(parts: (StringTextNode | ExpressionNode)[]): void {
    const text = this.stringText(this.currIdx);
    if (text !== undefined) parts.push(text);
  }

  /** A string that is read before any value is known. */
  readonly plainString: Rule<StringNode, [where: string]> = this.RULE("plainString", (where: string) => {
    this.ACTION(() => {
      if (!this.isNext(PlainString, StringStart)) this.stuck("a string", "plainString");
    });
    const string = this.SUBRULE(this.string);
    this.ACTION(() => {
      const inserted = string.parts.find(({ kind }) => kind !== "StringText");
      if (inserted !== undefined) this.report("text-must-be-plain", string.span, { where });
    });
    return string;
  });

  readonly raw: Rule<RawNode> = this.RULE("raw", () => {
    const token = this.CONSUME(Raw) as Token;
    return makeNode("Raw", this.spanOf(token), { value: token.value ?? "" });
  });

  readonly record: Rule<RecordNode> = this.RULE("record", (): RecordNode => {
    const start = this.startOffset();
    const entries: (EntryNode | SpreadNode)[] = [];
    const open = this.CONSUME(symbols.LeftBrace);
    let goes = !this.startsNewStatement();
    this.MANY({
      GATE: () => goes,
      DEF: () => {
        entries.push(this.OR(this.recordParts));
        const comma = this.OPTION(this.readComma);
        goes = this.mayContinue(comma, "entries", ENTRY_STARTS);
      },
    });
    if (this.mayClose(open, symbols.RightBrace, "record")) this.CONSUME(symbols.RightBrace);
    return { kind: "Record", span: this.spanFrom(start), entries: entries.slice() };
  });

  private readonly recordParts: { ALT: () => EntryNode | SpreadNode }[] = [
    { ALT: () => this.SUBRULE(this.spread) },
    { ALT: () => this.SUBRULE(this.entry) },
  ];

  readonly entry: Rule<EntryNode> = this.RULE("entry", (): EntryNode => {
    const start = this.startOffset();
    const first = this.peek();
    const name = this.readName(WORDS) ?? this.OR(this.entryNames);
    if (!this.RECORDING_PHASE) this.mendColon(name, "an entry");
    const value = this.OPTION(this.readEntryValue);
    if (this.RECORDING_PHASE || value !== undefined) {
      const span = this.spanFrom(start);
      return value === undefined ? { kind: "Entry", span, name } : { kind: "Entry", span, name, value };
    }
    if (first !== undefined && !isKind(first, Name)) {
      if (this.isNext(symbols.Comma, symbols.RightBrace))
        this.report("missing-value", name.span, { name: first.image });
      else this.stuck("`:`", "entry");
    }
    return { kind: "Entry", span: this.spanFrom(start), name };
  });

  private readonly entryNames: { ALT: () => NameNode | StringNode }[] = [
    { ALT: () => this.SUBRULE(this.fieldName) },
    { ALT: () => this.SUBRULE(this.plainString, { ARGS: ["the name of an entry"] }) },
  ];

  private readonly readEntryValue = (): ExpressionNode => {
    this.CONSUME(symbols.Colon);
    return this.readWholeLeaf() ?? this.SUBRULE(this.expression);
  };

  readonly spread: Rule<SpreadNode> = this.RULE("spread", (): SpreadNode => {
    const start = this.startOffset();
    this.CONSUME(symbols.Ellipsis);
    const value = this.SUBRULE(this.expression);
    return { kind: "Spread", span: this.spanFrom(start), value };
  });

  readonly list: Rule<ListNode | ForNode> = this.RULE("list", (): ListNode | ForNode => {
    const start = this.startOffset();
    const open = this.CONSUME(symbols.LeftBracket);
    const items: (ExpressionNode | SpreadNode)[] = [];
    let goes = true;
    const head = this.OR([
      { ALT: () => this.SUBRULE(this.forRest) },
      {
        ALT: () => {
          this.MANY({
            GATE: () => goes,
            DEF: () => {
              items.push(this.readWholeLeaf() ?? this.OR1(this.listParts));
              const comma = this.OPTION(this.readComma);
              goes = this.mayContinue(comma, "items", ITEM_STARTS);
            },
          });
          return undefined;
        },
      },
    ]);
    const expected = head === undefined ? "`,` or " : "an operator or ";
    if (this.mayClose(open, symbols.RightBracket, "list", expected)) this.CONSUME(symbols.RightBracket);
    const span = this.spanFrom(start);
    if (head === undefined || this.RECORDING_PHASE) return { kind: "List", span, items: items.slice() };
    return makeNode("For", span, head);
  });

  private readonly listParts: { ALT: () => ExpressionNode | SpreadNode }[] = [
    { ALT: () => this.SUBRULE(this.spread) },
    { ALT: () => this.SUBRULE(this.expression) },
  ];

  readonly forRest: Rule<Omit<ForNode, "kind" | "span">> = this.RULE("forRest", () => {
    this.CONSUME(reserved.for);
    const item = this.SUBRULE(this.name, { ARGS: ["the item"] });
    const index = this.OPTION(() => {
      this.CONSUME(symbols.Comma);
      return this.SUBRULE1(this.name, { ARGS: ["the index"] });
    });
    this.CONSUME(reserved.in);
    const source = this.SUBRULE(this.operators);
    const where = this.OPTION1(() => {
      this.CONSUME(contextual.where);
      return this.SUBRULE1(this.operators);
    });
    let descending = false;
    const by = this.OPTION2(() => {
      this.CONSUME(contextual.by);
      const value = this.SUBRULE2(this.operators);
      this.OPTION3(() => {
        this.CONSUME(contextual.desc);
        descending = true;
      });
      return value;
    });
    const take = this.OPTION4(() => {
      this.CONSUME(contextual.take);
      return this.SUBRULE3(this.operators);
    });
    this.CONSUME(symbols.Colon);
    const value = this.SUBRULE(this.expression);
    return {
      item,
      ...(index && { index }),
      source,
      ...(where && { where }),
      ...(by && { by }),
      descending,
      ...(take && { take }),
      value,
    };
  });
}
