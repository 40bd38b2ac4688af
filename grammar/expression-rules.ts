// Expressions but for `if` and `map`. Afterwards every expression is a node with the span of its text; a percentage
// stands only where `tolerate` wants one.
import type { ArgumentNode, BinaryOperator, ExpressionNode, IfNode, MapNode } from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";
import { EXPRESSION_STARTS, LiteralRules, PRIMARY_STARTS } from "./literal-rules.ts";
import { buildOperators, type Operand, type OperatorPiece } from "./precedence.ts";
import { Float, Int, kindSet, Percent, PlainString, Quantity, Raw, reserved, StringStart, symbols } from "./tokens.ts";

// biome-ignore format: a table
const OPERATORS = kindSet(
  reserved.or, reserved.and, symbols.Equal, symbols.NotEqual, symbols.Less, symbols.LessEqual, symbols.Greater,
  symbols.GreaterEqual, reserved.in, symbols.Coalesce, symbols.Range, symbols.Plus, symbols.Minus, symbols.Star,
  symbols.Slash, symbols.Remainder,
);
const PREFIXES = kindSet(reserved.not, symbols.Minus);
const SUFFIX_STARTS = kindSet(symbols.Dot, symbols.QuestionDot, symbols.LeftBracket, symbols.LeftParenthesis);
const NO_PREFIXES: Operand["prefixes"] = [];
// What the fix of a chained comparison writes a second time: a name, a path of names or an amount.
const REPEATABLE = /^-?[\w.]{1,40}$/;

export abstract class ExpressionRules extends LiteralRules {
  abstract ifExpression(): IfNode;
  abstract mapExpression(): MapNode;
  /** The offset at which a percentage may stand. */
  protected percentAt = -1;

  expression(): ExpressionNode {
    if (!this.atAny(EXPRESSION_STARTS) || this.startsNewStatement()) this.stuck("a value");
    this.enter();
    const value = this.at(reserved.if)
      ? this.ifExpression()
      : this.at(reserved.map)
        ? this.mapExpression()
        : this.operators();
    this.leave();
    return value;
  }

  operators(): ExpressionNode {
    const first = this.operand();
    if (first.prefixes.length === 0 && !this.atAny(OPERATORS)) return first.value;
    const operands: Operand[] = [first];
    const operators: OperatorPiece<BinaryOperator>[] = [];
    while (this.atAny(OPERATORS)) {
      operators.push(this.readOperator());
      operands.push(this.operand());
    }
    const newId = () => this.nextId++;
    return buildOperators({ operands, operators }, newId, (mistake, span, between) => {
      const text = between === undefined ? "" : this.source.text.slice(between.span.start, between.span.end);
      const at = { ...span, end: span.start };
      const fix = REPEATABLE.test(text) ? this.fix(`Insert \`and ${text}\``, `and ${text} `, at) : {};
      this.report(mistake, span, undefined, fix);
    });
  }

  operand(): Operand {
    if (!this.atAny(PREFIXES)) return { prefixes: NO_PREFIXES, value: this.postfix() };
    const prefixes: OperatorPiece<"not" | "-">[] = [];
    while (this.atAny(PREFIXES)) {
      const operator = this.at(reserved.not) ? "not" : "-";
      prefixes.push({ operator, span: this.spanAt(this.next++) });
    }
    return { prefixes, value: this.postfix() };
  }

  private readOperator(): OperatorPiece<BinaryOperator> {
    const index = this.next++;
    return { operator: this.tokens.imageAt(index) as BinaryOperator, span: this.spanAt(index) };
  }

  postfix(): ExpressionNode {
    let value = this.primary();
    while (this.atAny(SUFFIX_STARTS)) value = this.readSuffix(value);
    return value;
  }

