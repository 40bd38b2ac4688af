// The body of a task. Afterwards each of its lines is a statement or an error node.
import {
  type ExpressionNode,
  makeNode,
  type NameNode,
  type RecordNode,
  type TaskStatementNode,
} from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";
import { suggest } from "../src/util/suggest.ts";
import { BlockRules } from "./block-rules.ts";
import { FOREIGN_TASK_STATEMENTS } from "./foreign.ts";
import { NAMES, type Rule } from "./literal-rules.ts";
import { AnyWord, contextual, isKind, kindSet, Name, Raw, symbols, type Token } from "./tokens.ts";

// biome-ignore format: a table
const WORDS = ["image", "run", "args", "script", "env", "resources", "pod", "timeout", "cache", "retry"] as const;
const KINDS = kindSet(...WORDS.map((word) => contextual[word]));
const SIGNS = kindSet(symbols.Colon, symbols.Assign);
const KNOWN = WORDS.map((word) => `\`${word}\``).join(", ");

export abstract class TaskRules extends BlockRules {
  readonly taskBody: Rule<TaskStatementNode[]> = this.RULE("taskBody", () => {
    this.expect(symbols.LeftBrace, "`{`", "taskBody");
    const open = this.CONSUME(symbols.LeftBrace);
    const statements: TaskStatementNode[] = [];
    this.inTask = true;
    this.ACTION(() => this.settleTaskStatement());
    this.MANY({
      GATE: () => !this.startsDeclaration(),
      DEF: () => {
        statements.push(this.SUBRULE(this.taskStatement));
        this.ACTION(() => this.settleTaskStatement());
      },
    });
    this.inTask = false;
    if (this.closesBlock(open)) this.CONSUME(symbols.RightBrace);
    return statements.slice();
  });

  /** Brings the parser to the start of a line of the task, its end, or what ends it by force. */
  private settleTaskStatement(): void {
    for (;;) {
      const token = this.peek();
      if (token === undefined || this.isNext(symbols.RightBrace) || this.startsDeclaration()) return;
      if (this.isNextIn(KINDS) || this.readsAsTaskStatement(token)) return;
      this.skipTo("taskStatement", this.currIdx + 1);
    }
  }

  // A word that is nearly one of ours is read as if it were; anything else is reported.
  private readsAsTaskStatement(token: Token): boolean {
    const span = this.spanOf(token);
    const isWord = isKind(token, AnyWord);
    const foreign = isWord ? FOREIGN_TASK_STATEMENTS.get(token.image) : undefined;
    if (foreign !== undefined) {
      const fix = this.fix(`Write \`${foreign}\``, foreign, span);
      this.report("foreign-word", span, { word: token.image, instead: `\`${foreign}\`` }, fix);
      return false;
    }
    const [near, ...others] = isWord && token.image.length < 30 ? suggest(token.image, WORDS) : [];
    const params = { word: this.describeNext(), known: KNOWN };
    if (near === undefined || others.length > 0) {
      this.reportStuckWith("unknown-task-statement", params);
      return false;
    }
    const help = `Did you mean \`${near}\`?`;
    this.reportStuckWith("unknown-task-statement", params, { help, ...this.fix(`Write \`${near}\``, near, span) });
    this.retype(contextual[near as (typeof WORDS)[number]]);
    return true;
  }

  readonly taskStatement: Rule<TaskStatementNode> = this.RULE("taskStatement", () =>
    this.attempt<TaskStatementNode>("taskStatement", this.readTaskStatement, makeErrorTaskStatement),
  );

  private readonly readTaskStatement = (): TaskStatementNode => {
    if (!this.RECORDING_PHASE) this.refuseSign();
    return this.OR(this.taskStatementAlternatives);
  };

  private readonly taskStatementAlternatives: { ALT: () => TaskStatementNode }[] = [
    { ALT: () => this.SUBRULE(this.image) },
    { ALT: () => this.SUBRULE(this.command) },
    { ALT: () => this.SUBRULE(this.script) },
    { ALT: () => this.SUBRULE(this.env) },
    { ALT: () => this.SUBRULE(this.resources) },
    { ALT: () => this.SUBRULE(this.pod) },
    { ALT: () => this.SUBRULE(this.timeout) },
    { ALT: () => this.SUBRULE(this.cache) },
    { ALT: () => this.SUBRULE(this.retry) },
  ];

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

