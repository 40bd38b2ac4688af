// Blocks, their statements, `if` and `map`. Afterwards a block that could not be read to its end has been left at the
// place where the text goes on outside it.
import {
  type BlockNode,
  type ExpressionNode,
  type IfNode,
  MAP_CLAUSES,
  type MapClauseNode,
  type MapNode,
  type NameNode,
  type StatementNode,
} from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";
import { EXPRESSION_STARTS } from "./literal-rules.ts";
import { isMisplacedClause, isPipelinePart } from "./messages.ts";
import { StatementMends } from "./statement-mends.ts";
import { contextual, isNameKind, kindSet, reserved, symbols } from "./tokens.ts";

const STATEMENT_WORDS = kindSet(reserved.let, reserved.do, reserved.check, reserved.yield);
const STATEMENT_BOUNDS = kindSet(STATEMENT_WORDS, symbols.RightBrace);
const STATEMENT_STARTS = kindSet(STATEMENT_WORDS, EXPRESSION_STARTS);
const CLAUSE_STARTS = kindSet(...MAP_CLAUSES.map((clause) => contextual[clause]));

const NO_NAMES: readonly NameNode[] = [];

export abstract class BlockRules extends StatementMends {
  // Blocks

  block(construct: string): BlockNode {
    this.enter();
    const start = this.startOffset();
    if (!this.at(symbols.LeftBrace)) this.missingBrace(construct);
    const open = this.take(symbols.LeftBrace);
    const statements: StatementNode[] = [];
    let last: { readonly line: YieldLine; readonly column: number } | undefined;
    let isLate = false;
    let isLeft = false;
    this.settleStatement();
    while (this.atAny(STATEMENT_STARTS) && !this.startsDeclaration()) {
      const first = this.next;
      if (last !== undefined && this.tokens.startsLineAt(first) && this.columnAt(first) < last.column) {
        // What follows stands further to the left than the `yield`: the block was meant to end before it.
        this.reportUnclosed(open, "}");
        isLeft = true;
        break;
      }
      const statement = this.statement(construct);
      if (last !== undefined && !isLate) {
        isLate = true;
        const span = this.spanFrom(this.tokens.startAt(first));
        this.report("yield-not-last", last.line.span, undefined, {
          related: [{ span, text: "this comes after it" }],
        });
      }
      if (statement.kind === "Yield") last ??= { line: statement, column: this.columnOfStatement(first) };
      else statements.push(statement);
      this.settleStatement();
    }
    if (!isLeft) this.closeBlock(open);
    this.leave();
    const span = this.spanFrom(start);
    if (last === undefined) return { kind: "Block", span, id: this.nextId++, statements: statements.slice() };
    return { kind: "Block", span, id: this.nextId++, statements: statements.slice(), yield: last.line.value };
  }

  // Behind other text of its line, a statement counts as one column further in than that line.
  private columnOfStatement(index: number): number {
    let first = index;
    while (first > 0 && !this.tokens.startsLineAt(first)) first -= 1;
    return first === index ? this.columnAt(index) : this.columnAt(first) + 1;
  }

  private missingBrace(construct: string): never {
    const isIfOrMap = construct === "if" || construct === "map" || construct === "else";
    if (!isIfOrMap || this.at(symbols.Assign) || this.at(symbols.Question)) this.stuck("`{`");
    if (this.at(symbols.LeftParenthesis) && construct === "map") this.stuck("", "mapExpression");
    this.stuckWith("missing-block", { construct, found: this.describeNext() });
  }

  /** Reads the `}` of a block or a task; a missing one is reported. */
  protected closeBlock(open: number): void {
    if (!this.takeIf(symbols.RightBrace)) this.reportUnclosed(open, "}");
  }

  /**
   * Brings the parser to a token with which a block can go on: the start of a statement, its end, or what ends it by
   * force.
   */
  private settleStatement(): void {
    for (;;) {
      if (this.atAny(STATEMENT_BOUNDS) || this.startsDeclaration()) return;
      const token = this.peek();
      const next = this.peek(2);
      if (token === undefined) return;
      const isName = isNameKind(token.kind);
      if (isName && this.retypeForeignStatement(token, next)) return;
      if (isName && isMisplacedClause(token, next)) {
        this.report("misplaced-clause", this.spanOf(token), { clause: token.image });
      } else if (isPipelinePart(token, next)) {
        this.report("part-in-block", this.spanOf(token), { part: token.image });
      } else if (token.kind === reserved.for) {
        this.report("for-statement", this.spanOf(token), undefined);
      } else if (this.atAny(EXPRESSION_STARTS)) {
        return;
      } else {
        this.reportStuckWith("unknown-statement", { found: this.describeNext() });
      }
      this.skipTo("statement", this.next);
    }
  }

  statement(construct: string): StatementNode | YieldLine {
    return this.attempt<StatementNode | YieldLine>(
      "statement",
      () => this.readStatement(construct),
      (span) => this.node("ErrorStatement", span, {}),
    );
  }

  private readStatement(construct: string): StatementNode | YieldLine {
    switch (this.peekKind()) {
      case reserved.let:
        return this.letStatement();
      case reserved.do:
        return this.doStatement();
      case reserved.check:
        return this.checkStatement();
      case reserved.yield:
        return this.yieldStatement();
      default:
        return this.strayExpression(construct);
    }
  }

