// In: the tokens of a file. Out: its tree and what is wrong with it. Afterwards every mistake has one report, error
// nodes stand where something could not be read, and the parser goes on behind them. The rules are those of
// `pipe.ebnf`.
import type { ILookaheadStrategy } from "chevrotain";
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import {
  type BlockNode,
  type DeclarationNode,
  type FileNode,
  makeNode,
  type NameNode,
  type ParameterNode,
  type ScheduleNode,
  type StringNode,
  type TaskNode,
  type TypeNode,
} from "../src/syntax/ast.ts";
import type { SourceFile } from "../src/text/source-file.ts";
import type { Span } from "../src/text/span.ts";
import { suggest } from "../src/util/suggest.ts";
import { FOREIGN_DECLARATIONS } from "./foreign.ts";
import { LOOKAHEAD } from "./generated/lookahead.ts";
import { isStatementWord } from "./line-starts.ts";
import { NAMES, type Rule, WORDS } from "./literal-rules.ts";
import type { Scanned } from "./scan.ts";
import { TaskRules } from "./task-rules.ts";
import { AnyWord, contextual, isKind, kindSet, Name, reserved, symbols, type Token } from "./tokens.ts";

const DECLARATION_WORDS = ["import", "const", "type", "enum", "secret", "resources", "task", "pipeline"] as const;
const DECLARATION_KINDS = kindSet(...DECLARATION_WORDS.map((word) => contextual[word]));
const KNOWN = DECLARATION_WORDS.map((word) => `\`${word}\``).join(", ");

class PipeParser extends TaskRules {
  constructor(strategy?: ILookaheadStrategy) {
    super(strategy);
    if (strategy === undefined) this.useLookahead(LOOKAHEAD);
    else this.performSelfAnalysis();
  }

  /** Reads the tokens of one file. */
  read(source: SourceFile, scanned: Scanned): { file: FileNode; diagnostics: readonly Diagnostic[] } {
    this.load(source, scanned);
    this.forgetWords();
    this.percentAt = -1;
    const file = this.file();
    const { diagnostics } = this;
    this.unload();
    return { file, diagnostics };
  }

  readonly file: Rule<FileNode> = this.RULE("file", () => {
    const declarations: DeclarationNode[] = [];
    this.ACTION(() => this.settleDeclaration());
    this.MANY(() => {
      declarations.push(this.SUBRULE(this.declaration));
      this.ACTION(() => this.settleDeclaration());
    });
    return makeNode("File", { file: this.source.id, start: 0, end: this.source.text.length }, { declarations });
  });

  /** Brings the parser to the start of a declaration or the end of the file. */
  private settleDeclaration(): void {
    for (;;) {
      const token = this.peek();
      if (token === undefined) return;
      const previous = this.peek(0);
      const isInside = isStatementWord(token) && token.startsLine && this.columnOf(token) > 0;
      if (isInside && previous?.image === "}") this.report("unmatched-closer", this.spanOf(previous), { closer: "}" });
      else if (isKind(token, symbols.RightBrace)) this.report("unmatched-closer", this.spanOf(token), { closer: "}" });
      else if (this.isNextIn(DECLARATION_KINDS)) return;
      else if (this.readsAsDeclaration(token)) return;
      this.skipTo("declaration", this.currIdx + 1);
    }
  }

  // A word that is nearly, or elsewhere, one of ours is read as if it were; anything else is reported.
  private readsAsDeclaration(token: Token): boolean {
    const next = this.peek(2);
    const span = this.spanOf(token);
    const isHead = isKind(token, AnyWord) && next !== undefined && (isKind(next, AnyWord) || next.image === "{");
    const foreign = isHead ? FOREIGN_DECLARATIONS.get(token.image) : undefined;
    if (foreign !== undefined) {
      const fix = this.fix(`Write \`${foreign}\``, foreign, span);
      this.report("foreign-word", span, { word: token.image, instead: `\`${foreign}\`` }, fix);
      if (foreign !== "const") return false;
      this.retype(contextual.const);
      return true;
    }
    const [near, ...others] = isHead && token.image.length < 30 ? suggest(token.image, DECLARATION_WORDS) : [];
    if (near === undefined || others.length > 0) {
      this.reportStuckWith("unknown-declaration", { word: this.describeNext(), known: KNOWN });
      return false;
    }
    const params = { word: this.describeNext(), known: KNOWN };
    const help = `Did you mean \`${near}\`?`;
    this.reportStuckWith("unknown-declaration", params, { help, ...this.fix(`Write \`${near}\``, near, span) });
    this.retype(contextual[near as (typeof DECLARATION_WORDS)[number]]);
    return true;
  }

