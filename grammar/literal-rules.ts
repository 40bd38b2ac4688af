// Strings, texts, records and lists. Afterwards strings know their parts, and missing commas and brackets have been
// reported.
import type {
  EntryNode,
  ExpressionNode,
  ForNode,
  ListNode,
  NameNode,
  RawNode,
  RecordNode,
  SpreadNode,
  StringNode,
  StringTextNode,
} from "../src/syntax/ast.ts";
import { NameRules } from "./name-rules.ts";
import {
  contextual,
  Float,
  Int,
  isNameKind,
  type Kind,
  kindSet,
  NAMES,
  Percent,
  PlainString,
  Quantity,
  Raw,
  reserved,
  StringEnd,
  StringMiddle,
  StringStart,
  symbols,
  WORDS,
} from "./tokens.ts";

/** The kinds of token with which a value without operators begins. */
// biome-ignore format: a table
export const PRIMARY_STARTS = kindSet(
  Int, Float, Quantity, Percent, PlainString, StringStart, Raw, reserved.true, reserved.false, reserved.null, NAMES,
  symbols.LeftParenthesis, symbols.LeftBrace, symbols.LeftBracket,
);
/** The kinds of token with which an expression begins. */
export const EXPRESSION_STARTS = kindSet(PRIMARY_STARTS, reserved.not, symbols.Minus, reserved.if, reserved.map);
const ENTRY_STARTS = kindSet(WORDS, PlainString, StringStart, symbols.Ellipsis);
const ITEM_STARTS = kindSet(EXPRESSION_STARTS, symbols.Ellipsis);

// Those of other languages too.
const CLOSING_QUOTES = "\"'\u201D\u2019";

export abstract class LiteralRules extends NameRules {
  abstract expression(): ExpressionNode;
  abstract operators(): ExpressionNode;

  string(): StringNode {
    const start = this.startOffset();
    if (this.at(PlainString)) {
      const text = this.readPiece(PlainString);
      return { kind: "String", span: this.spanFrom(start), id: this.nextId++, parts: text ? [text] : [] };
    }
    const parts: (StringTextNode | ExpressionNode)[] = [];
    const add = (text: StringTextNode | undefined): void => {
      if (text) parts.push(text);
    };
    add(this.readPiece(StringStart));
    parts.push(this.expression());
    while (this.at(StringMiddle)) {
      add(this.readPiece(StringMiddle));
      parts.push(this.expression());
    }
    add(this.readPiece(StringEnd));
    return { kind: "String", span: this.spanFrom(start), id: this.nextId++, parts: parts.slice() };
  }

  /** Reads a piece of a string: its text, unless that is empty. */
  private readPiece(kind: Kind): StringTextNode | undefined {
    const index = this.take(kind);
    const value = this.tokens.valueAt(index) ?? "";
    if (value === "") return undefined;
    const { text } = this.source;
    const last = this.tokens.endAt(index);
    const tail = text.startsWith("\\(", last - 2) ? 2 : CLOSING_QUOTES.includes(text.charAt(last - 1)) ? 1 : 0;
    const start = this.tokens.startAt(index) + 1;
    const span = { file: this.source.id, start, end: Math.max(start, last - tail) };
    return { kind: "StringText", span, id: this.nextId++, value };
  }

  /** A string that is read before any value is known. */
  plainString(where: string): StringNode {
    if (!this.at(PlainString) && !this.at(StringStart)) this.stuck("a string");
    const string = this.string();
    if (string.parts.some(({ kind }) => kind !== "StringText"))
      this.report("text-must-be-plain", string.span, { where });
    return string;
  }

  raw(): RawNode {
    const index = this.take(Raw);
    return this.node("Raw", this.spanAt(index), { value: this.tokens.valueAt(index) ?? "" });
  }

  record(): RecordNode {
    const start = this.startOffset();
    const open = this.take(symbols.LeftBrace);
    const read = () => (this.at(symbols.Ellipsis) ? this.spread() : this.entry());
    const entries = this.listOf<EntryNode | SpreadNode>("entries", ENTRY_STARTS, read, !this.startsNewStatement());
    this.close(open, symbols.RightBrace);
    return { kind: "Record", span: this.spanFrom(start), id: this.nextId++, entries };
  }

  entry(): EntryNode {
    const start = this.startOffset();
    const first = this.next;
    const name = this.atAny(WORDS) ? this.fieldName() : this.plainString("the name of an entry");
    this.mendColon(name, "an entry");
    if (this.takeIf(symbols.Colon)) {
      const value = this.expression();
      return { kind: "Entry", span: this.spanFrom(start), id: this.nextId++, name, value };
    }
    if (!isNameKind(this.tokens.kindAt(first))) {
      if (!this.at(symbols.Comma) && !this.at(symbols.RightBrace)) this.stuck("`:`");
      this.report("missing-value", name.span, { name: this.tokens.imageAt(first) });
    }
    return { kind: "Entry", span: this.spanFrom(start), id: this.nextId++, name };
  }

  /** Takes `name = value` for `name: value`, after a report. */
  protected mendColon(before: ExpressionNode | NameNode | StringNode, where: string): void {
    if (!this.at(symbols.Assign) || (before.kind !== "NameExpression" && before.kind !== "Name")) return;
    // `name =` becomes `name:`, the blank before the sign goes.
    const span = this.spanAt(this.next);
    const edit = { ...span, start: before.span.end };
    this.report("equals-for-colon", span, { name: before.text, where }, this.fix("Write `:`", ":", edit));
    this.retype(symbols.Colon);
  }

  spread(): SpreadNode {
    const start = this.startOffset();
    this.take(symbols.Ellipsis);
    const value = this.expression();
    return { kind: "Spread", span: this.spanFrom(start), id: this.nextId++, value };
  }

  list(): ListNode | ForNode {
    const start = this.startOffset();
    const open = this.take(symbols.LeftBracket);
    if (this.at(reserved.for)) {
      const head = this.forRest();
      this.close(open, symbols.RightBracket, "an operator or ", "list");
      return this.node("For", this.spanFrom(start), head);
    }
    const read = () => (this.at(symbols.Ellipsis) ? this.spread() : this.expression());
    const items = this.listOf<ExpressionNode | SpreadNode>("items", ITEM_STARTS, read);
    this.close(open, symbols.RightBracket, "`,` or ", "list");
    return { kind: "List", span: this.spanFrom(start), id: this.nextId++, items };
  }

  forRest(): Omit<ForNode, "kind" | "span" | "id"> {
    this.take(reserved.for);
    const item = this.name("the item");
    const index = this.takeIf(symbols.Comma) ? this.name("the index") : undefined;
    this.take(reserved.in, "forRest");
    const source = this.operators();
    const where = this.takeIf(contextual.where) ? this.operators() : undefined;
    const by = this.takeIf(contextual.by) ? this.operators() : undefined;
    const descending = by !== undefined && this.takeIf(contextual.desc);
    const take = this.takeIf(contextual.take) ? this.operators() : undefined;
    this.take(symbols.Colon, "forRest");
    const value = this.expression();
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
  }
}