  readonly image: Rule<TaskStatementNode> = this.RULE("image", (): TaskStatementNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.image);
    const value = this.readWholeLeaf() ?? this.SUBRULE(this.expression);
    return { kind: "Image", span: this.spanFrom(start), value };
  });

  private readonly commandWords = [
    { ALT: () => this.CONSUME(contextual.run) },
    { ALT: () => this.CONSUME(contextual.args) },
  ];

  readonly command: Rule<TaskStatementNode> = this.RULE("command", (): TaskStatementNode => {
    const start = this.startOffset();
    const word = this.OR(this.commandWords);
    this.expect(symbols.LeftBracket, "a list in `[ … ]`", "command");
    const value = this.SUBRULE(this.list);
    if (!this.RECORDING_PHASE && value.kind === "For") {
      this.report("unexpected-token", value.span, { found: "`[for …]`", expected: "the items of the command" });
      return makeNode("ErrorTaskStatement", this.spanFrom(start), {});
    }
    const list = value.kind === "For" ? makeNode("List", value.span, { items: [] }) : value;
    const form = word.image === "args" ? "args" : "run";
    return { kind: "Command", span: this.spanFrom(start), form, value: list };
  });

  readonly script: Rule<TaskStatementNode> = this.RULE("script", (): TaskStatementNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.script);
    const interpreter = this.SUBRULE(this.plainString, { ARGS: ["the interpreter of a script"] });
    this.expect(Raw, "the text of the script in `'''`", "script");
    const text = this.SUBRULE(this.raw);
    return { kind: "Script", span: this.spanFrom(start), interpreter, text };
  });

  readonly env: Rule<TaskStatementNode> = this.RULE("env", (): TaskStatementNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.env);
    this.expect(symbols.LeftBrace, "a record in `{ … }`", "env");
    const value = this.SUBRULE(this.record);
    return { kind: "Env", span: this.spanFrom(start), value };
  });

  readonly resources: Rule<TaskStatementNode> = this.RULE("resources", (): TaskStatementNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.resources);
    if (!this.RECORDING_PHASE && !this.isNext(symbols.LeftBrace, Name))
      this.stuck("a record in `{ … }` or the name of one", "resources");
    const value = this.readName(NAMES) ?? this.OR(this.resourcesAlternatives);
    return { kind: "Resources", span: this.spanFrom(start), value };
  });

  private readonly resourcesAlternatives: { ALT: () => RecordNode | NameNode }[] = [
    { ALT: () => this.SUBRULE(this.record) },
    { ALT: () => this.SUBRULE(this.name, { ARGS: ["the resources"] }) },
  ];

  readonly pod: Rule<TaskStatementNode> = this.RULE("pod", (): TaskStatementNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.pod);
    this.expect(symbols.LeftBrace, "a record in `{ … }`", "pod");
    const value = this.SUBRULE(this.record);
    return { kind: "Pod", span: this.spanFrom(start), value };
  });

  readonly timeout: Rule<TaskStatementNode> = this.RULE("timeout", (): TaskStatementNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.timeout);
    const value = this.SUBRULE(this.expression);
    return { kind: "Timeout", span: this.spanFrom(start), value };
  });

  readonly cache: Rule<TaskStatementNode> = this.RULE("cache", (): TaskStatementNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.cache);
    const value = this.SUBRULE(this.expression);
    return { kind: "Cache", span: this.spanFrom(start), value };
  });

  readonly retry: Rule<TaskStatementNode> = this.RULE("retry", () => {
    const start = this.startOffset();
    this.CONSUME(contextual.retry);
    this.ACTION(() => {
      if (!this.isNext(AnyWord)) this.stuckWith("missing-cause", { found: this.describeNext() });
    });
    const cause = this.SUBRULE(this.name, { ARGS: ["a cause"] });
    const codes: ExpressionNode[] = [];
    this.OPTION({
      GATE: () => cause.text === "exit",
      DEF: () => {
        const open = this.CONSUME(symbols.LeftParenthesis);
        this.AT_LEAST_ONE_SEP({ SEP: symbols.Comma, DEF: () => codes.push(this.SUBRULE2(this.expression)) });
        if (this.mayClose(open, symbols.RightParenthesis, "retry")) this.CONSUME(symbols.RightParenthesis);
      },
    });
    const count = this.SUBRULE(this.expression);
    const after = this.OPTION1(() => {
      this.CONSUME(contextual.after);
      return this.SUBRULE1(this.expression);
    });
    const overrides = this.OPTION2(() => this.SUBRULE(this.record));
    return makeNode("Retry", this.spanFrom(start), {
      cause,
      codes,
      count,
      ...(after && { after }),
      ...(overrides && { overrides }),
    });
  });
}

function makeErrorTaskStatement(span: Span): TaskStatementNode {
  return makeNode("ErrorTaskStatement", span, {});
}
