// Blocks, their statements, `if` and `map`. Afterwards a block that could not be read to its end has been left at the
// place where the text goes on outside it.
import type { IToken } from "chevrotain";
import {
  type BlockNode,
  type ExpressionNode,
  type IfNode,
  MAP_CLAUSES,
  type MapClauseNode,
  type MapNode,
  makeNode,
  type NameNode,
  type StatementNode,
  type TypeNode,
} from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";
import { EXPRESSION_STARTS, NAMES, type Rule } from "./literal-rules.ts";
import { isMisplacedClause } from "./messages.ts";
import { StatementMends } from "./statement-mends.ts";
import { contextual, isKind, kindSet, Name, reserved, symbols, type Token } from "./tokens.ts";

const STATEMENT_BOUNDS = kindSet(reserved.let, reserved.do, reserved.check, reserved.yield, symbols.RightBrace);

const NO_NAMES: NameNode[] = [];
const AFTER = kindSet(contextual.after);

export abstract class BlockRules extends StatementMends {
  // Blocks

  readonly block: Rule<BlockNode, [construct: string]> = this.RULE("block", (construct: string) => {
    this.enter();
    const start = this.startOffset();
    if (!this.RECORDING_PHASE && !this.isNext(symbols.LeftBrace)) this.missingBrace(construct);
    const open = this.CONSUME(symbols.LeftBrace);
    const statements: StatementNode[] = [];
    let value: { expression: ExpressionNode; span: Span; column: number } | undefined;
    let isLate = false;
    let isLeft = false;
    this.settleStatement();
    this.MANY({
      GATE: () => !isLeft && !this.startsDeclaration(),
      DEF: () => {
        const first = this.peek();
        if (value !== undefined && first?.startsLine === true && this.columnOf(first) < value.column) {
          // What follows stands further to the left than the `yield`: the block was meant to end before it.
          this.reportUnclosed(open, "}");
          isLeft = true;
          return;
        }
        const before = this.startOffset();
        const column =
          first === undefined || first.startsLine ? this.columnOfFirst(first) : this.indentationOfNext() + 1;
        const statement = this.SUBRULE(this.statement, { ARGS: [construct] });
        if (value !== undefined && !isLate) {
          isLate = true;
          const related = [{ span: this.spanFrom(before), text: "this comes after it" }];
          this.report("yield-not-last", value.span, undefined, { related });
        }
        if (statement.kind === "Yield") value ??= { expression: statement.value, span: statement.span, column };
        else statements.push(statement);
        this.settleStatement();
      },
    });
    if (!isLeft && this.closesBlock(open)) this.CONSUME(symbols.RightBrace);
    this.leave();
    return this.finishBlock(start, statements.slice(), value?.expression);
  });

  private finishBlock(start: number, statements: StatementNode[], value: ExpressionNode | undefined): BlockNode {
    const span = this.spanFrom(start);
    if (value === undefined) return { kind: "Block", span, statements };
    return { kind: "Block", span, statements, yield: value };
  }

  private missingBrace(construct: string): never {
    const isIfOrMap = construct === "if" || construct === "map" || construct === "else";
    if (isIfOrMap && !this.isNext(symbols.Assign, symbols.Question)) this.missingBlock(construct);
    return this.stuck("`{`", "block");
  }

  private missingBlock(construct: string): never {
    if (this.isNext(symbols.LeftParenthesis) && construct === "map") this.stuck("", "mapExpression");
    return this.stuckWith("missing-block", { construct, found: this.describeNext() });
  }

  /** Whether the `}` of a block or a task is there; a missing one is reported. */
  protected closesBlock(open: IToken): boolean {
    if (this.RECORDING_PHASE || this.isNext(symbols.RightBrace)) return true;
    this.reportUnclosed(open, "}");
    return false;
  }

  /**
   * Brings the parser to a token with which a block can go on: the start of a statement, its end, or what ends it by
   * force.
   */
  private settleStatement(): void {
    if (this.RECORDING_PHASE) return;
    for (;;) {
      if (this.isNextIn(STATEMENT_BOUNDS) || this.startsDeclaration()) return;
      const token = this.peek();
      const next = this.peek(2);
      if (token === undefined) return;
      if (isKind(token, Name) && this.retypeForeignStatement(token, next)) return;
      if (isKind(token, Name) && isMisplacedClause(token, next)) {
        this.report("misplaced-clause", this.spanOf(token), { clause: token.image });
      } else if (isKind(token, reserved.for)) {
        this.report("for-statement", this.spanOf(token), undefined);
      } else if (this.isNextIn(EXPRESSION_STARTS)) {
        return;
      } else {
        this.reportStuckWith("unknown-statement", { found: this.describeNext() });
      }
      this.skipTo("statement", this.currIdx + 1);
    }
  }

