// The body of a task. Afterwards each of its lines is a statement or an error node.
import type { ExpressionNode, TaskStatementNode } from "../src/syntax/ast.ts";
import { suggest } from "../src/util/suggest.ts";
import { BlockRules } from "./block-rules.ts";
import { FOREIGN_TASK_STATEMENTS } from "./foreign.ts";
import { EXPRESSION_STARTS } from "./literal-rules.ts";
import { contextual, isNameKind, isWordKind, kindSet, Raw, symbols, type Token, WORDS } from "./tokens.ts";

// biome-ignore format: a table
const STATEMENT_WORDS = ["image", "run", "args", "script", "env", "resources", "pod", "timeout", "cache", "retry"] as const;
const KINDS = kindSet(...STATEMENT_WORDS.map((word) => contextual[word]));
const SIGNS = kindSet(symbols.Colon, symbols.Assign);
const KNOWN = STATEMENT_WORDS.map((word) => `\`${word}\``).join(", ");

export abstract class TaskRules extends BlockRules {
  taskBody(): TaskStatementNode[] {
    this.expect(symbols.LeftBrace, "`{`");
    const open = this.take(symbols.LeftBrace);
    const statements: TaskStatementNode[] = [];
    this.inTask = true;
    this.settleTaskStatement();
    while (this.atAny(KINDS) && !this.startsDeclaration()) {
      statements.push(this.taskStatement());
      this.settleTaskStatement();
    }
    this.inTask = false;
    this.closeBlock(open);
    return statements.slice();
  }

  /** Brings the parser to the start of a line of the task, its end, or what ends it by force. */
  private settleTaskStatement(): void {
    for (;;) {
      if (this.at(symbols.RightBrace) || this.startsDeclaration() || this.atAny(KINDS)) return;
      const token = this.peek();
      if (token === undefined || this.readsAsTaskStatement(token)) return;
      this.skipTo("taskStatement", this.next);
    }
  }

  // A word that is nearly one of ours is read as if it were; anything else is reported.
  private readsAsTaskStatement(token: Token): boolean {
    const span = this.spanOf(token);
    const isWord = isWordKind(token.kind);
    const foreign = isWord ? FOREIGN_TASK_STATEMENTS.get(token.image) : undefined;
    if (foreign !== undefined) {
      const fix = this.fix(`Write \`${foreign}\``, foreign, span);
      this.report("foreign-word", span, { word: token.image, instead: `\`${foreign}\`` }, fix);
      return false;
    }
    const [near, ...others] = isWord && token.image.length < 30 ? suggest(token.image, STATEMENT_WORDS) : [];
    const params = { word: this.describeNext(), known: KNOWN };
    if (near === undefined || others.length > 0) {
      this.reportStuckWith("unknown-task-statement", params);
      return false;
    }
    const help = `Did you mean \`${near}\`?`;
    this.reportStuckWith("unknown-task-statement", params, { help, ...this.fix(`Write \`${near}\``, near, span) });
    this.retype(contextual[near as (typeof STATEMENT_WORDS)[number]]);
    return true;
  }

  taskStatement(): TaskStatementNode {
    return this.attempt<TaskStatementNode>(
      "taskStatement",
      () => this.readTaskStatement(),
      (span) => this.node("ErrorTaskStatement", span, {}),
    );
  }

  private readTaskStatement(): TaskStatementNode {
    this.refuseSign();
    switch (this.peekKind()) {
      case contextual.image:
        return this.image();
      case contextual.script:
        return this.script();
      case contextual.env:
        return this.env();
      case contextual.resources:
        return this.resources();
      case contextual.pod:
        return this.pod();
      case contextual.timeout:
        return this.timeout();
      case contextual.cache:
        return this.cache();
      case contextual.retry:
        return this.retry();
      default:
        return this.command();
    }
  }

