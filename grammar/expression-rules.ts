// Expressions but for `if` and `map`. Afterwards every expression is a node with the span of its text; a percentage
// stands only where `tolerate` wants one.
import type { IToken } from "chevrotain";
import {
  type ArgumentNode,
  type BinaryOperator,
  type ExpressionNode,
  type IfNode,
  type MapNode,
  makeNode,
  type NameNode,
} from "../src/syntax/ast.ts";
import { OPERATORS, SUFFIX_STARTS } from "./leaf-rules.ts";
import { EXPRESSION_STARTS, LiteralRules, PRIMARY_STARTS, type Rule, WORDS } from "./literal-rules.ts";
import { buildOperators, type Operand, type OperatorPiece } from "./precedence.ts";
import { Float, Int, kindSet, Name, Percent, Quantity, reserved, symbols, type Token } from "./tokens.ts";

const OPERATOR_KINDS = kindSet(...OPERATORS);
const PREFIX_KINDS = kindSet(reserved.not, symbols.Minus);
// Behind the name of an argument; `=` is a mistake.
const NAME_ENDS = kindSet(symbols.Colon, symbols.Assign);
// What the fix of a chained comparison writes a second time: a name, a path of names or an amount.
const REPEATABLE = /^-?[\w.]{1,40}$/;
const NO_VALUE = makeNode("Null", { file: 0, start: 0, end: 0 }, {});

export abstract class ExpressionRules extends LiteralRules {
  abstract readonly ifExpression: Rule<IfNode>;
  abstract readonly mapExpression: Rule<MapNode>;
  /** The offset at which a percentage may stand. */
  protected percentAt = -1;
  readonly expression: Rule<ExpressionNode> = this.RULE("expression", () => {
    if (!this.RECORDING_PHASE && (!this.isNextIn(EXPRESSION_STARTS) || this.startsNewStatement()))
      this.stuck("a value", "expression");
    this.enter();
    const value = this.readWholeLeaf() ?? this.OR(this.expressionAlternatives);
    this.leave();
    return value;
  });

  private readonly expressionAlternatives = [
    { ALT: () => this.SUBRULE(this.ifExpression) },
    { ALT: () => this.SUBRULE(this.mapExpression) },
    { ALT: () => this.SUBRULE(this.operators) },
  ];

  readonly operators: Rule<ExpressionNode> = this.RULE("operators", () => {
    const first = this.SUBRULE(this.operand);
    const operands: Operand[] = [first];
    const operators: OperatorPiece<BinaryOperator>[] = [];
    if (this.mayBegin(OPERATOR_KINDS)) {
      this.MANY(() => {
        const token = this.OR(this.operatorAlternatives);
        operators.push({ operator: token.image as BinaryOperator, span: this.spanOf(token) });
        operands.push(this.SUBRULE1(this.operand));
      });
    }
    if (this.RECORDING_PHASE || (operators.length === 0 && first.prefixes.length === 0)) return first.value;
    return buildOperators({ operands, operators }, (mistake, span, between) => {
      const text = between === undefined ? "" : this.source.text.slice(between.span.start, between.span.end);
      const at = { ...span, end: span.start };
      this.report(
        mistake,
        span,
        undefined,
        REPEATABLE.test(text) ? this.fix(`Insert \`and ${text}\``, `and ${text} `, at) : {},
      );
    });
  });

  private readonly operatorAlternatives = OPERATORS.map((kind) => ({ ALT: () => this.CONSUME(kind) }));

  readonly operand: Rule<Operand> = this.RULE("operand", () => {
    const prefixes: OperatorPiece<"not" | "-">[] = [];
    if (this.mayBegin(PREFIX_KINDS)) {
      this.MANY(() =>
        this.OR([
          { ALT: () => prefixes.push({ operator: "not", span: this.spanOf(this.CONSUME(reserved.not)) }) },
          { ALT: () => prefixes.push({ operator: "-", span: this.spanOf(this.CONSUME(symbols.Minus)) }) },
        ]),
      );
    }
    return { prefixes, value: this.SUBRULE(this.postfix) };
  });

  readonly postfix: Rule<ExpressionNode> = this.RULE("postfix", () => {
    let value = this.readLeaf() ?? this.SUBRULE(this.primary);
    if (this.mayBegin(SUFFIX_STARTS)) {
      this.MANY(() => {
        this.suffixed = this.RECORDING_PHASE ? NO_VALUE : value;
        value = this.OR(this.suffixAlternatives);
      });
    }
    return value;
  });

  /** What the suffix that is read next belongs to. Its alternative takes it before it reads anything. */
  private suffixed: ExpressionNode = NO_VALUE;

  private readonly suffixAlternatives: { ALT: () => ExpressionNode }[] = [
    {
      ALT: () => {
        const value = this.suffixed;
        this.CONSUME(symbols.Dot);
        return this.finishMember(value, this.readName(WORDS) ?? this.SUBRULE(this.fieldName), false);
      },
    },
    {
      ALT: () => {
        const value = this.suffixed;
        this.CONSUME(symbols.QuestionDot);
        return this.finishMember(value, this.SUBRULE1(this.fieldName), true);
      },
    },
    {
      ALT: () => {
        const value = this.suffixed;
        const open = this.CONSUME(symbols.LeftBracket);
        const index = this.SUBRULE(this.expression);
        if (this.mayClose(open, symbols.RightBracket, "postfix", "")) this.CONSUME(symbols.RightBracket);
        return { kind: "Index", span: this.spanFrom(value.span.start), value, index };
      },
    },
    {
      ALT: () => {
        const callee = this.suffixed;
        const parts = this.SUBRULE(this.callArguments);
        return { kind: "Call", span: this.spanFrom(callee.span.start), callee, arguments: parts };
      },
    },
  ];