  readonly statement: Rule<StatementNode | YieldLine, [construct: string]> = this.RULE(
    "statement",
    (construct: string) => {
      this.construct = construct;
      return this.attempt<StatementNode | YieldLine>("statement", this.readStatement, makeErrorStatement);
    },
  );

  /** What the block belongs to whose statement is read next. Its alternative takes it before it reads anything. */
  private construct = "";

  private readonly readStatement = (): StatementNode | YieldLine => this.OR(this.statementAlternatives);

  private readonly statementAlternatives: { ALT: () => StatementNode | YieldLine }[] = [
    { ALT: () => this.SUBRULE(this.letStatement) },
    { ALT: () => this.SUBRULE(this.doStatement) },
    { ALT: () => this.SUBRULE(this.checkStatement) },
    { ALT: () => this.SUBRULE(this.yieldStatement) },
    { ALT: () => this.SUBRULE(this.strayExpression, { ARGS: [this.construct] }) },
  ];

  private readonly readType = (): TypeNode => {
    this.CONSUME(symbols.Colon);
    return this.SUBRULE(this.type);
  };

  readonly letStatement: Rule<StatementNode> = this.RULE("letStatement", (): StatementNode => {
    const start = this.startOffset();
    this.CONSUME(reserved.let);
    const name = this.mendHyphens(this.readName(NAMES) ?? this.SUBRULE(this.name, { ARGS: ["a value"] }));
    const type = this.OPTION(this.readType);
    this.mendAssign();
    this.CONSUME(symbols.Assign);
    const value = this.SUBRULE(this.expression);
    const after = this.SUBRULE(this.after);
    const span = this.spanFrom(start);
    if (type === undefined) return { kind: "Let", span, name, value, after };
    return { kind: "Let", span, name, type, value, after };
  });

  readonly doStatement: Rule<StatementNode> = this.RULE("doStatement", (): StatementNode => {
    const start = this.startOffset();
    this.CONSUME(reserved.do);
    const value = this.SUBRULE(this.expression);
    const after = this.SUBRULE(this.after);
    return { kind: "Do", span: this.spanFrom(start), value, after };
  });

  readonly after: Rule<NameNode[]> = this.RULE("after", () => {
    if (!this.RECORDING_PHASE && this.isNextIn(NAMES)) this.mendAfter();
    if (!this.mayBegin(AFTER)) return NO_NAMES;
    const names: NameNode[] = [];
    this.OPTION(() => {
      this.CONSUME(contextual.after);
      this.ACTION(() => this.refuseAfterValue());
      this.AT_LEAST_ONE_SEP({
        SEP: symbols.Comma,
        DEF: () => {
          this.ACTION(() => this.refuseAfterValue());
          names.push(this.SUBRULE(this.name, { ARGS: ["the statement before"] }));
        },
      });
    });
    return names;
  });

  readonly checkStatement: Rule<StatementNode> = this.RULE("checkStatement", () => {
    const start = this.startOffset();
    this.CONSUME(reserved.check);
    const test = this.SUBRULE(this.expression);
    const message = this.OPTION(() => {
      this.CONSUME(symbols.Comma);
      return this.SUBRULE1(this.expression);
    });
    return makeNode("Check", this.spanFrom(start), { test, ...(message && { message }) });
  });

  readonly yieldStatement: Rule<YieldLine> = this.RULE("yieldStatement", () => {
    const start = this.startOffset();
    this.CONSUME(reserved.yield);
    const value = this.SUBRULE(this.expression);
    return yieldLine(this.spanFrom(start), value);
  });

  // An expression where a statement should stand: read as what was probably meant, and reported.
  readonly strayExpression: Rule<StatementNode | YieldLine, [construct: string]> = this.RULE(
    "strayExpression",
    (construct: string) => {
      const start = this.startOffset();
      const value = this.SUBRULE(this.expression);
      const assigned = this.OPTION(() => {
        this.CONSUME(symbols.Assign);
        return this.SUBRULE1(this.expression);
      });
      const after = this.SUBRULE(this.after);
      const span = this.spanFrom(start);
      if (this.RECORDING_PHASE) return makeNode("Do", span, { value, after });
      if (this.isNextIn(EXPRESSION_STARTS) && this.peek()?.startsLine === false) {
        this.report("unknown-statement", value.span, { found: `\`${this.firstWord(value.span)}\`` });
        this.giveUp();
      }
      const insert = (word: string) => this.fix(`Insert \`${word}\``, `${word} `, { ...span, end: start });
      if (assigned !== undefined && value.kind === "NameExpression") {
        this.report("missing-let", value.span, { name: value.text }, insert("let"));
        const name = makeNode("Name", value.span, { text: value.text });
        return makeNode("Let", span, { name, value: assigned, after });
      }
      if (assigned !== undefined) {
        this.report("comparison-sign", value.span, undefined);
        return makeNode("ErrorStatement", span, {});
      }
      const isLast = this.isNext(symbols.RightBrace) && construct !== "finally";
      const isEffect = value.kind === "Call" || value.kind === "Map" || value.kind === "If";
      if (isLast && !(isEffect && construct === "pipeline")) {
        this.report("missing-yield", span, undefined, insert("yield"));
        return yieldLine(span, value);
      }
      this.report("missing-do", span, undefined, insert("do"));
      return makeNode("Do", span, { value, after });
    },
  );