  readonly declaration: Rule<DeclarationNode> = this.RULE("declaration", () => {
    const first = this.peek();
    this.inTask = false;
    this.declarationColumn = first?.startsLine === true ? this.columnOf(first) : 0;
    return this.attempt<DeclarationNode>("declaration", this.readDeclaration, makeErrorDeclaration);
  });

  private readonly readDeclaration = (): DeclarationNode => this.OR(this.declarationAlternatives);

  private readonly declarationAlternatives: { ALT: () => DeclarationNode }[] = [
    { ALT: () => this.SUBRULE(this.importDeclaration) },
    { ALT: () => this.SUBRULE(this.constDeclaration) },
    { ALT: () => this.SUBRULE(this.typeDeclaration) },
    { ALT: () => this.SUBRULE(this.enumDeclaration) },
    { ALT: () => this.SUBRULE(this.secretDeclaration) },
    { ALT: () => this.SUBRULE(this.resourcesDeclaration) },
    { ALT: () => this.SUBRULE(this.taskDeclaration) },
    { ALT: () => this.SUBRULE(this.pipelineDeclaration) },
  ];

  readonly importDeclaration: Rule<DeclarationNode> = this.RULE("importDeclaration", (): DeclarationNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.import);
    if (!this.RECORDING_PHASE) this.refuseBareNames();
    const names = this.SUBRULE(this.names, { ARGS: ["what is imported"] });
    this.CONSUME(contextual.from);
    const from = this.SUBRULE(this.plainString, { ARGS: ["the path of an import"] });
    return { kind: "Import", span: this.spanFrom(start), names, from };
  });

  /** `import tasks from "…"`, `import a, b from "…"`. */
  private refuseBareNames(): void {
    const names: string[] = [];
    let ahead = 1;
    for (let token = this.peek(ahead); token !== undefined; token = this.peek(ahead)) {
      if (!isKind(token, Name) || token.image === "from") return;
      names.push(token.image);
      const after = this.peek(ahead + 1);
      ahead += 2;
      if (after?.image === ",") continue;
      if (after?.image !== "from") return;
      const span = { ...this.spanOf(this.peek()), end: token.endOffset + 1 };
      const braces = `{ ${names.join(", ")} }`;
      this.report("import-braces", span, { braces }, this.fix(`Write \`${braces}\``, braces, span));
      this.giveUp();
    }
  }

  readonly names: Rule<NameNode[], [what: string]> = this.RULE("names", (what: string) => {
    const names: NameNode[] = [];
    this.expect(symbols.LeftBrace, "`{`", "names");
    const open = this.CONSUME(symbols.LeftBrace);
    this.expect(AnyWord, `the name of ${what}`, "names");
    let goes = true;
    this.mendReserved();
    this.MANY({
      GATE: () => goes,
      DEF: () => {
        names.push(this.SUBRULE(this.name, { ARGS: [what] }));
        const comma = this.OPTION(this.readComma);
        goes = this.mayContinue(comma, "names", NAMES);
        this.mendReserved();
      },
    });
    if (this.mayClose(open, symbols.RightBrace, "names")) this.CONSUME(symbols.RightBrace);
    return names;
  });

  readonly constDeclaration: Rule<DeclarationNode> = this.RULE("constDeclaration", () => {
    const start = this.startOffset();
    this.CONSUME(contextual.const);
    const name = this.mendHyphens(this.SUBRULE(this.name, { ARGS: ["a constant"] }));
    const type = this.OPTION(() => {
      this.CONSUME(symbols.Colon);
      return this.SUBRULE(this.type);
    });
    this.ACTION(() => this.mendAssign());
    this.CONSUME(symbols.Assign);
    const value = this.SUBRULE(this.expression);
    return makeNode("Const", this.spanFrom(start), { name, ...(type && { type }), value });
  });

  readonly typeDeclaration: Rule<DeclarationNode> = this.RULE("typeDeclaration", (): DeclarationNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.type);
    const name = this.mendHyphens(this.SUBRULE(this.name, { ARGS: ["a type"] }));
    this.ACTION(() => this.mendAssign());
    this.CONSUME(symbols.Assign);
    const type = this.SUBRULE(this.type);
    return { kind: "TypeDeclaration", span: this.spanFrom(start), name, type };
  });

  readonly enumDeclaration: Rule<DeclarationNode> = this.RULE("enumDeclaration", (): DeclarationNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.enum);
    const name = this.mendHyphens(this.SUBRULE(this.name, { ARGS: ["an enum"] }));
    const members = this.SUBRULE(this.names, { ARGS: ["a member"] });
    return { kind: "Enum", span: this.spanFrom(start), name, members };
  });

  readonly secretDeclaration: Rule<DeclarationNode> = this.RULE("secretDeclaration", (): DeclarationNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.secret);
    const name = this.mendHyphens(this.SUBRULE(this.name, { ARGS: ["a secret"] }));
    this.ACTION(() => this.mendAssign());
    this.CONSUME(symbols.Assign);
    const value = this.SUBRULE(this.plainString, { ARGS: ["the key of a secret"] });
    return { kind: "Secret", span: this.spanFrom(start), name, value };
  });

  readonly resourcesDeclaration: Rule<DeclarationNode> = this.RULE("resourcesDeclaration", (): DeclarationNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.resources);
    const name = this.mendHyphens(this.SUBRULE(this.name, { ARGS: ["the resources"] }));
    const value = this.SUBRULE(this.record);
    return { kind: "ResourcesDeclaration", span: this.spanFrom(start), name, value };
  });

  readonly taskDeclaration: Rule<TaskNode> = this.RULE("taskDeclaration", (): TaskNode => {
    const start = this.startOffset();
    this.CONSUME(contextual.task);
    const { name, parameters, result } = this.SUBRULE(this.head, { ARGS: ["a task"] });
    const statements = this.SUBRULE(this.taskBody);
    const span = this.spanFrom(start);
    if (result === undefined) return { kind: "Task", span, name, parameters, statements };
    return { kind: "Task", span, name, parameters, result, statements };
  });

  readonly head: Rule<Head, [what: string]> = this.RULE("head", (what: string) => {
    const name = this.mendHyphens(this.readName(NAMES) ?? this.SUBRULE(this.name, { ARGS: [what] }));
    const parameters = this.SUBRULE(this.parameters);
    this.ACTION(() => this.mendArrow());
    const result = this.OPTION(() => {
      this.CONSUME(symbols.Arrow);
      return this.SUBRULE(this.type);
    });
    return { name, parameters, result };
  });

  private mendArrow(): void {
    if (!this.isNext(symbols.FatArrow, symbols.Colon, symbols.Minus, symbols.Assign)) return;
    const span = this.spanOf(this.peek());
    this.report(
      "result-arrow",
      span,
      { found: this.peek()?.image ?? "" },
      this.fix("Write `->`", " ->", { ...span, start: this.endOffset() }),
    );
    this.retype(symbols.Arrow);
  }

  readonly parameters: Rule<ParameterNode[]> = this.RULE("parameters", () => {
    const parameters: ParameterNode[] = [];
    const open = this.CONSUME(symbols.LeftParenthesis);
    let goes = true;
    let isBroken = false;
    this.mendReserved();
    this.attempt(
      "parameters",
      () =>
        this.MANY({
          GATE: () => goes,
          DEF: () => {
            parameters.push(this.SUBRULE(this.parameter));
            const comma = this.OPTION(this.readComma);
            goes = this.mayContinue(comma, "parameters", WORDS);
            this.mendReserved();
          },
        }),
      () => {
        isBroken = true;
      },
    );
    if (isBroken && !this.isNext(symbols.RightParenthesis)) this.giveUp();
    if (this.mayClose(open, symbols.RightParenthesis, "parameters")) this.CONSUME(symbols.RightParenthesis);
    return parameters.slice();
  });

  readonly parameter: Rule<ParameterNode> = this.RULE("parameter", (): ParameterNode => {
    const start = this.startOffset();
    const name = this.mendHyphens(this.readName(NAMES) ?? this.SUBRULE(this.name, { ARGS: ["a parameter"] }));
    const type = this.SUBRULE(this.typeOf, { ARGS: [name, "parameter"] });
    const value = this.OPTION(() => {
      this.CONSUME(symbols.Assign);
      return this.SUBRULE(this.expression);
    });
    const span = this.spanFrom(start);
    if (value === undefined) return { kind: "Parameter", span, name, type };
    return { kind: "Parameter", span, name, type, default: value };
  });

  readonly pipelineDeclaration: Rule<DeclarationNode> = this.RULE("pipelineDeclaration", () => {
    const start = this.startOffset();
    this.CONSUME(contextual.pipeline);
    const { name, parameters, result } = this.SUBRULE(this.head, { ARGS: ["a pipeline"] });
    const schedule = this.OPTION(() => this.SUBRULE(this.schedule));
    const timeout = this.OPTION1(() => {
      this.CONSUME(contextual.timeout);
      return this.SUBRULE(this.expression);
    });
    const body: BlockNode = this.SUBRULE(this.block, { ARGS: ["pipeline"] });
    const last = this.OPTION2(() => {
      this.CONSUME(contextual.finally);
      return this.SUBRULE1(this.block, { ARGS: ["finally"] });
    });
    return makeNode("Pipeline", this.spanFrom(start), {
      name,
      parameters,
      ...(result && { result }),
      ...(schedule && { schedule }),
      ...(timeout && { timeout }),
      body,
      ...(last && { finally: last }),
    });
  });

  readonly schedule: Rule<ScheduleNode> = this.RULE("schedule", () => {
    const start = this.startOffset();
    this.CONSUME(contextual.schedule);
    const cron: StringNode = this.SUBRULE(this.plainString, { ARGS: ["a schedule"] });
    const zone = this.OPTION(() => {
      this.CONSUME(reserved.in);
      return this.SUBRULE1(this.plainString, { ARGS: ["a time zone"] });
    });
    return makeNode("Schedule", this.spanFrom(start), { cron, ...(zone && { zone }) });
  });
}

function makeErrorDeclaration(span: Span): DeclarationNode {
  return makeNode("ErrorDeclaration", span, {});
}

interface Head {
  readonly name: NameNode;
  readonly parameters: ParameterNode[];
  readonly result: TypeNode | undefined;
}

let shared: PipeParser | undefined;

/** Reads the tokens of one file with the one parser, which is built when it is first wanted. */
export function parseTokens(
  source: SourceFile,
  scanned: Scanned,
): { file: FileNode; diagnostics: readonly Diagnostic[] } {
  shared ??= new PipeParser();
  return shared.read(source, scanned);
}

/**
 * Has Chevrotain analyse and check the grammar, which throws on an ambiguity. `strategy` is asked for every choice of
 * the rules. Gives the names of the rules and a parser that chooses as the strategy says.
 */
export function analyzeGrammar(strategy: ILookaheadStrategy): { rules: string[]; parseTokens: typeof parseTokens } {
  const parser = new PipeParser(strategy);
  return {
    rules: Object.keys(parser.getGAstProductions()),
    parseTokens: (source, scanned) => parser.read(source, scanned),
  };
}