  private refuseSign(): void {
    if (SIGNS[this.peekKind(2)] !== 1) return;
    const [word, sign] = [this.peek(), this.peek(2)];
    if (word === undefined || sign === undefined) return;
    const span = this.spanOf(sign);
    this.report(
      "statement-sign",
      span,
      { word: word.image, sign: sign.image },
      this.fix(`Remove \`${sign.image}\``, "", span),
    );
    this.giveUp();
  }

  image(): TaskStatementNode {
    const start = this.startOffset();
    this.take(contextual.image);
    const value = this.expression();
    return { kind: "Image", span: this.spanFrom(start), id: this.nextId++, value };
  }

  command(): TaskStatementNode {
    const start = this.startOffset();
    const form = this.takeIf(contextual.args) ? "args" : "run";
    if (form === "run") this.take(contextual.run);
    this.expect(symbols.LeftBracket, "a list in `[ … ]`");
    const value = this.list();
    if (value.kind === "List") return { kind: "Command", span: this.spanFrom(start), id: this.nextId++, form, value };
    this.report("unexpected-token", value.span, { found: "`[for …]`", expected: "the items of the command" });
    return this.node("ErrorTaskStatement", this.spanFrom(start), {});
  }

  script(): TaskStatementNode {
    const start = this.startOffset();
    this.take(contextual.script);
    const interpreter = this.plainString("the interpreter of a script");
    this.expect(Raw, "the text of the script in `'''`");
    const text = this.raw();
    return { kind: "Script", span: this.spanFrom(start), id: this.nextId++, interpreter, text };
  }

  env(): TaskStatementNode {
    const start = this.startOffset();
    this.take(contextual.env);
    this.expect(symbols.LeftBrace, "a record in `{ … }`");
    const value = this.record();
    return { kind: "Env", span: this.spanFrom(start), id: this.nextId++, value };
  }

  resources(): TaskStatementNode {
    const start = this.startOffset();
    this.take(contextual.resources);
    const isRecord = this.at(symbols.LeftBrace);
    if (!isRecord && !isNameKind(this.peekKind())) this.stuck("a record in `{ … }` or the name of one");
    const value = isRecord ? this.record() : this.name("the resources");
    return { kind: "Resources", span: this.spanFrom(start), id: this.nextId++, value };
  }

  pod(): TaskStatementNode {
    const start = this.startOffset();
    this.take(contextual.pod);
    this.expect(symbols.LeftBrace, "a record in `{ … }`");
    const value = this.record();
    return { kind: "Pod", span: this.spanFrom(start), id: this.nextId++, value };
  }

  timeout(): TaskStatementNode {
    const start = this.startOffset();
    this.take(contextual.timeout);
    const value = this.expression();
    return { kind: "Timeout", span: this.spanFrom(start), id: this.nextId++, value };
  }

  cache(): TaskStatementNode {
    const start = this.startOffset();
    this.take(contextual.cache);
    const value = this.expression();
    return { kind: "Cache", span: this.spanFrom(start), id: this.nextId++, value };
  }

  retry(): TaskStatementNode {
    const start = this.startOffset();
    this.take(contextual.retry);
    if (!this.atAny(WORDS)) this.stuckWith("missing-cause", { found: this.describeNext() });
    const cause = this.name("a cause");
    const codes = cause.text === "exit" && this.at(symbols.LeftParenthesis) ? this.readCodes() : [];
    const count = this.expression();
    const after = this.takeIf(contextual.after) ? this.expression() : undefined;
    const overrides = this.at(symbols.LeftBrace) ? this.record() : undefined;
    return this.node("Retry", this.spanFrom(start), {
      cause,
      codes,
      count,
      ...(after && { after }),
      ...(overrides && { overrides }),
    });
  }

  private readCodes(): ExpressionNode[] {
    const codes: ExpressionNode[] = [];
    const open = this.take(symbols.LeftParenthesis);
    if (!this.atAny(EXPRESSION_STARTS)) this.stuck("something else");
    do codes.push(this.expression());
    while (this.takeIf(symbols.Comma));
    this.close(open, symbols.RightParenthesis);
    return codes;
  }
}