  private firstWord(span: Span): string {
    return this.source.text.slice(span.start, Math.min(span.end, span.start + 40)).split(/\s/, 1)[0] ?? "";
  }

  private columnOfFirst(token: Token | undefined): number {
    return token === undefined ? 0 : this.columnOf(token);
  }

  // `if` and `map`

  readonly ifExpression: Rule<IfNode> = this.RULE("ifExpression", () => {
    const start = this.startOffset();
    this.CONSUME(reserved.if);
    const rest = this.SUBRULE(this.ifRest);
    return makeNode("If", this.spanFrom(start), rest);
  });

  private readonly ifRest: Rule<Omit<IfNode, "kind" | "span">> = this.RULE("ifRest", () => {
    const test = this.SUBRULE(this.operators);
    const then = this.SUBRULE(this.block, { ARGS: ["if"] });
    this.ACTION(() => this.mendElseIf());
    const otherwise = this.OPTION(() => {
      this.enter();
      const read = this.OR([
        {
          ALT: () => {
            this.CONSUME(reserved.else);
            return this.OR1([
              { ALT: () => this.SUBRULE(this.ifExpression) },
              { ALT: () => this.SUBRULE1(this.block, { ARGS: ["else"] }) },
            ]);
          },
        },
        {
          ALT: () => {
            const start = this.startOffset();
            this.CONSUME(contextual.elif);
            const rest = this.SUBRULE1(this.ifRest);
            return makeNode("If", this.spanFrom(start), rest);
          },
        },
      ]);
      this.leave();
      return read;
    });
    return otherwise === undefined ? { test, then } : { test, then, else: otherwise };
  });

  readonly mapExpression: Rule<MapNode> = this.RULE("mapExpression", (): MapNode => {
    const start = this.startOffset();
    this.CONSUME(reserved.map);
    this.ACTION(() => {
      if (this.isNext(symbols.LeftParenthesis)) this.stuck("", "mapExpression");
    });
    const item = this.SUBRULE(this.name, { ARGS: ["the item"] });
    const index = this.OPTION(() => {
      this.CONSUME(symbols.Comma);
      return this.SUBRULE1(this.name, { ARGS: ["the index"] });
    });
    this.CONSUME(reserved.in);
    const source = this.SUBRULE(this.operators);
    const clauses: MapClauseNode[] = [];
    this.ACTION(() => this.mendClause());
    this.MANY(() => {
      clauses.push(this.SUBRULE(this.mapClause));
      this.ACTION(() => this.mendClause());
    });
    const body = this.SUBRULE(this.block, { ARGS: ["map"] });
    const span = this.spanFrom(start);
    if (index === undefined) return { kind: "Map", span, item, source, clauses, body };
    return { kind: "Map", span, item, index, source, clauses, body };
  });

  readonly mapClause: Rule<MapClauseNode> = this.RULE("mapClause", (): MapClauseNode => {
    const start = this.startOffset();
    const token = this.OR(this.clauseAlternatives);
    this.percentAt = token.image === "tolerate" ? this.startOffset() : -1;
    const value = this.SUBRULE(this.operators);
    const clause = token.image as (typeof MAP_CLAUSES)[number];
    return { kind: "MapClause", span: this.spanFrom(start), clause, value };
  });

  private readonly clauseAlternatives = MAP_CLAUSES.map((clause) => ({ ALT: () => this.CONSUME(contextual[clause]) }));
}

function makeErrorStatement(span: Span): StatementNode {
  return makeNode("ErrorStatement", span, {});
}

/** A `yield` line, which becomes part of its block. */
interface YieldLine {
  readonly kind: "Yield";
  readonly span: Span;
  readonly value: ExpressionNode;
}

function yieldLine(span: Span, value: ExpressionNode): YieldLine {
  return { kind: "Yield", span, value };
}