  private readSuffix(value: ExpressionNode): ExpressionNode {
    const { start } = value.span;
    if (this.at(symbols.LeftParenthesis)) {
      const parts = this.callArguments();
      return { kind: "Call", span: this.spanFrom(start), id: this.nextId++, callee: value, arguments: parts };
    }
    if (this.at(symbols.LeftBracket)) {
      const open = this.take(symbols.LeftBracket);
      const index = this.expression();
      this.close(open, symbols.RightBracket, "");
      return { kind: "Index", span: this.spanFrom(start), id: this.nextId++, value, index };
    }
    const optional = this.at(symbols.QuestionDot);
    this.next += 1;
    const name = this.fieldName();
    return { kind: "Member", span: this.spanFrom(start), id: this.nextId++, value, name, optional };
  }

  callArguments(): ArgumentNode[] {
    const open = this.take(symbols.LeftParenthesis);
    const parts = this.listOf("arguments", EXPRESSION_STARTS, () => this.argument());
    this.close(open, symbols.RightParenthesis);
    return parts;
  }

  argument(): ArgumentNode {
    const start = this.startOffset();
    const first = this.expression();
    this.mendColon(first, "an argument");
    if (!this.takeIf(symbols.Colon)) return { kind: "Argument", span: first.span, id: this.nextId++, value: first };
    const value = this.expression();
    if (first.kind !== "NameExpression") this.report("argument-name", first.span, undefined);
    const name = this.node("Name", first.span, { text: first.kind === "NameExpression" ? first.text : "" });
    return { kind: "Argument", span: this.spanFrom(start), id: this.nextId++, name, value };
  }

  primary(): ExpressionNode {
    if (!this.atAny(PRIMARY_STARTS) || this.startsNewStatement()) this.stuck("a value");
    switch (this.peekKind()) {
      case PlainString:
      case StringStart:
        return this.string();
      case Raw:
        return this.raw();
      case symbols.LeftParenthesis:
        return this.parentheses();
      case symbols.LeftBrace:
        return this.record();
      case symbols.LeftBracket:
        return this.list();
      default:
        return this.readWord();
    }
  }

  /** Reads a value of a single token: a number, an amount or a word. */
  private readWord(): ExpressionNode {
    const index = this.next++;
    const span = this.spanAt(index);
    const text = this.tokens.imageAt(index);
    switch (this.tokens.kindAt(index)) {
      case Int:
        return { kind: "Int", span, id: this.nextId++, text };
      case Float:
        return { kind: "Float", span, id: this.nextId++, text };
      case Quantity: {
        const unit = this.tokens.valueAt(index) ?? "";
        return this.node("Quantity", span, { number: text.slice(0, -unit.length), unit });
      }
      case Percent:
        return this.finishPercent(span, this.tokens.valueAt(index) ?? "");
      case reserved.true:
      case reserved.false:
        return { kind: "Bool", span, id: this.nextId++, value: text === "true" };
      case reserved.null:
        return { kind: "Null", span, id: this.nextId++ };
      default:
        return this.nameExpression(span, text);
    }
  }

  private finishPercent(span: Span, number: string): ExpressionNode {
    if (span.start !== this.percentAt) {
      const isRemainder = this.startOffset() === span.end && this.atAny(PRIMARY_STARTS);
      const share = shareOf(number);
      const fix = isRemainder
        ? this.fix("Put blanks around `%`", " % ", { ...span, start: span.end - 1 })
        : this.fix(`Write \`${share}\``, share, span);
      this.report("percent-outside-tolerate", span, { number }, fix);
      if (isRemainder) this.giveUp();
    }
    return this.node("Percent", span, { number });
  }

  parentheses(): ExpressionNode {
    const start = this.startOffset();
    const open = this.take(symbols.LeftParenthesis);
    const value = this.expression();
    this.close(open, symbols.RightParenthesis, "an operator or ");
    return { kind: "Parentheses", span: this.spanFrom(start), id: this.nextId++, value };
  }
}

/** A percentage as a fraction, digit by digit: `5` is `0.05`, `12.5` is `0.125`. */
function shareOf(number: string): string {
  const [whole = "", fraction = ""] = number.split(".");
  const digits = whole.padStart(3, "0");
  const rest = `${digits.slice(-2)}${fraction}`.replace(/0+$/, "");
  return `${digits.slice(0, -2).replace(/^0+(?=\d)/, "")}.${rest === "" ? "0" : rest}`;
}
