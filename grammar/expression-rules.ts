// Expressions but for `if` and `map`. Afterwards every expression is a node with the span of its text; a percentage
// stands only where `tolerate` wants one.
import type { IToken, TokenType } from "chevrotain";
import {
  type ArgumentNode,
  type BinaryOperator,
  type ExpressionNode,
  type IfNode,
  type MapNode,
  makeNode,
  type NameNode,
} from "../src/syntax/ast.ts";
import { FOREIGN_LITERALS } from "./foreign.ts";
import { EXPRESSION_STARTS, LiteralRules, PRIMARY_STARTS, type Rule } from "./literal-rules.ts";
import { buildOperators, type Operand, type OperatorPiece } from "./precedence.ts";
import { contextual, Float, Int, kindSet, Name, Percent, Quantity, reserved, symbols, type Token } from "./tokens.ts";

// biome-ignore format: a table
const OPERATORS: readonly TokenType[] = [
  reserved.or, reserved.and, symbols.Equal, symbols.NotEqual, symbols.Less, symbols.LessEqual, symbols.Greater,
  symbols.GreaterEqual, reserved.in, symbols.Coalesce, symbols.Range, symbols.Plus, symbols.Minus, symbols.Star,
  symbols.Slash, symbols.Remainder,
];
// Words behind which a name gets a meaning.
const INTRODUCERS = kindSet(
  reserved.let,
  reserved.map,
  reserved.for,
  contextual.const,
  contextual.task,
  contextual.pipeline,
);

export abstract class ExpressionRules extends LiteralRules {
  abstract readonly ifExpression: Rule<IfNode>;
  abstract readonly mapExpression: Rule<MapNode>;
  /** The offset at which a percentage may stand. */
  protected percentAt = -1;
  private readonly declaredWords = new Map<string, boolean>();

  protected forgetWords(): void {
    this.declaredWords.clear();
    this.percentAt = -1;
  }