  letStatement(): StatementNode {
    const start = this.startOffset();
    this.take(reserved.let);
    const name = this.declaredName("a value");
    const type = this.takeIf(symbols.Colon) ? this.type() : undefined;
    this.takeAssign();
    const value = this.expression();
    const after = this.after();
    const span = this.spanFrom(start);
    if (type === undefined) return { kind: "Let", span, id: this.nextId++, name, value, after };
    return { kind: "Let", span, id: this.nextId++, name, type, value, after };
  }

  doStatement(): StatementNode {
    const start = this.startOffset();
    this.take(reserved.do);
    const value = this.expression();
    const after = this.after();
    return { kind: "Do", span: this.spanFrom(start), id: this.nextId++, value, after };
  }

  after(): readonly NameNode[] {
    this.mendAfter();
    if (!this.at(contextual.after)) return NO_NAMES;
    const names: NameNode[] = [];
    do {
      this.next += 1;
      this.refuseAfterValue();
      names.push(this.name("the statement before"));
    } while (this.at(symbols.Comma));
    return names;
  }

  checkStatement(): StatementNode {
    const start = this.startOffset();
    this.take(reserved.check);
    const test = this.expression();
    const message = this.takeIf(symbols.Comma) ? this.expression() : undefined;
    return this.node("Check", this.spanFrom(start), { test, ...(message && { message }) });
  }

  yieldStatement(): YieldLine {
    const start = this.startOffset();
    this.take(reserved.yield);
    const value = this.expression();
    return { kind: "Yield", span: this.spanFrom(start), value };
  }

  // An expression where a statement should stand: read as what was probably meant, and reported.
  strayExpression(construct: string): StatementNode | YieldLine {
    const start = this.startOffset();
    const value = this.expression();
    const assigned = this.takeIf(symbols.Assign) ? this.expression() : undefined;
    const after = this.after();
    const span = this.spanFrom(start);
    if (this.atAny(EXPRESSION_STARTS) && !this.tokens.startsLineAt(this.next)) {
      this.report("unknown-statement", value.span, { found: `\`${this.firstWord(value.span)}\`` });
      this.giveUp();
    }
    const insert = (word: string) => this.fix(`Insert \`${word}\``, `${word} `, { ...span, end: start });
    if (assigned !== undefined && value.kind === "NameExpression") {
      this.report("missing-let", value.span, { name: value.text }, insert("let"));
      const name = this.node("Name", value.span, { text: value.text });
      return this.node("Let", span, { name, value: assigned, after });
    }
    if (assigned !== undefined) {
      this.report("comparison-sign", value.span, undefined);
      return this.node("ErrorStatement", span, {});
    }
    const isLast = this.at(symbols.RightBrace) && construct !== "finally";
    const isEffect = value.kind === "Call" || value.kind === "Map" || value.kind === "If";
    if (isLast && !(isEffect && construct === "pipeline")) {
      this.report("missing-yield", span, undefined, insert("yield"));
      return { kind: "Yield", span, value };
    }
    this.report("missing-do", span, undefined, insert("do"));
    return this.node("Do", span, { value, after });
  }

  private firstWord(span: Span): string {
    return this.source.text.slice(span.start, Math.min(span.end, span.start + 40)).split(/\s/, 1)[0] ?? "";
  }

  // `if` and `map`

  ifExpression(): IfNode {
    const start = this.startOffset();
    this.take(reserved.if);
    const rest = this.ifRest();
    return this.node("If", this.spanFrom(start), rest);
  }

  ifRest(): Omit<IfNode, "kind" | "span" | "id"> {
    const test = this.operators();
    const then = this.block("if");
    this.mendElseIf();
    if (!this.at(reserved.else) && !this.at(contextual.elif)) return { test, then };
    this.enter();
    const otherwise = this.readElse();
    this.leave();
    return { test, then, else: otherwise };
  }

  private readElse(): BlockNode | IfNode {
    const start = this.startOffset();
    if (this.takeIf(contextual.elif)) {
      const rest = this.ifRest();
      return this.node("If", this.spanFrom(start), rest);
    }
    this.take(reserved.else);
    if (this.at(reserved.if)) return this.ifExpression();
    if (!this.at(symbols.LeftBrace)) this.stuck("something else");
    return this.block("else");
  }

  mapExpression(): MapNode {
    const start = this.startOffset();
    this.take(reserved.map);
    if (this.at(symbols.LeftParenthesis)) this.stuck("", "mapExpression");
    const item = this.name("the item");
    const index = this.takeIf(symbols.Comma) ? this.name("the index") : undefined;
    this.take(reserved.in, "mapExpression");
    const source = this.operators();
    const clauses: MapClauseNode[] = [];
    this.mendClause();
    while (this.atAny(CLAUSE_STARTS)) {
      clauses.push(this.mapClause());
      this.mendClause();
    }
    const body = this.block("map");
    const span = this.spanFrom(start);
    if (index === undefined) return { kind: "Map", span, id: this.nextId++, item, source, clauses, body };
    return { kind: "Map", span, id: this.nextId++, item, index, source, clauses, body };
  }

  mapClause(): MapClauseNode {
    const start = this.startOffset();
    const word = this.tokens.imageAt(this.next++);
    this.percentAt = word === "tolerate" ? this.startOffset() : -1;
    const value = this.operators();
    const clause = word as (typeof MAP_CLAUSES)[number];
    return { kind: "MapClause", span: this.spanFrom(start), id: this.nextId++, clause, value };
  }
}

/** A `yield` line, which becomes part of its block. */
interface YieldLine {
  readonly kind: "Yield";
  readonly span: Span;
  readonly value: ExpressionNode;
}
