// In: the tokens of a file. Out: its tree and what is wrong with it. Afterwards every mistake has one report, error
// nodes stand where something could not be read, and the parser goes on behind them. The rules are those of
// `pipe.ebnf`.
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import type {
  BlockNode,
  DeclarationNode,
  FileNode,
  NameNode,
  ParameterNode,
  ScheduleNode,
  StringNode,
  TaskNode,
  TypeNode,
} from "../src/syntax/ast.ts";
import type { SourceFile } from "../src/text/source-file.ts";
import { suggest } from "../src/util/suggest.ts";
import { FOREIGN_DECLARATIONS } from "./foreign.ts";
import { isStatementWord } from "./line-starts.ts";
import type { Scanned } from "./scan.ts";
import { TaskRules } from "./task-rules.ts";
import { contextual, isNameKind, isWordKind, kindSet, NAMES, reserved, symbols, type Token, WORDS } from "./tokens.ts";

const DECLARATION_WORDS = ["import", "const", "type", "enum", "secret", "resources", "task", "pipeline"] as const;
const DECLARATION_KINDS = kindSet(...DECLARATION_WORDS.map((word) => contextual[word]));
// What people write for `->`.
const ARROW_SLIPS = kindSet(symbols.FatArrow, symbols.Colon, symbols.Minus, symbols.Assign);
const KNOWN = DECLARATION_WORDS.map((word) => `\`${word}\``).join(", ");

class PipeParser extends TaskRules {
  file(): FileNode {
    const declarations: DeclarationNode[] = [];
    this.settleDeclaration();
    while (this.next < this.tokens.length) {
      declarations.push(this.declaration());
      this.settleDeclaration();
    }
    return this.node("File", { file: this.source.id, start: 0, end: this.source.text.length }, { declarations });
  }

  /** Brings the parser to the start of a declaration or the end of the file. */
  private settleDeclaration(): void {
    for (;;) {
      const token = this.peek();
      if (token === undefined) return;
      const previous = this.peek(0);
      const isInside = isStatementWord(token.kind) && token.startsLine && this.columnAt(this.next) > 0;
      if (isInside && previous?.image === "}") this.report("unmatched-closer", this.spanOf(previous), { closer: "}" });
      else if (token.kind === symbols.RightBrace) this.report("unmatched-closer", this.spanOf(token), { closer: "}" });
      else if (this.atAny(DECLARATION_KINDS)) return;
      else if (this.readsAsDeclaration(token)) return;
      this.skipTo("declaration", this.next);
    }
  }