  readonly expression: Rule<ExpressionNode> = this.RULE("expression", () => {
    this.ACTION(() => {
      if (!this.isNextIn(EXPRESSION_STARTS) || this.startsNewStatement()) this.stuck("a value", "expression");
    });
    return this.nested(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.ifExpression) },
        { ALT: () => this.SUBRULE(this.mapExpression) },
        { ALT: () => this.SUBRULE(this.operators) },
      ]),
    );
  });

  readonly operators: Rule<ExpressionNode> = this.RULE("operators", () => {
    const operands: Operand[] = [this.SUBRULE(this.operand)];
    const operators: OperatorPiece<BinaryOperator>[] = [];
    this.MANY(() => {
      const token = this.OR(this.operatorAlternatives);
      operators.push({ operator: token.image as BinaryOperator, span: this.spanOf(token) });
      operands.push(this.SUBRULE1(this.operand));
    });
    const first = operands[0]!;
    if (this.RECORDING_PHASE || (operators.length === 0 && first.prefixes.length === 0)) return first.value;
    return buildOperators({ operands, operators }, (mistake, span) => this.report(mistake, span, undefined));
  });

  private readonly operatorAlternatives = OPERATORS.map((kind) => ({ ALT: () => this.CONSUME(kind) }));

  readonly operand: Rule<Operand> = this.RULE("operand", () => {
    const prefixes: OperatorPiece<"not" | "-">[] = [];
    this.MANY(() =>
      this.OR([
        { ALT: () => prefixes.push({ operator: "not", span: this.spanOf(this.CONSUME(reserved.not)) }) },
        { ALT: () => prefixes.push({ operator: "-", span: this.spanOf(this.CONSUME(symbols.Minus)) }) },
      ]),
    );
    return { prefixes, value: this.SUBRULE(this.postfix) };
  });

  readonly postfix: Rule<ExpressionNode> = this.RULE("postfix", (): ExpressionNode => {
    const start = this.startOffset();
    let value = this.SUBRULE(this.primary);
    this.MANY(() => {
      value = this.OR([
        { ALT: () => this.finishMember(start, value, this.CONSUME(symbols.Dot), this.SUBRULE(this.fieldName)) },
        {
          ALT: () => this.finishMember(start, value, this.CONSUME(symbols.QuestionDot), this.SUBRULE1(this.fieldName)),
        },
        {
          ALT: () => {
            const open = this.CONSUME(symbols.LeftBracket);
            const index = this.SUBRULE(this.expression);
            if (this.mayClose(open, symbols.RightBracket, "postfix", "")) this.CONSUME(symbols.RightBracket);
            return { kind: "Index", span: this.spanFrom(start), value, index };
          },
        },
        {
          ALT: () => {
            const parts = this.SUBRULE(this.callArguments);
            return { kind: "Call", span: this.spanFrom(start), callee: value, arguments: parts };
          },
        },
      ]);
    });
    return value;
  });

  private finishMember(start: number, value: ExpressionNode, sign: IToken, name: NameNode): ExpressionNode {
    return makeNode("Member", this.spanFrom(start), { value, name, optional: sign.image === "?." });
  }

  readonly callArguments: Rule<ArgumentNode[]> = this.RULE("callArguments", () => {
    const parts: ArgumentNode[] = [];
    const open = this.CONSUME(symbols.LeftParenthesis);
    let goes = true;
    this.MANY({
      GATE: () => goes,
      DEF: () => {
        parts.push(this.SUBRULE(this.argument));
        const comma = this.OPTION(() => this.CONSUME(symbols.Comma));
        goes = this.mayContinue(comma, "arguments", () => this.startsExpression());
      },
    });
    if (this.mayClose(open, symbols.RightParenthesis, "callArguments")) this.CONSUME(symbols.RightParenthesis);
    return parts;
  });

  readonly argument: Rule<ArgumentNode> = this.RULE("argument", () => {
    const start = this.startOffset();
    const first = this.SUBRULE(this.expression);
    let named: { name: NameNode; value: ExpressionNode } | undefined;
    this.ACTION(() => this.mendColon(first, "an argument"));
    this.OPTION(() => {
      this.CONSUME(symbols.Colon);
      const value = this.SUBRULE1(this.expression);
      if (!this.RECORDING_PHASE && first.kind !== "NameExpression") this.report("argument-name", first.span, undefined);
      const text = first.kind === "NameExpression" ? first.text : "";
      named = { name: makeNode("Name", first.span, { text }), value };
    });
    return makeNode("Argument", this.spanFrom(start), named ?? { value: first });
  });

  readonly primary: Rule<ExpressionNode> = this.RULE("primary", () => {
    this.ACTION(() => {
      if (!this.isNextIn(PRIMARY_STARTS) || this.startsNewStatement()) this.stuck("a value", "primary");
    });
    return this.OR([
      {
        ALT: () => this.leaf(this.CONSUME(Int), (token) => makeNode("Int", this.spanOf(token), { text: token.image })),
      },
      {
        ALT: () =>
          this.leaf(this.CONSUME(Float), (token) => makeNode("Float", this.spanOf(token), { text: token.image })),
      },
      { ALT: () => this.leaf(this.CONSUME(Quantity), (token) => this.quantity(token)) },
      { ALT: () => this.leaf(this.CONSUME(Percent), (token) => this.percent(token)) },
      { ALT: () => this.SUBRULE(this.string) },
      { ALT: () => this.SUBRULE(this.raw) },
      { ALT: () => makeNode("Bool", this.spanOf(this.CONSUME(reserved.true)), { value: true }) },
      { ALT: () => makeNode("Bool", this.spanOf(this.CONSUME(reserved.false)), { value: false }) },
      { ALT: () => makeNode("Null", this.spanOf(this.CONSUME(reserved.null)), {}) },
      { ALT: () => this.leaf(this.CONSUME(Name), (token) => this.nameExpression(token)) },
      { ALT: () => this.SUBRULE(this.parentheses) },
      { ALT: () => this.SUBRULE(this.record) },
      { ALT: () => this.SUBRULE(this.list) },
    ]);
  });

  private leaf(token: IToken, make: (token: Token) => ExpressionNode): ExpressionNode {
    return this.RECORDING_PHASE ? makeNode("Null", this.spanOf(token), {}) : make(token as Token);
  }

  private quantity(token: Token): ExpressionNode {
    const unit = token.value ?? "";
    return makeNode("Quantity", this.spanOf(token), { number: token.image.slice(0, -unit.length), unit });
  }

  private percent(token: Token): ExpressionNode {
    const span = this.spanOf(token);
    const number = token.value ?? "";
    if (span.start !== this.percentAt) {
      const isRemainder = this.startOffset() === span.end && this.isNextIn(PRIMARY_STARTS);
      const fix = isRemainder ? this.fix("Put blanks around `%`", " % ", { ...span, start: span.end - 1 }) : {};
      this.report("percent-outside-tolerate", span, { number }, fix);
      if (isRemainder) this.giveUp();
    }
    return makeNode("Percent", span, { number });
  }

  private nameExpression(token: Token): ExpressionNode {
    const span = this.spanOf(token);
    const instead = FOREIGN_LITERALS.get(token.image);
    if (instead === undefined || this.isDeclaredWord(token.image))
      return makeNode("NameExpression", span, { text: token.image });
    this.report(
      "foreign-literal",
      span,
      { word: token.image, instead },
      this.fix(`Write \`${instead}\``, instead, span),
    );
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

  readonly parentheses: Rule<ExpressionNode> = this.RULE("parentheses", (): ExpressionNode => {
    const start = this.startOffset();
    const open = this.CONSUME(symbols.LeftParenthesis);
    const value = this.SUBRULE(this.expression);
    if (this.mayClose(open, symbols.RightParenthesis, "parentheses", "an operator or "))
      this.CONSUME(symbols.RightParenthesis);
    return { kind: "Parentheses", span: this.spanFrom(start), value };
  });
}