  private finishMember(value: ExpressionNode, name: NameNode, optional: boolean): ExpressionNode {
    return { kind: "Member", span: this.spanFrom(value.span.start), value, name, optional };
  }

  readonly callArguments: Rule<ArgumentNode[]> = this.RULE("callArguments", () => {
    const parts: ArgumentNode[] = [];
    const open = this.CONSUME(symbols.LeftParenthesis);
    let goes = true;
    this.MANY({
      GATE: () => goes,
      DEF: () => {
        parts.push(this.SUBRULE(this.argument));
        const comma = this.OPTION(this.readComma);
        goes = this.mayContinue(comma, "arguments", EXPRESSION_STARTS);
      },
    });
    if (this.mayClose(open, symbols.RightParenthesis, "callArguments")) this.CONSUME(symbols.RightParenthesis);
    return parts.slice();
  });

  readonly argument: Rule<ArgumentNode> = this.RULE("argument", (): ArgumentNode => {
    const start = this.startOffset();
    const first = this.readWholeLeaf() ?? this.SUBRULE(this.expression);
    if (!this.mayBegin(NAME_ENDS)) return { kind: "Argument", span: first.span, value: first };
    let name: NameNode | undefined;
    this.ACTION(() => this.mendColon(first, "an argument"));
    const value = this.OPTION(() => {
      this.CONSUME(symbols.Colon);
      const named = this.SUBRULE1(this.expression);
      if (!this.RECORDING_PHASE && first.kind !== "NameExpression") this.report("argument-name", first.span, undefined);
      name = makeNode("Name", first.span, { text: first.kind === "NameExpression" ? first.text : "" });
      return named;
    });
    const span = this.spanFrom(start);
    if (name === undefined || value === undefined) return { kind: "Argument", span, value: first };
    return { kind: "Argument", span, name, value };
  });

  readonly primary: Rule<ExpressionNode> = this.RULE("primary", () => {
    if (!this.RECORDING_PHASE && (!this.isNextIn(PRIMARY_STARTS) || this.startsNewStatement()))
      this.stuck("a value", "primary");
    return this.OR(this.primaryAlternatives);
  });

  private readonly primaryAlternatives: { ALT: () => ExpressionNode }[] = [
    { ALT: () => this.number(this.CONSUME(Int), "Int") },
    { ALT: () => this.number(this.CONSUME(Float), "Float") },
    { ALT: () => this.quantity(this.CONSUME(Quantity)) },
    { ALT: () => this.percent(this.CONSUME(Percent)) },
    { ALT: () => this.SUBRULE(this.string) },
    { ALT: () => this.SUBRULE(this.raw) },
    { ALT: () => ({ kind: "Bool", span: this.spanOf(this.CONSUME(reserved.true)), value: true }) },
    { ALT: () => ({ kind: "Bool", span: this.spanOf(this.CONSUME(reserved.false)), value: false }) },
    { ALT: () => ({ kind: "Null", span: this.spanOf(this.CONSUME(reserved.null)) }) },
    {
      ALT: () => {
        const token = this.CONSUME(Name);
        return this.nameExpression(this.spanOf(token), token.image);
      },
    },
    { ALT: () => this.SUBRULE(this.parentheses) },
    { ALT: () => this.SUBRULE(this.record) },
    { ALT: () => this.SUBRULE(this.list) },
  ];

  private number(token: IToken, kind: "Int" | "Float"): ExpressionNode {
    return { kind, span: this.spanOf(token), text: token.image };
  }

  private quantity(token: IToken): ExpressionNode {
    const unit = (token as Token).value ?? "";
    return makeNode("Quantity", this.spanOf(token), { number: token.image.slice(0, -unit.length), unit });
  }

  private percent(token: IToken): ExpressionNode {
    const span = this.spanOf(token);
    const number = (token as Token).value ?? "";
    if (!this.RECORDING_PHASE && span.start !== this.percentAt) {
      const isRemainder = this.startOffset() === span.end && this.isNextIn(PRIMARY_STARTS);
      const share = shareOf(number);
      const fix = isRemainder
        ? this.fix("Put blanks around `%`", " % ", { ...span, start: span.end - 1 })
        : this.fix(`Write \`${share}\``, share, span);
      this.report("percent-outside-tolerate", span, { number }, fix);
      if (isRemainder) this.giveUp();
    }
    return makeNode("Percent", span, { number });
  }

  readonly parentheses: Rule<ExpressionNode> = this.RULE("parentheses", (): ExpressionNode => {
    const start = this.startOffset();
    const open = this.CONSUME(symbols.LeftParenthesis);
    const value = this.SUBRULE(this.expression);
    if (this.mayClose(open, symbols.RightParenthesis, "parentheses", "an operator or "))
      this.CONSUME(symbols.RightParenthesis);
    return { kind: "Parentheses", span: this.spanFrom(start), value };
  });
}

/** A percentage as a fraction, digit by digit: `5` is `0.05`, `12.5` is `0.125`. */
function shareOf(number: string): string {
  const [whole = "", fraction = ""] = number.split(".");
  const digits = whole.padStart(3, "0");
  const rest = `${digits.slice(-2)}${fraction}`.replace(/0+$/, "");
  return `${digits.slice(0, -2).replace(/^0+(?=\d)/, "")}.${rest === "" ? "0" : rest}`;
}