  // A word that is nearly, or elsewhere, one of ours is read as if it were; anything else is reported.
  private readsAsDeclaration(token: Token): boolean {
    const next = this.peek(2);
    const span = this.spanOf(token);
    const isHead = isWordKind(token.kind) && next !== undefined && (isWordKind(next.kind) || next.image === "{");
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

  declaration(): DeclarationNode {
    this.inTask = false;
    this.declarationColumn = this.tokens.startsLineAt(this.next) ? this.columnAt(this.next) : 0;
    return this.attempt<DeclarationNode>(
      "declaration",
      () => this.readDeclaration(),
      (span) => this.node("ErrorDeclaration", span, {}),
    );
  }

  private readDeclaration(): DeclarationNode {
    switch (this.peekKind()) {
      case contextual.import:
        return this.importDeclaration();
      case contextual.const:
        return this.constDeclaration();
      case contextual.type:
        return this.typeDeclaration();
      case contextual.enum:
        return this.enumDeclaration();
      case contextual.secret:
        return this.secretDeclaration();
      case contextual.resources:
        return this.resourcesDeclaration();
      case contextual.task:
        return this.taskDeclaration();
      default:
        return this.pipelineDeclaration();
    }
  }

  importDeclaration(): DeclarationNode {
    const start = this.startOffset();
    this.take(contextual.import);
    this.refuseBareNames();
    const names = this.names("what is imported");
    this.take(contextual.from);
    const from = this.plainString("the path of an import");
    return { kind: "Import", span: this.spanFrom(start), id: this.nextId++, names, from };
  }

  /** `import tasks from "…"`, `import a, b from "…"`. */
  private refuseBareNames(): void {
    const names: string[] = [];
    let ahead = 1;
    for (let token = this.peek(ahead); token !== undefined; token = this.peek(ahead)) {
      if (!isNameKind(token.kind) || token.image === "from") return;
      names.push(token.image);
      const after = this.peek(ahead + 1);
      ahead += 2;
      if (after?.image === ",") continue;
      if (after?.image !== "from") return;
      const span = { ...this.spanOf(this.peek()), end: token.end };
      const braces = `{ ${names.join(", ")} }`;
      this.report("import-braces", span, { braces }, this.fix(`Write \`${braces}\``, braces, span));
      this.giveUp();
    }
  }

  names(what: string): NameNode[] {
    const names: NameNode[] = [];
    this.expect(symbols.LeftBrace, "`{`");
    const open = this.take(symbols.LeftBrace);
    if (!this.atAny(WORDS) || this.startsNewStatement()) this.stuck(`the name of ${what}`);
    this.mendReserved();
    let goes = true;
    while (goes && this.atAny(NAMES)) {
      names.push(this.name(what));
      goes = this.mayContinue("names", NAMES);
      this.mendReserved();
    }
    this.close(open, symbols.RightBrace);
    return names;
  }

  constDeclaration(): DeclarationNode {
    const start = this.startOffset();
    this.take(contextual.const);
    const name = this.declaredName("a constant");
    const type = this.takeIf(symbols.Colon) ? this.type() : undefined;
    this.takeAssign();
    const value = this.expression();
    return this.node("Const", this.spanFrom(start), { name, ...(type && { type }), value });
  }

  typeDeclaration(): DeclarationNode {
    const start = this.startOffset();
    this.take(contextual.type);
    const name = this.declaredName("a type");
    this.takeAssign();
    const type = this.type();
    return { kind: "TypeDeclaration", span: this.spanFrom(start), id: this.nextId++, name, type };
  }

  enumDeclaration(): DeclarationNode {
    const start = this.startOffset();
    this.take(contextual.enum);
    const name = this.declaredName("an enum");
    const members = this.names("a member");
    return { kind: "Enum", span: this.spanFrom(start), id: this.nextId++, name, members };
  }

  secretDeclaration(): DeclarationNode {
    const start = this.startOffset();
    this.take(contextual.secret);
    const name = this.declaredName("a secret");
    this.takeAssign();
    const value = this.plainString("the key of a secret");
    return { kind: "Secret", span: this.spanFrom(start), id: this.nextId++, name, value };
  }

  resourcesDeclaration(): DeclarationNode {
    const start = this.startOffset();
    this.take(contextual.resources);
    const name = this.declaredName("the resources");
    const value = this.record();
    return { kind: "ResourcesDeclaration", span: this.spanFrom(start), id: this.nextId++, name, value };
  }

  taskDeclaration(): TaskNode {
    const start = this.startOffset();
    this.take(contextual.task);
    const { name, parameters, result } = this.head("a task");
    const statements = this.taskBody();
    const span = this.spanFrom(start);
    if (result === undefined) return { kind: "Task", span, id: this.nextId++, name, parameters, statements };
    return { kind: "Task", span, id: this.nextId++, name, parameters, result, statements };
  }

  head(what: string): Head {
    const name = this.declaredName(what);
    const parameters = this.parameters();
    this.mendArrow();
    const result = this.takeIf(symbols.Arrow) ? this.type() : undefined;
    return { name, parameters, result };
  }

  private mendArrow(): void {
    if (!this.atAny(ARROW_SLIPS)) return;
    const span = this.spanAt(this.next);
    const found = this.tokens.imageAt(this.next);
    const edit = { ...span, start: this.endOffset() };
    this.report("result-arrow", span, { found }, this.fix("Write `->`", " ->", edit));
    this.retype(symbols.Arrow);
  }

  parameters(): ParameterNode[] {
    const parameters: ParameterNode[] = [];
    const open = this.take(symbols.LeftParenthesis);
    this.mendReserved();
    const isWhole = this.attempt(
      "parameters",
      () => this.readParameters(parameters),
      () => false,
    );
    if (!isWhole && !this.at(symbols.RightParenthesis)) this.giveUp();
    this.close(open, symbols.RightParenthesis);
    return parameters.slice();
  }

  private readParameters(parameters: ParameterNode[]): true {
    let goes = true;
    while (goes && this.atAny(NAMES)) {
      parameters.push(this.parameter());
      goes = this.mayContinue("parameters", WORDS);
      this.mendReserved();
    }
    return true;
  }

  parameter(): ParameterNode {
    const start = this.startOffset();
    const name = this.declaredName("a parameter");
    const type = this.typeOf(name, "parameter");
    const value = this.takeIf(symbols.Assign) ? this.expression() : undefined;
    const span = this.spanFrom(start);
    if (value === undefined) return { kind: "Parameter", span, id: this.nextId++, name, type };
    return { kind: "Parameter", span, id: this.nextId++, name, type, default: value };
  }

  pipelineDeclaration(): DeclarationNode {
    const start = this.startOffset();
    this.take(contextual.pipeline);
    const { name, parameters, result } = this.head("a pipeline");
    const schedule = this.at(contextual.schedule) ? this.schedule() : undefined;
    const timeout = this.takeIf(contextual.timeout) ? this.expression() : undefined;
    const body: BlockNode = this.block("pipeline");
    const last = this.takeIf(contextual.finally) ? this.block("finally") : undefined;
    return this.node("Pipeline", this.spanFrom(start), {
      name,
      parameters,
      ...(result && { result }),
      ...(schedule && { schedule }),
      ...(timeout && { timeout }),
      body,
      ...(last && { finally: last }),
    });
  }

  schedule(): ScheduleNode {
    const start = this.startOffset();
    this.take(contextual.schedule);
    const cron: StringNode = this.plainString("a schedule");
    const zone = this.takeIf(reserved.in) ? this.plainString("a time zone") : undefined;
    return this.node("Schedule", this.spanFrom(start), { cron, ...(zone && { zone }) });
  }
}

interface Head {
  readonly name: NameNode;
  readonly parameters: ParameterNode[];
  readonly result: TypeNode | undefined;
}

/** Reads the tokens of one file. Ids count up from `firstId`; the file itself has the last. */
export function parseTokens(
  source: SourceFile,
  scanned: Scanned,
  firstId = 0,
): { file: FileNode; diagnostics: readonly Diagnostic[] } {
  const parser = new PipeParser(source, scanned, firstId);
  const file = parser.file();
  return { file, diagnostics: parser.diagnostics };
}
